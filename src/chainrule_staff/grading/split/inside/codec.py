"""By-value codec between two processes that do not trust each other. Never pickle.

Plain data become a JSON tree whose dicts are tagged nodes, with the bytes of arrays beside it.
Whatever is not plain data goes to `refer`, which makes a handle of it (or refuses). Decoding
builds only exact built-in types, NumPy arrays and scalars, and SymPy trees from a list of heads.
"""

from __future__ import annotations

import collections
import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import symbolic
from .frames import Buffer, WireError

MAX_DEPTH = 64
MAX_ELEMENTS = 1 << 25  # of one array: 256 MB of float64, the size of a whole frame
ARRAY_KINDS = frozenset("biufcSUMm")  # no objects, no structured records
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
MAX_ITEMS = 1_000_000  # of a list or tuple that is not all floats
LARGE = 1 << 16  # bytes: from here on arrays are not copied on their way
PACK_FROM = 16  # a list of this many floats travels as a buffer

Refer = Callable[[Any], dict[str, Any]]
Resolve = Callable[[dict[str, Any]], Any]


class Encoder:
    """Turns values into a tree; collects the array buffers of one frame in `buffers`."""

    def __init__(self, refer: Refer) -> None:
        self.buffers: list[Buffer] = []
        self.refer = refer

    def __call__(self, value: Any, depth: int = 0) -> Any:
        """Encode `value`; raises `WireError` when it is nested too deeply."""
        if depth > MAX_DEPTH:
            raise WireError(f"nested more than {MAX_DEPTH} levels deep")
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int:
            return value if -(1 << 53) < value < 1 << 53 else {"t": "int", "v": hex(value)}
        encode = ENCODERS.get(kind)
        if encode is not None:
            return encode(self, value, depth + 1)
        return self.by_ancestry(value, depth + 1)

    def by_ancestry(self, value: Any, depth: int) -> Any:
        """Encode what is plain data by inheritance: subclasses lose their class, and their lies."""
        if isinstance(value, np.ndarray):
            return encode_array(self, value, depth)
        if isinstance(value, np.generic):
            return encode_scalar(self, value)
        if isinstance(value, np.ufunc | type) and name_of(value) in by_name():
            known = by_name()[name_of(value)]
            return {"t": "known", "v": name_of(value)} if known is value else self.refer(value)
        if isinstance(value, np.dtype) and value.kind in ARRAY_KINDS:
            return {"t": "dtype", "v": value.str}
        if isinstance(value, tuple) and hasattr(type(value), "_fields"):
            names = [str(name) for name in getattr(type(value), "_fields", ())]
            items = [self(item, depth) for item in tuple.__iter__(value)]
            return {"t": "named", "n": type(value).__name__, "f": names, "v": items}
        for base, plain in PLAIN_BASES:
            if isinstance(value, base):
                return self(plain(value), depth)
        tree = symbolic.encode(value)
        return self.refer(value) if tree is None else {"t": "sympy", "v": tree}

    def buffer(self, data: Buffer) -> int:
        """Put `data` beside the tree and return its number."""
        self.buffers.append(data)
        return len(self.buffers) - 1


PLAIN_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, lambda value: int.__add__(value, 0)),
    (float, lambda value: float.__add__(value, 0.0)),
    (str, str.__str__),
    (list, lambda value: list(list.__iter__(value))),
    (tuple, lambda value: tuple(tuple.__iter__(value))),
    (dict, lambda value: dict(dict.items(value))),
)


@functools.cache
def by_name() -> dict[str, Any]:
    """Return what both sides have and may name: built-in and NumPy types, NumPy's ufuncs."""
    known: list[Any] = [
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        list,
        tuple,
        dict,
        set,
        object,
        np.ndarray,
    ]
    known += [v for v in vars(np).values() if isinstance(v, np.ufunc)]
    known += [v for v in vars(np).values() if isinstance(v, type) and issubclass(v, np.generic)]
    return {name_of(value): value for value in known}


def name_of(value: Any) -> str:
    """Return the name under which both sides know a type or a ufunc."""
    name = value.__name__
    return f"{type(value).__name__}:{name}" if type(name) is str else ""


def encode_sequence(encoder: Encoder, value: Sequence[Any], depth: int) -> Any:
    """Encode a list or a tuple; one of many floats as a buffer."""
    tag = "list" if isinstance(value, list) else "tuple"
    if len(value) >= PACK_FROM and all(type(item) is float for item in value):
        return {"t": "floats", "k": tag, "b": encoder.buffer(np.array(value).tobytes())}
    if len(value) > MAX_ITEMS:
        raise WireError(f"a {tag} of {len(value)} items is too long to be handed over")
    items = [encoder(item, depth) for item in value]
    return items if tag == "list" else {"t": tag, "v": items}


def encode_dict(encoder: Encoder, value: dict[Any, Any], depth: int) -> Any:
    """Encode a dict as pairs: its keys need not be text."""
    pairs = [[encoder(key, depth), encoder(item, depth)] for key, item in value.items()]
    return {"t": "dict", "v": pairs}


def encode_set(encoder: Encoder, value: set[Any] | frozenset[Any], depth: int) -> Any:
    """Encode a set or a frozenset."""
    return {"t": type(value).__name__, "v": [encoder(item, depth) for item in value]}


def encode_complex(encoder: Encoder, value: complex, depth: int) -> Any:
    """Encode a complex number."""
    return {"t": "complex", "v": [value.real, value.imag]}


def encode_bytes(encoder: Encoder, value: bytes, depth: int) -> Any:
    """Encode bytes as a buffer."""
    return {"t": "bytes", "b": encoder.buffer(value)}


def encode_slice(encoder: Encoder, value: slice, depth: int) -> Any:
    """Encode a slice."""
    return {"t": "slice", "v": [encoder(p, depth) for p in (value.start, value.stop, value.step)]}


def encode_range(encoder: Encoder, value: range, depth: int) -> Any:
    """Encode a range."""
    return {"t": "range", "v": [encoder(p, depth) for p in (value.start, value.stop, value.step)]}


def encode_ellipsis(encoder: Encoder, value: Any, depth: int) -> Any:
    """Encode `...`."""
    return {"t": "ellipsis"}


def encode_array(encoder: Encoder, value: np.ndarray, depth: int) -> Any:
    """Encode an array of numbers as a buffer, one of objects item by item."""
    array = np.asarray(value).view(np.ndarray)
    if array.dtype.kind in ARRAY_KINDS:
        check_shape(array.shape)
        data = encoder.buffer(bytes_of(np.ascontiguousarray(array)))
        return {"t": "array", "d": array.dtype.str, "s": list(array.shape), "b": data}
    if array.dtype.kind == "O":
        items = [encoder(item, depth) for item in array.ravel().tolist()]
        return {"t": "objects", "s": list(array.shape), "v": items}
    raise WireError(f"an array of {array.dtype} cannot be handed over")


def bytes_of(array: np.ndarray) -> Buffer:
    """Return the bytes of a contiguous array; large ones are not copied, as they leave at once."""
    if array.nbytes < LARGE:
        return array.tobytes()
    return array.reshape(-1).view(np.uint8).data


def encode_scalar(encoder: Encoder, value: np.generic) -> Any:
    """Encode a NumPy scalar; its type stays."""
    if value.dtype.kind not in ARRAY_KINDS:
        raise WireError(f"a {value.dtype} cannot be handed over")
    return {"t": "scalar", "d": value.dtype.str, "b": encoder.buffer(value.tobytes())}


def encode_legacy_random(encoder: Encoder, value: np.random.RandomState, depth: int) -> Any:
    """Encode a RandomState by its state."""
    state: Any = value.get_state(legacy=True)
    return {"t": "legacy", "v": [encoder(part, depth) for part in state[1:]]}


def encode_random(encoder: Encoder, value: np.random.Generator, depth: int) -> Any:
    """Encode a Generator by the state of its bit generator."""
    bits = value.bit_generator
    return {"t": "random", "n": type(bits).__name__, "v": encoder(bits.state, depth)}


ENCODERS: dict[type, Callable[[Encoder, Any, int], Any]] = {
    list: encode_sequence,
    tuple: encode_sequence,
    dict: encode_dict,
    set: encode_set,
    frozenset: encode_set,
    complex: encode_complex,
    bytes: encode_bytes,
    slice: encode_slice,
    range: encode_range,
    type(Ellipsis): encode_ellipsis,
    np.ndarray: encode_array,
    np.random.RandomState: encode_legacy_random,
    np.random.Generator: encode_random,
}


class Decoder:
    """Turns one frame's tree back into values. Raises `WireError` for whatever is not allowed."""

    def __init__(self, buffers: Sequence[Buffer], resolve: Resolve) -> None:
        self.buffers = buffers
        self.resolve = resolve
        self.taken: set[int] = set()  # buffers that have become the memory of an array

    def __call__(self, tree: Any) -> Any:
        """Decode `tree`; every surprise in it is a `WireError`, whatever its first shape."""
        try:
            return self.node(tree, 0)
        except WireError:
            raise
        except Exception as error:
            raise WireError(f"malformed value: {type(error).__name__}: {error}") from None

    def node(self, tree: Any, depth: int) -> Any:
        """Decode one node at `depth`."""
        if depth > MAX_DEPTH:
            raise WireError(f"nested more than {MAX_DEPTH} levels deep")
        if tree is None or isinstance(tree, bool | int | float | str):
            return tree
        if isinstance(tree, list):
            return [self.node(item, depth + 1) for item in tree]
        decode = DECODERS.get(tree["t"])
        return self.resolve(tree) if decode is None else decode(self, tree, depth + 1)

    def nodes(self, trees: Any, depth: int) -> list[Any]:
        """Decode a list of nodes; anything else in its place is an error."""
        if not isinstance(trees, list):
            raise WireError("a list was expected")
        return [self.node(tree, depth) for tree in trees]

    def buffer(self, tree: dict[str, Any]) -> Buffer:
        """Return the buffer that a node names."""
        number = tree["b"]
        if type(number) is not int or not 0 <= number < len(self.buffers):
            raise WireError("no such buffer")
        return self.buffers[number]

    def owned(self, tree: dict[str, Any], array: np.ndarray) -> np.ndarray:
        """Return an array over a buffer so that it is writable and shares memory with no other."""
        if array.flags.writeable and tree["b"] not in self.taken:
            self.taken.add(tree["b"])
            return array
        return array.copy()


def read_dtype(text: Any) -> np.dtype[Any]:
    """Return the dtype called `text`; only plain kinds of a sane item size are allowed."""
    dtype = np.dtype(str(text)[:32])
    if dtype.kind not in ARRAY_KINDS or dtype.itemsize > 1 << 16:
        raise WireError(f"arrays of {str(text)[:32]!r} are not accepted")
    return dtype


def check_shape(shape: Sequence[Any]) -> tuple[int, ...]:
    """Return `shape` as a tuple of sane sizes."""
    if len(shape) > 32 or not all(type(n) is int and n >= 0 for n in shape):
        raise WireError("impossible shape")
    if math.prod(shape) > MAX_ELEMENTS:
        raise WireError(f"an array of shape {tuple(shape)} is too large to be handed over")
    return tuple(shape)


def decode_array(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild an array whose buffer has the size that its shape says."""
    dtype, shape = read_dtype(tree["d"]), check_shape(tree["s"])
    data = decoder.buffer(tree)
    if len(data) != dtype.itemsize * math.prod(shape):
        raise WireError("an array and its buffer differ in size")
    if not data:
        return np.empty(shape, dtype)
    return decoder.owned(tree, np.frombuffer(data, dtype).reshape(shape))


def decode_objects(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild an array of objects."""
    shape, items = check_shape(tree["s"]), decoder.nodes(tree["v"], depth)
    if len(items) != math.prod(shape):
        raise WireError("an array and its items differ in number")
    array = np.empty(len(items), dtype=object)
    for index, item in enumerate(items):
        array[index] = item
    return array.reshape(shape)


def decode_scalar(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild a NumPy scalar."""
    dtype, data = read_dtype(tree["d"]), decoder.buffer(tree)
    if dtype.itemsize == 0:
        return dtype.type()
    if len(data) != dtype.itemsize:
        raise WireError("a scalar and its buffer differ in size")
    return np.frombuffer(data, dtype)[0]


def decode_floats(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild a list or tuple of floats."""
    values = np.frombuffer(decoder.buffer(tree), np.float64).tolist()
    return values if tree["k"] == "list" else tuple(values)


def decode_int(decoder: Decoder, tree: dict[str, Any], depth: int) -> int:
    """Rebuild a large integer of bounded length."""
    text = tree["v"]
    if not isinstance(text, str) or len(text) > 4096:
        raise WireError("an integer of more than 4096 hexadecimal digits")
    return int(text, 16)


def decode_dict(decoder: Decoder, tree: dict[str, Any], depth: int) -> dict[Any, Any]:
    """Rebuild a dict."""
    pairs = tree["v"]
    return {decoder.node(key, depth): decoder.node(item, depth) for key, item in pairs}


def decode_named(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild a namedtuple from its field names alone (a new class of the same shape)."""
    name, fields = str(tree["n"]), [str(field) for field in tree["f"]]
    if len(fields) > 64 or sum(map(len, fields)) + len(name) > 4096:
        raise WireError("a namedtuple with too many names")
    made = collections.namedtuple(name, fields)  # type: ignore[misc]  # refuses non-identifiers
    return made(*decoder.nodes(tree["v"], depth))


def decode_legacy_random(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild a RandomState."""
    random = np.random.RandomState(0)
    random.set_state(("MT19937", *decoder.nodes(tree["v"], depth)))
    return random


def decode_random(decoder: Decoder, tree: dict[str, Any], depth: int) -> Any:
    """Rebuild a Generator of a known kind."""
    if tree["n"] not in GENERATORS:
        raise WireError("unknown bit generator")
    bits = getattr(np.random, tree["n"])(0)
    bits.state = decoder.node(tree["v"], depth)
    return np.random.Generator(bits)


DECODERS: dict[str, Callable[[Decoder, Any, int], Any]] = {
    "int": decode_int,
    "tuple": lambda decoder, tree, depth: tuple(decoder.nodes(tree["v"], depth)),
    "floats": decode_floats,
    "dict": decode_dict,
    "set": lambda decoder, tree, depth: set(decoder.nodes(tree["v"], depth)),
    "frozenset": lambda decoder, tree, depth: frozenset(decoder.nodes(tree["v"], depth)),
    "complex": lambda decoder, tree, depth: complex(*decoder.nodes(tree["v"], depth)),
    "bytes": lambda decoder, tree, depth: bytes(decoder.buffer(tree)),
    "slice": lambda decoder, tree, depth: slice(*decoder.nodes(tree["v"], depth)),
    "range": lambda decoder, tree, depth: range(*decoder.nodes(tree["v"], depth)),
    "ellipsis": lambda decoder, tree, depth: Ellipsis,
    "named": decode_named,
    "array": decode_array,
    "objects": decode_objects,
    "scalar": decode_scalar,
    "dtype": lambda decoder, tree, depth: read_dtype(tree["v"]),
    "legacy": decode_legacy_random,
    "random": decode_random,
    "known": lambda decoder, tree, depth: by_name()[tree["v"]],
    "sympy": lambda decoder, tree, depth: symbolic.decode(tree["v"]),
}
