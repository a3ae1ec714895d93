"""Fill in forms: with what the page had in its fields, and with likely values for the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote_plus, urlencode

from .child.views import value_for
from .request import Request

FORM = "application/x-www-form-urlencoded"

_PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_][\w.-]*) *\}\}")
_UNSENT = frozenset({"submit", "button", "image", "reset", "file"})


class Page(HTMLParser):
    """The fields of an HTML page.

    :ivar named: the values of all fields and ``meta`` elements that have a name.
    :ivar posted: the fields of the last form that is sent by POST; None where there is none.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.named: dict[str, str] = {}
        self.posted: dict[str, str] | None = None
        self._form: dict[str, str] | None = None
        self._select = self._textarea = ""
        self.feed(body.decode("utf-8", "replace"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self._form = {} if given.get("method", "").lower() == "post" else None
            self.posted = self._form if self._form is not None else self.posted
        elif tag == "meta" and name:
            self.named[name] = given.get("content", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if self._select not in self.named or "selected" in given:
                self._field(self._select, value)
        elif tag == "textarea":
            self._textarea = name
            self._field(name, "")
        elif tag == "input" and given.get("type", "").lower() not in _UNSENT:
            checkable = given.get("type", "").lower() in ("checkbox", "radio")
            self._field(name, value or "on" if checkable else value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._field(self._textarea, data.removeprefix("\n"))

    def _field(self, name: str, value: str) -> None:
        if name:
            self.named[name] = value
            if self._form is not None:
                self._form[name] = value


def filled_in(request: Request, fields: Mapping[str, str]) -> Request:
    """Put what earlier pages had in their fields where *request* says ``{{name}}``.

    In a form and in a URL the value is percent-encoded. A name that no page had stays as it
    is written.
    """

    def plain(match: re.Match[str]) -> str:
        return fields.get(match[1], match[0])

    def encoded(match: re.Match[str]) -> str:
        return quote_plus(fields[match[1]]) if match[1] in fields else match[0]

    body = request.body
    if b"{{" in body:
        form = (request.header("Content-Type") or "").startswith(FORM)
        text = body.decode("utf-8", "surrogateescape")
        body = _PLACEHOLDER.sub(encoded if form else plain, text).encode("utf-8", "surrogateescape")
    return replace(
        request,
        target=_PLACEHOLDER.sub(encoded, request.target),
        headers=tuple((name, _PLACEHOLDER.sub(plain, text)) for name, text in request.headers),
        body=body,
    )


def sent_as_form(request: Request, fields: Mapping[str, str]) -> Request:
    """Return *request* with the fields of a page's form for its body; empty ones get a value."""
    values = {name: value or value_for(name) for name, value in fields.items()}
    return replace(request, body=urlencode(values).encode("ascii"))
