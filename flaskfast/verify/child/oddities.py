"""What a visitor would not ask for, and a server is asked all the same.

Each is here since code that reads requests, or writes pages, has gone wrong in it: texts that
are longer than what a processor takes at a time, in each width that Python stores text in;
numbers that only some would read; paths and queries that are written in other ways.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from werkzeug.routing import (
    AnyConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    UnicodeConverter,
    UUIDConverter,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PLAIN = "a text that goes on for longer than thirty-two bytes "
#: By what is special about them: all need escaping at their end, and are of another width each.
LONG_TEXTS: Mapping[str, str] = {
    "a long text": f"{_PLAIN}<i>'\"&",
    "a long text of two bytes a letter": f"{_PLAIN}\N{SNOWMAN}<i>'\"&",
    "a long text of four bytes a letter": f"{_PLAIN}\N{MUSICAL SYMBOL G CLEF}<i>'\"&",
}

_UUID = "12345678-ABCD-5678-1234-567812345678"
_ARABIC_THREE = "\N{ARABIC-INDIC DIGIT THREE}"
#: By converter: texts that it takes in another way than the likeliest, or not at all.
_UNLIKELY: tuple[tuple[type, Sequence[str]], ...] = (
    (IntegerConverter, ("0", "007", "-1", "+1", "1_0", "1.0", _ARABIC_THREE, "9" * 30)),
    (FloatConverter, ("1", "01.50", "-1.5", "1.", "1e3", f"{_ARABIC_THREE}.5", "1" * 30 + ".5")),
    (UUIDConverter, (_UUID, _UUID.replace("-", ""), "12345678")),
    (AnyConverter, ("nothing-of-these",)),
    (PathConverter, ("a//b", "a/", "a/./b/../c", ".", "a%2Fb")),
    (UnicodeConverter, ("a b", ".", "a%2Fb", "%FF", "x" * 300)),
)

#: Headers that a browser's script sends, and parts of headers that are read with care.
HEADERS: Sequence[tuple[str, str]] = (
    ("Accept", "application/json, text/html;q=0.5, */*;q=0.1"),
    ("Accept-Encoding", "br;q=1.0, gzip;q=0.8, *;q=0"),
    ("Accept-Language", "fr-CH, fr;q=0.9, en;q=0.8, de;q=0"),
    ("Cache-Control", "max-age=0, no-cache"),
    ("If-None-Match", 'W/"a", "b"'),
    ("If-Modified-Since", "Wed, 21 Oct 2015 07:28:00 GMT"),
    ("X-Requested-With", "XMLHttpRequest"),
    ("Referer", "http://other.example/page?a=1"),
)
#: A cookie header as no browser writes it.
COOKIES = 'sample=1; quoted="a \\"b\\"; c"; empty=; =nameless; sample=2; bare; enc=%C3%A9'


_BOUNDARY = "flaskfast-verify-boundary"
MULTIPART = f"multipart/form-data; boundary={_BOUNDARY}"
#: A file that looks as if it ended, and has a byte that is no text.
_FILE = b"first\r\n--flaskfast-verify\r\n\r\n--\n\x00\xff\r"


def multipart(fields: Mapping[str, str], files: Sequence[str]) -> bytes:
    """Return the body of a form with files in it, of the content type `MULTIPART`.

    :param files: names of fields that are to be files.
    """
    parts = [(f'name="{name}"', value.encode()) for name, value in fields.items()]
    for name in files:
        heads = f'name="{name}"; filename="s\N{LATIN SMALL LETTER A WITH DIAERESIS}m ple.txt"'
        parts.append((f"{heads}\r\nContent-Type: text/plain", _FILE))
        parts.append((f'name="{name}"; filename=""', b""))  # a field in which nothing was chosen
    written = b"".join(
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for head, content in parts
    )
    return written + f"--{_BOUNDARY}--\r\n".encode()


def odd_query(names: Sequence[str]) -> str:
    """Return a query with these names in which nothing is written as it should be.

    No name is empty or odd: as a header's or a cookie's, flaskfast refuses it and Flask sends it
    (docs/differences.md).
    """
    name = quote_plus(names[0])
    return f"{name}=a;b=2&&{name}&{name}=&{name}=%zz%ff%C3%A9+%2B&{name}=last=1&"


def odd_paths(target: str) -> Iterator[tuple[str, str]]:
    """Give a target in other spellings, each with what is special about it."""
    if target != "/":
        if not target.endswith("/"):
            yield "a slash too many", f"{target}/"
        head, slash, tail = target.rpartition("/")
        yield "a slash twice", f"{head}/{slash}{tail}"
        letter = re.search("[A-Za-z]", target)
        if letter:
            at = letter.start()
            yield (
                "a letter percent-encoded",
                f"{target[:at]}%{ord(letter[0]):02x}{target[at + 1 :]}",
            )


def unlikely_targets(rule: Any, values: Mapping[str, Any]) -> Iterator[str]:
    """Give targets in which one argument of *rule* is a text that it may not take.

    :param values: arguments that it takes.
    """
    for name, converter in rule._converters.items():
        if name not in values:
            continue
        texts = next((t for kind, t in _UNLIKELY if type(converter) is kind), ())
        for text in texts:
            target = _target(rule, values, name, text)
            if target is not None:
                yield target


def _target(rule: Any, values: Mapping[str, Any], name: str, text: str) -> str | None:
    """Write the path of *rule* with *text* for one argument; None where it is in the host."""
    parts = []
    in_path = found = False
    for is_argument, part in rule._trace:
        if part == "|" and not is_argument:
            in_path = True
        elif not in_path:
            continue
        elif not is_argument:
            parts.append(quote(part, safe="/%:@!$&'()*+,;=~"))
        elif part == name:
            found = True
            parts.append(quote(text, safe="/%"))
        else:
            parts.append(rule._converters[part].to_url(values[part]) if part in values else "")
    return "".join(parts) if found else None
