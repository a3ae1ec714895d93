"""Files: static ones of a blueprint, parts of them, conditions, send_file of many things."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from benchmarks.elsewhere import view
from benchmarks.shared import ROOT

FOLDER = ROOT / "benchmarks" / "templates"
NAME = "macros.html"


def with_static(flask: Any) -> Any:
    """Return an app with a blueprint that has the templates as its static folder."""
    app = flask.Flask(__name__)
    b = flask.Blueprint("b", __name__, static_folder=str(FOLDER), url_prefix="/b")
    app.register_blueprint(b)
    return app


PATH = f"/b/templates/{NAME}"
view("static-blueprint", "a static file of a blueprint", PATH)(with_static)
view(
    "static-since",
    "the same, not modified since: 304",
    PATH,
    status=304,
    request_headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
)(with_static)
view(
    "static-range",
    "the same, a part of it: 206",
    PATH,
    status=206,
    request_headers={"Range": "bytes=5-44"},
)(with_static)
view("static-head", "the same, HEAD", PATH, method="HEAD")(with_static)
view("static-missing", "the same, a file that is not there: 404", PATH + "x", status=404)(
    with_static
)


def sending(name: str, what: str, send: Any, **options: Any) -> None:
    """Declare a view that sends a file."""

    @view(name, what, **options)
    def _(flask: Any) -> Any:
        app = flask.Flask(__name__)
        app.add_url_rule("/", "index", lambda: send(flask))
        return app


sending(
    "send-bytes",
    "send_file of a BytesIO with a download_name",
    lambda flask: flask.send_file(
        io.BytesIO(b"a,b\n" * 50), download_name="täble.csv", as_attachment=True
    ),
)
sending("send-path", "send_file of a path", lambda flask: flask.send_file(str(FOLDER / NAME)))
sending(
    "send-pathlib",
    "send_file of a Path with max_age and a mimetype",
    lambda flask: flask.send_file(Path(FOLDER, NAME), mimetype="text/plain", max_age=60),
    volatile=("Date", "Expires"),
)
sending(
    "send-from-directory",
    "send_from_directory as an attachment",
    lambda flask: flask.send_from_directory(FOLDER, NAME, as_attachment=True),
)
sending(
    "send-range",
    "send_file of a BytesIO, three bytes of it: 206",
    lambda flask: flask.send_file(io.BytesIO(b"0123456789" * 20), "text/plain", etag="e"),
    status=206,
    request_headers={"Range": "bytes=2-4"},
)


@view("x-sendfile", "USE_X_SENDFILE")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.config["USE_X_SENDFILE"] = True
    app.add_url_rule("/", "index", lambda: flask.send_file(FOLDER / NAME))
    return app


@view("send-bytes-head", "HEAD of a BytesIO that is sent", method="HEAD")
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    app.add_url_rule("/", "index", lambda: flask.send_file(io.BytesIO(b"abc"), "text/plain"))
    return app
