"""Run the command line: ``python -m flaskfast``."""

from __future__ import annotations

from .cli import main

main()
