"""The topic backprop_mlp: one hidden layer, forwards, backwards, checked, and trained."""

from chainrule_staff.exercises.backprop_mlp import (
    backward,
    batch,
    checking,
    derivations,
    flaws,
    forward,
    hidden_layer,
    normalisation,
    output_layer,
    risk,
)

EXERCISES = (
    *forward.EXERCISES,
    *output_layer.EXERCISES,
    *hidden_layer.EXERCISES,
    *backward.EXERCISES,
    *flaws.BACKWARD,
    *checking.EXERCISES,
    *risk.EXERCISES,
    *batch.EXERCISES,
    *risk.PENALTIES,
    *normalisation.EXERCISES,
    *flaws.TRAINING,
    *derivations.EXERCISES,
)
