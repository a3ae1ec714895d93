"""Many rules: the asked one is in the middle of a hundred, a thousand, ten thousand."""

from __future__ import annotations

from typing import Any

from benchmarks.peers import bottle_app, falcon_app, plain_headers
from benchmarks.scenario import Exchange
from benchmarks.shared import worker


def declare(count: int) -> Exchange:
    """Declare the scenario with *count* rules ``/resource<n>/<int:uid>/edit``."""
    scenario = Exchange(
        f"routes-{count}",
        f"a rule with an int, in the middle of {count:,}",
        path=f"/resource{count // 2}/1234/edit",
        body=f"{count // 2} 1234".encode(),
        goal={"falcon": 0.5} if count >= 1000 else {"falcon": 1.0},
        python_goal={"flask": 1.0},
    )

    @scenario.family
    def _(flask: Any) -> Any:
        app = flask.Flask(__name__)

        def make(number: int) -> Any:
            def view(uid: int) -> str:
                return f"{number} {uid:d}"

            return view

        for number in range(count):
            app.add_url_rule(
                f"/resource{number}/<int:uid>/edit", f"edit{number}", make(number), methods=["GET"]
            )
        return app

    @scenario.peer("falcon")
    def _() -> Any:
        app = falcon_app()

        class Edit:
            def __init__(self, number: int) -> None:
                self.number = number

            def on_get(self, req: Any, resp: Any, uid: int) -> None:
                resp.text = f"{self.number} {uid:d}"

        for number in range(count):
            # The router is compiled once, not for every rule.
            app.add_route(f"/resource{number}/{{uid:int}}/edit", Edit(number), compile=False)
        return app

    @scenario.peer("bottle")
    def _() -> Any:
        if count > 2000:
            raise worker.Absent("Bottle's time to register rules is quadratic: minutes for these")
        app = bottle_app()

        def make(number: int) -> Any:
            def view(uid: int) -> str:
                return f"{number} {uid:d}"

            return view

        for number in range(count):
            app.route(f"/resource{number}/<uid:int>/edit", "GET", make(number))
        return app

    @scenario.peer("bare", note="splits the path and knows one rule")
    def _() -> Any:
        def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            _, resource, uid, _ = environ["PATH_INFO"].split("/")
            body = f"{resource[8:]} {int(uid):d}".encode()
            start_response("200 OK", plain_headers(body))
            return [body]

        return app

    return scenario


declare(100)
declare(1000)
declare(10_000)
