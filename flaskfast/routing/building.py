"""Build the URL of a rule: what Werkzeug generates code for, without generating code."""

from __future__ import annotations

import typing as t
from urllib.parse import quote

from werkzeug.routing import BaseConverter, Rule, ValidationError
from werkzeug.routing.converters import NumberConverter

from .. import _kernels

# What may stay as it is in a segment: https://url.spec.whatwg.org/#percent-encoded-bytes
_SAFE_IN_PATH = "!$&'()*+,/:;=@"

_fill_url = _kernels.fill_url
_fill_query = _kernels.fill_query
_quote_path = _kernels.quote_path
_quote_query = _kernels.quote_query

# Place, name, how the value becomes text, and what to call for that where it is to be called.
_Slot = tuple[int, str, int, t.Callable[[t.Any], str]]
_Steps = tuple[list[str], tuple[_Slot, ...]]
_CALL, _TEXT, _INTEGER = range(3)


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
        names = [slot[1] for slot in (*self._domain[1], *self._path[1])]
        for index, name in enumerate(names):
            if name in names[:index]:
                # What Python says to Werkzeug's function with two such parameters.
                raise SyntaxError(f"duplicate argument {name!r} in function definition")
        self._required = [name for name in rule.arguments if name not in defaults]
        self._constants = list(defaults.items())
        self._taken = frozenset(names).union(map(str, defaults))
        self._is_ready = True

    def build_for(
        self, values: dict[str, t.Any], method: str | None, append_unknown: bool
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
            if append_unknown and len(values) > len(self._required):
                return self._with_query(values)
            return self._without_query(values)
        except ValidationError:
            return None

    def _without_query(self, values: dict[str, t.Any]) -> tuple[str, str]:
        domain, path = self._domain, self._path
        return (
            _fill_url(domain[0], domain[1], values, _quote_path) if domain[1] else domain[0][0],
            _fill_url(path[0], path[1], values, _quote_path),
        )

    def _with_query(self, values: dict[str, t.Any]) -> tuple[str, str]:
        rule = self.rule
        is_own = type(rule)._encode_query_vars is not _ENCODE_QUERY_VARS
        if is_own or rule.map.sort_parameters:
            unknown = {name: value for name, value in values.items() if name not in self._taken}
            query = rule._encode_query_vars(unknown) if unknown else ""
            query = f"?{query}" if query else ""
        else:
            query = _fill_query(values, self._taken, _quote_query)
        domain, path = self._without_query(values)
        return domain, path + query

    def all(self, /, **values: t.Any) -> tuple[str, str]:
        """What a bound rule has as `_build_unknown`."""
        self._expect(values)
        return self._with_query(values)

    def known(self, /, **values: t.Any) -> tuple[str, str]:
        """What a bound rule has as `_build`."""
        self._expect(values)
        return self._without_query(values)

    def _expect(self, values: t.Mapping[str, t.Any]) -> None:
        if not self._is_ready:
            self.prepare()
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
        self, values: dict[str, t.Any], method: str | None, append_unknown: bool
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


def _steps(rule: Rule, trace: list[tuple[bool, str]]) -> _Steps:
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
            converter = rule._converters[text]
            slots.append((len(pieces), text, _how(converter), converter.to_url))
            pieces.append("")
    if constant or not pieces:
        pieces.append(constant)
    return pieces, tuple(slots)


def _how(converter: BaseConverter) -> int:
    """Tell how a converter's values become text: by its `to_url`, or by what does the same."""
    cls: t.Any = type(converter)
    if "to_url" in converter.__dict__:
        return _CALL
    if cls.to_url is BaseConverter.to_url:
        return _TEXT
    if cls.to_url is NumberConverter.to_url and cls.num_convert is int:
        return _CALL if t.cast(NumberConverter, converter).fixed_digits else _INTEGER
    return _CALL
