"""Results kept in a file, and put into pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.publish import HEADINGS, LEADING, little_gain, publish, readme_table
from benchmarks.scenarios import every, find
from benchmarks.table import BEGIN, END, NoPlace, Row, lines, put_into, unmet
from flaskfast._bench.rounds import Failure, Result

pytestmark = pytest.mark.flavourless

PAGE = f"before\n{BEGIN}\nold\n{END}\nafter\n"


def answer(*names: str) -> dict[str, object]:
    return {"status": "200 OK", "headers": [[name, "x"] for name in names], "body": "secret"}


def row(fast: float = 10_000, name: str = "hello") -> Row:
    found = (
        Result("flaskfast", answer("Date", "Vary"), [fast, fast]),
        Result("flaskfast-python", None, failure=Failure("no such module", "absent")),
        Result("flask", answer("Date", "Vary"), [100_000, 120_000]),
        Result("falcon", answer("date"), [5_000, 5_000]),
    )
    return Row(find(name), {result.implementation: result for result in found})


def test_results_survive_being_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "results.json"
    results.save([row()], path)
    results.save([row(name="json")], path)
    results.save([row(20_000)], path)
    rows, machines = results.load(path)
    assert [r.scenario.name for r in rows] == ["hello", "json"]
    assert rows[0].results["flaskfast"].rounds == [20_000, 20_000]
    failure = rows[0].results["flaskfast-python"].failure
    assert failure is not None
    assert (str(failure), failure.kind) == ("no such module", "absent")
    assert "secret" not in path.read_text()
    assert len(machines) == 1
    assert lines(rows[1]) == lines(row(name="json"))


def test_a_file_without_results_says_how_to_get_some(tmp_path: Path) -> None:
    with pytest.raises(results.NoResults, match="'make bench' measures"):
        results.load(tmp_path / "none.json")
    other = tmp_path / "other.json"
    other.write_text("[1]")
    with pytest.raises(results.NoResults, match="no file of results"):
        results.load(other)


def test_a_peer_that_sends_less_is_remarked() -> None:
    remarks = {line[1]: line[-1] for line in lines(row())}
    assert "sends no Vary" in remarks["falcon"]
    assert "sends no" not in remarks["flaskfast"]


def test_the_readme_leads_with_real_applications_and_leaves_nothing_out() -> None:
    assert set(LEADING) <= set(every())
    table = readme_table([row()]).splitlines()
    assert len(table) == len(LEADING) + 2
    assert table[0].count("|") == len(HEADINGS) + 1
    assert "httpbin" in table[2]
    assert table[2].endswith("| not measured |")
    assert "| a view that returns a str | 100.0 | 10.0 | 10.0 | - | 5.00 |" in table


def test_small_gains_are_named() -> None:
    assert "at least 1.5 times" in little_gain([row()])
    assert little_gain([row(90_000), row(name="json")]) == (
        "Less than 1.5 times as fast as Flask: hello (the view returns a str) 1.11."
    )


def test_goals_that_are_not_reached_are_listed() -> None:
    text = unmet([row()])
    assert text.startswith("Goals that are not reached: 1 of 1.")
    assert "- hello, flaskfast: goal <= 0.8 of falcon: missed, 2.00" in text


def test_pages_keep_what_is_around_the_figures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="charts are drawn with matplotlib")
    readme, page, servers = tmp_path / "R.md", tmp_path / "docs" / "P.md", tmp_path / "servers.md"
    page.parent.mkdir()
    readme.write_text(PAGE)
    page.write_text(PAGE)
    servers.write_text("| granian |")
    written = publish(
        [row()],
        ["CPython on a machine"],
        readme=readme,
        page=page,
        charts=tmp_path / "docs" / "charts",
        more=[("Servers", servers), ("Start-up", tmp_path / "none.md")],
    )
    assert all(path.exists() for path in written)
    for text in (readme.read_text(), page.read_text()):
        assert text.startswith(f"before\n{BEGIN}\n")
        assert text.endswith(f"\n{END}\nafter\n")
        assert "old" not in text
        assert "CPython on a machine" in text
    assert "![requests](docs/charts/requests.svg)" in readme.read_text()
    assert "![requests](charts/requests.svg)" in page.read_text()
    assert "### Servers\n\n| granian |\n\n### Start-up\n\nNot measured.\n" in page.read_text()


def test_our_own_pages_have_a_place_for_figures() -> None:
    for name in ("README.md", "docs/performance.md"):
        text = (results_root() / name).read_text(encoding="utf-8")
        assert "new figures" in put_into(text, "new figures")
    with pytest.raises(NoPlace, match="no place for figures"):
        put_into("nothing here", "figures")


def results_root() -> Path:
    return Path(results.__file__).resolve().parents[1]


def test_results_are_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    results.save([row()], path)
    told = json.loads(path.read_text())["scenarios"]["hello"]["results"]
    assert told["falcon"]["rounds"] == [5_000, 5_000]
    assert told["flaskfast-python"]["failure"] == ["no such module", "absent"]
