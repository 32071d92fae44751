"""Is there anything of an answer where students can see it?

Secrets are found twice, independently: in the authoring files (solutions, hidden cells, staff
cells) and in the exercises' own code (references, mistakes). Their distinctive lines must not
occur in release/, notebooks/, the facts or the student's wheel.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from chainrule_staff.build.authoring import Cell, parts, read_authoring, solution_lines

SHORTEST = 14  # characters of code without spaces; shorter lines say too little to be secret
IDIOMS = {"middle=(low+high)/2"}  # lines that many programs share and that answer nothing
NO_ANSWER = (
    *("#", "import", "from", "def", "class", "@", "with", '"'),
    *('returnf"', "Look(", "Mistake("),
)
GIVEN_DATA = re.compile(r"[\w,]+=np\.array\([\[\]\d.,e-]*\)")  # numbers to work with, no result
# Words that only instructors' notebooks contain. Tolerant, because a misspelt marker is the leak.
MARKERS = re.compile(
    r"(BEGIN|END)[ _]*(HID\w*|SOL\w*|MARK\w*)\b[ _]*(TEST\w*|SCHEME)?|chainrule_staff"
    r"|\bjupytext\b|#\s*solution\b|\bskip-execution\b",
    re.IGNORECASE,
)
TAGS = {"solution", "hidden", "staff", "remove-cell"}


def secret_lines(authoring: Path, code: Path) -> set[str]:
    """Return the distinctive lines of everything that only staff may see."""
    cells = [cell for path in sorted(authoring.glob("*.py")) for cell in read_authoring(path)]
    secret = {line for cell in cells for line in solution_lines(cell)}
    for path in code.glob("*/*.py"):  # the topics; beside them stand the kinds of exercises
        secret |= set(path.read_text("utf-8").splitlines())
    public = {squeeze(line) for cell in cells for line in public_lines(cell)}
    found = {squeeze(line) for line in secret}
    return {line for line in found - public if is_distinctive(line)}


def public_lines(cell: Cell) -> Iterator[str]:
    """Yield the lines of a cell that students are meant to see."""
    if cell.role in ("answer", "derive", "flaw", "rubric"):
        for solution, text in parts(cell):
            if not solution:
                yield from text.split("\n")
    elif cell.role not in ("staff", "hidden"):
        yield from cell.text.split("\n")


def squeeze(line: str) -> str:
    """Return a line without spaces and last comma: reformatting does not hide a leak."""
    return re.sub(r"\s+", "", line).rstrip(",")


def is_distinctive(line: str) -> bool:
    """Whether a line says something about an answer: long enough, and with some arithmetic."""
    if line in IDIOMS or line.startswith(NO_ANSWER) or GIVEN_DATA.fullmatch(line):
        return False
    return len(line) >= SHORTEST and bool(re.search(r"[-+*/@]|np\.|exp|return\(", line))


def audit_text(name: str, text: str, secrets: Iterable[str]) -> list[str]:
    """Return one sentence for each secret or staff marker in a text."""
    lines = {squeeze(line): number for number, line in enumerate(text.splitlines(), 1)}
    problems = [
        f"{name}, line {lines[secret]}: shows staff-only text: {secret[:60]}"
        for secret in secrets
        if secret in lines
    ]
    for number, line in enumerate(text.splitlines(), 1):
        if marker := MARKERS.search(line):
            problems.append(f"{name}, line {number}: holds the staff marker {marker.group()!r}")
    return problems


def audit_notebook(name: str, data: bytes, secrets: Iterable[str]) -> list[str]:
    """Audit every source, output and piece of metadata of a notebook that students get."""
    notebook = json.loads(data)
    problems = []
    for number, cell in enumerate(notebook["cells"], 1):
        where = f"{name}, cell {number}"
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        problems += audit_text(where, html.unescape(text), secrets)
        rest = {key: value for key, value in cell.items() if key not in ("source", "id")}
        problems += audit_text(f"{where} (metadata)", json.dumps(rest, indent=0), ())
        if tags := TAGS & set(cell["metadata"].get("tags", [])):
            problems.append(f"{where}: is tagged {sorted(tags)}, a staff cell under another name")
        if cell.get("outputs"):
            problems.append(f"{where}: has outputs; they may show answers")
    extra = set(notebook["metadata"]) - {"kernelspec", "language_info"}
    return problems + [f"{name}: has foreign metadata {sorted(extra)}" for _ in extra][:1]


def audit_folder(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Audit all files below a folder that students get."""
    problems = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder.parent))
        if path.suffix == ".ipynb":
            problems += audit_notebook(name, path.read_bytes(), secrets)
        elif path.suffix in (".py", ".md", ".txt", ".json", ".html"):
            problems += audit_text(name, path.read_text("utf-8", "replace"), secrets)
            if path.suffix == ".py" and path.name != "__init__.py":
                problems.append(f"{name}: a Python file is handed out beside the notebook")
    return problems


def audit_wheel(path: Path, secrets: Iterable[str]) -> list[str]:
    """Audit the student's wheel: nothing but the student's package, and no secret inside."""
    problems = []
    with zipfile.ZipFile(path) as wheel:
        for name in wheel.namelist():
            if not re.match(r"chainrule(/|-[\w.]+\.dist-info/)", name):
                problems.append(f"{path.name}: contains {name}, which is not the student's")
            elif name.endswith((".py", ".json", ".js", ".md", ".html")):
                text = wheel.read(name).decode("utf-8", "replace")
                problems += audit_text(f"{path.name}: {name}", text, secrets)
    return problems
