"""`pip install` of the tree into fresh environments: with and without what it can want.

Every environment is made from the interpreter that runs the tests. pip gets its
build tools and our dependencies from the package index that it is set up for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.install, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TREE = ("csrc", "flaskfast", "LICENSE", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py")
APP = """
import flaskfast
app = flaskfast.Flask("app")
app.secret_key = "k"
@app.route("/<name>")
def view(name):
    return flaskfast.render_template_string("<p>{{ name }}</p>", name=name)
reply = app.test_client().get("/<b>")
assert (reply.status_code, reply.text) == (200, "<p>&lt;b&gt;</p>"), (reply.status, reply.text)
from flaskfast.markup import escape
assert escape("<") == "&lt;"
print(flaskfast.kernels, flaskfast.kernels.reason, sep="|")
"""
FELL_BACK = "flaskfast: the compiled kernels could not be built: "


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what a clone has: no products of builds in place."""
    copy = tmp_path / "tree"
    copy.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd", "*.egg-info")
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, copy)
    return copy


class Environment:
    """A virtual environment, outside of which nothing is imported."""

    def __init__(self, home: Path) -> None:
        self.home = home
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        scripts = home / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(scripts / "python")
        self.flaskfast = str(scripts / "flaskfast")

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "FLASKFAST", "FLASK_")) and name != "CC"
        }
        return subprocess.run(
            command,
            env={**inherited, "FLASKFAST_KERNELS": "auto", **variables},
            cwd=self.home,
            capture_output=True,
            text=True,
        )

    def pip(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.python, "-m", "pip", "-v", *arguments, **variables)

    def install(self, tree: Path, *options: str, **variables: str) -> str:
        """Install, which has to succeed; return everything that pip printed."""
        process = self.pip("install", *options, str(tree), **variables)
        assert process.returncode == 0, process.stdout[-4000:] + process.stderr[-4000:]
        return process.stdout + process.stderr

    def assert_works(self, flavour: str) -> str:
        """Check that an app runs, on this flavour; return the reason for the flavour."""
        process = self.run(self.python, "-W", "error", "-c", APP)
        assert process.returncode == 0, process.stderr
        used, _, reason = process.stdout.strip().partition("|")
        assert used == flavour
        version = self.run(self.flaskfast, "--version")
        assert version.returncode == 0, version.stderr
        assert flavour in version.stdout.lower()
        return reason


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(tmp_path / "env")


def test_default_compiles(tree: Path, environment: Environment) -> None:
    output = environment.install(tree)
    assert FELL_BACK not in output
    environment.assert_works("native")
    generated = [*tree.glob("flaskfast/**/*.c"), *tree.glob("csrc/**/*.o")]
    assert generated == [], "generated files belong into build/"


def test_without_a_compiler(tree: Path, environment: Environment) -> None:
    output = environment.install(tree, CC="/bin/false")
    assert FELL_BACK in output and "FLASKFAST_BUILD=native makes this an error" in output
    reason = environment.assert_works("python")
    assert reason == "No compiled kernels are installed for this interpreter."


def test_failed_build_does_not_ship_an_earlier_one(tree: Path, environment: Environment) -> None:
    """pip builds in the tree, where build/ keeps what an earlier build left."""
    environment.install(tree)
    environment.assert_works("native")
    environment.install(tree, "--force-reinstall", "--no-deps", CC="/bin/false")
    environment.assert_works("python")


def test_python_on_request(tree: Path, environment: Environment) -> None:
    output = environment.install(tree, FLASKFAST_BUILD="python", CC="/bin/false")
    assert FELL_BACK not in output
    environment.assert_works("python")
    asked = environment.run(
        environment.python, "-c", "import flaskfast", FLASKFAST_KERNELS="native"
    )
    assert asked.returncode == 1
    assert "ImportError: FLASKFAST_KERNELS=native cannot be honoured" in asked.stderr


def test_native_on_request(tree: Path, environment: Environment) -> None:
    environment.install(tree, FLASKFAST_BUILD="native")
    environment.assert_works("native")


def test_native_without_a_compiler_fails(tree: Path, environment: Environment) -> None:
    process = environment.pip("install", str(tree), FLASKFAST_BUILD="native", CC="/bin/false")
    assert process.returncode != 0
    output = process.stdout + process.stderr
    assert "FLASKFAST_BUILD=native cannot be honoured: " in output
    assert "Install what is missing" in output
    listed = environment.run(environment.python, "-m", "pip", "list")
    assert "flaskfast" not in listed.stdout


def test_unknown_word_fails(tree: Path, environment: Environment) -> None:
    process = environment.pip("install", str(tree), FLASKFAST_BUILD="fast")
    assert process.returncode != 0
    message = "FLASKFAST_BUILD='fast' is not known. Use one of: auto, native, python."
    assert message in process.stdout + process.stderr


def test_without_cython(tree: Path, environment: Environment) -> None:
    environment.pip("install", "setuptools>=61", "wheel").check_returncode()
    output = environment.install(tree, "--no-build-isolation")
    assert f"{FELL_BACK}No module named 'Cython'" in output
    environment.assert_works("python")
    native = environment.pip(
        "install", "--force-reinstall", "--no-build-isolation", str(tree), FLASKFAST_BUILD="native"
    )
    assert native.returncode != 0
    assert "cannot be honoured: No module named 'Cython'" in native.stdout + native.stderr


@pytest.mark.parametrize(("build", "flavour"), [("native", "native"), ("python", "python")])
def test_editable(tree: Path, environment: Environment, build: str, flavour: str) -> None:
    environment.install(tree, "--editable", FLASKFAST_BUILD=build)
    environment.assert_works(flavour)


def test_sdist_and_wheel_carry_what_they_should(tree: Path, environment: Environment) -> None:
    environment.pip("install", "build").check_returncode()
    for package in {path.parent for path in tree.glob("flaskfast/**/*.py")}:
        package.joinpath("__pycache__").mkdir()
        package.joinpath("__pycache__/left.cpython-311.pyc").touch()
    sources = {
        path.relative_to(tree).as_posix()
        for pattern in ("csrc/*", "flaskfast/**/*", "setup.py", "pyproject.toml", "LICENSE")
        for path in tree.glob(pattern)
        if path.is_file() and path.suffix != ".pyc"
    }

    def build(*options: str) -> tuple[set[str], set[str]]:
        """Build; return the names in the sdist and in the wheel."""
        shutil.rmtree(tree / "dist", ignore_errors=True)
        command = [environment.python, "-m", "build", *options, str(tree)]
        process = environment.run(*command, FLASKFAST_BUILD="native")
        assert process.returncode == 0, process.stderr[-4000:]
        in_sdist: set[str] = set()
        for sdist in (tree / "dist").glob("*.tar.gz"):
            in_sdist = {name.partition("/")[2] for name in tarfile.open(sdist).getnames()}
        [wheel] = (tree / "dist").glob("*.whl")
        return in_sdist, set(zipfile.ZipFile(wheel).namelist())

    in_sdist, in_wheel = build()  # the wheel is made from the sdist
    assert in_sdist >= sources
    assert not [name for name in in_sdist if name.endswith((".so", ".pyc"))]
    bindings = (".pyx", ".pxd")
    modules = {n for n in sources if n.startswith("flaskfast/") and not n.endswith(bindings)}
    assert in_wheel >= modules
    assert [name for name in in_wheel if name.endswith((".so", ".pyd"))]
    assert not [name for name in in_wheel if name.endswith((*bindings, ".c", ".h", ".pyc"))]
    assert {name.split("/")[0].partition("-")[0] for name in in_wheel} == {"flaskfast"}
    assert build("--wheel")[1] == in_wheel
