"""Accounts: register, log in, log out, and the token for the JSON API."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlsplit

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from . import store

P = ParamSpec("P")
bp = Blueprint("auth", __name__, url_prefix="/auth")


def login_required(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Send visitors who are not logged in to the log-in page, and back afterwards."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if g.user is None:
            back = request.full_path if request.method == "GET" else url_for("notebook.index")
            return redirect(url_for("auth.login", next=back))
        return view(*args, **kwargs)

    return wrapped


@bp.before_app_request
def load_user() -> None:
    g.user = None
    if request.endpoint == "static" or request.blueprint == "api":
        return
    user_id = session.get("user_id")
    if user_id is not None:
        g.user = store.user_by_id(user_id)


@bp.app_context_processor
def show_user() -> dict[str, object]:
    return {"user": g.get("user")}


@bp.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("auth/register.html")
    name = request.form.get("name", "").strip()
    password = request.form.get("password", "")
    complaint = _complaint(name, password, request.form.get("again", ""))
    if complaint is None:
        try:
            _log_in(store.add_user(name, password))
        except store.NameTaken:
            complaint = f"The name {name} is taken."
        else:
            flash(f"Welcome, {name}. This is your notebook.", "good")
            return redirect(url_for("notebook.index"))
    flash(complaint, "bad")
    return render_template("auth/register.html"), 422


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("auth/login.html")
    user = store.user_by_password(
        request.form.get("name", "").strip(), request.form.get("password", "")
    )
    if user is None:
        flash("Name and password do not belong together.", "bad")
        return render_template("auth/login.html"), 422
    _log_in(user["id"])
    session.permanent = "remember" in request.form
    return redirect(_safe_target(request.args.get("next", "")))


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    session.clear()
    flash("You are logged out.", "good")
    return redirect(url_for("notebook.index"))


@bp.route("/account", methods=["GET", "POST"])
@login_required
def account() -> ResponseReturnValue:
    token = store.new_token(g.user["id"]) if request.method == "POST" else None
    return render_template("auth/account.html", token=token)


def _log_in(user_id: int) -> None:
    # A new session, so that nothing from before the log-in can be used after it.
    session.clear()
    session["user_id"] = user_id


def _complaint(name: str, password: str, again: str) -> str | None:
    if not 2 <= len(name) <= 40 or not name.isprintable():
        return "A name has between 2 and 40 letters."
    if len(password) < 8:
        return "A password has at least 8 characters."
    if password != again:
        return "The two passwords differ."
    return None


def _safe_target(target: str) -> str:
    """Return *target* when it is a path on this site, else the front page."""
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    if local and not parts.scheme and not parts.netloc and target.isprintable():
        return target
    return url_for("notebook.index")
