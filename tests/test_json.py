"""JSON: the provider gives what the standard library gives, only sooner."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import io
import json
import threading
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import flaskfast
from flaskfast.json.provider import DefaultJSONProvider, JSONProvider


@dataclasses.dataclass
class Point:
    x: int
    y: int


# What a view might return: JSON's own values, and those that the provider adds.
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
added = st.datetimes() | st.dates() | st.uuids() | st.decimals() | st.builds(Markup, st.text())
values = st.recursive(
    plain | added | st.builds(Point, st.integers(), st.integers()),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.fixture(params=["C", "Python"])
def app(request, monkeypatch):
    """An application, with and without the encoder in C, which PyPy for one does not have."""
    if request.param == "Python":
        monkeypatch.setattr(json.encoder, "c_make_encoder", None)

    return flaskfast.Flask(__name__)


def expected(provider, obj, **kwargs):
    kwargs.setdefault("default", provider.default)
    kwargs.setdefault("ensure_ascii", provider.ensure_ascii)
    kwargs.setdefault("sort_keys", provider.sort_keys)
    return json.dumps(obj, **kwargs)


def raised(function, *args, **kwargs):
    with pytest.raises(Exception) as info:
        function(*args, **kwargs)

    return type(info.value), str(info.value)


PROVIDER_APP = flaskfast.Flask("provider")


@given(values, st.booleans(), st.booleans())
@pytest.mark.parametrize(
    "kwargs", [{}, {"separators": (",", ":")}, {"indent": 2}, {"separators": (" , ", " : ")}]
)
def test_text_is_that_of_the_standard_library(kwargs, obj, ensure_ascii, sort_keys):
    provider = DefaultJSONProvider(PROVIDER_APP)
    provider.ensure_ascii, provider.sort_keys = ensure_ascii, sort_keys
    assert provider.dumps(obj, **kwargs) == expected(provider, obj, **kwargs)
    # A second time, with an encoder that exists already.
    assert provider.dumps(obj, **kwargs) == expected(provider, obj, **kwargs)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.datetime(1973, 3, 11, 6, 30, 45), '"Sun, 11 Mar 1973 06:30:45 GMT"'),
        (datetime.date(1975, 1, 5), '"Sun, 05 Jan 1975 00:00:00 GMT"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (decimal.Decimal("0.10"), '"0.10"'),
        (Point(1, 2), '{"x": 1, "y": 2}'),
        ([Point(1, 2)], '[{"x": 1, "y": 2}]'),
        (Markup("<b>"), '"<b>"'),
        (float("nan"), "NaN"),
        ({1: "a", 2: "b"}, '{"1": "a", "2": "b"}'),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        ("☃", r'"\u2603"'),
    ],
)
def test_text_of_types(app, value, text):
    assert app.json.dumps(value) == text
    # The functions of the module know the same types outside of a context; they do not sort.
    assert json.loads(flaskfast.json.dumps(value), parse_constant=str) == json.loads(
        text, parse_constant=str
    )


def test_object_that_gives_itself_as_html(app):
    class Badge:
        def __html__(self):
            return "<i>"

    assert app.json.dumps([Badge()]) == '["<i>"]'


class Unknown:
    pass


def circular_list():
    value = [1]
    value.append(value)
    return value


def circular_dict():
    value = {"a": {}}
    value["a"]["b"] = value
    return value


@pytest.mark.parametrize(
    "make",
    [
        Unknown,
        lambda: {"deep": [Unknown()]},
        lambda: Unknown,
        lambda: Point,
        lambda: {(1, 2): 3},
        lambda: {1: 1, "a": 2},
        lambda: {b"a"},
        circular_list,
        circular_dict,
    ],
)
@pytest.mark.parametrize("kwargs", [{}, {"separators": (",", ":")}, {"indent": 2}])
def test_errors_are_those_of_the_standard_library(app, make, kwargs):
    obj = make()
    provider = app.json
    found = raised(provider.dumps, obj, **kwargs)
    assert found == raised(expected, provider, obj, **kwargs)
    assert issubclass(found[0], (TypeError, ValueError))


def test_unknown_type_is_named(app):
    assert raised(app.json.dumps, Unknown()) == (
        TypeError,
        "Object of type Unknown is not JSON serializable",
    )


def test_cycle_made_by_default_is_told(app):
    app.json.default = lambda o: [o]
    assert raised(app.json.dumps, Unknown()) == (ValueError, "Circular reference detected")


def test_nesting_too_deep_is_a_recursion_error(app):
    obj = []
    for _ in range(200_000):
        obj = [obj]

    try:
        assert raised(app.json.dumps, obj)[0] is RecursionError
    finally:
        # Take it apart from the outside: freeing it whole would recurse as well.
        while obj:
            obj = obj.pop()


def test_encoder_is_whole_after_an_error(app):
    obj = {"a": [1]}
    assert raised(app.json.dumps, [obj, circular_list()])[0] is ValueError
    assert raised(app.json.dumps, [obj, Unknown()])[0] is TypeError
    assert app.json.dumps([obj, obj]) == '[{"a": [1]}, {"a": [1]}]'


def test_one_object_encoded_by_many_threads(app):
    """A cycle check that threads share would take each other's containers for cycles."""
    obj = {"rows": [{"when": datetime.date(2020, 1, day)} for day in range(1, 29)] * 20}
    text = app.json.dumps(obj)
    results = []
    start = threading.Barrier(8)

    def work():
        start.wait()
        results.extend(app.json.dumps(obj) == text for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [True] * 160


def test_settings_take_effect_at_once(app):
    provider = app.json
    obj = {"b": "☃", "a": Unknown()}
    provider.default = lambda o: "first"
    assert provider.dumps(obj) == r'{"a": "first", "b": "\u2603"}'
    provider.ensure_ascii = False
    assert provider.dumps(obj) == '{"a": "first", "b": "☃"}'
    provider.sort_keys = False
    assert provider.dumps(obj) == '{"b": "☃", "a": "first"}'
    provider.default = lambda o: "second"
    assert provider.dumps(obj) == '{"b": "☃", "a": "second"}'
    del provider.default, provider.ensure_ascii, provider.sort_keys
    assert provider.dumps({"b": "☃", "a": 1}) == r'{"a": 1, "b": "\u2603"}'
    assert raised(provider.dumps, obj)[0] is TypeError


def test_settings_of_the_class_take_effect_at_once(app, monkeypatch):
    assert app.json.dumps({"b": 1, "a": 1}) == '{"a": 1, "b": 1}'
    monkeypatch.setattr(DefaultJSONProvider, "sort_keys", False)
    assert app.json.dumps({"b": 1, "a": 1}) == '{"b": 1, "a": 1}'
    monkeypatch.setattr(DefaultJSONProvider, "default", staticmethod(lambda o: "patched"))
    assert app.json.dumps(Unknown()) == '"patched"'


def test_default_may_be_none(app):
    app.json.default = None
    assert app.json.dumps(1) == "1"
    assert raised(app.json.dumps, Unknown()) == (
        TypeError,
        "Object of type Unknown is not JSON serializable",
    )


def test_default_may_be_a_method(app):
    class Provider(DefaultJSONProvider):
        word = "one"

        def default(self, o):
            return self.word

    provider = app.json = Provider(app)
    assert provider.dumps(Unknown()) == '"one"'
    provider.word = "two"
    assert provider.dumps(Unknown()) == '"two"'


def test_default_is_a_static_method_of_the_class():
    assert DefaultJSONProvider.default(decimal.Decimal(1)) == "1"
    assert isinstance(vars(DefaultJSONProvider)["default"], staticmethod)


def test_keyword_arguments_have_the_last_word(app):
    provider = app.json
    assert provider.dumps({"b": 1, "a": "☃"}, sort_keys=False) == r'{"b": 1, "a": "\u2603"}'
    assert provider.dumps("☃", ensure_ascii=False) == '"☃"'
    assert provider.dumps(Unknown(), default=lambda o: 1) == "1"
    assert provider.dumps([1, {}], indent=1) == "[\n 1,\n {}\n]"
    assert provider.dumps({1: 2, None: 3}, skipkeys=True, sort_keys=False) == '{"1": 2, "null": 3}'
    assert raised(provider.dumps, float("inf"), allow_nan=False)[0] is ValueError
    assert raised(provider.dumps, 1, nonsense=True)[0] is TypeError


def test_encoder_class_may_be_given(app):
    class Shouting(json.JSONEncoder):
        def encode(self, o):
            return super().encode(o).upper()

    assert app.json.dumps("a", cls=Shouting) == '"A"'


def test_provider_without_init_can_encode():
    """A subclass that forgets super().__init__() has no app, and needs none to encode."""

    class Provider(DefaultJSONProvider):
        def __init__(self):
            pass

    assert Provider().dumps({"b": 1, "a": 2}, separators=(",", ":")) == '{"a":2,"b":1}'


def test_providers_do_not_share_encoders(app):
    one, two = DefaultJSONProvider(app), DefaultJSONProvider(app)
    two.sort_keys = False
    obj = {"b": 1, "a": 2}
    assert [one.dumps(obj), two.dumps(obj), one.dumps(obj)] == [
        '{"a": 2, "b": 1}',
        '{"b": 1, "a": 2}',
        '{"a": 2, "b": 1}',
    ]


# --- Responses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "kwargs", "body"),
    [
        ((), {}, "null"),
        ((None,), {}, "null"),
        (("a",), {}, '"a"'),
        (([1, 2],), {}, "[1,2]"),
        ((1, 2), {}, "[1,2]"),
        ((), {"b": 1, "a": 2}, '{"a":2,"b":1}'),
        (({},), {}, "{}"),
    ],
)
def test_response(app, args, kwargs, body):
    with app.app_context():
        for response in (app.json.response(*args, **kwargs), flaskfast.jsonify(*args, **kwargs)):
            assert type(response) is app.response_class
            assert response.status_code == 200
            assert response.mimetype == "application/json"
            assert response.get_data(as_text=True) == f"{body}\n"


def test_response_takes_one_kind_of_arguments(app):
    with app.app_context(), pytest.raises(TypeError, match="either args or kwargs, not both"):
        flaskfast.jsonify(1, a=2)


@pytest.mark.parametrize(
    ("compact", "debug", "body"),
    [
        (None, False, '{"a":[1]}\n'),
        (None, True, '{\n  "a": [\n    1\n  ]\n}\n'),
        (True, True, '{"a":[1]}\n'),
        (False, False, '{\n  "a": [\n    1\n  ]\n}\n'),
    ],
)
def test_response_layout(app, compact, debug, body):
    app.debug = debug
    app.json.compact = compact
    assert app.json.response(a=[1]).get_data(as_text=True) == body


def test_response_honours_the_settings_of_the_application(app):
    class Response(flaskfast.Response):
        pass

    app.response_class = Response
    app.json.mimetype = "application/vnd.api+json"
    response = app.json.response(1)
    assert type(response) is Response
    assert response.mimetype == "application/vnd.api+json"


def test_response_goes_through_an_overridden_dumps(app):
    seen = []

    class Provider(DefaultJSONProvider):
        def dumps(self, obj, **kwargs):
            seen.append(kwargs)
            return super().dumps(obj, **kwargs)

    app.json = Provider(app)
    assert app.json.response(a=1).data == b'{"a":1}\n'
    app.debug = True
    assert app.json.response(a=1).data == b'{\n  "a": 1\n}\n'
    assert seen == [{"separators": (",", ":")}, {"indent": 2}]


def test_view_may_return_what_json_can_hold(app):
    app.add_url_rule("/", view_func=lambda: {"b": uuid.UUID(int=0), "a": [1]})
    body = b'{"a":[1],"b":"00000000-0000-0000-0000-000000000000"}\n'
    assert app.test_client().get("/").data == body


# --- What clients send --------------------------------------------------------------------------


@pytest.fixture
def echo(app):
    """Post a body as JSON to a view that sends back what it read."""

    @app.post("/")
    def index():
        return flaskfast.jsonify(flaskfast.request.get_json())

    client = app.test_client()
    return lambda body: client.post("/", data=body, content_type="application/json")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_too_deep_is_a_bad_request(app, echo, opening):
    body = opening * 100_000
    assert echo(body).status_code == 400

    with pytest.raises(ValueError, match="nested too deeply"):
        app.json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'"\xff"',
        b"\x00",
        b"nul",
        b"[1,]",
        b"'a'",
        '"ä"'.encode("latin-1"),
        b'\xef\xbb\xbf"bom"'[:4],
    ],
)
def test_body_that_is_no_json_is_a_bad_request(echo, body):
    assert echo(body).status_code == 400


def test_number_with_many_digits_is_no_server_error(echo):
    """CVE-2020-10735: Python refuses to convert it, in the releases that have the limit."""
    assert echo(b"9" * 5000).status_code in (200, 400)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_encodings_of_a_body(echo, encoding):
    """CVE-2018-1000656: the encodings of RFC 4627 are read, and nothing else is guessed at."""
    assert echo('{"a": "ä☃"}'.encode(encoding)).json == {"a": "ä☃"}


def test_lone_surrogate_comes_back(echo):
    assert echo(rb'"\ud800"').data == b'"\\ud800"\n'


# --- The interface, and the functions of flaskfast.json -----------------------------------------


class Reversing(JSONProvider):
    """Another JSON library: its text is reversed."""

    def dumps(self, obj, **kwargs):
        return json.dumps(obj, **kwargs)[::-1]

    def loads(self, s, **kwargs):
        return json.loads(s[::-1], **kwargs)


def test_functions_use_the_provider_of_the_current_application(app):
    app.json = Reversing(app)
    file = io.StringIO()

    with app.app_context():
        assert flaskfast.json.dumps(12) == "21"
        assert flaskfast.json.loads("21") == 12
        flaskfast.json.dump([12], file)
        assert file.getvalue() == "]21["
        assert flaskfast.json.load(io.StringIO("]21[")) == [12]
        response = flaskfast.jsonify(12)
        assert (response.data, response.mimetype) == (b"21", "application/json")

    assert flaskfast.json.dumps(12) == "12"


def test_functions_outside_of_a_context():
    file = io.StringIO()
    flaskfast.json.dump({"at": datetime.date(2020, 1, 1)}, file, indent=None)
    assert file.getvalue() == '{"at": "Wed, 01 Jan 2020 00:00:00 GMT"}'
    file.seek(0)
    assert flaskfast.json.load(file) == {"at": "Wed, 01 Jan 2020 00:00:00 GMT"}
    assert flaskfast.json.loads(b'"\xc3\xa4"') == "ä"
    assert flaskfast.json.loads("[1.5]", parse_float=str) == ["1.5"]
    assert flaskfast.json.dumps(Unknown(), default=lambda o: 1) == "1"

    with pytest.raises(RuntimeError, match="application context"):
        flaskfast.jsonify(1)


def test_interface_must_be_implemented(app):
    provider = JSONProvider(app)
    with pytest.raises(NotImplementedError):
        provider.dumps(1)
    with pytest.raises(NotImplementedError):
        provider.loads("1")


def test_provider_does_not_keep_its_application_alive():
    app = flaskfast.Flask("short_lived")
    provider = DefaultJSONProvider(app)
    app.json = None
    del app

    with pytest.raises(ReferenceError):
        provider._app.debug


def test_an_override_of_dumps_is_seen_by_responses(app, monkeypatch):
    """On a subclass, on the class and on the provider itself; also after the first response."""

    class Loud(DefaultJSONProvider):
        def dumps(self, obj, **kwargs):
            assert kwargs == {"separators": (",", ":")}
            return super().dumps(obj, **kwargs).upper()

        def _prepare_response_obj(self, args, kwargs):
            return [super()._prepare_response_obj(args, kwargs)]

    assert app.json.response("a").get_data() == b'"a"\n'
    assert Loud(app).response("a").get_data() == b'["A"]\n'
    with monkeypatch.context() as patch:
        patch.setattr(DefaultJSONProvider, "dumps", lambda self, obj, **kwargs: "class")
        assert app.json.response("a").get_data() == b"class\n"
    with monkeypatch.context() as patch:
        patch.setattr(app.json, "dumps", lambda obj, **kwargs: "provider")
        assert app.json.response("a").get_data() == b"provider\n"
    assert app.json.response("a").get_data() == b'"a"\n'
