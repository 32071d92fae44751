"""The lectures of this course, run once each, and a browser without a network."""

from functools import cache
from pathlib import Path

import pytest
from tests.sweep.conftest import browser_page  # noqa: F401

from chainrule_staff.exercises.registry import TOPICS
from chainrule_staff.lecture.export import find_lecture, run_notebook

ROOT = Path(__file__).parents[2]
LECTURES = sorted(TOPICS)


@cache
def ran(topic):
    """Return the notebook of a lecture after a run."""
    return run_notebook(find_lecture(ROOT, topic))


@pytest.fixture(params=LECTURES)
def topic(request):
    """Each topic of the course."""
    return request.param
