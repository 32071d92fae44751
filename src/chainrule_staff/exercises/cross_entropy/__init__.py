"""The topic cross_entropy: the output of a classifier, its cost, and the information in it."""

from chainrule_staff.exercises.cross_entropy import (
    derivations,
    flaws,
    information,
    losses,
    output,
    stable,
)

EXERCISES = (
    *output.EXERCISES,
    *losses.EXERCISES,
    *flaws.OF_LOSSES,
    *information.EXERCISES,
    *flaws.OF_ENTROPY,
    *stable.EXERCISES,
    *derivations.EXERCISES,
)
