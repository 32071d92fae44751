"""Round numbers for the axes."""

from __future__ import annotations

import math

from chainrule.sweep.pack import SUPERSCRIPTS

Tick = tuple[float, str]


def find_ticks(low: float, high: float, count: int = 5) -> list[Tick]:
    """Return about `count` round values in [low, high], each with its text."""
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / rough)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(k * step, write_tick(k * step, digits)) for k in range(first, last + 1)]


def find_decades(low: float, high: float, count: int = 6) -> list[Tick]:
    """Return powers of ten in [low, high] for a logarithmic axis, at most `count` or so."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / count))
    powers = [k for k in range(first, last + 1) if k % step == 0]
    return [(10.0**k, "10" + str(k).translate(SUPERSCRIPTS)) for k in powers]


def write_tick(value: float, digits: int) -> str:
    """Write a tick with the decimals its step needs and a true minus."""
    text = f"{value:.{digits}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")
