"""Make every import of ``flask`` or ``flask.X`` give the module of ``flaskfast``.

This file is also run by itself, from its path, when an interpreter starts under
``flaskfast exec``. It therefore needs nothing of the package and imports next to nothing:
flaskfast is imported when somebody imports flask, not before.
"""

from __future__ import annotations

import os
import sys
from _thread import get_ident
from importlib import import_module
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder

# PERF: a name that type checkers take for typing's, without the start-up cost of typing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from importlib.metadata import Distribution, DistributionFinder
    from types import CodeType, ModuleType
    from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)
STARTUP = os.path.join(HERE, "startup")
# What installers would call Flask: as a directory on sys.path it answers for itself, too.
DIST_INFO = os.path.join(STARTUP, "flask-3.1.3.dist-info")

ALIAS, OURS = "flask", "flaskfast"
# Attributes in which a module states what it is; importing it as flask.X must not change them.
IDENTITY = (
    "__name__",
    "__loader__",
    "__package__",
    "__spec__",
    "__path__",
    "__file__",
    "__cached__",
)
STANDARD_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)


class FlaskAlreadyImported(RuntimeError):
    """Genuine Flask was imported before flaskfast could take its place."""


def counterpart(name: str) -> str | None:
    """Name flaskfast's module for ``flask`` or ``flask.X``; None for all other names."""
    if name == ALIAS or name.startswith(ALIAS + "."):
        return OURS + name[len(ALIAS) :]
    return None


class AliasSpec(ModuleSpec):
    """The spec of ``flask.X``, located where ``flaskfast.X`` is.

    Import hooks put a loader of their own around the one they find here. Theirs runs
    inside a `HookedLoader`, so that assigning `loader` keeps its usual meaning.
    """

    def __init__(self, name: str, original: ModuleSpec) -> None:
        self.alias = AliasLoader(name, original)
        super().__init__(name, None, origin=original.origin)
        self.loader = self.alias
        self.submodule_search_locations = original.submodule_search_locations
        self.has_location = original.has_location
        self.cached = original.cached

    @property
    def loader(self) -> Any:
        return self._loader

    @loader.setter
    def loader(self, loader: Any) -> None:
        ours = loader is self.alias or loader is None
        self._loader = loader if ours else HookedLoader(loader, self.alias)


class AliasLoader:
    """Load ``flask.X`` by importing ``flaskfast.X`` and handing out that very module."""

    def __init__(self, name: str, original: ModuleSpec) -> None:
        self.name = name
        self.original = original
        self.identity: dict[str, Any] = {}
        self.kind: type[ModuleType] | None = None
        self.hooks = 0  # that are running at this moment
        self.executed = False

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = import_module(self.original.name)
        self.kind = type(module)
        current = vars(module).get("__spec__")
        if isinstance(current, AliasSpec):  # it is being imported as flask.X already
            self.identity = current.alias.identity
        else:
            self.identity = {key: vars(module)[key] for key in IDENTITY if key in vars(module)}
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Import as ``flask.X`` what the import of ``flaskfast`` brought along.

        Who hooks the import of ``flask.app`` expects to hear of it when flask is imported.
        """
        if self.name == ALIAS:
            import_loaded_submodules()
        self.executed = True
        if not self.hooks:
            self.restore(module)

    def restore(self, module: ModuleType) -> None:
        """Undo what the import system and hooks did to the module's identity."""
        if self.kind not in (None, type(module)):  # by a lazy loader: each look would load
            module.__class__ = self.kind
        namespace = vars(module)
        namespace.update(self.identity)
        for key in set(IDENTITY).difference(self.identity):
            namespace.pop(key, None)

    # Loaders are asked by name for more than a module, by `python -m flask` for instance.
    # flaskfast.X answers, whose loader insists on its own name.

    def get_code(self, fullname: str) -> CodeType | None:
        return self.original.loader.get_code(self.original.name)  # type: ignore[union-attr, no-any-return]

    def get_source(self, fullname: str) -> str | None:
        return self.original.loader.get_source(self.original.name)  # type: ignore[union-attr, no-any-return]

    def get_filename(self, fullname: str | None = None) -> str:
        return self.original.loader.get_filename(self.original.name)  # type: ignore[union-attr, no-any-return]

    def get_resource_reader(self, fullname: str) -> Any:
        return self.original.loader.get_resource_reader(self.original.name)  # type: ignore[union-attr]

    def is_package(self, fullname: str) -> bool:
        return self.original.submodule_search_locations is not None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "original":
            raise AttributeError(name)
        return getattr(self.original.loader, name)


class HookedLoader:
    """Run the loader that an import hook put around ours, as if it loaded genuine Flask.

    Hooks learn from ``module.__name__`` which module it is that was imported. So while they
    run, and only then, ``flaskfast.X`` goes by the name of ``flask.X``.
    """

    def __init__(self, loader: Any, alias: AliasLoader) -> None:
        self.loader = loader
        self.alias = alias

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self.loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        alias = self.alias
        module.__name__ = alias.name
        alias.hooks += 1
        try:
            self.loader.exec_module(module)
        except BaseException:
            alias.executed = True
            raise
        finally:
            alias.hooks -= 1
            if alias.executed and not alias.hooks:  # a lazy loader comes back later
                alias.restore(module)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "loader":
            raise AttributeError(name)
        return getattr(self.loader, name)


class FlaskFinder:
    """Find ``flask`` and ``flask.X``; answer for the distribution called Flask.

    It stands first on ``sys.meta_path`` and never leaves a name of flask to the finders
    behind it, where genuine Flask might be found.
    """

    stands_for = ALIAS

    def __init__(self) -> None:
        self._asking: dict[tuple[int, str], AliasSpec] = {}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return a spec for ``flask`` or ``flask.X``, and None for all other names.

        :raises ModuleNotFoundError: there is no ``flaskfast.X``.
        """
        name = counterpart(fullname)
        if name is None:
            return None
        key = (get_ident(), fullname)
        if key in self._asking:  # by a hook that we have asked, see below
            return self._asking[key]
        spec = self._asking[key] = AliasSpec(fullname, _original(fullname, name))
        try:
            self._tell_hooks(fullname, path)
        finally:
            del self._asking[key]
        return spec

    def _tell_hooks(self, fullname: str, path: Sequence[str] | None) -> None:
        """Let import hooks that were there before us put their loader into the spec.

        A hook asks the import system for the spec of the name, which is how it gets ours
        and changes it. What it returns is of no interest, nor what an ordinary finder
        returns or raises: without us nobody would have asked it.
        """
        for finder in _finders_behind(self):
            try:
                finder.find_spec(fullname, path)
            except Exception:
                continue

    def find_distributions(
        self, context: DistributionFinder.Context | None = None
    ) -> Iterable[Distribution]:
        """Answer for Flask with the version that flaskfast behaves as.

        Who asks about a certain directory, as pip does, learns what is really there.
        """
        import re
        from importlib.metadata import PathDistribution
        from pathlib import Path

        if context is not None:
            name = getattr(context, "name", None)
            if name is not None and re.sub(r"[-_.]+", "-", name).lower() != ALIAS:
                return []
            if "path" in vars(context) and context.path != sys.path:
                return []
        return [PathDistribution(Path(DIST_INFO))]


class InstalledNowhere:
    """Find flaskfast itself, last of all, where the launched program has none installed.

    Then the one that launched it is used, for example out of a checkout.
    """

    stands_for = OURS

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname != OURS:
            return None
        return PathFinder.find_spec(fullname, [os.path.dirname(PACKAGE)])


def install() -> None:
    """Make ``import flask`` mean flaskfast, from here on, in this interpreter.

    Doing it again changes nothing, except that the finder stands first again.

    :raises FlaskAlreadyImported: genuine Flask, or a part of it, is imported already.
    """
    if is_installed():
        sys.meta_path[:] = sorted(sys.meta_path, key=_is_ours, reverse=True)
        return
    present: dict[str, ModuleType | None] = {**sys.modules}
    foreign = {name: module for name, module in present.items() if _is_foreign(name, module)}
    for name, module in sorted(foreign.items()):
        if module is not None:
            raise FlaskAlreadyImported(
                f"{name} is imported already, from {_place(module)}, so that flaskfast cannot"
                " take its place. Call flaskfast.install_as_flask() before the program's first"
                " import of flask (by extensions, too), or start the program with"
                " 'flaskfast exec COMMAND ...'."
            )
    for name in foreign:  # of which None is left: "must not be imported", which now it may
        del sys.modules[name]
    sys.meta_path.insert(0, FlaskFinder())


def uninstall() -> None:
    """Let ``import flask`` mean what it meant before `install`.

    Modules that have imported flask keep what they have got, and programs started from
    here go by what ``flaskfast exec`` told them.
    """
    sys.path[:] = [entry for entry in sys.path if entry != STARTUP]
    sys.meta_path[:] = [finder for finder in sys.meta_path if not _is_ours(finder)]
    for name, module in list(sys.modules.items()):
        if counterpart(name) and not _is_foreign(name, module):
            del sys.modules[name]


def is_installed() -> bool:
    """Tell whether ``import flask`` means flaskfast in this interpreter."""
    return any(map(_is_ours, sys.meta_path))


def install_at_startup() -> None:
    """Do `install` for a program that was started by ``flaskfast exec``."""
    if not any(getattr(finder, "stands_for", None) == OURS for finder in sys.meta_path):
        sys.meta_path.append(InstalledNowhere())
    install()


def import_loaded_submodules() -> None:
    """Import as ``flask.X`` every public ``flaskfast.X`` that is imported by now.

    Where no hook wants to know, an entry in sys.modules is the whole of it. It needs no
    lock, on which another thread might sit that imports flask.X and waits for flask.
    """
    from importlib.util import find_spec

    parents_first = sorted(sys.modules.items(), key=lambda item: item[0].count("."))
    for ours, module in parents_first:
        package, *rest = ours.split(".")
        if package != OURS or any(part.startswith("_") for part in rest):
            continue
        name = ".".join([ALIAS, *rest])
        if name not in sys.modules:
            loader = getattr(find_spec(name), "loader", None)
            if isinstance(loader, AliasLoader):
                sys.modules[name] = module
            else:
                before = {**vars(module)}
                import_module(name)
                _export_again(module, before)


def _export_again(module: ModuleType, before: dict[str, Any]) -> None:
    """Have flaskfast export what a hook has put in the place of what it exports.

    Genuine Flask is hooked while it is being imported: it exports the render_template that
    an agent has left in flask.templating.
    """
    exported = vars(sys.modules[OURS])
    for name, value in vars(module).items():
        if name in before and name in exported and exported[name] is before[name]:
            exported[name] = value


def _original(fullname: str, name: str) -> ModuleSpec:
    """Return the spec of flaskfast's module, which need not be imported."""
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(
            f"No module named {fullname!r} (flask means flaskfast here, which has no {name})",
            name=fullname,
        )
    return spec.alias.original if isinstance(spec, AliasSpec) else spec


def _is_ours(finder: object) -> bool:
    # Not isinstance: under the launcher, this file is loaded a second time.
    return getattr(finder, "stands_for", None) == ALIAS


def _is_foreign(name: str, module: ModuleType | None) -> bool:
    """Tell whether an entry of sys.modules is a part of flask that is not ours."""
    ours = counterpart(name)
    return ours is not None and (module is None or module is not sys.modules.get(ours))


def _place(module: ModuleType) -> str:
    return getattr(module, "__file__", None) or "no file"


def _finders_behind(finder: FlaskFinder) -> Iterator[Any]:
    """Give the finders between one and the standard ones, which look at files."""
    behind = iter([*sys.meta_path])
    if finder in behind:  # takes everything up to it
        for other in behind:
            if other in STANDARD_FINDERS:
                return
            yield other
