"""What a hidden cell can do with the student's names, and what it cannot be told."""

from __future__ import annotations

import inspect
import socket
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import sympy as sp

from chainrule_staff.grading.split.inside.serve import Server
from chainrule_staff.grading.split.trusted.calls import Calls, place_of_generator
from chainrule_staff.grading.split.trusted.namespace import Namespace
from chainrule_staff.grading.split.trusted.proxy import CallableProxy, Proxy

STUDENT = """
import math, functools
import numpy as np
import sympy as sp

def add(a, b=2, *rest, scale: float = 1.0, **more):
    "Add two things."
    return (a + b) * scale

def spoil(x):
    x[0] = 99.0
    return x

def numeric_gradient(f, x, h=1e-6):
    g = np.zeros_like(x)
    for i in range(x.size):
        d = np.zeros_like(x); d.flat[i] = h
        g.flat[i] = (f(x + d) - f(x - d)) / (2 * h)
    return g

def compose(f, g): return lambda x: f(g(x))
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
def naturals():
    n = 0
    while True:
        yield n
        n += 1
def three():
    yield from (1, 2, 3)
def fails(kind): raise kind
class Odd(ValueError): pass
def odd(): raise Odd("very odd")
def assertion(): assert False, "mine"
def draw(): return np.random.normal()
def apply(f, x): return f(x)
def say(): print("said"); return 1
def own_module(): return math

class Value:
    kind = "scalar"
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents
        self.back = lambda: None
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.back = back
        return out
    __rmul__ = __mul__
    def __len__(self): return 3
    def __getitem__(self, i): return self.data * i
    def __eq__(self, other): return True
    def __lt__(self, other): return True
    def __bool__(self): return True
    def __float__(self): return 0.0
    def __sub__(self, other): return 0.0
    def __contains__(self, x): return True
    def __array__(self, *a, **k): return np.array([])
    __hash__ = None
    @classmethod
    def one(cls): return cls(1.0)
class Sub(Value): pass
data = {"W1": np.ones((2, 3)), "loss": [1.0, 0.5]}
expression = sp.tanh(sp.Symbol("x")) ** 2
shadow = sum = len = None
"""


@pytest.fixture
def names() -> Iterator[Namespace]:
    space: dict[str, Any] = {}
    exec(STUDENT, space)
    ours, theirs = socket.socketpair()
    server = Server(theirs, types.SimpleNamespace(shell=types.SimpleNamespace(user_ns=space)))

    def serve() -> None:
        try:
            while True:
                server.serve_one()
        except (EOFError, OSError):
            pass

    thread = threading.Thread(target=serve)
    thread.start()
    namespace = Namespace()
    namespace.calls = Calls(ours)
    yield namespace
    ours.close()
    thread.join()
    theirs.close()


def test_plain_data_comes_by_value(names: Namespace) -> None:
    assert type(names["data"]) is dict
    names["data"]["W1"][:] = 7
    names.renew()
    assert (names["data"]["W1"] == 1).all()


def test_names_that_do_not_exist(names: Namespace) -> None:
    with pytest.raises(KeyError):
        names["nothing_like_this"]
    assert names.get("nothing_like_this", 5) == 5
    assert "nothing_like_this" not in names
    assert "add" in names


def test_built_ins_and_private_names_are_never_the_students(names: Namespace) -> None:
    for name in ("sum", "len", "__builtins__", "_secret"):
        with pytest.raises(KeyError):
            names[name]


def test_code_sees_the_names_everywhere(names: Namespace) -> None:
    source = "a = add(1)\ndef f(): return [add(k, 1) for k in range(2)]\nb = f(); c = sum(b)"
    exec(source, names)
    assert (names["a"], names["b"], names["c"]) == (3.0, [1.0, 2.0], 3.0)


def test_our_own_names_win(names: Namespace) -> None:
    names["add"] = lambda a: "given"
    assert names["add"](1) == "given"


def test_functions_keep_their_name_doc_and_signature(names: Namespace) -> None:
    add = names["add"]
    assert (add.__name__, add.__doc__, callable(add)) == ("add", "Add two things.", True)
    assert list(inspect.signature(add).parameters) == ["a", "b", "rest", "scale", "more"]
    assert add(1, b=3, scale=2.0) == 8.0
    assert repr(add) == "<the submission's add>"


def test_arguments_are_copies(names: Namespace) -> None:
    x = np.zeros(3)
    assert names["spoil"](x)[0] == 99.0
    assert (x == 0).all()


def test_callbacks_run_here(names: Namespace) -> None:
    seen: list[float] = []

    def f(x: np.ndarray) -> float:
        seen.append(float(x.sum()))
        return float((x**2).sum())

    gradient = names["numeric_gradient"](f, np.array([1.0, -2.0]))
    assert np.allclose(gradient, [2, -4], atol=1e-5)
    assert len(seen) == 4


def test_functions_go_back_and_forth(names: Namespace) -> None:
    composed = names["compose"](lambda x: x + 1, names["add"])
    assert composed(1) == 4.0
    assert names["apply"](names["compose"](np.tanh, np.exp), 0.0) == np.tanh(1.0)


def test_errors_of_a_callback_come_back_without_their_text(names: Namespace) -> None:
    def secret(x: float) -> float:
        raise ZeroDivisionError("HIDDEN")

    with pytest.raises(ZeroDivisionError) as caught:
        names["apply"](secret, 1.0)
    assert "HIDDEN" not in str(caught.value)


def test_a_callback_of_a_test_that_is_over(names: Namespace) -> None:
    late = names["compose"](lambda x: x, lambda x: x)
    assert names.calls is not None
    names.calls.callbacks.clear()
    with pytest.raises(KeyError):
        late(1)


def test_closures_keep_their_state(names: Namespace) -> None:
    step = names["counter"]()
    assert [step(), step(), step()] == [1, 2, 3]


def test_generators(names: Namespace) -> None:
    assert list(names["three"]()) == [1, 2, 3]
    naturals = names["naturals"]()
    assert [next(naturals) for _ in range(4)] == [0, 1, 2, 3]


def test_classes_and_instances(names: Namespace) -> None:
    make = names["Value"]
    a, b = make(2.0), make(5.0)
    c = a * b
    assert c.data == 10.0
    c.grad = 1.0
    c.back()
    assert (a.grad, b.grad, c.parents[0] is a) == (5.0, 2.0, True)
    assert isinstance(a, make)
    assert isinstance(names["Sub"](1.0), make)
    assert not isinstance(3, make)
    assert make.one().data == 1.0
    assert (3 * a).data == 6.0
    assert (len(a), a[2], make.kind) == (3, 4.0, "scalar")
    assert hasattr(a, "data")
    assert not hasattr(a, "absent")


def test_a_proxy_decides_nothing(names: Namespace) -> None:
    value = names["Value"](2.0)
    assert value != 2.0
    assert not (value == 2.0)  # noqa: SIM201  # the other operator
    assert value == value
    refused: list[Callable[[], Any]] = [
        lambda: bool(value), lambda: value < 1, lambda: value >= 1, lambda: 3 in value,
        lambda: np.asarray(value), lambda: np.allclose(value, 0), lambda: float(value),
        lambda: abs(value - 2.0) < 1e-9, lambda: value - 2.0, lambda: 2.0 - value,
        lambda: np.array([1.0]) - value, lambda: np.sum([value]), lambda: round(value),
        lambda: sorted([value, value]), lambda: max(value, 1), lambda: [1, 2][value],
    ]  # fmt: skip
    for operation in refused:
        with pytest.raises(TypeError):
            operation()


def test_with_a_forwarding_proxy_the_lie_would_win(
    names: Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The defence switched off: comparisons and arithmetic decided by the student."""
    value = names["Value"](7.0)
    monkeypatch.setattr(Proxy, "_operate", Proxy._ask)
    monkeypatch.setattr(Proxy, "__eq__", lambda self, other: self._ask("o:lt", other))
    assert abs(value - 2.0) < 1e-9
    assert value == "anything"


@pytest.mark.parametrize(
    "kind", [ValueError, TypeError, ZeroDivisionError, KeyError, IndexError, NotImplementedError]
)
def test_exceptions_come_by_name(kind: type[Exception], names: Namespace) -> None:
    with pytest.raises(kind):
        names["apply"](lambda x: {}[x] if kind is KeyError else raise_(kind), 1)


def raise_(kind: type[Exception]) -> Any:
    raise kind("text")


def test_exceptions_of_the_student(names: Namespace) -> None:
    with pytest.raises(ValueError, match="very odd") as caught:
        names["odd"]()
    assert type(caught.value).__name__ == "Odd"
    assert caught.value.__notes__[0].startswith("in the submission:")
    with pytest.raises(AssertionError, match="mine"):
        names["assertion"]()


def test_symbolic_values(names: Namespace) -> None:
    x = sp.Symbol("x")
    assert names["expression"] == sp.tanh(x) ** 2
    assert names["apply"](names["add"], x + 1) == 1.0 * x + 3.0


def test_modules_are_our_own(names: Namespace) -> None:
    assert names["np"] is np
    assert names["own_module"]() is __import__("math")


def test_the_random_state_goes_there(names: Namespace) -> None:
    np.random.seed(5)
    expected = np.random.RandomState(5).normal()
    assert names["draw"]() == expected  # that it does not come back, test_engine.py shows


def test_the_random_state_goes_only_when_it_has_changed() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        calls = Calls(ours)

        def sent() -> list[Any] | None:
            tree: dict[str, Any] = {}
            calls.share_random(tree, list)
            return tree.get("random")

        np.random.seed(5)
        assert sent() is not None
        assert sent() is None
        np.random.uniform()
        assert sent() is not None
        np.random.normal()  # keeps a second number for later
        assert sent()[2] == 1  # type: ignore[index]
        assert sent() is None
        np.random.normal()  # uses it up: the generator stands where it stood
        assert sent()[2] == 0  # type: ignore[index]
        assert sent() is None


@pytest.mark.parametrize("seed", range(3))
def test_the_place_of_the_generator_is_that_of_its_state(seed: int) -> None:
    np.random.seed(seed)
    np.random.uniform(size=seed)
    _, keys, position, *_ = np.random.get_state(legacy=True)
    assert place_of_generator() == (keys[0], keys[-1], position)


def test_objects_of_ours_that_are_no_data_do_not_cross(names: Namespace) -> None:
    with pytest.raises(TypeError, match="cannot be handed"):
        names["add"](object())


def test_what_is_a_proxy(names: Namespace) -> None:
    assert type(names["add"]) is CallableProxy
    assert type(names["naturals"]()) is Proxy
    assert not isinstance(names["add"], np.ndarray)
