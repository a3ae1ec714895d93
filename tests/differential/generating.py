"""Draw plans from a seed.

Hypothesis's own strategies take a hundred times as long here as playing the plan does, so a
plain random generator draws; ``reducing.py`` makes small what shows a difference.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from . import pools
from .plan import Answer, Blueprint, Exchange, Handler, Hook, Part, Plan, Step, Steps, View

T = TypeVar("T")


def draw_plan(seed: int) -> Plan:
    """Return the plan of a seed."""
    return _Drawing(seed).plan()


class _Drawing:
    """Draws the pieces of one plan."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        #: Whether answers may be streams. What they tear down then raises nothing: flaskfast
        #: does that later than Flask does.
        self._streams = self._chance(0.25)
        #: How likely a step is one that raises.
        self._trouble = self.one([0.0, 0.05, 0.25])

    # -- chance

    def one(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        return self._random.choice(choices)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _some(self, draw: Callable[[], T], most: int, least: int = 0) -> tuple[T, ...]:
        return tuple(draw() for _ in range(self._random.randint(least, most)))

    def _maybe(self, choices: Sequence[Any], otherwise: Any = None, chance: float = 0.2) -> Any:
        return self.one(choices) if self._chance(chance) else otherwise

    # -- the whole

    def plan(self) -> Plan:
        """Draw a plan."""
        app = Part(**self._part(depth=2))
        known = _paths(app)
        settings = {"SECRET_KEY": pools.KEYS[0]}
        settings.update(self._some(lambda: self.one(pools.SETTINGS), 3))
        classes = dict(self._some(lambda: self.one(pools.CLASSES), 2)) if self._chance(0.6) else {}
        if self._streams and classes.get("session") == "broken_open":
            # Flask pushes the context again for a stream, and so tries to open it again.
            del classes["session"]
        return Plan(
            app=app,
            exchanges=self._some(lambda: self._exchange(known), 6, 1),
            settings=tuple(settings.items()),
            arguments=self._maybe(pools.ARGUMENTS, ()),
            classes=tuple(classes.items()),
            seams=self._seams() if self._chance(0.2) else (),
            signals=self._signals() if self._chance(0.3) else (),
            map_options=self._maybe(pools.MAP_OPTIONS, ()),
            outside=self._steps(0, quiet=True),
        )

    def _seams(self) -> tuple[str, ...]:
        seams = self._random.sample(pools.SEAMS, 8)
        # It is asked for each function, also when that is torn down.
        return tuple(seam for seam in seams if not (self._streams and seam == "ensure_sync"))

    def _part(self, depth: int) -> dict[str, Any]:
        most = (2, 3, 6)[depth]
        endpoints = self._random.sample(pools.ENDPOINTS, most)
        views = [self._view(endpoints[i]) for i in range(self._random.randint(1, most))]
        names = self._random.sample(pools.NAMES[depth], self._random.randint(0, depth))
        return {
            "views": tuple(views),
            "hooks": self._some(self._hook, most),
            "handlers": self._some(self._handler, 2),
            "parts": tuple(self._blueprint(name, depth - 1) for name in names),
        }

    def _blueprint(self, name: str, depth: int) -> Blueprint:
        return Blueprint(
            **self._part(depth),
            name=name,
            arguments=self.one(pools.PREFIXES) + self._maybe(pools.BLUEPRINT_ARGUMENTS, ()),
            registered=self._maybe(pools.PREFIXES, ()) + self._maybe(pools.REGISTRATIONS, ()),
        )

    # -- views, hooks and handlers

    def _view(self, endpoint: str) -> View:
        if self._chance(0.02):
            endpoint = pools.ENDPOINTS[0]
        return View(
            rule=self.one(pools.RULES),
            endpoint=endpoint,
            style=self._maybe(pools.STYLES, "function", 0.3),
            methods=self._maybe(pools.METHODS),
            options=self._maybe(pools.RULE_OPTIONS, ()),
            steps=self._steps(1),
            answer=self._answer(),
        )

    def _hook(self) -> Hook:
        kind = self.one(pools.HOOKS)
        if "template" in kind or kind == "url_build_error":
            return Hook(kind, answer=self.one([None, ("url", "/built"), ("raise",)]))
        quiet = "context" in kind
        # A teardown function that makes a context would be called by that again.
        steps = self._steps(0 if quiet or kind.startswith("teardown") else 1, quiet=quiet)
        if "processor" in kind:
            steps = _without_calls(steps)
        if self._streams and kind.startswith("teardown"):
            # What it does happens later than in Flask: it may only look.
            steps = tuple(step for step in steps if step[0] == "see")
        may_be_async = not kind.startswith(("url", "app_url", "context", "app_context"))
        return Hook(
            kind,
            steps=steps,
            answer=self._answer() if kind.startswith("before") and self._chance(0.1) else None,
            tweaks=self._tweaks() if kind.startswith("after") else (),
            is_async=may_be_async and self._chance(0.05),
        )

    def _handler(self) -> Handler:
        return Handler(
            self.one(pools.HANDLED),
            steps=self._steps(1),
            answer=self.one([("same",), ("raise",), *[self._answer() for _ in range(4)]]),
            for_app=self._chance(0.2),
        )

    def _signals(self) -> tuple[tuple[str, Steps], ...]:
        # One receiver each: the order of several is not defined.
        return tuple((name, self._receiver(name)) for name in self._random.sample(pools.SIGNALS, 3))

    def _receiver(self, name: str) -> Steps:
        # A receiver that fails in push or pop breaks genuine Flask: see test_particular.py.
        quiet = name.startswith("appcontext") or name == "request_tearing_down"
        steps = self._steps(0, quiet=quiet)
        return tuple(s for s in steps if s[0] == "see") if quiet else _without_calls(steps)

    # -- steps

    def _steps(self, depth: int, *, quiet: bool = False) -> Steps:
        return self._some(lambda: self._step(depth, quiet), 3)

    def _step(self, depth: int, quiet: bool) -> Step:
        if not quiet and self._chance(self._trouble):
            return self.one(pools.TROUBLE)
        if self._chance(0.45):
            return self._look()
        if depth and not self._streams and self._chance(0.15):
            return self._nesting_step(depth - 1, quiet)
        return self.one(pools.QUIET_STEPS if quiet or self._chance(0.3) else pools.STEPS)

    def _look(self) -> Step:
        probe = self.one(pools.PROBES)
        if self._streams and probe == "own_environ":
            # Once it is torn down, a request is no longer named by its environ.
            probe = "path"
        return ("see", probe)

    def _nesting_step(self, depth: int, quiet: bool) -> Step:
        inside = self._steps(depth, quiet=quiet)
        kinds: list[Step] = [
            ("app_context", inside),
            ("request_context", self.one(["/", "/a", "/nowhere"]), inside),
            ("by_hand", self.one(["/", "/a", "/nowhere"]), inside),
        ]
        if not quiet:
            kinds += [
                ("copied", inside),
                ("inner", self.one(["/", "/b/one", "/nowhere"])),
                ("after_this", inside, self._tweaks()),
            ]
        return self.one(kinds)

    def _tweaks(self) -> Steps:
        tweaks = self._some(lambda: self.one(pools.TWEAKS), 3)
        if self._chance(self._trouble / 2):
            tweaks += (self.one(pools.TWEAK_TROUBLE),)
        return (*tweaks, ("see",)) if self._chance(0.7) else tweaks

    # -- answers

    def _answer(self) -> Answer:
        body = self._body()
        if self._chance(0.7):
            return body
        parts: list[Answer] = [
            ("tuple", body, self.one(pools.STATUSES)),
            ("tuple", body, self.one(pools.HEADERS)),
            ("tuple", body, self.one(pools.STATUSES), self.one(pools.HEADERS)),
            ("made", body, self.one(pools.STATUSES)),
            ("made", body),
        ]
        return self.one([*parts, ("bad_tuple", self.one([1, 4]))])

    def _body(self) -> Answer:
        look = tuple(self._look() for _ in range(self._random.randint(0, 2)))
        if self._streams and self._chance(0.4):
            pieces = self.one(pools.PIECES)
            kinds: list[Answer] = [
                ("stream", pieces, look, self._chance(0.5)),
                ("stream_template", self.one(pools.SOURCES)),
            ]
            return self.one(kinds)
        if self._chance(0.3):
            return ("text", self.one(pools.TEXTS))
        if self._chance(0.1):
            return ("generator", self.one(pools.PIECES), look)
        if self._chance(0.2):
            return (
                "response",
                self.one(pools.TEXTS),
                self._maybe(pools.STATUSES),
                self._maybe(pools.HEADERS),
                self.one(pools.RESPONSE_OPTIONS),
            )
        return self.one(pools.BODIES)

    # -- requests

    def _exchange(self, known: list[tuple[str, View]]) -> Exchange:
        path, view = self.one(known)
        if self._chance(0.3):
            path = self.one(_CHANGES)(path)
        if self._chance(0.05):
            path = self.one(pools.STATIC)
        ways = ["wsgi"] * 6 + ["client"]
        if not self._streams:
            # Each of these tears down more than once: it could not be told which a stream put off.
            ways += ["with", "with", "follow", "transaction"]
        way = self.one(ways)
        if way != "wsgi":
            path = "/" + path.lstrip("/")
        headers: tuple[tuple[str, str], ...] = ()
        if self._chance(0.3):
            headers = self._some(lambda: self.one(pools.REQUEST_HEADERS), 2)
        body, content_type = self._maybe(pools.REQUEST_BODIES, (b"", None), 0.4)
        if content_type is not None:
            headers += (("Content-Type", content_type),)
        methods = [method.upper() for method in view.methods or ("GET",)]
        return Exchange(
            path=path,
            method=self.one(methods * 4 + ["GET", "HEAD", "OPTIONS", "POST", "POST", "get", "X"]),
            headers=headers,
            body=body,
            query=self._maybe(pools.QUERIES, ""),
            host=self._maybe(pools.HOSTS, "localhost", 0.3),
            scheme=self._maybe(["https"], "http"),
            prefix=self._maybe(["/mount", "/m/é/"], "", 0.1),
            way=way,
            session=self._maybe(pools.SESSIONS, None, 0.3),
            pieces=self._maybe([1], None) if way == "wsgi" else None,
            inside=self._steps(1) if way == "with" and not self._streams else (),
        )


_CHANGES: tuple[Callable[[str], str], ...] = (
    lambda path: path + "/",
    lambda path: path.rstrip("/"),
    lambda path: path.replace("/", "//", 2),
    lambda path: "/nowhere" + path,
    lambda path: path + "-",
    lambda path: path.lstrip("/"),
)


def _without_calls(steps: Steps) -> Steps:
    """Return the steps that cannot come back to the function that performs them."""
    return tuple(step for step in steps if step[0] not in ("render", "page", "flash", "url_for"))


def _paths(part: Part, prefix: str = "") -> list[tuple[str, View]]:
    """Return a path for each view of the app, prefixes included."""
    found = [(prefix + pools.PATHS[view.rule], view) for view in part.views]
    for inner in part.parts:
        own = dict((*inner.arguments, *inner.registered)).get("url_prefix") or ""
        below = f"{prefix.rstrip('/')}/{own.strip('/')}".rstrip("/").replace("<lang>", "de")
        found += _paths(inner, below)
    return found
