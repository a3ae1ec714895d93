"""What the scenarios' peers have in common: the labels that Flask puts on an answer."""

from __future__ import annotations

from typing import Any


def falcon_app() -> Any:
    """Return a Falcon application that answers text as Flask labels it."""
    import falcon

    return falcon.App(media_type="text/html; charset=utf-8")


def bottle_app() -> Any:
    """Return a Bottle application that answers text as Flask labels it."""
    import bottle

    bottle.BaseResponse.default_content_type = "text/html; charset=utf-8"
    return bottle.Bottle()


def plain_headers(body: bytes, kind: str = "text/html; charset=utf-8") -> list[tuple[str, str]]:
    """Return the two headers that every answer has."""
    return [("Content-Type", kind), ("Content-Length", str(len(body)))]
