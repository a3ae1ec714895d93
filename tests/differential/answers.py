"""Make what a view returns out of an answer of the plan."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import Headers
from werkzeug.utils import redirect as werkzeug_redirect
from werkzeug.wrappers import Response as WerkzeugResponse

from .plan import Answer, Steps
from .steps import EXCEPTIONS, PROBES, World, plain, refused

#: A folder with one file, ``plain.txt``.
FILES = Path(__file__).parent / "files"


class Words(str):
    """Text of a class of the app's own."""


def make(world: World, where: str, answer: Answer) -> Any:
    """Return what *answer* stands for."""
    kind, *args = answer
    return _KINDS[kind](world, where, *args)


def _generate(world: World, where: str, pieces: Iterable[Any], steps: Steps) -> Iterator[Any]:
    for piece in pieces:
        world.perform(steps, f"{where}~")
        yield piece
    world.note(where, "generated")


def _generate_in_context(world: World, where: str, *args: Any) -> Iterator[Any]:
    try:
        yield from _generate(world, where, *args)
    finally:
        world.note(where, "stream closed", world.package.has_request_context())


def _stream(world: World, where: str, pieces: Any, steps: Steps, decorated: bool) -> Any:
    world.note(where, "STREAM")
    keep = world.package.stream_with_context
    if decorated:
        return keep(_generate_in_context)(world, where, pieces, steps)
    return keep(_generate_in_context(world, where, pieces, steps))


def _template(world: World, where: str, source: str) -> Any:
    if "url_for" in source and refused(world):
        return "refused"
    return world.package.render_template_string(source, x="<x>")


def _stream_template(world: World, where: str, source: str) -> Any:
    if "url_for" in source and refused(world):
        return "refused"
    world.note(where, "STREAM")
    return world.package.stream_template_string(source, x="<x>")


def _part(world: World, where: str, part: Any) -> Any:
    """Return a status or headers of a response tuple."""
    if isinstance(part, tuple) and part and part[0] == "http":
        return HTTPStatus(part[1])
    if isinstance(part, tuple) and part and part[0] == "headers":
        return Headers(list(part[1:]))
    if isinstance(part, tuple) and part and part[0] == "dict":
        return {key: list(value) if type(value) is tuple else value for key, value in part[1:]}
    if isinstance(part, tuple):
        return list(part)
    return part


def _tuple(world: World, where: str, body: Answer, *parts: Any) -> tuple[Any, ...]:
    return (make(world, where, body), *(_part(world, where, part) for part in parts))


def _response(world: World, where: str, body: Any, status: Any, headers: Any, options: Any) -> Any:
    return world.app.response_class(body, status, _part(world, where, headers), **dict(options))


def _wsgi(
    world: World, where: str, status: str, headers: Any, pieces: Any, moves: bool
) -> Callable[..., Iterable[bytes]]:
    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        world.note(where, "called", environ["PATH_INFO"])
        if moves:
            # As a dispatcher does.
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/mounted"
            environ["PATH_INFO"] = "/rest"
            environ["wsgi.url_scheme"] = "https"
            environ["QUERY_STRING"] = "moved=1"
            environ["REMOTE_ADDR"] = "10.0.0.9"
        start_response(status, list(headers))
        return list(pieces)

    return application


def _redirect_to(world: World, where: str, endpoint: str, values: Any) -> Any:
    if refused(world):
        return "refused"
    return world.package.redirect(world.package.url_for(endpoint, **dict(values)))


def _file(world: World, where: str, data: bytes, options: Any) -> Any:
    return world.package.send_file(io.BytesIO(data), **dict(options))


def _class_response(world: World, where: str, *args: Any) -> Any:
    return WerkzeugResponse(*args)


_KINDS: dict[str, Callable[..., Any]] = {
    "text": lambda w, at, text: text,
    "words": lambda w, at, text: Words(text),
    "markup": lambda w, at, text: Markup(text),
    "bytes": lambda w, at, data: data,
    "bytearray": lambda w, at, data: bytearray(data),
    "none": lambda w, at: None,
    "thing": lambda w, at: object(),
    "number": lambda w, at: 5,
    "set": lambda w, at: {"a"},
    "dict": lambda w, at, *items: dict(items),
    "list": lambda w, at, *items: list(items),
    "tuple": _tuple,
    "bad_tuple": lambda w, at, size: ("x", 200, [], 4)[:size],
    "iterator": lambda w, at, *pieces: iter(pieces),
    "generator": _generate,
    "stream": _stream,
    "template": _template,
    "stream_template": _stream_template,
    "response": _response,
    "werkzeug": _class_response,
    "werkzeug_redirect": lambda w, at, to: werkzeug_redirect(to),
    "wsgi": _wsgi,
    "exception": lambda w, at, name: EXCEPTIONS[name](),
    "redirect": lambda w, at, to, code: w.package.redirect(to, code),
    "redirect_to": _redirect_to,
    "jsonify": lambda w, at, args, kwargs: w.package.jsonify(*args, **dict(kwargs)),
    "made": lambda w, at, *parts: w.package.make_response(
        *(_part(w, at, part) if i else make(w, at, part) for i, part in enumerate(parts))
    ),
    "file": _file,
    "from_folder": lambda w, at, name: w.package.send_from_directory(FILES, name),
    "echo": lambda w, at, probe: repr(plain(PROBES[probe](w.package))),
}
