"""What other parsers fell over, held against ours: the rows of parsing in the list of incidents."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest

from flaskfast import Flask, http, request
from flaskfast.testing import EnvironBuilder


def seconds(function: Callable[[str], Any], text: str) -> float:
    best = float("inf")
    gc.disable()  # it looks at what others have left
    try:
        for _ in range(3):
            start = time.process_time()
            function(text)
            best = min(best, time.process_time() - start)
    finally:
        gc.enable()
    return best


def accept(cls: type) -> Callable[[str], Any]:
    return lambda text: http.parse_accept_header(text, cls)


# What to call, how the text begins, and what of it comes so and so many times.
HOSTILE: dict[str, tuple[Callable[[str], Any], str, str, int]] = {
    # CVE-2024-24762, CVE-2026-28356: quotes and backslashes of an options header.
    "options-quotes": (http.parse_options_header, 'v; a="', '\\"', 32_768),
    "options-backslashes": (http.parse_options_header, 'v; a="', "\\", 65_536),
    "options-closed": (http.parse_options_header, "v", '; a="\\""', 8_192),
    "options-open": (http.parse_options_header, "v", '; a="', 13_000),
    "options-tokens": (http.parse_options_header, "v;", "a", 65_536),
    "options-marks": (http.parse_options_header, "v;a=1;a", "*1", 32_768),
    "options-sections": (http.parse_options_header, "v;", "a*0=x;", 10_000),
    "list-quotes": (http.parse_list_header, '"', '\\"', 32_768),
    "list-open": (http.parse_list_header, "", 'a,"', 20_000),
    "list-commas": (http.parse_list_header, "", ",", 65_536),
    # Django CVE-2023-23969
    "languages": (accept(http.LanguageAccept), "", "a,", 32_768),
    "languages-q": (accept(http.LanguageAccept), "", "en;q=0.5,de;q=0.7,", 4_000),
    "media-parts": (accept(http.MIMEAccept), "", "a/", 32_768),
    # Starlette CVE-2025-62727
    "ranges": (http.parse_range_header, "bytes=0-0", ",1-1", 20_000),
    "ranges-blanks": (http.parse_range_header, "bytes=0-", " ", 65_536),
    "ranges-tabs": (http.parse_range_header, "bytes=\t", "\t", 65_536),
    "ranges-large": (http.parse_range_header, f"bytes=0-{'9' * 20}", ",-", 20_000),
    "content-range": (http.parse_content_range_header, "bytes 0-9/1", " ", 65_536),
    "etags": (http.parse_etags, "", '"a", ', 13_000),
    "etags-open": (http.parse_etags, '"', "a,", 32_768),
    "etags-blanks": (http.parse_etags, "a", " ", 65_536),
    "etags-marks": (http.parse_etags, "", 'W/", ', 13_000),
    "if-range": (http.parse_if_range_header, '"', "a ", 32_768),
    "directives-quotes": (http.parse_dict_header, 'a="', '\\"', 32_768),
    "directives-escaped": (http.parse_dict_header, "", '"a=\\"", ', 10_000),
    "directives-marks": (http.parse_dict_header, "", "a*=utf-8''%41, ", 4_000),
    "directives-charset": (http.parse_dict_header, "a*=", "a'", 32_768),
    "quoted-open": (http.unquote_header_value, '"', "\\", 65_536),
    "policies": (http.parse_csp_header, "", "a b;", 16_000),
    "digest": (http.parse_authorization_header, "Digest a=b", ',"', 32_768),
    "basic": (http.parse_authorization_header, "Basic ", "YWJj", 16_384),
    "equals": (http.parse_authorization_header, "Bearer ", "=", 65_536),
    "cookies-open": (http.parse_cookie, "", 'a="b;', 13_000),
    "cookies-escapes": (http.parse_cookie, 'a="', "\\", 65_536),
    "cookies-blanks": (http.parse_cookie, "a", " ", 65_536),
    # CVE-2026-53539
    "query-semicolons": (http.parse_query, "", "a;", 100_000),
    "query-percent": (http.parse_query, "", "%", 65_536),
    "query-bytes": (http.parse_query, "", "%FF", 20_000),
    "dates": (http.parse_date, "", "1 ", 32_768),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values_take_linear_time(name: str) -> None:
    function, head, unit, count = HOSTILE[name]
    # Twice the text, less than three times the time; of very short times only noise is measured.
    for _ in range(6):
        single = seconds(function, head + unit * count)
        double = seconds(function, head + unit * 2 * count)
        if double < 3 * single or double < 0.002:
            return
    pytest.fail(f"{double:.4f} s for twice what takes {single:.4f} s")


NOT_NUMBERS = ["+5", "1_0", "\u0665", "\xb2", "0x5", "5" * 5000, "", " ", "5 5", "5\n"]


@pytest.mark.parametrize("number", NOT_NUMBERS)
def test_numbers_are_ascii_digits(number: str) -> None:
    # aiohttp CVE-2023-47627, CVE-2024-23829
    assert http.parse_age(number) is None
    assert http.parse_range_header(f"bytes={number}-") is None
    assert http.parse_content_range_header(f"bytes {number}-9/10") is None


BASICS = [
    "\xff",
    "/w==",
    "YQ",
    "YQ===",
    "Y Q==",
    "=YQ=",
    "YTpi\xff",
    "\u0665",
    "",
    ":",
    "Og",
    "YQ==YQ==",
]


@pytest.mark.parametrize("basic", BASICS)
def test_credentials_that_cannot_be_decoded_are_none(basic: str) -> None:
    # Werkzeug answers 500 to the first one.
    app = Flask(__name__)

    @app.get("/")
    def index() -> str:
        return str(request.authorization and request.authorization.username)

    answer = app.test_client().get("/", headers={"Authorization": f"Basic {basic}"})
    assert (answer.status_code, answer.text) == (200, "None" if basic else "")
    assert (http.parse_authorization_header(f"Basic {basic}") is None) is bool(basic)


def test_a_wrapped_reader_of_credentials_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def read(value: str) -> None:
        seen.append(value)

    monkeypatch.setattr("werkzeug.datastructures.Authorization.from_header", read)
    with Flask(__name__).test_request_context(headers={"Authorization": "Bearer x"}):
        assert request.authorization is None
    assert seen == ["Bearer x"]


def test_qualities_are_ascii_digits() -> None:
    for quality in ("+1", "1_0", "0x1", "1e0", ".5", "1.", "-1", "5" * 5000):
        assert not http.parse_accept_header(f"a;q={quality}"), quality


def test_a_prefix_cannot_be_smuggled() -> None:
    # CVE-2023-23934
    for header in ("=__Host-a=1", "=__Secure-a=1", "==__Host-a=1", "; =__Host-a=1"):
        assert http.parse_cookie(header) == {}
    assert "__Host-a" not in http.parse_cookie("\xa0__Host-a=1")


def test_django_cve_2023_23969_what_is_kept_of_clients_is_little() -> None:
    """Accept headers are kept: few, none that is long, and nobody sees another's changes."""
    kept = http.accept._kept
    kept.cache_clear()
    for number in range(1000):
        http.parse_accept_header(f"text/x-{number}, */*;q=0.5", http.MIMEAccept)
        http.parse_accept_header(f"text/{'x' * 256}-{number}", http.MIMEAccept)
    assert kept.cache_info().currsize == kept.cache_info().maxsize == 64
    assert kept.cache_info().misses == 1000
    list.clear(http.parse_accept_header("a, b;q=0.5"))
    assert list(http.parse_accept_header("a, b;q=0.5")) == [("a", 1), ("b", 0.5)]
    assert http.parse_accept_header("a, b;q=0.5").best_match(["b"]) == "b"


def test_a_semicolon_parts_no_fields() -> None:
    # CVE-2026-53539, bottle CVE-2020-28473
    assert http.parse_query("a=1;b=2").to_dict(flat=False) == {"a": ["1;b=2"]}


def test_cookies_of_a_request_never_raise() -> None:
    app = Flask(__name__)

    @app.get("/")
    def index() -> dict[str, Any]:
        return request.cookies.to_dict(flat=False)

    for char in [*map(chr, range(256)), "\u20ac", "\ud800"]:
        environ = EnvironBuilder(app, "/").get_environ()
        for value in (char, f'"{char}"', f'"\\{char}"', f"{char}=x"):
            environ["HTTP_COOKIE"] = f"a={value}; b=2"
            with app.request_context(environ):
                request.cookies
            http.parse_cookie(environ)
            http.parse_cookie(environ["HTTP_COOKIE"])


@pytest.mark.parametrize("char", [chr(n) for n in [*range(32), 127]], ids=ascii)
def test_a_cookie_has_no_control_character(char: str) -> None:
    assert char not in http.dump_cookie("name", f"a{char}b")
    assert (
        http.parse_cookie(http.dump_cookie("name", f"a{char}b", path=None))["name"] == f"a{char}b"
    )
    assert char not in http.dump_cookie("name", path=f"/{char}")
    with pytest.raises(ValueError, match="control character"):
        http.dump_cookie(f"na{char}me")
    with pytest.raises(ValueError, match="control character"):
        http.dump_cookie("name", expires=f"Fri{char}")
    with pytest.raises(ValueError):
        http.dump_cookie("name", domain=f"a{char}b")
