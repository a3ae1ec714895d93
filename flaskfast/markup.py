"""Safe HTML text: `escape`, the kernel in use itself, and MarkupSafe's `Markup`.

`escape(value)` takes any object. One with an `__html__` method is trusted: what that returns is
taken as it is. Of anything else `str(value)` is escaped (see `flaskfast._py.escape.escape_text`).
What `__html__` or `__str__` raises comes through.

>>> escape("<em>")
Markup('&lt;em&gt;')
>>> escape(Markup("<em>"))
Markup('<em>')
"""

from __future__ import annotations

from markupsafe import Markup

from ._kernels import escape

__all__ = ["Markup", "escape"]
