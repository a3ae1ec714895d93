"""Build URLs: of a rule, by an adapter, by a map.

What Werkzeug generates code for, without generating code. Compiled as it is (`_native/url.pxd`
gives the types).
"""

from __future__ import annotations

import typing as t
from sys import intern
from urllib.parse import quote, quote_plus

from werkzeug.datastructures import MultiDict
from werkzeug.routing import BaseConverter, BuildError, MapAdapter, Rule, ValidationError
from werkzeug.routing.converters import NumberConverter

from .._genuine import as_shipped
from .._wsgi import wsgi_text
from .quote import quote_path, quote_query

# What may stay as it is in a segment: https://url.spec.whatwg.org/#percent-encoded-bytes
_SAFE_IN_PATH = "!$&'()*+,/:;=@"

_SECURE = frozenset(("https", "wss"))

_CALL, _TEXT, _INTEGER = range(3)

# What rules, converters and adapters do where nobody has put anything in its place.
_build: t.Any = as_shipped(Rule, "build")
_build_code: t.Any = getattr(_build, "__code__", None)
_suitable_for: t.Any = as_shipped(Rule, "suitable_for")
_suitable_code: t.Any = getattr(_suitable_for, "__code__", None)
_encode_query_vars: t.Any = as_shipped(Rule, "_encode_query_vars")
_encode_code: t.Any = getattr(_encode_query_vars, "__code__", None)
_text_to_url: t.Any = as_shipped(BaseConverter, "to_url")
_text_code: t.Any = getattr(_text_to_url, "__code__", None)
_integer_to_url: t.Any = as_shipped(NumberConverter, "to_url")
_integer_code: t.Any = getattr(_integer_to_url, "__code__", None)
_adapter_build: t.Any = as_shipped(MapAdapter, "build")
_adapter_code: t.Any = getattr(_adapter_build, "__code__", None)
_partial_build: t.Any = as_shipped(MapAdapter, "_partial_build")
_partial_code: t.Any = getattr(_partial_build, "__code__", None)
_get_host: t.Any = as_shipped(MapAdapter, "get_host")
_host_code: t.Any = getattr(_get_host, "__code__", None)

# Our class of adapters, and how it was made to build.
_own_class: t.Any = None
_own_build: t.Any = None
_own_code: t.Any = None


def settle(adapter_class: t.Any) -> None:
    """Remember what is shipped.

    :param adapter_class: what binds a map of ours.
    """
    global _own_class, _own_build, _own_code
    _own_class = adapter_class
    _own_build = adapter_class.build
    _own_code = _own_build.__code__


class _Sight:
    """What was seen of a converter: the compiled twin keeps it for as long as it is true."""


# Place, name, how the value becomes text, its converter, what that has of its own, and what was
# seen of it.
_Slot = tuple[int, str, int, t.Any, dict[str, t.Any], _Sight]


class Builder:
    """Builds the URLs of one rule; works out how when it is first asked.

    :param rule: bound to a map, by :func:`flaskfast.routing.binding.bind_rule`.
    """

    def __init__(self, rule: t.Any) -> None:
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
        self._domain, self._domain_slots = _steps(rule, rule._trace[:bar])
        self._path, self._path_slots = _steps(rule, rule._trace[bar + 1 :])
        names = [slot[1] for slot in (*self._domain_slots, *self._path_slots)]
        for index, name in enumerate(names):
            if name in names[:index]:
                # What Python says to Werkzeug's function with two such parameters.
                raise SyntaxError(f"duplicate argument {name!r} in function definition")
        self._required = [_found_fast(name) for name in rule.arguments if name not in defaults]
        self._constants = list(defaults.items())
        self._taken = frozenset(names).union(map(str, defaults))
        # PERF: url-for. What a path begins with mostly is known: one slash.
        begins = self._path[0]
        self._is_rooted = begins[:1] == "/" and (
            begins[1:2] not in ("", "/") or len(self._path) == 1 == len(begins)
        )
        self._is_ready = True

    def build_for(
        self, values: dict[str, t.Any], method: str | None, append_unknown: bool
    ) -> tuple[str, str, t.Any] | None:
        """Return domain and path, with the values that the rule has no place for as a query.

        The path begins with one slash. Behind them, whether the rule is for websockets.

        :returns: None where the rule is not for *method*, lacks a value, has another value by
            default, or a converter refuses one.
        """
        rule = self.rule
        own = rule.__dict__
        if not (
            type(rule).build is _build
            and type(rule).suitable_for is _suitable_for
            and "build" not in own
            and "suitable_for" not in own
            and _build.__code__ is _build_code
            and _suitable_for.__code__ is _suitable_code
        ):
            return _build_by_rule(rule, values, method, append_unknown)
        if not self._is_ready:
            self.prepare()
        if method is not None:
            methods = own["methods"] if "methods" in own else rule.methods
            if methods is not None and method not in methods:
                return None
        for name in self._required:
            if name not in values:
                return None
        if self._constants:
            for name, value in self._constants:
                if name in values and value != values[name]:
                    return None
        query = ""
        try:
            if append_unknown and len(values) > len(self._required):
                query = self._query_of(values)
            slots = self._domain_slots
            domain = _fill(self._domain, slots, values) if slots else self._domain[0]
            slots = self._path_slots
            path = _fill(self._path, slots, values) if slots else self._path[0]
        except ValidationError:
            return None
        if not self._is_rooted:
            path = _rooted(path)
        websocket = own["websocket"] if "websocket" in own else rule.websocket
        return domain, path + query if query else path, websocket

    def _query_of(self, values: dict[str, t.Any]) -> str:
        """Return the values that the rule has no place for as a query, behind its question mark."""
        rule = self.rule
        if (
            type(rule)._encode_query_vars is _encode_query_vars
            and "_encode_query_vars" not in rule.__dict__
            and _encode_query_vars.__code__ is _encode_code
            and not rule.map.sort_parameters
        ):
            return _query(values, self._taken)
        unknown = {name: value for name, value in values.items() if name not in self._taken}
        query = rule._encode_query_vars(unknown) if unknown else ""
        return f"?{query}" if query else ""

    def _without_query(self, values: dict[str, t.Any]) -> tuple[str, str]:
        slots = self._domain_slots
        domain = _fill(self._domain, slots, values) if slots else self._domain[0]
        return domain, _fill(self._path, self._path_slots, values)

    def all(self, /, **values: t.Any) -> tuple[str, str]:
        """What a bound rule has as `_build_unknown`."""
        self._expect(values)
        query = self._query_of(values)
        domain, path = self._without_query(values)
        return domain, path + query

    def known(self, /, **values: t.Any) -> tuple[str, str]:
        """What a bound rule has as `_build`."""
        self._expect(values)
        return self._without_query(values)

    def _expect(self, values: dict[str, t.Any]) -> None:
        if not self._is_ready:
            self.prepare()
        missing = [name for name in self._required if name not in values]
        if missing:
            names = ", ".join(map(repr, sorted(missing)))
            raise TypeError(f"The URL of {self.rule!r} takes arguments that are missing: {names}.")


class ForeignBuilder(Builder):
    """Builds the URLs of a rule whose class does so in its own way."""

    def __reduce__(self) -> tuple[t.Any, ...]:
        return ForeignBuilder, (self.rule,)

    def build_for(
        self, values: dict[str, t.Any], method: str | None, append_unknown: bool
    ) -> tuple[str, str, t.Any] | None:
        """Do what :meth:`Builder.build_for` does, by asking the rule."""
        return _build_by_rule(self.rule, values, method, append_unknown)


def _build_by_rule(
    rule: t.Any, values: dict[str, t.Any], method: str | None, append_unknown: bool
) -> tuple[str, str, t.Any] | None:
    if not rule.suitable_for(values, method):
        return None
    built = rule.build(values, append_unknown)
    return None if built is None else (built[0], _rooted(built[1]), rule.websocket)


def _steps(rule: t.Any, trace: list[tuple[bool, str]]) -> tuple[list[str], tuple[_Slot, ...]]:
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
            name = _found_fast(text)
            own = getattr(converter, "__dict__", {})
            slots.append((len(pieces), name, _how(converter), converter, own, _Sight()))
            pieces.append("")
    if constant or not pieces:
        pieces.append(constant)
    return pieces, tuple(slots)


def _found_fast(name: t.Any) -> t.Any:
    """Return a name as calls pass it: dicts find it by what it is, and not by how it is spelled."""
    return intern(name) if type(name) is str else name


def _how(converter: t.Any) -> int:
    """Tell how a converter's values become text: by its `to_url`, or by what does the same."""
    cls = type(converter)
    if cls.to_url is _text_to_url:
        return _TEXT
    if cls.to_url is _integer_to_url and cls.num_convert is int:
        return _CALL if converter.fixed_digits else _INTEGER
    return _CALL


def _fill(pieces: list[str], slots: tuple[_Slot, ...], values: dict[str, t.Any]) -> str:
    """Put values in their places."""
    filled = pieces.copy()
    for place, name, how, converter, own, sight in slots:  # noqa: B007
        value = values[name]
        if (
            how == _TEXT
            and type(converter).to_url is _text_to_url
            and "to_url" not in own
            and _text_to_url.__code__ is _text_code
        ):
            filled[place] = quote_path(value if type(value) is str else str(value))
        elif (
            how == _INTEGER
            and type(converter).to_url is _integer_to_url
            and "to_url" not in own
            and _integer_to_url.__code__ is _integer_code
        ):
            filled[place] = str(value if type(value) is int else int(value))
        else:
            filled[place] = converter.to_url(value)
    return "".join(filled)


def _query(values: dict[str, t.Any], taken: frozenset[str]) -> str:
    """Return the values that are not *taken* as a query string, behind its question mark.

    A list, tuple or set is as many fields; None is none. Nothing comes back for nothing.
    """
    fields: list[str] = []
    for name, value in values.items():
        if name in taken or value is None:
            continue
        field = _field(name)
        if isinstance(value, (list, tuple, set)):
            for each in value:
                if each is not None:
                    fields.append(f"{field}={_field(each)}")
        else:
            fields.append(f"{field}={_field(value)}")
    return "?" + "&".join(fields) if fields else ""


def _field(value: t.Any) -> str:
    """Quote the name or the value of a query's field."""
    if type(value) is str:
        return quote_query(value)
    if isinstance(value, bytes):
        return quote_plus(value, safe="!$'()*,/:;?@")
    return quote_query(str(value))


# -- of an endpoint ------------------------------------------------------------------------


def build(
    adapter: t.Any,
    endpoint: t.Any,
    values: t.Any,
    method: str | None,
    force_external: t.Any,
    append_unknown: t.Any,
    url_scheme: str | None,
) -> str:
    """Build the URL of an endpoint: :meth:`flaskfast.routing.MapAdapter.build`."""
    if not (
        MapAdapter.build is _adapter_build
        and _adapter_build.__code__ is _adapter_code
        and type(adapter)._partial_build is _partial_build
        and "_partial_build" not in adapter.__dict__
        and _partial_build.__code__ is _partial_code
        and type(adapter).get_host is _get_host
        and "get_host" not in adapter.__dict__
        and _get_host.__code__ is _host_code
    ):
        return MapAdapter.build(
            adapter, endpoint, values, method, force_external, append_unknown, url_scheme
        )
    url_map = adapter.map
    given = _given(values)
    by_host = url_map.host_matching
    here = adapter.server_name if by_host else adapter.subdomain
    wanted = adapter.default_method if method is None else method
    found = _first(url_map, endpoint, given, wanted, append_unknown, here if by_host else None)
    if found is None and method is None:
        found = _first(url_map, endpoint, given, None, append_unknown, here if by_host else None)
    if found is None:
        raise BuildError(endpoint, dict(given), method, adapter)
    domain, path, websocket = found
    if not (force_external or websocket) and domain == here:
        prefix = adapter.script_name.rstrip("/")
        return prefix + path if prefix else path

    scheme = adapter.url_scheme if url_scheme is None else url_scheme
    if websocket:
        # Browsers want all of a websocket's URL.
        scheme = "wss" if scheme in _SECURE else "ws"
    elif scheme:
        # Bound to a websocket, pages still have theirs.
        scheme = "https" if scheme in _SECURE else "http"
    begin = f"{scheme}:" if scheme else ""
    if by_host:
        host = domain
    else:
        host = f"{domain}.{adapter.server_name}" if domain else adapter.server_name
    return f"{begin}//{host}{adapter.script_name[:-1]}{path}"


def build_path(url_map: t.Any, endpoint: t.Any, values: t.Any, environ: t.Any) -> str | None:
    """Build the path of an endpoint's URL: :meth:`flaskfast.routing.Map.build_path`."""
    if not (
        # Nobody watches what adapters build.
        _own_class.build is _own_build
        and _own_class._partial_build is _partial_build
        and _own_class.get_host is _get_host
        and MapAdapter.build is _adapter_build
        and _own_build.__code__ is _own_code
        and _partial_build.__code__ is _partial_code
        and _get_host.__code__ is _host_code
        and _adapter_build.__code__ is _adapter_code
    ):
        return None
    if url_map.host_matching:
        return None
    prefix = environ.get("SCRIPT_NAME", "")
    if prefix:
        prefix = wsgi_text(prefix).rstrip("/")
        if not prefix.isprintable():
            return None
    # PERF: url-for. What `_given` and `_first` do, in most cases.
    given = values
    if type(values) is not dict:
        given = _given(values)
    else:
        for value in values.values():
            if value is None:
                given = _given(values)
                break
    own = url_map.__dict__
    if own["_remap"]:
        url_map.update()
    known = own["_builders"]
    builders = known.get(endpoint)
    if builders is None:
        builders = url_map.builders(endpoint)
    method = environ["REQUEST_METHOD"]
    found: tuple[str, str, t.Any] | None
    for builder in builders:
        found = builder.build_for(given, method, True)
        if found is not None:
            break
    else:
        found = _first(url_map, endpoint, given, None, True, None)
        if found is None:
            return None
    domain, path, websocket = found
    if websocket or domain != (url_map._default_subdomain or ""):
        return None
    return prefix + path if prefix else path


def _rooted(path: str) -> str:
    """Return a path with one slash at its start."""
    if not path.startswith("/") or path.startswith("//"):
        return "/" + path.lstrip("/")
    return path


def _given(values: t.Any) -> dict[str, t.Any]:
    """Return the values that are not None, and of a list of one that one."""
    if type(values) is dict:
        for value in values.values():
            if value is None:
                break
        else:
            return values
    elif not values:
        return {}
    elif isinstance(values, MultiDict):
        lists = dict.items(values)
        return {key: found[0] if len(found) == 1 else found for key, found in lists if found}
    return {key: value for key, value in values.items() if value is not None}


def _first(
    url_map: t.Any,
    endpoint: t.Any,
    values: dict[str, t.Any],
    method: str | None,
    append_unknown: t.Any,
    host: str | None,
) -> tuple[str, str, t.Any] | None:
    """Return domain, path and protocol by the first rule that can be built.

    :param host: where hosts are matched, the one whose rules come first.
    """
    own = url_map.__dict__
    if own["_remap"]:
        url_map.update()
    known = own["_builders"]
    builders = known.get(endpoint)
    if builders is None:
        builders = url_map.builders(endpoint)
    elsewhere = None
    for builder in builders:
        found: tuple[str, str, t.Any] | None = builder.build_for(values, method, append_unknown)
        if found is not None:
            if host is None or found[0] == host:
                return found
            elsewhere = elsewhere or found
    return elsewhere
