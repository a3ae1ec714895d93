"""JSON that keeps types: what a session cookie holds.

A value that JSON has no form for is written as an object with one member, whose name, the tag,
tells its type: ``(1, 2)`` becomes ``{" t": [1, 2]}``. The tags of `TaggedJSONSerializer` and
their spelling are a wire format, shared with every cookie that is out there.

To keep a further type, write a tag and register it::

    class TagDecimal(JSONTag):
        __slots__ = ()
        key = " dec"

        def check(self, value):
            return isinstance(value, Decimal)

        def to_json(self, value):
            return str(value)

        def to_python(self, value):
            return Decimal(value)

    app.session_interface.serializer.register(TagDecimal)

The tags are asked in order. One for a subclass of a type that has a tag goes in front of that,
with ``index=0``; one for a container gives its items to ``self.serializer.tag``.
"""

from __future__ import annotations

import typing as t
from base64 import b64decode, b64encode
from datetime import datetime
from uuid import UUID

from markupsafe import Markup
from werkzeug.http import http_date, parse_date

from .. import _kernels
from .._kernels import read_json
from ..json import dumps, loads
from .provider import DefaultJSONProvider

dump_tagged = _kernels.sessions.dump_tagged
load_tagged = _kernels.sessions.load_tagged


class JSONTag:
    """How one type is written and read back. Subclass it for a type of your own.

    :param serializer: the serializer that the tag belongs to, for values inside the value.
    """

    __slots__ = ("serializer",)

    #: The tag. A class without one only changes the value, which reads back as what it became.
    key: str = ""

    def __init__(self, serializer: TaggedJSONSerializer) -> None:
        self.serializer = serializer

    def check(self, value: t.Any) -> bool:
        """Tell whether this tag is the one for a value."""
        raise NotImplementedError

    def to_json(self, value: t.Any) -> t.Any:
        """Return the value as something that JSON has a form for, without the tag."""
        raise NotImplementedError

    def to_python(self, value: t.Any) -> t.Any:
        """Return the value that `to_json` was given, from what it returned."""
        raise NotImplementedError

    def tag(self, value: t.Any) -> dict[str, t.Any]:
        """Return the value as JSON together with the tag."""
        return {self.key: self.to_json(value)}


# Methods that several tags share. They must look like any method that is written in the class,
# so ``self`` has no annotation.


def _instance_of(kind: type) -> t.Any:
    """Make the method `JSONTag.check` for a type and its subclasses."""

    def check(self, value: t.Any) -> bool:  # type: ignore[no-untyped-def]
        return isinstance(value, kind)

    return check


def _tag_values(self, value: t.Any) -> t.Any:  # type: ignore[no-untyped-def]
    # The keys are left to JSON, which makes text of them.
    tag = self.serializer.tag
    return {key: tag(item) for key, item in value.items()}


def _tag_items(self, value: t.Any) -> t.Any:  # type: ignore[no-untyped-def]
    return [*map(self.serializer.tag, value)]


class TagDict(JSONTag):
    """A dict that would read like a tagged value, because its only key is a tag.

    On the wire the key gets ``__`` appended.
    """

    __slots__ = ()
    key = " di"

    def check(self, value: t.Any) -> bool:
        if not isinstance(value, dict) or len(value) != 1:
            return False

        (key,) = value
        return key in self.serializer.tags

    def to_json(self, value: t.Any) -> t.Any:
        return {f"{key}__": item for key, item in _tag_values(self, value).items()}

    def to_python(self, value: t.Any) -> t.Any:
        # There is one, unless it was made up.
        for key, item in value.items():
            return {key[: -len("__")]: item}
        return {}


class PassDict(JSONTag):
    """Any other dict: has no tag itself, its values may."""

    __slots__ = ()
    check = _instance_of(dict)
    to_json = tag = _tag_values


class TagTuple(JSONTag):
    """A tuple, as an array. A named tuple comes back as a plain one."""

    __slots__ = ()
    key = " t"
    check = _instance_of(tuple)
    to_json = _tag_items

    def to_python(self, value: t.Any) -> t.Any:
        return tuple(value)


class PassList(JSONTag):
    """A list: has no tag itself, its items may."""

    __slots__ = ()
    check = _instance_of(list)
    to_json = tag = _tag_items


class TagBytes(JSONTag):
    """Bytes, in Base64 (RFC 4648, 4)."""

    __slots__ = ()
    key = " b"
    check = _instance_of(bytes)

    def to_json(self, value: t.Any) -> t.Any:
        return str(b64encode(value), "ascii")

    def to_python(self, value: t.Any) -> t.Any:
        return b64decode(value)


class TagMarkup(JSONTag):
    """Anything that can give itself as HTML. It comes back as `markupsafe.Markup`."""

    __slots__ = ()
    key = " m"

    def check(self, value: t.Any) -> bool:
        return callable(getattr(value, "__html__", None))

    def to_json(self, value: t.Any) -> t.Any:
        return str(value.__html__())

    def to_python(self, value: t.Any) -> t.Any:
        return Markup(value)


class TagUUID(JSONTag):
    """A UUID, as 32 hexadecimal digits."""

    __slots__ = ()
    key = " u"
    check = _instance_of(UUID)

    def to_json(self, value: t.Any) -> t.Any:
        return value.hex

    def to_python(self, value: t.Any) -> t.Any:
        return UUID(value)


class TagDateTime(JSONTag):
    """A moment, as an HTTP date (RFC 9110, 5.6.7): whole seconds, in UTC; naive counts as UTC."""

    __slots__ = ()
    key = " d"
    check = _instance_of(datetime)

    def to_json(self, value: t.Any) -> t.Any:
        return http_date(value)

    def to_python(self, value: t.Any) -> t.Any:
        return parse_date(value)


class TaggedJSONSerializer:
    """Writes compact JSON that reads back as it was, tuples, bytes, markup and others included.

    Fit as the serializer of `itsdangerous.URLSafeTimedSerializer`. ``tags`` (by their key) and
    ``order`` (in which they are asked) may be changed at any time.
    """

    __slots__ = ("tags", "order")  # noqa: RUF023  # the order is Flask's

    #: The tags that a new serializer knows, in the order in which they are asked.
    default_tags: t.ClassVar[list[type[JSONTag]]] = [
        *(TagDict, PassDict, TagTuple, PassList),
        *(TagBytes, TagMarkup, TagUUID, TagDateTime),
    ]

    def __init__(self) -> None:
        self.tags: dict[str, JSONTag] = {}
        self.order: list[JSONTag] = []

        for tag_class in self.default_tags:
            self.register(tag_class)

    def register(
        self, tag_class: type[JSONTag], force: bool = False, index: int | None = None
    ) -> None:
        """Add a tag.

        :param tag_class: is instantiated for this serializer.
        :param force: let the tag replace one with the same key, when reading.
        :param index: where in ``order``; at the end by default. A tag for a special case of
            another must come before it.
        :raises KeyError: there is a tag with this key, and no ``force``.
        """
        tag = tag_class(self)

        if (key := tag.key) and self.tags.setdefault(key, tag) is not tag:
            if not force:
                raise KeyError(
                    f"Tag {key!r} of {tag_class.__name__} is already registered by"
                    f" {type(self.tags[key]).__name__}. Choose another key, or pass force=True."
                )

            self.tags[key] = tag

        self.order.insert(len(self.order) if index is None else index, tag)

    def tag(self, value: t.Any) -> t.Any:
        """Return a value as something that JSON has a form for, tagged where it needs to be."""
        for tag in self.order:
            if tag.check(value):
                return tag.tag(value)

        return value

    def untag(self, value: dict[str, t.Any]) -> t.Any:
        """Return what a dict, whose values are untagged already, stands for."""
        if len(value) == 1:
            for key, item in value.items():
                if (tag := self.tags.get(key)) is not None:
                    return tag.to_python(item)

        return value

    def _untag_scan(self, value: t.Any) -> t.Any:
        """Untag a decoded value from the inside out. Never changes the value itself."""
        if isinstance(value, dict):
            scan = self._untag_scan
            return self.untag(
                {k: scan(v) if isinstance(v, _NESTED) else v for k, v in value.items()}
            )

        if isinstance(value, list):
            scan = self._untag_scan
            return [scan(item) if isinstance(item, _NESTED) else item for item in value]

        return value

    def dumps(self, value: t.Any) -> str:
        """Return a value as compact JSON text, tagged."""
        return dump_tagged(self, value)  # type: ignore[no-any-return]

    def loads(self, value: str) -> t.Any:
        """Return the value that tagged JSON text stands for."""
        return load_tagged(self, value)


_NESTED = (dict, list)

_kernels.sessions.settle_tags(TaggedJSONSerializer, loads, dumps, DefaultJSONProvider, read_json)
