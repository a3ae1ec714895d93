"""Whole runs: what is sent, what is left behind, and what is said where nothing can be done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from .conftest import Run, Verify, command, environment

pytestmark = pytest.mark.slow


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def statuses(run: Run) -> dict[str, str]:
    return {
        f"{r['method']} {r['target']}{' again' if r['variant'] == 'with cookies' else ''}": r[
            "status"
        ]
        for r in run.document["requests"]
        if not r["variant"] or r["variant"] == "with cookies"
    }


# -- what is sent ------------------------------------------------------------------------


def test_a_file_of_requests_is_a_visit(verify: Verify) -> None:
    run = verify("shop:app", "--requests", "requests.http")
    assert run.status == 0, run.out + run.err
    found = [(r["method"], r["target"], r["status"], r["rule"]) for r in run.document["requests"]]
    assert found == [
        ("GET", "/", "200 OK", "/"),
        ("GET", "/hello/ann", "302 FOUND", "/hello/<name>"),
        ("GET", "/me", "200 OK", "/me"),
        ("POST", "/order", "201 CREATED", "/order"),
        ("POST", "/order", "201 CREATED", "/order"),
        ("GET", "/items/4", "200 OK", "/items/<int:number>"),
    ]
    hosts = [r["host"] for r in run.document["requests"]]
    assert hosts == ["localhost"] * 5 + ["shop.example"]
    assert "Cookie: session=" in run.document["requests"][2]["curl"]


def test_without_cookies_each_request_stands_for_itself(verify: Verify) -> None:
    run = verify("shop:app", "--requests", "requests.http", "--no-cookies")
    assert run.status == 0, run.out + run.err
    assert all("Cookie" not in r["curl"] for r in run.document["requests"])


def test_an_access_log(verify: Verify, folder: Path) -> None:
    line = '127.0.0.1 - - [23/Nov/2026:10:00:00 +0000] "{}" 200 1 "-" "-"\n'
    lines = ["GET /items/1 HTTP/1.1"] * 3 + ["GET /me HTTP/1.1", "POST /order HTTP/1.1"]
    (folder / "access.log").write_text("".join(map(line.format, lines)))
    run = verify("shop:app", "--access-log", "access.log")
    assert run.status == 0, run.out + run.err
    assert list(statuses(run)) == ["GET /items/1", "GET /me"]
    assert any("--unsafe" in note for note in run.document["notes"])


def test_rules_are_asked_with_what_is_given(verify: Verify) -> None:
    run = verify("shop:app", "--sample", "number=2", "--sample", "number=99", "--requests",
                 "requests.http", "--routes")  # fmt: skip
    assert run.status == 0, run.out + run.err
    found = statuses(run)
    assert found["GET /items/2"] == "200 OK"
    assert found["GET /items/99"] == "404 NOT FOUND"
    assert found["GET /me again"] == "200 OK"
    assert any("found nothing (404) for /items/<int:number>" in n for n in run.document["notes"])


def test_forms_are_filled_in_when_asked_for(verify: Verify) -> None:
    run = verify("shop:app", "--unsafe")
    assert run.status == 0, run.out + run.err
    forms = [r for r in run.document["requests"] if r["variant"] == "a form"]
    form = next(r for r in forms if r["target"] == "/order")
    assert form["status"] == "201 CREATED"
    assert "token=t%261&what=sample&fast=on&size=m&text=As+ever" in form["curl"]


def test_everything_is_told(verify: Verify) -> None:
    run = verify("shop:app", "--measure", "0.01")
    assert run.status == 0, run.out + run.err
    measured = {r["target"]: r["seconds"] for r in run.document["requests"] if r["seconds"]}
    assert {"/", "/items/1", "/old", "/me", "/stream"} <= set(measured)
    assert not {"/visits", "/fail"} & set(measured)
    assert all(
        m["ratio"] == pytest.approx(m["genuine"] / m["flaskfast"]) for m in measured.values()
    )
    assert run.document["gain"]["measured"] >= len(measured)
    assert "times as fast" in run.out
    plain = [r for r in run.document["requests"] if not r["variant"] and r["method"] == "GET"]
    (visits,) = (request for request in plain if request["target"] == "/visits")
    assert visits["changes_data"] and visits["outcome"] == "same"
    assert any("Data change on GET" in note and "/visits" in note for note in run.document["notes"])
    assert any("already fails for /fail" in note for note in run.document["notes"])
    assert run.document["versions"]["genuine"]["flask"]
    assert run.document["versions"]["flaskfast"]["flaskfast"]


def test_seams_and_extensions_are_named(verify: Verify, folder: Path) -> None:
    package = folder / "flask_thing"
    package.mkdir()
    write(package, "__init__.py", "import flask\nflask.Flask.log_exception = lambda *a: None\n")
    info = folder / "flask_thing-4.2.dist-info"
    info.mkdir()
    write(info, "METADATA", "Metadata-Version: 2.1\nName: Flask-Thing\nVersion: 4.2\n"
          "Requires-Dist: Flask (>=2)\n")  # fmt: skip
    write(info, "top_level.txt", "flask_thing\n")
    write(folder, "mine.py", """
        import flask
        import flask_thing

        class Mine(flask.Flask):
            def make_response(self, rv):
                return super().make_response(rv)

        app = Mine(__name__)
        app.wsgi_app = lambda environ, start, inner=app.wsgi_app: inner(environ, start)
        app.add_url_rule("/", "index", lambda: "index")
        """)  # fmt: skip
    run = verify("mine:app")
    assert run.status == 0, run.out + run.err
    seams = {seam["name"]: seam for seam in run.document["seams"]}
    assert set(seams) == {"Flask.make_response", "app.wsgi_app", "flask.app.Flask.log_exception"}
    assert "mine.py:6" in seams["Flask.make_response"]["by"]
    assert "flask_thing" in seams["flask.app.Flask.log_exception"]["by"]
    assert {"name": "Flask-Thing", "version": "4.2"} in run.document["extensions"]
    assert "Flask-Thing 4.2" in run.out


def test_other_ways_to_name_or_wrap_an_application(verify: Verify, folder: Path) -> None:
    write(folder, "ways.py", """
        import os
        import sys
        from flask import Flask

        class Middleware:
            def __init__(self, app):
                self.app = app

            def __call__(self, environ, start_response):
                return self.app(environ, start_response)

        def create(name, deep=False):
            print("on standard output")
            app = Flask(__name__)
            app.add_url_rule("/<int:n>", "index", lambda n: f"{name} {deep} {n}")
            return app

        wrapped = Middleware(create("wrapped").wsgi_app)

        def bare(environ, start_response):
            start_response("200 OK", [("X-Path", environ["PATH_INFO"])])
            return [b"bare"]
        """)  # fmt: skip
    for name in ("ways:create('x', deep=True)", "ways.py:create('x')", "ways:wrapped"):
        run = verify(name)
        assert run.status == 0, run.out + run.err
        assert statuses(run)["GET /1"] == "200 OK"
    write(folder, "one.http", "GET /here\n")
    run = verify("ways:bare", "--requests", "one.http")
    assert run.status == 0, run.out + run.err
    run = verify("ways:bare")
    assert run.status == 2
    assert "There is no request to send" in run.err


@pytest.mark.parametrize(
    "text",
    [
        "from flaskfast import Flask\nfrom flaskfast.json import jsonify",
        "import flaskfast as flask\nFlask = flask.Flask\nfrom flaskfast.json import jsonify",
        "import flaskfast\nflaskfast.install_as_flask()\nfrom flask import Flask, jsonify",
    ],
)
def test_an_application_that_is_on_flaskfast_already(
    text: str, verify: Verify, folder: Path
) -> None:
    write(folder, "moved.py", f"{text}\napp = Flask(__name__)\n"
          "app.add_url_rule('/', 'index', lambda: jsonify(app=Flask.__module__))\n")  # fmt: skip
    run = verify("moved:app")
    assert run.status == 1  # by what the page says, which proves that both sides are there
    assert '- {"app":"flask.app"}' in run.out
    assert '+ {"app":"flaskfast.app"}' in run.out


def test_the_application_that_the_group_names(folder: Path, tmp_path: Path) -> None:
    arguments = ["--app", "shop:app", "verify", "--measure", "0", "--json", "-"]
    done = subprocess.run(
        command(*arguments), cwd=folder, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["app"] == "shop:app"  # and nothing else on standard output
    assert "Nothing differs" in done.stderr


def test_under_the_launcher_genuine_flask_is_still_genuine(folder: Path) -> None:
    done = subprocess.run(
        command("exec", sys.executable, "-m", "flaskfast", "verify", "shop:app", "--measure", "0",
                "--json", "-"),
        cwd=folder, env=environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "flask" in json.loads(done.stdout)["versions"]["genuine"]


# -- what is left behind -----------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_nothing_is_written_but_the_reports(verify: Verify, folder: Path, tmp_path: Path) -> None:
    before = files(folder)
    run = verify("shop:app", "--html", str(tmp_path / "report.html"), "--measure", "0.01")
    assert run.status == 0, run.out + run.err
    assert files(folder) == before
    assert (tmp_path / "report.html").exists()


COUNTER = """
    from pathlib import Path
    from flask import Flask

    app = Flask(__name__)
    store = Path("count.txt")

    @app.get("/")
    def index():
        count = int(store.read_text()) + 1 if store.exists() else 1
        store.write_text(str(count))
        return f"visit {count}"
    """


def test_data_that_outlive_the_process_are_noticed(verify: Verify, folder: Path) -> None:
    write(folder, "counter.py", COUNTER)
    write(folder, "one.http", "GET /\n")
    run = verify("counter:app", "--requests", "one.http")
    assert run.status == 0, run.out + run.err
    assert any("Data change on GET" in note for note in run.document["notes"])
    assert run.outcomes("varies") == ["GET /"]


def test_in_a_copy_the_data_are_new_each_time(verify: Verify, folder: Path, tmp_path: Path) -> None:
    write(folder, "counter.py", COUNTER)
    write(folder, "one.http", "GET /\n")
    (folder / "count.txt").write_text("41")
    before = files(folder)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = verify("counter:app", "--requests", "one.http", "--copy", TMPDIR=str(temporary))
    assert run.status == 0, run.out + run.err
    assert run.outcomes("same") == ["GET /"]
    assert files(folder) == before
    assert list(temporary.iterdir()) == []


def test_a_command_can_put_the_data_back(verify: Verify, folder: Path) -> None:
    write(folder, "counter.py", COUNTER)
    write(folder, "one.http", "GET /\n")
    run = verify("counter:app", "--requests", "one.http", "--reset", "rm -f count.txt")
    assert run.status == 0, run.out + run.err
    assert run.outcomes("same") == ["GET /"]
    run = verify("counter:app", "--requests", "one.http", "--reset", "echo no luck; exit 3")
    assert run.status == 2
    assert "ended with exit code 3: echo no luck; exit 3\nno luck" in run.err


STUBBORN = """
    import os
    import signal
    import subprocess
    import sys
    import time
    from flask import Flask

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with open(os.environ["PIDS"], "a") as pids:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        pids.write(f"{os.getpid()}\\n{child.pid}\\n")

    app = Flask(__name__)

    @app.get("/")
    def index():
        time.sleep(600)
    """


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(path: Path) -> bool:
    """Wait until all processes are gone that wrote their numbers down; False if they stay."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        if not any(alive(int(pid)) for pid in path.read_text().split()):
            return True
        time.sleep(0.05)
    return False


def test_requests_that_hang_on_both_sides(verify: Verify, folder: Path, tmp_path: Path) -> None:
    write(folder, "stubborn.py", STUBBORN)
    write(folder, "one.http", "GET /\n\nGET /none\n")
    pids = tmp_path / "pids"
    run = verify(
        "stubborn:app", "--requests", "one.http", "--timeout", "0.5", "--measure", "0.01",
        PIDS=str(pids),
    )  # fmt: skip
    assert run.status == 0, run.out + run.err
    assert run.document["requests"][0]["status"] is None
    assert run.document["requests"][1]["status"] == "404 NOT FOUND"
    assert len(pids.read_text().split()) > 6
    assert gone(pids)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 1), (signal.SIGKILL, -9)]
)
def test_a_run_that_is_stopped_ends_its_processes(
    number: int, status: int, folder: Path, tmp_path: Path
) -> None:
    write(folder, "stubborn.py", STUBBORN.replace("child = ", "child = None or "))
    pids = tmp_path / "pids"
    process = subprocess.Popen(
        command("verify", "stubborn:app", "--timeout", "600"),
        cwd=folder,
        env=environment(PIDS=str(pids), TMPDIR=str(tmp_path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        while "Asking Flask" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        process.stderr.read()
        assert process.wait(60) == status
        first = pids.read_text().split()[::2]
        pids.write_text("\n".join(first) if number == signal.SIGKILL else pids.read_text())
        assert gone(pids)
    finally:
        process.kill()
        process.wait()
        for pid in pids.read_text().split():
            if alive(int(pid)):
                os.kill(int(pid), signal.SIGKILL)
        process.stderr.close()  # type: ignore[union-attr]


# -- what cannot be done -----------------------------------------------------------------

APPS = {
    "raises.py": "import nothing_of_this_name",
    "fails.py": "from flask import Flask\napp = Flask(__name__)\n1 / 0",
    "leaves.py": "import sys\nsys.exit('enough')",
    "dies.py": "import os\nos._exit(7)",
    "empty.py": "x = 1",
    "text.py": "app = 'no application'",
    "factory.py": "from flask import Flask\ndef create_app(name): return Flask(name)",
    "bare.py": "from flask import Flask\napp = Flask(__name__, static_folder=None)",
    "syntax.py": "def",
}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope:app"], "nope:app cannot be loaded under genuine Flask: Could not import 'nope'"),
        (["shop:nope"], "cannot be loaded under genuine Flask"),
        (
            ["raises:app"],
            "ModuleNotFoundError: No module named 'nothing_of_this_name' (raises.py, line 1).",
        ),
        (
            ["fails:app"],
            "genuine Flask: ZeroDivisionError: division by zero (fails.py, line 3).",
        ),
        (["syntax:app"], "SyntaxError: invalid syntax (syntax.py, line 1)."),
        (["leaves:app"], "cannot be loaded under genuine Flask: SystemExit: enough"),
        (["dies:app"], "cannot be loaded under genuine Flask: the process ended with exit code 7."),
        (["empty"], "cannot be loaded under genuine Flask"),
        (["text:app"], "cannot be loaded under genuine Flask"),
        (["factory:create_app"], "cannot be loaded under genuine Flask"),
        (["bare:app"], "There is no request to send: the application has no routes."),
        ([], "No application to look at. Name one, as in 'verify module:name'."),
        (["shop:app", "--requests", "nope.har"], "'nope.har' does not exist"),
        (["shop:app", "--requests", "shop.py"], "shop.py, line 1: "),
        (["shop:app", "--requests", "static"], "'static' is a directory"),
        (["shop:app", "--access-log", "shop.py"], "shop.py has no line of an access log"),
        (["shop:app", "--sample", "x"], "'x' is not of the form NAME=VALUE."),
        (["shop:app", "--timeout", "0"], "0.0 is not in the range x>=0.1"),
        (
            ["shop:app", "--html", "no/report.html"],
            "no/report.html cannot be written: there is no folder no",
        ),
        (["shop:app", "--reset", "exit 4"], "ended with exit code 4: exit 4"),
    ],
)
def test_one_clear_message(arguments: list[str], words: str, verify: Verify, folder: Path) -> None:
    for name, text in APPS.items():
        (folder / name).write_text(text)
    run = verify(*arguments)
    assert run.status == 2, run.out + run.err
    assert words in run.err
    assert sum(line.startswith("Error: ") for line in run.err.splitlines()) == 1
    assert "Traceback" not in run.err
    assert run.out == ""


def test_genuine_flask_absent(verify: Verify, folder: Path, tmp_path: Path) -> None:
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    write(hiding, "sitecustomize.py", """
        import sys

        class Hide:
            def find_spec(self, name, path=None, target=None):
                if name == "flask":
                    raise ModuleNotFoundError("No module named 'flask'", name="flask")

        sys.meta_path.insert(0, Hide())
        """)  # fmt: skip
    run = verify("shop:app", PYTHONPATH=str(hiding))
    assert run.status == 2
    (line,) = [line for line in run.err.splitlines() if line.startswith("Error: ")]
    assert "Genuine Flask is not there to be compared with" in line
    assert f"{sys.executable} -m pip install flask==3.1.3" in line
    assert "Traceback" not in run.err
