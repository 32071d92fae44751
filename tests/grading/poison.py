"""A worker's preload: a submission with the word POISON ends the whole worker process."""

import os

from chainrule_staff.grading import batch, submission


def grade_or_die(assignment, handed_in, engine):
    if any(b"POISON" in data for data in handed_in.files.values()):
        os._exit(1)
    return submission.grade_submission(assignment, handed_in, engine)


batch.grade_submission = grade_or_die
