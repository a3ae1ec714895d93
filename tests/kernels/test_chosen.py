"""The flavour that this run was asked for is the one that everybody gets."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError
from types import ModuleType

import markupsafe
import pytest

import flaskfast
from flaskfast import _kernels, markup
from tests.kernels.conftest import load_kernel


@pytest.mark.parametrize("module", _kernels.KERNELS)
def test_switch_binds_it(module: str) -> None:
    kernel = load_kernel(_kernels.flavour, module)
    whole = getattr(_kernels, module, None)
    if isinstance(whole, ModuleType):
        whole = vars(whole)
    holder = whole if isinstance(whole, dict) else vars(_kernels)
    for name in _kernels.KERNELS[module]:
        if name in holder:  # others are for twins of the same flavour
            assert holder[name] is getattr(kernel, name)


def test_public_names() -> None:
    assert markup.Markup is markupsafe.Markup
    assert type(markup.escape("<")) is markupsafe.Markup
    assert markup.escape is _kernels.escape


def test_info() -> None:
    info = flaskfast.kernels
    assert info is _kernels.info
    assert (info.flavour, info.reason) == (_kernels.flavour, _kernels.reason)
    assert str(info) == f"{info}" == info.flavour
    assert info.names == tuple(name for names in _kernels.KERNELS.values() for name in names)
    assert "escape_text" in info.names
    with pytest.raises(FrozenInstanceError):
        info.flavour = "python"  # type: ignore[misc]


def test_it_was_asked_for() -> None:
    asked = os.environ.get("FLASKFAST_KERNELS") or "auto"
    assert _kernels.flavour == ("python" if asked == "python" else "native")
