"""`flaskfast exec` starts a program, and what the program inherits."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from flaskfast.dropin import finder, launcher

from .environments import Environment

pytestmark = pytest.mark.flavourless

SCRIPTS = sysconfig.get_path("scripts")


# -- which command, in which environment ---------------------------------------------------


def program(directory: Path, name: str, mode: int = 0o755) -> str:
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text("#!/bin/sh\nexit 0\n")
    path.chmod(mode)
    return str(path)


def test_a_name_is_looked_up_in_order(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    program(first, "tool", 0o644)
    expected = program(second, "tool")
    path = os.pathsep.join(map(str, (first, second)))
    assert launcher.resolve(["tool", "-x", "a b"], path) == [expected, "-x", "a b"]


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    expected = program(tmp_path, "tool")
    assert launcher.resolve([expected, "x"], "") == [expected, "x"]
    assert launcher.resolve([str(tmp_path / "other")], "") is None
    assert launcher.resolve([str(tmp_path)], "") is None


def test_what_is_there_in_any_case(tmp_path: Path) -> None:
    nowhere = str(tmp_path)
    assert launcher.resolve(["-m", "mod", "x"], nowhere) == [sys.executable, "-m", "mod", "x"]
    assert launcher.resolve(["python", "x.py"], nowhere) == [sys.executable, "x.py"]
    assert launcher.resolve(["flask", "run"], nowhere) == [sys.executable, "-m", "flask", "run"]
    assert launcher.resolve(["gunicorn"], nowhere) is None
    flask = program(tmp_path, "flask")
    assert launcher.resolve(["flask", "run"], nowhere) == [flask, "run"]


def test_the_path_gets_the_commands_next_to_this_python_unless_they_are_on_it() -> None:
    commands = launcher.COMMANDS
    there = os.pathsep.join(["/first", SCRIPTS, commands, "/last"])
    assert launcher.environment({"PATH": there})["PATH"] == there
    without = os.pathsep.join(["/first", SCRIPTS, "/last"])
    assert launcher.environment({"PATH": without})["PATH"] == there
    lacking = launcher.environment({"PATH": "/first"})["PATH"]
    assert lacking == os.pathsep.join([SCRIPTS, commands, "/first"])
    assert launcher.environment({})["PATH"].startswith(SCRIPTS + os.pathsep)


def test_children_find_a_flask_of_this_python_before_one_of_another(
    plain: Environment, tmp_path: Path
) -> None:
    program(tmp_path / "bin", "flask")  # says nothing
    path = os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])
    code = "import subprocess; print(subprocess.check_output(['flask', '--version'], text=True))"
    for command in (["python", "-c", code], ["flask", "--version"]):
        done = plain.run(*command, cwd=tmp_path, launched=True, variables={"PATH": path})
        assert done.returncode == 0, done.stderr
        assert "flaskfast" in done.stdout.lower(), done.stdout


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, [finder.STARTUP]),
        ("", [finder.STARTUP]),
        ("/a", [finder.STARTUP, "/a"]),
        (os.pathsep.join(["/a", "", "/b"]), [finder.STARTUP, "/a", "", "/b"]),
        (os.pathsep.join(["/a", finder.STARTUP]), [finder.STARTUP, "/a"]),
        (finder.STARTUP, [finder.STARTUP]),
    ],
)
def test_the_python_path_keeps_its_entries(before: str | None, after: list[str]) -> None:
    inherited = {"OTHER": "kept"} if before is None else {"OTHER": "kept", "PYTHONPATH": before}
    found = launcher.environment(inherited)
    assert found["PYTHONPATH"].split(os.pathsep) == after
    assert found["OTHER"] == "kept"


# -- how it starts and ends ----------------------------------------------------------------


def test_exit_status_arguments_and_streams_are_the_programs(
    plain: Environment, tmp_path: Path
) -> None:
    code = "import sys; print(sys.argv[1:], sys.stdin.read()); sys.exit(7)"
    done = subprocess.run(
        [plain.python, "-m", "flaskfast", "exec", "python", "-c", code, "--help", "-x", "a b"],
        cwd=tmp_path,
        env=plain.variables(),
        input="typed",
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == "['--help', '-x', 'a b'] typed\n"


def test_the_program_takes_the_place_of_the_launcher(plain: Environment, tmp_path: Path) -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    process = subprocess.Popen(
        [plain.python, "-m", "flaskfast", "exec", "python", "-c", code],
        cwd=tmp_path,
        env=plain.variables(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert int(process.stdout.readline()) == process.pid
        process.terminate()
        assert process.wait(60) == -signal.SIGTERM
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_signals_have_their_default_effect(plain: Environment, tmp_path: Path) -> None:
    """Python ignores some for itself; without `yes` dying of SIGPIPE, this would not end."""
    launcher_line = f"'{plain.python}' -m flaskfast exec yes"
    done = plain.run("sh", "-c", f"({launcher_line}; echo $? >status) | head -n 1", cwd=tmp_path)
    assert done.stdout == "y\n"
    assert int((tmp_path / "status").read_text()) == 128 + signal.SIGPIPE


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("nonesuch", 127, "there is no command 'nonesuch'"),
        ("./nonesuch", 127, "there is no command './nonesuch'"),
        ("./data", 126, "./data cannot be started: Permission denied"),
        ("./broken", 126, "./broken cannot be started: Exec format error"),
    ],
)
def test_a_command_that_cannot_be_started(
    plain: Environment, tmp_path: Path, name: str, status: int, message: str
) -> None:
    (tmp_path / "data").touch(mode=0o644)
    broken = tmp_path / "broken"
    broken.touch(mode=0o755)
    broken.write_bytes(b"\0\0\0")
    done = plain.run(name, cwd=tmp_path, launched=True)
    assert done.returncode == status
    assert done.stdout == "" and done.stderr.startswith("flaskfast exec: ")
    assert message in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_usage(plain: Environment, tmp_path: Path, arguments: list[str]) -> None:
    done = plain.run(plain.python, "-m", "flaskfast", "exec", *arguments, cwd=tmp_path)
    assert done.returncode == (0 if arguments else 2)
    assert "COMMAND" in done.stdout + done.stderr


# -- what the program inherits -------------------------------------------------------------

REPORT = "import flask; print(flask.__name__, flask.app.__name__)"
CHILD = "import subprocess, sys; sys.exit(subprocess.call(['python', 'report.py']))"
SUCCESSOR = "import os, sys; os.execv(sys.executable, [sys.executable, 'report.py'])"
SAFE_PATH = "-P" if sys.version_info >= (3, 11) else "-s"


@pytest.mark.parametrize(
    "command",
    [
        ["python", "report.py"],
        ["python", "-m", "report"],
        ["-m", "report"],
        ["sh", "-c", "env python report.py"],
        ["python", "-c", CHILD],
        ["python", "-c", SUCCESSOR],
        ["python", "-m", "flaskfast", "exec", "python", "report.py"],
        ["python", SAFE_PATH, "report.py"],
        ["python", "-m", "coverage", "run", "report.py"],
    ],
    ids=lambda command: " ".join(command)[:40],
)
def test_python_however_it_is_started(
    environment: Environment, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "report.py").write_text(REPORT)
    done = environment.run(*command, cwd=tmp_path, launched=True)
    assert done.stdout == "flaskfast flaskfast.app\n", done.stderr


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_multiprocessing(environment: Environment, tmp_path: Path, method: str) -> None:
    out = environment.execute(
        f"""
        import multiprocessing
        def report():
            import flask
            print(flask.__name__, flush=True)
        if __name__ == "__main__":
            process = multiprocessing.get_context({method!r}).Process(target=report)
            process.start()
            process.join()
            assert process.exitcode == 0
        """,
        cwd=tmp_path,
        launched=True,
    )
    assert out == "flaskfast\n"


def test_isolated_python_does_not_take_part(environment: Environment, tmp_path: Path) -> None:
    """As documented: -I and -E tell Python not to look at PYTHONPATH."""
    for option in ("-I", "-E"):
        code = "import sys; print([f for f in sys.meta_path if hasattr(f, 'stands_for')])"
        done = environment.run(environment.python, option, "-c", code, cwd=tmp_path, launched=True)
        assert done.stdout == "[]\n"


def test_python_without_site(plain: Environment, tmp_path: Path) -> None:
    """With -S there is no sitecustomize; the directory on PYTHONPATH stands in for it."""
    (packages,) = plain.directory.glob("lib/*/site-packages")
    code = f"import sys; sys.path.append({str(packages)!r}); {REPORT}"
    done = plain.run(plain.python, "-S", "-c", code, cwd=tmp_path, launched=True)
    assert done.stdout == "flaskfast flaskfast.app\n", done.stderr


def test_starting_python_imports_next_to_nothing(plain: Environment, tmp_path: Path) -> None:
    code = "import sys; print(*sys.modules)"
    before = plain.run(plain.python, "-S", "-c", code, cwd=tmp_path).stdout.split()
    before += plain.run(plain.python, "-c", code, cwd=tmp_path).stdout.split()
    after = plain.run(plain.python, "-c", code, cwd=tmp_path, launched=True).stdout.split()
    assert set(after) - set(before) <= {
        "__future__", "_flaskfast_dropin", "importlib", "importlib._bootstrap",
        "importlib._bootstrap_external", "importlib.machinery", "sitecustomize", "warnings",
        "_frozen_importlib_external", "_warnings",
    }  # fmt: skip
    assert "_flaskfast_dropin" in after


def test_a_flask_installed_for_another_python_is_not_needed(
    plain: Environment, tmp_path: Path
) -> None:
    """The program's Python may lack flaskfast: it gets the launcher's."""
    (packages,) = plain.directory.glob("lib/*/site-packages")
    bare = subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=False
    )
    assert bare.returncode == 0
    python = str(tmp_path / "bare" / "bin" / "python")
    code = f"""
import sys
try:
    import flask
except ModuleNotFoundError as error:
    print("without its needs:", error.name)
sys.path.append({str(packages)!r})
import flask, flaskfast
print(flask is flaskfast)
"""
    done = plain.run(python, "-c", code, cwd=tmp_path, launched=True)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("without its needs: ") and second == "True"


# -- beside other things that happen as Python starts --------------------------------------


def hidden(directory: Path, text: str) -> dict[str, str]:
    directory.mkdir(exist_ok=True)
    (directory / "sitecustomize.py").write_text(text)
    return {"PYTHONPATH": str(directory)}


def test_the_sitecustomize_that_ours_hides_is_run(plain: Environment, tmp_path: Path) -> None:
    text = "import builtins\nbuiltins.times = getattr(builtins, 'times', 0) + 1\nname = __name__\n"
    out = plain.execute(
        """
        import builtins, sys
        hidden = sys.modules["sitecustomize"]
        assert hidden.name == "sitecustomize" and "hidden" in hidden.__file__, hidden
        assert builtins.times == 1
        here = [entry for entry in sys.path if entry.endswith("startup")]
        assert len(here) == 1 and sys.path.index(here[0]) == 1, sys.path
        import flask
        print(flask.__name__)
        """,
        cwd=tmp_path,
        launched=True,
        variables=hidden(tmp_path / "hidden", text),
    )
    assert out == "flaskfast\n"


def test_the_hidden_one_may_import_flask(environment: Environment, tmp_path: Path) -> None:
    variables = hidden(tmp_path / "hidden", "import flask")
    out = environment.run(
        environment.python, "-c", REPORT, cwd=tmp_path, launched=True, variables=variables
    )
    assert out.stdout == "flaskfast flaskfast.app\n", out.stderr


@pytest.mark.parametrize("text", ["1 / 0", "import nonesuch"])
def test_an_error_in_the_hidden_one_is_reported(
    plain: Environment, tmp_path: Path, text: str
) -> None:
    variables = hidden(tmp_path / "hidden", text)
    alone = plain.run(plain.python, "-c", "", cwd=tmp_path, variables=variables)
    done = plain.run("python", "-c", REPORT, cwd=tmp_path, launched=True, variables=variables)
    assert done.stdout == "flaskfast flaskfast.app\n"
    assert alone.stderr and alone.stderr.splitlines()[-1] in done.stderr


def test_without_another_sitecustomize_ours_stays(plain: Environment, tmp_path: Path) -> None:
    code = "import sys; print(sys.modules['sitecustomize'].__file__)"
    done = plain.run("python", "-c", code, cwd=tmp_path, launched=True)
    assert done.stdout.strip() == os.path.join(finder.STARTUP, "sitecustomize.py")
    assert done.stderr == ""


@pytest.mark.parametrize("statement", ["import flask", "import flask.app", "from flask import g"])
def test_when_another_sitecustomize_hides_ours(
    environment: Environment, tmp_path: Path, statement: str
) -> None:
    """As under opentelemetry-instrument, which puts itself first and does not pass on."""
    other = hidden(tmp_path / "other", "import importlib.metadata as m; v = m.version('flask')")
    path = os.pathsep.join([other["PYTHONPATH"], finder.STARTUP])
    environment.execute(
        f"""
        import sys
        assert sys.modules["sitecustomize"].v == "3.1.3"
        assert not [f for f in sys.meta_path if hasattr(f, "stands_for")]
        {statement}
        import flask, flaskfast
        assert flask is flaskfast and sys.modules["flask.app"] is flaskfast.app
        assert type(sys.meta_path[0]).__name__ == "FlaskFinder"
        import flask.json.tag
        assert flask.json.tag is flaskfast.json.tag
        """,
        cwd=tmp_path,
        variables={"PYTHONPATH": path},
    )
    done = environment.run(
        environment.python, "-m", "flask", "--version", cwd=tmp_path,
        variables={"PYTHONPATH": path},
    )  # fmt: skip
    assert "flaskfast" in done.stdout, done.stderr


def test_threads_when_another_sitecustomize_hides_ours(plain: Environment, tmp_path: Path) -> None:
    other = hidden(tmp_path / "other", "")
    path = os.pathsep.join([other["PYTHONPATH"], finder.STARTUP])
    plain.execute(
        """
        import sys, threading
        barrier, errors = threading.Barrier(8), []
        def imports():
            barrier.wait()
            try:
                import flask
                from flask import Flask, request
                assert flask.Flask is Flask
            except BaseException as error:
                errors.append(error)
        sys.setswitchinterval(1e-5)
        threads = [threading.Thread(target=imports) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors, errors
        """,
        cwd=tmp_path,
        variables={"PYTHONPATH": path},
    )


def test_the_startup_file_can_be_read_by_old_pythons() -> None:
    """Whatever Python a program starts runs it, however old."""
    source = Path(finder.STARTUP, "sitecustomize.py").read_text()
    tree = ast.parse(source, feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]
    assert "__future__" not in source


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="a module of CPython's")
def test_sub_interpreters(plain: Environment, tmp_path: Path) -> None:
    """Each starts like an interpreter of its own, as under mod_wsgi."""
    out = plain.execute(
        """
        import importlib, os
        for name in ("_interpreters", "_xxsubinterpreters"):
            try:
                interpreters = importlib.import_module(name)
            except ImportError:
                continue
            break
        code = (
            "import warnings; warnings.simplefilter('ignore');"  # compiled kernels: one of them
            "import flask, os; os.write(1, (flask.__name__ + chr(10)).encode())"
        )
        import flask
        for _ in range(2):
            config = ("legacy",) if name == "_interpreters" else ()
            number = interpreters.create(*config)
            failure = interpreters.run_string(number, code)
            assert failure is None, failure
            interpreters.destroy(number)
        """,
        cwd=tmp_path,
        launched=True,
        variables={"FLASKFAST_KERNELS": "auto"},
    )
    assert out == "flaskfast\nflaskfast\n"
