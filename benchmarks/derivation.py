"""How well and how fast formulas are decided, beside SymPy on the same pairs.

    python benchmarks/derivation.py [--no-sympy]

Prints, for every decider: how many true identities it accepts, how many false ones, how many
domain traps it misses, and the median and longest time. Then the time to check a derivation. Times
are those of the processor, so that they mean the same on a busy machine.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from chainrule.derivation import check_derivation, equal
from chainrule.derivation.errors import Unreadable
from chainrule.derivation.reader import read
from chainrule.derivation.setting import read_setting
from chainrule.derivation.symbolic import to_sympy

DATA = Path(__file__).parent.parent / "tests" / "data" / "derivation"
LIMIT = 5  # seconds SymPy may take for one pair
FIELDS = "setting start target rel min_steps max_step define lemma facts derivatives sampler"
Pair = dict[str, Any]
Decider = Callable[[Pair], bool | None]


def load(name: str, key: str) -> list[Pair]:
    return list(yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))[key])


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of the processor
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def by_chainrule(pair: Pair) -> bool | None:
    answer = equal(pair["a"], pair["b"], setting=pair["spec"])
    return None if answer.verdict == "undecided" else answer.holds


def in_sympy(pair: Pair) -> tuple[Any, Any]:
    setting = read_setting(pair["spec"])
    left, right = (to_sympy(read(pair[side], setting), setting) for side in "ab")
    return left.doit(), right.doit()


def by_equals(pair: Pair) -> bool | None:
    left, right = in_sympy(pair)
    verdict: bool | None = left.equals(right)
    return verdict


def by_simplify(pair: Pair) -> bool | None:
    import sympy

    left, right = in_sympy(pair)
    return bool(sympy.simplify(left - right) == 0)


def expressible(pair: Pair) -> bool:
    try:
        setting = read_setting(pair["spec"])
        for side in "ab":
            to_sympy(read(pair[side], setting), setting)
    except Unreadable:
        return False
    return True


def judge(decide: Decider, pairs: list[Pair]) -> dict[str, Any]:
    counts = dict.fromkeys(("true accepted", "false accepted", "traps missed", "no answer"), 0)
    times = []
    for pair in pairs:
        begin = time.process_time()
        try:
            with time_limit(LIMIT):
                holds = decide(pair)
        except Exception:  # a crash of SymPy is a result of the benchmark
            holds = None
        times.append(1000 * (time.process_time() - begin))
        counts["no answer"] += holds is None
        if holds and pair["label"] in _ACCEPTED:
            counts[_ACCEPTED[pair["label"]]] += 1
    return {**counts, "median ms": statistics.median(times), "longest ms": max(times)}


_ACCEPTED = {"same": "true accepted", "different": "false accepted", "domain": "traps missed"}


def compare(pairs: list[Pair], deciders: dict[str, Decider]) -> None:
    labels = [pair["label"] for pair in pairs]
    print(
        f"{len(pairs)} pairs: {labels.count('same')} true, {labels.count('different')} false, "
        f"{labels.count('domain')} domain traps"
    )
    first = 0.0
    for name, decide in deciders.items():
        row = judge(decide, pairs)
        first = first or row["median ms"]
        shown = "  ".join(f"{k} {v:.1f}" if "ms" in k else f"{k} {v}" for k, v in row.items())
        print(f"  {name:<16} {shown}  ({row['median ms'] / first:.1f}x)")


def derivations() -> None:
    times: list[float] = []
    right = count = 0
    for name in ("derivations", "fresh_derivations", "styles", "audit_derivations"):
        for task in load(name, "tasks"):
            fields = {key: task[key] for key in FIELDS.split() if key in task}
            for attempt in task["attempts"]:
                begin = time.process_time()
                report = check_derivation(attempt["text"], **fields)
                times.append(1000 * (time.process_time() - begin))
                right += report.complete == attempt["expect"]["complete"]
                count += 1
    times.sort()
    print(
        f"{count} derivations: {right} complete or not as labelled; median "
        f"{statistics.median(times):.0f} ms, 90 % under {times[int(0.9 * count)]:.0f} ms, "
        f"longest {times[-1]:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-sympy", action="store_true", help="leave SymPy out; it is slow")
    arguments = parser.parse_args()
    pairs = load("pairs", "pairs")
    compare(pairs, {"chainrule": by_chainrule})
    if not arguments.no_sympy:
        deciders = {"chainrule": by_chainrule, "sympy .equals": by_equals}
        print("\nthe pairs that SymPy can express:")
        compare([p for p in pairs if expressible(p)], {**deciders, "sympy simplify": by_simplify})
    print("\nthe pairs that were written blind:")
    blind = [*load("fresh_pairs", "pairs"), *load("audit_pairs", "pairs")]
    compare(blind, {"chainrule": by_chainrule})
    print()
    derivations()


if __name__ == "__main__":
    main()
