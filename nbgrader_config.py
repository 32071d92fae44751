"""nbgrader's configuration: chainrule behind nbgrader's folders, gradebook and commands.

`nbgrader autograde`, the formgrader's buttons and `chainrule grade` give the same marks.
"""

from pathlib import Path

from chainrule_staff.build.release import release_config
from chainrule_staff.course import find_course, put_tools_on_path

c = release_config(get_config())  # noqa: F821 - traitlets provides get_config

course = find_course(Path(__file__).parent)
put_tools_on_path()
c.CourseDirectory.root = str(course.root)
# Any database that SQLAlchemy knows will do: "postgresql+psycopg://user:password@host/gradebook".
c.CourseDirectory.db_url = course.sqlite_url
c.CourseDirectory.course_id = "default_course"

# A notebook is read, and repaired, as `chainrule grade` does it; whatever its name is.
c.Autograde.pre_convert_hook = "chainrule_staff.grading.nbgrader_steps.expect_notebook"
c.Autograde.exporter_class = "chainrule_staff.grading.nbgrader_steps.SubmissionReader"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.CheckCellMetadata"]
c.Autograde.autograde_preprocessors = [
    "chainrule_staff.grading.nbgrader_steps.RunAndRecord",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "chainrule_staff.grading.nbgrader_steps.ShowVerdictsOnly",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
# What a student's notebook shows must not run in the browser of whoever grades it.
c.HTMLExporter.preprocessors = ["chainrule_staff.grading.safe_outputs.SafeOutputs"]
c.HTMLExporter.filters = {"markdown2html": "chainrule_staff.grading.safe_outputs.safe_markdown"}
