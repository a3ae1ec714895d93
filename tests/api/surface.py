"""Describe the surface of a package that claims to be Flask."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing as t
import warnings
from collections.abc import Iterator

import jinja2
from werkzeug import wrappers

from . import spelling
from .spelling import dotted, flask_name, value

Tree = dict[str, t.Any]
OWN = ("flask", "flaskfast")
PRIVATE = re.compile(r"\bflask(\.\w+)*\._\w+\.\w+")
# Abstract base classes note these for themselves.
NO_MEMBERS = {"_abc_impl", "__abstractmethods__"}
# The attributes of these objects that Flask adds to what their bases have.
REQUEST = ("endpoint", "blueprint", "blueprints", "json_module", "routing_exception", "url_rule",
    "view_args", "max_content_length", "max_form_memory_size", "max_form_parts")  # fmt: skip
SESSION = ("accessed", "modified", "new", "permanent")
CLIENT = ("_context_stack", "_new_contexts", "application", "preserve_context")
GROUP = ("_loaded_plugin_commands", "commands", "context_settings", "create_app", "load_dotenv",
    "name", "params", "set_debug_flag")  # fmt: skip


class Surface:
    """A package under inspection; `describe` returns everything found as nested dicts of text.

    Private modules are not part of a surface: what a public module has from one counts as its
    own, and what a class inherits from a class in one counts as defined in it.

    ``flask`` is what is recorded of Flask. It tells which names of a public module count, and
    which attributes of instances may be computed when they are first read.
    """

    def __init__(self, package: str, flask: Tree | None = None) -> None:
        self.package = package
        self.root = importlib.import_module(package)
        self.flask = flask or {"modules": {}, "instances": {}}
        self.modules = {flask_name(n): importlib.import_module(n) for n in self.module_names()}
        self.homes = dict(self.public_homes())

    def describe(self) -> Tree:
        """Describe modules, classes, instances, configuration, commands and signals."""
        app = self.new_app()
        tree = {
            "version": self.version(),
            "modules": {name: self.module(module) for name, module in self.modules.items()},
            "classes": {name: self.type(found) for name, found in self.types()},
            "instances": {name: self.instance(name, *one) for name, *one in self.instances()},
            "config": {key: value(item) for key, item in app.config.items()},
            "rules": [spelling.rule(rule) for rule in app.url_map.iter_rules()],
            "jinja": self.jinja(app.jinja_env),
            "commands": self.commands(),
        }
        return t.cast(Tree, self.rehomed(tree))

    def module_names(self) -> Iterator[str]:
        """Yield the names of all public modules; `flask.sansio` is one without a file."""
        yield self.package
        for name in (self.package, f"{self.package}.sansio"):
            path = importlib.import_module(name).__path__
            for found in pkgutil.walk_packages(path, f"{name}."):
                if not _private(found.name):
                    yield found.name

    def public_homes(self) -> Iterator[tuple[str, str]]:
        """Yield the full names of what Flask's modules define and ours have from private ones."""
        for module, recorded in self.flask["modules"].items():
            for name, text in recorded["names"].items():
                thing = vars(self.modules.get(module, types)).get(name)
                if f" {module}.{name}" in text and _private(getattr(thing, "__module__", "")):
                    yield dotted(thing), f"{module}.{name}"

    def rehomed(self, tree: t.Any) -> t.Any:
        """Put public names in the place of private ones throughout a description."""
        if isinstance(tree, dict):
            return {key: self.rehomed(branch) for key, branch in tree.items()}
        if isinstance(tree, list):
            return [self.rehomed(branch) for branch in tree]
        return PRIVATE.sub(lambda match: self.homes.get(match[0], match[0]), tree)

    def module(self, module: types.ModuleType) -> Tree:
        """Describe a module: names that it owns, and names that it merely imports."""
        names: Tree = {}
        imports: Tree = {}
        for name, thing in vars(module).items():
            if name.startswith("__") or name == "annotations":
                continue
            if isinstance(thing, types.ModuleType) or not _owned(thing):
                if dotted(thing).partition(".")[0] not in sys.stdlib_module_names | {"builtins"}:
                    imports[name] = dotted(thing)
            else:
                names[name] = _named(name, thing)
        return {"names": _abridged(names), "imports": imports}

    def types(self) -> Iterator[tuple[str, type]]:
        """Yield the classes that the modules define, by name."""
        for name, module in self.modules.items():
            for thing in vars(module).values():
                if isinstance(thing, type) and _root(thing) in OWN:
                    home = self.homes.get(dotted(thing), dotted(thing))
                    if home == f"{name}.{thing.__name__}":
                        yield home, thing

    def type(self, found: type) -> Tree:
        """Describe a class by its bases and what it adds to them."""
        folded = [found]
        others = [base for base in found.__mro__ if base is not found]
        while others and _root(others[0]) in OWN and _private(others[0].__module__):
            folded.append(others.pop(0))
        members = {
            name: spelling.member(thing)
            for base in reversed(folded)
            for name, thing in vars(base).items()
            if _is_member(name, thing)
        }
        return {
            "mro": [dotted(found), *map(dotted, others)],
            "metaclass": dotted(type(found)),
            "members": members,
            "overrides": sorted(name for name in members if _anyone_has(others, name)),
            "ordinary": str("__dict__" in dir(found)),
        }

    def instance(self, name: str, thing: t.Any, names: tuple[str, ...]) -> Tree:
        """Describe the attributes that an object has once it is made.

        ``names`` limits this to those that are Flask's, where the rest is its base's.
        """
        given = set(vars(thing)) if hasattr(thing, "__dict__") else set()
        for base in type(thing).__mro__:
            slots = base.__dict__.get("__slots__", ())
            given.update((slots,) if isinstance(slots, str) else slots)
        given.update(self.flask["instances"].get(name, ()))
        found = sorted(attribute for attribute in names or given if hasattr(thing, attribute))
        return {attribute: value(getattr(thing, attribute)) for attribute in found}

    def new_app(self) -> t.Any:
        """Return a new application that knows where it is."""
        return self.root.Flask("x", root_path="/root", instance_path="/root/instance")

    def instances(self) -> Iterator[tuple[str, t.Any, tuple[str, ...]]]:
        """Yield objects that users meet, each with a name and its attributes of interest."""
        find = self.find
        app = self.new_app()
        app.secret_key = "key"
        serializer = find("json.tag:TaggedJSONSerializer")()
        blueprint = self.root.Blueprint("b", "x", root_path="/root")
        yield "app", self.new_app(), ()
        yield "blueprint", blueprint, ()
        yield "setup state", blueprint.make_setup_state(app, {}, True), ()
        yield "application context", app.app_context(), ()
        with app.test_request_context() as request_context:
            yield "request context", request_context, ()
            yield "request", request_context.request, REQUEST
        yield "application globals", find("ctx:_AppCtxGlobals")(), ()
        yield "config", app.config, ()
        yield "config attribute", find("config:ConfigAttribute")("NAME"), ()
        yield "session", find("sessions:SecureCookieSession")(), SESSION
        yield "null session", find("sessions:NullSession")(), SESSION
        yield "session interface", find("sessions:SecureCookieSessionInterface")(), ()
        yield "json provider", app.json, ()
        yield "tagged serializer", serializer, ()
        yield "tag", find("json.tag:TagTuple")(serializer), ()
        yield "client", app.test_client(), CLIENT
        yield "command runner", app.test_cli_runner(), ("app",)
        yield "template loader", find("templating:DispatchingJinjaLoader")(app), ()
        yield "script info", find("cli:ScriptInfo")(), ()
        yield "certificate type", find("cli:CertParamType")(), ("path_type",)
        yield "command group", find("cli:FlaskGroup")(), GROUP
        yield "no app error", find("cli:NoAppException")("none"), ("message", "exit_code")

    def find(self, where: str) -> t.Any:
        """Return an object by module and name, as in ``json.tag:TagTuple``."""
        module, _, name = where.partition(":")
        return getattr(importlib.import_module(f"{self.package}.{module}"), name)

    def jinja(self, environment: t.Any) -> Tree:
        """Describe what Flask adds to templates."""
        plain = jinja2.Environment()
        return {
            "globals": sorted(set(environment.globals) - set(plain.globals)),
            "filters": sorted(set(environment.filters) - set(plain.filters)),
            "tests": sorted(set(environment.tests) - set(plain.tests)),
            "extensions": sorted(environment.extensions),
            "tojson": value(environment.policies["json.dumps_function"]),
            "autoescape": {
                str(name): str(environment.autoescape(name))
                for name in ("a.html", "a.htm", "a.xml", "a.xhtml", "a.svg", "a.txt", "a", None)
            },
        }

    def commands(self) -> Tree:
        """Describe the command line: the group's options, the commands and theirs."""
        group = self.find("cli:cli")
        everything = {"<group>": group, **group.commands}
        return {
            name: {
                "type": dotted(type(command)),
                "has help": str(bool(command.help) or command is group),
                "params": {param.name: spelling.parameter(param) for param in command.params},
            }
            for name, command in everything.items()
        }

    def version(self) -> str:
        """Return what ``flask.__version__`` answers, which must warn as Flask does."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            version = self.root.__version__
        kinds = [warning.category.__name__ for warning in caught]
        return f"{version} with {kinds}"


def _root(found: type) -> str:
    return found.__module__.partition(".")[0]


def _private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


def _anyone_has(bases: list[type], name: str) -> bool:
    """Tell whether a base has an attribute of this name, on itself or on its instances."""
    made: set[str] = set()
    if wrappers.Request in bases:
        made = set(vars(wrappers.Request({})))
    if wrappers.Response in bases:
        made = set(vars(wrappers.Response()))
    return name in made or any(hasattr(base, name) for base in bases)


def _owned(thing: t.Any) -> bool:
    """Tell whether an object is Flask's own, and not something that it imported."""
    if isinstance(thing, type) or inspect.isroutine(thing):
        if t.get_origin(thing) is not None:
            return True
        return str(getattr(thing, "__module__", "")).partition(".")[0] in OWN
    return True


def _named(name: str, thing: t.Any) -> str:
    if name.startswith("_") and isinstance(thing, str):
        return "str"
    if isinstance(thing, type) and t.get_origin(thing) is None:
        return f"class {dotted(thing)}"
    if inspect.isfunction(thing):
        return f"function {dotted(thing)}{spelling.signature(thing)}"
    return value(thing)


def _abridged(names: Tree) -> Tree:
    """Put the name of an alias where another one is built on it."""
    aliases = [name for name in names if " | " in names[name]]
    short = dict(names)
    for name in sorted(aliases, key=lambda name: -len(names[name])):
        for other in aliases:
            if other != name and names[name] != names[other]:
                short[other] = short[other].replace(names[name], name)
    return short


def _is_member(name: str, thing: t.Any) -> bool:
    if name in NO_MEMBERS:
        return False
    return not name.startswith("__") or inspect.isroutine(thing)
