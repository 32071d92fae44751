"""The topic initialisation: which weight variance keeps a deep network alive, both ways."""

from chainrule_staff.exercises.initialisation import (
    backward,
    derivations,
    flaws,
    forward,
    gains,
    simulation,
)

EXERCISES = (
    *forward.EXERCISES,
    flaws.symmetry,
    flaws.product,
    flaws.normal,
    *backward.EXERCISES,
    flaws.expectation,
    flaws.indices,
    *gains.EXERCISES,
    *simulation.EXERCISES,
    *derivations.EXERCISES,
)
