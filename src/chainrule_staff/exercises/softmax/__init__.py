"""The topic softmax: what shifts and scales do to it, and its slopes."""

from chainrule_staff.exercises.softmax import derivations, fewer, flaws, invariance, scaling, slopes

EXERCISES = (
    *invariance.EXERCISES,
    *scaling.EXERCISES,
    *fewer.EXERCISES,
    *slopes.EXERCISES,
    *flaws.EXERCISES,
    *derivations.EXERCISES,
)
