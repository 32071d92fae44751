"""The shortcuts past IPython come out where IPython does."""

import inspect
import linecache
import types
import warnings

import pytest
from ipykernel import compiler, ipkernel
from IPython.core import async_helpers, interactiveshell
from IPython.core.inputtransformer2 import TransformerManager
from pygments.formatters import terminal256
from pygments.styles import get_style_by_name

from chainrule_staff.grading.split.inside import shortcuts
from chainrule_staff.grading.split.inside.shortcuts import translate_once

PLAIN = [
    "x = 1",
    "def f(x):\n    return x != 2\n\nf(3)",
    "s = 'a; b, c / d'\ny = (1,\n     2,\n     3)",
    "await something()",
    "async def f():\n    return [x async for x in y]",
    "lambda: (yield)",
    "",
    "# only a comment",
    "x = '''\ntext\n'''",
]
SPECIAL = [
    "%matplotlib inline\nx = 1",
    "%%time\nx = 1",
    "print?",
    "?print",
    "x = !ls",
    "!ls",
    "files = %env HOME",
    ",f a b",
    "    ;f a b",
    "/f 1",
    "x = (1,\n,2)",
    "k % 2",
    "'100%'",
]
BROKEN = [
    "def f(:\n    pass",
    "if x:\n        a\n    b",
    "x = (1,",
    "'''never closed",
    "return 1",
    "\x00",
]


@pytest.fixture
def ours(monkeypatch):
    """A manager as in the kernel; what it changes in IPython is put back."""
    monkeypatch.setattr(interactiveshell, "_should_be_async", async_helpers._should_be_async)
    monkeypatch.setattr(compiler, "murmur2_x86", compiler.murmur2_x86)  # put back at the end
    manager = TransformerManager()
    translate_once(types.SimpleNamespace(input_transformer_manager=manager))
    return manager


def outcome(call, cell):
    """Return what a call gives or raises, and what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = call(cell)
        except Exception as error:
            value = type(error), str(error)
    return value, [(w.category, str(w.message)) for w in caught]


@pytest.mark.parametrize("cell", [*PLAIN, *SPECIAL, *BROKEN])
def test_a_cell_becomes_what_ipython_makes_of_it(ours, cell):
    theirs = TransformerManager()
    for _ in range(2):
        assert outcome(ours.transform_cell, cell)[0] == outcome(theirs.transform_cell, cell)[0]
        expected = outcome(async_helpers._should_be_async, cell)[0]
        assert interactiveshell._should_be_async(cell) == expected


@pytest.mark.parametrize("cell", PLAIN)
def test_plain_python_meets_no_tokens(ours, cell, monkeypatch):
    def fail(lines):
        raise AssertionError(lines)

    monkeypatch.setattr("IPython.core.inputtransformer2.make_tokens_by_line", fail)
    assert ours.transform_cell(cell) == f"{cell}\n"


def test_a_warning_of_the_compiler_is_heard_once_as_in_ipython(ours):
    cell = "x = 1\nx is 1"

    def theirs(cell):
        return async_helpers._should_be_async(TransformerManager().transform_cell(cell))

    def mine(cell):
        return interactiveshell._should_be_async(ours.transform_cell(cell))

    assert outcome(mine, cell) == outcome(theirs, cell)
    assert len(outcome(theirs, cell)[1]) == 1


def test_a_translation_of_the_students_own_sees_every_cell(ours):
    class Louder:
        @classmethod
        def find(cls, tokens_by_line):
            return None

    seen = []
    ours.token_transformers.append(Louder)
    ours.cleanup_transforms.append(lambda lines: seen.append(lines) or lines)
    ours.transform_cell("x = 1")
    ours.transform_cell("x = 1")
    assert len(seen) == 2


def test_the_parameters_of_run_cell_are_asked_for_once(monkeypatch):
    asked = []

    def ask(method, names):
        asked.append(method)
        return {name: name in inspect.signature(method).parameters for name in names}

    monkeypatch.setattr(ipkernel, "_accepts_parameters", ask)
    shortcuts.ask_for_parameters_once()
    shell, other = interactiveshell.InteractiveShell, types.SimpleNamespace()
    one = types.MethodType(shell.run_cell, other)
    for _ in range(2):
        assert ipkernel._accepts_parameters(one, ["cell_id", "x"]) == {"cell_id": True, "x": False}
    assert len(asked) == 1
    replaced = types.MethodType(lambda self, x: x, other)  # by a cell
    assert ipkernel._accepts_parameters(replaced, ["cell_id", "x"])["x"]
    for _ in range(2):  # what is no function may change its mind
        ipkernel._accepts_parameters(lambda cell_id: cell_id, ["cell_id"])
    assert len(asked) == 4


@pytest.fixture
def walks(monkeypatch):
    """The objects whose module `inspect` was really asked for."""
    look, seen = inspect.getmodule, []

    def walk(thing, _filename=None):
        seen.append(thing)
        return look(thing, _filename)

    monkeypatch.setattr(inspect, "getmodule", walk)
    shortcuts.look_for_no_module_of_a_cell()
    return seen


def frame_of(file):
    """Return the traceback of a function in a file of that name."""
    text = "def f():\n    1 / 0\n"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space = {}
    exec(compile(text, file, "exec"), space)
    try:
        space["f"]()
    except ZeroDivisionError as error:
        return error.__traceback__.tb_next, space["f"]


def test_what_runs_in_a_cell_is_in_no_module(walks):
    traceback, function = frame_of(f"{compiler.get_tmp_directory()}/123.py")
    for thing in (traceback, traceback.tb_frame, function.__code__):
        assert inspect.getmodule(thing) is None
        assert inspect.getsourcelines(thing)[0]
    assert walks == []


def test_the_module_of_everything_else_is_looked_for(walks):
    traceback, _ = frame_of("/elsewhere/123.py")
    own = inspect.currentframe()
    known = {own: inspect.getmodule(own), inspect.getsource: inspect, pytest: pytest}
    for thing, module in known.items():
        assert inspect.getmodule(thing) is module
    assert inspect.getmodule(traceback) is None
    assert traceback in walks
    assert own in walks


def test_a_style_is_turned_into_colours_as_ever(monkeypatch):
    formatter = terminal256.Terminal256Formatter
    options = [{"style": s} for s in ("default", "monokai")] + [{"style": "default", "nobold": 1}]
    expected = [formatter(**each).style_string for each in options]
    monkeypatch.setattr(formatter, "_setup_styles", formatter._setup_styles)
    monkeypatch.setattr("stack_data.style_with_executing_node", lambda style, modifier: object())
    shortcuts.colour_once()
    for _ in range(2):
        assert [formatter(**each).style_string for each in options] == expected
    import stack_data

    style = get_style_by_name("default")
    first = stack_data.style_with_executing_node(style, "bg:red")
    assert stack_data.style_with_executing_node(style, "bg:red") is first
    assert stack_data.style_with_executing_node(style, "bg:blue") is not first


def test_the_history_keeps_the_traceback_that_was_shown():
    shell = types.SimpleNamespace(_last_traceback=["one", "two"])
    shortcuts.keep_tracebacks_as_shown(shell)
    kept = shell._format_exception_for_storage(ValueError("no"), running_compiled_code=True)
    assert kept == {"ename": "ValueError", "evalue": "no", "traceback": ["one", "two"]}
