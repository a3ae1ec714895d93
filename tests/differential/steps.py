"""Perform steps in one of the two packages, and note what came of each."""

from __future__ import annotations

import contextvars
import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from werkzeug import exceptions
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from .plan import Steps


class Custom(ValueError):
    """An app's own exception, of a family."""


class Teapot(exceptions.HTTPException):
    """An app's own HTTP error, of a code that Werkzeug has a class for, too."""

    code = 418
    description = "short and stout"


class Odd(exceptions.HTTPException):
    """An HTTP error of a code that nobody has a class for."""

    code = 499


class Leaving(BaseException):
    """What no handler may stop, such as SystemExit."""


def _with_response() -> exceptions.HTTPException:
    return exceptions.HTTPException(response=WerkzeugResponse("its own", 419))


#: What steps raise and what handlers are registered for.
EXCEPTIONS: dict[str, Callable[[], BaseException]] = {
    "ValueError": lambda: ValueError("v"),
    "KeyError": lambda: KeyError("k"),
    "Custom": lambda: Custom("c"),
    "Teapot": Teapot,
    "Odd": Odd,
    "Leaving": Leaving,
    "NotFound": lambda: exceptions.NotFound("nothing here"),
    "BadRequestKeyError": lambda: exceptions.BadRequestKeyError("key"),
    "InternalServerError": lambda: exceptions.InternalServerError("on purpose"),
    "WithResponse": _with_response,
    "MethodNotAllowed": lambda: exceptions.MethodNotAllowed(["PUT"]),
    "Unauthorized": lambda: exceptions.Unauthorized("who?"),
}

CLASSES: dict[str, type[Exception]] = {
    "ValueError": ValueError,
    "KeyError": KeyError,
    "LookupError": LookupError,
    "Custom": Custom,
    "Teapot": Teapot,
    "Exception": Exception,
    "HTTPException": exceptions.HTTPException,
    "NotFound": exceptions.NotFound,
    "BadRequest": exceptions.BadRequest,
    "BadRequestKeyError": exceptions.BadRequestKeyError,
    "InternalServerError": exceptions.InternalServerError,
    "TypeError": TypeError,
}


def plain(value: Any) -> Any:
    """Return *value* as something that can be compared between the packages."""
    if isinstance(value, BaseException):
        return ("raised", type(value).__name__, getattr(value, "code", None))
    if value is None or type(value) in (bool, int, float, str, bytes):
        return value
    if isinstance(value, str):
        return (type(value).__name__, str(value))
    if isinstance(value, MultiDict):
        return (type(value).__name__, *(plain(item) for item in value.items(multi=True)))
    if isinstance(value, Mapping):
        return ("mapping", *((plain(key), plain(item)) for key, item in value.items()))
    if isinstance(value, (set, frozenset)):
        return ("set", *sorted(map(str, value)))
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *map(plain, value))
    if isinstance(value, (datetime.datetime, datetime.timedelta)):
        return str(value)
    return ("a", type(value).__name__)


EXPIRES = re.compile(r"Expires=(?!Thu, 01 Jan 1970)[^;]+")


def steady(name: str, value: str) -> str:
    """Return a header's value without what changes by the second or by chance."""
    if name in ("Date", "Expires"):
        return "a date"
    if name == "Allow":
        return ", ".join(sorted(value.split(", ")))
    if name == "Set-Cookie":
        return EXPIRES.sub("Expires=later", value)
    if name == "Cookie":
        return ";".join(sorted(pair.partition(".")[0] for pair in value.split(";")))
    return value


class World:
    """One side of a comparison: a package, the app made with it, and what happened there."""

    def __init__(self, package: ModuleType) -> None:
        self.package = package
        self.app: Any = None
        self.log: list[tuple[Any, ...]] = []
        #: Receivers of signals, which are held weakly by those.
        self.kept: list[Any] = []

    def note(self, *event: Any) -> None:
        """Note an event."""
        self.log.append(tuple(plain(part) for part in event))

    def perform(self, steps: Steps, where: str) -> None:
        """Perform steps in order; what one of them raises ends them."""
        for verb, *args in steps:
            _VERBS[verb](self, where, *args)

    def attempt(self, where: str, what: str, read: Callable[[], Any]) -> None:
        """Note what *read* returns, or what it raises."""
        try:
            value = read()
        except Exception as error:
            value = error
        self.note(where, what, value)


def _request_probe(name: str) -> Callable[[ModuleType], Any]:
    return lambda package: getattr(package.request, name)


def _items(values: Iterable[Any]) -> list[Any]:
    return [item for item in values if not str(item).startswith("_flashes")]


_REQUEST_ATTRIBUTES = (
    "endpoint view_args blueprint blueprints method path full_path url base_url host host_url"
    " root_path script_root root_url url_root query_string args form values data json"
    " remote_addr is_secure is_json scheme server content_type mimetype content_length"
    " max_content_length max_form_memory_size max_form_parts charset access_route referrer"
    " accept_mimetypes accept_languages authorization if_none_match trusted_hosts origin"
    " content_encoding date if_modified_since if_range range user_agent want_form_data_parsed"
    " is_multithread input_stream shallow routing_exception mimetype_params pragma cache_control"
).split()


def _public_bases(thing: Any) -> list[type[Any]]:
    """Return the classes of *thing*, in order.

    Meant to differ: between Flask's and Werkzeug's are bases of flaskfast's own, in private
    modules. All that Flask has must be there, in its order, and nothing else.
    """
    return [c for c in type(thing).__mro__ if not c.__module__.startswith("flaskfast._")]


#: What may be looked at, each a function of the package.
PROBES: dict[str, Callable[[ModuleType], Any]] = {
    **{name: _request_probe(name) for name in _REQUEST_ATTRIBUTES},
    "url_rule": lambda p: p.request.url_rule and p.request.url_rule.rule,
    "headers": lambda p: [(name, steady(name, value)) for name, value in p.request.headers],
    "cookies": lambda p: [
        (name, value.partition(".")[0]) for name, value in p.request.cookies.items(multi=True)
    ],
    "files": lambda p: [(n, f.filename, f.read()) for n, f in p.request.files.items(multi=True)],
    "silent_json": lambda p: p.request.get_json(silent=True),
    "forced_json": lambda p: p.request.get_json(force=True),
    "text": lambda p: p.request.get_data(as_text=True),
    "repr": lambda p: repr(p.request),
    "ctx_repr": lambda p: repr(p.globals.request_ctx),
    "g_repr": lambda p: repr(p.g),
    "true_request": lambda p: bool(p.request),
    "type": lambda p: [c.__name__ for c in _public_bases(p.request._get_current_object())],
    "own_environ": lambda p: (
        p.request.environ["werkzeug.request"] is p.request._get_current_object()
    ),
    "session": lambda p: dict(p.session),
    "session_flags": lambda p: (p.session.new, p.session.modified, p.session.permanent),
    "session_accessed": lambda p: p.globals.request_ctx._session.accessed,
    "session_type": lambda p: type(p.session._get_current_object()).__name__,
    "true_session": lambda p: bool(p.session),
    "null_session": lambda p: p.current_app.session_interface.is_null_session(
        p.session._get_current_object()
    ),
    "g": lambda p: {name: getattr(p.g, name) for name in p.g},
    "g_missing": lambda p: (p.g.get("nothing"), "nothing" in p.g, p.g.pop("nothing", 5)),
    "g_unset": lambda p: p.g.nothing,
    "has_contexts": lambda p: (p.has_request_context(), p.has_app_context()),
    "true_app": lambda p: (bool(p.current_app), p.current_app.name, p.current_app.debug),
    "flashes": lambda p: p.globals.request_ctx.flashes,
    "adapter": lambda p: p.globals.request_ctx.url_adapter is not None,
    "adapter_parts": lambda p: (
        p.globals.request_ctx.url_adapter.server_name,
        p.globals.request_ctx.url_adapter.subdomain,
        p.globals.request_ctx.url_adapter.script_name,
        p.globals.request_ctx.url_adapter.path_info,
        p.globals.request_ctx.url_adapter.default_method,
        p.globals.request_ctx.url_adapter.query_args,
    ),
    "app_adapter": lambda p: p.globals.app_ctx.url_adapter is not None,
    "allowed": lambda p: sorted(p.globals.request_ctx.url_adapter.allowed_methods()),
    "got_first_request": lambda p: p.current_app._got_first_request,
    "missing_field": lambda p: p.request.form["missing"],
    "missing_argument": lambda p: p.request.args["missing"],
    "missing_file": lambda p: p.request.files["a"],
    "attribute": lambda p: p.get_template_attribute("only.html", "m")(),
    "app_session": lambda p: hasattr(p.globals.app_ctx, "session"),
}

_VERBS: dict[str, Callable[..., None]] = {}


def _verb(function: Callable[..., None]) -> Callable[..., None]:
    _VERBS[function.__name__.strip("_")] = function
    return function


@_verb
def see(world: World, where: str, probe: str) -> None:
    """Look at something; what that raises is noted."""
    world.attempt(where, probe, lambda: PROBES[probe](world.package))


@_verb
def use(world: World, where: str, probe: str) -> None:
    """Look at something; what that raises is raised."""
    world.note(where, probe, PROBES[probe](world.package))


@_verb
def g(world: World, where: str, name: str, value: Any) -> None:
    """Set an attribute of g."""
    setattr(world.package.g, name, value)


@_verb
def g_pop(world: World, where: str, name: str) -> None:
    """Remove an attribute of g."""
    world.note(where, "popped", world.package.g.pop(name, "missing"))


@_verb
def g_default(world: World, where: str, name: str, value: Any) -> None:
    """Set an attribute of g that is missing."""
    world.note(where, "default", world.package.g.setdefault(name, value))


@_verb
def keep(world: World, where: str, key: str, value: Any) -> None:
    """Set a key of the session."""
    world.package.session[key] = value


@_verb
def drop(world: World, where: str, key: str) -> None:
    """Remove a key of the session."""
    world.note(where, "dropped", world.package.session.pop(key, "missing"))


@_verb
def clear(world: World, where: str) -> None:
    """Empty the session."""
    world.package.session.clear()


@_verb
def permanent(world: World, where: str, value: bool) -> None:
    """Say whether the session outlives the browser."""
    world.package.session.permanent = value


@_verb
def grow(world: World, where: str, key: str, marked: bool) -> None:
    """Change a list inside the session, with or without saying so."""
    session = world.package.session
    session.setdefault(key, [])
    try:
        session[key].append(1)
    except AttributeError:
        world.note(where, "no list")
    if marked:
        session.modified = True


@_verb
def unmodified(world: World, where: str) -> None:
    """Say that the session did not change."""
    world.package.session.modified = False


@_verb
def flash(world: World, where: str, *args: str) -> None:
    """Flash a message."""
    world.package.flash(*args)


@_verb
def flashed(world: World, where: str, with_categories: bool, only: tuple[str, ...]) -> None:
    """Take the flashed messages."""
    messages = world.package.get_flashed_messages(with_categories, only)
    world.note(where, "flashed", messages)


@_verb
def after_this(world: World, where: str, steps: Steps, tweaks: Steps) -> None:
    """Register a function for this response."""

    @world.package.after_this_request
    def this_time(response: Any) -> Any:
        world.note(f"{where}+", "after this")
        world.perform(steps, f"{where}+")
        return tweak(world, f"{where}+", response, tweaks)


@_verb
def fail(world: World, where: str, name: str) -> None:
    """Raise one of EXCEPTIONS."""
    raise EXCEPTIONS[name]()


@_verb
def abort(world: World, where: str, code: Any, *args: Any) -> None:
    """Abort, by a code or, with "response", by a response."""
    if code == "response":
        world.package.abort(world.package.make_response(("aborted", 402, {"X-A": "1"})))
    world.package.abort(code, *args)


@_verb
def url_for(world: World, where: str, endpoint: str, values: Any, options: Any) -> None:
    """Build a URL."""
    if refused(world):
        return
    world.attempt(
        where,
        "url",
        lambda: world.package.url_for(endpoint, **dict(values), **dict(options)),
    )


def refused(world: World) -> bool:
    """Tell whether the request's host was refused.

    Meant to differ: in such a request, url_for() still builds paths; Flask's raises AttributeError.
    """
    package = world.package
    if not package.has_request_context():
        return False
    # Rather than whether there is an adapter: asking for that would make it.
    return isinstance(package.request.routing_exception, exceptions.SecurityError)


@_verb
def render(world: World, where: str, source: str) -> None:
    """Render a template."""
    if "url_for" in source and refused(world):
        return
    world.attempt(where, "rendered", lambda: world.package.render_template_string(source, x="<x>"))


@_verb
def page(world: World, where: str, *names: str) -> None:
    """Render a template from the folders of app and blueprints."""
    chosen: Any = list(names) if len(names) > 1 else names[0]
    world.attempt(where, "page", lambda: world.package.render_template(chosen, x="<x>"))


@_verb
def by_hand(world: World, where: str, path: str, steps: Steps) -> None:
    """Perform steps in a context that is pushed and popped by hand, twice."""
    if where.count("@@"):
        return
    context = world.app.test_request_context(path)
    context.push()
    context.push()
    try:
        world.perform(steps, f"{where}@@")
    finally:
        context.pop()
        context.pop()


@_verb
def app_context(world: World, where: str, steps: Steps) -> None:
    """Perform steps in another app context."""
    with world.app.app_context():
        world.perform(steps, f"{where}@")


@_verb
def request_context(world: World, where: str, path: str, steps: Steps) -> None:
    """Perform steps in another request context; not in one inside of that."""
    if where.count("@@"):
        return
    with world.app.test_request_context(path, headers={"X-Test": "1"}):
        world.perform(steps, f"{where}@@")


@_verb
def inner(world: World, where: str, path: str) -> None:
    """Send a request from within; only from outside of such a request."""
    if getattr(world, "inside", False):
        return
    world.inside = True  # type: ignore[attr-defined]
    try:
        world.attempt(
            where,
            "inner",
            lambda: (r := world.app.test_client().get(path)) and (r.status, r.get_data()),
        )
    finally:
        world.inside = False  # type: ignore[attr-defined]


@_verb
def copied(world: World, where: str, steps: Steps) -> None:
    """Perform steps by a copy of the request context, with nothing else current."""
    function = world.package.copy_current_request_context(lambda: world.perform(steps, f"{where}&"))
    world.attempt(where, "copied", lambda: contextvars.Context().run(function))


@_verb
def environ(world: World, where: str, key: str, value: str) -> None:
    """Change the environ under way."""
    world.package.request.environ[key] = value


@_verb
def limit(world: World, where: str, name: str, value: int | None) -> None:
    """Set a limit of the request."""
    setattr(world.package.request, name, value)


@_verb
def config(world: World, where: str, key: str, value: Any) -> None:
    """Change a setting under way."""
    world.app.config[key] = value


@_verb
def dumps(world: World, where: str, value: Any) -> None:
    """Write JSON."""
    world.attempt(where, "json", lambda: world.package.json.dumps(value))


@_verb
def add_after(world: World, where: str) -> None:
    """Register an after-request function past setup, as extensions do."""
    world.app.after_request_funcs.setdefault(None, []).append(
        lambda response: world.note(where, "late") or response
    )


@_verb
def add_before(world: World, where: str) -> None:
    """Register a before-request function past setup."""
    world.app.before_request_funcs.setdefault(None, []).append(
        lambda: world.note(where, "late before")
    )


@_verb
def setup(world: World, where: str, method: str) -> None:
    """Call a setup method, which is too late inside a request."""
    world.attempt(where, method, lambda: getattr(world.app, method)(lambda *a: None) and None)


def tweak(world: World, where: str, response: Any, tweaks: Steps) -> Any:
    """Change a response as an after-request function does; return what that returns."""
    for verb, *args in tweaks:
        if verb == "none":
            return None
        if verb == "replace":
            response = world.package.make_response(tuple(args) if len(args) > 1 else args[0])
        else:
            _TWEAKS[verb](world, where, response, *args)
    return response


def _see_response(world: World, where: str, response: Any) -> None:
    world.note(
        where,
        "response",
        type(response).__name__ == world.app.response_class.__name__,
        response.status,
        response.status_code,
        [(name, steady(name, value)) for name, value in response.headers],
        response.mimetype,
        response.is_streamed,
        response.is_sequence,
        response.direct_passthrough,
        response.content_length,
    )


def _read_response(world: World, where: str, response: Any) -> None:
    world.attempt(where, "read", lambda: response.get_data(as_text=True))
    world.attempt(where, "repr", lambda: repr(response))


def _set(name: str) -> Callable[..., None]:
    def setter(world: World, where: str, response: Any, value: Any) -> None:
        setattr(response, name, value[:] if type(value) is list else value)

    return setter


def _replace_headers(world: World, where: str, response: Any, *items: tuple[str, str]) -> None:
    response.headers = type(response.headers)(items)


def _on_close(world: World, where: str, response: Any) -> None:
    response.call_on_close(lambda: world.note(where, "closed", world.package.has_app_context()))


def _conditional(world: World, where: str, response: Any) -> None:
    response.add_etag()
    response.make_conditional(world.package.request)


_TWEAKS: dict[str, Callable[..., Any]] = {
    "see": _see_response,
    "read": _read_response,
    "header": lambda w, at, r, name, value: r.headers.set(name, value),
    "add": lambda w, at, r, name, value: r.headers.add(name, value),
    "remove": lambda w, at, r, name: r.headers.pop(name, None),
    "replace_headers": _replace_headers,
    "cookie": lambda w, at, r, name, value, options: r.set_cookie(name, value, **dict(options)),
    "delete_cookie": lambda w, at, r, name: r.delete_cookie(name),
    "status": _set("status"),
    "status_code": _set("status_code"),
    "data": _set("data"),
    "body": _set("response"),
    "mimetype": _set("mimetype"),
    "content_type": _set("content_type"),
    "location": _set("location"),
    "vary": lambda w, at, r, name: r.vary.add(name),
    "allow": lambda w, at, r, name: r.allow.add(name),
    "cache": lambda w, at, r: setattr(r.cache_control, "max_age", 5),
    "age": _set("age"),
    "length": _set("content_length"),
    "freeze": lambda w, at, r: r.freeze(),
    "conditional": _conditional,
    "on_close": _on_close,
    "fail": lambda w, at, r, name: fail(w, at, name),
    "write": lambda w, at, r, data: r.stream.write(data),
    "json": lambda w, at, r: w.attempt(at, "json", lambda: r.get_json(silent=True)),
}
