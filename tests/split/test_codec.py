"""Values cross by value: what is plain comes out as it went in, what is not is refused."""

from __future__ import annotations

import collections
import json
import math
import socket
import struct
import threading
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule_staff.grading.split.inside import codec, frames, symbolic
from chainrule_staff.grading.split.inside.codec import Decoder, Encoder
from chainrule_staff.grading.split.inside.frames import WireError


def refuse(value: Any) -> Any:
    raise WireError(f"not plain: {value!r}")


def through(value: Any) -> Any:
    """Send a value through JSON and back."""
    encoder = Encoder(refuse)
    text = json.dumps(encoder(value))
    return Decoder(encoder.buffers, refuse)(json.loads(text))


def decode(tree: Any, *buffers: bytes) -> Any:
    return Decoder(buffers, refuse)(tree)


Point = collections.namedtuple("Point", "x y")

VALUES = [
    None, True, 0, -7, 2**80, 1.5, -0.0, float("inf"), "λ", b"bytes", 1 + 2j, ...,
    slice(1, None, 2), range(3, 9, 2), [], (), {}, set(), frozenset({1}), [1, [2.0, (3, "x")]],
    {(1, 2): [None]},
    [0.5] * 100, tuple([0.5] * 100), {"a": {1: {2.0: "b"}}}, np.float32(0.1), np.int8(-3),
    np.bool(True), np.datetime64("2026-01-01"), np.dtype("f4"), np.float64, float, np.tanh,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values_keep_value_and_type(value: Any) -> None:
    back = through(value)
    assert type(back) is type(value)
    assert back == value


def test_not_a_number_crosses() -> None:
    assert math.isnan(through(float("nan")))


@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_, np.complex128]),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    )
)
def test_arrays_keep_shape_dtype_and_bytes(array: np.ndarray) -> None:
    back = through(array)
    assert (back.shape, back.dtype, back.tobytes()) == (array.shape, array.dtype, array.tobytes())
    assert back.flags.writeable


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_nested_plain_data(value: Any) -> None:
    assert through(value) == value


def test_a_copy_crosses_not_the_array_itself() -> None:
    array = np.arange(3.0)
    through(array)[0] = 9
    assert array[0] == 0


def test_fortran_order_and_views() -> None:
    array = np.asfortranarray(np.arange(12.0).reshape(3, 4))[:, ::2]
    assert np.array_equal(through(array), array)


def test_subclasses_lose_their_class() -> None:
    class Lie(np.ndarray):
        def __eq__(self, other: object) -> Any:
            return np.True_

    class Num(float):
        def __float__(self) -> float:
            return 99.0

    assert type(through(np.zeros(2).view(Lie))) is np.ndarray
    assert (type(through(Num(3.0))), through(Num(3.0))) == (float, 3.0)
    assert through(Point(1, 2)) == (1, 2)
    assert through(Point(1, 2)).y == 2
    assert type(through(collections.OrderedDict(a=1))) is dict


def test_random_generators_continue_where_they_were() -> None:
    for random in (np.random.default_rng(3), np.random.RandomState(3)):
        random.normal(size=5)
        assert through(random).normal() == random.normal()


x, y = sp.symbols("x y", real=True)
EXPRESSIONS = [
    x, x + y, sp.Symbol("n", integer=True) * 2, sp.Rational(1, 3), sp.Float("0.1", 30), sp.pi,
    sp.oo, -sp.oo, sp.I, sp.E, sp.exp(-(x**2)) / (1 + sp.exp(-x)), sp.tanh(x).diff(x),
    sp.sqrt(2) * x,
    sp.Piecewise((x, x > 0), (0, True)), sp.Eq(x, y), sp.Function("f")(x), sp.Derivative(x**2, x),
    sp.Sum(x**2, (x, 1, 3)), sp.Heaviside(x), sp.true, sp.log(x) / x,
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_symbolic_expressions_are_rebuilt(expression: sp.Basic) -> None:
    assert through(expression) == expression


def test_symbolic_matrices() -> None:
    assert through(sp.Matrix([[x, 1], [0, y]])) == sp.Matrix([[x, 1], [0, y]])


def test_objects_go_to_refer() -> None:
    class Own:
        pass

    for value in (Own(), Own, lambda: 0, (k for k in ()), np.zeros(2, dtype=[("a", "i4")])):
        with pytest.raises(WireError):
            through(value)


HOSTILE = {
    "objects by dtype": ({"t": "array", "d": "|O", "s": [1], "b": 0}, b"x" * 8),
    "records by dtype": ({"t": "array", "d": "i4,O", "s": [1], "b": 0}, b"x" * 12),
    "void": ({"t": "array", "d": "|V8", "s": [1], "b": 0}, b"x" * 8),
    "shape without data": ({"t": "array", "d": "<f8", "s": [10**9], "b": 0}, b""),
    "shape beyond memory": ({"t": "array", "d": "<f8", "s": [10**6, 10**6], "b": 0}, b""),
    "huge items": ({"t": "array", "d": "<U1000000000", "s": [0], "b": 0}, b""),
    "negative shape": ({"t": "array", "d": "<f8", "s": [-1], "b": 0}, b""),
    "shape of floats": ({"t": "array", "d": "<f8", "s": [1.0], "b": 0}, b"x" * 8),
    "too many axes": ({"t": "array", "d": "<f8", "s": [1] * 70, "b": 0}, b"x" * 8),
    "no such buffer": ({"t": "bytes", "b": 3},),
    "negative buffer": ({"t": "bytes", "b": -1}, b"secret"),
    "true as buffer": ({"t": "bytes", "b": True}, b"a", b"b"),
    "scalar of wrong size": ({"t": "scalar", "d": "<f8", "b": 0}, b"x"),
    "endless integer": ({"t": "int", "v": "f" * 10**6},),
    "unhashable key": ({"t": "dict", "v": [[[1], 2]]},),
    "pair of three": ({"t": "dict", "v": [[1, 2, 3]]},),
    "unhashable tag": ({"t": ["array"]},),
    "no tag": ({"x": 1},),
    "unknown tag": ({"t": "pickle", "v": "cos\nsystem"},),
    "handle": ({"t": "handle", "id": 1},),
    "keyword as field": ({"t": "named", "n": "class", "f": ["x"], "v": [1]},),
    "code as field": ({"t": "named", "n": "A", "f": ["__import__('os')"], "v": [1]},),
    "other generator": ({"t": "random", "n": "__class__", "v": {}},),
    "unknown name": ({"t": "known", "v": "builtin_function_or_method:eval"},),
    "sympy eval": ({"t": "sympy", "v": ["A", "sympify", [["S", "__import__('os')", {}]]]},),
    "sympy lambda": ({"t": "sympy", "v": ["A", "Lambda", []]},),
    "sympy class": ({"t": "sympy", "v": ["A", "__class__", []]},),
    "sympy tag": ({"t": "sympy", "v": ["Z"]},),
    "sympy matrix": ({"t": "sympy", "v": ["M", 10**6, 10**6, []]},),
    "sympy integer": ({"t": "sympy", "v": ["I", "0x" + "f" * 10**5]},),
    "sympy assumption": ({"t": "sympy", "v": ["S", "x", {"__class__": True, "a b": 1}]},),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_trees_are_refused(name: str) -> None:
    tree, *buffers = HOSTILE[name]
    with pytest.raises(WireError):
        decode(tree, *buffers)


def test_depth_is_limited_both_ways() -> None:
    deep: Any = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(WireError, match="deep"):
        through(deep)
    with pytest.raises(WireError, match="deep"):
        decode(deep)
    power = x
    for _ in range(100):
        power = sp.Pow(power, y, evaluate=False)
    with pytest.raises(WireError, match="deep"):
        symbolic.encode(power)


def test_powers_and_functions_are_not_computed() -> None:
    tower = ["A", "Pow", [["I", "0x9"], ["A", "Pow", [["I", "0x9"], ["I", "0x9"]]]]]
    assert decode({"t": "sympy", "v": tower}).is_Pow
    assert decode({"t": "sympy", "v": ["A", "factorial", [["I", hex(10**9)]]]}).args == (10**9,)


def test_arrays_beyond_the_limit_are_not_copied() -> None:
    with pytest.raises(WireError, match="too large"):
        Encoder(refuse)(np.broadcast_to(1.0, (10**6, 10**6)))


# Frames -----------------------------------------------------------------------------------------


def pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair()


def test_frames_carry_trees_and_buffers() -> None:
    ours, theirs = pair()
    with ours, theirs:
        frames.send(ours, {"a": "λ\udc80"}, (b"one", b"", b"three"))
        assert frames.receive(theirs) == ({"a": "λ\udc80"}, [b"one", b"", b"three"])


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack("<II", 1 << 31, 0),
        struct.pack("<II", 2, 1 << 31),
        struct.pack("<IIQ", 2, 1, 1 << 60) + b"{}",
        struct.pack("<II", 2, 0) + b"{x",
        struct.pack("<II", 3, 0) + b"\xff\xfe\xff",
        struct.pack("<II", 200_000, 0) + b"[" * 200_000,
        struct.pack("<II", 9000, 0) + b"1" * 9000,
    ],
)
def test_bad_frames_are_refused_before_anything_is_allocated(raw: bytes) -> None:
    ours, theirs = pair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        ours.sendall(raw)
        with pytest.raises(WireError):
            frames.receive(theirs)


def test_an_end_in_the_middle_is_the_end() -> None:
    ours, theirs = pair()
    with theirs:
        ours.sendall(struct.pack("<II", 10, 0) + b"{}")
        ours.close()
        with pytest.raises(EOFError):
            frames.receive(theirs)


def test_too_much_is_refused_by_the_sender() -> None:
    ours, theirs = pair()
    with ours, theirs, pytest.raises(WireError):
        frames.send(ours, "x" * (frames.MAX_JSON + 1))


def test_the_tables_cover_each_other() -> None:
    assert set(codec.by_name()) >= {"type:float64", "ufunc:tanh", "type:float"}
    assert "type:object_" not in codec.by_name() or codec.by_name()["type:object_"] is np.object_


def test_large_arrays_cross_a_socket_whole_and_writable() -> None:
    ours, theirs = socket.socketpair()
    values = [np.arange(3_000_000.0), np.arange(10.0), np.ones((300, 500), order="F")]
    encoder = Encoder(refuse)
    tree = encoder(values)
    sender = threading.Thread(target=frames.send, args=(ours, tree, encoder.buffers))
    sender.start()
    told, buffers = frames.receive(theirs)
    sender.join()
    for found, value in zip(Decoder(buffers, refuse)(told), values, strict=True):
        np.testing.assert_array_equal(found, value)
        found[0] = -1.0
    ours.close()
    theirs.close()


def test_two_arrays_over_one_buffer_share_no_memory() -> None:
    node = {"t": "array", "d": "<f8", "s": [2], "b": 0}
    first, second = Decoder([bytearray(16)], refuse)([node, node])
    first[0] = 1.0
    assert second[0] == 0.0


def test_a_frame_that_ends_early_is_the_end() -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(frames.HEAD.pack(2, 1) + struct.pack("<Q", 5_000_000) + b"[]" + bytes(2_000))
    ours.close()
    with pytest.raises(EOFError):
        frames.receive(theirs)
    theirs.close()
