"""Downloads, builds and stubs: verified, repeated only when needed, and telling."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import store
from .environment import CHECKOUT, breaks, constraints_for, sources_digest
from .running import mypy_errors, write_alias_stubs
from .store import StoreError, cache_root, fetch_sdist, file_digest

pytestmark = pytest.mark.flavourless


def test_a_download_of_another_hash_is_refused(tmp_path, monkeypatch) -> None:
    def download(requirement: str, sha256: str, directory: Path) -> None:
        (directory / "made-1.0.tar.gz").write_bytes(b"something else")

    monkeypatch.setattr(store, "_download", download)
    with pytest.raises(StoreError, match=r"made==1\.0: no download"):
        fetch_sdist("made==1.0", "00", tmp_path)


def test_a_kept_download_is_used_until_it_is_damaged(tmp_path, monkeypatch) -> None:
    downloads = []

    def download(requirement: str, sha256: str, directory: Path) -> None:
        downloads.append(requirement)
        (directory / "made-1.0.tar.gz").write_bytes(b"the right one")

    monkeypatch.setattr(store, "_download", download)
    (tmp_path / "right").write_bytes(b"the right one")
    sha256 = file_digest(tmp_path / "right")
    path = fetch_sdist("made==1.0", sha256, tmp_path)
    assert fetch_sdist("made==1.0", sha256, tmp_path) == path
    assert len(downloads) == 1
    path.write_bytes(b"damaged")
    assert fetch_sdist("made==1.0", sha256, tmp_path).read_bytes() == b"the right one"
    assert len(downloads) == 2


def test_a_failing_tool_is_told_with_its_output() -> None:
    command = [sys.executable, "-c", "print('what went wrong'); raise SystemExit(3)"]
    with pytest.raises(StoreError, match=r"(?s)exit status 3 .*what went wrong"):
        store.run_tool(command)


def test_the_cache_is_outside_the_tree(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("FLASKFAST_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "flaskfast" / "conformance"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert not cache_root().is_relative_to(CHECKOUT)
    monkeypatch.setenv("FLASKFAST_CACHE", str(tmp_path / "own"))
    assert cache_root() == tmp_path / "own" / "conformance"


def test_the_wheel_is_keyed_by_its_sources(tmp_path) -> None:
    tree = tmp_path / "tree"
    (tree / "flaskfast" / "_native").mkdir(parents=True)
    (tree / "csrc").mkdir()
    module = tree / "flaskfast" / "app.py"
    module.write_text("one = 1\n")
    (tree / "flaskfast" / "_native" / "escape.pyx").write_text("")
    first = sources_digest(tree)

    for leftover in ("_native/escape.c", "_native/escape.cpython-311.so", "app.pyc"):
        (tree / "flaskfast" / leftover).write_text("left behind")
    shutil.copytree(tree / "csrc", tree / "flaskfast" / "__pycache__")
    (tree / "README.txt").write_text("not part of a wheel")
    assert sources_digest(tree) == first

    module.write_text("one = 2\n")
    second = sources_digest(tree)
    (tree / "csrc" / "ff_escape.c").write_text("int one;\n")
    third = sources_digest(tree)
    (tree / "csrc" / "ff_escape.c").rename(tree / "csrc" / "ff_other.c")
    assert len({first, second, third, sources_digest(tree)}) == 4


def test_a_pin_of_a_suite_wins_over_the_common_one() -> None:
    text = "# why\nclick==8.5.1\nPython_Dateutil==4.0.0\nwtforms==3.3.2\n"
    assert constraints_for(["click", "wtforms<3.3"], text) == [
        "click==8.5.1",
        "Python_Dateutil==4.0.0",
    ]
    assert constraints_for(["python-dateutil>=2"], text) == ["click==8.5.1", "wtforms==3.3.2"]


def test_a_venv_is_made_anew_when_a_pin_of_its_contents_changes(tmp_path: Path) -> None:
    (tmp_path / "contents.txt").write_text("click==8.5.1\nMade @ file:///made\nPy_Thing==1.0\n")
    assert not breaks(tmp_path, ["click==8.5.1", "flask==3.1.3", "py-thing==1.0"])
    assert breaks(tmp_path, ["click==8.5.2", "py-thing==1.0"])
    assert breaks(tmp_path, ["py-thing==1.1"])


def test_mypy_errors_are_told_apart_by_file() -> None:
    output = (
        "tests/a.py:3: error: Bad  [arg-type]\n"
        "tests/a.py:3: note: Why\n"
        "tests/a.py:9: error: Worse  [misc]\n"
        "tests/b.py:1: error: Bad too  [misc]\n"
        "Found 3 errors in 2 files (checked 3 source files)\n"
    )
    assert list(mypy_errors(output)) == ["tests/a.py", "tests/b.py"]
    assert "Bad" in mypy_errors(output)["tests/a.py"]
    assert "Worse" in mypy_errors(output)["tests/a.py"]


def test_a_checker_sees_our_types_through_the_stubs(tmp_path: Path) -> None:
    package = tmp_path / "site" / "flaskfast"
    (package / "json").mkdir(parents=True)
    (package / "py.typed").touch()
    (package / "__init__.py").write_text("from .json import dumps as dumps\n")
    (package / "json" / "__init__.py").write_text(
        "def dumps(x: object) -> str:\n    return str(x)\n"
    )
    (package / "_private.py").write_text("")
    write_alias_stubs(package, tmp_path / "stubs")
    stubs = {p.relative_to(tmp_path / "stubs").as_posix() for p in tmp_path.rglob("*.pyi")}
    assert stubs == {"flask/__init__.pyi", "flask/json/__init__.pyi"}

    good = "import flask\nfrom flask.json import dumps\nx: str = flask.dumps(dumps(1))\n"
    (tmp_path / "good.py").write_text(good)
    (tmp_path / "bad.py").write_text(good.replace("x: str", "x: int"))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-incremental"]
    environ = {"MYPYPATH": f"{tmp_path / 'stubs'}:{tmp_path / 'site'}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "good.py", "bad.py"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert list(mypy_errors(done.stdout)) == ["bad.py"], done.stdout + done.stderr
