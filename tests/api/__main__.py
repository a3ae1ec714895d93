"""``python -m tests.api PACKAGE``: print how a package differs from Flask.

``python -m tests.api --record`` writes down what genuine Flask has as the facts to compare with.
"""

from __future__ import annotations

import json
import sys

from .comparison import FACTS, differences, read_facts
from .surface import Surface


def main(argv: list[str]) -> int:
    """Print differences, or record the facts; return 0 when there are none."""
    if argv == ["--record"]:
        surface = Surface("flask").describe()
        for described in surface["classes"].values():
            del described["overrides"]
        FACTS.write_text(json.dumps(surface, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return 0
    (package,) = argv
    facts = read_facts()
    found = differences(facts, Surface(package, facts).describe())
    for path, text in sorted(found.items()):
        print(f"{path}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
