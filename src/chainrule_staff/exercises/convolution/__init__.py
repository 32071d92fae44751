"""The topic convolution: the operation, its gradients, and the sizes and weights of its layers."""

from chainrule_staff.exercises.convolution import (
    configurations,
    configurations_to_4,
    flaws,
    gradients,
    networks,
    operation,
    reach,
    sizes,
    weights,
)

EXERCISES = (
    *operation.EXERCISES,
    *gradients.EXERCISES,
    *sizes.EXERCISES,
    *weights.EXERCISES,
    *flaws.EXERCISES,
    *networks.EXERCISES,
    *configurations.EXERCISES,
    *configurations_to_4.EXERCISES,
    *reach.EXERCISES,
)
