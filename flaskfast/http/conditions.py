"""Conditions of requests (RFC 9110, 13)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from werkzeug.datastructures import IfRange

from .dates import parse_date
from .etags import generate_etag, parse_etags, unquote_etag

__all__ = ["is_resource_modified", "parse_if_range_header"]


def parse_if_range_header(value: str | None) -> IfRange:
    """Read If-Range (RFC 9110, 13.1.5): a date, or else an entity tag without its weakness."""
    if not value:
        return IfRange()
    date = parse_date(value)
    return IfRange(date=date) if date is not None else IfRange(unquote_etag(value)[0])


def is_resource_modified(
    environ: dict[str, Any],
    etag: str | None = None,
    data: bytes | None = None,
    last_modified: datetime | str | None = None,
    ignore_if_range: bool = True,
) -> bool:
    """Tell whether a client whose request is *environ* needs the resource anew.

    :param etag: the resource's entity tag, quoted or not.
    :param data: its bytes, from which a tag is made where there is none.
    :param last_modified: when it was changed last; a naive datetime is in UTC, less than a second
        does not count. A text that is no date counts as unknown.
    :param ignore_if_range: whether to leave If-Range alone, for a request that gets the whole.
    :raises TypeError: both *etag* and *data* are given.
    """
    if data is not None:
        if etag is not None:
            raise TypeError("Give is_resource_modified() an etag or data, not both.")
        etag = f'"{generate_etag(data)}"'
    condition = IfRange()
    if not ignore_if_range and "HTTP_RANGE" in environ:
        # Without a Range, If-Range is to be ignored (RFC 9110, 13.1.5).
        condition = parse_if_range_header(environ.get("HTTP_IF_RANGE"))
    unmodified = _is_unmodified_since(
        last_modified, condition.date or parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    )
    if etag:
        tag = unquote_etag(etag)[0]
        if condition.etag is not None:
            return condition.etag != tag
        known = parse_etags(environ.get("HTTP_IF_NONE_MATCH"))
        if known:
            # Weak comparison here, strong comparison below (RFC 9110, 13.1.2 and 13.1.1).
            unmodified = known.contains_weak(tag)
        required = parse_etags(environ.get("HTTP_IF_MATCH"))
        if required:
            unmodified = not required.is_strong(tag)
    return not unmodified


def _is_unmodified_since(last_modified: datetime | str | None, moment: datetime | None) -> bool:
    if isinstance(last_modified, str):
        last_modified = parse_date(last_modified)
    if moment is None or last_modified is None:
        return False
    if last_modified.tzinfo is None:
        last_modified = last_modified.replace(tzinfo=timezone.utc)
    return last_modified.replace(microsecond=0) <= moment
