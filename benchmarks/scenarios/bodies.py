"""Requests with a body: a form, JSON, uploads."""

from __future__ import annotations

import json
import random
from typing import Any

from benchmarks.peers import bottle_app, falcon_app, plain_headers
from benchmarks.scenario import Exchange

FORM = b"name=Ada+Lovelace&email=ada%40example.org&age=36&city=London&note=caf%C3%A9+at+9"

form = Exchange(
    "form",
    "5 urlencoded fields, two of them read",
    path="/",
    method="POST",
    request_body=FORM,
    request_type="application/x-www-form-urlencoded",
    body="Ada Lovelace café at 9".encode(),
    goal={"flask": 1 / 12},
    python_goal={"flask": 1.0},
)


@form.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    request = flask.request

    @app.post("/")
    def view() -> str:
        return f"{request.form['name']} {request.form['note']}"

    return app


@form.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Form:
        def on_post(self, req: Any, resp: Any) -> None:
            fields = req.get_media()
            resp.text = f"{fields['name']} {fields['note']}"

    app.add_route("/", Form())
    return app


@form.peer("bottle")
def _() -> Any:
    import bottle

    app = bottle_app()
    request = bottle.request

    @app.post("/")
    def view() -> str:
        return f"{request.forms.getunicode('name')} {request.forms.getunicode('note')}"

    return app


@form.peer("bare")
def _() -> Any:
    from urllib.parse import parse_qs

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        fields = parse_qs(content.decode(), keep_blank_values=True)
        body = f"{fields['name'][0]} {fields['note'][0]}".encode()
        start_response("200 OK", plain_headers(body))
        return [body]

    return app


NUMBERS = [number * 7 for number in range(100)]

json_in = Exchange(
    "json-in",
    "request.get_json() of 100 numbers",
    method="POST",
    request_body=json.dumps({"numbers": NUMBERS}).encode(),
    request_type="application/json",
    body=str(sum(NUMBERS)).encode(),
    goal={"flask": 1 / 8},
    python_goal={"flask": 1.0},
)


@json_in.family
def _(flask: Any) -> Any:
    app = flask.Flask(__name__)
    request = flask.request

    @app.post("/")
    def view() -> str:
        return str(sum(request.get_json()["numbers"]))

    return app


@json_in.peer("falcon")
def _() -> Any:
    app = falcon_app()

    class Numbers:
        def on_post(self, req: Any, resp: Any) -> None:
            resp.text = str(sum(req.get_media()["numbers"]))

    app.add_route("/", Numbers())
    return app


@json_in.peer("bottle")
def _() -> Any:
    import bottle

    app = bottle_app()
    request = bottle.request

    @app.post("/")
    def view() -> str:
        return str(sum(request.json["numbers"]))

    return app


@json_in.peer("bare")
def _() -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        content = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        body = str(sum(json.loads(content)["numbers"])).encode()
        start_response("200 OK", plain_headers(body))
        return [body]

    return app


BOUNDARY = "----geckoformboundary7f3a52c1"


def multipart_body(size: int) -> bytes:
    """Return a form with a text field and a file of *size* random bytes."""
    content = random.Random(size).randbytes(size)
    return (
        (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nA file\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="data.bin"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def declare(name: str, size: int, goal: float, calls: int) -> None:
    """Declare an upload of *size* bytes."""
    content = random.Random(size).randbytes(size)
    scenario = Exchange(
        name,
        f"a multipart form with a file of {size:,} bytes, which the view reads",
        method="POST",
        request_body=multipart_body(size),
        request_type=f"multipart/form-data; boundary={BOUNDARY}",
        body=f"A file {size} {content[0]} {content[-1]}".encode(),
        goal={"flask": goal},
        python_goal={"flask": 1.0},
        calls=calls,
    )

    @scenario.family
    def _(flask: Any) -> Any:
        app = flask.Flask(__name__)
        request = flask.request

        @app.post("/")
        def view() -> str:
            data = request.files["file"].read()
            return f"{request.form['title']} {len(data)} {data[0]} {data[-1]}"

        return app

    @scenario.peer("falcon")
    def _() -> Any:
        import falcon.media

        app = falcon_app()
        # Falcon refuses parts over 1 MiB by default.
        handler = falcon.media.MultipartFormHandler()
        handler.parse_options.max_body_part_buffer_size = 2 * size
        app.req_options.media_handlers[falcon.MEDIA_MULTIPART] = handler

        class Upload:
            def on_post(self, req: Any, resp: Any) -> None:
                title, data = "", b""
                for part in req.get_media():
                    if part.name == "title":
                        title = part.get_text()
                    elif part.name == "file":
                        data = part.stream.read()
                resp.text = f"{title} {len(data)} {data[0]} {data[-1]}"

        app.add_route("/", Upload())
        return app

    @scenario.peer("bottle")
    def _() -> Any:
        import bottle

        app = bottle_app()
        request = bottle.request

        @app.post("/")
        def view() -> str:
            data = request.files["file"].file.read()
            return f"{request.forms['title']} {len(data)} {data[0]} {data[-1]}"

        return app


declare("upload-10k", 10_000, 1 / 6, calls=30)
declare("upload-1M", 1_000_000, 1 / 3, calls=5)
