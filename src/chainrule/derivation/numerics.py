# ruff: noqa: D102  (the methods are named after what they evaluate)
"""Real (or complex) values at any precision, with every domain error noticed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from mpmath import mp, mpc, mpf

from chainrule.derivation.arrays import each
from chainrule.derivation.calculus import Calculus
from chainrule.derivation.errors import Budget, TooExpensive, Undefined
from chainrule.derivation.evaluation import ORDER
from chainrule.derivation.expression import Expr
from chainrule.derivation.points import Point, to_number

OVERFLOW = mpf(10) ** 1300
_WORD = 136  # bits of 40 digits: the precision at which a node costs one unit of work
MAX_POWER = 10**6
LARGE = 10**40  # beyond this, mpmath's exp of an integer may take seconds


class Real(Calculus):
    """The value of a tree at a point of the declared domain, to `mp.dps` digits.

    Attributes:
        blurred: whether a number was lost beside a larger one, as e^-x in 1 + e^-x; noticed only
            if `watch` says so.
    """

    def __init__(self, point: Point, budget: Budget, watch: bool = False) -> None:
        super().__init__(point.setting, point.values(), point.sizes, budget)
        self.complex = any(d.kind == "complex" for d in point.setting.names.values())
        self.slack = point.slack
        self.watch = watch
        self.blurred = False

    def price(self) -> float:
        return 1 + mp.prec / 4000

    def pay(self, share: float = 1) -> None:
        """Pay for a function; at many digits it costs far more than a product."""
        if mp.prec > _WORD:
            self.budget.spend(share * (mp.prec / 500) ** 2.5)

    def const(self, value: Fraction) -> Any:
        return to_number(value)

    def named(self, constant: str) -> Any:
        if constant == "oo":
            raise Undefined("infinity is not a number")
        return +mp.pi if constant == "pi" else +mp.e

    def divide(self, a: Any, b: Any) -> Any:
        if b == 0 or (self.slack and abs(b) < self.slack):
            raise Undefined("division by zero")
        return a / b

    def on_add(self, tree: Expr) -> Any:
        return each(self.sum, *map(self.value, tree.args)) if self.watch else super().on_add(tree)

    def on_sub(self, tree: Expr) -> Any:
        if not self.watch:
            return super().on_sub(tree)
        return each(lambda a, b: self.sum(a, -b), *map(self.value, tree.args))

    def sum(self, a: Any, b: Any) -> Any:
        """Add two numbers, and notice if one of them is lost."""
        result = a + b
        self.blurred |= bool((a and result == b) or (b and result == a))
        return result

    def root(self, base: Any, exponent: Fraction) -> Any:
        if base == 0 and exponent < 0:
            raise Undefined("division by zero")
        if abs(exponent) > MAX_POWER:
            raise TooExpensive("a huge exponent")
        if exponent.denominator == 1:
            return base ** int(exponent)
        if base == 0:
            return mpf(0)
        if not self.complex and base < 0:
            raise Undefined("a root of a negative number")
        self.pay(3)
        return mp.power(base, self.const(exponent))

    def power(self, base: Any, exponent: Any) -> Any:
        if not self.complex and base <= 0:
            whole = exponent == int(exponent) if abs(exponent) < MAX_POWER else False
            if base < 0 and whole:
                return base ** int(exponent)
            if base < 0 or exponent <= 0:
                raise Undefined("a power of a number that is not positive")
            return mpf(0)
        if abs(exponent) > OVERFLOW:
            raise Undefined("overflow")
        self.pay(3)
        if abs(exponent) > LARGE:
            with mp.extraprec(2 * mp.mag(exponent)):
                return self.exp(exponent * self.ln(base))
        return mp.power(base, exponent)

    def apply(self, function: str, *args: Any) -> Any:
        if self.setting.kind(function) == "fn":
            return self.values[function](*args)
        rule = _FUNCTIONS.get(function)
        if rule is None:
            raise Undefined(f"no numeric rule for {function}")
        self.pay(_DEAR.get(function, 1))
        result = rule(self, *args)
        self.blurred |= function in _SATURATED and abs(result) == 1
        return result

    def holds(self, relation: str, a: Any, b: Any) -> bool:
        if isinstance(a, mpc) or isinstance(b, mpc):
            raise Undefined("the order of complex numbers")
        if self.slack and abs(a - b) < self.slack:
            a = b  # a switching point that is no rational number
        return ORDER[relation](a, b)

    # ---- the functions that need a word about their domain
    def exp(self, x: Any) -> Any:
        if abs(x) > OVERFLOW:
            if not self.complex and x < 0:
                return mpf(0)
            raise Undefined("overflow")
        return mp.exp(x) if abs(x) < LARGE else self.large_exp(x)

    def large_exp(self, x: Any) -> Any:
        """Return exp(x) as 2^n times a number of the size of one."""
        if isinstance(x, mpc):
            raise Undefined("overflow")
        with mp.extraprec(mp.mag(x) + 20):
            n = mp.floor(x / mp.ln2)
            return mp.ldexp(mp.exp(x - n * mp.ln2), int(n))

    def ln(self, x: Any) -> Any:
        if x == 0 or (not self.complex and x < 0):
            raise Undefined("the logarithm of a number <= 0")
        return mp.log(x)

    def sqrt(self, x: Any) -> Any:
        if not self.complex and x < 0:
            raise Undefined("the root of a negative number")
        return mp.sqrt(x)

    def sigmoid(self, x: Any) -> Any:
        return self.divide(mpf(1), 1 + self.exp(-x))

    def softplus(self, x: Any) -> Any:
        if self.complex:
            return self.ln(1 + self.exp(x))
        return max(x, mpf(0)) + mp.log1p(self.exp(-abs(x)))

    def bounded(self, function: Callable[[Any], Any], x: Any) -> Any:
        if abs(x) > OVERFLOW:
            raise Undefined("overflow")
        return function(x)


_SATURATED = ("σ", "tanh", "erf")
_DEAR = {**dict.fromkeys(("relu", "H", "abs", "sign", "floor", "max", "min"), 0), "erf": 50}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": Real.exp,
    "ln": Real.ln,
    "log2": lambda real, x: real.ln(x) / mp.log(2),
    "sqrt": Real.sqrt,
    "σ": Real.sigmoid,
    "softplus": Real.softplus,
    "relu": lambda real, x: x if x > 0 else mpf(0),
    "H": lambda real, x: mpf(1) if x > 0 else mpf(0) if x < 0 else mpf(1) / 2,
    "abs": lambda real, x: abs(x),
    "sign": lambda real, x: mp.sign(x),
    "floor": lambda real, x: mp.floor(x),
    "max": lambda real, *xs: max(xs),
    "min": lambda real, *xs: min(xs),
    "sin": lambda real, x: real.bounded(mp.sin, x),
    "cos": lambda real, x: real.bounded(mp.cos, x),
    "sinh": lambda real, x: (real.exp(x) - real.exp(-x)) / 2 if abs(x) > LARGE else mp.sinh(x),
    "cosh": lambda real, x: (real.exp(x) + real.exp(-x)) / 2 if abs(x) > LARGE else mp.cosh(x),
    "tanh": lambda real, x: real.bounded(mp.tanh, x),
    "erf": lambda real, x: real.bounded(mp.erf, x),
}
