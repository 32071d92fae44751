"""The topic heaviside_networks: half-planes, and what a few units can carve out of the plane."""

from chainrule_staff.exercises.heaviside_networks import regions, units

EXERCISES = (
    units.half_plane,
    units.forward,
    units.output_bias,
    regions.weights,
    units.weights_flaw,
    units.corners,
    units.bounded_flaw,
    regions.xor,
    regions.union,
    units.count,
)
