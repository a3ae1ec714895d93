"""The request and response classes of an app: Werkzeug's, made lazy.

A request costs what is read from it: every attribute is taken from the environ at its first
use. A response keeps its status line and header list in the form that ``start_response`` wants
and makes a :class:`~werkzeug.datastructures.Headers` over that same list when somebody looks.
"""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta
from urllib.parse import urljoin

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.http import HTTP_STATUS_CODES, remove_entity_headers
from werkzeug.urls import iri_to_uri
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Request as RequestBase
from werkzeug.wrappers import Response as ResponseBase
from werkzeug.wsgi import ClosingIterator, get_current_url

from . import json
from ._body import open_body
from ._lazy import lazy
from ._reading import HeaderReading
from ._reading import _readable_host as _readable_host
from ._wsgi import wsgi_text
from .globals import _cv_app, current_app
from .helpers import _split_blueprint_path
from .http.forms import FormDataParser

if t.TYPE_CHECKING:
    from http import HTTPStatus

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from werkzeug.routing import Rule

T = t.TypeVar("T")

# What steps looked like when nobody had overridden or wrapped them.
_BASE_REQUEST_INIT = RequestBase.__init__
_BASE_RESPONSE_CLOSE = ResponseBase.close
_BASE_RESPONSE_ITER_ENCODED = ResponseBase.iter_encoded

# Bytes that a client sent and that are no UTF-8 stay visible as %XX; Werkzeug registers the
# error handler of this name with the codecs module.
_KEEP_QUOTED = "werkzeug.url_quote"


def _get_environ(request_or_environ: WSGIEnvironment | RequestBase) -> WSGIEnvironment:
    if isinstance(request_or_environ, RequestBase):
        return request_or_environ.environ
    return request_or_environ


def _constructor_between(cls: type, ours: type, base: type) -> bool:
    """Tell whether *cls* has a base between *ours* and Werkzeug's that wants to be constructed."""
    behind = cls.__mro__[cls.__mro__.index(ours) + 1 :]
    return next(other for other in behind if "__init__" in vars(other)) is not base


class Request(HeaderReading):
    """One HTTP request, as ``flask.request`` shows it.

    Beside everything of :class:`werkzeug.wrappers.Request` it knows the rule that matched. A
    subclass named in ``Flask.request_class`` is used in its place.
    """

    json_module: t.Any = json
    form_data_parser_class = FormDataParser

    #: The rule that matched; None before the match and where none did.
    url_rule: Rule | None = None
    #: The values that the rule took from the URL, by name; None where no rule matched.
    view_args: dict[str, t.Any] | None = None
    #: What went wrong in matching, raised when the request is dispatched; None if nothing did.
    routing_exception: HTTPException | None = None

    _constructs_others = False
    _max_content_length: int | None = None
    _max_form_memory_size: int | None = None
    _max_form_parts: int | None = None

    def __init__(
        self,
        environ: WSGIEnvironment,
        populate_request: bool = True,
        shallow: bool = False,
    ) -> None:
        if RequestBase.__init__ is not _BASE_REQUEST_INIT or (
            type(self) is not Request and self._constructs_others
        ):
            # A tracer has wrapped Werkzeug's constructor and wants to see every request, or
            # another base of a subclass has one.
            super().__init__(environ, populate_request=populate_request, shallow=shallow)
            return
        self.environ = environ
        self.shallow = shallow
        self.method = environ.get("REQUEST_METHOD", "GET").upper()
        if populate_request and not shallow:
            environ["werkzeug.request"] = self

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._constructs_others = _constructor_between(cls, Request, RequestBase)

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
            return name, int(self.environ.get("SERVER_PORT"))  # type: ignore[arg-type]
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
        return f"{self.path}?{self.query_string.decode(errors=_KEEP_QUOTED)}"

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
        return self._limit(self._max_content_length, "MAX_CONTENT_LENGTH", "max_content_length")

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

    # -- the match ------------------------------------------------------------------------

    @property
    def endpoint(self) -> str | None:
        """The endpoint of the rule that matched, None where none did."""
        rule = self.url_rule
        return None if rule is None else rule.endpoint

    @property
    def blueprint(self) -> str | None:
        """The name of the blueprint that the endpoint belongs to, None for the app itself."""
        endpoint = self.endpoint
        if endpoint is None or "." not in endpoint:
            return None
        return endpoint.rpartition(".")[0]

    @property
    def blueprints(self) -> list[str]:
        """The names of the blueprint and of those it is nested in, innermost first."""
        name = self.blueprint
        return [] if name is None else _split_blueprint_path(name)

    # -- the body -------------------------------------------------------------------------

    @lazy
    def stream(self) -> t.IO[bytes]:
        """The body, to be read once; it ends where the body does.

        :raises RuntimeError: the request is shallow: its body is somebody else's.
        :raises werkzeug.exceptions.RequestEntityTooLarge: see :attr:`max_content_length`.
        """
        if self.shallow:
            return super().stream
        return open_body(self.environ, self.max_content_length)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if (
            current_app
            and current_app.debug
            and self.mimetype != "multipart/form-data"
            and not self.files
        ):
            from .debughelpers import attach_enctype_error_multidict

            attach_enctype_error_multidict(self)

    def close(self) -> None:
        """Close the files that were uploaded, if the form has been read."""
        if "files" in self.__dict__:
            super().close()

    def on_json_loading_failed(self, e: ValueError | None) -> t.Any:
        """Answer a body that is no JSON: 415 without the type, else 400; detail in debug mode.

        :param e: what the parser said; None when the content type is not JSON.
        """
        try:
            return super().on_json_loading_failed(e)
        except BadRequest as error:
            if current_app and current_app.debug:
                raise
            raise BadRequest() from error


#: What may not stand in a reason phrase (RFC 9112, 4): controls other than the tab.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

#: What may not stand in a header's value (RFC 9110, 5.5), lest it end the header.
_BREAKS = re.compile(r"[\x00\r\n]")
#: What a header's name is made of (RFC 9110, 5.6.2).
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
#: Header names that need no look.
_USUAL_NAMES = frozenset(
    (
        "Accept-Ranges",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Origin",
        "Allow",
        "Cache-Control",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Length",
        "Content-Type",
        "Date",
        "ETag",
        "Last-Modified",
        "Location",
        "Set-Cookie",
        "Vary",
        "WWW-Authenticate",
    )
)
#: What a cookie's name may not have: it would end the name, the cookie or the header.
_NO_COOKIE_NAME = re.compile(r"[\x00-\x1f\x7f=;]|^ | $|^$")

#: Status lines by code, as ``start_response`` wants them.
_STATUS_LINES: dict[int, str] = {
    code: f"{code} {phrase.upper()}" for code, phrase in HTTP_STATUS_CODES.items()
}

#: The header that goes with the most common mimetypes.
_CONTENT_TYPE_HEADERS: dict[str | None, tuple[str, str]] = {
    name: ("Content-Type", get_content_type(name, "utf-8"))
    for name in ("text/html", "text/plain", "application/json")
}


#: The statuses whose responses carry no content (RFC 9110, 6.4.1).
_WITHOUT_BODY = frozenset((*range(100, 200), 204, 304))


class UnsendableHeader(ValueError):
    """A header that would write more than itself, found when the response is to be sent."""


def _check_headers(headers: list[tuple[str, str]]) -> None:
    """Refuse headers that would write more than themselves, however they were set."""
    # PERF: cookies. All values in one search; which one it was matters only when there is one.
    if _BREAKS.search("".join([value for _, value in headers])) is None:
        suspects = [(name, value) for name, value in headers if name not in _USUAL_NAMES]
    else:
        suspects = headers
    for name, value in suspects:
        if _TOKEN.fullmatch(name) is None:
            raise UnsendableHeader(
                f"Header name {name!r} is no token (RFC 9110, 5.6.2): use letters, digits and"
                " dashes. Was it made of what a client sent?"
            )
        if _BREAKS.search(value):
            raise UnsendableHeader(
                f"The value of header {name!r} has a line end or NUL, which would let its author"
                " write headers of his own. Was it made of what a client sent?"
            )


class Response(ResponseBase):
    """One HTTP response, HTML unless said otherwise.

    Same contract as :class:`werkzeug.wrappers.Response`. A subclass named in
    ``Flask.response_class`` is used in its place.
    """

    default_mimetype: str | None = "text/html"

    json_module = json

    autocorrect_location_header = False

    _constructs_others = False

    def __init__(
        self,
        response: t.Iterable[bytes] | bytes | t.Iterable[str] | str | None = None,
        status: int | str | HTTPStatus | None = None,
        headers: t.Mapping[str, str | t.Iterable[str]] | t.Iterable[tuple[str, str]] | None = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        if type(self) is not Response and self._constructs_others:
            super().__init__(response, status, headers, mimetype, content_type, direct_passthrough)
            return
        # What start_response() will be given, and the storage of `headers`.
        self._head: list[tuple[str, str]]
        if mimetype is None:
            ready = _CONTENT_TYPE_HEADERS.get(self.default_mimetype)
        else:
            ready = _CONTENT_TYPE_HEADERS.get(mimetype)
        if ready is not None and headers is None and content_type is None:
            # PERF: hello. Nothing to look for and nothing to replace: straight into the list.
            self._head = [ready]
        else:
            self._head = []
            self._fill_headers(headers, content_type, mimetype)

        if status is None:
            status = self.default_status
        if type(status) is int and status in _STATUS_LINES:
            self._status = _STATUS_LINES[status]
            self._status_code = status
        else:
            self.status = status

        self.direct_passthrough = direct_passthrough
        if response is None:
            self.response = []
        elif isinstance(response, (str, bytes, bytearray)):
            self.set_data(response)
        else:
            self.response = response

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._constructs_others = _constructor_between(cls, Response, ResponseBase)

    @lazy
    def _on_close(self) -> list[t.Callable[[], t.Any]]:
        return []

    # -- headers --------------------------------------------------------------------------

    @lazy
    def headers(self) -> Headers:
        """The response's headers, in the order in which they will be sent."""
        made = Headers()
        # One list, two owners: what is set through this object is what will be sent.
        made._list = self._head
        return made

    def _fill_headers(self, headers: t.Any, content_type: str | None, mimetype: str | None) -> None:
        """Take over headers that the caller brings, then see to the content type."""
        if isinstance(headers, Headers):
            self.headers = headers
        elif headers:
            self.headers = Headers(headers)
        if content_type is None:
            if mimetype is None and "content-type" not in self.headers:
                mimetype = self.default_mimetype
            if mimetype is not None:
                content_type = get_content_type(mimetype, "utf-8")
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
        if _NO_COOKIE_NAME.search(key):
            raise ValueError(
                f"Cookie name {key!r} is empty or has a control character, '=' or ';', which"
                " end a name. Was it made of what a client sent?"
            )
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

    def set_data(self, value: bytes | str) -> None:
        """Make *value* the whole body; text is encoded as UTF-8."""
        if isinstance(value, str):
            value = value.encode()
        self.response = [value]
        if self.automatically_set_content_length:
            length = str(len(value))
            if "headers" in self.__dict__:
                # Maybe one of Werkzeug's that was made one of ours: it has no other list.
                self.headers["Content-Length"] = length
                return
            head = self._head
            if head and head[-1][0] == "Content-Length":
                head.pop()
            head.append(("Content-Length", length))

    data = property(ResponseBase.get_data, set_data, doc="The whole body, as bytes.")

    @property
    def max_cookie_size(self) -> int:  # type: ignore[override]
        """The size in bytes above which browsers drop a cookie, so that setting it warns.

        ``MAX_COOKIE_SIZE`` of the current app, Werkzeug's default outside of one.
        """
        ctx = _cv_app.get(None)
        if ctx is None:
            return ResponseBase.max_cookie_size
        return t.cast(int, ctx.app.config["MAX_COOKIE_SIZE"])

    def make_conditional(
        self,
        request_or_environ: WSGIEnvironment | RequestBase,
        accept_ranges: bool | str = False,
        complete_length: int | None = None,
    ) -> Response:
        """Turn into a 304, 206 or 412 where the request's conditions (RFC 9110, 13) say so.

        A date out of the calendar is no condition: it is passed over.
        """
        try:
            super().make_conditional(request_or_environ, accept_ranges, complete_length)
        except OverflowError:
            environ = dict(_get_environ(request_or_environ))
            environ.pop("HTTP_IF_MODIFIED_SINCE", None)
            environ.pop("HTTP_IF_UNMODIFIED_SINCE", None)
            if environ.pop("HTTP_IF_RANGE", None) is not None:
                # A condition that is not met: the whole, or parts of two versions get mixed.
                environ.pop("HTTP_RANGE", None)
            super().make_conditional(environ, accept_ranges, complete_length)
        return self

    # -- to the server --------------------------------------------------------------------

    def _wire_headers(self, environ: WSGIEnvironment) -> list[tuple[str, str]]:
        """Return the header list to send: a new list, made safe for this status."""
        status = self._status_code
        headers: t.Any = self.headers
        if not isinstance(headers, Headers):
            # Somebody has assigned a dict or list.
            headers = Headers(headers)
        head: list[tuple[str, str]] = headers.to_wsgi_list()
        _check_headers(head)
        names = {name.lower() for name, _ in head}
        if "location" in names or "content-location" in names:
            head = self._with_wire_locations(environ, head)

        if status == 304:
            remove_entity_headers(head)
        elif status in _WITHOUT_BODY:
            head = [header for header in head if header[0].lower() != "content-length"]
        elif (
            "content-length" not in names
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

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Return the headers to send for *environ*, as a copy that may be changed."""
        return Headers(self._wire_headers(environ))

    def get_app_iter(self, environ: WSGIEnvironment) -> t.Iterable[bytes]:
        """Return the body to send: empty for HEAD and for a status that has none.

        The server closes it, and with it this response.
        """
        body: t.Any = self.response
        if environ["REQUEST_METHOD"] == "HEAD" or self._status_code in _WITHOUT_BODY:
            return ClosingIterator((), self.close)
        if self.direct_passthrough:
            return body  # type: ignore[no-any-return]
        if (
            type(body) is list
            and len(body) == 1
            and type(body[0]) is bytes
            and body[0]
            and "_on_close" not in self.__dict__
            and type(self).close is _BASE_RESPONSE_CLOSE
            and "close" not in self.__dict__
            and type(self).iter_encoded is _BASE_RESPONSE_ITER_ENCODED
            and "iter_encoded" not in self.__dict__
        ):
            # PERF: hello. Nothing to encode and nobody to tell of the end. (Not for an empty
            # body: granian then moves Content-Length.)
            return body
        return ClosingIterator(self.iter_encoded(), self.close)

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[t.Iterable[bytes], str, list[tuple[str, str]]]:
        """Return body, status line and header list for *environ*."""
        if (
            type(self).get_wsgi_headers is not _RESPONSE_GET_WSGI_HEADERS
            or "get_wsgi_headers" in self.__dict__
        ):
            head = self.get_wsgi_headers(environ).to_wsgi_list()
        elif (
            "headers" not in self.__dict__
            and len(self._head) == 2
            and self._status_code not in _WITHOUT_BODY
        ):
            # PERF: hello. Content-Type and Content-Length of our own making: nothing to mend.
            head = self._head.copy()
        else:
            head = self._wire_headers(environ)
        return self.get_app_iter(environ), self.status, head

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> t.Iterable[bytes]:
        body, status, head = self.get_wsgi_response(environ)
        try:
            start_response(status, head)
        except BaseException:
            # The server never gets the body, so nobody else would close it.
            close = getattr(body, "close", None)
            if close is not None:
                close()
            raise
        return body


_RESPONSE_GET_WSGI_HEADERS = Response.get_wsgi_headers
