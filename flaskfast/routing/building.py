"""Build the URL of a rule: what Werkzeug generates code for, without generating code."""

from __future__ import annotations

import typing as t
from urllib.parse import quote, quote_plus

from werkzeug.datastructures import iter_multi_items
from werkzeug.routing import BaseConverter, Rule, ValidationError
from werkzeug.routing.converters import NumberConverter

from .. import _kernels

# What may stay as it is in a segment, and in the name or value of a query's field:
# https://url.spec.whatwg.org/#percent-encoded-bytes
_SAFE_IN_PATH = "!$&'()*+,/:;=@"
_SAFE_IN_QUERY = "!$'()*,/:;?@"

_quote_path = _kernels.quote_path
_quote_query = _kernels.quote_query

_Slot = tuple[int, str, t.Callable[[t.Any], str]]


class Builder:
    """Builds the URLs of one rule; works out how when it is first asked."""

    __slots__ = (
        "_constants",
        "_domain",
        "_is_ready",
        "_path",
        "_required",
        "_taken",
        "rule",
    )

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._is_ready = False

    def __reduce__(self) -> tuple[t.Any, ...]:
        return Builder, (self.rule,)

    def prepare(self) -> None:
        """Work out how to build.

        :raises Exception: whatever a converter makes of a default value.
        """
        rule = self.rule
        defaults = rule.defaults or {}
        bar = rule._trace.index((False, "|"))
        self._domain = _steps(rule, rule._trace[:bar])
        self._path = _steps(rule, rule._trace[bar + 1 :])
        slots = [*self._domain[1], *self._path[1]]
        names = [name for _, name, _ in slots]
        for index, name in enumerate(names):
            if name in names[:index]:
                # What Python says to Werkzeug's function with two such parameters.
                raise SyntaxError(f"duplicate argument {name!r} in function definition")
        self._required = [name for name in rule.arguments if name not in defaults]
        self._constants = list(defaults.items())
        self._taken = frozenset(names).union(map(str, defaults))
        self._is_ready = True

    def build_for(
        self, values: t.Mapping[str, t.Any], method: str | None, append_unknown: bool
    ) -> tuple[str, str] | None:
        """Return domain and path, with the values that the rule has no place for as a query.

        :returns: None where the rule is not for *method*, lacks a value, has another value by
            default, or a converter refuses one.
        """
        if not self._is_ready:
            self.prepare()
        methods = self.rule.methods
        if method is not None and methods is not None and method not in methods:
            return None
        for name in self._required:
            if name not in values:
                return None
        for name, value in self._constants:
            if name in values and value != values[name]:
                return None
        try:
            query = ""
            if append_unknown and len(values) > len(self._required):
                unknown = {k: v for k, v in values.items() if k not in self._taken}
                if unknown:
                    query = self.query(unknown)
            return _fill(self._domain, values), _fill(self._path, values) + query
        except ValidationError:
            return None

    def query(self, values: dict[str, t.Any]) -> str:
        """Return values as a query string, with its question mark; nothing without values."""
        rule = self.rule
        url_map = rule.map
        if type(rule)._encode_query_vars is not _ENCODE_QUERY_VARS:
            encoded = rule._encode_query_vars(values)
        elif url_map.sort_parameters:
            items = sorted(iter_multi_items(values), key=url_map.sort_key)
            encoded = "&".join(
                [f"{_field(name)}={_field(value)}" for name, value in items if value is not None]
            )
        else:
            # PERF: build. The same, without asking what kind of mapping this is.
            fields = []
            for name, value in values.items():
                if isinstance(value, (list, tuple, set)):
                    fields += [f"{_field(name)}={_field(v)}" for v in value if v is not None]
                elif value is not None:
                    fields.append(f"{_field(name)}={_field(value)}")
            encoded = "&".join(fields)
        return f"?{encoded}" if encoded else ""

    def all(self, /, **values: t.Any) -> tuple[str, str]:
        """What a bound rule has as `_build_unknown`."""
        if not self._is_ready:
            self.prepare()
        self._expect(values)
        unknown = {name: value for name, value in values.items() if name not in self._taken}
        query = self.query(unknown) if unknown else ""
        return _fill(self._domain, values), _fill(self._path, values) + query

    def known(self, /, **values: t.Any) -> tuple[str, str]:
        """What a bound rule has as `_build`."""
        if not self._is_ready:
            self.prepare()
        self._expect(values)
        return _fill(self._domain, values), _fill(self._path, values)

    def _expect(self, values: t.Mapping[str, t.Any]) -> None:
        missing = [name for name in self._required if name not in values]
        if missing:
            names = ", ".join(map(repr, sorted(missing)))
            raise TypeError(f"The URL of {self.rule!r} takes arguments that are missing: {names}.")


class ForeignBuilder:
    """Builds the URLs of a rule whose class does so in its own way."""

    __slots__ = ("rule",)

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def build_for(
        self, values: t.Mapping[str, t.Any], method: str | None, append_unknown: bool
    ) -> tuple[str, str] | None:
        """Do what :meth:`Builder.build_for` does, by asking the rule."""
        if not self.rule.suitable_for(values, method):
            return None
        return self.rule.build(values, append_unknown)


_ENCODE_QUERY_VARS = Rule._encode_query_vars
_OURS = ("bind", "compile", "_compile_builder", "build", "suitable_for")
_SHIPPED = {name: getattr(Rule, name) for name in _OURS}


def is_plain(rule: Rule) -> bool:
    """Tell whether a rule's class leaves to us how it is compiled and built."""
    cls = type(rule)
    return cls is Rule or all(getattr(cls, name) is _SHIPPED[name] for name in _OURS)


def builder_of(rule: Rule) -> Builder | ForeignBuilder:
    """Return what builds a rule's URLs."""
    if is_plain(rule):
        made = getattr(rule._build, "__self__", None)
        if isinstance(made, Builder) and made.rule is rule:
            return made
    return ForeignBuilder(rule)


def _steps(rule: Rule, trace: list[tuple[bool, str]]) -> tuple[list[str], list[_Slot]]:
    """Return the pieces of a URL, with gaps for arguments, and what fills the gaps."""
    defaults = rule.defaults or {}
    pieces: list[str] = []
    slots: list[_Slot] = []
    constant = ""
    for is_dynamic, text in trace:
        if not is_dynamic:
            constant += quote(text, safe=_SAFE_IN_PATH)
        elif text in defaults:
            constant += rule._converters[text].to_url(defaults[text])
        else:
            if constant:
                pieces.append(constant)
                constant = ""
            slots.append((len(pieces), text, _to_url(rule._converters[text])))
            pieces.append("")
    if constant or not pieces:
        pieces.append(constant)
    return pieces, slots


def _fill(steps: tuple[list[str], list[_Slot]], values: t.Mapping[str, t.Any]) -> str:
    pieces, slots = steps
    if not slots:
        return pieces[0]
    pieces = pieces.copy()
    for index, name, to_url in slots:
        pieces[index] = to_url(values[name])
    return "".join(pieces)


def _to_url(converter: BaseConverter) -> t.Callable[[t.Any], str]:
    """Return the converter's `to_url`, or what does the same sooner."""
    cls: t.Any = type(converter)
    if "to_url" not in converter.__dict__:
        if cls.to_url is BaseConverter.to_url:
            return _text_to_url
        if (
            cls.to_url is NumberConverter.to_url
            and cls.num_convert is int
            and not t.cast(NumberConverter, converter).fixed_digits
        ):
            return _integer_to_url
    return converter.to_url


def _text_to_url(value: t.Any) -> str:
    return _quote_path(value if type(value) is str else str(value))


def _integer_to_url(value: t.Any) -> str:
    return str(value if type(value) is int else int(value))


def _field(value: t.Any) -> str:
    """Quote the name or the value of a query's field."""
    if type(value) is str:
        return _quote_query(value)
    if isinstance(value, bytes):
        return quote_plus(value, safe=_SAFE_IN_QUERY)
    return _quote_query(str(value))
