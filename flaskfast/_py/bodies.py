"""The short ways to a request's body; `_request_body.py` has the long ones.

Compiled as it is (`_native/bodies.pxd` gives the types). Each function first looks whether all
that it would step over is what was shipped.
"""

from __future__ import annotations

import typing as t

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wsgi import get_content_length

from .._body import BLOCK, BodyStream, refuse_beyond
from .contexts import app_variable
from .shipped import Shipped

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
