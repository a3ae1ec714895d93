"""Templates of other people's packages, and something for them to show."""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import meta, nodes

from tests.conformance.store import cache_root, file_digest, locked, pip

TEMPLATE = re.compile(r"\.(html|xhtml|xml|j2|jinja|html_t|txt)$")
# Sphinx and nbconvert write LaTeX by delimiters that are none there.
LATEX = {
    "sphinx": {
        "block_start_string": "<%",
        "block_end_string": "%>",
        "variable_start_string": "<%=",
        "variable_end_string": "%>",
        "comment_start_string": "<#",
        "comment_end_string": "#>",
    },
    "nbconvert": {
        "block_start_string": "((*",
        "block_end_string": "*))",
        "variable_start_string": "(((",
        "variable_end_string": ")))",
        "comment_start_string": "((=",
        "comment_end_string": "=))",
    },
}


@dataclass(frozen=True)
class Package:
    """A wheel that has templates, as the index has it."""

    name: str
    version: str
    sha256: str

    def templates(self) -> dict[str, str]:
        """Return its templates by the names that they include each other by."""
        with zipfile.ZipFile(self.wheel()) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        return named(files)

    def wheel(self) -> Path:
        """Return the wheel, which is downloaded once."""
        kept = cache_root().parent / "templates" / self.sha256
        with locked(kept.with_suffix(".lock")):
            for path in kept.glob("*.whl"):
                if file_digest(path) == self.sha256:
                    return path
            kept.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as scratch:
                wanted = Path(scratch, "wanted.txt")
                wanted.write_text(f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n")
                options = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
                options += ["--ignore-requires-python", "--dest", str(kept)]
                pip(sys.executable, "download", "--quiet", *options, "--requirement", wanted)
            (path,) = kept.glob("*.whl")
            return path


PACKAGES = [
    Package(
        "Flask-Admin", "1.6.1", "fd8190f1ec3355913a22739c46ed3623f1d82b8112cde324c60a6fc9b21c9406"
    ),
    Package(
        "Flask-Security-Too",
        "5.9.2",
        "98f5e676767735dd2ff48afa92bcc9916778306b103999f8f4538a36b096f111",
    ),
    Package("sphinx", "8.1.3", "09719015511837b76bf6e03e42eb7595ac8c2e41eeb9c29c5b755c6b677992a2"),
    Package("mkdocs", "1.6.1", "db91759624d1647f3f34aa0c3f327dd2601beae39a366d6e064c03468d35c20e"),
    Package(
        "nbconvert", "7.17.2", "6a143c11c00bf831604da4b1be4347d36ea52367057eb920135d69bc2862fed2"
    ),
]


def installed(name: str) -> dict[str, str]:
    """Return the templates of a package that is installed here."""
    files = metadata.files(name) or []
    return named({str(file): Path(str(file.locate())).read_bytes() for file in files})


def named(files: dict[str, bytes]) -> dict[str, str]:
    found = {}
    for path, content in sorted(files.items()):
        if TEMPLATE.search(path) and ".dist-info" not in path:
            text = content.decode("utf-8", "replace")
            if "{%" in text or "{{" in text or "<%" in text or "((*" in text:
                short = re.sub(r"^.*?/(templates|themes)/(bootstrap\d/)?", "", path)
                found[short if short not in found else path] = text
    return found


def options_for(package: str, name: str) -> dict[str, str]:
    """Return the delimiters that a template is written with."""
    is_latex = re.search(r"\.(tex|sty)\b|latex", name) is not None
    return LATEX.get(package, {}) if is_latex else {}


class Stand:
    """Stands for anything: has all attributes and items, can be called and iterated over."""

    def __init__(self, name: str, mood: int, depth: int = 0) -> None:
        self.__dict__.update(_name=name, _mood=mood, _depth=depth)

    def _next(self, name: str) -> Stand:
        own = self.__dict__
        return Stand(f"{own['_name'][-40:]}{name}", own["_mood"], own["_depth"] + 1)

    def _chance(self) -> bool:
        own = self.__dict__
        return own["_depth"] < 6 and (zlib.crc32(own["_name"].encode()) + own["_mood"]) % 3 != 0

    def __getattr__(self, name: str) -> Stand:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._next(f".{name}")

    def __getitem__(self, key: Any) -> Stand:
        return self._next(f"[{key}]")

    def __call__(self, *args: Any, **kwargs: Any) -> Stand:
        return self._next(f"({len(args)}, {sorted(kwargs)})")

    def __iter__(self) -> Iterator[Stand]:
        if self.__dict__["_depth"] < 4:
            yield self._next("<1>")
            yield self._next("<2>")

    def __len__(self) -> int:
        return 2

    def __bool__(self) -> bool:
        return self._chance()

    def __contains__(self, item: Any) -> bool:
        return self._chance()

    def __str__(self) -> str:
        return f"<{self.__dict__['_name']} & 'more'>"

    __repr__ = __str__

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)

    def __gt__(self, other: Any) -> bool:
        return str(self) > str(other)

    def __int__(self) -> int:
        return 3

    __index__ = __int__

    def __add__(self, other: Any) -> Stand:
        return self._next(f"+{other}")

    __radd__ = __sub__ = __mul__ = __mod__ = __add__


def shown(name: str) -> Any:
    """Return a filter that says how it was called."""
    return lambda value, *args, **kwargs: f"<{name} {value} {args} {sorted(kwargs)}>"


@dataclass(frozen=True)
class Needs:
    """What templates use that they do not bring along."""

    filters: frozenset[str]
    tests: frozenset[str]
    variables: frozenset[str]

    def fill(self, environment: jinja2.Environment) -> None:
        """Let an environment have the filters and tests."""
        for name in self.filters:
            environment.filters.setdefault(name, shown(name))
        for name in self.tests:
            environment.tests.setdefault(name, lambda value, *args: bool(value))

    def values(self, mood: int) -> dict[str, Any]:
        """Return something for each variable."""
        return {name: Stand(name, mood) for name in sorted(self.variables)}


def needs(environment: jinja2.Environment, templates: dict[str, str]) -> Needs:
    """Find what *templates* use that *environment* does not have."""
    filters, tests, variables = set(), set(), set()
    for source in templates.values():
        try:
            tree = environment.parse(source)
        except jinja2.TemplateError:
            continue
        filters |= {used.name for used in tree.find_all(nodes.Filter)}
        tests |= {used.name for used in tree.find_all(nodes.Test)}
    for name in filters:
        environment.filters.setdefault(name, shown(name))
    for name in tests:
        environment.tests.setdefault(name, bool)
    for source in templates.values():
        try:
            variables |= meta.find_undeclared_variables(environment.parse(source))
        except jinja2.TemplateError:
            continue
    return Needs(
        frozenset(filters), frozenset(tests), frozenset(variables) - frozenset(environment.globals)
    )
