"""Cookies, lists, options, Accept, dates, tags, ranges: two flavours give the same for any text."""

from __future__ import annotations

import string
import sys
from datetime import datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from flaskfast.http.accept import _general
from tests.http.alphabet import texts
from tests.kernels.conftest import load_kernel

pytestmark = pytest.mark.flavourless

MODULES = ["cookies", "options", "accept", "dates", "conditions"]
KINDS = (0, 1, 2)


def both(module: str, name: str, *args: Any) -> Any:
    """Call both flavours, see that they agree, and return what they say."""
    native = getattr(load_kernel("native", module), name)(*args)
    python = getattr(load_kernel("python", module), name)(*args)
    assert native == python
    assert type(native) is type(python) or {type(native), type(python)} == {int, bool}
    return native


@settings(max_examples=2000)
@given(text=texts)
def test_cookies(text: str) -> None:
    pairs = both("cookies", "cookie_pairs", text)
    filled = both("cookies", "fill_cookies", MultiDict, text)
    assert filled == MultiDict(pairs)
    assert list(filled.items(multi=True)) == list(MultiDict(pairs).items(multi=True))


@pytest.mark.parametrize("value", [None, 1.0, "1", datetime(2026, 1, 1)], ids=repr)
def test_moments_are_whole(flavour: str, value: Any) -> None:
    with pytest.raises(TypeError):
        load_kernel(flavour, "dates").write_seconds(value)


PLAIN = ["", "a", "/", "Lax", "None", "a b", "é", "\0", "a;b", "Fri, 06 Nov 2026 08:49:37 GMT"]
parts = st.one_of(st.none(), st.sampled_from(PLAIN), texts)
flags = st.sampled_from([True, False, None, 1])


@settings(max_examples=2000)
@given(
    key=parts,
    value=parts,
    expires=parts,
    max_age=st.sampled_from([None, 0, -5, 2**63 - 1, 1 - 2**63, -(2**63), 2**70, 1.5, True]),
    path=parts,
    secure=flags,
    httponly=flags,
    same_site=st.sampled_from([None, "Lax", "Strict", "None", "lax", "", 1]),
    domain=st.one_of(
        st.none(),
        st.sampled_from(["a.example", "a..b", ".a", "a" * 63, "a" * 64, "b\u00fc", "a:1", ""]),
        st.text("ab-.:", max_size=5),
    ),
    partitioned=flags,
)
def test_cookies_written(key: Any, value: Any, **rest: Any) -> None:
    written = both("cookies", "plain_cookie", key, value, *rest.values())
    assert written is None or written.startswith(f"{key}={value}")
    assert both("cookies", "plain_cookie", "a", value, *rest.values()) != ""


@pytest.mark.parametrize("place", ["key", "value", "expires", "path"])
def test_every_character_of_a_cookie(place: str) -> None:
    parts = {"key": "k", "value": "", "expires": None, "max_age": None, "path": None}
    plain = []
    for char in map(chr, range(256)):
        given = {**parts, place: char}
        if both("cookies", "plain_cookie", *given.values(), False, False, None) is not None:
            plain.append(char)
    assert all(" " <= char <= "~" and char != ";" for char in plain)
    assert set(string.ascii_letters + string.digits) <= set(plain)


@settings(max_examples=2000)
@given(seconds=st.one_of(st.integers(-(10**11), 3 * 10**11), st.integers()))
def test_moments_written(seconds: int) -> None:
    try:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError, OSError) as error:
        for flavour in ("native", "python"):
            with pytest.raises(type(error)):
                load_kernel(flavour, "dates").write_seconds(seconds)
    else:
        assert both("dates", "write_seconds", seconds) == both("dates", "write_date", moment)


@settings(max_examples=2000)
@given(text=texts)
def test_lists_and_options(text: str) -> None:
    both("options", "split_list", text)
    main, options = both("options", "split_options", text)
    assert both("options", "split_options", f"v;{text}")[0] == "v"
    assert type(options) is dict or any("*" in name for name, _ in options)
    assert main == main.strip(" \t")


@settings(max_examples=2000)
@given(text=texts, tokens=st.booleans())
def test_directives_and_quoted_strings(text: str, tokens: bool) -> None:
    directives = both("options", "split_directives", text)
    assert type(directives) is dict or any(name[-1] == "*" for name, _ in directives)
    assert both("options", "split_directives", f'a={text}, b*="{text}"') is not None
    both("options", "unquote_value", text)
    both("options", "unquote_value", f'"{text}"')
    quoted = both("options", "quote_value", text, tokens)
    if tokens or quoted != text:
        read = both("options", "unquote_value", quoted)
        assert read == text or "\\\n" in text or quoted == text


@settings(max_examples=2000)
@given(text=texts, offers=st.lists(texts, max_size=4))
def test_accept(text: str, offers: list[str]) -> None:
    pairs = both("accept", "accept_items", text, _general)
    for kind in KINDS:
        ordered = both("accept", "sort_items", pairs, kind)
        both("accept", "best_offer", ordered, offers, kind)
        for offer in offers:
            both("accept", "value_matches", offer, text, kind)


@settings(max_examples=2000)
@given(text=texts)
def test_tags_and_ranges(text: str) -> None:
    both("conditions", "split_etags", text)
    for head in ("", "bytes=", "bytes=0-4,"):
        both("conditions", "split_ranges", head + text)


@pytest.mark.parametrize("digits", [1, 17, 18, 19, 4000])
def test_ranges_of_large_numbers(flavour: str, digits: int) -> None:
    split_ranges = load_kernel(flavour, "conditions").split_ranges
    number = "9" * digits
    for text in (f"0-0,5-{number}", f"{number}-", f"-{number}", f"0--{number}", f"{number}-5"):
        if digits > 18:
            with pytest.raises(OverflowError):
                split_ranges(f"bytes={text}")
        else:
            split_ranges(f"bytes={text}")
        # What is wrong before it, or with it, is wrong.
        assert split_ranges(f"bytes=5-4,{text}") is None
        assert split_ranges(f"bytes={text}x") is None


@settings(max_examples=2000)
@given(text=texts)
def test_dates_read(text: str) -> None:
    both("dates", "read_date", text)


@settings(max_examples=2000)
@given(moment=st.datetimes())
def test_dates_written(moment: datetime) -> None:
    written = both("dates", "write_date", moment)
    if moment.year >= 1000:
        read = both("dates", "read_date", written)
        assert read == moment.replace(microsecond=0, tzinfo=timezone.utc)


@pytest.mark.parametrize("flavour", ["native", "python"])
def test_time_zones_are_left_alone(flavour: str) -> None:
    moment = datetime(2026, 11, 6, 8, 49, 37, 999999, timezone(timedelta(hours=5)))
    assert load_kernel(flavour, "dates").write_date(moment) == "Fri, 06 Nov 2026 08:49:37 GMT"


@pytest.mark.parametrize("parts", [29, 30, 31, 32, 33, 1000])
def test_media_ranges_of_many_parts(parts: int) -> None:
    pairs = [("/".join(["a"] * parts), 1), ("a/b", 0.5)]
    ordered = both("accept", "sort_items", pairs, 1)
    assert (ordered is None) == (parts > 30)
    # The longer, the more specific.
    assert ordered is None or ordered == pairs


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 33, 500])
def test_sorting_keeps_the_order_of_equals(length: int) -> None:
    pairs = [(f"{index}", (index % 3) / 2) for index in range(length)] + [("*", 1)]
    expected = sorted(pairs, key=lambda pair: (pair[0] != "*", pair[1]), reverse=True)
    assert both("accept", "sort_items", pairs, 0) == expected


WRONG = [None, 1, b"a=1", bytearray(b"a"), ["a"]]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("cookies", "cookie_pairs"),
        ("options", "split_list"),
        ("options", "split_options"),
        ("options", "split_directives"),
        ("options", "unquote_value"),
        ("options", "quote_value"),
        ("dates", "read_date"),
        ("dates", "write_date"),
        ("conditions", "split_etags"),
        ("conditions", "split_ranges"),
    ],
)
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_other_types_are_refused(flavour: str, module: str, name: str, value: Any) -> None:
    with pytest.raises(TypeError):
        getattr(load_kernel(flavour, module), name)(value)


@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_other_types_fill_nothing(flavour: str, value: Any) -> None:
    kernel = load_kernel(flavour, "cookies")
    with pytest.raises(TypeError, match="is a str"):
        kernel.fill_cookies(MultiDict, value)
    with pytest.raises(TypeError, match="a kind of dict"):
        kernel.fill_cookies(value, "a=1")


def test_nothing_is_kept(flavour: str) -> None:
    cookies, options, accept = (load_kernel(flavour, name) for name in MODULES[:3])
    conditions = load_kernel(flavour, "conditions")
    header = 'a=1; b="\\101é"; a=2, x;y="\\"%22";q=0.5, */*' * 20
    before = sys.getrefcount(header)
    for _ in range(100):
        cookies.fill_cookies(MultiDict, header)
        options.split_list(header)
        options.split_options(header)
        options.split_directives(header)
        options.unquote_value(f'"{header}"')
        options.quote_value(header)
        conditions.split_etags(header)
        conditions.split_ranges(header)
        accept.best_offer(accept.accept_items(header, _general), ["x", header], 0)
    assert sys.getrefcount(header) == before


def test_errors_in_the_general_way_come_through(flavour: str) -> None:
    def fail(item: str) -> Any:
        raise LookupError(item)

    kernel: ModuleType = load_kernel(flavour, "accept")
    with pytest.raises(LookupError, match="a;b=1"):
        kernel.accept_items("x, a;b=1", fail)
