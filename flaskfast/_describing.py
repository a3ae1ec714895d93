"""What a response's headers say of it, read and written; and the conditions it is sent on."""

from __future__ import annotations

import typing as t
from datetime import datetime, timedelta, timezone

from werkzeug.datastructures import (
    CallbackDict,
    ContentRange,
    ContentSecurityPolicy,
    HeaderSet,
    ResponseCacheControl,
    WWWAuthenticate,
)
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.utils import header_property
from werkzeug.wrappers import Request as RequestBase
from werkzeug.wrappers import Response as ResponseBase

from ._genuine import as_shipped
from .http import (
    dump_age,
    dump_header,
    dump_options_header,
    http_date,
    is_resource_modified,
    parse_age,
    parse_cache_control_header,
    parse_content_range_header,
    parse_csp_header,
    parse_date,
    parse_etags,
    parse_options_header,
    parse_range_header,
    parse_set_header,
    parse_www_authenticate_header,
)

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    from .wrappers import Response

_MAKE_CONDITIONAL = as_shipped(ResponseBase, "make_conditional")


def _get_environ(request_or_environ: WSGIEnvironment | RequestBase) -> WSGIEnvironment:
    if isinstance(request_or_environ, RequestBase):
        return request_or_environ.environ
    return request_or_environ


def _moment(name: str, doc: str) -> t.Any:
    return header_property(name, None, parse_date, http_date, doc=doc)


def _names(name: str, doc: str) -> t.Any:
    return header_property(
        name, load_func=t.cast(t.Any, parse_set_header), dump_func=dump_header, doc=doc
    )


def _live_set(name: str, doc: str) -> t.Any:
    """Make a header a set, through which it can be changed."""

    def read(self: ResponseBase) -> HeaderSet:
        def write_back(items: HeaderSet) -> None:
            if items:
                self.headers[name] = items.to_header()
            elif name in self.headers:
                del self.headers[name]

        return parse_set_header(self.headers.get(name), write_back)

    def write(self: ResponseBase, value: t.Any) -> None:
        if not value:
            del self.headers[name]
        else:
            self.headers[name] = value if isinstance(value, str) else dump_header(value)

    return property(read, write, doc=doc)


def _live_policy(name: str, doc: str) -> t.Any:
    """Make a header a security policy, through which it can be changed."""

    def read(self: ResponseBase) -> ContentSecurityPolicy:
        def write_back(policy: ContentSecurityPolicy) -> None:
            write(self, policy)

        policy: ContentSecurityPolicy = parse_csp_header(self.headers.get(name), write_back)
        return policy

    def write(self: ResponseBase, value: ContentSecurityPolicy | str | None) -> None:
        if not value:
            del self.headers[name]
        else:
            self.headers[name] = value if isinstance(value, str) else value.to_header()

    return property(read, write, doc=doc)


class HeaderDescribing(ResponseBase):
    """The attributes of a response that stand for one of its headers."""

    # -- when ------------------------------------------------------------------------------

    date = _moment("Date", "When the response was made (RFC 9110, 6.6.1): a datetime in UTC.")
    expires = _moment("Expires", "Until when it is fresh (RFC 9111, 5.3): a datetime in UTC.")
    last_modified = _moment(
        "Last-Modified", "When its content was changed last (RFC 9110, 8.8.2): a datetime in UTC."
    )
    age: t.Any = header_property(
        "Age",
        None,
        t.cast(t.Any, parse_age),
        t.cast(t.Any, dump_age),
        doc="For how long caches have had it (RFC 9111, 5.1): a timedelta; seconds can be set.",
    )

    @property
    def retry_after(self) -> datetime | None:
        """When the client may ask again (RFC 9110, 10.2.3); seconds from now can be set."""
        sent = self.headers.get("Retry-After")
        if sent is None:
            return None
        try:
            seconds = int(sent)
        except ValueError:
            return parse_date(sent)
        return datetime.now(timezone.utc) + timedelta(seconds=seconds)

    @retry_after.setter
    def retry_after(self, value: datetime | int | str | None) -> None:
        if value is None:
            self.headers.pop("Retry-After", None)
        else:
            self.headers["Retry-After"] = (
                http_date(value) if isinstance(value, datetime) else str(value)
            )

    # -- what ------------------------------------------------------------------------------

    @property
    def mimetype_params(self) -> dict[str, str]:
        """The options of ``Content-Type``: a dict that writes what is changed in it."""

        def write_back(options: t.Any) -> None:
            self.headers["Content-Type"] = dump_options_header(self.mimetype, options)

        sent = parse_options_header(self.headers.get("Content-Type", ""))[1]
        return CallbackDict(sent, write_back)

    vary = _live_set(
        "Vary", "The headers of a request that the response depends on (RFC 9110, 12.5.5)."
    )
    content_language = _live_set(
        "Content-Language", "The languages that the content is for (RFC 9110, 8.5)."
    )
    allow = _live_set("Allow", "The methods that the resource knows (RFC 9110, 10.2.1).")

    @property
    def cache_control(self) -> ResponseCacheControl:
        """What caches may do with it (RFC 9111, 5.2): directives that write what is changed."""

        def write_back(directives: t.Any) -> None:
            if directives:
                self.headers["Cache-Control"] = directives.to_header()
            elif "Cache-Control" in self.headers:
                del self.headers["Cache-Control"]

        sent = self.headers.get("Cache-Control")
        return t.cast(
            ResponseCacheControl,
            parse_cache_control_header(sent, write_back, ResponseCacheControl),
        )

    # -- who may ---------------------------------------------------------------------------

    def _challenge(self) -> WWWAuthenticate:
        """The challenge of ``WWW-Authenticate`` (RFC 9110, 11.6.1): the first one.

        An object that writes what is changed in it; a list of several can be set.
        """

        def write_back(challenge: WWWAuthenticate) -> None:
            self.www_authenticate = challenge

        sent = self.headers.get("WWW-Authenticate")
        challenge = parse_www_authenticate_header(sent) or WWWAuthenticate("basic")
        challenge._on_update = write_back
        return challenge

    www_authenticate = t.cast(property, ResponseBase.www_authenticate).getter(_challenge)

    content_security_policy = _live_policy(
        "Content-Security-Policy", "What the page may load and run (W3C, CSP Level 3)."
    )
    # The name is written as Werkzeug writes it.
    content_security_policy_report_only = _live_policy(
        "Content-Security-policy-report-only", "The same, which is only reported on."
    )
    access_control_allow_headers = _names(
        "Access-Control-Allow-Headers", "The headers that other origins may send (Fetch, 3.2)."
    )
    access_control_allow_methods = _names(
        "Access-Control-Allow-Methods", "The methods that other origins may use (Fetch, 3.2)."
    )
    access_control_expose_headers = _names(
        "Access-Control-Expose-Headers", "The headers that other origins may read (Fetch, 3.2)."
    )

    # -- on what conditions ----------------------------------------------------------------

    @property
    def content_range(self) -> ContentRange:
        """The part that is sent (RFC 9110, 14.4): an object that writes what is changed in it."""

        def write_back(part: ContentRange) -> None:
            if part:
                self.headers["Content-Range"] = part.to_header()
            else:
                del self.headers["Content-Range"]

        sent = parse_content_range_header(self.headers.get("Content-Range"), write_back)
        return ContentRange(None, None, None, on_update=write_back) if sent is None else sent

    @content_range.setter
    def content_range(self, value: ContentRange | str | None) -> None:
        if not value:
            del self.headers["Content-Range"]
        else:
            self.headers["Content-Range"] = value if isinstance(value, str) else value.to_header()

    def _is_range_request_processable(self, environ: WSGIEnvironment) -> bool:
        """Tell whether a part is asked for, of content that is still as the client knows it."""
        if "HTTP_RANGE" not in environ:
            return False
        return "HTTP_IF_RANGE" not in environ or not is_resource_modified(
            environ,
            self.headers.get("ETag"),
            last_modified=self.headers.get("Last-Modified"),
            ignore_if_range=False,
        )

    def _process_range_request(
        self, environ: WSGIEnvironment, complete_length: int | None, accept_ranges: bool | str
    ) -> bool:
        """Turn into the part that is asked for; tell whether that has been done.

        :raises werkzeug.exceptions.RequestedRangeNotSatisfiable: there is no such part, or more
            than one is asked for.
        """
        if not accept_ranges:
            return False
        self.accept_ranges = "bytes" if accept_ranges is True else accept_ranges
        if not complete_length or not self._is_range_request_processable(environ):
            return False
        asked = parse_range_header(environ.get("HTTP_RANGE"))
        bounds = None if asked is None else asked.range_for_length(complete_length)
        if asked is None or bounds is None:
            raise RequestedRangeNotSatisfiable(complete_length)
        start, stop = bounds
        self.content_length = stop - start
        self.content_range = f"{asked.units} {start}-{stop - 1}/{complete_length}"
        self.status_code = 206
        self._wrap_range_response(start, stop - start)
        return True

    def make_conditional(
        self,
        request_or_environ: WSGIEnvironment | RequestBase,
        accept_ranges: bool | str = False,
        complete_length: int | None = None,
    ) -> Response:
        """Turn into a 304, 206 or 412 where the request's conditions (RFC 9110, 13) say so.

        A date out of the calendar is no condition: it is passed over.

        :param accept_ranges: the unit in which parts may be asked for, True for bytes.
        :param complete_length: how much there is of it in all, without which there are no parts.
        :raises werkzeug.exceptions.RequestedRangeNotSatisfiable: there is no such part.
        """
        environ = _get_environ(request_or_environ)
        ours = t.cast("Response", self)
        if ResponseBase.make_conditional is not _MAKE_CONDITIONAL:
            # A tracing agent has wrapped Werkzeug's and wants to see every call.
            self._make_conditional_there(environ, accept_ranges, complete_length)
            return ours
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return ours
        headers = self.headers
        if "Date" not in headers:
            headers["Date"] = http_date()
        if not self._process_range_request(
            environ, complete_length, accept_ranges
        ) and not is_resource_modified(
            environ, headers.get("ETag"), last_modified=headers.get("Last-Modified")
        ):
            required = environ.get("HTTP_IF_MATCH")
            self.status_code = 412 if required and parse_etags(required) else 304
        if self.automatically_set_content_length and "Content-Length" not in headers:
            length = self.calculate_content_length()
            if length is not None:
                headers["Content-Length"] = str(length)
        return ours

    def _make_conditional_there(
        self, environ: WSGIEnvironment, accept_ranges: bool | str, complete_length: int | None
    ) -> None:
        """Do it by Werkzeug's method, without the dates that it stumbles over."""
        try:
            super().make_conditional(environ, accept_ranges, complete_length)
        except OverflowError:
            environ = dict(environ)
            environ.pop("HTTP_IF_MODIFIED_SINCE", None)
            environ.pop("HTTP_IF_UNMODIFIED_SINCE", None)
            super().make_conditional(environ, accept_ranges, complete_length)
