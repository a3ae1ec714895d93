"""Write down what an agent would send, one JSON line each."""

from __future__ import annotations

import json
import os
from typing import Any


def write(kind: str, data: Any) -> None:
    """Add a line to the file that ``AGENT_RECORD`` names, at once: nobody knows the last one."""
    line = json.dumps([kind, data], default=repr)
    with open(os.environ["AGENT_RECORD"], "a", encoding="utf-8") as file:
        file.write(f"{line}\n")
