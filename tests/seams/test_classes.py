"""What a request reads of the classes of its objects, and may know from the request before."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from flaskfast import Config, Flask, Request, Response, g, kernels, request
from flaskfast.ctx import AppContext, RequestContext, _AppCtxGlobals
from flaskfast.globals import app_ctx, request_ctx


def make(*hooks: Callable[[Any], Any]) -> Flask:
    class Asked(Request):
        pass

    class Sent(Response):
        pass

    class Settings(Config):
        pass

    class Site(Flask):
        config_class = Settings
        request_class = Asked
        response_class = Sent

    app = Site(__name__, static_folder=None)
    for hook in hooks:
        app.after_request(hook)
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/host", "host", lambda: request.host)
    for _ in range(3):
        assert get(app).data == b"index"
    return app


def get(app: Flask, path: str = "/", **options: Any) -> Any:
    return app.test_client().get(path, **options)


def test_attributes_of_a_response_class() -> None:
    app = make()
    response_class: Any = app.response_class
    response_class.default_mimetype = "text/plain"
    assert get(app).mimetype == "text/plain"
    response_class.default_status = 202
    assert get(app).status == "202 ACCEPTED"
    response_class.automatically_set_content_length = False
    sent: list[Any] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_HOST": "localhost"}
    environ |= {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    app(environ, lambda status, headers, exc_info=None: sent.extend(headers))
    assert [name for name, _ in sent] == ["Content-Type"]
    del response_class.default_mimetype, response_class.default_status
    assert (get(app).mimetype, get(app).status) == ("text/html", "200 OK")


def test_a_constructor_is_told_of_status_and_headers() -> None:
    """Also where a view returned no more than text: subclasses look into what they are given."""
    told: list[Any] = []

    class Own(Response):
        def __init__(self, *args: Any, **options: Any) -> None:
            if len(args) == 1:  # The test client's own gives all in their order.
                told.append(options.copy())
                options["headers"] = {"X-Own": "yes", **(options["headers"] or {})}
            super().__init__(*args, **options)

    app = Flask(__name__, static_folder=None)
    app.response_class = Own
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/more", "more", lambda: ("more", 201, {"X-More": "m"}))
    response = get(app)
    assert (response.data, response.headers["X-Own"]) == (b"index", "yes")
    assert get(app, "/more").headers["X-More"] == "m"
    assert told == [
        {"status": None, "headers": None},
        {"status": 201, "headers": {"X-More": "m"}},
    ]


def test_a_constructor_that_is_wrapped_is_told_too() -> None:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/", "index", lambda: "index")
    genuine: Any = Response.__init__
    told: list[Any] = []

    def wrapped(self: Any, *args: Any, **options: Any) -> None:
        told.append((args, options))
        genuine(self, *args, **options)

    assert get(app).data == b"index"
    with mock.patch.object(Response, "__init__", wrapped):
        assert get(app).data == b"index"
    assert get(app).data == b"index"
    assert told[0] == (("index",), {"status": None, "headers": None})


@pytest.mark.parametrize("value", ["text/css", property(lambda self: "text/css")])
def test_attributes_of_a_base(value: Any) -> None:
    """Also where the value is a descriptor, which asks the object."""
    app = make()
    with mock.patch.object(Response, "default_mimetype", value):
        assert get(app).mimetype == "text/css"
        assert get(app).mimetype == "text/css"
    assert get(app).mimetype == "text/html"


def test_attributes_that_a_response_has_itself() -> None:
    app = make()

    class Kept(app.response_class):  # type: ignore[name-defined, misc]
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            made = super().__new__(cls)
            made.default_mimetype = "text/csv"
            return made

    app.response_class = Kept
    assert get(app).mimetype == "text/csv"


def test_calling_a_response() -> None:
    app = make()
    response_class: Any = app.response_class
    called = response_class.__call__

    def call(self: Any, environ: Any, start_response: Any) -> Any:
        self.headers["Called"] = "yes"
        return called(self, environ, start_response)

    for owner in (response_class, Response):
        with mock.patch.object(owner, "__call__", call):
            assert get(app).headers["Called"] == "yes"
        assert "Called" not in get(app).headers


@pytest.mark.parametrize("name", ["close", "iter_encoded"])
def test_what_ends_a_response_that_it_has_itself(name: str) -> None:
    seen: list[str] = []

    def note(response: Any) -> Any:
        step = getattr(response, name)
        setattr(response, name, lambda: seen.append(name) or step())
        return response

    app = make(note)
    seen.clear()
    for times in (1, 2):
        get(app).close()
        assert seen == [name] * times


def test_a_length_that_a_status_has_set() -> None:
    class Measured(Response):
        @property
        def status(self) -> str:
            return super().status  # type: ignore[no-any-return]

        @status.setter
        def status(self, value: Any) -> None:
            Response.status.fset(self, value)  # type: ignore[attr-defined]
            self.headers["Content-Length"] = "99"

    response = Measured("four", "201 MADE")
    assert response.headers.getlist("Content-Length") == ["4"]


@pytest.mark.parametrize("name", ["set_data", "get_app_iter", "get_wsgi_response"])
def test_steps_of_a_response(name: str) -> None:
    app = make()
    seen: list[str] = []
    for owner in (app.response_class, Response):
        step = getattr(owner, name)

        def noted(self: Any, *args: Any, step: Callable[..., Any] = step) -> Any:
            seen.append(name)
            return step(self, *args)

        with mock.patch.object(owner, name, noted):
            get(app)
        assert seen.pop() == name
        get(app)
        assert not seen


def test_steps_that_an_object_has_itself() -> None:
    seen: list[str] = []

    def note(response: Any) -> Any:
        step = response.get_wsgi_response
        response.get_wsgi_response = lambda environ: seen.append("sent") or step(environ)
        return response

    app = make(note)
    seen.clear()
    get(app)
    get(app)
    assert seen == ["sent", "sent"]


@pytest.mark.parametrize("name", ["push", "pop", "match_request"])
def test_steps_of_a_context(name: str) -> None:
    app = make()
    seen: list[str] = []
    step = getattr(RequestContext, name)

    def noted(self: Any, *args: Any) -> Any:
        seen.append(name)
        return step(self, *args)

    with mock.patch.object(RequestContext, name, noted):
        get(app)
    get(app)
    assert seen == [name]


def test_trusted_hosts() -> None:
    app = make()
    request_class: Any = app.request_class
    assert get(app, "/host", base_url="http://other.example").data == b"other.example"
    request_class.trusted_hosts = ["localhost"]
    assert get(app, "/host", base_url="http://other.example").status_code == 400
    assert get(app, "/host").data == b"localhost"
    del request_class.trusted_hosts
    assert get(app, "/host", base_url="http://other.example").data == b"other.example"


def test_settings_that_are_computed() -> None:
    app = make()
    config_class: Any = app.config_class

    def read(self: Any, name: str) -> Any:
        return ["localhost"] if name == "TRUSTED_HOSTS" else dict.__getitem__(self, name)

    config_class.__getitem__ = read
    assert get(app, "/host", base_url="http://other.example").status_code == 400
    del config_class.__getitem__
    assert get(app, "/host", base_url="http://other.example").status_code == 200


def test_json_module() -> None:
    app = make()
    with app.test_request_context():
        assert request.json_module is app.json
    for owner in (app.request_class, Request):
        with mock.patch.object(owner, "json_module", property(lambda self: "own", lambda *_: None)):
            with app.test_request_context():
                assert request.json_module == "own"
        with app.test_request_context():
            assert request.json_module is app.json


def new(kind: type, app: Flask) -> Any:
    """Make an object that nothing else knows."""
    if kind is AppContext:
        return app.app_context()
    if kind is RequestContext:
        return app.test_request_context()
    return Request({}, populate_request=False) if kind is Request else Response("text")


@pytest.mark.parametrize("kind", [AppContext, RequestContext, Request])
def test_what_an_object_has_of_its_own(kind: type) -> None:
    """It is made when it is wanted, and may be kept for longer than the object."""
    made = new(kind, make())
    made.colour = "red"
    assert made.colour == "red"
    own = vars(made)
    gone = weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None
    assert own["colour"] == "red"
    other = new(kind, make())
    other.__dict__ = own
    assert other.colour == "red"


@pytest.mark.parametrize("kind", [AppContext, RequestContext, Request, Response])
def test_an_object_that_names_itself_is_collected(kind: type) -> None:
    """What is told of its end can still ask it for what it has of its own."""
    seen: list[str] = []

    class Last:
        def __init__(self, owner: Any) -> None:
            self.owner = owner

        def __del__(self) -> None:
            seen.append(self.owner.colour)

    made = new(kind, make())
    made.colour = "red"
    made.itself = made
    made.last = Last(made)
    del made
    gc.collect()
    assert seen == ["red"]


def test_nothing_is_made_for_what_nobody_has() -> None:
    """A plain request costs no dicts: its objects have places for what every request sets."""
    if kernels.flavour == "python":
        pytest.skip("objects of Python classes keep their attributes in one place")
    kept: list[Any] = []

    def keep(response: Any) -> Any:
        ctx = request_ctx._get_current_object()  # type: ignore[attr-defined]
        kept[:] = [app_ctx._get_current_object(), ctx, ctx.request, response]  # type: ignore[attr-defined]
        return response

    app = Flask(__name__, static_folder=None)
    app.after_request(keep)
    app.add_url_rule("/", "index", lambda: "index")
    get(app)
    for made in kept:
        known = (
            app.__dict__,
            app.json,
            getattr(made, "environ", None),
            getattr(made, "view_args", 0),
        )
        others = [found for found in gc.get_referents(made) if isinstance(found, dict)]
        assert all(any(found is one for one in known) for found in others), others


def test_what_g_is_made_of() -> None:
    """An app's own class, what is put on the one that is shipped, and a context's own way."""
    app = make()

    class Bag(_AppCtxGlobals):
        kind = "of the class"

        @property
        def user(self) -> str:
            return "always ada"

    with app.app_context():
        g.user = "ben"
        g.kind = "set"
        assert (g.user, g.kind, vars(g._get_current_object())["user"]) == ("ben", "set", "ben")
        with pytest.raises(AttributeError, match="other"):
            g.other
    app.app_ctx_globals_class = Bag
    with app.app_context():
        assert g.kind == "of the class"
        g.user = "ben"
        g.kind = "set"
        assert (g.user, g.kind) == ("always ada", "set")
    del app.app_ctx_globals_class
    seen: list[Any] = []

    def keep(self: Any, name: str, value: Any) -> None:
        seen.append((name, value))

    with app.app_context():
        g.before = 1
        with mock.patch.object(_AppCtxGlobals, "__setattr__", keep):
            g.user = "ada"
        with mock.patch.object(_AppCtxGlobals, "__getattr__", lambda self, name: f"no {name}"):
            assert (g.before, g.user) == (1, "no user")
        with mock.patch.object(_AppCtxGlobals, "before", "shared", create=True):
            assert g.before == 1
        with mock.patch.object(
            _AppCtxGlobals, "before", property(lambda self: "asked"), create=True
        ):
            assert g.before == "asked"
    assert seen == [("user", "ada")]
    with app.app_context(), mock.patch.object(AppContext, "g", property(lambda self: seen)):
        assert g == seen
    with app.app_context() as ctx:
        ctx.g = Bag()  # type: ignore[assignment]
        assert g.user == "always ada"


def test_g_as_an_object() -> None:
    app = make()
    with app.app_context() as ctx:
        assert "user" not in g
        g.user = "ada"
        assert g.get("user") == g.pop("user") == "ada"
        assert not hasattr(g, "user")
        g.user = "ben"
        del g.user
        assert list(g) == []
        assert ctx.g is g._get_current_object()  # type: ignore[attr-defined]
        del ctx.g
        g.colour = "red"
        assert ctx.g.colour == "red"
    with pytest.raises(RuntimeError, match="Working outside of application context"):
        g.user = "nobody"


def test_many_blueprints_by_a_request_of_ones_own_class() -> None:
    class Elsewhere(Request):
        @property
        def blueprints(self) -> list[str]:
            return ["inner", "outer"]

    seen: list[str] = []
    app = Flask(__name__, static_folder=None)
    app.request_class = Elsewhere
    for name in (None, "outer", "inner"):
        app.before_request_funcs[name] = [lambda name=name: seen.append(f"before {name}")]
        app.after_request_funcs[name] = [lambda r, name=name: seen.append(f"after {name}") or r]
        app.teardown_request_funcs[name] = [lambda e, name=name: seen.append(f"end {name}")]
    app.add_url_rule("/", "index", lambda: "index")
    get(app)
    assert seen == [
        *("before None", "before outer", "before inner"),
        *("after inner", "after outer", "after None"),
        *("end inner", "end outer", "end None"),
    ]
