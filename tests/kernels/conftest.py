"""Both flavours of every kernel, by fixture: no test here imports one by itself."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

import pytest

from flaskfast import _kernels

FLAVOURS = ("native", "python")


def load_kernel(flavour: str, name: str) -> ModuleType:
    """Import one kernel; a missing native one fails, unless this run is for Python only."""
    if flavour == "python":
        return import_module(f"flaskfast._py.{name}")
    try:
        return _kernels.compiled()[name]
    except _kernels.Absent:
        if os.environ.get("FLASKFAST_KERNELS") == "python":
            pytest.skip("FLASKFAST_KERNELS=python, and no compiled kernels are here")
        pytest.fail(
            "No kernels are built. Run `make build`; where nothing can be compiled,"
            " FLASKFAST_KERNELS=python tests the Python flavour alone."
        )


@pytest.fixture(params=FLAVOURS)
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def escape_kernel(flavour: str) -> ModuleType:
    return load_kernel(flavour, "escape")
