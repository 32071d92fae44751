"""Per task: how many known mistakes are rejected, named, and told apart, over many draws.

python benchmarks/mutations.py [DRAWS]
"""

from __future__ import annotations

import sys

from chainrule_staff.exercises import all_exercises, judge

DRAWS = int(sys.argv[1]) if len(sys.argv) > 1 else 20


def main() -> None:
    total = {"rejected": 0, "named": 0, "tries": 0}
    print(f"{'task':<52} mistakes rejected named  ({DRAWS} draws)")
    for task, exercise in all_exercises().items():
        found = {"rejected": 0, "named": 0, "tries": 0}
        for mistake in exercise.mistakes:
            for seed in range(DRAWS):
                verdict = judge(task, exercise.mistaken(mistake), seed)
                found["tries"] += 1
                found["rejected"] += not verdict.passed
                found["named"] += verdict.mistake == mistake.name
        tries = max(found["tries"], 1)
        rates = f"{found['rejected'] / tries:>8.0%} {found['named'] / tries:>5.0%}"
        print(f"{task:<52} {len(exercise.mistakes):>8} {rates}")
        total = {key: total[key] + found[key] for key in total}
    tries = total["tries"]
    # A mistake that is named as itself on every draw is told apart from all others.
    print(f"\nall: {tries} tries, {total['rejected'] / tries:.2%} rejected, "
          f"{total['named'] / tries:.2%} named and told apart")  # fmt: skip


if __name__ == "__main__":
    main()
