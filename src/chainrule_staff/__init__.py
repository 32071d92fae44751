"""The instructor's side of chainrule: exercises, builder, grader, reports."""

from chainrule_staff.exercises.judge import judge

__all__ = ["judge"]
