"""The test client, the environ builder and the runner of commands."""

from __future__ import annotations

import importlib.metadata
import io
import itertools
import random
from unittest import mock

import click
import flask
import pytest
import werkzeug.test
from click.testing import CliRunner
from werkzeug.wrappers import Request

import flaskfast
from flaskfast import g, request, session, testing
from flaskfast.cli import ScriptInfo
from flaskfast.sessions import SessionInterface
from flaskfast.testing import EnvironBuilder, FlaskClient, FlaskCliRunner, _get_werkzeug_version


@pytest.fixture
def app():
    app = flaskfast.Flask(__name__)
    app.config.from_mapping(TESTING=True, SECRET_KEY="secret")

    @app.route("/", methods=["GET", "POST"])
    def index():
        g.value = request.args.get("value")
        return f"{request.method} {request.url} {request.get_data(as_text=True)}"

    @app.route("/from")
    def redirected():
        session["from"] = True
        return flaskfast.redirect("/to")

    @app.route("/to")
    def target():
        session["to"] = True
        return "target"

    @app.route("/session")
    def show_session():
        return dict(session)

    @app.route("/boom")
    def boom():
        raise ZeroDivisionError

    @app.post("/echo")
    def echo():
        return flaskfast.jsonify(request.get_json())

    @app.route("/client")
    def show_client():
        return f"{request.remote_addr} {request.user_agent.string} {request.environ.get('x.y')}"

    return app


@pytest.fixture
def client(app):
    return app.test_client()


# --- Environs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "args", "kwargs", "url"),
    [
        ({}, (), {}, "http://localhost/"),
        ({}, ("/a?b=1",), {}, "http://localhost/a?b=1"),
        ({}, ("https://example.org/a?b=1",), {}, "https://example.org/a?b=1"),
        ({}, ("https://example.org/",), {"url_scheme": "http"}, "https://example.org/"),
        ({}, ("//example.org/a",), {}, "http://example.org/a"),
        ({}, ("/",), {"url_scheme": "https"}, "https://localhost/"),
        ({}, ("/",), {"subdomain": "sub"}, "http://sub.localhost/"),
        ({}, ("/a",), {"base_url": "https://x.org/app"}, "https://x.org/app/a"),
        ({"SERVER_NAME": "x.org:81"}, ("/a",), {"subdomain": "sub"}, "http://sub.x.org:81/a"),
        ({"SERVER_NAME": None}, ("/a",), {}, "http://localhost/a"),
        ({"APPLICATION_ROOT": "/app"}, ("/a",), {}, "http://localhost/app/a"),
        ({"PREFERRED_URL_SCHEME": "https"}, ("/a",), {}, "https://localhost/a"),
        ({"PREFERRED_URL_SCHEME": "https"}, ("/a",), {"url_scheme": "http"}, "http://localhost/a"),
    ],
)
def test_url_of_a_builder(app, config, args, kwargs, url):
    app.config.update(config)
    builder = EnvironBuilder(app, *args, **kwargs)
    assert builder.get_request().url == url
    assert builder.app is app
    assert app.test_request_context(*args, **kwargs).request.url == url
    builder.close()


@pytest.mark.parametrize("other", ["subdomain", "url_scheme"])
def test_base_url_is_not_made_of_anything_else(app, other):
    with pytest.raises(AssertionError, match=r'Cannot pass "subdomain" or "url_scheme"'):
        EnvironBuilder(app, base_url="http://localhost/", **{other: "https"})


def test_builder_takes_what_werkzeugs_takes(app):
    builder = EnvironBuilder(app, "/", None, None, None, "POST", data="x", headers={"A": "1"})
    environ = builder.get_environ()
    assert isinstance(builder, werkzeug.test.EnvironBuilder)
    assert environ["HTTP_A"] == "1"
    assert environ["wsgi.input"].read() == b"x"
    builder.close()


def test_builder_encodes_json_as_the_application_does(app):
    app.json.ensure_ascii = False
    builder = EnvironBuilder(app, method="POST", json={"b": "☃", "a": 1})
    assert builder.get_request().get_data(as_text=True) == '{"a": 1, "b": "☃"}'
    assert builder.content_type == "application/json"
    builder.close()


# --- Requests -----------------------------------------------------------------------------------


def test_client_is_werkzeugs(app, client):
    assert isinstance(client, FlaskClient)
    assert isinstance(client, werkzeug.test.Client)
    assert client.application is app
    assert client.get("/").text == "GET http://localhost/ "
    assert client.post("/", data="x").text == "POST http://localhost/ x"
    assert client.get("/", base_url="https://x.org").text == "GET https://x.org/ "
    assert client.get("/", url_scheme="https").text == "GET https://localhost/ "


def test_request_from_a_builder(app, client):
    builder = EnvironBuilder(app, "/?a=b", method="POST", data="x")
    assert client.open(builder).text == "POST http://localhost/?a=b x"
    assert "REMOTE_ADDR" not in (builder.environ_base or {})
    foreign = werkzeug.test.EnvironBuilder("/client", environ_base={"x.y": 1})
    assert client.open(foreign).text.endswith(" 1")
    assert foreign.environ_base == {"x.y": 1}
    builder.close()
    foreign.close()


def test_request_from_an_environ(client):
    environ = werkzeug.test.create_environ("/client", headers={"User-Agent": "own"})
    client.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert client.open(environ).text == "192.0.2.1 own None"
    assert "REMOTE_ADDR" not in environ


def test_request_from_a_request(client):
    given = Request(werkzeug.test.create_environ("/client"), populate_request=False)
    assert client.open(given).text.startswith("127.0.0.1 Werkzeug/")
    assert "REMOTE_ADDR" not in given.environ


def test_environ_base(client):
    version = importlib.metadata.version("werkzeug")
    assert _get_werkzeug_version() == version
    assert client.get("/client").text == f"127.0.0.1 Werkzeug/{version} None"
    client.environ_base["HTTP_USER_AGENT"] = "test"
    assert client.get("/client").text == "127.0.0.1 test None"
    response = client.get("/client", environ_base={"REMOTE_ADDR": "::1", "x.y": 1})
    assert response.text == "::1 test 1"
    assert "x.y" not in client.environ_base


def test_json_goes_both_ways(client):
    data = {"drink": {"gin": 1, "tonic": True}}
    response = client.post("/echo", json=data)
    assert response.is_json
    assert response.json == data


def test_response_is_decoded_by_the_provider(app, client):
    class Provider(type(app.json)):
        def loads(self, s, **kwargs):
            return ["loaded", super().loads(s, **kwargs)]

    response = client.get("/session")
    app.json = Provider(app)
    assert response.json == {}
    assert client.get("/session").json == ["loaded", {}]


def test_redirects_are_followed(client):
    response = client.get("/from", follow_redirects=True)
    assert response.text == "target"
    assert [entry.status_code for entry in response.history] == [302]


def test_error_is_raised_in_testing_mode(app, client):
    with pytest.raises(ZeroDivisionError):
        client.get("/boom")

    app.testing = False
    assert client.get("/boom").status_code == 500


def test_subclass(app):
    class Client(FlaskClient):
        def __init__(self, *args, token, **kwargs):
            self.token = token
            super().__init__(*args, **kwargs)

        def open(self, *args, **kwargs):
            kwargs.setdefault("headers", {})["User-Agent"] = self.token
            return super().open(*args, **kwargs)

    app.test_client_class = Client
    assert app.test_client(token="me").get("/client").text == "127.0.0.1 me None"


# --- Contexts -----------------------------------------------------------------------------------


def test_contexts_stay_until_the_end_of_the_block(client):
    with client as entered:
        assert entered is client
        client.get("/?value=1")
        assert (g.value, request.args["value"]) == ("1", "1")

    assert not flaskfast.has_request_context()
    assert not flaskfast.has_app_context()


def test_contexts_stay_until_the_next_request(client):
    with client:
        client.get("/?value=1")
        client.get("/to")
        assert request.path == "/to"
        assert not hasattr(g, "value")


def test_contexts_are_those_of_the_last_redirect(client):
    with client:
        client.get("/from", follow_redirects=True)
        assert request.path == "/to"
        assert session == {"from": True, "to": True}


def test_contexts_do_not_stay_without_a_block(client):
    client.get("/?value=1")
    assert not flaskfast.has_request_context()


def test_contexts_of_a_request_that_failed(app, client):
    app.testing = False

    with client:
        assert client.get("/boom").status_code == 500
        assert request.path == "/boom"

    app.testing = True

    with client:
        client.get("/")
        with pytest.raises(ZeroDivisionError):
            client.get("/boom")

        # The request before was let go of when this one began.
        assert not flaskfast.has_request_context()


def test_contexts_inside_of_another(app, client):
    with app.test_request_context("/outer"):
        with client:
            client.get("/to")
            assert request.path == "/to"

        assert request.path == "/outer"


def test_teardown_waits_for_the_end_of_the_block(app, client):
    closed = []
    app.teardown_request(lambda error: closed.append(request.path))

    with client:
        client.get("/to")
        before = len(closed)
        client.get("/")
        assert "/to" in closed[before:]
        before = len(closed)

    assert closed[before:] == ["/"]


def test_block_in_a_block(client):
    with client, pytest.raises(RuntimeError, match="Cannot nest client invocations"):
        with client:
            pass

    with client:
        assert client.get("/").status_code == 200


# --- Sessions -----------------------------------------------------------------------------------


def test_session_is_changed_by_the_test(client):
    with client.session_transaction() as opened:
        assert opened == {}
        opened["user"] = (1, "2")

    with client.session_transaction() as opened:
        assert opened == {"user": (1, "2")}

    assert client.get("/session").json == {"user": [1, "2"]}
    assert not flaskfast.has_request_context()


def test_session_is_seen_by_the_test(client):
    client.get("/to")

    with client.session_transaction() as opened:
        assert opened == {"to": True}
        opened.clear()

    assert client.get("/session").json == {}


def test_session_of_another_host(client):
    with client.session_transaction(base_url="http://x.org/") as opened:
        opened["there"] = True

    assert client.get("/session").json == {}
    assert client.get("/session", base_url="http://x.org/").json == {"there": True}


def test_session_is_left_alone_when_the_block_fails(client):
    with pytest.raises(ZeroDivisionError), client.session_transaction() as opened:
        opened["lost"] = True
        raise ZeroDivisionError

    assert client.get("/session").json == {}


def test_session_leaves_the_current_request_alone(app, client):
    with app.test_request_context("/outer"), client.session_transaction():
        assert request.path == "/outer"


def test_session_needs_cookies(app):
    with pytest.raises(TypeError, match=r"Cookies are disabled\."):
        with app.test_client(use_cookies=False).session_transaction():
            pass


def test_session_needs_a_backend(app, client):
    app.secret_key = None

    with pytest.raises(RuntimeError, match=r"did not open a session.*SECRET_KEY"):
        with client.session_transaction():
            pass


def test_null_session_is_not_saved(app, client):
    class Interface(SessionInterface):
        def open_session(self, app, request):
            return self.make_null_session(app)

        def save_session(self, app, session, response):
            raise AssertionError("saved")

    app.session_interface = Interface()

    with client.session_transaction() as opened:
        assert len(opened) == 0


# --- Commands -----------------------------------------------------------------------------------


@pytest.fixture
def hello(app):
    @app.cli.command("hello")
    @click.argument("name", default="nobody")
    def hello(name):
        click.echo(f"Hello {name} from {flaskfast.current_app.name}")

    return hello


def test_command_of_the_application(app, hello):
    runner = app.test_cli_runner()
    assert isinstance(runner, FlaskCliRunner)
    assert isinstance(runner, CliRunner)
    assert runner.app is app
    assert runner.invoke(args=["hello", "you"]).output == f"Hello you from {__name__}\n"
    assert runner.invoke(args="hello me").output == f"Hello me from {__name__}\n"
    assert runner.invoke(hello, ["her"]).output == f"Hello her from {__name__}\n"
    assert runner.invoke(args=["nonsense"]).exit_code == 2


def test_command_with_another_application(app, hello):
    other = flaskfast.Flask("other")
    info = ScriptInfo(create_app=lambda: other)
    assert app.test_cli_runner().invoke(hello, obj=info).output == "Hello nobody from other\n"


def test_runner_takes_what_clicks_takes(app, hello):
    runner = app.test_cli_runner(env={"SOME_VARIABLE": "1"})
    assert runner.env == {"SOME_VARIABLE": "1"}

    @app.cli.command("fail")
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.invoke(fail, catch_exceptions=False)


# --- environs that are made without a builder


def environs(app, args, kwargs):
    """Return what a builder makes, and what is made without one; streams as what is in them."""
    client = FlaskClient(app)
    base = {"environ_base": client.environ_base} if "environ_base" not in kwargs else {}
    try:
        found = testing._plain_environ(app, args, {**kwargs, **base})
    except TypeError:  # of something that is no JSON
        with pytest.raises(TypeError):
            EnvironBuilder(app, *args, **{**kwargs, **base})
        return None, None
    try:
        builder = EnvironBuilder(app, *args, **{**kwargs, **base})
        expected = builder.get_environ()
        builder.close()
    except Exception as error:
        assert found is None
        return type(error), None
    for environ in (expected, found or {}):
        if "wsgi.input" in environ:
            assert type(environ["wsgi.input"]) is io.BytesIO
            environ["wsgi.input"] = environ["wsgi.input"].read()
    return expected, found


PATHS = (
    *(
        "/",
        "/a",
        "/a/b.c~d-e_f",
        "/a//b",
        "/a/",
        "//host/a",
        "a",
        "",
        "/é",
        "/a%20b",
        "/a b",
        "/a;b",
    ),
    *("/?", "/?a=b", "/a?b=c&d=%20", "/a?b=+", "/a?b?c", "/a#b", "/a?b#c", "http://host/a", "/a:b"),
    *("/.", "/..", "/a\n", "/a?b=é", "/~", "/-?=", None, 7),
)
PLAIN = {
    *("/", "/a", "/a/b.c~d-e_f", "/a//b", "/a/", "/?a=b", "/a?b=+", "/.", "/..", "/~", "/-?="),
}
BODIES = (
    *({}, {"json": {"a": "é", "b": [1]}}, {"json": 0}, {"json": ""}, {"json": None}, {"data": b""}),
    *(
        {"data": b"a\xff"},
        {"data": "é"},
        {"data": ""},
        {"data": {}},
        {"data": {"a": "b", "é": "&=+ "}},
    ),
    *({"data": {"a": 1}}, {"data": {"a": ["b", "c"]}}, {"data": {"a": "!$'()*,/:;?@~%"}}),
    *({"data": {"a": None}}, {"json": 1, "data": b"x"}, {"json": object()}, {"data": [("a", "b")]}),
    {"data": {"a": (io.BytesIO(b"x"), "x.txt")}},
)
OTHERS = (
    *({}, {"method": "POST"}, {"method": "get"}, {"method": None}, {"headers": {"X-A": "b"}}),
    *({"environ_base": {"A": "b", "wsgi.input": 1, "HTTP_HOST": "x"}}, {"environ_base": None}),
    *({"query_string": "a=b"}, {"query_string": {"a": "é&", "b": ""}}, {"query_string": {"a": 1}}),
    *({"query_string": {}}, {"query_string": ""}, {"query_string": {"a": "!$'()*,/:;?@~%"}}),
    *({"headers": {}}, {"headers": {"Host": "x", "a-b": "é", "Cookie": "a=b"}}, {"headers": []}),
    *({"headers": {"A-b": "1", "a-B": "2"}}, {"headers": {"A_b": "1"}}, {"headers": {"A": 1}}),
    *({"headers": {"Content-Type": "text/x"}}, {"headers": {"content-length": "7", "X": "y"}}),
    *({"headers": {"A": "b\nc"}}, {"headers": [("A", "b")]}, {"headers": {"": "b"}}),
    *(
        {"content_type": "text/é; a=b"},
        {"content_type": ""},
        {"content_type": "multipart/form-data"},
    ),
    *(
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "text/x"},
        {"environ_overrides": {"A": "c"}},
    ),
    *(
        {"subdomain": "x"},
        {"url_scheme": "https"},
        {"base_url": "http://x/y"},
        {"auth": ("a", "b")},
    ),
)


@pytest.mark.parametrize("path", PATHS)
def test_environs_are_those_of_a_builder(app, path):
    """Byte for byte, in the same order, for all that a path, a body and other arguments make."""
    made = 0
    for body, others in itertools.product(BODIES, OTHERS):
        expected, found = environs(app, (path,), {**body, **others})
        if found is not None:
            assert [*found.items()] == [*expected.items()]
            made += 1
    assert bool(made) == (path in PLAIN)


@pytest.mark.parametrize(
    "settings",
    [{"SERVER_NAME": "x.test"}, {"APPLICATION_ROOT": "/y"}, {"PREFERRED_URL_SCHEME": "https"}],
)
def test_settings_are_a_builders_business(app, settings):
    app.config.update(settings)
    assert testing._plain_environ(app, ("/",), {}) is None
    host = app.test_request_context("/").request.url
    assert host != "http://localhost/" and app.test_client().get("/").status_code == 200


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (werkzeug.test.EnvironBuilder, "__init__"),
        (werkzeug.test.EnvironBuilder, "get_environ"),
        (werkzeug.test.EnvironBuilder, "get_request"),
        (EnvironBuilder, "__init__"),
        (EnvironBuilder, "json_dumps"),
    ],
)
def test_a_builder_that_is_wrapped_is_called(app, owner, name):
    genuine, seen = getattr(owner, name), []

    def wrapper(*args, **kwargs):
        seen.append(name)
        return genuine(*args, **kwargs)

    with mock.patch.object(owner, name, wrapper):
        assert app.test_client().post("/", json={}).status_code == 200
        assert seen
    del seen[:]
    assert app.test_client().post("/", json={}).status_code == 200
    assert not seen


def keeping_cookies(package):
    app = package.Flask(__name__)
    app.testing = True

    @app.route("/", defaults={"path": ""})
    @app.route("/<path:path>")
    def index(path):
        request = package.request
        answer = package.make_response(request.environ.get("HTTP_COOKIE", "none"))
        for number, (key, options) in enumerate(COOKIES):
            if key in request.args:
                answer.set_cookie(key, f"{number}{path}", **options)
        if "gone" in request.args:
            answer.delete_cookie("plain")
        return answer

    return app


COOKIES = (
    *(("plain", {}), ("deep", {"path": "/deep"}), ("site", {"domain": "a.example"})),
    ("late", {"max_age": 0}),
)
VISITS = (
    *(
        "/",
        "/deep",
        "/deep/x",
        "/deeper",
        "/?plain=1",
        "/deep/y?deep=1&plain=1",
        "/d%65ep",
        "//deep",
    ),
    *("/?gone=1", "/?late=1", "/é?plain=1", "http://a.example/?site=1", "http://b.a.example/deep"),
    *("http://A.EXAMPLE:8000/?plain=1", "https://a.example/deep", "http://xn--nxasmq6b/?plain=1"),
    *(
        "http://a_b/?plain=1",
        "http://127.0.0.1/?plain=1",
        "http://127.0.0.1/deep",
        "/?deep=1&q=%23",
    ),
)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("with_cookies", [True, False])
def test_cookies_are_kept_and_sent_as_by_genuine_flask(seed, with_cookies):
    genuine, ours = (
        keeping_cookies(package).test_client(use_cookies=with_cookies)
        for package in (flask, flaskfast)
    )
    for visit in random.Random(seed).choices(VISITS, k=40):
        mounted = {"base_url": "http://a.example/deep"} if seed == 4 and visit[0] == "/" else {}
        answers = [client.get(visit, **mounted) for client in (genuine, ours)]
        assert answers[0].data == answers[1].data, visit
        assert (genuine._cookies or {}).keys() == (ours._cookies or {}).keys(), visit
    sent = {"HTTP_COOKIE": "own=1"}
    answers = [client.get("/deep", environ_base=sent) for client in (genuine, ours)]
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("name", ["run_wsgi_app", "_add_cookies_to_wsgi"])
def test_a_client_that_is_wrapped_is_called(app, name):
    wrapped = mock.Mock(side_effect=getattr(werkzeug.test.Client, name))
    with mock.patch.object(werkzeug.test.Client, name, lambda *a, **k: wrapped(*a, **k)):
        assert app.test_client().get("/").status_code == 200
    wrapped.assert_called_once()


def test_another_builder_is_called(app):
    class Own(EnvironBuilder):
        server_protocol = "HTTP/9"

    with mock.patch.object(testing, "EnvironBuilder", Own):
        context = app.test_request_context("/")
        assert context.request.environ["SERVER_PROTOCOL"] == "HTTP/9"
    with mock.patch.object(EnvironBuilder, "server_protocol", "HTTP/8"):
        context = app.test_request_context("/")
        assert context.request.environ["SERVER_PROTOCOL"] == "HTTP/8"


def test_the_provider_of_json_is_asked(app):
    app.json.dumps = lambda value, **_: "[7]"
    context = app.test_request_context("/", json={})
    assert context.request.get_data() == b"[7]"
