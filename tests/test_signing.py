"""Session cookies read and written the short way are those of itsdangerous itself."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Serializer, Signer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import HMACAlgorithm

import flaskfast
from flaskfast import _kernels
from flaskfast.sessions import SecureCookieSessionInterface

NOW = 1_760_000_000
DAY = 86_400
signing = _kernels.signing


@pytest.fixture(autouse=True)
def at_one_moment() -> Iterator[None]:
    with mock.patch.object(TimestampSigner, "get_timestamp", lambda self: NOW):
        yield


def make_app(secret: Any = "secret", fallbacks: Any = None) -> flaskfast.Flask:
    app = flaskfast.Flask(__name__)
    app.config.update(SECRET_KEY=secret, SECRET_KEY_FALLBACKS=fallbacks)
    return app


def ours(*keys: Any) -> Any:
    *fallbacks, secret = keys or ("secret",)
    made = SecureCookieSessionInterface().get_signing_serializer(make_app(secret, fallbacks))
    assert made is not None
    return made


def plain(*keys: Any) -> Any:
    interface = SecureCookieSessionInterface
    return URLSafeTimedSerializer(
        list(keys or ("secret",)),
        salt=interface.salt,
        serializer=interface.serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": interface.digest_method},
    )


def outcome(serializer: Any, text: Any, **options: Any) -> Any:
    """Return the value, or the kind of error with all that it tells."""
    try:
        with mock.patch.object(TimestampSigner, "get_timestamp", lambda self: NOW):
            return serializer.loads(text, **options)
    except Exception as error:
        return type(error), str(error), sorted(map(repr, vars(error).items()))


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=40), st.binary(max_size=20)
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=8), inner, max_size=4),
    ),
    max_leaves=12,
)
sessions = st.dictionaries(st.one_of(st.text(max_size=12), st.just("_permanent")), values)


@given(session=sessions)
def test_what_is_written_is_what_itsdangerous_writes(session: dict[str, Any]) -> None:
    with mock.patch.object(TimestampSigner, "get_timestamp", lambda self: NOW):
        written = ours().dumps(session)
        assert written == plain().dumps(session)
    assert outcome(ours(), written, max_age=DAY) == outcome(plain(), written, max_age=DAY)


@given(session=sessions, place=st.integers(0, 200), what=st.sampled_from("Aa-_.=+/ \\é\n\0"))
def test_whatever_is_tampered_with_fails_alike(
    session: dict[str, Any], place: int, what: str
) -> None:
    with mock.patch.object(TimestampSigner, "get_timestamp", lambda self: NOW):
        good = plain().dumps(session)
    place %= len(good)
    for bad in (
        good[:place] + what + good[place + 1 :],
        good[:place] + what + good[place:],
        good[:place] + good[place + 1 :],
        good[:place],
        good[place:],
    ):
        expected = outcome(plain(), bad, max_age=DAY)
        assert outcome(ours(), bad, max_age=DAY) == expected


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "...", "a", "a.b", "a.b.c", ".a.b.c", "é.é.é", "a..c", "a.b.", "..c", "=.=.="],
)
def test_what_is_no_signed_text_fails_alike(text: str) -> None:
    assert outcome(ours(), text, max_age=DAY) == outcome(plain(), text, max_age=DAY)


@pytest.mark.parametrize("seconds", [-DAY, -1, 0, 1, DAY - 1, DAY, DAY + 1, 3 * DAY, NOW])
def test_age(seconds: int) -> None:
    with mock.patch.object(TimestampSigner, "get_timestamp", lambda self: NOW - seconds):
        signed = plain().dumps({"user": 1})
    expected = outcome(plain(), signed, max_age=DAY)
    assert outcome(ours(), signed, max_age=DAY) == expected
    assert (expected == {"user": 1}) is (0 <= seconds <= DAY)


@pytest.mark.parametrize("stamp", ["", "AAAA", "AAAAAAAAAAAA", "_________w", "__________8", "é"])
def test_stamps_that_are_signed_and_odd(stamp: str) -> None:
    signer = plain().make_signer()
    signed = Signer.sign(signer, f"eyJ1IjoxfQ.{stamp}").decode()
    for max_age in (None, DAY, 10**12):
        expected = outcome(plain(), signed, max_age=max_age)
        assert outcome(ours(), signed, max_age=max_age) == expected


@pytest.mark.parametrize("payload", ["", "=", "e", "****", ".", ".eyJ", "W10", "bnVsbA", "_w"])
def test_payloads_that_are_signed_and_odd(payload: str) -> None:
    signed = plain().make_signer().sign(payload).decode()
    expected = outcome(plain(), signed, max_age=DAY)
    assert outcome(ours(), signed, max_age=DAY) == expected


def test_each_key_verifies_and_the_newest_signs() -> None:
    for key in ("old", "older", "new"):
        assert outcome(ours("older", "old", "new"), plain(key).dumps([1]), max_age=DAY) == [1]
    assert plain("new").loads(ours("older", "old", "new").dumps([1])) == [1]
    assert outcome(ours("new"), plain("old").dumps([1]), max_age=DAY)[0].__name__ == (
        "BadTimeSignature"
    )


def test_a_long_session_is_compressed() -> None:
    session = {"items": ["the same"] * 200}
    signed = ours().dumps(session)
    assert signed.startswith(".")
    assert signed == plain().dumps(session)
    assert outcome(ours(), signed, max_age=DAY) == session


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(alphabet='{}[]":,abcdeftrue0123', max_size=5000).map(str.encode),
        st.lists(st.sampled_from([b'"user_id":', b"abc", b"\0", b"[3,14,15]"])).map(b"".join),
    )
)
def test_compressed_as_by_zlib(data: bytes) -> None:
    squeezed = signing.compressed(data)
    assert zlib.decompress(squeezed) == data
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:
        # Its rewrite looks for repetitions in another way for each size of the window.
        assert squeezed == zlib.compress(data)


@pytest.mark.parametrize("size", [*range(236, 246), *range(3796, 3806), 40_000])
@pytest.mark.parametrize("unit", [b"a", b"ab", b'{"a":1},', bytes(range(256))])
def test_compressed_at_the_limits(size: int, unit: bytes) -> None:
    data = (unit * size)[:size]
    assert zlib.decompress(signing.compressed(data)) == data
    if "ng" not in zlib.ZLIB_RUNTIME_VERSION:
        assert signing.compressed(data) == zlib.compress(data)


@given(before=st.dictionaries(st.text(max_size=9), st.integers()), permanent=st.booleans())
def test_a_permanent_session_is_seen_in_its_cookie(before: dict[str, int], permanent: bool) -> None:
    session: dict[str, Any] = {**before, **({"_permanent": True} if permanent else {}), "z": 1}
    header = f"theme=dark; session={plain().dumps(session)}; other=1"
    assert signing.may_be_permanent(header, "session") >= permanent
    assert not signing.may_be_permanent(header, "absent")


def test_a_session_that_is_not_permanent_is_told_by_its_cookie() -> None:
    header = f"theme=dark; session={plain().dumps({'user_id': 42, 'name': 'Ada'})}"
    assert not signing.may_be_permanent(header, "session")
    for odd in ("session=.eJ.a.b", 'session=".eJ"', "session= .eJ", r'session="\056eJ"'):
        assert signing.may_be_permanent(odd, "session")


@pytest.mark.parametrize("permanent", [True, False])
def test_an_untouched_permanent_session_is_refreshed(permanent: bool) -> None:
    app = make_app()
    app.permanent_session_lifetime = timedelta(days=1)

    @app.get("/login")
    def login() -> str:
        flaskfast.session.permanent = permanent
        flaskfast.session["user"] = "ada"
        return ""

    @app.get("/")
    def view() -> str:
        return ""

    client = app.test_client()
    assert "Set-Cookie" in client.get("/login").headers
    assert ("Set-Cookie" in client.get("/").headers) is permanent


STEPS = [
    (Serializer, "load_payload"),
    (Serializer, "dump_payload"),
    (Serializer, "iter_unsigners"),
    (URLSafeTimedSerializer, "load_payload"),
    (URLSafeTimedSerializer, "dump_payload"),
    (URLSafeTimedSerializer, "loads"),
    (URLSafeTimedSerializer, "dumps"),
    (TimestampSigner, "sign"),
    (TimestampSigner, "unsign"),
    (TimestampSigner, "get_timestamp"),
    (Signer, "unsign"),
    (Signer, "verify_signature"),
    (Signer, "get_signature"),
    (HMACAlgorithm, "get_signature"),
    (HMACAlgorithm, "verify_signature"),
]


@pytest.mark.parametrize(("owner", "name"), STEPS, ids=lambda part: getattr(part, "__name__", part))
def test_a_step_that_somebody_wraps_is_taken(owner: type, name: str) -> None:
    """Before the first cookie and after it."""
    serializer = ours("a key of", owner.__name__, name)
    serializer.loads(serializer.dumps({"before": 1}), max_age=DAY)
    shipped = getattr(owner, name)
    seen = []

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        seen.append(name)
        return shipped(*args, **kwargs)

    with mock.patch.object(owner, name, wrapped):
        assert serializer.loads(serializer.dumps({"a": 1}), max_age=DAY) == {"a": 1}
    assert seen
    seen.clear()
    assert serializer.loads(serializer.dumps({"a": 1}), max_age=DAY) == {"a": 1}
    assert not seen


def test_a_value_that_holds_itself_is_an_error() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises((RecursionError, ValueError)):
        ours().dumps({"endless": endless})


def test_a_deep_value_is_written() -> None:
    deep: Any = ("end",)
    for _ in range(100):
        deep = {"a": [deep]}
    assert ours().dumps(deep) == plain().dumps(deep)
    assert outcome(ours(), ours().dumps(deep), max_age=DAY) == deep
