"""The notebook as a WSGI server names it: ``tests.examples.notes_wsgi:app``.

``flask`` is whatever this process imports by that name; settings come from the environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))

from notes import create_app, database

app = create_app()
if not os.path.exists(app.config["DATABASE"]):
    with app.app_context():
        database.create(app.config["DATABASE"])
