"""The ways in which a function is replaced by somebody who wants to see its calls."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

#: Calls by what was replaced, as trampolines note them; looked up through ``sys.modules``.
_calls: dict[str, list[Any]] = {}
_originals: dict[str, Any] = {}


def observed(original: Callable[..., Any], seen: list[Any]) -> Callable[..., Any]:
    """Return a function that notes each call and does what *original* does."""

    @functools.wraps(original)
    def watching(*args: Any, **kwargs: Any) -> Any:
        seen.append(len(args))
        return original(*args, **kwargs)

    return watching


@contextmanager
def on_class(cls: Any, name: str, seen: list[Any]) -> Iterator[None]:
    """Set the attribute of the class, as sentry-sdk does, and put it back in the end."""
    own = vars(cls).get(name)
    raw = own if own is not None else _inherited(cls, name)
    setattr(cls, name, _like(raw, observed(_function(raw), seen)))
    try:
        yield
    finally:
        if own is None:
            delattr(cls, name)
        else:
            setattr(cls, name, own)


@contextmanager
def by_mock(cls: Any, name: str, seen: list[Any]) -> Iterator[None]:
    """Use mock.patch.object with a spy, as tests do."""
    raw = _inherited(cls, name)
    function = _function(raw)

    def spy(*args: Any, **kwargs: Any) -> Any:
        seen.append(len(args))
        return function(*args, **kwargs)

    if isinstance(raw, (staticmethod, classmethod)):
        patcher = mock.patch.object(cls, name, _like(raw, spy))
    elif not isinstance(function, types.FunctionType):
        # Of a compiled function, autospec would make a callable that is no method.
        patcher = mock.patch.object(cls, name, spy)
    else:
        patcher = mock.patch.object(cls, name, autospec=True, side_effect=spy)
    with patcher:
        yield


@contextmanager
def on_instance(obj: Any, name: str, seen: list[Any]) -> Iterator[None]:
    """Set an attribute of the object, as flask-restful and flask-debugtoolbar do."""
    own = vars(obj).get(name)
    setattr(obj, name, observed(getattr(obj, name), seen))
    try:
        yield
    finally:
        if own is None:
            delattr(obj, name)
        else:
            setattr(obj, name, own)


@contextmanager
def by_code(cls: Any, name: str, seen: list[Any]) -> Iterator[None]:
    """Rewrite the function's code, so that everybody who has the function is seen."""
    function = _function(_inherited(cls, name))
    with rewritten(function, f"{cls.__name__}.{name}", seen):
        yield


@contextmanager
def rewritten(function: Any, key: str, seen: list[Any]) -> Iterator[None]:
    """Make *function* run other code, which notes the call and then does what it did."""
    code = function.__code__
    _calls[key] = seen
    _originals[key] = types.FunctionType(
        code,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    _originals[key].__kwdefaults__ = function.__kwdefaults__
    function.__code__ = _trampoline(key, code.co_freevars)
    try:
        yield
    finally:
        function.__code__ = code
        del _calls[key], _originals[key]


def pass_on(key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Note a call of rewritten code and make it."""
    _calls[key].append(len(args))
    return _originals[key](*args, **kwargs)


def _trampoline(key: str, free: tuple[str, ...]) -> types.CodeType:
    """Return code that passes its arguments on; it closes over as much as the code did."""
    names = ", ".join(free)
    source = (
        f"def make({names}):\n"
        "    def trampoline(*args, **kwargs):\n"
        f"        if False: ({names}{',' if free else ''})\n"
        f"        seam = __import__('sys').modules[{__name__!r}]\n"
        f"        return seam.pass_on({key!r}, args, kwargs)\n"
        "    return trampoline\n"
    )
    assert sys.modules[__name__].pass_on is pass_on
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    made: types.FunctionType = namespace["make"](*[None] * len(free))
    return made.__code__


def subclass(cls: Any, name: str, seen: list[Any]) -> Any:
    """Return a subclass that overrides the method and calls the base's."""
    raw = _inherited(cls, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(len(args))
        return getattr(super(made, self), name)(*args, **kwargs)

    namespace = {name: _like(raw, method) if not isinstance(raw, staticmethod) else raw}
    made: Any = type(cls.__name__, (cls,), namespace)
    return made


def _inherited(cls: Any, name: str) -> Any:
    return next(vars(base)[name] for base in cls.__mro__ if name in vars(base))


def _function(raw: Any) -> Any:
    return raw.__func__ if isinstance(raw, (staticmethod, classmethod)) else raw


def _like(raw: Any, function: Any) -> Any:
    return type(raw)(function) if isinstance(raw, (staticmethod, classmethod)) else function
