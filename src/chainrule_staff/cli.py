"""The `chainrule` command. Thin: it reads words, calls the library, and says what happened.

Exit codes: 0 done, 1 something was found or failed (and is said), 2 wrong usage.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

from chainrule_staff.course import Course, CourseError, find_course, put_tools_on_path

OUT, ERR = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
Command = TypeVar("Command", bound=Callable[..., Any])


def main() -> None:
    """Run the command; a known trouble is one sentence and exit code 1, never a traceback."""
    put_tools_on_path()
    commands()


def explained(command: Command) -> Command:
    """Turn the library's own errors into a sentence and exit code 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from chainrule_staff.build.authoring import AuthoringError
        from chainrule_staff.build.release import ReleaseError
        from chainrule_staff.grading.engine import EngineBroken
        from chainrule_staff.grading.engines import NoSandbox
        from chainrule_staff.lecture.slides import LectureError

        ours = (AuthoringError, ReleaseError, NoSandbox, EngineBroken, CourseError, LectureError)
        known = (*ours, LookupError, OSError)
        try:
            return command(*args, **kwargs)
        except known as error:
            text = error.args[0] if isinstance(error, LookupError) and error.args else error
            fail(str(text))

    return run  # type: ignore[return-value]


def fail(message: str) -> None:
    """Say what went wrong and end with exit code 1."""
    ERR.print(f"chainrule: {message}", style="red", markup=False, highlight=False)
    sys.exit(1)


def report_problems(problems: Sequence[str], done: str) -> None:
    """Print every problem and end with 1, or say that there is none."""
    for problem in problems:
        ERR.print(problem, markup=False, highlight=False)
    if problems:
        fail(f"{len(problems)} problem(s) found")
    OUT.print(done, markup=False, highlight=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chainrule-staff", prog_name="chainrule")
def commands() -> None:
    """Deep-learning fundamentals as notebooks that mark themselves, honestly."""


@commands.command()
@click.argument("topics", nargs=-1)
@click.option("--check", is_flag=True, help="Compare with what is there; write nothing.")
@click.option("--gates/--no-gates", default=True, help="Run the gates after writing.")
@explained
def build(topics: tuple[str, ...], check: bool, gates: bool) -> None:
    """Make source/, release/, notebooks/ and the facts from authoring/."""
    from chainrule_staff.build import products, release_gates

    root = find_course().root
    made = products.make_products(root, topics)
    if check:
        stale = products.stale(root, made, whole=not topics)
        report_problems(stale, f"{len(made)} built files are what authoring/ makes")
        return
    for path in products.write_products(root, made):
        OUT.print(f"wrote {path}", markup=False, highlight=False)
    if gates:
        report_problems(release_gates.check_all(root, topics, OUT.print), "all gates passed")


@commands.command()
@click.option("--wheel", type=click.Path(path_type=Path, exists=True), help="Also audit a wheel.")
@explained
def audit(wheel: Path | None) -> None:
    """Look for anything of an answer where students can see it."""
    from chainrule_staff.build import release_gates

    report_problems(release_gates.audit_all(find_course().root, wheel), "no leak found")


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="As data.")
@explained
def coverage(as_json: bool) -> None:
    """Show which task covers which question of the sheets."""
    from chainrule_staff.build.products import authored
    from chainrule_staff.coverage import coverage as cover
    from chainrule_staff.report.tables import coverage_table

    entries = cover(authored(find_course().root))
    if as_json:
        click.echo(json.dumps([entry.to_dict() for entry in entries], indent=1))
    else:
        OUT.print(coverage_table(entries))


@commands.command()
@click.argument("assignments", nargs=-1, required=True, metavar="ASSIGNMENT...")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    show_default=True,
    help="Workers on this machine.",
)
@click.option("--scheduler", metavar="ADDR", help="A dask scheduler (tcp://host:port) to use.")
@click.option("--sandbox", type=click.Choice(["sandlock", "bubblewrap", "none"]))
@click.option("--force", is_flag=True, help="Grade again what has a result already.")
@click.option("--json", "as_json", is_flag=True, help="The receipts, as data.")
@explained
def grade(
    assignments: tuple[str, ...],
    jobs: int,
    scheduler: str | None,
    sandbox: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Grade what was handed in for these assignments."""
    from chainrule_staff.grading.engines import SANDBOXES, default_sandbox
    from chainrule_staff.grading.pipeline import grade_class
    from chainrule_staff.report.tables import progress_bar, summary

    # On a cluster it is the workers who need a sandbox, and they say so if they have none.
    guard = sandbox or (SANDBOXES[0] if scheduler else default_sandbox())
    with progress_bar(quiet=as_json) as progress:
        receipts = grade_class(
            find_course(),
            assignments,
            sandbox=guard,
            jobs=jobs,
            scheduler=scheduler,
            force=force,
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps([json.loads(receipt.to_json()) for receipt in receipts], indent=1))
    else:
        OUT.print(summary(receipts))
    if broken := [receipt for receipt in receipts if not receipt.key]:
        fail(
            f"{len(broken)} submission(s) could not be graded whole, and not by their own fault: "
            f"{broken[0].student}/{broken[0].assignment}: {'; '.join(broken[0].events)[:300]}. "
            "Run the same command again: it tries these once more"
        )


@commands.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT...]")
@explained
def feedback(assignments: tuple[str, ...]) -> None:
    """Write a feedback page for every graded submission."""
    from chainrule_staff.report.class_report import receipts_of
    from chainrule_staff.report.feedback import write_feedback

    course = find_course()
    pages = [
        write_feedback(course, name, receipt.student)
        for name in known_assignments(course, assignments)
        for receipt in receipts_of(course, name)
    ]
    OUT.print(f"{len(pages)} pages written to feedback/", highlight=False)


@commands.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT...]")
@explained
def report(assignments: tuple[str, ...]) -> None:
    """Write one page on what the class understood."""
    from chainrule_staff.report.class_report import write_report

    course = find_course()
    path = write_report(course, known_assignments(course, assignments))
    OUT.print(f"wrote {path}", markup=False, highlight=False)


@commands.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT...]")
@click.option("--to", "target", type=click.Choice(["csv", "canvas", "moodle"]), required=True)
@explained
def export(assignments: tuple[str, ...], target: str) -> None:
    """Print the marks as a table for another system."""
    from chainrule_staff.report.export import FORMATS, collect_scores

    course = find_course()
    names = known_assignments(course, assignments)
    click.echo(FORMATS[target](collect_scores(course, names), names), nl=False)


@commands.command()
@explained
def solutions() -> None:
    """Write one page with the worked solutions of all derivations, for instructors only."""
    from chainrule_staff.report.solutions import solutions_page

    path = find_course().root / "feedback" / "solutions.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(solutions_page(), "utf-8")
    OUT.print(f"wrote {path}", markup=False, highlight=False)


@commands.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@explained
def doctor(notebook: Path) -> None:
    """Say whether a notebook is fit to hand in."""
    from chainrule.doctor import examine

    diagnosis = examine(notebook)
    click.echo(str(diagnosis))
    sys.exit(0 if diagnosis.fit else 1)


@commands.command()
@click.option("--folder", type=click.Path(path_type=Path), default=Path("demo"), show_default=True)
@click.option("--all", "everyone", is_flag=True, help="The whole class hands in every notebook.")
@explained
def demo(folder: Path, everyone: bool) -> None:
    """Build, grade a sample class, write feedback, and show what was recognised."""
    from chainrule_staff.demo import run_demo

    run_demo(find_course().root, folder.resolve(), OUT, everyone)


@commands.command()
@explained
def lab() -> None:
    """Open JupyterLab on the students' notebooks."""
    root = find_course().root
    sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(root / "release")]))


@commands.command()
@click.argument("topic")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--lab", "in_lab", is_flag=True, help="Open the notebook in JupyterLab instead.")
@explained
def lecture(topic: str, target: Path | None, in_lab: bool) -> None:
    """Write a lecture as slides: one HTML file that needs no network (slides/TOPIC.html)."""
    from chainrule_staff.lecture.export import export_lecture, find_lecture

    root = find_course().root
    path = find_lecture(root, topic)
    if in_lab:
        sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(path)]))
    target = target or root / "slides" / f"{topic}.html"
    count = export_lecture(path, target)
    OUT.print(f"wrote {count} slides to {target}", markup=False, highlight=False)


def known_assignments(course: Course, names: Sequence[str]) -> list[str]:
    """Return the named assignments, or all; raise LookupError for one that does not exist."""
    there = course.assignments()
    if unknown := [name for name in names if name not in there]:
        raise LookupError(f"no assignment {unknown[0]!r}; there are {', '.join(there) or 'none'}")
    return list(names) or there


if __name__ == "__main__":
    main()
