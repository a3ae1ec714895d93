"""Templates that are given as text, kept compiled."""

from __future__ import annotations

import jinja2

from .._kernels import sources


def from_string(environment: jinja2.Environment, source: str) -> jinja2.Template:
    """Do what ``environment.from_string(source)`` does, compiling *source* once.

    Each call returns a template of its own; see `flaskfast._py.sources`.
    """
    return sources.from_string(environment, source)  # type: ignore[no-any-return]
