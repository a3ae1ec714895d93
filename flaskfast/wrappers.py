"""The request and response classes of an app: Werkzeug's, made lazy.

A request costs what is read from it: every attribute is taken from the environ at its first
use. A response keeps its status line and header list in the form that ``start_response`` wants
and makes a :class:`~werkzeug.datastructures.Headers` over that same list when somebody looks.
"""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta
from urllib.parse import urljoin

from werkzeug.datastructures import Headers as HeadersBase
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.http import is_entity_header
from werkzeug.sansio.response import Response as SansioResponse
from werkzeug.urls import iri_to_uri
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Request as RequestBase
from werkzeug.wrappers import Response as ResponseBase
from werkzeug.wsgi import get_current_url

from . import _kernels, json
from ._address import KEEP_QUOTED
from ._attributes import all_attributes
from ._describing import HeaderDescribing
from ._expressions import expression
from ._genuine import as_shipped
from ._lazy import lazy
from ._reading import cookies_otherwise
from ._request_body import RequestBody
from ._wsgi import wsgi_text
from .globals import _cv_app, current_app
from .helpers import _split_blueprint_path as _split_blueprint_path
from .http.conditions import is_resource_modified
from .http.cookies import check_name, dump_cookie, read_cookies
from .http.dates import http_date, parse_date
from .http.etags import parse_etags
from .http.headers import EnvironHeaders, Headers, refuse_faults
from .http.multidict import ImmutableMultiDict
from .http.query import parse_query

if t.TYPE_CHECKING:
    from http import HTTPStatus

    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.routing import Rule

T = t.TypeVar("T")

_messages = _kernels.messages


def _constructs_others(cls: type, ours: type, base: type) -> bool:
    """Tell whether *cls* takes more than our constructor: the whole of Werkzeug's.

    So where it has a base between *ours* and Werkzeug's that wants to be constructed, or has an
    attribute of its own in the place of one that ours sets.
    """
    at = cls.__mro__.index(ours)
    behind = next(other for other in cls.__mro__[at + 1 :] if "__init__" in vars(other))
    before = (name for other in cls.__mro__[:at] for name in vars(other))
    return behind is not base or not _SET_BY_CONSTRUCTORS.isdisjoint(before)


_SET_BY_RESPONSES = frozenset(
    ("response", "direct_passthrough", "headers", "_on_close", "_status", "_status_code")
)
_SET_BY_CONSTRUCTORS = _SET_BY_RESPONSES | {"environ", "method", "shallow", "status", "status_code"}


class Request(_messages.RequestBase, RequestBody):
    """One HTTP request, as ``flask.request`` shows it.

    Beside everything of :class:`werkzeug.wrappers.Request` it knows the rule that matched. A
    subclass named in ``Flask.request_class`` is used in its place.
    """

    json_module: t.Any
    _default_json: t.Any = json

    #: The rule that matched; None before the match and where none did.
    url_rule: Rule | None
    #: The values that the rule took from the URL, by name; None where no rule matched.
    view_args: dict[str, t.Any] | None
    #: What went wrong in matching, raised when the request is dispatched; None if nothing did.
    routing_exception: HTTPException | None

    _max_content_length: int | None = None
    _max_form_memory_size: int | None = None
    _max_form_parts: int | None = None

    def _construct(self, environ: WSGIEnvironment, populate_request: bool, shallow: bool) -> None:
        """Construct what stands behind: a subclass's other bases, and Werkzeug's request."""
        super(_messages.RequestBase, self).__init__(environ, populate_request, shallow)

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._constructs_others = _constructs_others(cls, _messages.RequestBase, RequestBase)
        if "json_module" in vars(cls):
            cls._default_json = cls.json_module

    # -- what Werkzeug's constructor would have read at once -------------------------------

    @lazy
    def scheme(self) -> str:
        """The scheme of the URL as the server saw it, "http" or "https"."""
        scheme: str = self.environ.get("wsgi.url_scheme", "http")
        return scheme

    @lazy
    def server(self) -> tuple[str, int | None] | None:
        """The server's address: (name, port), or (path, None) for a Unix socket."""
        name = self.environ.get("SERVER_NAME")
        if name is None:
            return None
        try:
            return name, int(self.environ.get("SERVER_PORT"))
        except (TypeError, ValueError):
            return name, None

    @lazy
    def root_path(self) -> str:
        """The prefix under which the app is mounted, without a slash at its end."""
        return wsgi_text(self.environ.get("SCRIPT_NAME") or "").rstrip("/")

    @lazy
    def path(self) -> str:
        """The path below :attr:`root_path`, with exactly one slash at its start."""
        return "/" + wsgi_text(self.environ.get("PATH_INFO") or "").lstrip("/")

    @lazy
    def query_string(self) -> bytes:
        """The part of the URL behind the question mark, undecoded."""
        query: str = self.environ.get("QUERY_STRING", "")
        return query.encode("latin1", "replace")

    @lazy
    def remote_addr(self) -> str | None:
        """The address of the client, as the server saw it."""
        address: str | None = self.environ.get("REMOTE_ADDR")
        return address

    # -- what a client can fill with bytes that Werkzeug answers 500 to ---------------------

    @lazy
    def full_path(self) -> str:
        """The path and, behind a question mark, the query string."""
        return f"{self.path}?{self.query_string.decode(errors=KEEP_QUOTED)}"

    # -- limits: the request's own, else the app's -----------------------------------------

    def _limit(self, own: int | None, setting: str, inherited: str) -> int | None:
        if own is not None:
            return own
        ctx = _cv_app.get(None)
        if ctx is None:
            return t.cast("int | None", getattr(RequestBase, inherited))
        return t.cast("int | None", ctx.app.config[setting])

    @property
    def max_content_length(self) -> int | None:
        """The most bytes that a body may have, else 413; None for no limit.

        Setting it overrides ``MAX_CONTENT_LENGTH`` for this request.
        """
        # PERF: form, json-in. As `_limit` does it.
        own = self._max_content_length
        if own is not None:
            return own
        ctx = _cv_app.get(None)
        if ctx is None:
            return RequestBase.max_content_length
        most: int | None = ctx.app.config["MAX_CONTENT_LENGTH"]
        return most

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def max_form_memory_size(self) -> int | None:
        """The most bytes that a multipart field (not a file) may have, else 413.

        Setting it overrides ``MAX_FORM_MEMORY_SIZE`` for this request.
        """
        return self._limit(
            self._max_form_memory_size, "MAX_FORM_MEMORY_SIZE", "max_form_memory_size"
        )

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    @property  # type: ignore[override]
    def max_form_parts(self) -> int | None:
        """The most parts that a multipart body may have, else 413.

        Setting it overrides ``MAX_FORM_PARTS`` for this request.
        """
        return self._limit(self._max_form_parts, "MAX_FORM_PARTS", "max_form_parts")

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value

    # -- the body -------------------------------------------------------------------------

    def on_json_loading_failed(self, e: ValueError | None) -> t.Any:
        """Answer a body that is no JSON: 415 without the type, else 400; detail in debug mode.

        :param e: what the parser said; None when the content type is not JSON.
        """
        if e is not None and RequestBase.on_json_loading_failed is _JSON_FAILED:
            ctx = _cv_app.get(None)
            if ctx is None or not ctx.app.debug:
                # PERF: bad-json. What is raised there is the cause of this, and not raised.
                cause = BadRequest(f"Failed to decode JSON object: {e}")
                cause.__context__ = e
                raise BadRequest() from cause
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as error:
            if current_app and current_app.debug:
                raise
            raise BadRequest() from error


#: What may not stand in a reason phrase (RFC 9112, 4): controls other than the tab.
_CONTROL = expression(r"[\x00-\x08\x0a-\x1f\x7f]")

#: What the kernel `survey_headers` calls headers: Location and Content-Location; Content-Length.
_ANY_LOCATION, _CONTENT_LENGTH = 1 | 2, 4

# What they looked like when nobody had wrapped them.
_JSON_FAILED = as_shipped(RequestBase, "on_json_loading_failed")
_SET_COOKIE = as_shipped(ResponseBase, "set_cookie")
_CALLING = _kernels.Shipped(ResponseBase, "from_app", "__init__")

#: The statuses whose responses carry no content (RFC 9110, 6.4.1).
_WITHOUT_BODY = frozenset((*range(100, 200), 204, 304))

#: What a 304 leaves out: what describes the content, but for Expires and Content-Location.
_OF_CONTENT = frozenset(
    name
    for name in (
        *("allow", "content-encoding", "content-language", "content-length", "content-md5"),
        *("content-range", "content-type", "last-modified"),
    )
    if is_entity_header(name)
)

UnsendableHeader = _messages.UnsendableHeader


# The most common ones.
_CONTENT_TYPES = {
    name: get_content_type(name, "utf-8")
    for name in ("text/html", "text/plain", "application/json")
}
_SET_ITEM, _SET, _BASE_SET = Headers.__setitem__, Headers.set, as_shipped(HeadersBase, "set")


def _sets_unseen() -> bool:
    """Tell whether nobody watches headers being set."""
    return Headers.__setitem__ is _SET_ITEM and Headers.set is _SET and HeadersBase.set is _BASE_SET


class Response(_messages.ResponseBase, HeaderDescribing):
    """One HTTP response, HTML unless said otherwise.

    Same contract as :class:`werkzeug.wrappers.Response`. A subclass named in
    ``Flask.response_class`` is used in its place.
    """

    default_mimetype: str | None = "text/html"

    json_module = json

    autocorrect_location_header = False

    if "_status" in vars(_messages.ResponseBase):  # a field: compiled
        __dict__ = all_attributes(SansioResponse, _SET_BY_RESPONSES)

    def _construct(self, *args: t.Any) -> None:
        """Construct what stands behind: a subclass's other bases, and Werkzeug's response."""
        super(_messages.ResponseBase, self).__init__(*args)

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._constructs_others = _constructs_others(cls, _messages.ResponseBase, ResponseBase)

    @classmethod
    def force_type(cls, response: ResponseBase, environ: WSGIEnvironment | None = None) -> Response:
        """Make a response of this class of one of Werkzeug's, or of any WSGI application.

        :param response: shares its body, headers and end with what is returned.
        :param environ: what an application is called with.
        :raises TypeError: *response* is an application, and there is no *environ*.
        """
        given: t.Any = response
        if isinstance(given, _messages.ResponseBase):
            given.__class__ = cls
            return t.cast(Response, given)
        if not isinstance(given, ResponseBase):
            if environ is None:
                raise TypeError(
                    "A WSGI application can be made into a response only with the environ that it"
                    " is to be called with: force_type(application, environ)."
                )
            if not cls._constructs_others and _CALLING.by(ResponseBase):
                # PERF: wsgi-callable, abort-response.
                return t.cast(Response, _messages.answered(cls, given, environ))
            given = ResponseBase.from_app(given, environ)
        if type(given.headers) is HeadersBase:
            given.headers.__class__ = Headers
        made = cls.__new__(cls)
        made._head = made._closers = None
        made.headers = given.headers
        for name, value in vars(given).items():
            setattr(made, name, value)
        return made

    # -- headers --------------------------------------------------------------------------

    def _fill_headers(self, headers: t.Any, content_type: str | None, mimetype: str | None) -> None:
        """Take over headers that the caller brings, then see to the content type."""
        if isinstance(headers, HeadersBase):
            self.headers = headers
        elif headers:
            self.headers = Headers(headers)
        if content_type is None:
            is_absent = mimetype is None and "content-type" not in self.headers
            if is_absent:
                mimetype = self.default_mimetype
            if mimetype is not None:
                own, content_type = self.headers, _CONTENT_TYPES.get(mimetype)
                if content_type is None:
                    content_type = get_content_type(mimetype, "utf-8")
                elif is_absent and type(own) is Headers and _sets_unseen():
                    # PERF: tuple-headers. What that comes to where it is not there.
                    own._list.append(("Content-Type", content_type))
                    return
        if content_type is not None:
            self.headers["Content-Type"] = content_type

    # -- status ---------------------------------------------------------------------------

    def _clean_status(self, value: str | int | HTTPStatus) -> tuple[str, int]:
        if isinstance(value, str) and _CONTROL.search(value.strip()):
            raise ValueError(
                f"Status {value!r} has a control character, which would let its author write"
                " headers of his own. Give a code and a phrase, such as '404 NOT FOUND'."
            )
        return super()._clean_status(value)

    # -- cookies --------------------------------------------------------------------------

    def set_cookie(
        self,
        key: str,
        value: str = "",
        max_age: timedelta | int | None = None,
        expires: str | datetime | int | float | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Have the client keep a cookie (RFC 6265, 4.1).

        :param max_age: for how many seconds; until the browser ends where that and *expires*
            are None.
        :param expires: until when: a datetime, or seconds since the epoch.
        :param path: the paths it is sent to.
        :param domain: the domain whose hosts it is sent to; by default this very host.
        :param secure: send it by HTTPS alone.
        :param httponly: keep it from scripts.
        :param samesite: "Strict", "Lax" or "None": whether other sites' requests carry it.
        :param partitioned: keep one per site that embeds this one.
        :raises ValueError: *key* cannot be a cookie's name.
        """
        if ResponseBase.set_cookie is _SET_COOKIE:
            _kernels.jar.set_cookie(
                self,
                key,
                value,
                max_age,
                expires,
                path,
                domain,
                secure,
                httponly,
                samesite,
                partitioned,
            )
            return
        # A tracing agent has wrapped Werkzeug's and wants to see every call.
        check_name(key)
        super().set_cookie(
            key,
            value,
            max_age=max_age,
            expires=expires,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
            partitioned=partitioned,
        )

    # -- body -----------------------------------------------------------------------------

    data = property(
        ResponseBase.get_data, _messages.ResponseBase.set_data, doc="The whole body, as bytes."
    )

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """The size in bytes above which browsers drop a cookie, so that setting it warns.

        ``MAX_COOKIE_SIZE`` of the current app, Werkzeug's default outside of one.
        """
        ctx = _cv_app.get(None)
        if ctx is None:
            return ResponseBase.max_cookie_size
        most: int = ctx.app.config["MAX_COOKIE_SIZE"]
        return most

    # -- to the server --------------------------------------------------------------------

    def _wire_headers(self, environ: WSGIEnvironment) -> list[tuple[str, str]]:
        """Return the header list to send: a new list, made safe for this status."""
        status = self._status_code
        headers: t.Any = self.headers
        if not isinstance(headers, HeadersBase):
            # Somebody has assigned a dict or list.
            headers = HeadersBase(headers)
        head: list[tuple[str, str]] = headers.to_wsgi_list()
        found = _kernels.survey_headers(head)
        if found < 0:
            refuse_faults(head, UnsendableHeader)
        if found & _ANY_LOCATION:
            head = self._with_wire_locations(environ, head)

        if status == 304:
            head = [header for header in head if header[0].lower() not in _OF_CONTENT]
        elif status in _WITHOUT_BODY:
            head = [header for header in head if header[0].lower() != "content-length"]
        elif (
            not found & _CONTENT_LENGTH
            and self.automatically_set_content_length
            and self.is_sequence
        ):
            head.append(("Content-Length", str(sum(map(len, self.iter_encoded())))))
        return head

    def _with_wire_locations(
        self, environ: WSGIEnvironment, head: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """Write the URLs that the headers name in ASCII (RFC 3987, 3.1)."""
        headers = Headers(head)
        # Of several, the last is sent.
        for location in headers.getlist("Location")[-1:]:
            headers["Location"] = self._wire_location(environ, location)
        for location in headers.getlist("Content-Location")[-1:]:
            headers["Content-Location"] = iri_to_uri(location)
        return headers.to_wsgi_list()

    def _wire_location(self, environ: WSGIEnvironment, location: str) -> str:
        location = iri_to_uri(location)
        if self.autocorrect_location_header:
            base = iri_to_uri(get_current_url(environ, strip_querystring=True))
            location = urljoin(base, location)
        return location

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> HeadersBase:
        """Return the headers to send for *environ*, as a copy that may be changed."""
        return Headers(self._wire_headers(environ))


_kernels.files.settle(Response, http_date, parse_date, parse_etags, is_resource_modified)
_kernels.reading.settle(
    Request, EnvironHeaders, ImmutableMultiDict, parse_query, read_cookies, cookies_otherwise
)
_kernels.sessions.settle_response(Response, ImmutableMultiDict)
_kernels.jar.settle(Response, Headers, dump_cookie, http_date)
_kernels.bodies.settle_limit(Request)
