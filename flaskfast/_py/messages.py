"""Requests and responses, as far as every request needs them; `wrappers.py` has the rest.

Compiled as it is (`_native/messages.pxd` gives the types). Both classes are made to stand before
Werkzeug's among the bases of a class, and to be constructed in the place of those.
"""

from __future__ import annotations

import re
import typing as t
from functools import partial
from itertools import chain
from types import GeneratorType
from urllib.parse import quote

from werkzeug.datastructures import Headers as WerkzeugHeaders
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.urls import iri_to_uri
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import ClosingIterator as WerkzeugClosingIterator

from .._expressions import expression
from .._genuine import as_shipped
from .headers import header_fault, survey_headers
from .streams import ContextStream

#: Status lines by code, as ``start_response`` wants them.
status_lines: dict[int, str] = {
    code: f"{code} {phrase.upper()}" for code, phrase in HTTP_STATUS_CODES.items()
}

#: The header that goes with the most common mimetypes.
content_type_headers: dict[str | None, tuple[str, str]] = {
    name: ("Content-Type", get_content_type(name, "utf-8"))
    for name in ("text/html", "text/plain", "application/json")
}

#: The statuses whose responses carry no content (RFC 9110, 6.4.1).
without_body = frozenset((*range(100, 200), 204, 304))

# What `survey_headers` calls headers: Location and Content-Location; Content-Length.
_ANY_LOCATION, _CONTENT_LENGTH = 1 | 2, 4
_LOCATIONS = frozenset(("location", "content-location"))
# What a 304 leaves out of the headers of a file, as `files` spells them.
_OF_CONTENT = frozenset(
    ("Content-Encoding", "Content-Length", "Content-Range", "Content-Type", "Last-Modified")
)
_SPELLED = frozenset(("Location", "Content-Location"))
_LONG_AS_LOCATIONS = frozenset(map(len, _LOCATIONS))

_HOST = (
    r"https?://(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}"
    r"(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}))?"
)
# A URL that has no other form: of characters that stay as they are, a path or a host in front.
_AS_IT_IS = expression(
    rf"(?:/(?!/)|{_HOST}(?=[/?#]|\Z))"
    r"[\w.~!$&'()*+,;=:@%/-]*"
    r"(?:\?[\w.~!$&'()*+,;=:@%/?-]+)?"
    r"(?:#[\w.~!$&'()*+,;=:@%/?-]+)?",
    re.ASCII,
)
# One whose parts can be told at once: host, path, query and fragment.
_IN_PARTS = expression(
    rf"({_HOST}(?=/)|(?=/[^/]))([^\0-\x1f\x7f?#]*)(\?[^\0-\x1f\x7f#]+)?(#[^\0-\x1f\x7f]+)?(?<! )"
)
_IN_PATHS = "%!$&'()*+,/:;=@"
# Since the first redirect, what is asked for that.
_as_it_is: t.Any = None


def wire_url(url: str) -> str:
    """Return a URL in ASCII (RFC 3987, 3.1)."""
    global _as_it_is
    if _as_it_is is None:
        _as_it_is = _AS_IT_IS.fullmatch
    # PERF: redirect-code. Nothing that is not ASCII stays as it is.
    if url.isascii() and _as_it_is(url) is not None:
        return url
    parts = _IN_PARTS.fullmatch(url)
    if parts is None:
        return iri_to_uri(url)
    host, path, query, fragment = parts.groups(default="")
    return (
        f"{host}{quote(path, _IN_PATHS)}{quote(query, _IN_PATHS + '?')}"
        f"{quote(fragment, _IN_PATHS + '?#')}"
    )


# The methods of RFC 9110 and RFC 5789 as they are sent, in capitals.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"))

# What steps looked like when nobody had overridden or wrapped them.
_request_init = as_shipped(WerkzeugRequest, "__init__")
_close = as_shipped(WerkzeugResponse, "close")
_close_code = getattr(_close, "__code__", None)
_werkzeug_set = as_shipped(WerkzeugHeaders, "set")
_werkzeug_to_wsgi_list = as_shipped(WerkzeugHeaders, "to_wsgi_list")
_iter_encoded = as_shipped(WerkzeugResponse, "iter_encoded")
_is_sequence = as_shipped(WerkzeugResponse, "is_sequence")
_begin_closing = as_shipped(WerkzeugClosingIterator, "__init__")
_next_part = as_shipped(WerkzeugClosingIterator, "__next__")


# The names of a request's blueprints, innermost first; what is filed by them and by None, the app,
# in this order and in the other.
_Places = tuple[tuple[t.Any, ...], tuple[t.Any, ...], tuple[t.Any, ...]]

# Those of endpoints, which applications have so many of, and a few that come and go.
_blueprints: dict[str, _Places] = {}
_of_the_app: _Places = ((), (None,), (None,))
_MOST_ENDPOINTS = 100_000


class UnsendableHeader(ValueError):
    """A header that would write more than itself, found when the response is to be sent."""


def _with_wire_location(head: t.Any) -> t.Any:
    """Return headers with the one that names a URL as it is sent; None where that takes longer."""
    found = None
    for header in head:
        name = header[0]
        if len(name) in _LONG_AS_LOCATIONS:
            if name in _SPELLED:
                if found is not None or type(header[1]) is not str:
                    return None
                found = header
            elif name.lower() in _LOCATIONS:
                return None
    sent = head[:]
    if found is not None:
        location = wire_url(found[1])
        if location is not found[1]:
            sent[sent.index(found)] = (found[0], location)
    return sent


def _encoded_parts(parts: t.Any) -> t.Any:
    """Yield the parts of a body as bytes, text as UTF-8."""
    for part in parts:
        yield part.encode() if isinstance(part, str) else part


def _closing(parts: t.Any, close: t.Any) -> WerkzeugClosingIterator:
    """Return Werkzeug's iterator over a body, which tells of its end.

    What its constructor comes to, which looks first at what it was given.
    """
    made: t.Any = WerkzeugClosingIterator.__new__(WerkzeugClosingIterator)
    made._next = partial(next, parts)
    made._callbacks = [parts.close, close]
    return made  # type: ignore[no-any-return]


_no_parts: t.Any = iter(())


class EncodedParts:
    """The parts of a body that is a generator as bytes, text as UTF-8."""

    _parts: t.Any
    _response: t.Any
    _close: t.Any

    def __next__(self) -> t.Any:
        value = next(self._parts)
        return value.encode() if isinstance(value, str) else value

    @property
    def _callbacks(self) -> t.Any:
        return (self._finish,) if self._close is None else (self._end, self._close)

    def _end(self) -> None:
        self._parts = _no_parts

    def _finish(self) -> None:
        """End, and do what closing a response comes to where that is as it was shipped."""
        self._parts = _no_parts
        response = self._response
        if _close.__code__ is not _close_code:
            response.close()
            return
        body = response.response
        if type(body) is not list and hasattr(body, "close"):
            body.close()
        closers = response._closers
        if closers is not None:
            for call in closers:
                call()


class ClosingIterator(EncodedParts, WerkzeugClosingIterator):  # type: ignore[override]
    """Werkzeug's iterator over a body, in two steps for each part instead of four.

    What tells of its end is Werkzeug's own `close`: tracing agents name that by its class.
    """


_closing_class: t.Any = ClosingIterator


class RequestBase:
    """A request as it is before anything is read from it: the environ, and the match."""

    # What the classes that this stands before bring.
    _default_json: t.Any
    _construct: t.Any

    url_rule: t.Any
    view_args: t.Any
    routing_exception: t.Any
    json_module: t.Any

    # Whether another base of a subclass wants to be constructed, too.
    _constructs_others = False

    def __init__(
        self,
        environ: t.Any,
        populate_request: bool = True,
        shallow: bool = False,
    ) -> None:
        self._begin(environ, populate_request, shallow)

    def _begin(self, environ: t.Any, populate_request: bool, shallow: bool) -> None:
        self.url_rule = None
        self.view_args = None
        self.routing_exception = None
        self.json_module = self._default_json
        if WerkzeugRequest.__init__ is not _request_init or self._constructs_others:
            # A tracer has wrapped Werkzeug's constructor and wants to see every request, or
            # another base of a subclass has one.
            self._construct(environ, populate_request, shallow)
            return
        self.environ = environ
        self.shallow = shallow
        method = environ.get("REQUEST_METHOD", "GET")
        self.method = method if method in _METHODS else method.upper()
        if populate_request and not shallow:
            environ["werkzeug.request"] = self

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
        if type(self) is _request_class:
            return list(_places_of(self)[0])
        name = self.blueprint
        return [] if name is None else _split_blueprint_path(name).copy()


def _both_ways(names: tuple[t.Any, ...]) -> _Places:
    return names, (*names, None), (None, *reversed(names))


def _places_of(request: t.Any) -> _Places:
    """Return where a request of our class belongs, as `_blueprints` has it."""
    rule = request.url_rule
    if rule is None:
        return _of_the_app
    # PERF: hooks. The names follow from the endpoint, and are worked out once for each.
    places = _blueprints.get(rule.endpoint)
    if places is None:
        endpoint = rule.endpoint
        name = request.blueprint
        places = _of_the_app if name is None else _both_ways(tuple(_split_blueprint_path(name)))
        if len(_blueprints) >= _MOST_ENDPOINTS:
            _blueprints.clear()
        _blueprints[endpoint] = places
    return places


def places_of(request: t.Any) -> _Places:
    """Return where a request belongs: ``request.blueprints``, and what functions are filed under.

    :returns: the blueprints; then the order of functions that end a request, the blueprints first
        and the app last; then that of those that begin one.
    """
    if type(request) is _request_class and _request_class.blueprints is _blueprints_property:
        ours = request
        rule = ours.url_rule
        # PERF: hooks. Mostly they have been worked out.
        places = None if rule is None else _blueprints.get(rule.endpoint)
        return _places_of(request) if places is None else places
    return _both_ways(tuple(request.blueprints))


def blueprint_of(request: t.Any) -> t.Any:
    """Return ``request.blueprint``."""
    if type(request) is _request_class and _request_class.blueprint is _blueprint_property:
        ours = request
        rule = ours.url_rule
        if rule is None:
            return None
        places = _blueprints.get(rule.endpoint)
        names = (_places_of(request) if places is None else places)[0]
        return names[0] if names else None
    return request.blueprint


class OnePage:
    """A body of one piece that is handed out once, as one that an application returned."""

    def __init__(self, page: bytes) -> None:
        self._page: bytes | None = page

    def __iter__(self) -> OnePage:
        return self

    def __next__(self) -> bytes:
        page = self._page
        if page is None:
            raise StopIteration
        self._page = None
        return page


class ResponseBase:
    """A response as it is sent: a status line, a header list, a body."""

    # What the classes that this stands before bring.
    default_mimetype: t.Any
    default_status: t.Any
    automatically_set_content_length: t.Any
    close: t.Any
    iter_encoded: t.Any
    get_wsgi_headers: t.Any
    _construct: t.Any
    _fill_headers: t.Any
    is_sequence: t.Any
    autocorrect_location_header: t.Any
    _wire_headers: t.Any

    response: t.Any
    _head: t.Any
    _headers: t.Any
    _closers: t.Any
    _checked: t.Any

    # Whether another base of a subclass wants to be constructed, too.
    _constructs_others = False

    def __init__(
        self,
        response: t.Any = None,
        status: t.Any = None,
        headers: t.Any = None,
        mimetype: str | None = None,
        content_type: str | None = None,
        direct_passthrough: bool = False,
    ) -> None:
        self._begin(response, status, headers, mimetype, content_type, direct_passthrough)

    def _begin(
        self,
        response: t.Any,
        status: t.Any,
        headers: t.Any,
        mimetype: t.Any,
        content_type: t.Any,
        direct_passthrough: t.Any,
    ) -> None:
        self._headers = None
        self._closers = None
        self._checked = 0
        if self._constructs_others:
            self._head = None
            self._construct(response, status, headers, mimetype, content_type, direct_passthrough)
            return
        # What start_response() will be given, and the storage of `headers`.
        self._head = []
        ready = None
        if headers is None and content_type is None:
            if mimetype is None:
                ready = content_type_headers.get(self.default_mimetype)
            else:
                ready = content_type_headers.get(mimetype)
        if ready is not None:
            # PERF: hello. Nothing to look for and nothing to replace: straight into the list.
            self._head.append(ready)
        else:
            self._fill_headers(headers, content_type, mimetype)

        if status is None:
            status = self.default_status
        line = status_lines.get(status) if type(status) is int else None
        if line is not None:
            self._status = line
            self._status_code = status
        else:
            self.status = status

        self.direct_passthrough = direct_passthrough
        if response is None:
            self.response = []
        elif (
            ready is not None
            and type(response) is str
            and self._headers is None
            and type(self).set_data is _set_data
        ):
            # PERF: hello. What that comes to before there is anything else.
            value: t.Any = response
            value = value.encode()
            self.response = [value]
            if self.automatically_set_content_length:
                self._head.append(("Content-Length", str(len(value))))
        elif isinstance(response, (str, bytes, bytearray)):
            self.set_data(response)
        else:
            self.response = response

    def _note_status(self, status: int) -> None:
        """Set the status to a code, as ``status = code`` and ``status_code = code`` do."""
        line = status_lines.get(status)
        if line is not None:
            self._status = line
            self._status_code = status
        else:
            self.status = status

    @property
    def headers(self) -> t.Any:
        """The response's headers, in the order in which they will be sent."""
        if self._headers is None:
            # One list, two owners: what is set through this object is what will be sent.
            self._headers = _headers_over([] if self._head is None else self._head)
        return self._headers

    @headers.setter
    def headers(self, value: t.Any) -> None:
        self._headers = value

    @property
    def _on_close(self) -> t.Any:
        if self._closers is None:
            self._closers = []
        return self._closers

    @_on_close.setter
    def _on_close(self, value: t.Any) -> None:
        self._closers = value

    def set_data(self, value: t.Any) -> None:
        """Make *value* the whole body; text is encoded as UTF-8."""
        if isinstance(value, str):
            value = value.encode()
        self.response = [value]
        if self.automatically_set_content_length:
            length = str(len(value))
            head = self._head
            if self._headers is not None or head is None:
                self.headers["Content-Length"] = length
                return
            if len(head) > 1:
                for index in range(len(head)):
                    # Of our own making, and spelled like this.
                    if head[index][0] == "Content-Length":
                        head[index] = ("Content-Length", length)
                        return
            head.append(("Content-Length", length))

    def _put(self, name: str, value: str) -> None:
        """Set a header that has not been set, as ``headers[name] = value`` does."""
        head = self._head
        if (
            self._headers is None
            and head is not None
            and len(head) <= 2
            and type(self).headers is _headers_property
            and _headers_class.set is _set_header
            and _headers_class.__setitem__ is _set_item
            and WerkzeugHeaders.set is _werkzeug_set
            and not header_fault(name, value)
        ):
            # PERF: redirect, options. No headers are made for one.
            head.append((name, value))
            if len(head) == 2:
                # Else they would be taken for the type and the length.
                self._headers = _headers_over(head)
        else:
            self.headers[name] = value

    def _sent_head(self) -> list[tuple[str, str]] | None:
        """Return the header list to send, a new one; None where it may have to be mended."""
        headers = self._headers
        head: t.Any = self._head
        if headers is not None:
            if (
                type(headers) is not _headers_class
                or getattr(headers.to_wsgi_list, "__func__", None) is not _to_wsgi_list
                or _headers_class.__iter__ is not _iterate
                or WerkzeugHeaders.to_wsgi_list is not _werkzeug_to_wsgi_list
            ):
                return None
            head = headers._list
        elif self._checked and head is not None and len(head) == self._checked:
            # PERF: static-file. Written by `files`, which adds nothing that cannot be sent.
            if self._status_code == 304:
                return [header for header in head if header[0] not in _OF_CONTENT]
            if self._status_code not in without_body:
                return head[:]  # type: ignore[no-any-return]
        if type(head) is not list or self._constructs_others or self._status_code in without_body:
            return None
        found = survey_headers(head)
        if found < 0:
            return None
        length = None
        if (
            not found & _CONTENT_LENGTH
            and self.automatically_set_content_length
            and not self._is_generated()
        ):
            length = self._plain_length()
            if length is None and self.is_sequence:
                return None
        sent: t.Any = head
        if found & _ANY_LOCATION:
            if self.autocorrect_location_header:
                return None
            sent = _with_wire_location(head)
            if sent is None:
                return None
        if sent is head:
            sent = head[:]
        if length is not None:
            sent.append(("Content-Length", length))
        own: list[tuple[str, str]] = sent
        return own

    def _plain_length(self) -> str | None:
        """Return the length of a body that is a list of bytes; None for any other.

        PERF: options, abort-response.
        """
        body = self.response
        if (
            type(body) is list
            and type(self).is_sequence is _is_sequence
            and getattr(self.iter_encoded, "__func__", None) is _iter_encoded
        ):
            length = 0
            for part in body:
                if type(part) is not bytes:
                    return None
                length += len(part)
            return str(length)
        return None

    def _is_generated(self) -> bool:
        """Tell whether the body is a generator, in a context or not, and no sequence here."""
        # PERF: stream.
        body = self.response
        return (type(body) is GeneratorType or type(body) is ContextStream) and type(
            self
        ).is_sequence is _is_sequence

    def get_app_iter(self, environ: t.Any) -> t.Any:
        """Return the body to send: empty for HEAD and for a status that has none.

        The server closes it, and with it this response.
        """
        body = self.response
        if environ["REQUEST_METHOD"] == "HEAD" or self._status_code in without_body:
            if (
                WerkzeugClosingIterator.__init__ is _begin_closing
                and WerkzeugClosingIterator.__next__ is _next_part
            ):
                return self._closing_over(_no_parts)
            return WerkzeugClosingIterator((), self.close)
        if self.direct_passthrough:
            return body
        if self._closers is None and (
            type(body) is OnePage
            or (type(body) is list and len(body) == 1 and type(body[0]) is bytes and body[0])
        ):
            # PERF: hello. Nothing to encode and nobody to tell of the end. (Not for an empty
            # body: granian then moves Content-Length.)
            try:
                if self.close.__func__ is _close and self.iter_encoded.__func__ is _iter_encoded:
                    return body
            except AttributeError:  # no methods, but functions of this one's own
                pass
        if (
            WerkzeugClosingIterator.__init__ is _begin_closing
            and getattr(self.iter_encoded, "__func__", None) is _iter_encoded
        ):
            # PERF: stream. Parts are encoded by a compiled iterator.
            if WerkzeugClosingIterator.__next__ is _next_part:
                if type(body) is GeneratorType or type(body) is ContextStream:
                    return self._closing_over(body)
                if type(body) is list:
                    return self._closing_over(iter(body))
            return _closing(_encoded_parts(body), self.close)
        return WerkzeugClosingIterator(self.iter_encoded(), self.close)

    def _closing_over(self, parts: t.Any) -> t.Any:
        """Return an iterator over what a generator, or any other iterator, yields as the body."""
        kind: t.Any = _closing_class
        made = kind.__new__(kind)
        made._parts = parts
        made._response = self
        # PERF: stream. None: nobody has to be called who closes it.
        made._close = None
        if self._constructs_others or getattr(self.close, "__func__", None) is not _close:
            made._close = self.close
        return made

    def get_wsgi_response(self, environ: t.Any) -> tuple[t.Any, str, list[tuple[str, str]]]:
        """Return body, status line and header list for *environ*."""
        if getattr(self.get_wsgi_headers, "__func__", None) is not _get_wsgi_headers:
            head = self.get_wsgi_headers(environ).to_wsgi_list()
        elif (
            self._headers is None
            and self._head is not None
            and len(self._head) == 2
            and self._status_code not in without_body
        ):
            # PERF: hello. Content-Type and Content-Length of our own making: nothing to mend.
            head = self._head[:]
        else:
            head = self._sent_head()
            if head is None:
                head = self._wire_headers(environ)
        # PERF: hello. A class with a status of its own was constructed as Werkzeug does.
        status = self.status if self._constructs_others else self._status
        return self.get_app_iter(environ), status, head

    def __call__(self, environ: t.Any, start_response: t.Any) -> t.Any:
        """Send the response: the WSGI call (PEP 3333)."""
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


# -- the responses of applications ---------------------------------------------------------

# The codes of status lines that are spelled as ours are.
_codes = {line: code for code, line in status_lines.items()}


class Beginning:
    """How an application has begun to answer: the ``start_response`` that it is given."""

    def __init__(self) -> None:
        self._has_begun = False
        self._line: t.Any = None
        self._head: t.Any = None
        self._pieces: list[t.Any] = []

    def __call__(self, status: t.Any, headers: t.Any, exc_info: t.Any = None) -> t.Any:
        if exc_info:
            try:
                raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        self._has_begun = True
        self._line = status
        self._head = headers
        return self._pieces.append


def body_begun(result: t.Any, pieces: list[t.Any]) -> t.Any:
    """Return a body whose first part has been asked for, to be closed as *result* has to be.

    :param result: what an application has returned.
    :param pieces: what it has written before it did.
    """
    rest = iter(result)
    for piece in rest:
        pieces.append(piece)
        break
    return _with_end(result, pieces, rest)


def _with_end(result: t.Any, pieces: list[t.Any], rest: t.Any) -> t.Any:
    body = chain(pieces, rest) if pieces else rest
    close = getattr(result, "close", None)
    if close is not None and body is not result:
        body = WerkzeugClosingIterator(body, close)
    return body


def answered(cls: t.Any, app: t.Any, environ: t.Any) -> t.Any:
    """Call an application, with an environ of its own, until it has begun to answer.

    PERF: wsgi-callable, abort-response.

    :param cls: a class of responses that is constructed as ours.
    :returns: a response of that class. Its body is still being made and has to be closed.
    :raises TypeError: it ended without having called ``start_response``.
    """
    begun = Beginning()
    result = app(environ.copy(), begun)
    rest = iter(result)
    pieces = begun._pieces
    for piece in rest:
        pieces.append(piece)
        if begun._has_begun:
            break
    if not begun._has_begun:
        raise TypeError("The application ended without having called start_response.")
    body = _with_end(result, pieces, rest)
    status = _codes.get(begun._line, begun._line)
    headers = None
    response_class = _response_class
    made = response_class(body, status=status, headers=headers)
    take_head(made, begun._head)
    if cls is not response_class:
        made.__class__ = cls
    return made


def take_head(made: t.Any, head: t.Any) -> None:
    """Give a response the headers that an application has answered with."""
    headers = _headers_class(head)
    if "Content-Type" not in headers:
        headers["Content-Type"] = "text/plain; charset=utf-8"
    made.headers = headers


_blueprint_property: t.Any = None
_blueprints_property: t.Any = None
_get_wsgi_headers: t.Any = None
_headers_class: t.Any = None
_headers_property: t.Any = None
_set_header: t.Any = None
_set_item: t.Any = None
_to_wsgi_list: t.Any = None
_iterate: t.Any = None
_headers_over: t.Any = None
_split_blueprint_path: t.Any = None
_response_class: t.Any = None
_set_data: t.Any = None
_get_app_iter: t.Any = None
_get_wsgi_response: t.Any = None
_request_class: t.Any = None


def settle(
    request_class: t.Any,
    response_class: t.Any,
    headers_over: t.Any,
    split_blueprint_path: t.Any,
) -> None:
    """Remember what is shipped, once it has all been imported.

    :param request_class: ``flaskfast.Request``.
    :param response_class: ``flaskfast.Response``.
    :param split_blueprint_path: names a blueprint and those around it.
    :param headers_over: makes headers that keep what they have in a list.
    """
    global _get_wsgi_headers, _set_data, _get_app_iter, _get_wsgi_response, _request_class
    global _headers_over, _split_blueprint_path, _headers_class, _headers_property
    global _set_header, _set_item, _to_wsgi_list, _iterate
    global _blueprint_property, _blueprints_property, _response_class
    _response_class = response_class
    _blueprint_property = request_class.blueprint
    _blueprints_property = request_class.blueprints
    _split_blueprint_path = split_blueprint_path
    _headers_over = headers_over
    _headers_class = headers_over.__self__
    _headers_property = response_class.headers
    _set_header = _headers_class.set
    _set_item = _headers_class.__setitem__
    _to_wsgi_list = _headers_class.to_wsgi_list
    _iterate = as_shipped(WerkzeugHeaders, "__iter__")
    _request_class = request_class
    _get_wsgi_headers = response_class.get_wsgi_headers
    _set_data = response_class.set_data
    _get_app_iter = response_class.get_app_iter
    _get_wsgi_response = response_class.get_wsgi_response
