"""What may differ between two visits: clocks, random values that the visitor has seen, salts."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Mapping

from .visitor import Answer

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
#: Everywhere: headers, bodies, databases. Each stands for one shape; another is compared.
_CHANGING = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (rf"{_DAY}, \d\d {_MONTH} \d{{4}} \d\d:\d\d:\d\d GMT", "<date>"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", "<moment>"),
        (r"\b20\d\d-\d\d-\d\d\b", "<day>"),
        (r"\b(scrypt|pbkdf2)(:\w+)+\$\w+\$[0-9a-f]{40,}", "<password>"),
        (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<uuid>"),
    )
)


# A session: what it says is compared, not when it was signed.
_SESSION = re.compile(r"(?<=session=)(\.?[\w-]+)\.[\w-]{6}\.[\w-]{27}")


def _opened(match: re.Match[str]) -> str:
    """Return what a session cookie says, as text."""
    content = match[1].encode()
    data = base64.urlsafe_b64decode(content.lstrip(b".") + b"=" * (-len(content.lstrip(b".")) % 4))
    text = zlib.decompress(data) if content.startswith(b".") else data
    return f"<signed {text.decode()}>"


class Normaliser:
    """Rewrite texts of one visit.

    :param secrets: random values and what to write for them.
    :param own: patterns of one application with what to write for them.
    """

    def __init__(self, secrets: Mapping[str, str], own: Iterable[tuple[str, str]]) -> None:
        self._secrets = sorted(secrets.items(), key=lambda pair: -len(pair[0]))
        self._own = [(re.compile(pattern), name) for pattern, name in own]

    def text(self, value: str) -> str:
        """Return a text as it is to be compared."""
        value = _SESSION.sub(_opened, value)
        for pattern, name in (*self._own, *_CHANGING):
            value = pattern.sub(name, value)
        for secret, name in self._secrets:
            value = value.replace(secret, name)
        return value

    def answer(self, answer: Answer) -> list[str]:
        """Return an answer as lines: the request, the status, the headers, the body."""
        body = self.text(answer.body.decode("latin-1"))
        same_size = len(body) == len(answer.body)
        lines = [self.text(answer.request), answer.status]
        for name, value in answer.headers:
            if name.lower() == "content-length" and not same_size:
                value = "<as it is>" if int(value) == len(answer.body) else f"wrong: {value}"
            elif name.lower() == "allow":
                value = ", ".join(sorted(value.split(", ")))
            lines.append(f"{name}: {self.text(value)}")
        return [*lines, "", *body.split("\n")]
