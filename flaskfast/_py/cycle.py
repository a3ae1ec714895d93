"""The seams of a request, from the WSGI call to the response, as functions of the app.

`Flask` has them as methods (`app.py`, which also says what each is for). Compiled as it is
(`_native/cycle.pxd` gives the types). Every call of a seam, ``self.make_response(rv)``, is looked
up on the app; in the compiled twin a seam that is still ours costs no Python call: see
`_native/seams.pyx`.
"""

from __future__ import annotations

import sys
import typing as t
from collections import abc as cabc
from inspect import getattr_static
from types import FunctionType, GeneratorType

from markupsafe import escape
from werkzeug.datastructures import Headers
from werkzeug.exceptions import (
    BadRequest,
    BadRequestKeyError,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
)
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.routing import RequestRedirect, RoutingException
from werkzeug.wrappers import Response as WerkzeugResponse

from .._genuine import as_shipped
from .._unset import unset
from ..signals import got_request_exception, request_finished, request_started
from .contexts import announce, app_variable, matches_without_adapter, request_variable
from .escape import escape_text
from .links import redirect_text, redirects_plainly
from .messages import (
    OnePage,
    ResponseBase,
    UnsendableHeader,
    answered,
    body_begun,
    places_of,
    take_head,
    wire_url,
)
from .sessions import is_null
from .shipped import Shipped

# PERF: hooks, python. A method of what was imported by this name would be looked up at length.
cv_app, cv_request = app_variable, request_variable

# PERF: hello. Who listens to a signal; blinker keeps these for as long as the signal.
_started = request_started.receivers
_finished = request_finished.receivers

# What functions are filed under that are all the app's.
_of_app: tuple[t.Any, ...] = (None,)

# Where Werkzeug's debugger and test client ask to be given the contexts.
_PRESERVE = "werkzeug.debug.preserve_context"

_request_context_class: t.Any = None
_response_class: t.Any = None
_begin_response: t.Any = None
_call_response: t.Any = None
_status_code: t.Any = None
_force_type: t.Any = None
_force_function: t.Any = None
_force_function_code: t.Any = None
_push: t.Any = None
_pop: t.Any = None
_allow: t.Any = None
_class_and_code: t.Any = None
_class_and_code_function: t.Any = None
_class_and_code_code: t.Any = None


def settle(request_context_class: t.Any, response_class: t.Any, app_class: t.Any) -> None:
    """Remember what is shipped, once it has all been imported.

    :param request_context_class: ``flaskfast.ctx.RequestContext``.
    :param response_class: ``flaskfast.Response``.
    :param app_class: ``Flask``.
    """
    global _class_and_code, _class_and_code_function, _class_and_code_code
    global _allow
    _allow = Shipped(response_class, "allow")
    _class_and_code = getattr_static(app_class, "_get_exc_class_and_code")
    _class_and_code_function = _class_and_code.__func__
    _class_and_code_code = _class_and_code_function.__code__
    global _request_context_class, _response_class, _begin_response, _push, _pop
    global _force_type, _force_function, _force_function_code
    global _call_response, _status_code
    _status_code = as_shipped(response_class, "status_code")
    _call_response = response_class.__call__
    _response_class = response_class
    _begin_response = response_class.__init__
    _force_type = vars(response_class)["force_type"]
    _force_function = _force_type.__func__
    _force_function_code = _force_function.__code__
    _request_context_class = request_context_class
    _push = request_context_class.push
    _pop = request_context_class.pop


# PERF: method-view. Names as the interpreter keeps them: attributes by others are not cached.
_lower: dict[str, str] = {
    "GET": "get",
    "HEAD": "head",
    "POST": "post",
    "PUT": "put",
    "PATCH": "patch",
    "DELETE": "delete",
}

_class_view_code: t.Any = None
_method_view: t.Any = None
_method_dispatch: t.Any = None
_method_dispatch_code: t.Any = None


def settle_views(class_view_code: t.Any, method_view: t.Any, method_dispatch: t.Any) -> None:
    """Remember what views that are classes are called by.

    :param class_view_code: of the functions that ``View.as_view`` makes.
    :param method_view: ``flaskfast.views.MethodView``.
    :param method_dispatch: its method ``dispatch_request``, as shipped.
    """
    global _class_view_code, _method_view, _method_dispatch, _method_dispatch_code
    _class_view_code = class_view_code
    _method_view = method_view
    _method_dispatch = method_dispatch
    _method_dispatch_code = method_dispatch.__code__


def request_context(self: t.Any, environ: t.Any) -> t.Any:
    """Make the context of the request that *environ* describes."""
    return _request_context_class(self, environ)


def wsgi_app(self: t.Any, environ: t.Any, start_response: t.Any) -> t.Any:
    """Answer one request: the WSGI application (PEP 3333) that middleware wraps.

    Whatever happens in between, the context that is pushed here is popped here.
    """
    ctx = self.request_context(environ)
    error: BaseException | None = None
    try:
        try:
            ctx.push()
            response = self.full_dispatch_request()
        except Exception as unhandled:
            error = unhandled
            response = self.handle_exception(unhandled)
        except BaseException as leaving:
            error = leaving
            raise
        if ctx._open_streams and getattr(response, "is_sequence", False):
            # A stream was made, and another body is sent: nobody will end it.
            ctx._open_streams = 0
        try:
            return response(environ, start_response)
        except UnsendableHeader as refused:
            # Nothing has been sent: answer it like any other failure.
            error = refused
            response.close()
            return self.handle_exception(refused)(environ, start_response)
    finally:
        if _PRESERVE in environ and environ[_PRESERVE] is not None:
            environ[_PRESERVE](cv_app.get())
            environ[_PRESERVE](cv_request.get())
        if error is not None and self.should_ignore_error(error):
            error = None
        ctx.pop(error)
        # The traceback names this frame, and the frame would name the error.
        del error


def full_dispatch_request(self: t.Any) -> t.Any:
    """Run the hooks and the view, and handle what they raise."""
    if not self._got_first_request:
        self._got_first_request = True
    try:
        if _started:
            announce(request_started, self, {})
        rv = self.preprocess_request()
        if rv is None:
            rv = self.dispatch_request()
    except Exception as error:
        rv = self.handle_user_exception(error)
    return self.finalize_request(rv)


def preprocess_request(self: t.Any) -> t.Any:
    """Run the URL value preprocessors and the before-request functions.

    :returns: what the first function returned that was not None; the view is left out.
    """
    preprocessors = self.url_value_preprocessors
    before = self.before_request_funcs
    if not preprocessors and not before:
        return None
    request = cv_request.get().request
    names = places_of(request)[2]
    if preprocessors:
        for name in names:
            if name in preprocessors:
                for preprocess in preprocessors[name]:
                    preprocess(request.endpoint, request.view_args)
    if before:
        for name in names:
            if name in before:
                for function in before[name]:
                    rv = self.ensure_sync(function)()
                    if rv is not None:
                        return rv
    return None


def dispatch_request(self: t.Any) -> t.Any:
    """Call the view of the rule that matched, or raise why none did."""
    request = cv_request.get().request
    if request.routing_exception is not None:
        self.raise_routing_exception(request)
    rule = request.url_rule
    if request.method == "OPTIONS" and getattr(rule, "provide_automatic_options", False):
        return self.make_default_options_response()
    view = self.ensure_sync(self.view_functions[rule.endpoint])
    if type(view) is FunctionType and view.__code__ is _class_view_code:
        return _call_class_view(view, request)
    return view(**request.view_args)


def _call_class_view(view: t.Any, request: t.Any) -> t.Any:
    """Do what calling a function comes to that `View.as_view` has made.

    PERF: method-view. Its own frame, and that of the method that chooses among the methods.
    """
    shared, args, kwargs = view._makes
    instance = shared
    if instance is None:
        kind = view.view_class
        instance = kind(*args, **kwargs) if args or kwargs else kind()
    dispatch = instance.dispatch_request
    ready = ensure_sync_here(dispatch)
    if (
        ready is dispatch
        and issubclass(type(instance), _method_view)
        and type(instance).dispatch_request is _method_dispatch
        and "dispatch_request" not in instance.__dict__
        and _method_dispatch.__code__ is _method_dispatch_code
    ):
        name = _lower.get(request.method)
        method = getattr(instance, request.method.lower() if name is None else name, None)
        if method is not None:
            return ensure_sync_here(method)(**request.view_args)
    return ready(**request.view_args)


def ensure_sync_here(func: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    """Return *func* as the current application's :func:`ensure_sync` does.

    :raises RuntimeError: no application is current.
    """
    ctx = cv_app.get(None)
    if ctx is None:
        raise RuntimeError(
            "A class-based view needs an active application context and there is none here: call"
            " it while a request is handled, or within app.app_context()."
        )
    app = ctx.app
    return app.ensure_sync(func)  # type: ignore[no-any-return]


# The methods that a set of tokens writes as they are.
_METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
)


def make_default_options_response(self: t.Any) -> t.Any:
    """Answer OPTIONS with the methods that the URL allows."""
    ctx = cv_request.get()
    methods = None
    if ctx._adapter is unset and matches_without_adapter(self, ctx.request):
        # PERF: options. No adapter is bound for this either.
        methods = self.url_map.allowed_methods(ctx.request.environ)
    if methods is None:
        methods = ctx.url_adapter.allowed_methods()
    response = self.response_class()
    if (
        methods
        and isinstance(response, ResponseBase)
        and _allow.by(type(response))
        and _METHODS.issuperset(methods)
    ):
        # PERF: options. As a header set writes them, without one.
        response._put("Allow", ", ".join(methods))
    else:
        response.allow.update(methods)
    return response


def make_response(self: t.Any, rv: t.Any) -> t.Any:
    """Make what a view returned into a response.

    :param rv: text, bytes or an iterator of either; a dict or list, sent as JSON; a
        response or WSGI callable; or a tuple ``(body, status)``, ``(body, headers)`` or
        ``(body, status, headers)`` of those.
    :raises TypeError: None or anything else, naming the view.
    """
    response_class = self.response_class
    if (
        (type(rv) is str or type(rv) is GeneratorType)
        and response_class is _response_class
        and response_class.__init__ is _begin_response
    ):
        # PERF: hello, stream. What most views return. Others are told status and headers by name.
        return response_class(rv)
    if type(rv) is dict or type(rv) is list:
        # PERF: json.
        return self.json.response(rv)
    status: t.Any = None
    headers: t.Any = None
    body: t.Any = rv
    if isinstance(body, tuple):
        body, status, headers = _unpack(body)
        if type(body) is str:
            # PERF: errors-404. Names of arguments cost as much as a question.
            if response_class is _response_class and response_class.__init__ is _begin_response:
                return response_class(body, status, headers)
            return response_class(body, status=status, headers=headers)
    if body is None:
        raise TypeError(
            f"The view function for {cv_request.get().request.endpoint!r} did not return a"
            " valid response. The function either returned None or ended without a return"
            " statement."
        )

    if isinstance(body, response_class):
        response = body
    elif isinstance(body, (str, bytes, bytearray)):
        return response_class(body, status=status, headers=headers)
    elif isinstance(body, (dict, list)):
        response = self.json.response(body)
    elif type(body) is FunctionType or (
        isinstance(body, (HTTPException, WerkzeugResponse)) and not hasattr(body, "__next__")
    ):
        # PERF: errors-403. Before the look for an iterator, which takes long to fail.
        response = _force_response(self, body)
    elif isinstance(body, cabc.Iterator):
        return response_class(body, status=status, headers=headers)
    elif callable(body) or isinstance(body, WerkzeugResponse):
        response = _force_response(self, body)
    else:
        raise TypeError(_wrong_return_value(body))

    if status is not None:
        if (
            type(response) is _response_class
            and type(status) is int
            and _response_class.status_code is _status_code
        ):
            # PERF: error-404, handler-json.
            response._note_status(status)
        elif isinstance(status, (str, bytes, bytearray)):
            response.status = status
        else:
            response.status_code = status
    if headers:
        response.headers.update(headers)
    return response


def _unpack(rv: tuple[t.Any, ...]) -> tuple[t.Any, t.Any, t.Any]:
    """Return body, status and headers of a tuple that a view returned."""
    if len(rv) == 3:
        return rv[0], rv[1], rv[2]
    if len(rv) == 2:
        body, other = rv
        if type(other) is not int and isinstance(other, (dict, list, tuple, Headers)):
            return body, None, other
        return body, other, None
    raise TypeError(
        "The view function did not return a valid response tuple. The tuple must have the form"
        f" (body, status, headers), (body, status), or (body, headers); this one has {len(rv)}"
        " items."
    )


def _wrong_return_value(value: object) -> str:
    return (
        "The view function did not return a valid response. The return type must be a string,"
        " bytes, dict, list, tuple with headers or status, Response instance, iterator, or WSGI"
        f" callable, but it was a {type(value).__name__}."
    )


_call_http_exception = as_shipped(HTTPException, "__call__")
_get_response = as_shipped(HTTPException, "get_response")
_get_headers = as_shipped(HTTPException, "get_headers")
_get_405_headers = as_shipped(MethodNotAllowed, "get_headers")
_get_body = as_shipped(HTTPException, "get_body")
_get_description = as_shipped(HTTPException, "get_description")
_name = as_shipped(HTTPException, "name")
_get_redirect = as_shipped(RequestRedirect, "get_response")
_CALLING: t.Any = Shipped(WerkzeugResponse, "from_app", "__init__")
_PAGE_STEPS = frozenset(("get_body", "get_description"))

# What a request takes from environ keys that PEP 3333 lets an application change for another.
_READ_BEFORE_OTHERS = ("scheme", "root_path", "path", "query_string", "remote_addr", "server")


def _page(error: t.Any, environ: t.Any) -> t.Any:
    """Return the page that tells of an HTTP error."""
    cls = type(error)
    if (
        cls.get_body is not _get_body
        or cls.get_description is not _get_description
        or cls.name is not _name
        or not _PAGE_STEPS.isdisjoint(vars(error))
    ):
        return error.get_body(environ)
    # PERF: errors-403. What it says of itself, in one piece.
    name = HTTP_STATUS_CODES.get(error.code, "Unknown Error")
    description = error.description
    if description is None:
        description = ""
    elif not isinstance(description, str):
        return error.get_body(environ)
    said = escape_text(description) if type(description) is str else str(escape(description))
    if "\n" in said:
        said = said.replace("\n", "<br>")
    title = escape_text(name)
    return (
        f"<!doctype html>\n<html lang=en>\n<title>{error.code} {title}</title>\n"
        f"<h1>{title}</h1>\n<p>{said}</p>\n"
    )


def _error_page(response_class: t.Any, error: t.Any, environ: t.Any) -> t.Any:
    """Return the response that tells of an HTTP error: its headers as sent, its body a stream."""
    text = _page(error, environ).encode()
    page: t.Any = OnePage(text) if text else iter((text,))
    if environ["REQUEST_METHOD"] == "HEAD":
        page = iter(())
    code = error.code
    cls = type(error)
    if (
        cls.get_headers is _get_headers
        or (cls.get_headers is _get_405_headers and HTTPException.get_headers is _get_headers)
    ) and "get_headers" not in error.__dict__:
        made = response_class(page, code, mimetype="text/html")
        if made._headers is None:
            # PERF: errors-403. The headers that every error has, and no object for them.
            made._head.append(("Content-Length", str(len(text))))
            if cls.get_headers is _get_405_headers and error.valid_methods:
                made._put("Allow", ", ".join(error.valid_methods))
                made._head.append(made._head.pop(1))
            return made
    else:
        headers = error.get_headers(environ)
        made = response_class(page, code, headers if type(headers) is list else Headers(headers))
    if "Content-Length" not in made.headers:
        made.headers["Content-Length"] = str(len(text))
    return made


def _redirect_page(response_class: t.Any, error: t.Any, environ: t.Any) -> t.Any:
    """Return the response that a redirect under way comes to: as `_error_page` does.

    PERF: slash-redirect.
    """
    text = redirect_text(error.new_url).encode()
    page: t.Any = OnePage(text)
    if environ["REQUEST_METHOD"] == "HEAD":
        page = iter(())
    code = error.code
    made = response_class(page, code, mimetype="text/html")
    made._head.append(("Content-Length", str(len(text))))
    made._put("Location", wire_url(error.new_url))
    return made


def _sent_page(response_class: t.Any, inner: t.Any, environ: t.Any) -> t.Any:
    """Return the response that sending *inner* comes to: its headers as sent, its body a stream.

    PERF: abort-response.
    """
    body, line, head = inner.get_wsgi_response(environ)
    if type(body) is list and len(body) == 1 and type(body[0]) is bytes and body[0]:
        page: t.Any = OnePage(body[0])
    else:
        page = body_begun(body, [])
    code = 200
    made = response_class(page, code, mimetype="text/html")
    if line is inner._status:
        made._status = line
        made._status_code = inner._status_code
    else:
        made.status = line
    if inner._headers is None and type(head) is list:
        # All of our own making.
        made._head = head
    else:
        take_head(made, head)
    return made


def _page_of(response_class: t.Any, error: t.Any, environ: t.Any) -> t.Any:
    """Return the response that an HTTP error is its own one by; None where it has to be asked.

    PERF: errors-404. What calling the error as an application comes to, without a call: its
    response with the headers as sent and the body as a stream.

    :param response_class: ours, as shipped.
    """
    if (
        type(error) is RequestRedirect
        and RequestRedirect.__call__ is _call_http_exception
        and RequestRedirect.get_response is _get_redirect
        and "get_response" not in vars(error)
        and redirects_plainly(error.new_url, error.code)
    ):
        return _redirect_page(response_class, error, environ)
    if (
        type(error).__call__ is not _call_http_exception
        or type(error).get_response is not _get_response
        or "get_response" in vars(error)
    ):
        return None
    inner = error.response
    if inner is None:
        if error.code is not None and error.code >= 400:
            return _error_page(response_class, error, environ)
    elif type(inner) is _response_class and _response_class.__call__ is _call_response:
        return _sent_page(response_class, inner, environ)
    return None


def _is_shipped(response_class: t.Any) -> bool:
    """Tell whether it is our class of responses, which makes its own of others as shipped."""
    return (
        response_class is _response_class
        and vars(response_class)["force_type"] is _force_type
        and _force_function.__code__ is _force_function_code
    )


def _force_response(self: t.Any, app: t.Any) -> t.Any:
    """Make what calling the WSGI application *app* comes to into a response of the app's class."""
    environ = cv_request.get().request.environ
    response_class = self.response_class
    shipped = _is_shipped(response_class)
    if (
        not shipped
        and isinstance(app, HTTPException)
        and type(app).__call__ is _call_http_exception
        # Others' may be one that they keep.
        and type(app).get_response is _get_response
        and "get_response" not in vars(app)
        and app.response is None
        and environ["REQUEST_METHOD"] != "HEAD"
    ):
        # PERF: errors-404. As above, for a class of responses of the app's own.
        made = app.get_response(environ)
        made.headers = made.get_wsgi_headers(environ)
        made.response = iter(made.response)
        app = made
    elif not shipped and not isinstance(app, WerkzeugResponse):
        # It may change the environ, as dispatchers do: read what Flask has read by now.
        ctx = cv_request.get()
        for name in _READ_BEFORE_OTHERS:
            getattr(ctx.request, name)
        ctx.url_adapter  # noqa: B018
    try:
        if shipped:
            if isinstance(app, HTTPException):
                made = _page_of(response_class, app, environ)
                if made is not None:
                    return made
            elif not isinstance(app, WerkzeugResponse) and _CALLING.by(WerkzeugResponse):
                return answered(response_class, app, environ)
        return response_class.force_type(app, environ)
    except TypeError as error:
        message = f"{error}\n{_wrong_return_value(app)}"
        raise TypeError(message).with_traceback(error.__traceback__) from None


def finalize_request(self: t.Any, rv: t.Any, from_error_handler: bool = False) -> t.Any:
    """Make the response and run the after-request functions on it.

    :param from_error_handler: log what those raise rather than raise it once more.
    """
    response = self.make_response(rv)
    try:
        response = self.process_response(response)
        if _finished:
            announce(request_finished, self, {"response": response})
    except Exception:
        if not from_error_handler:
            raise
        self.logger.exception(
            "Finalizing the response of an error handler failed; it is sent as it is"
        )
    return response


def process_response(self: t.Any, response: t.Any) -> t.Any:
    """Run the after-request functions on a response, then save the session."""
    ctx = cv_request.get()
    if ctx._after is not None:
        for function in ctx._after:
            response = self.ensure_sync(function)(response)
    after = self.after_request_funcs
    if after:
        names = _of_app if len(after) == 1 and None in after else places_of(ctx.request)[1]
        for name in names:
            if name in after:
                for function in reversed(after[name]):
                    response = self.ensure_sync(function)(response)

    if ctx._opened is unset:
        request = ctx.request
        environ = request.environ
        if "HTTP_COOKIE" not in environ or not self._session_needs_saving(request):
            return response
    opened = ctx._session
    # None: opening it failed.
    if opened is not None:
        interface = self.session_interface
        if not is_null(interface, opened):
            interface.save_session(self, opened, response)
    return response


# -- errors --------------------------------------------------------------------------------


def handle_http_exception(self: t.Any, e: t.Any) -> t.Any:
    """Answer an HTTP error by its handler; without one the error is its own response."""
    # Without a code it carries a response; a routing exception is a redirect under way.
    if e.code is None or isinstance(e, RoutingException):
        return e
    blueprints = list(places_of(cv_request.get().request)[0])
    handler = self._find_error_handler(e, blueprints)
    if handler is None:
        return e
    return self.ensure_sync(handler)(e)


def handle_user_exception(self: t.Any, e: Exception) -> t.Any:
    """Answer an exception of a view or hook by its handler; raise it where there is none."""
    if isinstance(e, BadRequestKeyError) and (self.debug or self.config["TRAP_BAD_REQUEST_ERRORS"]):
        e.show_exception = True
    if isinstance(e, HTTPException) and not self.trap_http_exception(e):
        return self.handle_http_exception(e)
    blueprints = list(places_of(cv_request.get().request)[0])
    handler = self._find_error_handler(e, blueprints)
    if handler is None:
        raise
    return self.ensure_sync(handler)(e)


def find_error_handler(self: t.Any, e: Exception, blueprints: list[str]) -> t.Any:
    """Return who answers for *e*: code before class, blueprint before app, nearest class."""
    spec = self.error_handler_spec
    if not spec:
        return None
    exc_class, code = self._get_exc_class_and_code(type(e))
    # PERF: errors. No entry is made: the registries are defaultdicts, and looking for a handler
    # must not leave anything behind.
    names = (*blueprints, None) if blueprints else _of_app
    for filed_under in (None,) if code is None else (code, None):
        for name in names:
            if name not in spec:
                continue
            by_code = spec[name]
            handlers = by_code[filed_under] if filed_under in by_code else None
            if handlers:
                for cls in exc_class.__mro__:
                    if cls in handlers:
                        return handlers[cls]
    return None


def trap_http_exception(self: t.Any, e: Exception) -> bool:
    """Tell whether an HTTP error goes the way of any exception, up to the debugger.

    All do with ``TRAP_HTTP_EXCEPTIONS``, bad requests with ``TRAP_BAD_REQUEST_ERRORS``;
    unless that is set, missing form and query keys do in debug mode.
    """
    if self.config["TRAP_HTTP_EXCEPTIONS"]:
        return True
    trap_bad_requests = self.config["TRAP_BAD_REQUEST_ERRORS"]
    if trap_bad_requests is None:
        return isinstance(e, BadRequestKeyError) and bool(self.debug)
    return bool(trap_bad_requests) and isinstance(e, BadRequest)


def raise_routing_exception(self: t.Any, request: t.Any) -> t.NoReturn:
    """Raise what matching the URL came to.

    In debug mode a redirect that would lose a form's data is raised as an explanation.
    """
    error = request.routing_exception
    if isinstance(error, RequestRedirect) and self.debug:
        keeps_the_body = error.code in (307, 308) or request.method in ("GET", "HEAD", "OPTIONS")
        if not keeps_the_body:
            from ..debughelpers import FormDataRoutingRedirect

            raise FormDataRoutingRedirect(request)
    raise error


def handle_exception(self: t.Any, e: Exception) -> t.Any:
    """Answer an exception that nobody handled: log it, then the 500 handler or page.

    In debug and testing mode, or with ``PROPAGATE_EXCEPTIONS``, raise it instead.
    """
    exc_info = sys.exc_info()
    if got_request_exception.receivers:
        announce(got_request_exception, self, {"exception": e})

    propagate = self.config["PROPAGATE_EXCEPTIONS"]
    if propagate is None:
        propagate = self.testing or self.debug
    if propagate:
        if exc_info[1] is e:
            # Being handled: keep its traceback as it is.
            raise
        raise e

    self.log_exception(exc_info)
    server_error = InternalServerError(original_exception=e)
    blueprints = list(places_of(cv_request.get().request)[0])
    handler = self._find_error_handler(server_error, blueprints)
    rv: t.Any = server_error
    if handler is not None:
        rv = self.ensure_sync(handler)(server_error)
    return self.finalize_request(rv, from_error_handler=True)
