"""`url_for` and `redirect`, as functions of the app.

`Flask` has the steps as methods (`app.py`, which also says what each is for). Compiled as it is
(`_native/links.pxd` gives the types).
"""

from __future__ import annotations

import typing as t
from types import MethodType
from urllib.parse import quote

import werkzeug.utils
from werkzeug.routing import BuildError, Map, MapAdapter
from werkzeug.utils import redirect as _werkzeug_redirect

from .._address import STANDARD_PORTS, is_plain_host, plain_host
from .._genuine import function_as_shipped
from .._unset import unset
from .contexts import app_variable, request_variable
from .escape import escape_text
from .messages import blueprint_of
from .shipped import Shipped
from .url import build, build_path

# PERF: hooks, python. A method of what was imported by this name would be looked up at length.
cv_app, cv_request = app_variable, request_variable

_ANCHOR_SAFE = "%!#$&'()*+,/:;=?@"

# What makes an adapter of a map and a request.
_BINDING = Shipped(Map, "bind", "bind_to_environ")
_BOUND = Shipped(MapAdapter, "__init__")
_bind_to_environ: t.Any = None

# How the last request named its host, what was set, and what that came to.
_last_name: tuple[t.Any, t.Any, t.Any, str | None] = (None, None, None, None)

# What was shipped.
_current_app: t.Any = None
_url_for: t.Any = None
_url_for_code: t.Any = None
_map_class: t.Any = None
_adapter_class: t.Any = None
_build: t.Any = None
_build_code: t.Any = None
_split_blueprint_path: t.Any = None
_redirect: t.Any = None
_redirect_code: t.Any = None
_response_class: t.Any = None
_begin_response: t.Any = None
_genuine_redirect: t.Any = function_as_shipped(werkzeug.utils, "redirect")
_genuine_code: t.Any = getattr(_genuine_redirect, "__code__", None)

# Statuses whose responses say nothing but where to go.
_REDIRECTS = frozenset((301, 302, 303, 305, 307, 308))


def settle(
    current_app: t.Any,
    app_class: t.Any,
    map_class: t.Any,
    adapter_class: t.Any,
    split_blueprint_path: t.Any,
) -> None:
    """Remember what is shipped, once it has all been imported.

    :param current_app: the proxy.
    :param app_class: ``Flask``.
    :param map_class: what ``url_map`` is.
    :param adapter_class: what binds it.
    :param split_blueprint_path: names a blueprint and those around it.
    """
    global _current_app, _url_for, _url_for_code, _map_class, _adapter_class, _build, _build_code
    global _split_blueprint_path, _redirect, _redirect_code, _response_class, _bind_to_environ
    global _begin_response
    _bind_to_environ = map_class.bind_to_environ
    _redirect = app_class.redirect
    _redirect_code = _redirect.__code__
    _response_class = app_class.response_class
    _begin_response = _response_class.__init__
    _current_app = current_app
    _url_for = app_class.url_for
    _url_for_code = _url_for.__code__
    _map_class = map_class
    _adapter_class = adapter_class
    _build = adapter_class.build
    _build_code = _build.__code__
    _split_blueprint_path = split_blueprint_path


def url_for(
    current_app: t.Any,
    endpoint: t.Any,
    values: dict[str, t.Any],
    anchor: t.Any,
    method: t.Any,
    scheme: t.Any,
    external: t.Any,
) -> t.Any:
    """Return ``current_app.url_for(endpoint, _anchor=anchor, ..., **values)``.

    :param values: may be changed.
    """
    ctx = cv_app.get(None) if current_app is _current_app else None
    app = current_app if ctx is None else ctx.app
    found = app.url_for
    if (
        type(found) is MethodType
        and found.__func__ is _url_for
        and _url_for.__code__ is _url_for_code
    ):
        # PERF: inside-url-for. The values as they are, rather than taken apart and put together.
        return build_url(app, endpoint, values, anchor, method, scheme, external)
    return app.url_for(
        endpoint, _anchor=anchor, _method=method, _scheme=scheme, _external=external, **values
    )


def build_url(
    app: t.Any,
    endpoint: t.Any,
    values: dict[str, t.Any],
    anchor: t.Any,
    method: t.Any,
    scheme: t.Any,
    external: t.Any,
) -> t.Any:
    """Build the URL of *endpoint*: what ``Flask.url_for`` does.

    :param values: may be changed.
    """
    ctx = cv_request.get(None)
    adapter: t.Any = None
    request: t.Any = None
    if ctx is not None:
        request = ctx.request
        if "." in endpoint and endpoint[:1] == ".":
            # Relative to the blueprint; to the app where there is none.
            blueprint = blueprint_of(request)
            endpoint = endpoint[1:] if blueprint is None else f"{blueprint}{endpoint}"
        if external is None:
            external = scheme is not None
    else:
        adapter = app._adapter_outside_request()
        if external is None:
            external = True
    if scheme is not None and not external:
        raise ValueError(
            f"'_scheme' ({scheme!r}) needs '_external' to be True: a URL without a host has no"
            " scheme."
        )

    app.inject_url_defaults(endpoint, values)
    url: t.Any = None
    if ctx is not None:
        bound = ctx._adapter
        # The request's app need not be this one: it is its map that counts.
        url_map = app.url_map
        if (
            (bound is unset or bound is None)
            and not method
            and ctx.app is app
            and type(url_map) is _map_class
        ):
            if not external:
                # PERF: hooks, redirect. A path needs no adapter to be bound. Nor a host: a page
                # that tells of a refused one may link to others.
                url = build_path(url_map, endpoint, values, request.environ)
            elif bound is unset:
                url = _build_external(ctx, endpoint, values, scheme)
        if url is None:
            adapter = ctx.url_adapter
    if adapter is not None:
        try:
            if (
                type(adapter) is _adapter_class
                and type(adapter).build is _build
                and "build" not in adapter.__dict__
                and _build.__code__ is _build_code
            ):
                url = build(adapter, endpoint, values, method, external, True, scheme)
            else:
                url = adapter.build(
                    endpoint, values, method=method, url_scheme=scheme, force_external=external
                )
        except BuildError as error:
            values.update(_anchor=anchor, _method=method, _scheme=scheme, _external=external)
            return app.handle_url_build_error(error, endpoint, values)
    if url is None:
        raise RuntimeError(
            f"Unable to build a URL for {endpoint!r} in this request: its host was refused."
            " Do not call url_for() where a request with an untrusted host is answered."
        )
    if anchor is None:
        return url
    return f"{url}#{quote(anchor, safe=_ANCHOR_SAFE)}"


def _build_external(
    ctx: t.Any, endpoint: t.Any, values: dict[str, t.Any], scheme: str | None
) -> str | None:
    """Build a URL on the default subdomain, as the request's adapter does; None where it has to.

    PERF: inside-url-for-external. Binding one costs more than building a dozen of paths.
    """
    app = ctx.app
    environ = ctx.request.environ
    name = ctx._link_host
    if name is None:
        # Once for each request, as an adapter is bound.
        name = ctx._link_host = _name_for_links(app, environ)
    if not name:
        return None
    url_map = app.url_map
    path = build_path(url_map, endpoint, values, environ)
    if path is None:
        return None
    if scheme is None:
        scheme = environ["wsgi.url_scheme"]
    if scheme:
        scheme = "https:" if scheme == "https" or scheme == "wss" else "http:"
    subdomain = url_map._default_subdomain
    return f"{scheme}//{subdomain}.{name}{path}" if subdomain else f"{scheme}//{name}{path}"


def _name_for_links(app: t.Any, environ: t.Any) -> str:
    """Return the host of a request's external URLs; empty where an adapter has to be bound."""
    prefix = environ.get("SCRIPT_NAME", "")
    if (
        (prefix and prefix.endswith("/"))
        or _map_class.bind_to_environ is not _bind_to_environ
        or not _BINDING.by(Map)
        or not _BOUND.by(_adapter_class)
    ):
        return ""
    sent_by = environ["wsgi.url_scheme"]
    return _name_of(environ.get("HTTP_HOST", ""), sent_by, app.config["SERVER_NAME"]) or ""


def _name_of(sent: str, scheme: str, server_name: str | None) -> str | None:
    """Return the host that URLs of a request have; None where Werkzeug has to look at it.

    :param sent: what the client says that the host is.
    :param server_name: the setting ``SERVER_NAME``, which goes before it.
    """
    global _last_name
    known = _last_name
    if known[0] == sent and known[1] == scheme and known[2] == server_name:
        return known[3]
    name = plain_host(sent, scheme)
    if name is not None:
        name = name.lower()
        if server_name is not None:
            name = server_name.lower()
            if scheme in STANDARD_PORTS:
                name = name.removesuffix(STANDARD_PORTS[scheme])
            if not is_plain_host(name):
                name = None
    _last_name = sent, scheme, server_name, name
    return name


def inject_url_defaults(app: t.Any, endpoint: str, values: dict[str, t.Any]) -> None:
    """Let the URL default functions of the app and the endpoint's blueprints add values."""
    functions = app.url_default_functions
    if not functions:
        return
    for add_values in functions.get(None, ()):
        add_values(endpoint, values)
    if "." in endpoint:
        for name in reversed(_split_blueprint_path(endpoint.rpartition(".")[0])):
            for add_values in functions.get(name, ()):
                add_values(endpoint, values)


def redirect(location: t.Any, code: t.Any, response_class: t.Any) -> t.Any:
    """Make a response that sends the client to *location*.

    :param response_class: for where no app is current, which else decides.
    """
    ctx = cv_app.get(None)
    if ctx is None:
        return _werkzeug_redirect(location, code=code, Response=response_class)
    app = ctx.app
    found = app.redirect
    if (
        type(found) is MethodType
        and found.__func__ is _redirect
        and _redirect.__code__ is _redirect_code
    ):
        return redirect_to(app, location, code)
    return app.redirect(location, code=code)


def redirect_to(app: t.Any, location: t.Any, code: t.Any) -> t.Any:
    """Make the response that sends a client to *location*: what ``Flask.redirect`` does."""
    response_class = app.response_class
    if response_class is not _response_class or not redirects_plainly(location, code):
        return _werkzeug_redirect(location, code=code, Response=response_class)
    # PERF: redirect. What that comes to.
    page = redirect_text(location)
    if response_class.__init__ is _begin_response:
        response = response_class(page, code, None, "text/html")
    else:
        response = response_class(page, code, mimetype="text/html")
    response._put("Location", location)
    return response


def redirects_plainly(location: t.Any, code: t.Any) -> bool:
    """Tell whether Werkzeug's ``redirect`` makes the usual page of these."""
    return (
        type(location) is str
        and type(code) is int
        and code in _REDIRECTS
        and _werkzeug_redirect is _genuine_redirect
        and _werkzeug_redirect.__code__ is _genuine_code
    )


def redirect_text(location: t.Any) -> str:
    """Return the page of a response that sends a client to *location*."""
    target = escape_text(location)
    return (
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"
        "<h1>Redirecting...</h1>\n"
        "<p>You should be redirected automatically to the target URL:"
        f' <a href="{target}">{target}</a>. If not, click the link.\n'
    )
