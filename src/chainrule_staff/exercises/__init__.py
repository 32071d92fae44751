"""Everything the staff know about every task: the single truth of the course."""

from chainrule_staff.exercises.judge import judge
from chainrule_staff.exercises.registry import TOPICS, all_exercises, exercises_of, find

__all__ = ["TOPICS", "all_exercises", "exercises_of", "find", "judge"]
