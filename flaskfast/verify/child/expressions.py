"""Make up a text that a regular expression matches."""

from __future__ import annotations

import re
import sys
from typing import Any

if sys.version_info >= (3, 11):
    from re import _parser  # type: ignore[attr-defined]
else:
    import sre_parse as _parser

#: In the order in which they are preferred for a set of characters.
PREFERRED = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~ @,:/"

Pattern = Any


def example(expression: str) -> str | None:
    """Return a short text that *expression* matches as a whole; None where none is found.

    Look-around, back references and conditions are not understood; what comes out is
    checked, so it is never wrong.
    """
    try:
        text = _of(_parser.parse(expression))
        return text if re.fullmatch(expression, text) else None
    except (re.error, NotImplementedError, RecursionError):
        return None


def _of(pattern: Pattern) -> str:
    return "".join(_of_item(str(operation), argument) for operation, argument in pattern)


def _of_item(operation: str, argument: Any) -> str:
    if operation == "LITERAL":
        return chr(argument)
    if operation in ("IN", "CATEGORY", "NOT_LITERAL", "ANY"):
        return _character(operation, argument)
    if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, repeated = argument
        return _of(repeated) * max(int(least), min(int(most), 1))
    if operation == "SUBPATTERN":
        return _of(argument[-1])
    if operation == "ATOMIC_GROUP":
        return _of(argument)
    if operation == "BRANCH":
        return _of(argument[1][0])
    if operation == "AT":
        return ""
    raise NotImplementedError(operation)


def _character(operation: str, argument: Any) -> str:
    """Return a character that one item of a parsed expression stands for."""
    for character in PREFERRED:
        if _stands_for(operation, argument, character):
            return character
    raise NotImplementedError(operation)


def _stands_for(operation: str, argument: Any, character: str) -> bool:
    if operation == "ANY":
        return True
    if operation == "LITERAL":
        return bool(ord(character) == argument)
    if operation == "NOT_LITERAL":
        return bool(ord(character) != argument)
    if operation == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    if operation == "CATEGORY":
        return _in_category(str(argument), character)
    items = [(str(name), value) for name, value in argument]
    negated = bool(items) and items[0][0] == "NEGATE"
    hit = any(_stands_for(name, value, character) for name, value in items[negated:])
    return hit is not negated


def _in_category(category: str, character: str) -> bool:
    name = category.removeprefix("CATEGORY_")
    wanted = not name.startswith("NOT_")
    classes = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
    expression = classes.get(name.removeprefix("NOT_"))
    if expression is None:
        raise NotImplementedError(category)
    return bool(re.match(expression, character)) is wanted
