"""One name everywhere; nbgrader allows no dot: `softmax.jacobian` is `softmax--jacobian`."""


def grade_id(task: str) -> str:
    """Return nbgrader's id of the graded cell of a task."""
    return task.replace(".", "--")


def task_of(cell_id: str) -> str:
    """Return the task a grade id belongs to, whatever the cell's role: the way back."""
    topic, _, rest = cell_id.partition("--")
    return f"{topic}.{rest.partition('--')[0]}"
