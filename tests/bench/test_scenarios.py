"""Scenarios: that their checks find wrong answers, and that nothing is missing."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from benchmarks import scenario as scenarios_module
from benchmarks.__main__ import failed, main
from benchmarks.measure import measure
from benchmarks.scenario import FAMILY, Exchange, Scenario, Statement
from benchmarks.scenarios import UnknownScenario, every, find, select
from benchmarks.shared import ROOT, worker
from benchmarks.table import Row, lines, markdown_table, text_table
from flaskfast._bench.rounds import Failure, Result

pytestmark = pytest.mark.flavourless


def bare(body: bytes = b"right", status: str = "200 OK", **headers: str) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(status, [("Content-Type", "text/html; charset=utf-8"), *headers.items()])
        return [body]

    return app


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Exchange:
    monkeypatch.setattr(scenarios_module, "REGISTRY", {})
    return Exchange("one", "for a test", body=b"right", headers={"X-A": r"\d+"})


def test_a_right_answer_passes(exchange: Exchange) -> None:
    exchange.peer("bare")(lambda: bare(**{"X-A": "12"}))
    assert exchange.case("bare").check()["body"] == "right"


@pytest.mark.parametrize(
    ("app", "text"),
    [
        (bare(b"wrong", **{"X-A": "1"}), "body b'wrong', expected b'right'"),
        (bare(status="404 NOT FOUND", **{"X-A": "1"}), "status '404 NOT FOUND', expected 200"),
        (bare(**{"X-A": "a"}), "header X-A: 'a'"),
        (bare(), "header X-A: None"),
    ],
)
def test_a_wrong_answer_is_never_timed(exchange: Exchange, app: Any, text: str) -> None:
    exchange.peer("bare")(lambda: app)
    with pytest.raises(worker.WrongAnswer) as caught:
        exchange.case("bare").check()
    assert text in str(caught.value)


def test_other_bytes_need_a_reason(exchange: Exchange) -> None:
    exchange.peer("bare", why="says something else")(lambda: bare(b"other"))
    exchange.case("bare").check()


def test_a_body_may_be_judged_by_a_function(exchange: Exchange) -> None:
    exchange.body = lambda body: body.startswith(b"ri")
    exchange.headers = {}
    exchange.peer("bare")(lambda: bare(b"wrong"))
    with pytest.raises(worker.WrongAnswer):
        exchange.case("bare").check()


def test_a_statement_must_have_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios_module, "REGISTRY", {})
    statement = Statement("two", "for a test", statement="f(x)", expect=4, repeat=3, calls=6)
    calls: list[int] = []

    def double(x: int) -> int:
        calls.append(x)
        return 2 * x

    statement.peer("good")(lambda: {"f": double, "x": 2})
    statement.peer("bad")(lambda: {"f": double, "x": 3})
    case = statement.case("good")
    case.check()
    calls.clear()
    case.run(7)
    assert len(calls) == 9  # whole loops of three
    with pytest.raises(worker.WrongAnswer, match="bad gives 6, expected 4"):
        statement.case("bad").check()


def test_a_peer_that_is_not_installed_says_how_to_install_it(exchange: Exchange) -> None:
    def builder() -> Any:
        import no_such_framework  # type: ignore[import-not-found]

        return no_such_framework

    exchange.peer("absent")(builder)
    with pytest.raises(worker.Absent, match="pip install no_such_framework"):
        exchange.case("absent")


def test_a_name_is_declared_once(exchange: Exchange) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Exchange("one", "again")


def test_unknown_names_are_answered_with_near_ones() -> None:
    with pytest.raises(UnknownScenario, match=r"no scenario 'helo'.*hello"):
        select(["helo"])


def test_selection_by_name_group_and_prefix() -> None:
    assert [s.name for s in select(["query"])] == ["query"]
    assert {s.name for s in select(["session"])} == {
        "session-none",
        "session-unread",
        "session-read",
        "session-write",
    }
    assert {s.group for s in select(["template"])} == {"template"}
    assert len(select([])) == len(every())


def test_the_whole_list_of_scenarios_is_there() -> None:
    names = set(every())
    wanted = """
        hello json params query routes-1000 routes-10000 hooks method-view form json-in upload-10k
        upload-1M session-none session-unread session-read session-write cookies accept errors-404
        errors-403 errors-exception redirect static-file static-304 stream async-view page
        small-template busy-view httpbin-get httpbin-html httpbin-status-418 flaskr-index
        flaskr-index-in flaskr-login inside-request inside-g inside-current-app inside-session-get
        inside-args-get inside-headers-get inside-url-for inside-jsonify inside-make-response
        inside-render-template inside-render-template-string bigtable-int bigtable-plain
        bigtable-dirty template-loop template-macro template-attributes template-filters
        template-inheritance template-compile match-10 match-10000 build parse-cookie
        options-header parse-accept best-match query-6 query-1000 headers-build parse-date
        register-100 start-app
        multipart-random-16M multipart-cr-1M multipart-look-alike-1M multipart-no-newline-1M
    """
    assert set(wanted.split()) <= names


@pytest.mark.parametrize("scenario", every().values(), ids=list(every()))
def test_every_scenario_has_flaskfast_and_what_it_is_compared_with(scenario: Scenario) -> None:
    assert {*FAMILY[:2], scenario.replaces} <= set(scenario.implementations)
    assert scenario.implementations[:2] == FAMILY[:2]
    assert scenario.goal


@pytest.mark.parametrize("name", ["hello", "json", "params", "query"])
def test_peers_answer_what_flask_answers(name: str) -> None:
    results = measure(find(name), rounds=1, seconds=0.0)
    for implementation, result in results.items():
        failure = result.failure
        assert failure is None or failure.kind == "absent", (implementation, failure)
    assert results["flask"].ran
    assert results["flaskfast-python"].ran


def test_a_worker_for_flask_knows_nothing_of_flaskfast() -> None:
    program = (
        "import sys\n"
        "from benchmarks.scenario import load\n"
        "case = load({'scenario': 'hello', 'implementation': 'flask'})\n"
        "case.check()\n"
        "print([m for m in sys.modules if m.partition('.')[0] == 'flaskfast'])\n"
        "import flaskfast\n"
        "load({'scenario': 'hello', 'implementation': 'flask'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n"
    assert "WrongAnswer: flaskfast was imported" in done.stderr


def rows() -> list[Row]:
    fast = Result("flaskfast", rounds=[10_000, 11_000])
    python = Result("flaskfast-python", failure=Failure("no such | kernel", "absent"))
    flask = Result("flask", rounds=[100_000, 120_000])
    falcon = Result("falcon", failure=Failure("Falcon is not installed:\npip install falcon"))
    found = {r.implementation: r for r in (fast, python, flask, falcon)}
    return [Row(find("hello"), found)]


def test_the_table_leaves_nobody_out() -> None:
    table = lines(rows()[0])
    assert [line[1] for line in table] == ["flaskfast", "flaskfast-python", "flask", "falcon"]
    assert table[0][4] == "10.00"
    assert table[0][5] == "9.09-12.00"
    assert "goal <= 0.8 of falcon: falcon was not measured" in table[0][-1]
    assert table[1][-1] == "no such | kernel"
    assert table[3][-1] == "Falcon is not installed: pip install falcon"


@pytest.mark.parametrize(
    ("implementation", "kind", "expected"),
    [
        ("falcon", "absent", False),
        ("falcon", "late", False),
        ("falcon", "wrong", True),
        ("flaskfast", "absent", False),
        ("flaskfast", "late", True),
        ("flask", "broken", True),
    ],
)
def test_who_fails_a_run(implementation: str, kind: str, expected: bool) -> None:
    result = Result(implementation, failure=Failure("reason", kind))
    assert failed(Row(find("hello"), {implementation: result})) is expected


def test_goals_are_judged() -> None:
    row = rows()[0]
    results = dict(row.results)
    results["falcon"] = Result("falcon", rounds=[9_000, 9_000])
    results["flaskfast-python"] = Result("flaskfast-python", rounds=[19_000, 21_000])
    table = lines(Row(row.scenario, results))
    assert "goal <= 0.8 of falcon: missed, 1.11" in table[0][-1]
    assert "goal >= 5 x flask: met, 5.3 x" in table[1][-1]


def test_text_and_markdown_have_every_line() -> None:
    assert len(text_table(rows()).splitlines()) == 5
    markdown = markdown_table(rows())
    assert markdown.count("\n") == 6
    assert "no such \\| kernel" in markdown


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["run", "--only", "nonsense"], "There is no scenario 'nonsense'."),
        (["run", "--only", "hello", "--implementations", "x"], "There is no implementation 'x'"),
        (["count", "--only", "hello", "--implementations", "x"], "There is no implementation 'x'"),
        (["profile", "hello", "--implementations", "mako"], "There is no implementation 'mako'"),
        (["gate", "--flavours", "rust"], "There is no flavour 'rust'"),
        (["served", "--servers", "iis"], "There is no server 'iis'"),
        (["served", "--implementations", "x"], "There is no implementation 'x'"),
        (["startup", "--only", "x"], "There is none of x"),
        (["publish", "none.json"], "none.json holds no results."),
        (["ratchet", "--accept", "nonsense"], "There is no scenario 'nonsense'."),
    ],
    ids=" ".join,
)
def test_the_command_line_names_what_is_unknown(
    words: list[str],
    text: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Drawing is not what this is about, and its library may not be there.
    monkeypatch.setattr("benchmarks.__main__.pyplot", lambda: None)
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(text)
