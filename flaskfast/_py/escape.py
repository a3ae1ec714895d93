"""HTML escape, reference flavour."""

from __future__ import annotations

from typing import Any

import markupsafe

__all__ = ["escape", "escape_text", "mark"]

# Any object as text that is safe inside HTML: `__html__()` where there is one, and taken as it
# is; else `str()` of it, escaped. MarkupSafe's own is the reference, and its C code is no slower
# than what can be written here.
escape = markupsafe.escape


def escape_text(text: str, /) -> str:
    """Replace the characters that mean something to HTML in a text.

    ``& < > " '`` become ``&amp; &lt; &gt; &#34; &#39;``, which is safe in element
    content and in quoted attribute values. A clean `str` comes back itself, not a
    copy. A subclass of `str` counts as the characters it holds, whatever methods
    it overrides, and never comes back: the result is exactly `str`. Lone
    surrogates pass. Anything but a `str` is a `TypeError`.

    >>> escape_text("<a href='/?x=1&y=2'>")
    '&lt;a href=&#39;/?x=1&amp;y=2&#39;&gt;'
    """
    if not isinstance(text, str):
        raise TypeError(f"escape_text() takes a str, not {type(text).__name__}.")
    # "&" goes first: the other replacements bring new ones.
    text = str.replace(text, "&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&#34;").replace("'", "&#39;")


def mark(value: Any, /) -> markupsafe.Markup:
    """Mark a text as safe inside HTML; anything else as `Markup(value)` does.

    >>> mark("<em>")
    Markup('<em>')
    """
    if type(value) is str:
        # PERF: template-macro. Markup.__new__ would look for __html__ on a plain str.
        return str.__new__(markupsafe.Markup, value)
    return markupsafe.Markup(value)
