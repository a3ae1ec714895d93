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
    condition = None
    if not ignore_if_range and "HTTP_RANGE" in environ:
        # Without a Range, If-Range is to be ignored (RFC 9110, 13.1.5).
        condition = parse_if_range_header(environ.get("HTTP_IF_RANGE"))
    unmodified = None
    if etag:
        tag = unquote_etag(etag)[0]
        if condition is not None and condition.etag is not None:
            return condition.etag != tag
        # PERF: conditional. What was not sent is not parsed, nor a date that does not count.
        sent = environ.get("HTTP_IF_NONE_MATCH")
        known = parse_etags(sent) if sent else None
        if known:
            # Weak comparison here, strong comparison below (RFC 9110, 13.1.2 and 13.1.1).
            unmodified = known.contains_weak(tag)
        sent = environ.get("HTTP_IF_MATCH")
        required = parse_etags(sent) if sent else None
        if required:
            unmodified = not required.is_strong(tag)
    if unmodified is None:
        moment = None if condition is None else condition.date
        moment = moment or parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
        unmodified = _is_unmodified_since(last_modified, moment)
    return not unmodified


def _is_unmodified_since(last_modified: datetime | str | None, moment: datetime | None) -> bool:
    if moment is None:
        return False
    if isinstance(last_modified, str):
        last_modified = parse_date(last_modified)
    if last_modified is None:
        return False
    if last_modified.tzinfo is None:
        last_modified = last_modified.replace(tzinfo=timezone.utc)
    return last_modified.replace(microsecond=0) <= moment
