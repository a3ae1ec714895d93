"""Derive requests from a URL map: every rule, with sample values for its arguments."""

from __future__ import annotations

import base64
import itertools
import os
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

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
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SAFE = ("GET", "HEAD", "OPTIONS")
MISSING_PAGE = "/flaskfast-verify/no-such-page"

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

#: For methods that bring a body: what to send, beside nothing.
BODIES = (
    ("a form", "application/x-www-form-urlencoded", b"sample=1&text=d%C3%A9j%C3%A0+vu"),
    ("JSON", "application/json", b'{"sample": 1, "text": "d\\u00e9j\\u00e0 vu"}'),
)

Samples = dict[str, list[str]]


class NoSample(Exception):
    """No value is known that a rule's argument would take."""


def requests_of(app: Any, samples: Samples, unsafe: bool) -> tuple[list[Any], list[str]]:
    """Derive the requests of an application, and say which rules were left out, and why.

    :param samples: values for arguments, by the arguments' names.
    :param unsafe: include methods that may change data.
    """
    if app is None:
        return [], ["The URL map is not known: what was named is not a Flask application."]
    requests: dict[tuple[str, str, str, str, bytes], dict[str, Any]] = {}
    skipped = []
    for rule in app.url_map.iter_rules():
        if rule.websocket or rule.build_only:
            skipped.append(f"{rule.rule}: {'websocket' if rule.websocket else 'only built'}")
            continue
        try:
            derived = list(_of_rule(app, rule, samples, unsafe))
        except NoSample as error:
            skipped.append(str(error))
            continue
        for request in derived:
            requests.setdefault(_key(request), request)
    if requests:
        probe = _request(app, "GET", "", MISSING_PAGE, "no rule", "no such page")
        requests.setdefault(_key(probe), probe)
    return list(requests.values()), skipped


def _key(request: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        request["method"],
        request["host"],
        request["target"],
        str(request["headers"]),
        request["body"],
    )


def _of_rule(app: Any, rule: Any, samples: Samples, unsafe: bool) -> Iterator[dict[str, Any]]:
    methods = sorted(rule.methods or SAFE, key=lambda name: (name not in SAFE, name))
    for values in _arguments(app, rule, samples):
        built = _built(app, rule, values)
        if built is None:
            raise NoSample(f"{rule.rule}: no URL can be built with {_named(values)}")
        domain, target = built
        for method in methods:
            if method in SAFE:
                yield _request(app, method, domain, target, rule.rule)
            elif unsafe:
                yield _request(app, method, domain, target, rule.rule)
                for variant, content_type, body in BODIES if method != "DELETE" else ():
                    headers = [["Content-Type", content_type]]
                    yield _request(app, method, domain, target, rule.rule, variant, headers, body)
        if "GET" in methods:
            yield from _variants(app, rule, domain, target)


def _variants(app: Any, rule: Any, domain: str, target: str) -> Iterator[dict[str, Any]]:
    """Ask for the page in other words: a query, a slash too few, a part of a file."""
    if _is_static(rule):
        part = [["Range", "bytes=0-9"]]
        yield _request(app, "GET", domain, target, rule.rule, "a part", part)
        return
    asked = f"{target}?sample=1&sample=2&text=d%C3%A9j%C3%A0"
    yield _request(app, "GET", domain, asked, rule.rule, "a query")
    if target.endswith("/") and target != "/":
        yield _request(app, "GET", domain, target[:-1], rule.rule, "no slash")


def _request(
    app: Any,
    method: str,
    domain: str,
    target: str,
    rule: str,
    variant: str = "",
    headers: Sequence[Sequence[str]] = (),
    body: bytes = b"",
) -> dict[str, Any]:
    return {
        "method": method,
        "target": target,
        "host": domain,
        "headers": list(headers),
        "body": base64.b64encode(body).decode("ascii"),
        "source": rule,
        "variant": variant,
    }


def _built(app: Any, rule: Any, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the host, empty for the usual one, and the path of *rule*."""
    try:
        with app.app_context():
            built = rule.build(dict(values), append_unknown=False)
    except Exception as error:  # a converter of the application's own
        raise NoSample(f"{rule.rule}: {type(error).__name__} in building its URL") from error
    if built is None:
        return None
    domain, path = built
    if not app.url_map.host_matching:
        server = app.config.get("SERVER_NAME")
        domain = f"{domain}.{server}" if domain and server and app.subdomain_matching else ""
    return domain, path


def _named(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items()) or "no arguments"


# -- values for arguments ----------------------------------------------------------------


def _arguments(app: Any, rule: Any, samples: Samples) -> Iterator[dict[str, Any]]:
    """Give the sets of arguments that *rule* is asked with: all combinations of its samples."""
    names = [name for name in rule._converters if name not in (rule.defaults or {})]
    options = [_values(app, rule, name, samples) for name in names]
    for combination in itertools.islice(itertools.product(*options), 20):
        yield dict(zip(names, combination, strict=True))


def _values(app: Any, rule: Any, name: str, samples: Samples) -> list[Any]:
    converter = rule._converters[name]
    given = samples.get(name)
    texts: Iterable[str]
    if given:
        texts = given
    elif name == "filename" and _is_static(rule):
        texts = _static_files(app, rule.endpoint) or ["no-such-file.txt"]
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


def _is_static(rule: Any) -> bool:
    return bool(rule.endpoint == "static" or str(rule.endpoint).endswith(".static"))


def _static_files(app: Any, endpoint: str) -> list[str]:
    """Return the names of a few files below the static folder that *endpoint* serves."""
    blueprint, _, _ = endpoint.rpartition(".")
    owner = app.blueprints.get(blueprint, app) if blueprint else app
    folder = owner.static_folder
    found: list[str] = []
    if folder is None:
        return found
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
            if not name.startswith(".") and quote(path):
                found.append(path)
        if len(found) >= 3:
            break
    return found[:3]
