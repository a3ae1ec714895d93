"""The JSON providers that use another library: what is as with the default one, and what is not."""

from __future__ import annotations

import dataclasses
import decimal
import importlib
import subprocess
import sys
import uuid
from datetime import date, datetime, timezone
from typing import Any

import pytest

import flaskfast
from flaskfast.json.libraries import MsgspecProvider, OrjsonProvider
from flaskfast.json.provider import DefaultJSONProvider

PROVIDERS = {"orjson": OrjsonProvider, "msgspec": MsgspecProvider}


def needed(name: str) -> None:
    """They are made for CPython; there, the test extra brings them."""
    if sys.implementation.name == "cpython":
        importlib.import_module(name)
    else:
        pytest.importorskip(name)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest, app: flaskfast.Flask) -> Any:
    needed(request.param)
    app.json = PROVIDERS[request.param](app)
    return app.json


@pytest.fixture
def app() -> flaskfast.Flask:
    app = flaskfast.Flask(__name__)

    @app.post("/")
    def echo() -> Any:
        return flaskfast.jsonify(flaskfast.request.get_json())

    return app


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Markup:
    def __repr__(self) -> str:
        return "Markup()"

    def __html__(self) -> str:
        return "<b>"


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -1, 2**53, 1.5, -1e-300, "", "text", "\u20ac \U0001f600", '"\\\n\x00\x7f',
        [], {}, [1, [2, [3]]], {"b": 1, "a": {"d": 1, "c": 2}}, (1, 2), uuid.UUID(int=5),
        decimal.Decimal("1.50"), Point(1, 2), Markup(),
    ],
    ids=repr,
)  # fmt: skip
def test_stands_for_the_same(provider: Any, app: flaskfast.Flask, value: Any) -> None:
    """What is written is read as what the default provider writes."""
    default = DefaultJSONProvider(app)
    text = provider.dumps(value)
    assert type(text) is str
    assert default.loads(text) == provider.loads(text) == default.loads(default.dumps(value))
    assert provider.loads(text.encode()) == provider.loads(text)


def test_form_of_the_text(provider: Any) -> None:
    assert provider.dumps({"b": "\u20ac", "a": [1, 2]}) == '{"a":[1,2],"b":"\u20ac"}'
    assert provider.dumps({"b": 1, "a": 2}, sort_keys=False) == '{"b":1,"a":2}'
    assert provider.dumps({"a": 1}, indent=4) == '{\n  "a": 1\n}'
    assert provider.dumps({"a": 1}, separators=(",", ":"), ensure_ascii=True) == '{"a":1}'
    provider.sort_keys = False
    assert provider.dumps({"b": 1, "a": 2}) == '{"b":1,"a":2}'


def test_unknown_objects(provider: Any) -> None:
    with pytest.raises(TypeError):
        provider.dumps(object())
    assert provider.dumps([object()], default=lambda thing: "known") == '["known"]'
    type(provider).default = staticmethod(lambda thing: "class")
    try:
        assert provider.dumps(object()) == '"class"'
    finally:
        del type(provider).default


@pytest.mark.parametrize("name", ["cls", "skipkeys"])
def test_arguments_of_the_standard_library(provider: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"takes no {name}"):
        provider.dumps({}, **{name: True})
    with pytest.raises(TypeError, match=f"takes no {name}"):
        provider.loads("{}", **{name: True})


def test_dates(app: flaskfast.Flask) -> None:
    """orjson leaves them to Flask's default, msgspec writes its own."""
    moment = datetime(2024, 2, 29, 12, tzinfo=timezone.utc)
    for name, written in (
        ("orjson", ["Thu, 29 Feb 2024 12:00:00 GMT", "Thu, 29 Feb 2024 00:00:00 GMT"]),
        ("msgspec", ["2024-02-29T12:00:00Z", "2024-02-29"]),
    ):
        needed(name)
        provider: Any = PROVIDERS[name](app)
        assert provider.loads(provider.dumps([moment, date(2024, 2, 29)])) == written


def test_numbers(app: flaskfast.Flask) -> None:
    """NaN has no form in either; whole numbers beyond 64 bits have none in orjson."""
    for name in PROVIDERS:
        needed(name)
    orjson, msgspec = OrjsonProvider(app), MsgspecProvider(app)
    assert orjson.dumps(float("nan")) == msgspec.dumps(float("nan")) == "null"
    assert msgspec.loads(msgspec.dumps(2**70)) == 2**70
    with pytest.raises(TypeError):
        orjson.dumps(2**70)
    assert orjson.loads(str(2**70)) == float(2**70)


def test_keys(app: flaskfast.Flask) -> None:
    for name in PROVIDERS:
        needed(name)
    assert OrjsonProvider(app).dumps({2: 1, "1": None}) == '{"1":null,"2":1}'
    msgspec = MsgspecProvider(app)
    assert msgspec.dumps({2: 1}, sort_keys=False) == '{"2":1}'
    with pytest.raises(TypeError):
        msgspec.dumps({2: 1})


BAD = [
    b"", b"{", b"[1,]", b"{'a': 1}", b"\xff", b"[NaN]", b'{"a":1} x', "[1]".encode("utf-16"),
    b"[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:12]))
def test_what_is_no_json_is_400(provider: Any, app: flaskfast.Flask, body: bytes) -> None:
    """Also what only the standard library reads: NaN, other encodings than UTF-8."""
    with pytest.raises(ValueError):
        provider.loads(body)
    answer = app.test_client().post("/", data=body, content_type="application/json")
    assert answer.status_code == 400


def test_responses(provider: Any, app: flaskfast.Flask) -> None:
    client = app.test_client()
    for data, expected in (
        ([1, "\u20ac"], '[1,"\u20ac"]\n'),
        ({"b": 1, "a": 2}, '{"a":2,"b":1}\n'),
    ):
        answer = client.post("/", json=data)
        assert answer.data == expected.encode()
        assert answer.content_type == "application/json"
    provider.compact = False
    assert client.post("/", json=[1]).data == b"[\n  1\n]\n"
    provider.compact = None
    app.debug = True
    assert client.post("/", json=[1]).data == b"[\n  1\n]\n"
    with app.app_context():
        assert flaskfast.json.loads(flaskfast.json.dumps({"a": 1})) == {"a": 1}
        assert flaskfast.jsonify(a=1).get_json() == {"a": 1}
        with pytest.raises(TypeError):
            flaskfast.jsonify(1, a=1)


def test_names_are_at_hand_and_cost_nothing() -> None:
    """`flaskfast.json` has them; importing flaskfast imports neither library nor module."""
    code = (
        "import sys, flaskfast.json as j\n"
        "assert 'flaskfast.json.libraries' not in sys.modules\n"
        "j.OrjsonProvider, j.MsgspecProvider\n"
        "assert not {'orjson', 'msgspec'} & set(sys.modules)\n"
        "try: j.Nothing\n"
        "except AttributeError as error: assert 'Nothing' in str(error)\n"
        "else: raise SystemExit('Nothing')\n"
    )
    subprocess.run([sys.executable, "-I", "-c", code], check=True)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_missing_library_is_named(
    app: flaskfast.Flask, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=rf"pip install flaskfast\[{name}\]"):
        PROVIDERS[name](app)
