"""Show attributes that a compiled base keeps in its own fields as the attributes they are."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable


class _Attributes(dict[str, t.Any]):
    """What ``vars(obj)`` gives: all attributes, and what is set here is set on the object."""

    __slots__ = ("_fields", "_object", "_rest")

    def __init__(self, obj: object, rest: dict[str, t.Any], fields: Iterable[str]) -> None:
        super().__init__(rest)
        super().update((name, getattr(obj, name)) for name in fields)
        self._object = obj
        self._rest = rest
        self._fields = fields

    def __setitem__(self, name: str, value: t.Any) -> None:
        super().__setitem__(name, value)
        if name in self._fields:
            setattr(self._object, name, value)
        else:
            self._rest[name] = value

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self._rest.pop(name, None)

    def update(self, *args: t.Any, **kwargs: t.Any) -> None:
        for name, value in dict(*args, **kwargs).items():
            self[name] = value

    def setdefault(self, name: str, default: t.Any = None) -> t.Any:
        if name not in self:
            self[name] = default
        return self[name]

    def pop(self, name: str, *default: t.Any) -> t.Any:
        self._rest.pop(name, None)
        return super().pop(name, *default)

    def __reduce_ex__(self, protocol: t.SupportsIndex) -> tuple[t.Any, ...]:
        return dict, (dict(self),)


def all_attributes(base: type, fields: Iterable[str]) -> property:
    """Make the ``__dict__`` of a class some of whose attributes are fields of a compiled base.

    Some copy an object by its ``__dict__``: they get, and may give, the fields as well.

    :param base: a base of the class whose instances have a ``__dict__``.
    :param fields: the attributes that are not in there.
    """
    own = base.__dict__["__dict__"]
    named = frozenset(fields)

    def read(self: t.Any) -> dict[str, t.Any]:
        return _Attributes(self, own.__get__(self), named)

    def replace(self: t.Any, attributes: dict[str, t.Any]) -> None:
        rest = dict(attributes)
        for name in named.intersection(rest):
            setattr(self, name, rest.pop(name))
        own.__set__(self, rest)

    return property(read, replace)
