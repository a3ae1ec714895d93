"""Reading wrk's report, and serving an implementation on a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import served, startup
from flaskfast._bench.rounds import Failure, Result

pytestmark = pytest.mark.flavourless

REPORT = """\
Running 3s test @ http://127.0.0.1:40001/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.20ms    2.05ms  31.20ms   90.02%
    Req/Sec    10.69k     1.02k   12.00k    70.00%
  Latency Distribution
     50%  810.00us
     75%    1.20ms
     90%    3.00ms
     99%    9.64ms
  32071 requests in 3.00s, 5.20MB read
  Socket errors: connect 0, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 4
Requests/sec:  10690.33
Transfer/sec:      1.73MB
"""


def test_wrk_report_is_read() -> None:
    load = served.read_wrk(REPORT)
    assert load == served.Load(10690.33, 0.81, 9.64, 7)


def test_a_report_without_a_rate_is_refused() -> None:
    with pytest.raises(served.CannotServe, match="no rate"):
        served.read_wrk("unable to connect")


def test_missing_wrk_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(served.NoWrk, match="apt-get install wrk"):
        served.measure_served(rounds=1)


def test_a_server_that_is_not_installed_is_in_the_table() -> None:
    absent = served.Server("absent", "no_such_server", lambda port: [])
    with (
        pytest.raises(served.CannotServe, match="pip install no_such_server"),
        served.serving(absent, "hello", "bare"),
    ):
        pass
    cell = served.Served("absent", "hello", "bare", failed="not installed")
    assert served.rows([cell])[1] == (
        "absent",
        "hello",
        "bare",
        "-",
        "-",
        "-",
        "-",
        "not installed",
    )


def test_a_server_that_ends_at_once_says_why() -> None:
    broken = served.Server(
        "broken", "json", lambda port: served.python("-c", "raise SystemExit('no such option')")
    )
    with (
        pytest.raises(served.CannotServe, match="no such option"),
        served.serving(broken, "hello", "bare"),
    ):
        pass


@pytest.mark.served
def test_the_right_answer_comes_over_the_wire() -> None:
    scenario = served.find("params")
    waitress = next(server for server in served.SERVERS if server.name == "waitress")
    with served.serving(waitress, "params", "flaskfast-python") as port:
        served.check_answer(port, scenario)  # type: ignore[arg-type]
        with pytest.raises(served.CannotServe, match="answers"):
            served.check_answer(port, served.find("hello"))  # type: ignore[arg-type]


def test_ratios_refer_to_flask_on_the_same_server() -> None:
    cells = [
        served.Served("s", "hello", "flaskfast", [served.Load(900, 1, 2, 0)]),
        served.Served(
            "s", "hello", "flask", [served.Load(300, 3, 4, 1), served.Load(200, 3, 4, 2)]
        ),
    ]
    assert [row[3:] for row in served.rows(cells)[1:]] == [
        ("900", "3.00", "1.00", "2.00", "0"),
        ("300", "1.00", "3.00", "4.00", "3"),
    ]


def test_startup_table_has_failures_and_goals() -> None:
    task = startup.TASKS[0]
    found = {
        task.name: {
            "flaskfast": Result("flaskfast", rounds=[80.0]),
            "flaskfast-python": Result("flaskfast-python", failure=Failure("ImportError: x")),
            "flask": Result("flask", rounds=[100.0]),
        }
    }
    table = startup.rows([task], found)
    assert table[1][2:] == ("80.0 ms", "+0%", "0.80", "<= 100.0 ms: met")
    assert table[2][-1] == "ImportError: x"


def test_a_startup_figure_is_taken_in_an_interpreter_of_its_own() -> None:
    task = startup.Task("one", "a number", "ms", "import NAME, sys\nprint(len(sys.argv))", 1.0)
    assert startup.take(task, "flask") == 1.0
    wrong = startup.Task("two", "nothing", "ms", "raise ValueError('no')", 1.0)
    with pytest.raises(Failure, match="ValueError: no"):
        startup.take(wrong, "flask")
