"""What may be stepped over is what is still as it was."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from tests.kernels.conftest import load_kernel


class Base:
    def inherited(self) -> int:
        return 1


class Owner(Base):
    def method(self) -> int:
        return 1

    @property
    def value(self) -> int:
        return 1


def other(self: Any) -> int:
    return 2


def guarded(*names: str) -> Any:
    return load_kernel("native", "guard").Methods(Owner, *names)


NAMES = ("inherited", "method", "value")


def test_untouched() -> None:
    methods = guarded(*NAMES)
    sub = type("Sub", (Owner,), {"more": other})
    assert methods.untouched(Owner()) and methods.untouched(sub()) and methods.of(sub)
    assert not methods.of(Base) and not methods.untouched(Base())
    sub.method = other  # type: ignore[attr-defined]
    assert not methods.untouched(sub()) and methods.untouched(Owner())


@pytest.mark.parametrize("name", NAMES)
def test_replaced_on_the_class_or_in_a_subclass(name: str) -> None:
    methods = guarded(*NAMES)
    with mock.patch.object(Owner, name, other):
        assert not methods.untouched(Owner()) and not methods.of(Owner)
    assert methods.untouched(Owner()) and methods.of(Owner)
    assert not methods.of(type("Sub", (Owner,), {name: other}))


@pytest.mark.parametrize("name", NAMES)
def test_an_attribute_of_the_object(name: str) -> None:
    methods, obj = guarded(*NAMES), Owner()
    vars(obj)[name] = other
    assert not methods.untouched(obj) and methods.of(Owner)
    del vars(obj)[name]
    assert methods.untouched(obj)


def test_rewritten_code(monkeypatch: pytest.MonkeyPatch) -> None:
    methods = guarded("inherited")
    monkeypatch.setattr(Base.inherited, "__code__", other.__code__)
    assert not methods.of(Owner)
    monkeypatch.undo()
    assert methods.of(Owner)


def test_what_is_not_there() -> None:
    for flavour in ("native", "python"):
        with pytest.raises(AttributeError, match="nothing"):
            load_kernel(flavour, "guard").Methods(Owner, "nothing")


def test_plain_python_calls_everything() -> None:
    methods = load_kernel("python", "guard").Methods(Owner, *NAMES)
    assert not methods.untouched(Owner()) and not methods.of(Owner)
