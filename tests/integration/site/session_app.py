"""Flask-Session: what a visitor has is in Redis, and the cookie has but a name for it."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, flash, get_flashed_messages, request, session
from flask_session import Session
from redis import Redis

app = Flask(__name__)
server = Redis.from_url(os.environ["REDIS"])
app.config.update(
    SESSION_TYPE="redis",
    SESSION_REDIS=server,
    SESSION_COOKIE_SAMESITE="Strict",
    SESSION_KEY_PREFIX="visitor:",
    PERMANENT_SESSION_LIFETIME=600,
)
Session(app)


@app.get("/")
def index() -> str:
    return "nobody asked for a session\n"


@app.post("/login")
def login() -> str:
    session.clear()
    session["name"] = request.form["name"]
    session["basket"] = []
    session.permanent = "remember" in request.form
    app.session_interface.regenerate(session)  # type: ignore[attr-defined]
    flash("welcome")
    return "in\n"


@app.post("/basket/<thing>")
def put(thing: str) -> dict[str, Any]:
    session["basket"].append(thing)
    session.modified = True
    return {"basket": session["basket"]}


@app.get("/me")
def me() -> dict[str, Any]:
    return {
        "name": session.get("name"),
        "basket": session.get("basket"),
        "new": session.new,
        "flashed": get_flashed_messages(),
    }


@app.get("/boom")
def boom() -> None:
    session["basket"].append("kept?")
    session.modified = True
    raise ValueError("boom")


@app.post("/logout")
def logout() -> str:
    session.clear()
    return "out\n"


@app.get("/kept")
def kept() -> dict[str, Any]:
    keys = sorted(key.decode() for key in server.keys("visitor:*"))
    return {"count": len(keys), "expire": [0 < server.ttl(key) <= 600 for key in keys]}
