"""State which flaskfast this is, and which Flask it behaves as."""

from __future__ import annotations

VERSION = "0.1.0"
FLASK_VERSION = "3.1.3"
