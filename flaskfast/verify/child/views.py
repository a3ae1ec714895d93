"""Guess which fields of a request a view reads, from the names in its code."""

from __future__ import annotations

import inspect
import re
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,30}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Attributes of the request by which fields are read.
_QUERY = frozenset({"args", "values"})
_BODY = frozenset({"form", "values", "json", "get_json"})
_MOST = 12

PASSWORD = "Sample-password-1"


def query_fields(view: Any) -> list[str]:
    """Return names that *view* may look for in the query string."""
    return _fields(view, _QUERY)


def body_fields(view: Any) -> list[str]:
    """Return names that *view* may look for in a form or in JSON."""
    return _fields(view, _BODY)


def file_fields(view: Any) -> list[str]:
    """Return names that *view* may look for among the files of a form."""
    return _fields(view, frozenset({"files"}))


def header_fields(view: Any) -> list[str]:
    """Return names that *view* may look for among the headers."""
    return _fields(view, frozenset({"headers"}))


def cookie_fields(view: Any) -> list[str]:
    """Return names that *view* may look for among the cookies."""
    return _fields(view, frozenset({"cookies"}))


def _fields(view: Any, readers: frozenset[str]) -> list[str]:
    """Return the short texts in the code of *view*, where it uses any of *readers*."""
    codes = [code for function in _functions(view) for code in _nested(function)]
    if not any(readers & {*code.co_names} for code in codes):
        return []
    found: dict[str, None] = {}
    for code in codes:
        for value in code.co_consts:
            if isinstance(value, str) and _FIELD.fullmatch(value) and value not in _METHODS:
                if value != code.co_name and "<locals>" not in value:
                    found.setdefault(value)
    return list(found)[:_MOST]


def _functions(view: Any) -> Iterator[Any]:
    """Give the function of a view, under its decorators, or the methods of its class."""
    cls = getattr(view, "view_class", None)
    if cls is not None:
        for name in ("dispatch_request", "get", "post", "put", "patch", "delete"):
            method = getattr(cls, name, None)
            if method is not None:
                yield inspect.unwrap(method)
    elif view is not None:
        yield inspect.unwrap(view)


def _nested(function: Any) -> Iterator[CodeType]:
    code = getattr(function, "__code__", None)
    if isinstance(code, CodeType):
        yield code
        yield from (value for value in code.co_consts if isinstance(value, CodeType))


def value_for(name: str, text: str = "sample") -> str:
    """Return a value that a field of this name is likely to accept."""
    lower = name.lower()
    if re.search("pass|again|confirm|repeat", lower):
        return PASSWORD
    if "mail" in lower:
        return "sample@example.org"
    if re.search("page|count|number|limit|offset|size|year|(^|_)id$", lower):
        return "1"
    return text
