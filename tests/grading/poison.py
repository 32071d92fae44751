"""A worker's preload: a submission with the word POISON ends the whole worker process."""

import os

from chainrule_staff.grading import batch

real = batch.grade_submission


def grade_or_die(assignment, submission, engine):
    if any(b"POISON" in data for data in submission.files.values()):
        os._exit(1)
    return real(assignment, submission, engine)


batch.grade_submission = grade_or_die
