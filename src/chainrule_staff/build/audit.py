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
TELLING = 24  # from here on a secret is found anywhere in a text, not only on a line of its own
# Lines that many programs share and that answer nothing.
IDIOMS = {"middle=(low+high)/2", "returnnp.asarray(x,dtype=float)", "x=np.asarray(x,dtype=float)"}
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
ANSWER = re.compile(r"[a-z_][\w,]{3,}=(?!=).*[\d\"'].*|[a-z_][\w,]{3,}=.*(True|False).*")
DECLARED = re.compile(r"^\s*(?:start|target)=\"(.*)\",$", re.MULTILINE)  # shown by `%%derive`
PREFIXES = "#>*-`|+ "  # a comment, a quotation, a list or a table hides nothing
HANDED_OUT = {".ipynb", ".py", ".md", ".txt", ".json", ".html", ".csv", ".png", ".svg"}


def secret_lines(authoring: Path, code: Path) -> set[str]:
    """Return the distinctive lines of everything that only staff may see."""
    cells = [cell for path in sorted(authoring.glob("*.py")) for cell in read_authoring(path)]
    written = {squeeze(line) for cell in cells for line in solution_lines(cell)}
    sources = [path.read_text("utf-8") for path in code.glob("*/*.py")]
    coded = {squeeze(line) for text in sources for line in text.splitlines()}
    public = {squeeze(line) for cell in cells for line in public_lines(cell)}
    shown = "\n".join([*public, *(squeeze(d) for text in sources for d in DECLARED.findall(text))])
    found = {line for line in written - public if is_distinctive(line) or ANSWER.fullmatch(line)}
    found |= {line for line in coded - public if is_distinctive(line)}
    return {line for line in found if core(line) not in shown}


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


def core(line: str) -> str:
    """Return what a secret line says, without the word or sign it begins with."""
    return re.sub(r"^(return|yield|assert|<?=)(?=\W|np\.|[a-zA-Z])", "", line)


def is_distinctive(line: str) -> bool:
    """Whether a line says something about an answer: long enough, and with some arithmetic."""
    if line in IDIOMS or line.startswith(NO_ANSWER) or GIVEN_DATA.fullmatch(line):
        return False
    return len(line) >= SHORTEST and bool(re.search(r"[-+*/@]|np\.|exp|return\(", line))


def audit_text(name: str, text: str, secrets: Iterable[str]) -> list[str]:
    """Return one sentence for each secret or staff marker in a text."""
    lines = {squeeze(line): number for number, line in enumerate(text.splitlines(), 1)}
    lines |= {line.lstrip(PREFIXES).rstrip("`"): number for line, number in lines.items()}
    whole = re.sub(r"\s+", "", text)
    problems = [
        f"{name}, line {lines[secret]}: shows staff-only text: {secret[:60]}"
        if secret in lines
        else f"{name}: shows staff-only text inside other text: {core(secret)[:60]}"
        for secret in secrets
        if secret in lines or (len(core(secret)) >= TELLING and core(secret) in whole)
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
        problems += audit_text(f"{where} (metadata)", "\n".join(strings_in(rest)), secrets)
        if cell.get("attachments"):
            problems.append(f"{where}: has an attachment, which nobody can read through")
        if tags := TAGS & set(cell["metadata"].get("tags", [])):
            problems.append(f"{where}: is tagged {sorted(tags)}, a staff cell under another name")
        if cell.get("outputs"):
            problems.append(f"{where}: has outputs; they may show answers")
    extra = set(notebook["metadata"]) - {"kernelspec", "language_info"}
    return problems + [f"{name}: has foreign metadata {sorted(extra)}" for _ in extra][:1]


def strings_in(value: object) -> Iterator[str]:
    """Yield every string inside plain data, keys included."""
    if isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in strings_in(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in strings_in(part))
    elif isinstance(value, str):
        yield value


def audit_folder(folder: Path, secrets: Iterable[str]) -> list[str]:
    """Audit all files below a folder that students get."""
    problems = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.match("__pycache__/__init__.*.pyc"):
            continue  # Python's own, beside the facts
        name = str(path.relative_to(folder.parent))
        if path.suffix not in HANDED_OUT:
            problems.append(f"{name}: files of this kind are not handed out")
        if path.suffix == ".ipynb":
            problems += audit_notebook(name, path.read_bytes(), secrets)
        elif path.suffix in (".py", ".md", ".txt", ".json", ".html", ".csv", ".svg"):
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
