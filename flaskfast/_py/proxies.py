"""How proxies such as ``request`` reach what they stand for: by methods of their class.

They look the context up and hand over to what the proxy stands for. Whatever they cannot do, names
with an underscore and proxies that are not bound among it, is left to Werkzeug's.
"""

from __future__ import annotations

import typing as t
from contextvars import ContextVar
from operator import attrgetter
from threading import local

_read_class: t.Any = vars(object)["__class__"]
_look_up = object.__getattribute__

# What is shipped of `g`.
_globals_class: t.Any = None
_set_global: t.Any = None


class _Failures(local):
    """The error of an attribute that is not there, on its way to who asked for it."""

    error: AttributeError | None = None


_failures = _Failures()


def quicken(proxy: t.Any, variable: ContextVar[t.Any], name: str | None, /) -> None:
    """Let attributes and items of *proxy* be looked up in one step.

    What it finds, and what it raises, is what Werkzeug's ways of doing so do.

    :param proxy: a :class:`werkzeug.local.LocalProxy` of a class of its own.
    :param variable: what holds the context that it looks into.
    :param name: the context's attribute that it stands for, None for the context itself.
    """
    made = _class_for(type(proxy), variable.get, _itself if name is None else attrgetter(name))
    # The class that a proxy tells of is another's.
    _read_class.__set__(proxy, made)


def settle(app_context_class: type, globals_class: type, /) -> None:
    """Note what is shipped, once it has all been imported.

    :param app_context_class: ``flaskfast.ctx.AppContext``.
    :param globals_class: what its ``g`` is an instance of.
    """
    global _globals_class, _set_global
    _globals_class = globals_class
    _set_global = globals_class.__setattr__


def _itself(context: t.Any) -> t.Any:
    return context


def _class_for(base: t.Any, get: t.Any, target_of: t.Any) -> type:
    """Make the class of one proxy.

    :param get: returns the context, or what it is given.
    :param target_of: returns what the proxy stands for, given the context.
    """

    class Quick(base):  # type: ignore[misc]
        __slots__ = ()

        def __getattribute__(self, name: str) -> t.Any:
            # PERF: inside-request. What is not below "a" does not begin with an underscore.
            if name >= "a" or name[:1] != "_":
                context = get(None)
                if context is not None:
                    try:
                        return getattr(target_of(context), name)
                    except AttributeError as error:
                        _failures.error = error
                        raise
            return _look_up(self, name)

        def __getattr__(self, name: str) -> t.Any:
            # Python asks here for what the other has failed to find.
            error, _failures.error = _failures.error, None
            if error is None or name[:1] == "_" or get(None) is None:
                return getattr(self._get_current_object(), name)
            try:
                raise error
            finally:
                del error

        def __setattr__(self, name: str, value: t.Any) -> None:
            context = get(None)
            target = self._get_current_object() if context is None else target_of(context)
            if type(target) is _globals_class and _globals_class.__setattr__ is _set_global:
                # PERF: hooks.
                target.__dict__[name] = value
            else:
                setattr(target, name, value)

        def __getitem__(self, key: t.Any) -> t.Any:
            context = get(None)
            return (self._get_current_object() if context is None else target_of(context))[key]

        def __setitem__(self, key: t.Any, value: t.Any) -> None:
            context = get(None)
            target = self._get_current_object() if context is None else target_of(context)
            target[key] = value

        def __contains__(self, key: t.Any) -> bool:
            context = get(None)
            return key in (self._get_current_object() if context is None else target_of(context))

    # As it is shown.
    Quick.__name__, Quick.__qualname__ = base.__name__, base.__qualname__
    Quick.__module__ = base.__module__
    return Quick
