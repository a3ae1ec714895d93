"""Names for the types of what users hand to an application: views, hooks and their results.

The unions are spelled out, not written with ``|``: they name classes that are imported for
type checkers only, and tools compare them with `typing.Union`.
"""
# ruff: noqa: UP007, UP045

from __future__ import annotations

import collections.abc as cabc
import typing as t

if t.TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication
    from werkzeug.datastructures import Headers
    from werkzeug.sansio.response import Response

# --- What a view may return -----------------------------------------------------------------

# Any Mapping passes the type checker, so that a TypedDict does; at run time it must be a dict.
# The asynchronous iterables are for frameworks on top that share these names.
ResponseValue = t.Union[
    "Response", str, bytes, list[t.Any], t.Mapping[str, t.Any],
    t.Iterator[str], t.Iterator[bytes], cabc.AsyncIterable[str], cabc.AsyncIterable[bytes],
]  # fmt: skip

HeaderValue = t.Union[str, list[str], tuple[str, ...]]
HeadersValue = t.Union["Headers", t.Mapping[str, HeaderValue], t.Sequence[tuple[str, HeaderValue]]]

# A body; a body with headers, a status, or both; or another WSGI application.
ResponseReturnValue = t.Union[
    ResponseValue,
    tuple[ResponseValue, HeadersValue],
    tuple[ResponseValue, int],
    tuple[ResponseValue, int, HeadersValue],
    "WSGIApplication",
]

# A type variable, so that a hook annotated with a subclass of Response is accepted.
ResponseClass = t.TypeVar("ResponseClass", bound="Response")

# --- Views and error handlers, each plain or async -------------------------------------------

RouteCallable = t.Union[
    t.Callable[..., ResponseReturnValue], t.Callable[..., t.Awaitable[ResponseReturnValue]]
]
# Any, not Exception: a handler may narrow its argument to the exception it is registered for,
# and may be registered for several.
ErrorHandlerCallable = t.Union[
    t.Callable[[t.Any], ResponseReturnValue],
    t.Callable[[t.Any], t.Awaitable[ResponseReturnValue]],
]

# --- Hooks, each plain or async --------------------------------------------------------------

# None stands for the application itself in the tables of hooks, a name for a blueprint.
AppOrBlueprintKey = t.Optional[str]

BeforeFirstRequestCallable = t.Union[t.Callable[[], None], t.Callable[[], t.Awaitable[None]]]
BeforeRequestCallable = t.Union[
    t.Callable[[], t.Optional[ResponseReturnValue]],
    t.Callable[[], t.Awaitable[t.Optional[ResponseReturnValue]]],
]
AfterRequestCallable = t.Union[
    t.Callable[[ResponseClass], ResponseClass],
    t.Callable[[ResponseClass], t.Awaitable[ResponseClass]],
]
TeardownCallable = t.Union[
    t.Callable[[t.Optional[BaseException]], None],
    t.Callable[[t.Optional[BaseException]], t.Awaitable[None]],
]
URLValuePreprocessorCallable = t.Callable[[t.Optional[str], t.Optional[dict[str, t.Any]]], None]
URLDefaultCallable = t.Callable[[str, dict[str, t.Any]], None]

# --- Templates and the shell -----------------------------------------------------------------

TemplateFilterCallable = t.Callable[..., t.Any]
TemplateTestCallable = t.Callable[..., bool]
TemplateGlobalCallable = t.Callable[..., t.Any]
TemplateContextProcessorCallable = t.Union[
    t.Callable[[], dict[str, t.Any]], t.Callable[[], t.Awaitable[dict[str, t.Any]]]
]
ShellContextProcessorCallable = t.Callable[[], dict[str, t.Any]]
