"""The topic gd_convergence: when gradient descent arrives, how fast, and when it never does."""

from chainrule_staff.exercises.gd_convergence import (
    derivations,
    descent,
    oscillation,
    piecewise,
    quadratics,
)

EXERCISES = (
    *piecewise.EXERCISES,
    *oscillation.EXERCISES,
    *descent.EXERCISES,
    *quadratics.EXERCISES,
    *derivations.EXERCISES,
)
