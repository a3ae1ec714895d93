"""Keep cookies between requests, as one browser does for one site."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from .request import Request


class Jar:
    """The cookies that one side of the comparison has set.

    A cookie that is for HTTPS alone is sent over HTTP too: what is asked here is the
    application, not the wire.
    """

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str], str] = {}

    def __bool__(self) -> bool:
        return bool(self._cookies)

    def get(self, name: str) -> str:
        """Return the value of a cookie; empty where there is none."""
        return next((value for (_, key), value in self._cookies.items() if key == name), "")

    def sent_with(self, request: Request) -> Request:
        """Return *request* with the cookies for its path, unless it brings its own."""
        if request.header("Cookie") is not None:
            return request
        path = request.target.partition("?")[0]
        pairs = [
            f"{name}={value}"
            for (scope, name), value in sorted(
                self._cookies.items(), key=lambda item: -len(item[0][0])
            )
            if _covers(scope, path)
        ]
        return request.with_header("Cookie", "; ".join(pairs)) if pairs else request

    def take(self, request: Request, headers: list[tuple[str, str]]) -> None:
        """Keep the cookies that an answer sets, and drop those that it deletes."""
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._set(request, value)

    def _set(self, request: Request, value: str) -> None:
        first, *attributes = value.split(";")
        name, _, content = first.strip().partition("=")
        options = {}
        for attribute in attributes:
            key, _, text = attribute.strip().partition("=")
            options[key.lower()] = text
        scope = options.get("path") or _folder(request.target)
        if _is_over(options):
            self._cookies.pop((scope, name), None)
        else:
            self._cookies[scope, name] = content


def _is_over(options: dict[str, str]) -> bool:
    """Tell whether a cookie with these attributes is one to forget (RFC 6265, 5.3)."""
    age = options.get("max-age", "")
    if age.lstrip("-").isdigit():
        return int(age) <= 0
    try:
        return parsedate_to_datetime(options.get("expires", "")).timestamp() <= time.time()
    except (ValueError, TypeError, OverflowError):
        return False


def _folder(target: str) -> str:
    """Return the path that a cookie without one is for (RFC 6265, 5.1.4)."""
    return target.partition("?")[0].rpartition("/")[0] or "/"


def _covers(scope: str, path: str) -> bool:
    return path == scope or path.startswith(scope if scope.endswith("/") else f"{scope}/")
