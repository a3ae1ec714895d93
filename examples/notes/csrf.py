"""Forms carry a token that another site cannot know.

The JSON API is left out: it is reached by a bearer token, which browsers never send by themselves.
"""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, request, session
from werkzeug.exceptions import BadRequest

FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ForgedRequest(BadRequest):
    """A form came without the token of this session."""

    description = "This form is out of date. Go back, reload the page, and send it again."


def token() -> str:
    """Return the token of this session, making one when there is none."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(16)
    value: str = session[FIELD]
    return value


def _check() -> None:
    if request.method in SAFE_METHODS or request.blueprint == "api" or request.endpoint is None:
        return
    sent = request.form.get(FIELD, "")
    kept = session.get(FIELD, "")
    if not kept or not hmac.compare_digest(sent.encode(), kept.encode()):
        raise ForgedRequest


def init_app(app: Flask) -> None:
    app.before_request(_check)
    app.context_processor(lambda: {FIELD: token})
