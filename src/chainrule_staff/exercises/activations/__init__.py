"""The topic activations: kinks and steps, sigmoids and their slopes, smooth cousins of ReLU."""

from chainrule_staff.exercises.activations import (
    bounds,
    derivations,
    flaws,
    kinks,
    network,
    quotients,
    sigmoids,
    softplus,
    steps,
)

EXERCISES = (
    *kinks.EXERCISES,
    *steps.EXERCISES,
    *flaws.AT_KINKS,
    *sigmoids.EXERCISES,
    *bounds.EXERCISES,
    *softplus.EXERCISES,
    *network.EXERCISES,
    *flaws.OF_SIGMOIDS,
    *derivations.EXERCISES,
    *quotients.EXERCISES,
)
