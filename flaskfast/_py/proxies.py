"""How proxies such as ``request`` reach what they stand for. In this flavour: by Werkzeug."""

from __future__ import annotations

import typing as t
from contextvars import ContextVar


def quicken(proxy: t.Any, variable: ContextVar[t.Any], name: str | None, /) -> None:
    """Let attributes and items of *proxy* be looked up without a Python call.

    The compiled twin does; what it finds, and what it raises, is the same.

    :param proxy: a :class:`werkzeug.local.LocalProxy` of a class of its own.
    :param variable: what holds the context that it looks into.
    :param name: the context's attribute that it stands for, None for the context itself.
    """


def settle(app_context_class: type, globals_class: type, /) -> None:
    """Note what is shipped, once it has all been imported.

    :param app_context_class: ``flaskfast.ctx.AppContext``.
    :param globals_class: what its ``g`` is an instance of.
    """
