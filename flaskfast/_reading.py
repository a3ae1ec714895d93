"""What a request's headers and query string say, each read when it is first asked for."""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import Authorization, IfRange
from werkzeug.datastructures import EnvironHeaders as EnvironHeadersBase
from werkzeug.sansio.utils import get_content_length
from werkzeug.wrappers import Request as RequestBase

from . import _kernels
from ._address import plain_host, readable_host, url_of
from ._expressions import expression
from ._genuine import is_as_shipped
from ._lazy import lazy
from .http import (
    Accept,
    CharsetAccept,
    EnvironHeaders,
    LanguageAccept,
    MIMEAccept,
    parse_accept_header,
    parse_authorization_header,
    parse_cache_control_header,
    parse_date,
    parse_etags,
    parse_if_range_header,
    parse_list_header,
    parse_options_header,
    parse_range_header,
    parse_set_header,
)

if t.TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.datastructures import (
        ETags,
        HeaderSet,
        Range,
        RequestCacheControl,
    )

T = t.TypeVar("T")

_NUMBER = expression(r"[0-9]{1,18}")
_INTEGER = expression(r"[ \t]*-?[0-9]{1,18}[ \t]*")


def _or_none(read: t.Callable[[], T]) -> T | None:
    """Read a header that a client may have filled with nonsense; nonsense is no header."""
    try:
        return read()
    except (ValueError, OverflowError):
        return None


def _sent(request: t.Any, name: str, key: str) -> str | None:
    """Return a header's value, *key* in the environ, where ``request.headers`` would look.

    PERF: accept. Unless somebody has replaced ``headers`` or wrapped its ``get``.
    """
    if (
        "headers" in request.__dict__
        or type(request).headers is not HeaderReading.headers
        or EnvironHeadersBase.get is not _GET
        or EnvironHeaders.get is not _OWN_GET
    ):
        value: str | None = request.headers.get(name)
        return value
    sent: str | None = request.environ.get(key)
    return sent


_GET = EnvironHeadersBase.get
_OWN_GET = EnvironHeaders.get
_FROM_HEADER = vars(Authorization)["from_header"]
if not is_as_shipped(Authorization, "from_header"):
    _FROM_HEADER = object()


def cookies_otherwise(request: t.Any) -> t.Any:
    """Read a request's cookies as Werkzeug does, from the headers that it has been given."""
    return super(HeaderReading, request).cookies


class HeaderReading(RequestBase):
    """The attributes of a request that come from its headers or its query string.

    All of them go through :attr:`headers` and :attr:`query_string`, so that whoever replaces those
    is heard.
    """

    headers: t.Any = lazy(_kernels.reading.headers)
    args: t.Any = lazy(_kernels.reading.args)
    cookies: t.Any = lazy(_kernels.reading.cookies)

    @lazy
    def host(self) -> str:
        """The host that the client asked for, with a port other than the scheme's.

        Empty where it is no host name, so that nothing is built on it.

        :raises werkzeug.exceptions.SecurityError: it is none of :attr:`trusted_hosts`.
        """
        sent = _sent(self, "Host", "HTTP_HOST")
        if sent is not None:
            host = plain_host(sent, self.scheme, self.trusted_hosts)
            if host is not None:
                return host
        return readable_host(super().host)

    # -- the URL ---------------------------------------------------------------------------

    @lazy
    def url(self) -> str:
        """The URL that was asked for, as people read it (RFC 3987)."""
        return url_of(self.scheme, self.host, self.root_path, self.path, self.query_string)

    @lazy
    def base_url(self) -> str:
        """The URL without its query string."""
        return url_of(self.scheme, self.host, self.root_path, self.path)

    @lazy
    def root_url(self) -> str:
        """The URL that the app is mounted at, with a slash at its end."""
        return url_of(self.scheme, self.host, self.root_path)

    @lazy
    def host_url(self) -> str:
        """The URL of the host, with a slash at its end."""
        return url_of(self.scheme, self.host)

    # -- the body's ------------------------------------------------------------------------

    def _parse_content_type(self) -> None:
        if "_parsed_content_type" not in self.__dict__:
            sent = self.headers.get("Content-Type", "")
            self._parsed_content_type = parse_options_header(sent)

    @lazy
    def content_length(self) -> int | None:
        """The length in bytes that the body is said to have (RFC 9110, 8.6).

        None where that is unknown, 0 where it is no number.
        """
        length = self.headers.get("Content-Length")
        coding = self.headers.get("Transfer-Encoding")
        if coding is None and length is not None and _NUMBER.fullmatch(length):
            return int(length)
        return get_content_length(length, coding)

    # -- what the client wants -------------------------------------------------------------

    @lazy
    def accept_mimetypes(self) -> MIMEAccept:
        """The media types that the client wants (RFC 9110, 12.5.1), best first."""
        wanted: MIMEAccept = parse_accept_header(_sent(self, "Accept", "HTTP_ACCEPT"), MIMEAccept)
        return wanted

    @lazy
    def accept_charsets(self) -> CharsetAccept:
        """The charsets that the client wants (RFC 9110, 12.5.2), best first."""
        wanted: CharsetAccept
        wanted = parse_accept_header(
            _sent(self, "Accept-Charset", "HTTP_ACCEPT_CHARSET"), CharsetAccept
        )
        return wanted

    @lazy
    def accept_encodings(self) -> Accept:
        """The content codings that the client wants (RFC 9110, 12.5.3), best first."""
        wanted: Accept = parse_accept_header(_sent(self, "Accept-Encoding", "HTTP_ACCEPT_ENCODING"))
        return wanted

    @lazy
    def accept_languages(self) -> LanguageAccept:
        """The languages that the client wants (RFC 9110, 12.5.4), best first."""
        wanted: LanguageAccept
        wanted = parse_accept_header(
            _sent(self, "Accept-Language", "HTTP_ACCEPT_LANGUAGE"), LanguageAccept
        )
        return wanted

    @lazy
    def cache_control(self) -> RequestCacheControl:
        """The directives of ``Cache-Control`` (RFC 9111, 5.2)."""
        sent: RequestCacheControl = parse_cache_control_header(
            _sent(self, "Cache-Control", "HTTP_CACHE_CONTROL")
        )
        return sent

    @lazy
    def pragma(self) -> HeaderSet:
        """The directives of ``Pragma`` (RFC 9111, 5.4)."""
        return parse_set_header(self.headers.get("Pragma", ""))

    @lazy
    def access_route(self) -> list[str]:
        """The addresses that the request came over, the client's first, as far as proxies say."""
        forwarded = self.headers.get("X-Forwarded-For")
        if forwarded is not None:
            return self.list_storage_class(parse_list_header(forwarded))
        if self.remote_addr is not None:
            return self.list_storage_class([self.remote_addr])
        return self.list_storage_class()

    @lazy
    def authorization(self) -> Authorization | None:
        """The credentials sent; None where there are none or they cannot be decoded."""
        if vars(Authorization)["from_header"] is not _FROM_HEADER:
            return _or_none(lambda: super(HeaderReading, self).authorization)
        return parse_authorization_header(_sent(self, "Authorization", "HTTP_AUTHORIZATION"))

    # -- on what conditions ----------------------------------------------------------------

    @lazy
    def if_match(self) -> ETags:
        """The entity tags of ``If-Match`` (RFC 9110, 13.1.1)."""
        return parse_etags(_sent(self, "If-Match", "HTTP_IF_MATCH"))

    @lazy
    def if_none_match(self) -> ETags:
        """The entity tags of ``If-None-Match`` (RFC 9110, 13.1.2)."""
        return parse_etags(_sent(self, "If-None-Match", "HTTP_IF_NONE_MATCH"))

    @lazy
    def range(self) -> Range | None:
        """The ranges of ``Range`` (RFC 9110, 14.2), None where they make no sense."""
        return parse_range_header(_sent(self, "Range", "HTTP_RANGE"))

    @lazy
    def if_modified_since(self) -> datetime | None:
        """The date of ``If-Modified-Since`` (RFC 9110, 13.1.3), None where it is no date."""
        return parse_date(_sent(self, "If-Modified-Since", "HTTP_IF_MODIFIED_SINCE"))

    @lazy
    def if_unmodified_since(self) -> datetime | None:
        """The date of ``If-Unmodified-Since`` (RFC 9110, 13.1.4), None where it is no date."""
        return parse_date(_sent(self, "If-Unmodified-Since", "HTTP_IF_UNMODIFIED_SINCE"))

    @lazy
    def if_range(self) -> IfRange:
        """The condition of ``If-Range`` (RFC 9110, 13.1.5); one that no entity tag meets where
        it makes no sense.
        """
        condition = parse_if_range_header(self.headers.get("If-Range"))
        # What cannot be written again, such as an entity tag with a quote, was none.
        return IfRange(etag="") if _or_none(condition.to_header) is None else condition

    @property
    def date(self) -> datetime | None:  # type: ignore[override]
        """The date of ``Date`` (RFC 9110, 6.6.1), None where it is no date."""
        return parse_date(self.headers.get("Date"))

    @property
    def access_control_request_headers(self) -> HeaderSet | None:  # type: ignore[override]
        """The headers that a page of another origin wants to send (Fetch, 3.2); None for none."""
        sent = self.headers.get("Access-Control-Request-Headers")
        return None if sent is None else parse_set_header(sent)

    @property
    def max_forwards(self) -> int | None:  # type: ignore[override]
        """How often the request may still be forwarded (RFC 9110, 7.6.2), None for no limit."""
        sent = self.headers.get("Max-Forwards")
        return int(sent) if sent is not None and _INTEGER.fullmatch(sent) else None
