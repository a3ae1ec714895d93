"""Views written as classes."""

from __future__ import annotations

import functools
import inspect
from unittest import mock

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

import flaskfast
from flaskfast.views import MethodView, View, http_method_funcs


@pytest.fixture
def app():
    return flaskfast.Flask(__name__)


def add(app, view, rule="/", name="index", **kwargs):
    app.add_url_rule(rule, view_func=view.as_view(name), **kwargs)
    return app.test_client()


class Hello(View):
    """Say hello."""

    def __init__(self, greeting="Hello", *, mark="!"):
        self.greeting, self.mark = greeting, mark

    def dispatch_request(self, name):
        return f"{self.greeting} {name}{self.mark}"


def test_view_function_carries_what_the_class_says():
    view = Hello.as_view("hello")
    assert inspect.isfunction(view)
    assert view.__name__ == "hello"
    assert view.__doc__ == "Say hello."
    assert view.__module__ == __name__
    assert view.view_class is Hello
    assert view.methods is None
    assert view.provide_automatic_options is None


def test_arguments_reach_the_class(app):
    app.add_url_rule("/<name>", view_func=Hello.as_view("hello", "Bye", mark="?"))
    assert app.test_client().get("/you").text == "Bye you?"


def test_class_is_instantiated_for_every_request(app):
    class Counting(View):
        made = 0

        def __init__(self):
            type(self).made += 1

        def dispatch_request(self):
            return str(self.made)

    client = add(app, Counting)
    assert Counting.made == 0
    assert [client.get("/").text for _ in range(3)] == ["1", "2", "3"]


def test_class_may_be_instantiated_once(app):
    class Counting(View):
        init_every_request = False
        made = 0

        def __init__(self):
            type(self).made += 1

        def dispatch_request(self):
            return f"{self.made} {id(self)}"

    client = add(app, Counting)
    assert Counting.made == 1
    assert client.get("/").text == client.get("/").text
    assert Counting.made == 1


def test_class_on_the_view_function_may_be_replaced():
    class Other(Hello):
        def dispatch_request(self, name):
            return "other"

    def decorate(function):
        @functools.wraps(function)
        def decorated(**kwargs):
            return function(**kwargs)

        return decorated

    class Decorated(Hello):
        decorators = [decorate]

    for cls in (Hello, Decorated):
        app = flaskfast.Flask(__name__)
        view = cls.as_view("view")
        app.add_url_rule("/<name>", view_func=view)
        client = app.test_client()
        assert client.get("/you").text == "Hello you!"
        view.view_class = Other
        assert client.get("/you").text == "other"


def test_decorators_are_applied_in_order(app):
    seen = []

    def decorator(letter):
        def decorate(function):
            seen.append((letter, function.__name__, function.__module__))

            def decorated(**kwargs):
                return letter + function(**kwargs)

            return decorated

        return decorate

    class Index(View):
        """Documented."""

        decorators = [decorator("a"), decorator("b")]

        def dispatch_request(self):
            return "!"

    view = Index.as_view("index")
    assert seen == [("a", "index", __name__), ("b", "decorated", __name__)]
    assert (view.__name__, view.__doc__, view.__module__) == ("index", "Documented.", __name__)
    assert view.view_class is Index
    app.add_url_rule("/", view_func=view)
    assert app.test_client().get("/").text == "ba!"


def test_methods_of_the_rule(app):
    class Index(View):
        methods = ["POST", "PUT"]
        provide_automatic_options = False

        def dispatch_request(self):
            return flaskfast.request.method

    client = add(app, Index)
    assert Index.as_view("x").methods == ["POST", "PUT"]
    assert Index.as_view("x").provide_automatic_options is False
    assert client.put("/").text == "PUT"
    assert client.get("/").status_code == 405
    assert client.options("/").status_code == 405


def test_view_without_an_answer(app):
    class Nothing(View):
        pass

    app.testing = True
    client = add(app, Nothing)

    with pytest.raises(NotImplementedError, match="Nothing does not define 'dispatch_request'"):
        client.get("/")


def test_view_outside_of_a_context():
    with pytest.raises(RuntimeError, match="application context"):
        Hello.as_view("hello")(name="you")


# --- One method per HTTP method -----------------------------------------------------------------


class Item(MethodView):
    def get(self, **kwargs):
        return f"get {flaskfast.request.method} {kwargs}"

    def post(self):
        return "post"


def test_each_http_method_has_its_own(app):
    client = add(app, Item)
    assert Item.methods == {"GET", "POST"}
    assert client.get("/").text == "get GET {}"
    assert client.post("/").text == "post"
    assert client.put("/").status_code == 405
    assert set(client.options("/").allow) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_variables_of_the_url_are_keyword_arguments(app):
    client = add(app, Item, "/<int:id>")
    assert client.get("/3").text == "get GET {'id': 3}"


def test_head_is_answered_by_get(app):
    class Index(MethodView):
        def get(self):
            return "body", {"X-Method": flaskfast.request.method}

    response = add(app, Index).head("/")
    assert (response.data, response.headers["X-Method"]) == (b"", "HEAD")


def test_head_may_have_its_own(app):
    class Index(MethodView):
        def get(self):
            return "get"

        def head(self):
            return "", {"X-From": "head"}

    assert add(app, Index).head("/").headers["X-From"] == "head"


def test_methods_are_inherited():
    class More(Item):
        def delete(self):
            return ""

    class Mixin(MethodView):
        methods = ["PROPFIND"]

        def patch(self):
            return ""

    class Both(More, Mixin):
        pass

    class Chosen(Both):
        methods = ["GET"]

    class Nothing(MethodView):
        pass

    assert More.methods == {"GET", "POST", "DELETE"}
    # The bases' own list counts, not what they could do beside it.
    assert Mixin.methods == ["PROPFIND"]
    assert Both.methods == {"GET", "POST", "DELETE", "PATCH", "PROPFIND"}
    assert Chosen.methods == ["GET"]
    assert Nothing.methods is None


def test_method_of_the_rule_that_is_not_defined(app):
    app.testing = True
    app.add_url_rule("/", view_func=Item.as_view("item"), methods=["PUT", "HEAD"])

    with pytest.raises(AssertionError, match="Unimplemented method 'PUT': Item defines no 'put'"):
        app.test_client().put("/")


def test_method_that_is_neither_defined_nor_get(app):
    class Poster(MethodView):
        def post(self):
            return ""

    app.testing = True
    app.add_url_rule("/", view_func=Poster.as_view("poster"), methods=["HEAD"])

    with pytest.raises(AssertionError, match="Unimplemented method 'HEAD'"):
        app.test_client().head("/")


def test_attribute_that_is_not_an_http_method_is_not_reached(app):
    """The rule's methods are what protects the other attributes of the class."""

    class Index(MethodView):
        def secret(self):
            return "secret"

        def get(self):
            return "get"

    assert add(app, Index).open("/", method="SECRET").status_code == 405


@pytest.mark.parametrize("once", [True, False])
def test_every_call_goes_through_ensure_sync(app, once):
    seen = []

    def ensure_sync(function):
        seen.append(function.__name__)
        return lambda **kwargs: f"<{function(**kwargs)}>"

    class Index(Item):
        init_every_request = not once

    app.ensure_sync = ensure_sync
    app.add_url_rule("/", view_func=Index.as_view("index"))
    assert app.test_client().post("/").text == "<<<post>>>"
    assert seen == ["index", "dispatch_request", "post"]


def test_async_methods(app):
    pytest.importorskip("asgiref")

    class Index(MethodView):
        async def get(self):
            return "async"

    class Whole(View):
        async def dispatch_request(self):
            return "whole"

    add(app, Index)
    client = add(app, Whole, "/whole", "whole")
    assert client.get("/").text == "async"
    assert client.get("/whole").text == "whole"


def test_dispatch_may_be_overridden(app):
    class Wrapped(Item):
        def dispatch_request(self, **kwargs):
            return f"[{super().dispatch_request(**kwargs)}]"

    assert add(app, Wrapped).post("/").text == "[post]"


def other_dispatch(self, **kwargs):
    return f"instead {self.__class__.__name__} {kwargs}"


@pytest.mark.parametrize("before", [False, True])
def test_dispatch_may_be_replaced_at_any_time(app, before):
    class Item(MethodView):
        init_every_request = False

        def get(self, number):
            return f"item {number}"

    instances = []

    class Kept(Item):
        def __init__(self):
            instances.append(self)

    client = add(app, Kept, "/<int:number>")
    answer = "instead Kept {'number': 1}"
    if before:
        assert client.get("/1").text == "item 1"
    for owner in (instances[0], Kept, Item, MethodView):
        replacement = other_dispatch
        if owner is instances[0]:
            replacement = other_dispatch.__get__(owner)
        with mock.patch.object(owner, "dispatch_request", replacement):
            assert client.get("/1").text == answer
        assert client.get("/1").text == "item 1"
    shipped = MethodView.dispatch_request.__code__
    MethodView.dispatch_request.__code__ = other_dispatch.__code__
    try:
        assert client.get("/1").text == answer
    finally:
        MethodView.dispatch_request.__code__ = shipped
    assert client.get("/1").text == "item 1"


def test_view_function_may_be_rewritten(app):
    class Item(MethodView):
        def get(self):
            return "item"

    client = add(app, Item)
    assert client.get("/").text == "item"

    def closes_over_four():
        shared, class_args, class_kwargs, view = {}, (), {}, None

        def instead(**kwargs):
            return f"instead {(shared, class_args, class_kwargs, view, kwargs)}"

        return instead

    function = app.view_functions["index"]
    code = closes_over_four().__code__
    shipped = function.__code__
    if len(code.co_freevars) == len(shipped.co_freevars):
        function.__code__ = code
        assert client.get("/").text.startswith("instead (")
        function.__code__ = shipped
    assert client.get("/").text == "item"


def test_class_may_be_replaced_by_anything_that_dispatches(app):
    client = add(app, Hello)

    class Slotted:
        __slots__ = ("dispatch_request",)

    def factory():
        made = Slotted()
        made.dispatch_request = lambda: "made"
        return made

    app.view_functions["index"].view_class = factory
    assert client.get("/").text == "made"
    app.view_functions["index"].view_class = lambda: mock.Mock(
        spec=MethodView, dispatch_request=lambda: "mocked"
    )
    assert client.get("/").text == "mocked"


def test_names_of_the_http_methods():
    assert http_method_funcs == {
        *("get", "post", "head", "options"),
        *("delete", "put", "trace", "patch"),
    }


def test_options_of_a_path_that_names_no_rule() -> None:
    """Nothing is allowed there: no header, rather than an empty one."""
    app = flaskfast.Flask(__name__, static_folder=None)
    app.add_url_rule("/", "index", lambda: "index", strict_slashes=False)
    environ = EnvironBuilder(method="OPTIONS").get_environ() | {"PATH_INFO": ""}
    _, status, headers = run_wsgi_app(app, environ)
    assert (status, "Allow" in headers) == ("200 OK", False)
