"""Subclasses of the app that override one method each and pass it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.elsewhere import view

SEAMS = {
    "/items/7": (
        *("__call__", "wsgi_app", "request_context", "app_context", "create_url_adapter"),
        *("full_dispatch_request", "preprocess_request", "dispatch_request", "ensure_sync"),
        *("make_response", "finalize_request", "process_response", "do_teardown_request"),
        *("do_teardown_appcontext", "url_for", "inject_url_defaults", "should_ignore_error"),
    ),
    "/page": ("update_template_context", "select_jinja_autoescape"),
    "/gone": ("handle_http_exception", "trap_http_exception"),
    "/broken": ("handle_user_exception", "log_exception", "handle_exception"),
    "/away": ("redirect",),
    "/nowhere": ("raise_routing_exception",),
}
STATUS = {"/gone": 410, "/broken": 500, "/away": 302, "/nowhere": 404}


def application(flask: Any, base: type[Any]) -> Any:
    """Return an app of that class with a bit of everything."""
    app = base(__name__)
    app.logger.disabled = True

    @app.before_request
    def before() -> None:
        flask.g.user = "ada"

    @app.after_request
    def after(response: Any) -> Any:
        response.headers["X-User"] = flask.g.user
        return response

    @app.get("/items/<int:number>")
    def item(number: int) -> str:
        return f"{flask.g.user} {flask.url_for('item', number=number + 1)}"

    @app.get("/page")
    def page() -> Any:
        return flask.render_template_string("<p>{{ g.user }} {{ name }}</p>", name="<b>")

    @app.get("/gone")
    def gone() -> Any:
        flask.abort(410)

    @app.get("/broken")
    def broken() -> Any:
        raise LookupError("on purpose")

    @app.get("/away")
    def away() -> Any:
        return flask.redirect("/items/7")

    return app


def passing_on(base: type[Any], name: str) -> type[Any]:
    """Return a subclass of *base* that overrides the method *name* and passes it on."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(super(made, self), name)(*args, **kwargs)

    made: type[Any] = type("App", (base,), {name: method})
    return made


def builder(name: str) -> Callable[[Any], Any]:
    """Return what makes an app whose class overrides *name*."""
    return lambda flask: application(flask, passing_on(flask.Flask, name))


for path, names in SEAMS.items():
    for name in names:
        view(
            f"seam-{name.strip('_')}",
            f"Flask.{name}() is overridden",
            path,
            status=STATUS.get(path, 200),
        )(builder(name))

view(
    "seam-make_default_options_response",
    "Flask.make_default_options_response() is overridden",
    "/items/7",
    method="OPTIONS",
)(builder("make_default_options_response"))
