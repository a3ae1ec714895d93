"""Both flavours of every kernel, by fixture: no test here imports one by itself."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

import pytest

FLAVOURS = {"native": "flaskfast._native", "python": "flaskfast._py"}


def load_kernel(flavour: str, name: str) -> ModuleType:
    """Import one kernel; a missing native one fails, unless this run is for Python only."""
    try:
        return import_module(f"{FLAVOURS[flavour]}.{name}")
    except ModuleNotFoundError:
        if flavour == "native" and os.environ.get("FLASKFAST_KERNELS") == "python":
            pytest.skip("FLASKFAST_KERNELS=python, and no compiled kernels are here")
        pytest.fail(
            f"{FLAVOURS[flavour]}.{name} is not built. Run `make build`; where nothing can be"
            " compiled, FLASKFAST_KERNELS=python tests the Python flavour alone."
        )


@pytest.fixture(params=sorted(FLAVOURS))
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def escape_kernel(flavour: str) -> ModuleType:
    return load_kernel(flavour, "escape")
