"""Find sample values for the arguments of a rule."""

from __future__ import annotations

import itertools
import os
import re
from typing import TYPE_CHECKING, Any

from werkzeug.routing import (
    AnyConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    UnicodeConverter,
    UUIDConverter,
)

from .expressions import example

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Texts that converters written for one application are likely to accept.
LIKELY = (
    "1",
    "sample",
    "a",
    "2026-01-31",
    "en",
    "true",
    "1.5",
    "12345678-1234-5678-1234-567812345678",
    "a,b",
    "0123456789abcdef",
    "sample@example.org",
    "sample/path",
)

#: What has to be quoted in a URL, escaped in a page, and told from bytes.
DIFFICULT = "d\N{LATIN SMALL LETTER E WITH ACUTE}j\N{LATIN SMALL LETTER A WITH GRAVE} <b>&\"'+%"

#: The most combinations of given values that one rule is asked with.
_MOST_COMBINATIONS = 20

Samples = dict[str, list[str]]


class NoSample(Exception):
    """No value is known that a rule's argument would take."""


def arguments(app: Any, rule: Any, samples: Samples) -> Iterator[dict[str, Any]]:
    """Give the sets of arguments that *rule* is asked with: all combinations of its samples.

    :param samples: values by the names of arguments; others get a likely one.
    :raises NoSample: an argument takes none of the values that are known.
    """
    names = _names(rule)
    options = [_values(app, rule, name, samples) for name in names]
    for combination in itertools.islice(itertools.product(*options), _MOST_COMBINATIONS):
        yield dict(zip(names, combination, strict=True))


def difficult(rule: Any, values: dict[str, Any], text: str = DIFFICULT) -> dict[str, Any] | None:
    """Return *values* with *text* where *rule* takes any; None where it does nowhere."""
    host = (rule.host or "") + (rule.subdomain or "")
    found = {
        name: text
        for name in _names(rule)
        if f"<{name}>" not in host
        and f":{name}>" not in host
        and type(rule._converters[name]) in (UnicodeConverter, PathConverter)
        and re.fullmatch(rule._converters[name].regex, text)
    }
    return {**values, **found} if found else None


def _names(rule: Any) -> list[str]:
    return [name for name in rule._converters if name not in (rule.defaults or {})]


def _values(app: Any, rule: Any, name: str, samples: Samples) -> list[Any]:
    converter = rule._converters[name]
    given = samples.get(name)
    texts: Iterable[str]
    if given:
        texts = given
    elif name == "filename" and is_static(rule):
        texts = static_files(app, rule.endpoint)
    else:
        texts = _texts(converter)
    values = [value for text in texts for value in _converted(app, converter, text)]
    if not values:
        kind = type(converter).__name__
        raise NoSample(
            f"{rule.rule}: no value is known that {kind} takes for {name!r}"
            f" (give one with --sample {name}=VALUE)"
        )
    return values if given else values[:1]


def _converted(app: Any, converter: Any, text: str) -> list[Any]:
    """Return the value that *text* stands for in a URL, in a list; none where it is refused."""
    if not re.fullmatch(converter.regex, text):
        return []
    try:
        with app.app_context():
            return [converter.to_python(text)]
    except Exception:  # ValidationError, or whatever the application's own code raises
        return []


def _texts(converter: Any) -> Iterator[str]:
    """Give texts that *converter* is likely to accept, the most telling first."""
    kind = type(converter)
    if kind is IntegerConverter or kind is FloatConverter:
        yield from _numbers(converter, whole=kind is IntegerConverter)
    elif kind is UUIDConverter:
        yield "12345678-1234-5678-1234-567812345678"
    elif kind is PathConverter:
        yield "sample/path"
    elif kind is UnicodeConverter:
        yield "sample"
    elif kind is AnyConverter:
        yield from sorted(converter.items)
    yield from LIKELY
    made = example(converter.regex)
    if made is not None:
        yield made


def _numbers(converter: Any, whole: bool) -> Iterator[str]:
    low = converter.min if converter.min is not None else 1
    values: Sequence[float] = (max(low, 1), low, converter.max or low)
    for value in values:
        text = str(int(value)) if whole else str(float(value))
        yield text.zfill(getattr(converter, "fixed_digits", 0) or 0)


# -- static files ------------------------------------------------------------------------


def is_static(rule: Any) -> bool:
    """Tell whether *rule* is the one for the static files of the application or a blueprint."""
    return bool(rule.endpoint == "static" or str(rule.endpoint).endswith(".static"))


def static_files(app: Any, endpoint: str) -> list[str]:
    """Return the names of a few files below the folder that *endpoint* serves, sorted.

    Where there are none, a name that does not exist.
    """
    blueprint, _, _ = endpoint.rpartition(".")
    owner = app.blueprints.get(blueprint, app) if blueprint else app
    folder = owner.static_folder
    found: list[str] = []
    for place, folders, files in os.walk(folder or ""):
        folders.sort()
        for name in sorted(files):
            path = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
            if not name.startswith("."):
                found.append(path)
        if len(found) >= 3:
            break
    return found[:3] or ["no-such-file.txt"]
