"""Read requests out of a HAR file, as browsers export them (HTTP Archive 1.2)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode, urlsplit

from .request import Request, Unreadable, make


def parse(text: str, name: str) -> tuple[list[Request], list[str]]:
    """Return the requests of a HAR file, and notes on what was left out.

    A recording also holds requests to other sites; those to the origin of the first page
    are kept. What failed in the browser before it was sent is left out.

    :raises Unreadable: the text is no HAR.
    """
    entries = _entries(text, name)
    requests = []
    for number, entry in enumerate(entries, 1):
        request = _request(entry, f"{name}, entry {number}")
        if request is not None:
            requests.append(request)
    if not requests:
        return [], []
    home = (requests[0].scheme, requests[0].host)
    foreign = Counter(r.host for r in requests if (r.scheme, r.host) != home)
    notes = []
    if foreign:
        hosts = ", ".join(host for host, _ in foreign.most_common(3))
        notes.append(
            f"{sum(foreign.values())} requests of {name} went to other hosts than {home[1]}"
            f" ({hosts}{', ...' if len(foreign) > 3 else ''}) and are left out."
        )
    return [r for r in requests if (r.scheme, r.host) == home], notes


def _entries(text: str, name: str) -> list[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} begins like a HAR file and is no JSON: {error}.") from error
    try:
        entries = document["log"]["entries"]
    except (KeyError, TypeError) as error:
        raise Unreadable(f"{name} is JSON, but no HAR file: it has no log.entries.") from error
    if not isinstance(entries, list):
        raise Unreadable(f"{name} is no HAR file: log.entries is no list.")
    return entries


def _request(entry: Any, source: str) -> Request | None:
    try:
        recorded = entry["request"]
        method, url = str(recorded["method"]), str(recorded["url"])
        headers = [(str(h["name"]), str(h["value"])) for h in recorded.get("headers") or ()]
        body = _body(recorded.get("postData"))
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{source}: this is no request of a HAR file ({error!r}).") from error
    if urlsplit(url).scheme not in ("http", "https"):
        return None  # data:, blob:, ws:, an extension's own
    headers = [(k, v) for k, v in headers if not k.startswith(":")]
    if not any(k.lower() == "cookie" for k, _ in headers) and recorded.get("cookies"):
        pairs = [f"{c['name']}={c['value']}" for c in recorded["cookies"]]
        headers.append(("Cookie", "; ".join(pairs)))
    return make(method, url, headers, body, source)


def _body(posted: Any) -> bytes:
    if not posted:
        return b""
    if posted.get("text"):
        text = str(posted["text"])
        encoding = "latin-1" if posted.get("encoding") == "latin-1" else "utf-8"
        return text.encode(encoding, "surrogatepass")
    fields = [(str(p["name"]), str(p.get("value", ""))) for p in posted.get("params") or ()]
    return urlencode(fields).encode("ascii")
