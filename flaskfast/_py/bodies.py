"""The short ways to a request's body; `_request_body.py` has the long ones.

Compiled as it is (`_native/bodies.pxd` gives the types). Each function first looks whether all
that it would step over is what was shipped.
"""

from __future__ import annotations

import io
import typing as t
from tempfile import SpooledTemporaryFile

from werkzeug.datastructures import FileStorage, Headers, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import MultiPartParser
from werkzeug.sansio.multipart import File
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wsgi import get_content_length

from .._body import BLOCK, BodyStream, refuse_beyond
from .._expressions import expression
from .contexts import app_variable
from .headers import first_value
from .multipart import split_headers, split_parts
from .shipped import Shipped

# What the kernels say about the end of a part.
GOES_ON, PART_FOLLOWS, PARTS_END, NO_HEAD = 0, 1, 2, -1

#: The most bytes that the headers of a part may have, or the blanks behind a boundary; else 413.
#: A browser sends some hundred.
MAX_LINES_SIZE = 64 * 1024
#: The most headers that a part may have, else 413. A browser sends two.
MAX_HEADERS = 128

# Behind a boundary: what ends the body, or a part; and the same as far as it got.
_LINE_END = expression(rb"--|([ \t\v\f]*(?:\r\n|\n|\r))")
_LINE_CUT = expression(rb"-?\Z|[ \t\v\f]+\Z")

# PERF: upload-10k. What every browser writes, unless there is something to decode in it.
_PLAIN_DISPOSITION = expression(r'form-data; name="([^"\\%]*)"(?:; filename="([^"\\%]*)")?')

_UNFINISHED = "The multipart body ends before its last part does."

_URLENCODED = "application/x-www-form-urlencoded"

_stream: t.Any = None
_limit_steps: t.Any = None
_headers_class: t.Any = None
_parser_class: t.Any = None
_parse_query: t.Any = None
_type_steps: t.Any = None
_form_steps: t.Any = None
_parser_steps: t.Any = None
_base_steps: t.Any = None
_data_steps: t.Any = None
_base_data_steps: t.Any = None
_parse_options: t.Any = None
_our_storage: t.Any = None
_start_file: t.Any = Shipped(MultiPartParser, "start_file_streaming")
_get_part_charset: t.Any = MultiPartParser.get_part_charset
_new_storage: t.Any = dict.__new__
_storage_init: t.Any = MultiDict.__init__
_storage_steps: t.Any = Shipped(ImmutableMultiDict, "__init__", "__new__")


def settle(request_class: t.Any, headers_class: t.Any, parser_class: t.Any, parse: t.Any) -> None:
    """Remember what is shipped, once it has all been imported.

    :param request_class: has the attributes of requests that read bodies.
    :param headers_class: what its ``headers`` are.
    :param parser_class: its ``form_data_parser_class``.
    :param parse: reads a urlencoded form into a class.
    """
    global _stream, _headers_class, _parser_class, _parse_query
    global _type_steps, _form_steps, _parser_steps, _base_steps, _data_steps, _base_data_steps
    _stream = request_class.stream
    _headers_class = headers_class
    _parser_class = parser_class
    _parse_query = parse
    _type_steps = Shipped(request_class, "headers", "mimetype", "_parse_content_type")
    _form_steps = Shipped(
        request_class,
        "want_form_data_parsed",
        "make_form_data_parser",
        "form_data_parser_class",
        "_get_stream_for_parsing",
    )
    _parser_steps = Shipped(parser_class, "__init__", "parse", "_parse_urlencoded")
    _base_steps = Shipped(WerkzeugRequest, "_load_form_data")
    _data_steps = Shipped(request_class, "get_data")
    _base_data_steps = Shipped(WerkzeugRequest, "get_data")


def settle_limit(request_class: t.Any) -> None:
    """Remember what ``max_content_length`` of requests is shipped as."""
    global _limit_steps
    _limit_steps = Shipped(request_class, "max_content_length", "_max_content_length")


def settle_parts(parse_options: t.Any, storage: t.Any) -> None:
    """Remember what multipart bodies need of others.

    :param parse_options: is `parse_options_header`.
    :param storage: stands in for Werkzeug's ImmutableMultiDict.
    """
    global _parse_options, _our_storage
    _parse_options = parse_options
    _our_storage = storage


def type_is(request: t.Any, content_type: str) -> bool:
    """Tell whether just this content type was sent, if that is all there is to ask for."""
    environ = request.environ
    if environ.get("CONTENT_TYPE") != content_type or not _type_steps.by(type(request)):
        return False
    headers = request.__dict__.get("headers")
    return headers is None or type(headers) is _headers_class


def length_of(environ: t.Any) -> int | None:
    """Return what ``Content-Length`` says, 0 where that makes no sense (RFC 9112, 6.3).

    None where nothing tells how long the body is: without the header, or with chunks.
    """
    length = environ.get("CONTENT_LENGTH")
    if length is None or "HTTP_TRANSFER_ENCODING" in environ:
        return get_content_length(environ)
    # PERF: form, json-in. Digits, of which int() would take others as well.
    if length.isascii() and length.isdecimal() and len(length) < 20:
        return int(length)
    return get_content_length(environ)


def _limit_of(request: t.Any) -> t.Any:
    """Return ``request.max_content_length``."""
    if _limit_steps.untouched(request):
        # PERF: form, json-in. What the property does.
        ctx = app_variable.get(None)
        if ctx is not None:
            app = ctx.app
            return app.config["MAX_CONTENT_LENGTH"]
    return request.max_content_length


def data_of(request: t.Any, cache: t.Any) -> t.Any:
    """Return ``request.get_data(cache=cache)``."""
    if not (_data_steps.untouched(request) and _base_data_steps.by(WerkzeugRequest)):
        return request.get_data(cache=cache)
    # PERF: json-in. What that method does.
    attributes = request.__dict__
    data = attributes.get("_cached_data")
    if data is None:
        data = read_body(request)
        if cache:
            attributes["_cached_data"] = data
    return data


def read_body(request: t.Any) -> t.Any:
    """Read what nobody has read yet of the body.

    :raises werkzeug.exceptions.ClientDisconnected: there is less than ``Content-Length`` says.
    """
    attributes = request.__dict__
    if "stream" in attributes or type(request).stream is not _stream or request.shallow:
        return request.stream.read()
    if "_length_read" in attributes:
        return b""
    # PERF: form, json-in. Without a stream around it where it ends by itself, or its length
    # is known.
    environ = request.environ
    source = environ["wsgi.input"]
    most = _limit_of(request)
    length = length_of(environ)
    if length is not None and most is not None:
        refuse_beyond(length, most)
    terminated = "wsgi.input_terminated" in environ
    if terminated and most is None:
        attributes["stream"] = source
        return source.read()
    if length is None or terminated:
        return request.stream.read()
    body = b""
    try:
        if 0 < length <= BLOCK:
            body = source.read(length)
    except (OSError, ValueError) as error:
        request.stream = BodyStream.at(0, source, length)
        raise ClientDisconnected() from error
    if len(body) == length:
        attributes["_length_read"] = length
        return body
    request.stream = BodyStream.at(len(body), source, length)
    return body + request.stream.read()


def parse_urlencoded(body: t.Any, cls: t.Any) -> t.Any:
    """Read the fields of a urlencoded form into a *cls*; None if it is not even UTF-8."""
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError:
            return None
    return _parse_query(body, cls)


def load_plain_form(request: t.Any) -> bool:
    """Fill ``form`` and ``files`` from a urlencoded body, if a parser would do just that.

    :return: whether it has been done.
    """
    attributes = request.__dict__
    if not (
        type_is(request, _URLENCODED)
        and "make_form_data_parser" not in attributes
        and _form_steps.by(type(request))
        and _parser_steps.by(_parser_class)
        and _base_steps.by(WerkzeugRequest)
    ):
        return False
    # PERF: form. What the parser would do, without a parser and a stream for it.
    body = attributes.get("_cached_data")
    if body is None:
        body = read_body(request)
    storage = request.parameter_storage_class
    fields = parse_urlencoded(body, storage)
    attributes["form"] = storage() if fields is None else fields
    # Empty: without its constructor, where that does nothing.
    empty = _storage_steps.by(storage)
    attributes["files"] = dict.__new__(storage) if empty else storage()
    return True


# -- multipart --------------------------------------------------------------------------------


class FormParts:
    """The fields and files of one multipart body, as far as it is parsed."""

    def __init__(self, parser: t.Any, boundary: bytes, content_length: int | None) -> None:
        self.parser = parser
        self.boundary = boundary
        self.content_length = content_length
        self.most_memory = parser.max_form_memory_size
        self.most_parts = parser.max_form_parts
        self.fields: list[tuple[str, str]] = []
        self.files: list[tuple[str, FileStorage]] = []
        self.streams: list[t.Any] = []


def find_first_line(data: t.Any, boundary: bytes, begin: int, /) -> tuple[int, int, int]:
    """Look for the first line with the boundary, as `find_delimiter` does for the others.

    It may lack the line break in front of it.
    """
    dashes = b"--" + boundary
    if begin == 0 and data.startswith(dashes + b"\r\n"):
        # PERF: multipart-random-100. As all clients begin.
        return PART_FOLLOWS, 0, len(dashes) + 2
    at = data.find(dashes, begin)
    while at != -1:
        start = at
        if data[at - 1 : at] in (b"\r", b"\n"):
            start -= 2 if data[at - 2 : at] == b"\r\n" else 1
        if line := _LINE_END.match(data, at + len(dashes)):
            return (PARTS_END if line[1] is None else PART_FOLLOWS), start, line.end()
        if _LINE_CUT.match(data, at + len(dashes)):
            return GOES_ON, start, start
        at = data.find(dashes, at + 1)
    start = max(0, len(data) - len(dashes) - 1)
    return GOES_ON, start, start


def read_head(data: t.Any, begin: int, end: int) -> t.Any:
    """Read the headers of a part: (name, file name or None for a field, headers).

    The name is None where none is given.

    :raises RequestEntityTooLarge: they are more or longer than any client's.
    :raises ValueError: they do not say what part of the form this is.
    """
    if end - begin > MAX_LINES_SIZE:
        raise RequestEntityTooLarge()
    pairs = split_headers(data, begin, end)
    if len(pairs) > MAX_HEADERS:
        raise RequestEntityTooLarge()
    # PERF: upload-10k. Without the constructor, which would copy them.
    headers: t.Any = Headers.__new__(Headers)
    headers._list = pairs
    disposition: t.Any = first_value(pairs, "Content-Disposition")
    if disposition is None:
        raise ValueError("A part of the form has no Content-Disposition header.")
    if plain := _PLAIN_DISPOSITION.fullmatch(disposition):
        return plain[1], plain[2], headers
    options = _parse_options(disposition)[1]
    return options.get("name"), options.get("filename"), headers


def of_pairs(cls: t.Any, pairs: t.Any) -> t.Any:
    """Make a *cls* of pairs: without its constructor, where that does what is done here."""
    if cls is ImmutableMultiDict:
        cls = _our_storage
    if cls.__init__ is not _storage_init or cls.__new__ is not _new_storage:
        return cls(pairs)
    # PERF: multipart-random-100. The lists that a MultiDict keeps.
    made = _new_storage(cls)
    for name, value in pairs:
        dict.setdefault(made, name, []).append(value)
    return made


def takes_views(stream: t.Any) -> bool:
    """Tell whether what is written there need not be bytes of its own."""
    cls = type(stream)
    return cls is SpooledTemporaryFile or cls is io.BytesIO


def _reserve(file: t.Any, size: int) -> None:
    """Have a file go onto disk at once if *size* bytes will send it there."""
    # PERF: upload-1M. Else all of them are copied into its memory first.
    if type(file) is SpooledTemporaryFile and 0 < getattr(file, "_max_size", 0) < size:
        file.rollover()


def parse_whole(form: t.Any, body: bytes) -> None:
    """Parse a body that is all there."""
    kind, start, end = find_first_line(body, form.boundary, 0)
    _check_size(form, start)
    if kind == GOES_ON:
        raise ValueError("The multipart body has no line with the boundary.")
    parts: list[tuple[int, int, int, int]] = []
    if kind == PART_FOLLOWS:
        # One more than allowed shows that there are too many.
        most = len(body) if form.most_parts is None else form.most_parts + 1
        parts, kind, end = split_parts(body, form.boundary, end, most)
    for number, (head, head_end, begin, stop) in enumerate(parts, 1):
        name, filename, headers = read_head(body, head, head_end)
        if form.most_parts is not None and number > form.most_parts:
            raise RequestEntityTooLarge()
        if filename is None:
            _check_size(form, stop - begin)
            add_field(form, name, headers, body[begin:stop])
        else:
            file = open_file(form, name, filename, headers)
            _reserve(file, stop - begin)
            view = takes_views(file)
            file.write(memoryview(body)[begin:stop] if view else body[begin:stop])
            if number < len(parts) or kind != GOES_ON:
                add_file(form, file, name, filename, headers)
    if kind == GOES_ON or kind == NO_HEAD:
        raise ValueError(_UNFINISHED)
    if kind == PARTS_END:
        _check_size(form, len(body) - end)


def _check_size(form: t.Any, size: int) -> None:
    if form.most_memory is not None and size > form.most_memory:
        raise RequestEntityTooLarge()


def add_field(form: t.Any, name: str, headers: t.Any, content: bytes) -> None:
    """Add a field with that content."""
    parser = form.parser
    charset = "utf-8"
    if len(headers) > 1 or type(parser).get_part_charset is not _get_part_charset:
        charset = parser.get_part_charset(headers)
    form.fields.append((name, content.decode(charset, "replace")))


def open_file(form: t.Any, name: str, filename: str, headers: t.Any) -> t.Any:
    """Return the stream that a file is written into."""
    parser = form.parser
    pairs = headers._list
    if (
        _start_file.by(type(parser))
        and "start_file_streaming" not in parser.__dict__
        and first_value(pairs, "Content-Length") is None
    ):
        # PERF: multipart-random-100. What that method does of a part as browsers send it.
        stream = parser.stream_factory(
            total_content_length=form.content_length,
            filename=filename,
            content_type=first_value(pairs, "Content-Type"),
            content_length=0,
        )
    else:
        event = File(name=name, filename=filename, headers=headers)
        stream = parser.start_file_streaming(event, form.content_length)
    form.streams.append(stream)
    return stream


def add_file(form: t.Any, stream: t.Any, name: str, filename: str, headers: t.Any) -> None:
    """Add a file that has been written."""
    stream.seek(0)
    form.files.append((name, FileStorage(stream, filename, name, headers=headers)))
