"""Proxies: what a hidden cell holds of the student's functions, objects and classes.

An operation on a proxy happens in the student's process; only its result comes back, by value.
A proxy decides nothing that a test would believe: it equals itself alone, has no truth value, no
order, is no number and no array. Arithmetic with it happens in the student's process and gives
proxies again, never numbers: otherwise `abs(f(3) - 6) < 1e-9` would be the student's to decide.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .calls import Calls

MAX_NAME = 200  # characters of a name that the student's process tells


class Proxy:
    """Something that stays in the student's process."""

    __slots__ = ("_calls", "_number", "_told")
    __array_ufunc__ = None  # arrays leave every operation with us to us

    def __init__(self, calls: Calls, number: int, told: dict[str, Any]) -> None:
        object.__setattr__(self, "_calls", calls)
        object.__setattr__(self, "_number", number)
        object.__setattr__(self, "_told", told)

    def _ask(self, verb: str, *args: Any) -> Any:
        return self._calls.ask(self._number, verb, args)

    def _refuse(self, *_: Any) -> NoReturn:
        kind = word(self._told, "type")
        raise TypeError(f"the submission gave a {kind} where plain numbers were expected")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            return described(self._told, name)
        if name.startswith(("_repr_", "_ipython_", "_mime", "__array")):
            raise AttributeError(name)
        return self._ask("attribute", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask("set", name, value)

    def __len__(self) -> int:
        return as_plain(self._ask("len"), int)

    def __iter__(self) -> Iterator[Any]:
        return self._ask("iter")

    def __next__(self) -> Any:
        return self._ask("next")

    def __str__(self) -> str:
        return as_plain(self._ask("str"), str)

    def __repr__(self) -> str:
        return f"<the submission's {word(self._told, 'name')}>"

    def __getitem__(self, key: Any) -> Any:
        return self._ask("o:getitem", key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ask("o:setitem", key, value)

    def __delitem__(self, key: Any) -> None:
        self._ask("o:delitem", key)

    def __instancecheck__(self, value: Any) -> bool:
        return self._ask("isinstance", value) is True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self._number)

    def __bool__(self) -> bool:
        self._refuse()

    def _operate(self, verb: str, *others: Any) -> Any:
        result = self._ask(verb, *others)
        return result if isinstance(result, Proxy) else self._refuse()

    __array__ = __float__ = __int__ = __complex__ = __index__ = __round__ = _refuse
    __contains__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


class CallableProxy(Proxy):
    """A function, a method or a class of the student."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it in the student's process, with copies."""
        return self._calls.call(self._number, args, kwargs)


def as_plain(value: Any, kind: type) -> Any:
    """Return `value` if it is exactly of `kind`; the student's process may answer anything."""
    if type(value) is not kind:
        raise TypeError(f"the submission gave a {type(value).__name__}, not a {kind.__name__}")
    return value


def word(told: dict[str, Any], key: str) -> str:
    """Return one short text of a description."""
    return str(told.get(key, "object"))[:MAX_NAME]


def described(told: dict[str, Any], name: str) -> Any:
    """Return a dunder attribute that is known from the description, without asking."""
    if name in ("__name__", "__qualname__"):
        return word(told, "name")
    if name == "__signature__" and isinstance(told.get("signature"), list):
        return signature(told["signature"])
    raise AttributeError(name)


def signature(parameters: list[Any]) -> inspect.Signature:
    """Rebuild a signature from [name, kind, has a default]; nonsense raises AttributeError."""
    try:
        return inspect.Signature(
            [
                inspect.Parameter(
                    str(name),
                    inspect._ParameterKind(int(kind)),
                    default=None if has_default else inspect.Parameter.empty,
                )
                for name, kind, has_default in parameters[:100]
            ]
        )
    except (TypeError, ValueError):
        raise AttributeError("__signature__") from None


def forward(name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the methods for an operator and for its reflection."""

    def operate(self: Proxy, *others: Any) -> Any:
        return self._operate(f"o:{name}", *others)

    def reflected(self: Proxy, other: Any) -> Any:
        return self._operate(f"r:{name}", other)

    return operate, reflected


def docstring(self: Proxy) -> str | None:
    """Return the student's docstring, not that of a proxy."""
    told = object.__getattribute__(self, "_told").get("doc")
    return told if isinstance(told, str) else None


for _kind in (Proxy, CallableProxy):
    _kind.__doc__ = property(docstring)  # type: ignore[assignment]
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    _operate, _reflected = forward(_name)
    setattr(Proxy, f"__{_name}__", _operate)
    setattr(Proxy, f"__r{_name}__", _reflected)
for _name in ("neg", "pos", "abs"):
    setattr(Proxy, f"__{_name}__", forward(_name)[0])
