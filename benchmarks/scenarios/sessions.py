"""The signed cookie session, in the ways that views use it or do not; other cookies."""

from __future__ import annotations

import hashlib
from typing import Any

from benchmarks.peers import bottle_app, falcon_app
from benchmarks.scenario import Exchange

SECRET = "a secret of the benchmarks"
LIFETIME = 200 * 365 * 86400  # the cookie below was signed at a fixed time and must not expire


def signed(value: dict[str, Any], secret: str = SECRET) -> str:
    """Sign *value* as a session cookie of Flask's, always the same bytes."""
    from itsdangerous import TimestampSigner, URLSafeTimedSerializer

    class Clock(TimestampSigner):
        def get_timestamp(self) -> int:
            return 1_760_000_000

    serializer = URLSafeTimedSerializer(
        secret,
        salt="cookie-session",
        signer=Clock,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    )
    cookie = serializer.dumps(value)
    assert isinstance(cookie, str)
    return cookie


CART = {"cart": [3, 14, 15], "name": "Ada", "user_id": 42}
COOKIE = {"Cookie": f"theme=dark; session={signed(CART)}"}


def session_app(flask: Any) -> Any:
    """Return an application that can sign sessions."""
    app = flask.Flask(__name__)
    app.config.update(SECRET_KEY=SECRET, PERMANENT_SESSION_LIFETIME=LIFETIME)
    return app


none = Exchange(
    "session-none",
    "a secret key is set; no cookie comes, no session is used",
    body=b"Hello",
    goal={"flask": 1 / 20},
    python_goal={"flask": 1 / 5},
)

unread = Exchange(
    "session-unread",
    "a session cookie comes, the view does not look at it",
    request_headers=COOKIE,
    body=b"Hello",
    goal={"flask": 1 / 20},
    python_goal={"flask": 1 / 5},
)


@none.family
@unread.family
def _(flask: Any) -> Any:
    app = session_app(flask)

    @app.get("/")
    def view() -> str:
        return "Hello"

    return app


read = Exchange(
    "session-read",
    "the view reads two values of the session",
    request_headers=COOKIE,
    body=b"42 Ada",
    headers={"Vary": "Cookie"},
    goal={"flask": 1 / 5},
    python_goal={"flask": 1.0},
)


@read.family
def _(flask: Any) -> Any:
    app = session_app(flask)
    session = flask.session

    @app.get("/")
    def view() -> str:
        return f"{session['user_id']} {session.get('name')}"

    return app


write = Exchange(
    "session-write",
    "the view reads a value and writes another",
    request_headers=COOKIE,
    body=b"42",
    headers={"Vary": "Cookie", "Set-Cookie": r"session=ey[\w.-]+; HttpOnly; Path=/"},
    volatile=("Set-Cookie",),
    goal={"flask": 1 / 5},
    python_goal={"flask": 1.0},
)


@write.family
def _(flask: Any) -> Any:
    app = session_app(flask)
    session = flask.session

    @app.get("/")
    def view() -> str:
        session["seen"] = session["user_id"]
        return f"{session['seen']}"

    return app


cookies = Exchange(
    "cookies",
    "set_cookie on the response, with a lifetime",
    body=b"ok",
    headers={"Set-Cookie": r"theme=dark;.*Max-Age=3600.*"},
    volatile=("Set-Cookie",),  # Expires is the time of the request and an hour
    goal={"flask": 1 / 12},
    python_goal={"flask": 1 / 5},
)


@cookies.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    make_response = flask.make_response

    @app.get("/")
    def view() -> Any:
        response = make_response("ok")
        response.set_cookie("theme", "dark", max_age=3600, httponly=True, samesite="Lax")
        return response

    return app


@cookies.peer("falcon", note="sends no Expires")
def _() -> Any:
    app = falcon_app()

    class Theme:
        def on_get(self, req: Any, resp: Any) -> None:
            resp.set_cookie(
                "theme",
                "dark",
                max_age=3600,
                path="/",
                secure=False,
                http_only=True,
                same_site="Lax",
            )
            resp.text = "ok"

    app.add_route("/", Theme())
    return app


@cookies.peer("bottle", note="sends no Expires")
def _() -> Any:
    import bottle

    app = bottle_app()
    response = bottle.response

    @app.get("/")
    def view() -> str:
        response.set_cookie("theme", "dark", max_age=3600, path="/", httponly=True, samesite="lax")
        return "ok"

    return app
