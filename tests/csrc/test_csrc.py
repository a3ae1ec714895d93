"""Build and run the C tests; see tests/csrc/Makefile for doing so by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.flavourless

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which(os.environ.get("CC", "cc")) is None or shutil.which("make") is None:
        if os.environ.get("FLASKFAST_KERNELS") == "python":
            pytest.skip("FLASKFAST_KERNELS=python, and no C compiler is here")
        pytest.fail("The C kernels cannot be tested without make and a C compiler.")
    out = tmp_path_factory.mktemp("csrc")
    make = subprocess.run(
        ["make", "-C", str(HERE), "build", f"OUT={out}"], capture_output=True, text=True
    )
    assert make.returncode == 0, make.stdout + make.stderr
    return out


def run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(program), *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("source", sorted(HERE.glob("test_*.c")), ids=lambda path: path.stem)
def test_under_sanitizers(programs: Path, source: Path) -> None:
    process = run(programs / source.stem)
    assert process.returncode == 0, process.stderr
    assert process.stdout == f"{source.stem.removeprefix('test_')}: ok\n"
    assert process.stderr == ""


def test_every_kernel_is_tested_and_fuzzed() -> None:
    kernels = {path.stem for path in (HERE.parents[1] / "csrc").glob("ff_*.c")}
    assert kernels == {path.stem.removeprefix("test_") for path in HERE.glob("test_*.c")}
    assert kernels == {path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.c")}


@pytest.mark.slow
@pytest.mark.parametrize("source", sorted(HERE.glob("fuzz_*.c")), ids=lambda path: path.stem)
def test_fuzzing_finds_nothing(tmp_path: Path, source: Path) -> None:
    if shutil.which(os.environ.get("CLANG", "clang")) is None:
        pytest.fail("The C kernels cannot be fuzzed without clang and its libFuzzer.")
    program = tmp_path / source.stem
    make = subprocess.run(
        ["make", "-C", str(HERE), str(program), f"OUT={tmp_path}"], capture_output=True, text=True
    )
    assert make.returncode == 0, make.stdout + make.stderr
    process = run(program, "-runs=100000", "-seed=1", f"-artifact_prefix={tmp_path}/")
    assert process.returncode == 0, process.stderr


@pytest.mark.parametrize("version", ["scalar", "narrow"])
def test_escape_without_some_instructions(programs: Path, version: str) -> None:
    process = run(programs / f"test_ff_escape-{version}")
    assert (process.returncode, process.stdout, process.stderr) == (0, "ff_escape: ok\n", "")


@pytest.mark.parametrize("fault", ["--overread", "--overwrite"])
def test_one_unit_too_far_is_caught(programs: Path, fault: str) -> None:
    process = run(programs / "test_ff_escape", fault)
    assert process.returncode != 0
    assert "AddressSanitizer: SEGV" in process.stderr
    assert "ff_escape_width.h" in process.stderr
