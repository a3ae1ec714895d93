"""Plain tables as text and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def plain(table: Sequence[Sequence[str]], *, left: int = 2) -> str:
    """Return a table as aligned text; the first *left* columns and the last are words."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    last = len(widths) - 1
    lines = []
    for row in table:
        cells = [
            cell.ljust(width) if i < left or i == last else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(table: Sequence[Sequence[str]], *, left: int = 2, right: bool = False) -> str:
    """Return a table as Markdown; with *right*, the last column holds figures too."""
    last = len(table[0]) - 1
    words = [i < left or (i == last and not right) for i in range(last + 1)]
    rule = ["---" if word else "---:" for word in words]
    lines = [table[0], rule, *table[1:]]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )
