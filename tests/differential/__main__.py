"""Compare thousands of made-up apps: ``python -m tests.differential [EXAMPLES] [--seed N]``.

Differences are counted by their kind; of each, the shortest plan that shows it is made smaller
and printed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter

import flaskfast

from .generating import draw_plan
from .plan import Plan
from .playing import compare, kind_of, reduced


def look(examples: int, seed: int) -> tuple[Counter[str], dict[str, Plan]]:
    """Compare plans, and return the differences by kind with the shortest plan of each."""
    kinds: Counter[str] = Counter()
    shortest: dict[str, Plan] = {}
    seeds = random.Random(seed)
    for _ in range(examples):
        plan = draw_plan(seeds.randrange(1 << 60))
        kind = kind_of(compare(plan))
        if kind:
            kinds[kind] += 1
            if kind not in shortest or len(repr(plan)) < len(repr(shortest[kind])):
                shortest[kind] = plan
    return kinds, shortest


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("examples", nargs="?", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = random.randrange(1 << 30) if arguments.seed is None else arguments.seed

    kinds, shortest = look(arguments.examples, seed)
    for kind, count in kinds.most_common():
        plan = reduced(shortest[kind])
        print(f"\n{count} x {kind}\n{plan!r}", *compare(plan), sep="\n", flush=True)
    print(
        f"{arguments.examples} apps compared on {flaskfast.kernels} kernels, seed {seed}:"
        f" {sum(kinds.values())} differ, in {len(kinds)} ways"
    )
    return min(len(kinds), 1)


if __name__ == "__main__":
    sys.exit(main())
