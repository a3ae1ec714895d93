"""The two flavours are one thing: same modules, names, signatures; compiled from these sources."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from flaskfast import _kernels
from tests.kernels.conftest import load_kernel

ROOT = Path(__file__).parents[2]
# The other twins are of one source, which has one signature.
BOUND = sorted({path.stem for path in (ROOT / "flaskfast/_native").glob("*.pyx")} - {"kernels"})
NAMES = [(module, name) for module in BOUND for name in _kernels.KERNELS[module]]


def load_setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("flaskfast_setup", ROOT / "setup.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameters(function: object) -> list[tuple[str, object, object]]:
    """Return what a function takes; compiled classes do not tell."""
    if isinstance(function, type):
        return []
    signature = inspect.signature(function)  # type: ignore[arg-type]
    return [(p.name, p.kind, p.default) for p in signature.parameters.values()]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_signatures_are_equal(module: str, name: str) -> None:
    native = getattr(load_kernel("native", module), name)
    python = getattr(load_kernel("python", module), name)
    assert parameters(native) == parameters(python)
    assert native.__name__ == python.__name__ == name
    assert native.__doc__


@pytest.mark.parametrize("module", _kernels.KERNELS)
def test_public_names_are_those_of_the_switch(module: str) -> None:
    python = load_kernel("python", module)
    public = {
        name
        for name, value in vars(python).items()
        if not name.startswith("_")
        # Steps of an app say that they are of the app's module, where they are its methods.
        and (
            getattr(value, "__module__", None) == python.__name__
            or getattr(value, "__globals__", None) is vars(python)
        )
    }
    # What another library does as well as it can be done is bound by being listed.
    assert public | set(getattr(python, "__all__", ())) == set(_kernels.KERNELS[module])


@pytest.mark.parametrize("module", BOUND)
def test_stub_lists_what_the_compiled_module_has(module: str) -> None:
    tree = ast.parse((ROOT / f"flaskfast/_native/{module}.pyi").read_text())
    functions = {
        node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    }
    assert functions == set(_kernels.KERNELS[module])
    native = load_kernel("native", module)
    assert all(hasattr(native, name) for name in functions | {"BUILD"})


def test_switch_and_build_know_the_same_kernels() -> None:
    assert set(load_setup().KERNELS) == set(_kernels.KERNELS)
    files = (ROOT / "flaskfast/_py").glob("*.py")
    assert {file.stem for file in files} - {"__init__"} == set(_kernels.KERNELS)
    for name, (source, *_) in load_setup().KERNELS.items():
        # A binding of its own, or the Python twin's source with types.
        binds = source == f"flaskfast/_native/{name}.pyx"
        assert binds or source == f"flaskfast/_py/{name}.py"
        assert (ROOT / f"flaskfast/_native/{name}.pyx").exists() == binds


@pytest.mark.parametrize("module", _kernels.KERNELS)
def test_compiled_from_the_sources_next_to_it(module: str) -> None:
    native = load_kernel("native", module)
    assert native.BUILD.partition("+")[2] == load_setup().fingerprint(), (
        f"{native.__file__} is older than its sources. Run `make build`."
    )


@pytest.mark.parametrize("module", BOUND)
def test_binding_stays_small(module: str) -> None:
    binding = (ROOT / f"flaskfast/_native/{module}.pyx").read_text()
    functions = [
        line for line in binding.splitlines() if re.match(r" *(def|cp?def .*\(.*:$)", line)
    ]
    assert len(binding.splitlines()) <= 60 * len(functions), "A .pyx binds and does not decide."
