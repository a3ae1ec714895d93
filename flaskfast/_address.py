"""Where a request was sent: its host and its URL, as Werkzeug tells them.

Most hosts, paths and queries have one form, which is what was sent. Those are told apart by a
pattern each; all others are left to Werkzeug.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Collection
from urllib.parse import unquote

from werkzeug.sansio.utils import get_current_url
from werkzeug.wsgi import get_host

from ._expressions import expression

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# What IDNA encoding leaves alone (RFC 5891): labels of letters, digits and dashes.
_NAME = r"(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}"
_PORT = r":(?:[1-9][0-9]{0,3}|[1-5][0-9]{4})"
_PLAIN_HOST = expression(rf"({_NAME})({_PORT})?")
_PLAIN_REF = expression(rf"\.?{_NAME}")

# The last host that was plain, as it was sent; how it was asked for; and the host that it is. None
# that no name server knows (RFC 1035, 2.3.4) is kept.
_last_host: tuple[str | None, str, str | None] = (None, "", None)
_LONGEST_NAME = 255 + len(":65535")

# A name of a server that was.
_last_name: str | None = None

# By scheme, the port that URLs of that scheme leave out.
STANDARD_PORTS = {"http": ":80", "ws": ":80", "https": ":443", "wss": ":443"}

# What a path is quoted and unquoted to: itself. Letters are those of all scripts.
_PLAIN_PATH = expression(r"[\w.~!$&'()*+,;=:@/-]*")
# The same of a query; escapes of what it may not hold otherwise (controls, space, # % & + =) stay.
_PLAIN_QUERY = expression(r"[\w.~!$&'()*+,;=:@/?%-]*", re.ASCII)
_UNQUOTED = expression(r"(?:%(?!2[0356Bb]|3[Dd]|7[Ff]|[01])[0-9A-Fa-f]{2})+")

# Bytes that a client sent and that are no UTF-8 stay visible as %XX; Werkzeug registers the
# error handler of this name with the codecs module.
KEEP_QUOTED = "werkzeug.url_quote"


def readable_host(host: str) -> str:
    """Return *host*, or nothing where it pretends to be IDNA encoded (RFC 5891) and is not."""
    if "xn--" in host.lower():
        try:
            host.partition(":")[0].encode("ascii").decode("idna")
        except UnicodeError:
            return ""
    return host


def plain_host(sent: str, scheme: str, trusted: Collection[str] | None = None) -> str | None:
    """Return the host of a ``Host`` header, without the scheme's own port.

    :param trusted: the names of hosts that are not refused; all of them where there are none.
    :returns: None where Werkzeug has to look at it, and maybe to refuse it.
    """
    global _last_host
    known = _last_host
    if known[0] == sent and known[1] == scheme and not trusted:
        # PERF: busy-view. Most requests are sent to the host that the last one was sent to.
        return known[2]
    plain = _PLAIN_HOST.fullmatch(sent)
    if plain is None or "xn--" in sent.lower():
        return None
    name, port = plain[1], plain[2]
    if trusted and not _is_trusted(name, trusted):
        return None
    host: str = name if port is not None and port == STANDARD_PORTS.get(scheme) else sent
    if len(sent) <= _LONGEST_NAME:
        _last_host = sent, scheme, host
    return host


def _is_trusted(name: str, trusted: Collection[str]) -> bool:
    return (
        type(trusted) is not str
        and all(map(_PLAIN_REF.fullmatch, trusted))
        and any(
            name == ref or (ref[0] == "." and (name == ref[1:] or name.endswith(ref)))
            for ref in trusted
        )
    )


def host_of(environ: WSGIEnvironment, trusted: Collection[str] | None = None) -> str:
    """Return the host that a request was sent to, with a port other than the scheme's.

    :param trusted: as of :func:`plain_host`.
    :raises werkzeug.exceptions.SecurityError: it is none of those.
    """
    sent = environ.get("HTTP_HOST")
    if sent is not None:
        host = plain_host(sent, environ["wsgi.url_scheme"], trusted)
        if host is not None:
            return host
    return readable_host(get_host(environ, trusted))


def is_plain_host(host: str) -> bool:
    """Tell whether a host is one that IDNA encodes to itself, with a port or none."""
    global _last_name
    if host == _last_name:
        return True
    if _PLAIN_HOST.fullmatch(host) is None:
        return False
    _last_name = host
    return True


def url_of(
    scheme: str,
    host: str,
    root_path: str | None = None,
    path: str | None = None,
    query_string: bytes = b"",
) -> str:
    """Return a URL as people read it (RFC 3987), as far as the parts of it are given."""
    if (
        scheme in ("http", "https")
        and host.islower()
        and _PLAIN_HOST.fullmatch(host)
        and "xn--" not in host
        and _PLAIN_PATH.fullmatch(root_path or "")
        and (not root_path or root_path[0] == "/")
        and _PLAIN_PATH.fullmatch(path or "")
    ):
        query = query_string.decode("latin1")
        if _PLAIN_QUERY.fullmatch(query):
            if "%" in query:
                query = _UNQUOTED.sub(lambda found: unquote(found[0], errors=KEEP_QUOTED), query)
            root = f"{root_path.rstrip('/')}/" if root_path else "/"
            url = f"{scheme}://{host}{root}{path.lstrip('/') if path else ''}"
            return f"{url}?{query}" if query else url
    return get_current_url(scheme, host, root_path, path, query_string)
