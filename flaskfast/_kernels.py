"""Choose a flavour of the kernels, once, and bind their names.

`FLASKFAST_KERNELS` is read here and nowhere else, when this module is imported:

auto (default)
    The compiled kernels where they are installed. Where none is installed, the
    Python ones, silently. Where they are installed but refuse this interpreter
    (a second sub-interpreter) or are broken (cannot be loaded, incomplete,
    built from another version), the Python ones and one `RuntimeWarning` that
    names the reason.
native
    The compiled kernels, or an `ImportError` that names the reason and the mend.
python
    The Python kernels.

Any other word is a `ValueError`. An empty value counts as not set. A flavour is
all or nothing: one unusable kernel makes all of them Python.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.machinery import ExtensionFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from ._elf import is_cut_short
from ._version import VERSION

VARIABLE = "FLASKFAST_KERNELS"
WORDS = ("auto", "native", "python")

# Twin module -> the names that both of its flavours bind. A module stands behind those that it
# takes something from when it is made.
KERNELS = {
    "escape": ("escape", "escape_text", "mark"),
    "filters": (
        "soft",
        "upper",
        "lower",
        "capitalize",
        "trim",
        "safe",
        "default",
        "format",
        "join",
        "replace",
        "truncate",
    ),
    "loop": ("LoopContext",),
    "macro": ("Macro",),
    "output": ("Output",),
    "rendering": ("Render", "Rendering", "concat", "into", "rendered"),
    "shipped": ("Shipped",),
    "lookup": (
        "Access",
        "access",
        "call",
        "call0",
        "call1",
        "call_with",
        "resolve",
        "resolve_all",
        "unset",
    ),
    "sources": ("Kept", "from_string"),
    "seams": ("settle_seams",),
    "match": ("new_finder",),
    "headers": (
        "header_fault",
        "faulty_header",
        "survey_headers",
        "take_headers",
        "first_value",
        "add_header",
        "put_header",
        "environ_name",
    ),
    "streams": ("ContextStream", "dress"),
    "messages": (
        "Beginning",
        "ClosingIterator",
        "EncodedParts",
        "OnePage",
        "RequestBase",
        "ResponseBase",
        "UnsendableHeader",
        "answered",
        "blueprint_of",
        "body_begun",
        "places_of",
        "settle",
        "take_head",
        "wire_url",
    ),
    "contexts": (
        "AppContextBase",
        "RequestContextBase",
        "announce",
        "app_context",
        "do_teardown_appcontext",
        "do_teardown_request",
        "ensure_sync",
        "matches_without_adapter",
        "opens_when_touched",
        "settle",
        "wrong_context",
    ),
    "templates": (
        "add_current",
        "choose",
        "current",
        "escapes_file",
        "eval_context",
        "exports",
        "find",
        "included",
        "kept",
        "new_context",
        "parent_block",
        "render",
        "render_for",
        "settle_app",
        "settle_engine",
        "settle_processor",
        "shares_globals",
        "stacks",
        "update_template_context",
    ),
    "json": ("new_writer", "read_json"),
    "multipart": ("find_delimiter", "split_headers", "split_parts"),
    "query": ("parse_pairs", "fill_pairs"),
    "quote": ("quote_path", "quote_query"),
    "url": ("Builder", "ForeignBuilder", "build", "build_path", "settle"),
    "links": (
        "build_url",
        "inject_url_defaults",
        "redirect",
        "redirect_text",
        "redirect_to",
        "redirects_plainly",
        "settle",
        "url_for",
    ),
    "cookies": ("cookie_pairs", "fill_cookies", "plain_cookie"),
    "dates": ("read_date", "write_date", "write_seconds"),
    "jar": ("set_cookie", "settle"),
    "options": (
        "split_list",
        "split_options",
        "split_directives",
        "unquote_value",
        "quote_value",
    ),
    "accept": ("accept_items", "sort_items", "value_matches", "best_offer"),
    "conditions": ("split_etags", "split_ranges"),
    "lazy": ("lazy",),
    "items": (
        "environ_header_at",
        "has_environ_header",
        "has_header",
        "header_at",
        "set_header_at",
        "settle",
    ),
    "reading": ("args", "cookies", "headers", "settle"),
    "bodies": (
        "FormParts",
        "add_field",
        "add_file",
        "data_of",
        "find_first_line",
        "length_of",
        "load_plain_form",
        "of_pairs",
        "open_file",
        "parse_urlencoded",
        "parse_whole",
        "read_body",
        "read_head",
        "settle",
        "settle_limit",
        "settle_parts",
        "takes_views",
        "type_is",
    ),
    "files": ("path_below", "respond", "settle"),
    "proxies": ("quicken", "settle"),
    "signing": (
        "are_as_shipped",
        "compressed",
        "may_be_permanent",
        "may_have_tags",
        "read_signed",
        "tagged",
        "write_signed",
    ),
    "sessions": (
        "dump_signed",
        "dump_tagged",
        "get_signing_serializer",
        "is_null",
        "is_unread",
        "load_signed",
        "load_tagged",
        "open_session",
        "plain_signer",
        "save_session",
        "settle",
        "settle_app",
        "settle_response",
        "settle_signing",
        "settle_tags",
    ),
    "cycle": (
        "dispatch_request",
        "ensure_sync_here",
        "finalize_request",
        "find_error_handler",
        "full_dispatch_request",
        "handle_exception",
        "handle_http_exception",
        "handle_user_exception",
        "make_default_options_response",
        "make_response",
        "preprocess_request",
        "process_response",
        "raise_routing_exception",
        "request_context",
        "settle",
        "settle_views",
        "trap_http_exception",
        "wsgi_app",
    ),
}

Flavour = Literal["native", "python"]
Modules = dict[str, ModuleType]


@dataclass(frozen=True)
class Kernels:
    """Say which kernels are in use: `flaskfast.kernels`, which prints as its flavour."""

    flavour: Flavour
    reason: str  # one sentence: why this flavour
    names: tuple[str, ...]

    def __str__(self) -> str:
        return self.flavour


class Absent(Exception):
    """No compiled kernel is installed for this interpreter."""


class Unusable(Exception):
    """Compiled kernels are installed and cannot be used; the text says why and what to do."""


def reference() -> Modules:
    """Import the Python twins."""
    return {name: import_module(f"{__package__}._py.{name}") for name in KERNELS}


def compiled() -> Modules:
    """Import the compiled twins, all of them: modules that one shared object holds.

    Raises `Absent` where there is none, `Unusable` where it is not in working order.
    """
    package = f"{__package__}._native"
    spec = find_spec(f"{package}.kernels")
    if spec is None or spec.origin is None:
        raise Absent("No compiled kernels are installed for this interpreter.")
    path = spec.origin
    try:
        if is_cut_short(path):
            raise ImportError("the file is cut short")
        build: str = import_module(f"{package}.kernels").BUILD
        if build.partition("+")[0] == VERSION:
            modules = {name: _part(package, name, path) for name in KERNELS}
    except Exception as error:  # a damaged module can raise anything
        raise Unusable(
            f"{path} cannot be loaded: {str(error).rstrip('.')}. {_mend(error)}"
        ) from error
    built_for = build.partition("+")[0]
    if built_for != VERSION:
        raise Unusable(f"{path} was built for flaskfast {built_for}, this is {VERSION}. {REBUILD}")
    lacking = [
        function
        for name, functions in KERNELS.items()
        for function in functions
        if not hasattr(modules[name], function)
    ]
    if lacking:
        raise Unusable(f"{path} is of an older build: it lacks {', '.join(lacking)}. {REBUILD}")
    return modules


def _part(package: str, name: str, path: str) -> ModuleType:
    """Import one module of the shared object at *path*, as the import system would its own file.

    What a module takes from another one, that has been imported before: KERNELS is in that order.
    """
    full = f"{package}.{name}"
    module = sys.modules.get(full)
    if module is None:
        spec = spec_from_file_location(full, path, loader=ExtensionFileLoader(full, path))
        assert spec is not None and spec.loader is not None
        module = sys.modules[full] = module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[full]
            raise
        setattr(sys.modules[package], name, module)
    return module


REBUILD = (
    "Build the kernels again (FLASKFAST_BUILD=native pip install --force-reinstall flaskfast,"
    " or `make build` in a checkout), or choose FLASKFAST_KERNELS=python."
)
ISOLATE = (
    "Compiled kernels work in one interpreter of a process: give the application a process of"
    " its own (mod_wsgi: WSGIApplicationGroup %{GLOBAL}), or choose FLASKFAST_KERNELS=python."
)
# What Cython and CPython (3.12 and newer) say to a sub-interpreter.
REFUSALS = ("Interpreter change detected", "does not support loading in subinterpreters")


def _mend(error: Exception) -> str:
    return ISOLATE if any(text in str(error) for text in REFUSALS) else REBUILD


def choose(word: str) -> tuple[Flavour, str, Modules]:
    """Settle on a flavour: which one, why (one sentence), and its modules."""
    if word not in WORDS:
        raise ValueError(f"{VARIABLE}={word!r} is not known. Use one of: {', '.join(WORDS)}.")
    if word == "python":
        return "python", f"{VARIABLE}=python asks for it.", reference()
    try:
        modules = compiled()
    except (Absent, Unusable) as error:
        if word == "native":
            mend = f" {REBUILD}" if isinstance(error, Absent) else ""
            raise ImportError(f"{VARIABLE}=native cannot be honoured: {error}{mend}") from error
        if isinstance(error, Unusable):
            text = f"flaskfast falls back to its Python kernels. {error}"
            warnings.warn(text, RuntimeWarning, stacklevel=2)
        return "python", str(error), reference()
    return "native", "The compiled kernels are installed and work here.", modules


flavour, reason, _modules = choose(os.environ.get(VARIABLE) or "auto")
info = Kernels(flavour, reason, tuple(name for names in KERNELS.values() for name in names))

# Twins that are used whole: the same source in both flavours.
if TYPE_CHECKING:
    from ._py import bodies as bodies
    from ._py import contexts as contexts
    from ._py import cycle as cycle
    from ._py import files as files
    from ._py import items as items
    from ._py import jar as jar
    from ._py import links as links
    from ._py import messages as messages
    from ._py import reading as reading
    from ._py import seams as seams
    from ._py import sessions as sessions
    from ._py import signing as signing
    from ._py import sources as sources
    from ._py import streams as streams
    from ._py import templates as templates
    from ._py import url as url
else:
    bodies = _modules["bodies"]
    contexts = _modules["contexts"]
    cycle = _modules["cycle"]
    files = _modules["files"]
    items = _modules["items"]
    jar = _modules["jar"]
    links = _modules["links"]
    messages = _modules["messages"]
    reading = _modules["reading"]
    seams = _modules["seams"]
    sessions = _modules["sessions"]
    signing = _modules["signing"]
    sources = _modules["sources"]
    streams = _modules["streams"]
    templates = _modules["templates"]
    url = _modules["url"]

escape: Callable[[Any], Markup] = _modules["escape"].escape
escape_text: Callable[[str], str] = _modules["escape"].escape_text
mark: Callable[[Any], Markup] = _modules["escape"].mark

lazy: Any = _modules["lazy"].lazy

# Name of a filter -> what does it.
filters: dict[str, Callable[..., Any]] = {
    name: getattr(_modules["filters"], name) for name in KERNELS["filters"]
}

Shipped: Any = _modules["shipped"].Shipped
LoopContext: Any = _modules["loop"].LoopContext
access: Callable[[Any], Any] = _modules["lookup"].access
call: Callable[..., Any] = _modules["lookup"].call
call0: Callable[..., Any] = _modules["lookup"].call0
call1: Callable[..., Any] = _modules["lookup"].call1
call_with: Callable[..., Any] = _modules["lookup"].call_with
resolve: Callable[[Any, str], Any] = _modules["lookup"].resolve
resolve_all: Callable[[Any, tuple[str, ...]], Any] = _modules["lookup"].resolve_all
unset: Callable[[Any, str], Any] = _modules["lookup"].unset
Macro: Any = _modules["macro"].Macro
Output: Any = _modules["output"].Output
Render: Any = _modules["rendering"].Render
concat: Callable[[Any], str] = _modules["rendering"].concat
into: Callable[[Any, Any, Any], Any] = _modules["rendering"].into

new_writer: Callable[..., Callable[[Any], str]] = _modules["json"].new_writer
read_json: Callable[[bytes | str], Any] = _modules["json"].read_json

find_delimiter: Callable[[bytes | bytearray, bytes, int], tuple[int, int, int]]
find_delimiter = _modules["multipart"].find_delimiter
split_headers: Callable[[bytes | bytearray, int, int], list[tuple[str, str]]]
split_headers = _modules["multipart"].split_headers
split_parts: Callable[..., tuple[list[tuple[int, int, int, int]], int, int]]
split_parts = _modules["multipart"].split_parts

parse_pairs: Callable[[bytes | str], list[tuple[str, str]]] = _modules["query"].parse_pairs
fill_pairs: Callable[..., Any] = _modules["query"].fill_pairs
new_finder: Callable[[Any, str, frozenset[int]], Any] = _modules["match"].new_finder

cookie_pairs: Callable[[str], list[tuple[str, str]]] = _modules["cookies"].cookie_pairs
fill_cookies: Callable[..., Any] = _modules["cookies"].fill_cookies
plain_cookie: Callable[..., str | None] = _modules["cookies"].plain_cookie

split_list: Callable[[str], list[str]] = _modules["options"].split_list
split_options: Callable[[str], Any] = _modules["options"].split_options
split_directives: Callable[[str], Any] = _modules["options"].split_directives
unquote_value: Callable[[str], str] = _modules["options"].unquote_value
quote_value: Callable[..., str] = _modules["options"].quote_value

accept_items: Callable[..., list[tuple[str, float]]] = _modules["accept"].accept_items
sort_items: Callable[..., list[tuple[str, float]] | None] = _modules["accept"].sort_items
value_matches: Callable[[str, str, int], int] = _modules["accept"].value_matches
best_offer: Callable[..., int] = _modules["accept"].best_offer

header_fault: Callable[[str, str], int] = _modules["headers"].header_fault
faulty_header: Callable[[list[tuple[str, str]]], int] = _modules["headers"].faulty_header
survey_headers: Callable[[list[tuple[str, str]]], int] = _modules["headers"].survey_headers
first_value: Callable[..., Any] = _modules["headers"].first_value
take_headers: Callable[[Any], list[tuple[str, str]] | None] = _modules["headers"].take_headers
add_header: Callable[[list[tuple[str, str]], str, str], int] = _modules["headers"].add_header
put_header: Callable[[list[tuple[str, str]], str, str], int] = _modules["headers"].put_header
environ_name: Callable[[str], str] = _modules["headers"].environ_name

read_date: Callable[[str], datetime | None] = _modules["dates"].read_date
write_date: Callable[[datetime], str] = _modules["dates"].write_date
write_seconds: Callable[[int], str] = _modules["dates"].write_seconds

split_etags: Callable[..., Any] = _modules["conditions"].split_etags
split_ranges: Callable[..., Any] = _modules["conditions"].split_ranges

proxies: ModuleType = _modules["proxies"]
