"""Make ``import flaskfast`` mean genuine Flask, in the process that holds genuine Flask only.

So an application that names flaskfast in its imports is compared like any other.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

OURS, GENUINE = "flaskfast", "flask"


class Stage(ModuleType):
    """A module flaskfast whose names are those of genuine Flask, plus what only we have."""

    __path__: list[str] = []
    kernels = "none"

    @staticmethod
    def install_as_flask() -> None:
        """Do nothing: here, flask is flask."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(GENUINE), name)


class StandIn:
    """Find ``flaskfast`` and ``flaskfast.X``; load what Flask has under the same name."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, _ = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == OURS else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name == OURS:
            return Stage(OURS)
        name = GENUINE + spec.name[len(OURS) :]
        try:
            module = import_module(name)
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"No module named {spec.name!r} (flaskfast means genuine Flask here, which has"
                f" no {name})",
                name=spec.name,
            ) from error
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give a module of Flask its own spec back, which the import system has replaced."""
        if not isinstance(module, Stage):
            module.__spec__ = self._spec


def stand_in_for_flaskfast() -> None:
    """Make ``import flaskfast`` mean genuine Flask from here on."""
    sys.meta_path.insert(0, StandIn())
