"""Exact numbers for identity tests: a prime field in which exp is a homomorphism.

Two rational formulas that agree at random points of a large field are equal, up to an error of
degree/2^62 (Schwartz and Zippel). To let exp join in, a number carries a second residue: exp maps
the one modulo P to the other modulo Q, and exp(a+b) = exp(a)exp(b) holds exactly because P divides
Q - 1 (Gonnet 1984, Martin 1971). Q = 3 modulo 4, so that squares play the part of positive numbers
and have one square root that is a square itself.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from chainrule.derivation.errors import Undefined

P = (1 << 61) - 1
_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def is_prime(n: int) -> bool:
    """Decide primality below 2^64 (Miller and Rabin with twelve fixed bases)."""
    if any(n % small == 0 for small in _WITNESSES):
        return n in _WITNESSES
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in _WITNESSES:
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _find_modulus() -> tuple[int, int]:
    """Return the first prime Q = k P + 1 with Q = 3 mod 4, and an element of order P."""
    k = 2
    while (k * P + 1) % 4 != 3 or not is_prime(k * P + 1):
        k += 2
    modulus = k * P + 1
    return modulus, pow(3, k, modulus)


Q, GENERATOR = _find_modulus()


class FieldNumber:
    """A residue modulo Q, with a companion modulo P that is used only inside exp."""

    __slots__ = ("p", "q")

    def __init__(self, q: int, p: int) -> None:
        self.q = q
        self.p = p

    def __add__(self, other: FieldNumber) -> FieldNumber:
        return FieldNumber((self.q + other.q) % Q, (self.p + other.p) % P)

    def __sub__(self, other: FieldNumber) -> FieldNumber:
        return FieldNumber((self.q - other.q) % Q, (self.p - other.p) % P)

    def __mul__(self, other: FieldNumber) -> FieldNumber:
        return FieldNumber(self.q * other.q % Q, self.p * other.p % P)

    def __neg__(self) -> FieldNumber:
        return FieldNumber(-self.q % Q, -self.p % P)

    def __truediv__(self, other: FieldNumber) -> FieldNumber:
        return self * other**-1

    def __pow__(self, exponent: int) -> FieldNumber:
        if exponent < 0 and (self.q == 0 or self.p == 0):
            raise Undefined("division by zero")
        return FieldNumber(pow(self.q, exponent, Q), pow(self.p, exponent, P))

    def is_positive(self) -> bool:
        """Tell whether this is a square other than 0."""
        return pow(self.q, (Q - 1) // 2, Q) == 1

    def square_root(self) -> int:
        """Return the residue of the root that is a square itself."""
        root = pow(self.q, (Q + 1) // 4, Q)
        return root if pow(root, (Q - 1) // 2, Q) == 1 else Q - root


def embed(value: Any) -> FieldNumber:
    """Return a fraction as a field number; multiples of P and Q are zero and divide nothing."""
    exact = Fraction(value)
    over, under = exact.numerator, exact.denominator
    return FieldNumber(over % Q, over % P) / FieldNumber(under % Q, under % P)
