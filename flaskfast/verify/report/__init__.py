"""Tell what a verification found: as text, as JSON, as a page."""

from __future__ import annotations

from .document import document
from .page import page
from .terminal import Terminal

__all__ = ["Terminal", "document", "page"]
