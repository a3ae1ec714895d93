"""What counts as a difference, what varies by itself, and what moves with the clock."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import replace
from datetime import datetime, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from flaskfast.verify import template
from flaskfast.verify.answer import Answer, Visit
from flaskfast.verify.comparison import Comparison, Difference, Outcome, compare
from flaskfast.verify.difference import lines_of
from flaskfast.verify.normalisation import opened
from flaskfast.verify.request import Request

START = datetime(2026, 11, 23, 10, 0, 0, tzinfo=timezone.utc).timestamp()


def answer(
    body: str | bytes = "", *headers: tuple[str, str], at: float = 0, **more: object
) -> Answer:
    """Make an answer that was given `at` seconds after the start."""
    data = body.encode() if isinstance(body, str) else body
    made = Answer(status="200 OK", headers=headers, body=data, clock=START + at)
    return replace(made, **more)  # type: ignore[arg-type]


def judged(*answers: Answer, method: str = "POST") -> Comparison:
    """Compare the last answer with the others, which are genuine Flask's of as many passes."""
    request = Request(method, "/")
    *genuine, ours = (Visit(request, one) for one in answers)
    (result,) = compare([[visit] for visit in genuine], [ours])
    return result


def outcome(*answers: Answer) -> Outcome:
    return judged(*answers).outcome


# -- constant ----------------------------------------------------------------------------


def test_equal_answers_are_the_same() -> None:
    one = answer("text", ("A", "b"))
    assert outcome(one, one, one) is Outcome.SAME


@pytest.mark.parametrize(
    "other",
    [
        answer("Text", ("A", "b")),
        answer("text ", ("A", "b")),
        answer("", ("A", "b")),
        answer("text", ("A", "c")),
        answer("text", ("a", "b")),
        answer("text"),
        answer("text", ("A", "b"), ("A", "b")),
        answer("text", ("A", "b"), status="200 Ok"),
        answer("text", ("A", "b"), status=None, error="ValueError"),
        answer("", silence="no answer within 10 seconds"),
    ],
)
def test_any_change_of_a_constant_answer_is_a_difference(other: Answer) -> None:
    one = answer("text", ("A", "b"))
    result = judged(one, one, other)
    assert result.outcome is Outcome.DIFFERS
    assert result.differences


def test_the_order_of_headers_counts() -> None:
    one = answer("", ("A", "1"), ("B", "2"))
    assert outcome(one, one, answer("", ("B", "2"), ("A", "1"))) is Outcome.DIFFERS


def test_the_order_of_allowed_methods_does_not() -> None:
    one, other = answer("", ("Allow", "GET, HEAD")), answer("", ("Allow", "HEAD, GET"))
    assert outcome(one, one, other) is Outcome.SAME
    assert outcome(one, one, answer("", ("Allow", "HEAD, GET, POST"))) is Outcome.DIFFERS


def test_silence_on_both_sides_is_the_same() -> None:
    one = answer(silence="no answer within 1 seconds")
    assert outcome(one, one, one) is Outcome.SAME
    assert outcome(one, one, answer("")) is Outcome.DIFFERS


@given(st.binary(min_size=1), st.data())
def test_one_byte_is_enough(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    other = bytearray(body)
    other[place] ^= data.draw(st.integers(1, 255))
    result = judged(answer(body), answer(body, at=2), answer(bytes(other), at=1))
    assert result.outcome is Outcome.DIFFERS
    (difference,) = result.differences
    assert lines_of(difference)


# -- clocks ------------------------------------------------------------------------------


def moment(at: float) -> datetime:
    return datetime.fromtimestamp(START + at, timezone.utc)


CLOCKS = {
    "http": lambda at: format_datetime(moment(at), usegmt=True),
    "iso": lambda at: moment(at).isoformat(),
    "iso, naive, another zone": lambda at: f"{moment(at + 7200):%Y-%m-%d %H:%M:%S.%f}",
    "unix": lambda at: str(int(START + at)),
    "unix, float": lambda at: f"{START + at:.6f}",
    "unix, milliseconds": lambda at: str(int((START + at) * 1000)),
    "in a month": lambda at: format_datetime(moment(at + 31 * 86400), usegmt=True),
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_clock_may_move_as_the_clock_does(clock: str) -> None:
    def page(at: float) -> Answer:
        return answer(f"<p>{CLOCKS[clock](at)}</p>", ("X-At", CLOCKS[clock](at)), at=at)

    assert outcome(page(0), page(3), page(40)) is Outcome.SAME
    wrong = replace(page(90), clock=START + 40)
    result = judged(page(0), page(3), wrong)
    assert result.outcome is Outcome.DIFFERS
    assert {difference.part for difference in result.differences} == {"headers", "body"}


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_date_that_stands_must_stand(clock: str) -> None:
    fixed = CLOCKS[clock](0)
    page, later = answer(fixed), answer(fixed, at=3)
    assert outcome(page, later, answer(fixed, at=40)) is Outcome.SAME
    assert outcome(page, later, answer(CLOCKS[clock](1), at=1)) is Outcome.DIFFERS


def test_a_clock_in_another_form_is_a_difference() -> None:
    assert (
        outcome(
            answer(CLOCKS["iso"](0)),
            answer(CLOCKS["iso"](3), at=3),
            answer(CLOCKS["http"](6), at=6),
        )
        is Outcome.DIFFERS
    )


def test_beside_a_clock_everything_counts() -> None:
    def page(text: str, at: float) -> Answer:
        return answer(f"{text} {CLOCKS['unix'](at)}", at=at)

    assert outcome(page("a", 0), page("a", 3), page("a", 5)) is Outcome.SAME
    assert outcome(page("a", 0), page("a", 3), page("b", 5)) is Outcome.DIFFERS


def test_a_difference_is_shown_without_what_the_clock_explains() -> None:
    def page(text: str, at: float) -> Answer:
        return answer(f"{CLOCKS['http'](at)}\n{text}", at=at)

    (difference,) = judged(page("a", 0), page("a", 3), page("b", 9)).differences
    assert [str(line) for line in lines_of(difference) if line.kind in ("added", "removed")] == [
        "- a",
        "+ b",
    ]


def test_seconds_that_are_counted_down_may_be_a_second_off() -> None:
    def limited(seconds: int) -> Answer:
        return answer("", ("Retry-After", str(seconds)))

    assert outcome(limited(60), limited(60), limited(59)) is Outcome.SAME
    assert outcome(limited(60), limited(60), limited(50)) is Outcome.DIFFERS
    one, other = answer("", ("X-Number", "60")), answer("", ("X-Number", "59"))
    assert outcome(one, one, other) is Outcome.DIFFERS


def test_a_limited_rate_is_no_change_of_data() -> None:
    def visit(left: int) -> Visit:
        first, again = (answer("", ("X-RateLimit-Remaining", str(n))) for n in (left, left - 1))
        return Visit(Request("GET", "/"), first, again)

    (result,) = compare([[visit(9)], [visit(9)]], [visit(9)])
    assert (result.outcome, result.changes_state) == (Outcome.SAME, False)
    (result,) = compare([[visit(9)], [visit(9)]], [visit(8)])
    assert result.outcome is Outcome.DIFFERS


# -- signatures --------------------------------------------------------------------------

SERIALIZER = URLSafeTimedSerializer("key", salt="salt")


def test_a_signed_value_is_compared_by_what_it_says() -> None:
    text = SERIALIZER.dumps({"user": 1})
    assert opened(f"session={text}; Path=/").startswith('session=<signed {"user":1} at 1')
    long = SERIALIZER.dumps(["x"] * 500)
    assert "<compressed signed [" in opened(long)


@pytest.mark.parametrize(
    "text", ["a.b.c", "www.example.org", "1.2.3", "x" * 40, "e30.____.aaaaaa", ""]
)
def test_what_is_not_signed_stays(text: str) -> None:
    assert opened(text) == text


@given(st.text(alphabet="abcdefgh.-_=% ", max_size=80))
def test_reading_signatures_never_fails(text: str) -> None:
    assert isinstance(opened(text), str)


# -- what varies by itself ---------------------------------------------------------------


def random_page(kind: int) -> str:
    if kind == 0:
        return (
            f'<input name="csrf" value="{secrets.token_urlsafe(16)}"><p>{secrets.randbelow(99)}</p>'
        )
    if kind == 1:
        return json.dumps({"id": str(uuid.uuid4()), "n": secrets.randbelow(10**9), "s": "same"})
    if kind == 2:
        return f"{secrets.token_hex(8)} and {secrets.token_hex(16)}, no more"
    colours = ["red", "green", "blue", "yellow"]
    secrets.SystemRandom().shuffle(colours)
    return "".join(f"<li>{colour}</li>" for colour in colours)


@pytest.mark.parametrize("kind", range(4))
def test_random_pages_vary_by_themselves(kind: int) -> None:
    for _ in range(200):
        pages = [random_page(kind) for _ in range(9)]
        if len(set(pages[:8])) > 1:
            assert outcome(*map(answer, pages)) in (Outcome.VARIES, Outcome.SAME)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (0, "<p>", "<b>"),
        (0, 'name="csrf"', 'name="csfr"'),
        (1, '"s": "same"', '"s": "sane"'),
        (1, "}", ""),
        (2, "and", "or"),
        (2, ", no more", ""),
        (3, "green", "brown"),
        (3, "<li>red</li>", ""),
    ],
)
def test_within_a_random_page_what_is_constant_must_be(kind: int, old: str, new: str) -> None:
    pages = [random_page(kind) for _ in range(8)]
    assert old in pages[0]
    broken = random_page(kind).replace(old, new)
    assert outcome(*map(answer, pages), answer(broken)) is Outcome.DIFFERS


def test_random_values_keep_their_length_and_letters() -> None:
    samples = [secrets.token_hex(16) for _ in range(4)]
    assert template.fits(samples, secrets.token_hex(16))
    assert not template.fits(samples, secrets.token_hex(15))
    assert not template.fits(samples, "X" * 32)


def test_a_length_that_varies_with_the_body_is_no_difference() -> None:
    def page(body: str) -> Answer:
        return answer(body, ("Content-Length", str(len(body))))

    assert outcome(page("n=1"), page("n=22"), page("n=4444")) is Outcome.VARIES
    wrong = answer("n=4444", ("Content-Length", "5"))
    assert outcome(page("n=1"), page("n=22"), wrong) is Outcome.DIFFERS


def test_the_length_for_head_varies_where_get_does() -> None:
    def visits(body: str) -> list[Visit]:
        length = ("Content-Length", str(len(body)))
        return [
            Visit(Request("GET", "/"), answer(body, length)),
            Visit(Request("HEAD", "/"), answer("", length)),
        ]

    page, head = compare([visits("n=1"), visits("n=22")], visits("n=4444"))
    assert (page.outcome, head.outcome) == (Outcome.VARIES, Outcome.VARIES)
    page, head = compare([visits("n=1"), visits("n=1")], visits("n=2222"))
    assert (page.outcome, head.outcome) == (Outcome.DIFFERS, Outcome.VARIES)
    same = visits("n=1")
    wrong = [same[0], Visit(Request("HEAD", "/"), answer("", ("Content-Length", "9")))]
    assert compare([same, same], wrong)[1].outcome is Outcome.DIFFERS


def test_headers_that_come_and_go() -> None:
    one, other = answer("", ("A", "1"), ("B", "2")), answer("", ("A", "1"))
    assert outcome(one, other, one) is Outcome.VARIES
    assert outcome(one, other, answer("", ("B", "2"))) is Outcome.DIFFERS
    assert outcome(one, other, answer("", ("A", "1"), ("C", "3"))) is Outcome.DIFFERS


# -- state -------------------------------------------------------------------------------


def repeated(*pairs: tuple[str, str]) -> Comparison:
    """Compare passes in which the same GET request was sent twice."""
    request = Request("GET", "/")
    *genuine, ours = (
        Visit(request, answer(a, at=10 * n), answer(b, at=10 * n + 1))
        for n, (a, b) in enumerate(pairs)
    )
    (result,) = compare([[visit] for visit in genuine], [ours])
    return result


def test_a_request_that_changes_data_is_told_and_compared_step_by_step() -> None:
    result = repeated(("v 1", "v 2"), ("v 1", "v 2"), ("v 1", "v 2"))
    assert (result.outcome, result.changes_state) == (Outcome.SAME, True)
    result = repeated(("v 1", "v 2"), ("v 1", "v 2"), ("v 1", "v 3"))
    assert (result.outcome, result.changes_state) == (Outcome.DIFFERS, True)
    assert "sent again" in result.differences[0].part


def test_a_counter_that_outlives_the_process_is_told() -> None:
    result = repeated(("v 1", "v 2"), ("v 3", "v 4"), ("v 5", "v 6"))
    assert (result.outcome, result.changes_state) == (Outcome.VARIES, True)


def test_chance_is_not_taken_for_state() -> None:
    result = repeated(("v 71", "v 12"), ("v 33", "v 94"), ("v 55", "v 26"))
    assert (result.outcome, result.changes_state) == (Outcome.VARIES, False)


# -- how it is shown ---------------------------------------------------------------------


def shown(expected: str, got: str) -> list[str]:
    difference = Difference(
        "body", expected.encode().decode("latin-1"), got.encode().decode("latin-1")
    )
    return [str(line) for line in lines_of(difference)]


def test_lines_are_compared_with_lines() -> None:
    assert shown("a\nb\nc", "a\nx\nc") == ["  @@ -1,3 +1,3 @@", "  a", "- b", "+ x", "  c"]


def test_long_lines_are_cut_around_the_difference() -> None:
    _, removed, added = shown("x" * 5000 + "old" + "y" * 5000, "x" * 5000 + "new" + "y" * 5000)
    assert "old" in removed and "new" in added
    assert max(len(removed), len(added)) < 250
    assert "(+4950 characters)" in removed


def test_what_cannot_be_seen_is_written_out() -> None:
    assert shown("a", "a\r\x00\u200b")[1:] == ["- a", r"+ a\r\x00\u200b"]
    assert shown("é", "e\u0301")[1] == "- é"


def test_long_differences_are_cut() -> None:
    lines = shown("\n".join(map(str, range(500))), "\n".join(map(str, range(500, 1000))))
    assert len(lines) == 61
    assert lines[-1].endswith("more lines")


def test_huge_bodies_are_compared_in_no_time() -> None:
    one = "\n".join(f"line {n}" for n in range(100_000))
    result = judged(answer(one), answer(one), answer(one.replace("line 70000", "line 7000x")))
    (difference,) = result.differences
    assert [str(line) for line in lines_of(difference)][:2] == [
        "  line 70001, the first that differs",
        "- line 70000",
    ]
    samples = [answer(f"{one}{secrets.token_hex(8)}{one}") for _ in range(3)]
    assert outcome(*samples) is Outcome.VARIES
