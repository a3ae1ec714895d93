"""JSON as the current application does it; outside of one, as the standard library does."""

from __future__ import annotations

import json as _json
import typing as t

from ..globals import _cv_app, current_app
from .provider import _default

if t.TYPE_CHECKING:  # pragma: no cover
    from ..wrappers import Response

# PERF: (json) these functions look at the context variable itself: each step through the
# current_app proxy costs as much as encoding a short object.


def dumps(obj: t.Any, **kwargs: t.Any) -> str:
    """Return an object as JSON text, by ``current_app.json`` or `json.dumps`.

    :param kwargs: for that function. Outside of an application context ``default`` is the
        default provider's, so dates, decimals, UUIDs, dataclasses and markup work there too.
    :raises TypeError: something in the object has no JSON form.
    """
    if (ctx := _cv_app.get(None)) is not None:
        return ctx.app.json.dumps(obj, **kwargs)  # type: ignore[no-any-return]

    kwargs.setdefault("default", _default)
    return _json.dumps(obj, **kwargs)


def dump(obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
    """Write an object as JSON to a text file, by ``current_app.json`` or `json.dump`.

    :param fp: open for text; use UTF-8 where ``ensure_ascii`` is off (RFC 8259, 8.1).
    :param kwargs: as for `dumps`.
    """
    if (ctx := _cv_app.get(None)) is not None:
        ctx.app.json.dump(obj, fp, **kwargs)
        return

    kwargs.setdefault("default", _default)
    _json.dump(obj, fp, **kwargs)


def loads(s: str | bytes, **kwargs: t.Any) -> t.Any:
    """Return the object that JSON stands for, by ``current_app.json`` or `json.loads`.

    :param s: text, or bytes in UTF-8.
    :param kwargs: for that function.
    :raises ValueError: this is not JSON.
    """
    if (ctx := _cv_app.get(None)) is not None:
        return ctx.app.json.loads(s, **kwargs)

    return _json.loads(s, **kwargs)


def load(fp: t.IO[t.AnyStr], **kwargs: t.Any) -> t.Any:
    """Return the object that a JSON file holds, by ``current_app.json`` or `json.load`.

    :param fp: open for text, or for bytes in UTF-8.
    :param kwargs: as for `loads`.
    """
    if (ctx := _cv_app.get(None)) is not None:
        return ctx.app.json.load(fp, **kwargs)

    return _json.load(fp, **kwargs)


def jsonify(*args: t.Any, **kwargs: t.Any) -> Response:
    """Make a response of JSON, by ``current_app.json.response``.

    A view that returns a dict or a list gets the same without calling this.

    :param args: one value, or several to send as an array; none at all is ``null``.
    :param kwargs: the members of an object to send instead.
    :raises TypeError: both positional and keyword arguments are given, or something in them
        has no JSON form.
    :raises RuntimeError: there is no application context.
    """
    ctx = _cv_app.get(None)
    app = current_app if ctx is None else ctx.app
    return app.json.response(*args, **kwargs)  # type: ignore[return-value]


def __getattr__(name: str) -> t.Any:
    """Import the providers that need another library when somebody asks for them."""
    if name in ("MsgspecProvider", "OrjsonProvider"):
        from . import libraries

        return getattr(libraries, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
