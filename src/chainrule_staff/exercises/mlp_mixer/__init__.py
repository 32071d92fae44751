"""The topic mlp_mixer: a table of patches, the two mixings, their cost and their symmetries."""

from chainrule_staff.exercises.mlp_mixer import cost, derivations, shapes, symmetry

EXERCISES = (
    *shapes.EXERCISES,
    *cost.EXERCISES,
    *derivations.EXERCISES,
    *symmetry.EXERCISES,
)
