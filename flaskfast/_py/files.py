"""Answer with a file as Werkzeug's ``send_file`` does, where neither side wants anything special.

Headers are written straight into the list that will be sent. Several ranges, open files other than
`io.BytesIO`, response classes of the app's own, and names that could lead out of a directory are
left to Werkzeug, and so is everything where its functions have been replaced.

Compiled as it is (`_native/files.pxd` gives the types).
"""

from __future__ import annotations

import builtins
import io
import mimetypes
import os
import re
import typing as t
from datetime import datetime
from stat import S_ISREG
from time import time
from unicodedata import normalize
from urllib.parse import quote
from zlib import adler32

import werkzeug.utils
from werkzeug.datastructures import Headers as WerkzeugHeaders
from werkzeug.exceptions import NotFound
from werkzeug.http import dump_options_header
from werkzeug.utils import get_content_type
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import wrap_file

from .._expressions import expression
from .._genuine import function_as_shipped
from .headers import header_fault
from .shipped import Shipped

# The names of files that are what they seem: nothing to quote, to decode or to step out with.
_PLAIN_NAME = expression(r"[\w~+-][\w.~+-]*", re.ASCII)
_PLAIN_PATH = expression(rf"(?:{_PLAIN_NAME.pattern}/)*{_PLAIN_NAME.pattern}", re.ASCII)
_PLAIN_TYPE = expression(r"[\w.+-]+/[\w.+-]+", re.ASCII)

# An entity tag that is no more than one (RFC 9110, 8.8.3), and a range of bytes that is one.
_PLAIN_TAG = expression(r"[\w.~+:/-]+", re.ASCII)
_PLAIN_RANGE = expression(r"bytes=(?!-[^0-9]|-$)([0-9]{0,18})-([0-9]{0,18})", re.ASCII)

# Entity tags with nothing odd in them (RFC 9110, 8.8.3).
_PLAIN_TAGS = expression(r'(?:W/)?"[^",]*"(?:[ \t]*,[ \t]*(?:W/)?"[^",]*")*')

# What follows from a file's date and size: its entity tag, how the date is written, and that as
# read again. Kept of the files that were asked for lately, which the app names, or has.
_Facts = tuple[float, int, str, str, t.Any]
_facts: dict[str, _Facts] = {}
_MOST_FACTS, _LONGEST_PATH = 256, 1024

# The headers of the types that files were of lately.
_type_headers: dict[str, tuple[str, str]] = {}
_MOST_TYPES, _LONGEST_TYPE = 256, 128

# This second, and how it is written.
_now: tuple[int, str] = (0, "")

_GUESS_TYPE = function_as_shipped(mimetypes, "guess_type")
_TYPES: t.Any = Shipped(mimetypes.MimeTypes, "guess_type")

# How much of a file is read at once: what most of them have.
_BLOCK = 64 * 1024

_SEND_FILE = function_as_shipped(werkzeug.utils, "send_file")
_SEND_FROM_DIRECTORY = function_as_shipped(werkzeug.utils, "send_from_directory")
_RESPONSES: t.Any = Shipped(WerkzeugResponse, "make_conditional")
_HEADERS: t.Any = Shipped(WerkzeugHeaders, "set", "__setitem__")

_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH")

_IS_POSIX = os.name == "posix"

# What is shipped, once it has all been imported.
_response_class: t.Any = None
_ours: t.Any = None
_http_date: t.Any = None
_parse_date: t.Any = None
_parse_etags: t.Any = None
_is_resource_modified: t.Any = None


def settle(
    response_class: t.Any,
    http_date: t.Any,
    parse_date: t.Any,
    parse_etags: t.Any,
    is_resource_modified: t.Any,
) -> None:
    """Remember what is shipped, once it has all been imported.

    :param response_class: ``flaskfast.Response``.
    :param http_date: writes a date; *parse_date* reads one.
    :param parse_etags: reads entity tags.
    :param is_resource_modified: compares an entity tag and a date with a request's conditions.
    """
    global _response_class, _ours, _http_date, _parse_date, _parse_etags, _is_resource_modified
    _response_class = response_class
    _ours = Shipped(response_class, "make_conditional", "set_etag", "_process_range_request")
    _http_date, _parse_date, _parse_etags = http_date, parse_date, parse_etags
    _is_resource_modified = is_resource_modified


def path_below(root: str, directory: str, name: str) -> str | None:
    """Return the path of a file that a client named; None where Werkzeug has to look at it."""
    if not _IS_POSIX or not directory or _PLAIN_PATH.fullmatch(name) is None:
        return None
    # PERF: static-file. As `os.path.join` does it.
    folder = directory if directory[0] == "/" else os.path.join(root, directory)
    return f"{folder}{name}" if folder[-1:] == "/" else f"{folder}/{name}"


def respond(
    app: t.Any,
    environ: t.Any,
    path: str | None,
    mimetype: str | None = None,
    as_attachment: bool = False,
    download_name: str | None = None,
    max_age: t.Any = None,
    conditional: bool = True,
    etag: bool | str = True,
    last_modified: t.Any = None,
    file: io.BytesIO | None = None,
    must_exist: bool = False,
) -> t.Any:
    """Answer with the file at *path*, which the app trusts; None where Werkzeug has to.

    That includes a path where no regular file is. Parameters are those of ``send_file``.

    :param file: what to send where there is no path; closed with the response.
    :param must_exist: whether it is an error of the client's that no regular file is there.
    :raises werkzeug.exceptions.NotFound: it is one.
    """
    response_class = app.response_class
    if (
        response_class is not _response_class
        or (conditional and environ["REQUEST_METHOD"] not in ("GET", "HEAD"))
        or werkzeug.utils.send_file is not _SEND_FILE
        or werkzeug.utils.send_from_directory is not _SEND_FROM_DIRECTORY
        or not _RESPONSES.by(WerkzeugResponse)
        or not _ours.by(response_class)
        or not _HEADERS.by(WerkzeugHeaders)
        or (type(etag) is not bool and (type(etag) is not str or not _PLAIN_TAG.fullmatch(etag)))
        or (last_modified is not None and type(last_modified) not in (int, float, datetime))
    ):
        return None
    written = read = None
    if path is not None:
        stat = _stat_of(path)
        if stat is None:
            if must_exist:
                raise NotFound()
            return None
        size, modified = stat.st_size, stat.st_mtime
        if download_name is None:
            # PERF: static-file. As `os.path.basename` does it.
            download_name = path[path.rfind("/") + 1 :] if _IS_POSIX else os.path.basename(path)
        if etag is True:
            facts = _facts.get(path)
            if facts is None or facts[0] != modified or facts[1] != size:
                facts = _note_facts(path, modified, size)
            etag = facts[2]
            if last_modified is None:
                written, read = facts[3], facts[4]
        elif last_modified is None:
            last_modified = modified
    else:
        assert file is not None
        size = file.getbuffer().nbytes
    if last_modified is not None:
        written = _http_date(last_modified)
    hides_body = path is not None and app.config["USE_X_SENDFILE"]
    head: list[tuple[str, str]] = []
    if not _describe(head, mimetype, as_attachment, download_name, path if hides_body else None):
        return None
    age = max_age(path) if callable(max_age) else max_age
    if age is not None and type(age) is not int:
        return None
    place = len(head)
    head.append(("Content-Length", str(size)))
    if written is not None:
        head.append(("Last-Modified", written))
    _limit_age(head, age)
    tag = None
    if type(etag) is str:
        tag = f'"{etag}"'
        head.append(("ETag", tag))
    status, part = 200, None
    if conditional:
        head.append(("Date", _date_now()))
        head.append(("Accept-Ranges", "bytes"))
        if size and "HTTP_RANGE" in environ:
            part = _part(environ, size)
            if part is None:
                return None
            status = 206
            head[place] = ("Content-Length", str(part[1] - part[0]))
            head.append(("Content-Range", f"bytes {part[0]}-{part[1] - 1}/{size}"))
        else:
            status = _status(environ, tag, written, read)
            if hides_body and status == 304:
                head.remove(("X-Sendfile", path))  # type: ignore[arg-type]
    body: t.Any = None
    if not hides_body:
        # The response closes it. A name that is built in is looked up once when this is compiled,
        # and tests replace `open`. PERF: static-file. Of any buffer that is not told of a size,
        # `open` asks first whether it is a terminal's.
        opened: t.Any = file if path is None else builtins.open(path, "rb", io.DEFAULT_BUFFER_SIZE)
        body = wrap_file(environ, opened, _BLOCK)
    headers = None
    response = response_class(body, status=status, headers=headers)
    response.direct_passthrough = True
    response._head[:] = head
    response._checked = len(head)
    if part is not None:
        response._wrap_range_response(part[0], part[1] - part[0])
    return response


def _stat_of(path: str) -> os.stat_result | None:
    """Return what is known of the file at *path*; None where no regular file is."""
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    return stat if S_ISREG(stat.st_mode) else None


def _note_facts(path: str, modified: float, size: int) -> _Facts:
    """Work out what follows from the date and the size of the file at *path*."""
    tag = f"{modified}-{size}-{adler32(path.encode())}"
    written = _http_date(modified)
    facts = modified, size, tag, written, _parse_date(written)
    if len(_facts) >= _MOST_FACTS:
        _facts.clear()
    if len(path) <= _LONGEST_PATH:
        _facts[path] = facts
    return facts


def _date_now() -> str:
    """Write this second as HTTP does."""
    global _now
    now, seconds = _now, int(time())
    if now[0] != seconds:
        _now = now = seconds, _http_date(seconds)
    return now[1]


def _describe(
    head: list[tuple[str, str]],
    mimetype: str | None,
    as_attachment: bool,
    name: str | None,
    path: str | None,
) -> bool:
    """Add the headers that the file's name decides; False for what is no plain type or path.

    :param path: what the server is to send, where it does that itself.
    """
    if name is None and (as_attachment or mimetype is None):
        return False
    is_plain = name is not None and _PLAIN_NAME.fullmatch(name) is not None
    if mimetype is None:
        mimetype = _type_of(name) if is_plain else None  # type: ignore[arg-type]
        if mimetype is None:
            mimetype, encoding = mimetypes.guess_type(name)  # type: ignore[arg-type]
            mimetype = mimetype or "application/octet-stream"
            if encoding is not None and not as_attachment:
                # Browsers would unpack an attachment.
                if header_fault("Content-Encoding", encoding):
                    return False
                head.append(("Content-Encoding", encoding))
    content_type = _type_headers.get(mimetype)
    if content_type is None:
        if _PLAIN_TYPE.fullmatch(mimetype) is None:
            return False
        content_type = _note_type(mimetype)
    if name is not None:
        use = "attachment" if as_attachment else "inline"
        if is_plain:
            head.append(("Content-Disposition", f"{use}; filename={name}"))
        else:
            shown = _shown(use, name)
            if shown is None:
                return False
            head.append(("Content-Disposition", shown))
    if path is not None:
        if header_fault("X-Sendfile", path):
            return False
        head.append(("X-Sendfile", path))
    head.append(content_type)
    return True


def _type_of(name: str) -> str | None:
    """Return the type that ``mimetypes`` guesses of a plain name; None where it has to look."""
    known: t.Any = getattr(mimetypes, "_db", None)
    if (
        type(known) is not mimetypes.MimeTypes
        or mimetypes.guess_type is not _GUESS_TYPE
        or not _TYPES.by(mimetypes.MimeTypes)
        or "guess_type" in known.__dict__
    ):
        return None
    # PERF: static-file. The name has one ending, of a type alone.
    at = name.rfind(".")
    ending = name[at:] if at > 0 else ""
    if not ending.islower() or ending in known.suffix_map or ending in known.encodings_map:
        return None
    found: str | None = known.types_map[True].get(ending)
    return found


def _note_type(mimetype: str) -> tuple[str, str]:
    header = "Content-Type", get_content_type(mimetype, "utf-8")
    if len(_type_headers) >= _MOST_TYPES:
        _type_headers.clear()
    if len(mimetype) <= _LONGEST_TYPE:
        _type_headers[mimetype] = header
    return header


def _shown(use: str, name: str) -> str | None:
    """Say under which name a file is to be kept (RFC 6266); None for one that cannot be said."""
    if not name.isprintable():
        return None
    names = {"filename": name}
    if not name.isascii():
        simple = normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
        # What RFC 5987 calls attr-char.
        quoted = quote(name, safe="!#$&+-.^_`|~")
        names = {"filename": simple, "filename*": f"UTF-8''{quoted}"}
    return dump_options_header(use, names)


def _part(environ: t.Any, size: int) -> tuple[int, int] | None:
    """Return from where to where one plain range reaches (RFC 9110, 14.2); None for all others."""
    found = _PLAIN_RANGE.fullmatch(environ["HTTP_RANGE"])
    if found is None or "HTTP_IF_RANGE" in environ:
        return None
    first, last = found.groups()
    if not first:
        start, stop = size - int(last), size
        return (start, stop) if 0 <= start < stop else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


def _limit_age(head: list[tuple[str, str]], age: int | None) -> None:
    """Add what tells caches for how many seconds they may keep the file."""
    if age is None:
        head.append(("Cache-Control", "no-cache"))
        return
    use = "public" if age > 0 else "no-cache"
    head.append(("Cache-Control", f"{use}, max-age={age}"))
    head.append(("Expires", _http_date(int(time() + age))))


def _status(
    environ: t.Any, etag: str | None, written: str | None, read: datetime | None = None
) -> int:
    """Return 304 or 412 where the request's conditions say so (RFC 9110, 13), else 200.

    :param written: when the file changed last, as its header says.
    :param read: the same, as a date; where that is not known, it is read of the header.
    """
    for name in _CONDITIONS:
        if name in environ:
            break
    else:
        return 200
    known = environ.get("HTTP_IF_NONE_MATCH")
    if (
        etag
        and known
        and "HTTP_IF_MATCH" not in environ
        and _PLAIN_TAGS.fullmatch(known) is not None
    ):
        # PERF: static-304. The dates do not count then, and no tag has a comma or quote in it.
        return 304 if etag in known else 200
    if not known and not environ.get("HTTP_IF_MATCH"):
        # PERF: static-since. Only the date counts, and mostly the client says the very same one.
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        if read is None or since is None:
            read = _parse_date(written)
        elif since == written:
            return 304
        moment = _parse_date(since)
        return 200 if moment is None or read is None or read > moment else 304
    if _is_resource_modified(environ, etag, last_modified=read or written):
        return 200
    required = environ.get("HTTP_IF_MATCH")
    return 412 if required and _parse_etags(required) else 304
