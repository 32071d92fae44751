"""Everything one build makes, as bytes by path; written, or compared with what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nbformat import NotebookNode

from chainrule_staff.build.authoring import Cell, read_authoring
from chainrule_staff.build.facts import declarations, facts_bytes
from chainrule_staff.build.manifest import manifest_bytes
from chainrule_staff.build.output import notebook_bytes, write
from chainrule_staff.build.release import make_releases
from chainrule_staff.build.source import make_source
from chainrule_staff.exercises import exercises_of

Products = dict[Path, bytes]
FACTS = Path("src/chainrule/facts")
DERIVATIONS = FACTS / "derivations"
MANIFESTS = Path("src/chainrule/manifests")


class UnknownNotebook(LookupError):
    """There is no authoring file of this name."""


def authored(root: Path, names: Sequence[str] = ()) -> dict[str, list[Cell]]:
    """Return name -> cells of the authoring files (all, or those named)."""
    files = {path.stem: path for path in sorted((root / "authoring").glob("*.py"))}
    if unknown := [name for name in names if name not in files]:
        raise UnknownNotebook(
            f"no authoring/{unknown[0]}.py; there are {', '.join(files) or 'none'}"
        )
    return {name: read_authoring(files[name]) for name in (names or files)}


def topics_of(cells: Sequence[Cell]) -> set[str]:
    """Return the topics of the tasks in a notebook."""
    return {cell.task.partition(".")[0] for cell in cells if cell.task}


def make_products(root: Path, names: Sequence[str] = ()) -> Products:
    """Build notebooks and facts in memory: path relative to the repository -> bytes."""
    notebooks = authored(root, names)
    sources = {name: make_source(name, cells) for name, cells in notebooks.items()}
    released = make_releases(sources)
    products: Products = {}
    for name, source in sources.items():
        products[notebook_path("source", name)] = notebook_bytes(source)
        products[notebook_path("release", name)] = notebook_bytes(released[name])
        products[MANIFESTS / f"{name}.json"] = manifest_bytes(name, released[name])
    topics = set().union(*(topics_of(cells) for cells in notebooks.values()))
    for topic in sorted(topics):
        products[FACTS / f"{topic}.json"] = facts_bytes(topic, exercises_of(topic))
        products |= {DERIVATIONS / f"{t}.json": data for t, data in declarations(topic).items()}
    products |= lectures(root, names)
    return products


def lectures(root: Path, names: Sequence[str] = ()) -> Products:
    """Build the lecture demonstrations: plain notebooks, nothing graded."""
    files = sorted((root / "authoring" / "lectures").glob("*.py"))
    made: dict[str, NotebookNode] = {
        path.stem: make_source(path.stem, read_authoring(path, lecture=True))
        for path in files
        if not names or path.stem in names
    }
    return {Path("notebooks") / f"{n}.ipynb": notebook_bytes(book) for n, book in made.items()}


def notebook_path(step: str, name: str) -> Path:
    """Return `<step>/<name>/<name>.ipynb`."""
    return Path(step) / name / f"{name}.ipynb"


def stale(root: Path, products: Mapping[Path, bytes], whole: bool) -> list[str]:
    """Return one sentence for each file on disk that is not what the build makes.

    With `whole`, a built file that nothing makes any more counts too.
    """
    problems = []
    for path, data in products.items():
        there = root / path
        if not there.is_file():
            problems.append(f"{path} is missing: run `chainrule build`")
        elif there.read_bytes() != data:
            problems.append(f"{path} is not what its authoring file makes: run `chainrule build`")
    if whole:
        patterns = ["source/*/*", "release/*/*", "notebooks/*.ipynb"]
        patterns += [f"{folder}/*.json" for folder in (FACTS, MANIFESTS, DERIVATIONS)]
        found = {p.relative_to(root) for pattern in patterns for p in root.glob(pattern)}
        problems += [
            f"{path} has no authoring file: delete it" for path in sorted(found - set(products))
        ]
    return problems


def write_products(root: Path, products: Mapping[Path, bytes]) -> list[Path]:
    """Write what changed; return those paths."""
    changed = [
        path
        for path, data in products.items()
        if not (root / path).is_file() or (root / path).read_bytes() != data
    ]
    for path in changed:
        write(root / path, products[path])
    return changed
