"""Template filters and tests."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Flask
from markupsafe import Markup, escape

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
IMAGES = (".gif", ".jpeg", ".jpg", ".png", ".webp")


def when(moment: str) -> Markup:
    """Show a stored moment (ISO 8601, UTC) as a ``<time>`` element."""
    shown = datetime.fromisoformat(moment).strftime("%d %b %Y, %H:%M")
    return Markup('<time datetime="{}">{} UTC</time>').format(moment, shown)


def filesize(size: int) -> str:
    """Show a number of bytes in the unit that keeps it short."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000 or unit == "MB":
            break
        amount /= 1000
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


def paragraphs(text: str) -> Markup:
    """Turn plain text into HTML: blank lines part paragraphs, addresses become links."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>\n").join(map(_linked, block.split("\n"))))
        for block in blocks
    )


def _linked(line: str) -> Markup:
    shown, last = Markup(""), 0
    for match in LINK.finditer(line):
        shown += escape(line[last : match.start()])
        shown += Markup('<a href="{0}" rel="nofollow noopener">{0}</a>').format(match[0])
        last = match.end()
    return shown + escape(line[last:])


def is_image(name: str) -> bool:
    return name.lower().endswith(IMAGES)


def init_app(app: Flask) -> None:
    for function in (when, filesize, paragraphs):
        app.add_template_filter(function)
    app.add_template_test(is_image, "image")
