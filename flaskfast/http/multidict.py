"""What forms and query strings are kept in: Werkzeug's class with a shorter way to a value."""

from __future__ import annotations

from typing import Any

from werkzeug import datastructures as ds

__all__ = ["ImmutableMultiDict"]

_Base: Any = ds.ImmutableMultiDict

# What the methods looked like when nobody had wrapped them.
_GET = _Base.get
_GETITEM = _Base.__getitem__


class ImmutableMultiDict(ds.ImmutableMultiDict[Any, Any]):
    """Names with one or more values each, as Werkzeug's class of that name."""

    def get(self, key: Any, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """Return the first value of a name, *default* where there is none.

        :param type: what to convert the value with; where it raises `ValueError` or `TypeError`,
            *default*.
        """
        if type is not None or _Base.get is not _GET or _Base.__getitem__ is not _GETITEM:
            # Tracing agents wrap Werkzeug's methods, and want to see the calls.
            return super().get(key, default, type)
        # PERF: inside-args-get.
        values: Any = dict.get(self, key)
        return values[0] if values else default

    def __getitem__(self, key: Any) -> Any:
        if _Base.__getitem__ is not _GETITEM:
            return super().__getitem__(key)
        # PERF: form.
        values: Any = dict.get(self, key)
        return values[0] if values else super().__getitem__(key)
