"""The topic convolution: the operation, its gradients, and the sizes and weights of its layers."""

from chainrule_staff.exercises.convolution import (
    configurations,
    flaws,
    gradients,
    operation,
    reach,
    sizes,
)

EXERCISES = (
    *operation.EXERCISES,
    *gradients.EXERCISES,
    *reach.EXERCISES,
    *sizes.EXERCISES,
    *flaws.EXERCISES,
    *configurations.EXERCISES,
)
