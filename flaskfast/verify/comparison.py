"""Compare the answers of flaskfast with those that genuine Flask gave to the same request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from . import template
from .answer import Answer, Visit
from .normalisation import Reading, opened, readable_body, readable_header
from .request import Request


class Outcome(Enum):
    """How flaskfast's answers compare with genuine Flask's."""

    SAME = "same"
    #: Genuine Flask itself never answers twice the same; flaskfast's answer is of that kind.
    VARIES = "varies"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Difference:
    """One part of an answer that is not as genuine Flask gave it.

    :ivar part: ``status``, ``headers``, ``body``, ``exception`` or ``answer``, and for the
        second of two equal requests, that.
    :ivar expected: the part of genuine Flask's answer.
    :ivar got: the part of flaskfast's, with clocks set to those of the other.
    """

    part: str
    expected: str
    got: str


@dataclass
class Comparison:
    """What became of one request.

    :ivar genuine: one visit of each pass on genuine Flask.
    :ivar changes_state: whether the same request, sent twice, was answered differently the
        second time, by genuine Flask, in the same way in each pass.
    """

    genuine: Sequence[Visit]
    ours: Visit
    outcome: Outcome = Outcome.SAME
    differences: list[Difference] = field(default_factory=list)
    changes_state: bool = False

    @property
    def request(self) -> Request:
        """The request, with the cookies that genuine Flask's side sent along."""
        return self.genuine[0].sent

    @property
    def rule(self) -> str | None:
        """The rule that matched, None where none did."""
        return self.genuine[0].rule

    @property
    def answer(self) -> Answer:
        """The first answer of genuine Flask."""
        return self.genuine[0].first


def compare(genuine: Sequence[Sequence[Visit]], ours: Sequence[Visit]) -> list[Comparison]:
    """Compare visit by visit.

    :param genuine: the visits of at least two passes on genuine Flask.
    :param ours: those of the pass on flaskfast.
    """
    comparisons = [
        _compared([visits[number] for visits in genuine], visit)
        for number, visit in enumerate(ours)
    ]
    _excuse_lengths(comparisons)
    return comparisons


def _excuse_lengths(comparisons: Sequence[Comparison]) -> None:
    """Let the length in an answer to HEAD vary where the answer to GET does.

    The two or three lengths that genuine Flask happened to announce do not tell which others
    it might have.
    """
    varying = {
        _page(c.request)
        for c in comparisons
        if c.request.method == "GET"
        and len({len(a.body) for v in (*c.genuine, c.ours) for a in v.answers}) > 1
    }
    for comparison in comparisons:
        parts = comparison.differences
        if comparison.request.method != "HEAD" or _page(comparison.request) not in varying:
            continue
        if parts and all(_but_for_length(part) for part in parts):
            comparison.outcome = Outcome.VARIES
            comparison.differences = []


def _page(request: Request) -> tuple[str, str]:
    return request.host, request.target


def _but_for_length(difference: Difference) -> bool:
    if not difference.part.startswith("headers"):
        return False
    expected, got = (
        re.sub(r"(?im)^content-length: \d+$", "", text)
        for text in (difference.expected, difference.got)
    )
    return expected == got


def _compared(genuine: Sequence[Visit], ours: Visit) -> Comparison:
    result = Comparison(genuine, ours)
    firsts = [visit.first for visit in genuine]
    seconds = [visit.again for visit in genuine if visit.again is not None]
    if varies(genuine):
        # One answer is as good as another: none depends on how often it was asked for.
        firsts = [answer for visit in genuine for answer in visit.answers]
        seconds = firsts
    outcomes = [_judge_answers(firsts, ours.first, "", result.differences)]
    if not result.differences and ours.again is not None and len(seconds) >= len(genuine):
        where = " (of the same request, sent again)"
        outcomes.append(_judge_answers(seconds, ours.again, where, result.differences))
    result.outcome = max(outcomes, key=list(Outcome).index)
    result.changes_state = _changes_state(genuine, ours)
    return result


def varies(genuine: Sequence[Visit]) -> bool:
    """Tell whether genuine Flask does not answer a request the same in each pass."""
    first, *others = (visit.first for visit in genuine)
    return any(not _alike(first, other) for other in others)


def _changes_state(genuine: Sequence[Visit], ours: Visit) -> bool:
    """Tell whether each pass answered the request in one way, and its repetition in another.

    Also told from numbers that only ever grow, by the same step: a counter that outlives the
    process.
    """
    firsts = [visit.first for visit in genuine]
    seconds = [visit.again for visit in genuine if visit.again is not None]
    if len(seconds) != len(firsts) or any(answer.silence for answer in (*firsts, *seconds)):
        return False
    if all(_alike(firsts[0], first) for first in firsts[1:]):
        return not any(_alike(first, second) for first in firsts for second in seconds)
    answers = [answer for visit in (*genuine, ours) for answer in visit.answers]
    in_order = sorted(answers, key=lambda answer: answer.clock)
    return _counts_up([answer.body.decode("latin-1") for answer in in_order])


def _alike(one: Answer, other: Answer) -> bool:
    """Tell whether two answers are the same but for the clock."""
    if (one.status, one.error) != (other.status, other.error):
        return False
    if [name for name, _ in one.headers] != [name for name, _ in other.headers]:
        return False
    pairs = [(_body_reading(one), _body_reading(other))]
    for (name, value), (_, opposite) in zip(one.headers, other.headers, strict=True):
        if _is_of_rate_limit(name):  # which counts requests, and changes with each
            continue
        pairs.append((_header_reading(name, value, one), _header_reading(name, opposite, other)))
    return all(_differ_by_clock(left, [right]) for left, right in pairs)


def _is_of_rate_limit(name: str) -> bool:
    return "ratelimit" in name.lower().replace("-", "") or name.lower() == "retry-after"


def _counts_up(texts: Sequence[str]) -> bool:
    if len(set(texts)) < len(texts):
        return False
    runs = template.common(texts)
    columns = [template.cut_at(runs, text) for text in texts]
    if None in columns:
        return False
    for column in zip(*columns, strict=True):
        if all(piece.isdecimal() and len(piece) < 16 for piece in column):
            numbers = list(map(int, column))
            steps = {after - before for before, after in pairwise(numbers)}
            if len(steps) == 1 and 0 < steps.pop() < 1000:
                return True
    return False


# -- one answer ---------------------------------------------------------------------------


def _judge_answers(
    samples: Sequence[Answer], got: Answer, where: str, into: list[Difference]
) -> Outcome:
    """Judge one answer part by part; what differs is added to *into*."""
    before = len(into)
    outcomes = [
        _judge_part("answer", [_existence(s) for s in samples], _existence(got), where, into)
    ]
    if not got.silence and not all(sample.silence for sample in samples):
        spoken = [sample for sample in samples if not sample.silence]
        outcomes += [
            _judge_part("exception", [s.error or "" for s in spoken], got.error or "", where, into),
            _judge_part("status", [s.status or "" for s in spoken], got.status or "", where, into),
            _judge_headers(spoken, got, where, into),
            _judge_bodies(spoken, got, where, into),
        ]
    if len(into) > before:
        return Outcome.DIFFERS
    return max(outcomes, key=list(Outcome).index)


def _existence(answer: Answer) -> str:
    return f"none: {answer.silence}" if answer.silence else "an answer"


def _judge_part(
    part: str, samples: Sequence[str], got: str, where: str, into: list[Difference]
) -> Outcome:
    """Judge a text that knows no clock."""
    if all(sample == got for sample in samples):
        return Outcome.SAME
    if got in samples:
        return Outcome.VARIES
    into.append(Difference(f"{part}{where}", samples[0], got))
    return Outcome.DIFFERS


def _judge_bodies(
    samples: Sequence[Answer], got: Answer, where: str, into: list[Difference]
) -> Outcome:
    if all(sample.body == got.body for sample in samples):
        return Outcome.SAME
    readings = [_body_reading(sample) for sample in samples]
    reading = _body_reading(got)
    outcome = judge(readings, reading)
    if outcome is Outcome.DIFFERS:
        settled_text = settled(readings[0], reading)
        into.append(Difference(f"body{where}", readings[0].text, settled_text))
    return outcome


def _body_reading(answer: Answer) -> Reading:
    text = readable_body(answer.body, answer.header("Content-Encoding"))
    return Reading(text, answer.clock, answer.seconds)


def _header_reading(name: str, value: str, answer: Answer) -> Reading:
    if name.lower() == "content-length" and answer.body:
        length = len(answer.body)  # which is compared by itself
        value = "as long as the body" if value == str(length) else f"{value}, of a body of {length}"
    return Reading(readable_header(name, value), answer.clock, answer.seconds)


def _judge_headers(
    samples: Sequence[Answer], got: Answer, where: str, into: list[Difference]
) -> Outcome:
    if all(sample.headers == got.headers for sample in samples):
        return Outcome.SAME
    outcome, rewritten = _header_outcome(samples, got)
    if outcome is Outcome.DIFFERS:
        expected = "\n".join(f"{name}: {opened(value)}" for name, value in samples[0].headers)
        into.append(Difference(f"headers{where}", expected, "\n".join(rewritten)))
    return outcome


def _header_outcome(samples: Sequence[Answer], got: Answer) -> tuple[Outcome, list[str]]:
    """Return how the headers compare, and flaskfast's, written for a difference to be seen."""
    names = [name for name, _ in got.headers]
    orders = {tuple(name for name, _ in sample.headers) for sample in samples}
    if orders == {tuple(names)}:
        rows = list(zip(*(sample.headers for sample in samples), got.headers, strict=True))
        judged = [_judge_header(row[:-1], row[-1], samples, got) for row in rows]
    else:
        judged = list(_judge_loose_headers(samples, got))
        known = set.intersection(*({n for n, _ in sample.headers} for sample in samples))
        if len(orders) == 1 or not known <= set(names):
            judged.append((Outcome.DIFFERS, ""))
    outcome = max((outcome for outcome, _ in judged), key=list(Outcome).index, default=Outcome.SAME)
    if len(orders) > 1 and outcome is Outcome.SAME:
        outcome = Outcome.VARIES
    return outcome, [line for _, line in judged if line]


def _judge_header(
    samples: Sequence[tuple[str, str]],
    header: tuple[str, str],
    answers: Sequence[Answer],
    got: Answer,
) -> tuple[Outcome, str]:
    name, value = header
    readings = [
        _header_reading(name, text, answer)
        for (_, text), answer in zip(samples, answers, strict=True)
    ]
    reading = _header_reading(name, value, got)
    outcome = judge(readings, reading)
    if outcome is Outcome.DIFFERS and _is_timer(name, readings, reading):
        outcome = Outcome.SAME
    if outcome is not Outcome.DIFFERS:
        return outcome, f"{name}: {opened(samples[0][1])}"
    return outcome, f"{name}: {settled(readings[0], reading)}"


def _is_timer(name: str, samples: Sequence[Reading], got: Reading) -> bool:
    """Tell whether a header counts seconds, and differs by no more than the clock explains."""
    lower = name.lower()
    if lower not in ("retry-after", "age") and not lower.endswith("ratelimit-reset"):
        return False
    if not (got.text.isdecimal() and samples[0].text.isdecimal()):
        return False
    apart = abs(int(got.text) - int(samples[0].text))
    return apart <= 2 + got.slack + samples[0].slack


def _judge_loose_headers(samples: Sequence[Answer], got: Answer) -> Iterator[tuple[Outcome, str]]:
    """Judge headers by their names, where genuine Flask and flaskfast do not send the same ones,
    or genuine Flask does not always send the same."""
    for name, value in got.headers:
        alike = [next((h for h in s.headers if h[0] == name), None) for s in samples]
        present = [(header, s) for header, s in zip(alike, samples, strict=True) if header]
        if not present:
            yield Outcome.DIFFERS, f"{name}: {opened(value)}"
            continue
        headers, answers = zip(*present, strict=True)
        several = sum(n == name for n, _ in got.headers) > 1
        outcome, line = _judge_header(headers, (name, value), answers, got)
        yield (Outcome.VARIES, f"{name}: {opened(value)}") if several else (outcome, line)


# -- one text -----------------------------------------------------------------------------


def judge(samples: Sequence[Reading], got: Reading) -> Outcome:
    """Judge a text by those that genuine Flask gave at other times.

    Equal samples leave no choice. Where they differ in readings of the clock only, so may
    this text, by as much as its own clock is ahead. Otherwise it has to fit in between them.
    """
    texts = [sample.text for sample in samples]
    if len(set(texts)) == 1:
        return Outcome.SAME if got.text == texts[0] else Outcome.DIFFERS
    if _differ_by_clock(samples[0], samples[1:]):
        if _follows_clock(samples, got):
            return Outcome.SAME
        return Outcome.DIFFERS
    settled_texts = [texts[0], *(settled(samples[0], sample) for sample in samples[1:])]
    mine = settled(samples[0], got)
    if len(set(settled_texts)) > 1 and template.fits(settled_texts, mine):
        return Outcome.VARIES
    return Outcome.VARIES if template.fits(texts, got.text) else Outcome.DIFFERS


def _differ_by_clock(first: Reading, others: Sequence[Reading]) -> bool:
    return all(
        other.parts[0] == first.parts[0]
        and all(
            other.parts[1][i].text == moment.text or other.moves_like(i, first)
            for i, moment in enumerate(first.parts[1])
        )
        for other in others
    )


def _follows_clock(samples: Sequence[Reading], got: Reading) -> bool:
    """Tell whether *got* moves where the samples move, and only there."""
    first = samples[0]
    if got.parts[0] != first.parts[0]:
        return False
    for number, moment in enumerate(first.parts[1]):
        stands = all(sample.parts[1][number].text == moment.text for sample in samples)
        if got.parts[1][number].text == moment.text:
            continue
        if stands or not got.moves_like(number, first):
            return False
    return True


def settled(reference: Reading, reading: Reading) -> str:
    """Return the text of *reading* with its clocks set to those of *reference*.

    So that only what really differs is seen to differ. Texts that do not have the same number
    of moments are left as they are.
    """
    literal, moments = reading.parts
    if len(moments) != len(reference.parts[1]) or not moments:
        return reading.text
    pieces = [literal[0]]
    for number, moment in enumerate(moments):
        like = reading.moves_like(number, reference)
        pieces.append(reference.parts[1][number].text if like else moment.text)
        pieces.append(literal[number + 1])
    return "".join(pieces)
