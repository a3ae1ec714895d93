"""Whether what a class has is what was shipped: both flavours notice whatever takes its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kernels.conftest import load_kernel


def make() -> Any:
    class Base:
        size = 1

        def read(self) -> int:
            return 1

        @property
        def whole(self) -> int:
            return 1

    class Shop(Base):
        def write(self) -> int:
            return 2

    return Shop


NAMES = ("size", "read", "whole", "write")


def test_what_was_shipped_is_recognised(flavour: str) -> None:
    shop = make()
    shipped = load_kernel(flavour, "shipped").Shipped(shop, *NAMES)
    assert shipped.by(shop) is True
    assert shipped.by(type("Other", (shop,), {"more": 1})) is True
    assert shipped.by(make()) is False


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_takes_its_place_is_noticed(flavour: str, name: str, depth: int) -> None:
    shop = make()
    shipped = load_kernel(flavour, "shipped").Shipped(shop, *NAMES)
    below = type("Below", (shop,), {})
    place = (below, shop, shop.__mro__[1])[depth]
    before = vars(place).get(name)
    setattr(place, name, lambda self: 3)
    hidden = depth == 2 and name == "write"  # a base's does not count where the class has one
    assert shipped.by(below) is hidden
    assert shipped.by(shop) is (hidden or depth == 0)
    if before is None:
        delattr(place, name)
    else:
        setattr(place, name, before)
    assert shipped.by(below) is shipped.by(shop) is True


def test_code_that_is_rewritten_is_noticed(flavour: str) -> None:
    shop = make()
    shipped = load_kernel(flavour, "shipped").Shipped(shop, *NAMES)
    code = shop.read.__code__
    shop.read.__code__ = shop.write.__code__
    assert shipped.by(shop) is False
    shop.read.__code__ = code
    assert shipped.by(shop) is True


def test_only_classes_are_asked(flavour: str) -> None:
    shop = make()
    with pytest.raises(AttributeError):
        load_kernel(flavour, "shipped").Shipped(shop, "missing")
    assert load_kernel(flavour, "shipped").Shipped(shop, "size").by(shop) is True


@pytest.mark.parametrize("name", NAMES)
def test_an_attribute_of_the_object_is_noticed(name: str) -> None:
    shop = make()
    shipped = load_kernel("native", "shipped").Shipped(shop, *NAMES)
    obj = shop()
    obj.other = 1
    assert shipped.untouched(obj) is True
    vars(obj)[name] = 3
    assert shipped.untouched(obj) is False
    assert shipped.by(shop) is True
    del vars(obj)[name]
    assert shipped.untouched(obj) is True


def test_an_object_is_of_its_class() -> None:
    shop = make()
    shipped = load_kernel("native", "shipped").Shipped(shop, *NAMES)
    below = type("Below", (shop,), {})
    assert shipped.untouched(below()) is True
    assert shipped.untouched(shop.__mro__[1]()) is False
    for _ in range(3):  # also when it was asked before
        below.read = lambda self: 3
        assert shipped.untouched(below()) is False
        assert shipped.untouched(shop()) is True
        del below.read
        assert shipped.untouched(below()) is True


def test_what_was_replaced_before_is_nobody_s(flavour: str) -> None:
    shop = make()
    read = shop.read

    def wrapper(self: Any) -> Any:
        return read(self)

    wrapper.__wrapped__ = read  # type: ignore[attr-defined]
    shop.read = wrapper
    shipped = load_kernel(flavour, "shipped").Shipped(shop, "read")
    assert shipped.by(shop) is False
    assert shipped.untouched(shop()) is False


def test_plain_python_calls_what_an_object_has() -> None:
    shop = make()
    shipped = load_kernel("python", "shipped").Shipped(shop, *NAMES)
    assert shipped.by(shop) is True
    assert shipped.untouched(shop()) is False
