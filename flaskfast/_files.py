"""Answer with a file as Werkzeug's ``send_file`` does, where neither side wants anything special.

Headers are written straight into the list that will be sent. Ranges, open files, ``X-Sendfile``,
response classes of the app's own, and names that would have to be quoted or that could lead out of
a directory are left to Werkzeug, and so is everything where its functions have been replaced.
"""

from __future__ import annotations

import mimetypes
import os
import re
import typing as t
from datetime import datetime, timezone
from stat import S_ISREG
from time import time
from zlib import adler32

import werkzeug.utils
from werkzeug.datastructures import Headers as HeadersBase
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Response as ResponseBase
from werkzeug.wsgi import wrap_file

from ._genuine import function_as_shipped
from ._kernels import Shipped
from .http.conditions import is_resource_modified
from .http.dates import http_date
from .http.etags import parse_etags

if t.TYPE_CHECKING:
    from .app import Flask
    from .wrappers import Response

# The names of files that are what they seem: nothing to quote, to decode or to step out with.
_PLAIN_NAME = re.compile(r"[\w~+-][\w.~+-]*", re.ASCII)
_PLAIN_PATH = re.compile(rf"(?:{_PLAIN_NAME.pattern}/)*{_PLAIN_NAME.pattern}", re.ASCII)
_PLAIN_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)

# Entity tags with nothing odd in them (RFC 9110, 8.8.3).
_PLAIN_TAGS = re.compile(r'(?:W/)?"[^",]*"(?:[ \t]*,[ \t]*(?:W/)?"[^",]*")*')

# How much of a file is read at once: what most of them have.
_BLOCK = 64 * 1024

_SEND_FILE = function_as_shipped(werkzeug.utils, "send_file")
_SEND_FROM_DIRECTORY = function_as_shipped(werkzeug.utils, "send_from_directory")
_RESPONSES = Shipped(ResponseBase, "make_conditional")
_HEADERS = Shipped(HeadersBase, "set", "__setitem__")

_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH")

_response_class: t.Any = None
_ours: t.Any = None


def settle(response_class: type[Response]) -> None:
    """Remember the class of responses that we ship."""
    global _response_class, _ours
    _response_class = response_class
    _ours = Shipped(response_class, "make_conditional", "set_etag", "_process_range_request")


def path_below(root: str, directory: str, name: str) -> str | None:
    """Return the path of a file that a client named; None where Werkzeug has to look at it."""
    if os.name != "posix" or not directory or _PLAIN_PATH.fullmatch(name) is None:
        return None
    return os.path.join(root, directory, name)


def respond(
    app: Flask,
    environ: dict[str, t.Any],
    path: str,
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    max_age: t.Any = None,
) -> Response | None:
    """Answer with the file at *path*, which the app trusts; None where Werkzeug has to.

    That includes a path where no regular file is. Parameters are those of ``send_file``.
    """
    cls = app.response_class
    if (
        cls is not _response_class
        or "HTTP_RANGE" in environ
        or environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or app.config["USE_X_SENDFILE"]
        or werkzeug.utils.send_file is not _SEND_FILE
        or werkzeug.utils.send_from_directory is not _SEND_FROM_DIRECTORY
        or not _RESPONSES.by(ResponseBase)
        or not _ours.by(cls)
        or not _HEADERS.by(HeadersBase)
    ):
        return None
    head: list[tuple[str, str]] = []
    name = os.path.basename(path) if download_name is None else download_name
    if not _describe(head, mimetype, as_attachment, name):
        return None
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    if not S_ISREG(stat.st_mode):
        return None
    age = max_age(path) if callable(max_age) else max_age
    if age is not None and type(age) is not int:
        return None
    size, modified = stat.st_size, stat.st_mtime
    etag = f'"{modified}-{size}-{adler32(path.encode())}"'
    head.append(("Content-Length", str(size)))
    head.append(("Last-Modified", http_date(modified)))
    _limit_age(head, age)
    head.append(("ETag", etag))
    head.append(("Date", http_date()))
    head.append(("Accept-Ranges", "bytes"))

    response: Response = cls(
        wrap_file(environ, open(path, "rb"), _BLOCK),  # the response closes it
        status=_status(environ, etag, modified),
        direct_passthrough=True,
    )
    response._head[:] = head
    return response


def _describe(
    head: list[tuple[str, str]], mimetype: str | None, as_attachment: bool, name: str
) -> bool:
    """Add the headers that the file's name decides; False for names that are not plain."""
    if _PLAIN_NAME.fullmatch(name) is None:
        return False
    if mimetype is None:
        mimetype, encoding = mimetypes.guess_type(name)
        mimetype = mimetype or "application/octet-stream"
        if encoding is not None and not as_attachment:
            # Browsers would unpack an attachment.
            head.append(("Content-Encoding", encoding))
    if _PLAIN_TYPE.fullmatch(mimetype) is None:
        return False
    use = "attachment" if as_attachment else "inline"
    head.append(("Content-Disposition", f"{use}; filename={name}"))
    head.append(("Content-Type", get_content_type(mimetype, "utf-8")))
    return True


def _limit_age(head: list[tuple[str, str]], age: int | None) -> None:
    """Add what tells caches for how many seconds they may keep the file."""
    if age is None:
        head.append(("Cache-Control", "no-cache"))
        return
    use = "public" if age > 0 else "no-cache"
    head.append(("Cache-Control", f"{use}, max-age={age}"))
    head.append(("Expires", http_date(int(time() + age))))


def _status(environ: dict[str, t.Any], etag: str, modified: float) -> int:
    """Return 304 or 412 where the request's conditions say so (RFC 9110, 13), else 200."""
    for name in _CONDITIONS:
        if name in environ:
            break
    else:
        return 200
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and "HTTP_IF_MATCH" not in environ and _PLAIN_TAGS.fullmatch(known) is not None:
        # PERF: static-304. The dates do not count then, and no tag has a comma or quote in it.
        return 304 if etag in known else 200
    moment = datetime.fromtimestamp(modified, timezone.utc)
    if is_resource_modified(environ, etag, last_modified=moment):
        return 200
    return 412 if parse_etags(environ.get("HTTP_IF_MATCH")) else 304
