"""What other projects' classes do of their own, told apart from what somebody has put there."""

from __future__ import annotations

import typing as t
from types import FunctionType, ModuleType


def as_shipped(cls: type, name: str) -> t.Any:
    """Return what ``getattr(cls, name)`` is where nobody has replaced it yet.

    Tracing agents wrap methods as soon as their module is imported, which may be before ours: what
    is found then is not what was shipped, and must not be stepped over.

    :returns: where it has been replaced, an object that nothing else is.
    :raises AttributeError: the class has no such attribute.
    """
    found = getattr(cls, name)
    return found if is_as_shipped(cls, name) else object()


def function_as_shipped(module: ModuleType, name: str) -> t.Any:
    """Return a module's function; where it has been replaced, an object that nothing else is.

    :raises AttributeError: the module has no such function.
    """
    found = getattr(module, name)
    if type(found) is FunctionType and _is_of(found, module.__name__):
        return found
    return object()


def _is_of(function: FunctionType, module: str) -> bool:
    return "__wrapped__" not in vars(function) and function.__globals__.get("__name__") == module


def is_as_shipped(cls: type, name: str) -> bool:
    """Tell whether the attribute of a class is what the class was defined with.

    A function, also that of a property, has to be of the module of the class; and nothing may wrap
    something else.
    """
    for base in cls.__mro__:
        if name in vars(base):
            found = vars(base)[name]
            # By type(): a proxy, as agents use them, says that it is of the class of a function.
            if type(found) in (staticmethod, classmethod):
                found = found.__func__
            elif issubclass(type(found), property):
                found = found.fget
            if type(found) is FunctionType:
                return _is_of(found, base.__module__)
            return not hasattr(found, "__wrapped__")
    raise AttributeError(f"{cls.__qualname__} has no attribute {name!r}.")
