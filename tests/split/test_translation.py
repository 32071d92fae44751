"""Cells are translated without tokens where tokens could find nothing; the result is IPython's."""

import types
import warnings

import pytest
from ipykernel import compiler
from IPython.core import async_helpers, interactiveshell
from IPython.core.inputtransformer2 import TransformerManager

from chainrule_staff.grading.split.inside.kernel import translate_once

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
