"""Whole runs of the harness on a made-up suite, in a made-up environment, without a network."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from . import document, session
from .__main__ import main
from .catalogue import Suite
from .environment import Environment, interpreter
from .running import Run, run_suite

pytestmark = pytest.mark.flavourless

TESTS = """
import pytest

def test_good(): pass
def test_bad(): assert 1 == 2, "one is not two"
def test_skip(): pytest.skip("no")
@pytest.mark.xfail
def test_xfail(): assert False
@pytest.mark.xfail
def test_xpass(): pass
@pytest.fixture
def broken(): raise OSError
def test_setup(broken): pass
@pytest.fixture
def leaking():
    yield
    raise OSError
def test_teardown(leaking): pass
@pytest.mark.parametrize("n", [1, 2])
def test_each(n): pass
"""
OUTCOMES = {
    "tests/test_it.py::test_good": "passed",
    "tests/test_it.py::test_bad": "failed",
    "tests/test_it.py::test_skip": "skipped",
    "tests/test_it.py::test_xfail": "xfailed",
    "tests/test_it.py::test_xpass": "xpassed",
    "tests/test_it.py::test_setup": "error",
    "tests/test_it.py::test_teardown": "error",
    "tests/test_it.py::test_each[1]": "passed",
    "tests/test_it.py::test_each[2]": "passed",
}
# A flaskfast with just what the probe looks at, and a launcher that puts it in Flask's place.
PACKAGE = """
import os, sys, types
kernels = types.SimpleNamespace(flavour=os.environ.get("FLASKFAST_KERNELS", "native"))
names = ("app", "ctx", "globals", "json", "json.provider", "sansio", "sansio.app", "wrappers")
for name in names:
    module = types.ModuleType(f"{__name__}.{name}")
    module.__path__ = []
    sys.modules[f"{__name__}.{name}"] = module
def alias():
    sys.modules["flask"] = sys.modules["flaskfast"]
    for name in names:
        sys.modules[f"flask.{name}"] = sys.modules[f"flaskfast.{name}"]
"""
LAUNCHER = """#!{python}
import sys, flaskfast, pytest
assert sys.argv[1:3] == ["exec", "pytest"]
flaskfast.alias()
sys.exit(pytest.main(sys.argv[3:]))
"""
PYTEST = """#!{python}
import sys, pytest
sys.exit(pytest.main())
"""
NEEDED_BY_PYTEST = (
    "exceptiongroup", "iniconfig", "packaging", "pluggy", "pygments", "pytest", "tomli",
    "typing_extensions",
)  # fmt: skip


def make_sdist(path: Path, **tests: str) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in tests.items():
            member = tarfile.TarInfo(f"made-1.0/tests/{name}.py")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A venv with pytest, linked from here, and no Flask of any kind."""
    directory = tmp_path_factory.mktemp("made") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True)
    (site,) = directory.glob("lib/*/site-packages")
    for name in NEEDED_BY_PYTEST:
        link_distribution(name, site)
    write_script(directory / "bin" / "pytest", PYTEST)
    write_script(directory / "bin" / "flaskfast", LAUNCHER)
    return directory


def link_distribution(name: str, site: Path) -> None:
    """Link what a distribution put into the site-packages here into another; none is fine."""
    with contextlib.suppress(PackageNotFoundError):
        files = distribution(name).files or []
        for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
            (site / top).symlink_to(distribution(name).locate_file(top))


def write_script(path: Path, text: str) -> None:
    path.write_text(text.format(python=path.parent / "python"))
    path.chmod(0o755)


@pytest.fixture
def with_package(venv: Path, request: pytest.FixtureRequest):
    """Put packages into the venv for one test."""
    (site,) = venv.glob("lib/*/site-packages")
    made: list[Path] = []

    def put(name: str, text: str) -> None:
        made.append(site / f"{name}.py")
        made[-1].write_text(text)

    yield put
    for path in made:
        path.unlink()


MADE = Suite("made", "made==1.0", "00", keep=("tests",))


def run(venv: Path, tmp_path: Path, sdist: Path, flavour: str, suite: Suite = MADE) -> Run:
    environment = Environment(interpreter(venv), flavour == "genuine")
    return run_suite(
        suite, environment, flavour, sdist, tmp_path / f"scratch-{flavour}", tmp_path / "log"
    )


@pytest.mark.parametrize("flavour", ["native", "python"])
def test_every_outcome_comes_home(venv, with_package, tmp_path, flavour) -> None:
    with_package("flaskfast", PACKAGE)
    done = run(venv, tmp_path, make_sdist(tmp_path / "made.tar.gz", test_it=TESTS), flavour)
    assert done.problem is None
    assert done.outcomes == OUTCOMES
    assert "one is not two" in done.details["tests/test_it.py::test_bad"]
    assert done.facts["flavour"] == flavour
    assert done.facts["flask"] == "flaskfast"
    assert done.closing.startswith("1 failed, ")


def test_genuine_flask_is_told_apart(venv, with_package, tmp_path) -> None:
    with_package("flask", "")
    sdist = make_sdist(tmp_path / "made.tar.gz", test_it=TESTS)
    done = run(venv, tmp_path, sdist, "genuine")
    assert done.problem is None
    assert done.outcomes == OUTCOMES
    assert done.facts["flask"] == "flask"


def test_a_run_beside_genuine_flask_is_no_run(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", PACKAGE)
    with_package("flask", "")
    sdist = make_sdist(tmp_path / "made.tar.gz", test_it="def test_good(): pass")
    done = run(venv, tmp_path, sdist, "native")
    assert "expected native, but flask is" in str(done.problem)
    assert "'genuine_importable': True" in str(done.problem)


def test_a_genuine_run_beside_flaskfast_is_no_run(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", PACKAGE)
    with_package("flask", "")
    sdist = make_sdist(tmp_path / "made.tar.gz", test_it="def test_good(): pass")
    assert run(venv, tmp_path, sdist, "genuine").problem is not None


def test_the_wrong_kernels_are_no_run(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", PACKAGE.replace('"FLASKFAST_KERNELS"', '"NOBODY_SETS_THIS"'))
    sdist = make_sdist(tmp_path / "made.tar.gz", test_it="def test_good(): pass")
    assert run(venv, tmp_path, sdist, "native").problem is None
    assert run(venv, tmp_path, sdist, "python").problem is not None


def test_a_module_loaded_twice_is_no_run(venv, with_package, tmp_path) -> None:
    twice = PACKAGE.replace('sys.modules[f"flaskfast.{name}"]\n', "types.ModuleType(name)\n")
    assert twice != PACKAGE
    with_package("flaskfast", twice)
    sdist = make_sdist(tmp_path / "made.tar.gz", test_it="def test_good(): pass")
    assert run(venv, tmp_path, sdist, "native").problem is not None


def test_a_file_that_cannot_be_collected_is_an_error(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", PACKAGE)
    sdist = make_sdist(
        tmp_path / "made.tar.gz", test_it="def test_good(): pass", test_no="import nothing_such"
    )
    done = run(venv, tmp_path, sdist, "native")
    assert done.outcomes == {
        "tests/test_no.py": "error",
        "tests/test_it.py::test_good": "error",
    }
    assert done.problem is None


def test_a_run_that_is_cut_short_is_told(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", PACKAGE)
    dying = "import os\ndef test_good(): pass\ndef test_die(): os._exit(0)"
    done = run(venv, tmp_path, make_sdist(tmp_path / "made.tar.gz", test_it=dying), "native")
    assert done.outcomes == {}
    assert "exit status 0" in str(done.problem)


def test_a_run_that_is_stopped_early_is_told(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", PACKAGE)
    stopping = "import pytest\ndef test_a(): pytest.exit('enough', 0)\ndef test_b(): pass"
    done = run(venv, tmp_path, make_sdist(tmp_path / "made.tar.gz", test_it=stopping), "native")
    assert done.outcomes["tests/test_it.py::test_b"] == "error"


def test_objects_are_replaced_before_the_tests_are_imported(venv, with_package, tmp_path) -> None:
    with_package("flaskfast", f"{PACKAGE}\nOwn = dict")
    tests = "from textwrap import TextWrapper as T\ndef test_it(): assert T is dict"
    sdist = make_sdist(tmp_path / "made.tar.gz", test_it=tests)
    swap = {"textwrap:TextWrapper": "flaskfast:Own"}
    replaced = dataclasses.replace(MADE, replace=swap)
    missing = dataclasses.replace(MADE, replace={"textwrap:No": "flaskfast:Own"})
    plain = run(venv, tmp_path / "a", sdist, "native")
    assert plain.outcomes == {"tests/test_it.py::test_it": "failed"}
    swapped = run(venv, tmp_path / "b", sdist, "native", replaced)
    assert swapped.outcomes == {"tests/test_it.py::test_it": "passed"}
    assert run(venv, tmp_path / "c", sdist, "native", missing).problem is not None


SUITES = """
[variants]
only = []

[suites.made]
sdist = "made==1.0"
sha256 = "00"
keep = ["tests"]
"""


@pytest.fixture
def harness(venv, with_package, tmp_path, monkeypatch, capsys):
    """Call the command line on a suite of two tests; return its exit status and output."""
    monkeypatch.setenv("FLASKFAST_CACHE", os.fspath(tmp_path / "cache"))
    data = tmp_path / "data"
    data.mkdir()
    (data / "suites.toml").write_text(SUITES)
    (data / "exceptions.toml").write_text("")
    with_package("flaskfast", PACKAGE)
    monkeypatch.setattr(session, "provide", lambda *args, **options: venv)
    monkeypatch.setattr(session, "build_wheel", lambda *args: ("wheel", "key"))
    monkeypatch.setattr(session, "install_flaskfast", lambda *args: None)

    def call(*argv: str, tests: str, exceptions: str = "") -> tuple[int, str]:
        sdist = make_sdist(tmp_path / "made.tar.gz", test_it=tests)
        monkeypatch.setattr(session, "fetch_sdist", lambda *args: sdist)
        (data / "exceptions.toml").write_text(exceptions)
        if "--genuine" in argv:
            (site,) = venv.glob("lib/*/site-packages")
            (site / "flaskfast.py").rename(site / "flask.py")
        try:
            status = main(["made", *argv], data=data)
        finally:
            if "--genuine" in argv:
                (site / "flask.py").rename(site / "flaskfast.py")
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return call


GOOD = "def test_a(): pass\ndef test_b(): pass"
BAD = "def test_a(): pass\ndef test_b(): assert False"
FEWER = "def test_a(): pass"
EXCEPTION = """
[[exception]]
suite = "made"
test = "tests/test_it.py::test_b"
outcome = "failed"
reason = "this is only made up"
"""


def test_the_exit_status_is_honest(harness) -> None:
    status, output = harness(tests=GOOD)
    assert status == 1
    assert "no genuine result is recorded" in output
    assert harness("--genuine", "--record", tests=GOOD)[0] == 0

    status, output = harness(tests=GOOD)
    assert status == 0
    assert output.count("2 passed") == 4  # two flavours: the closing line and the table

    status, output = harness(tests=BAD)
    assert status == 1
    assert "tests/test_it.py::test_b: failed, expected passed" in output

    status, output = harness(tests=BAD, exceptions=EXCEPTION)
    assert status == 0
    assert "1 excepted" in output

    status, output = harness(tests=GOOD, exceptions=EXCEPTION)
    assert status == 1
    assert "stale exception: tests/test_it.py::test_b: passed" in output

    status, output = harness(tests=FEWER)
    assert status == 1
    assert "missing: tests/test_it.py::test_b" in output


def test_a_genuine_run_is_held_against_its_record(harness) -> None:
    assert harness("--genuine", "--record", tests=BAD)[0] == 0
    assert harness("--genuine", tests=BAD)[0] == 0
    assert harness("--genuine", tests=GOOD)[0] == 1
    assert harness("--flavour", "python", tests=BAD)[0] == 0


DOCUMENT = f"# Title\n\n{document.BEGIN}\n\n{document.END}\n\nThe end.\n"


def test_the_results_are_written_into_a_document(harness, tmp_path) -> None:
    path = tmp_path / "results.md"
    path.write_text(DOCUMENT)
    writing = ("--document", str(path))
    harness("--genuine", "--record", tests=BAD)
    assert harness(*writing, "--flavour", "python", tests=BAD)[0] == 0
    text = path.read_text()
    assert "| made | 1.0 | 2 | 1 passed, 1 failed | not run | same |" in text
    assert text.startswith("# Title\n") and text.endswith("The end.\n")

    assert harness(*writing, "--flavour", "native", tests=GOOD)[0] == 1
    assert "| made | 1.0 | 2 | 1 passed, 1 failed | **1 differ** | same |" in path.read_text()

    assert harness(*writing, tests=BAD)[0] == 0
    again = path.read_text()
    assert "| made | 1.0 | 2 | 1 passed, 1 failed | same | same |" in again
    assert harness(*writing, tests=BAD)[0] == 0
    assert path.read_text() == again


def test_a_line_of_another_version_or_of_no_suite_is_not_kept(harness, tmp_path) -> None:
    path = tmp_path / "results.md"
    old = "| made | 0.9 | 2 | 2 passed | same | same |\n| gone | 1.0 | 2 | 2 passed | same | same |"
    path.write_text(DOCUMENT.replace("\n\n<!-- end", f"\n\n{old}\n\n<!-- end"))
    harness("--genuine", "--record", tests=GOOD)
    harness("--document", str(path), "--flavour", "native", tests=GOOD)
    assert "| made | 1.0 | 2 | 2 passed | same | not run |" in path.read_text()
    assert "gone" not in path.read_text()


def test_a_document_without_a_place_for_results_is_left_alone(harness, tmp_path) -> None:
    path = tmp_path / "results.md"
    path.write_text("Nothing here.\n")
    harness("--genuine", "--record", tests=GOOD)
    status, output = harness("--document", str(path), tests=GOOD)
    assert status == 2
    assert "between which to write" in output
    assert path.read_text() == "Nothing here.\n"


def test_suites_run_beside_each_other(harness, tmp_path) -> None:
    more = SUITES.replace("[suites.made]", "[suites.other]").partition("[suites")[2]
    (tmp_path / "data" / "suites.toml").write_text(f"{SUITES}\n[suites{more}")
    assert harness("other", "--genuine", "--record", tests=GOOD)[0] == 0
    status, output = harness("other", "--jobs", "2", tests=GOOD)
    assert status == 0
    table = output.rpartition("suite  ")[2]
    assert [line.split()[0] for line in table.splitlines()[1:]] == ["made"] * 2 + ["other"] * 2
    assert harness("other", "--jobs", "2", tests=BAD)[0] == 1


def test_options_that_leave_nothing_are_an_error(harness) -> None:
    assert harness("--variant", "none", tests=GOOD)[0] == 2


@pytest.mark.parametrize(
    "argv", [[], ["made", "--record"], ["made", "--flavour", "fast"], ["made", "--jobs", "0"]]
)
def test_wrong_use_is_refused(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(argv)
    assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_an_unknown_suite_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-suite"]) == 2
    assert "'no-such-suite'" in capsys.readouterr().err
