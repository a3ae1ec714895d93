"""What debug mode explains: lost uploads, lost form data, templates found elsewhere."""

from __future__ import annotations

import copy
import gc
import io
import logging
import weakref
from contextlib import ExitStack

import pytest
from jinja2 import BaseLoader, DictLoader, TemplateNotFound
from werkzeug.routing import RequestRedirect

import flaskfast
from flaskfast.debughelpers import (
    DebugFilesKeyError,
    FormDataRoutingRedirect,
    UnexpectedUnicodeError,
    _dump_loader_info,
    attach_enctype_error_multidict,
)
from flaskfast.testing import EnvironBuilder


@pytest.fixture
def app():
    app = flaskfast.Flask("debugged")
    app.debug = True
    return app


# --- Uploads ------------------------------------------------------------------------------------


@pytest.fixture
def post(app):
    """Make the request that is current, a POST of the given data."""
    with ExitStack() as stack:

        def post(**data):
            context = app.test_request_context("/", method="POST", data=data)
            return stack.enter_context(context).request

        yield post


def missing(files, key):
    """Return the exception that asking for a file raises."""
    with pytest.raises(KeyError) as info:
        files[key]

    return info.value


def test_file_that_came_as_a_field(post):
    request = post(photo=["a.png", "b.png"], name="me")
    error = missing(request.files, "photo")
    assert isinstance(error, DebugFilesKeyError)
    assert isinstance(error, AssertionError)
    message = str(error)
    assert "'photo'" in message
    assert "'application/x-www-form-urlencoded'" in message
    assert 'enctype="multipart/form-data"' in message
    assert message.endswith("This was submitted: 'a.png', 'b.png'")


def test_file_that_did_not_come_at_all(post):
    request = post(name="me")
    assert not isinstance(missing(request.files, "photo"), DebugFilesKeyError)
    assert request.files.get("photo") is None


def test_multipart_request_is_not_explained(post):
    request = post(photo=(io.BytesIO(b"data"), "a.png"), name="me")
    assert request.files["photo"].read() == b"data"
    assert not isinstance(missing(request.files, "name"), DebugFilesKeyError)


def test_nothing_is_explained_outside_of_debug_mode(app, post):
    app.debug = False
    assert not isinstance(missing(post(photo="a.png").files, "photo"), DebugFilesKeyError)


def test_explanation_reaches_the_developer(app):
    @app.post("/")
    def index():
        return flaskfast.request.files["photo"].filename

    with pytest.raises(DebugFilesKeyError, match=r"This was submitted: 'a\.png'"):
        app.test_client().post("/", data={"photo": "a.png"})


def test_files_keep_the_look_of_their_class(app, post):
    app.debug = False
    request = post(photo="a.png")
    base = type(request.files)
    attach_enctype_error_multidict(request)
    explaining = type(request.files)
    assert explaining is not base
    assert issubclass(explaining, base)
    assert (explaining.__name__, explaining.__module__) == (base.__name__, base.__module__)
    assert isinstance(missing(request.files, "photo"), DebugFilesKeyError)


def test_copy_of_files_is_not_explained(post):
    duplicate = copy.deepcopy(post(photo="a.png").files)
    assert not isinstance(missing(duplicate, "photo"), DebugFilesKeyError)


def test_explanation_does_not_keep_the_request_alive(app):
    builder = EnvironBuilder(app, method="POST", data={"photo": "a.png"})
    request = app.request_class(builder.get_environ(), populate_request=False)
    files, reference = request.files, weakref.ref(request)
    attach_enctype_error_multidict(request)
    assert isinstance(missing(files, "photo"), DebugFilesKeyError)
    del request
    gc.collect()
    assert reference() is None
    assert not isinstance(missing(files, "photo"), DebugFilesKeyError)


# --- Redirects ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debug", "method", "code", "explained"),
    [
        (True, "POST", 302, True),
        (True, "POST", 308, False),
        (True, "POST", 307, False),
        (True, "GET", 302, False),
        (True, "HEAD", 302, False),
        (False, "POST", 302, False),
    ],
)
def test_redirect_that_would_lose_form_data(app, monkeypatch, debug, method, code, explained):
    app.debug = debug
    app.testing = True
    app.add_url_rule("/user/", view_func=lambda: "", endpoint="user", methods=["GET", "POST"])
    monkeypatch.setattr(RequestRedirect, "code", code)
    client = app.test_client()

    if explained:
        with pytest.raises(FormDataRoutingRedirect, match="'http://localhost/user/\\?a=1'"):
            client.open("/user?a=1", method=method)
    else:
        assert client.open("/user?a=1", method=method).status_code == code


def redirect_error(app, url, new_url):
    request = app.test_request_context(url, method="POST").request
    request.routing_exception = RequestRedirect(new_url)
    return FormDataRoutingRedirect(request)


def test_redirect_is_described(app):
    error = redirect_error(app, "/user?a=1", "http://localhost/user/?a=1")
    message = str(error)
    assert isinstance(error, AssertionError)
    assert "POST request to 'http://localhost/user?a=1'" in message
    assert "canonical URL 'http://localhost/user/?a=1'" in message
    assert "ends in a slash" in message
    assert "debug mode only" in message


def test_redirect_for_another_reason(app):
    message = str(redirect_error(app, "/user", "http://localhost/people"))
    assert "canonical URL 'http://localhost/people'" in message
    assert "ends in a slash" not in message


# --- Templates ----------------------------------------------------------------------------------


class Records(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture
def explained(app):
    """Messages about templates, of an application with two places to look in."""
    app.config["EXPLAIN_TEMPLATE_LOADING"] = True
    app.jinja_loader = DictLoader({"both": "app", "one": "app"})
    blueprint = flaskfast.Blueprint("admin", "some.admin", template_folder="templates")
    blueprint.jinja_loader = DictLoader({"both": "blueprint"})

    @app.route("/<name>", endpoint="of_app")
    @blueprint.route("/admin/<name>")
    def show(name):
        return flaskfast.render_template(name)

    app.register_blueprint(blueprint)
    handler = Records()
    app.logger.addHandler(handler)
    app.logger.setLevel(logging.INFO)
    client = app.test_client()

    def ask(path):
        handler.records.clear()

        try:
            text = client.get(path).text
        except TemplateNotFound as e:
            text = e

        (record,) = handler.records
        assert record.levelno == logging.INFO
        return text, record.getMessage().splitlines()

    yield ask
    app.logger.removeHandler(handler)


def test_template_that_is_found(explained):
    text, lines = explained("/admin/one")
    assert text == "app"
    assert lines == [
        "Locating template 'one':",
        "    1: trying loader of application 'debugged'",
        "       class: jinja2.loaders.DictLoader",
        "       -> found ('<string>')",
        "    2: trying loader of blueprint 'admin' (some.admin)",
        "       class: jinja2.loaders.DictLoader",
        "       -> no match",
    ]


def test_template_that_is_found_twice(explained):
    text, lines = explained("/both")
    assert text == "app"
    assert lines[-1].startswith("Warning: more than one loader")


def test_template_that_is_nowhere(explained):
    error, lines = explained("/missing")
    assert isinstance(error, TemplateNotFound)
    assert lines[-1] == "Error: the template could not be found."
    error, lines = explained("/admin/missing")
    assert "belongs to the blueprint 'admin'" in lines[-3]
    assert "See https://flask.palletsprojects.com/blueprints/#templates" in lines[-1]


def test_template_outside_of_a_request(app):
    app.config["EXPLAIN_TEMPLATE_LOADING"] = True
    app.jinja_loader = DictLoader({})
    handler = Records()
    app.logger.addHandler(handler)

    with app.app_context(), pytest.raises(TemplateNotFound):
        flaskfast.render_template("missing")

    app.logger.removeHandler(handler)
    assert handler.records[-1].getMessage().endswith("Error: the template could not be found.")


def test_loader_is_described():
    class Loader(BaseLoader):
        def __init__(self):
            self.searchpath = ["/a", "/b"]
            self.encoding = "utf-8"
            self.follow = False
            self.limit = 1.5
            self._private = "x"
            self.mapping = {"x": "y"}
            self.mixed = ["x", 1]
            self.nothing = None
            self.empty = ()

    assert [*_dump_loader_info(Loader())] == [
        f"class: {__name__}.Loader",
        "empty:",
        "encoding: 'utf-8'",
        "follow: False",
        "limit: 1.5",
        "searchpath:",
        "  - /a",
        "  - /b",
    ]


def test_unexpected_unicode():
    assert issubclass(UnexpectedUnicodeError, AssertionError)
    assert issubclass(UnexpectedUnicodeError, UnicodeError)
    assert str(UnexpectedUnicodeError("text")) == "text"
