"""FLASKFAST_KERNELS: every word, against compiled kernels that work, lack or are broken.

Each case runs an interpreter of its own on a copy of just the switch and the
kernels, where a compiled one can be damaged.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from flaskfast import _kernels
from tests.kernels.conftest import load_kernel

pytestmark = pytest.mark.flavourless

SOURCE = Path(_kernels.__file__).parent
REPORT = (
    "from flaskfast import _kernels as k;"
    "print(k.flavour, k.info.flavour, k.info, k.escape_text('<'), sep='|');"
    "print(k.reason == k.info.reason, k.reason, sep='|')"
)
Damage = Callable[["Copy"], object]


class Copy:
    """The switch and its kernels, copied; `home` is what to put on the path."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.package = home / "flaskfast"
        self.package.mkdir()
        (self.package / "__init__.py").touch()
        for name in (
            "_kernels.py",
            "_elf.py",
            "_expressions.py",
            "_unset.py",
            "_version.py",
            "_wsgi.py",
            "signals.py",
        ):
            shutil.copy(SOURCE / name, self.package)
        ignore = shutil.ignore_patterns("__pycache__", "*.so", "*.pyd")
        for name in ("_py", "_native"):
            shutil.copytree(SOURCE / name, self.package / name, ignore=ignore)
        together = Path(str(load_kernel("native", "escape").__file__))
        self.compiled = Path(shutil.copy(together, self.package / "_native"))

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.package / name).read_text()
        assert old in text
        (self.package / name).write_text(text.replace(old, new))

    def patch(self, old: bytes, new: bytes) -> None:
        data = self.compiled.read_bytes()
        assert old in data and len(old) == len(new)
        self.compiled.write_bytes(data.replace(old, new))

    def run(
        self, word: str | None, code: str = REPORT, *options: str
    ) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        env.pop("FLASKFAST_KERNELS", None)
        env["PYTHONPATH"] = str(self.home)
        if word is not None:
            env["FLASKFAST_KERNELS"] = word
        return subprocess.run(
            [sys.executable, *options, "-c", code],
            env=env,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def assert_runs_on(
    flavour: str, process: subprocess.CompletedProcess[str], *, warning: str | None = None
) -> str:
    """Check flavour and warnings of a REPORT; return the reason that it gives."""
    assert process.returncode == 0, process.stderr
    chosen, reason = process.stdout.splitlines()
    assert chosen == f"{flavour}|{flavour}|{flavour}|&lt;"
    same, _, sentence = reason.partition("|")
    assert same == "True" and sentence.endswith(".")
    if warning is None:
        assert process.stderr == ""
    else:
        assert process.stderr.count("RuntimeWarning") == 1, process.stderr
        assert warning in process.stderr and warning in sentence
        assert "FLASKFAST_KERNELS=python" in sentence, "the mend is missing"
    return sentence


def assert_fails(process: subprocess.CompletedProcess[str], error: str) -> str:
    """Check that the import failed with this error; return its message."""
    assert process.returncode == 1, (process.returncode, process.stderr)
    last = process.stderr.splitlines()[-1]
    assert last.startswith(f"{error}: "), process.stderr
    return last


@pytest.mark.parametrize("word", [None, "", "auto", "native"])
def test_compiled_kernels_are_used(copy: Copy, word: str | None) -> None:
    assert_runs_on("native", copy.run(word))


def test_python_is_used_where_asked_for(copy: Copy) -> None:
    reason = assert_runs_on("python", copy.run("python"))
    assert reason == "FLASKFAST_KERNELS=python asks for it."


def test_python_does_not_import_compiled_kernels(copy: Copy) -> None:
    code = (
        "import sys, flaskfast._kernels;"
        "print([name for name in sys.modules if name.startswith('flaskfast._native')])"
    )
    assert copy.run("python", code).stdout == "[]\n"


@pytest.mark.parametrize("word", ["Native", "NATIVE", "c", "1", "pure", " ", "native,python"])
def test_unknown_word_is_an_error(copy: Copy, word: str) -> None:
    message = assert_fails(copy.run(word), "ValueError")
    assert message.endswith(
        f"FLASKFAST_KERNELS={word!r} is not known. Use one of: auto, native, python."
    )


def remove(copy: Copy) -> None:
    copy.compiled.unlink()


def rename_for_another_python(copy: Copy) -> None:
    copy.compiled.rename(copy.compiled.with_name("kernels.cpython-38-x86_64-linux-gnu.so"))


def leave_a_directory(copy: Copy) -> None:
    """Make a namespace package of that name, in which there is no kernel."""
    remove(copy)
    (copy.package / "_native" / "kernels").mkdir()


@pytest.mark.parametrize("damage", [remove, rename_for_another_python, leave_a_directory])
def test_absent_kernels(copy: Copy, damage: Damage) -> None:
    damage(copy)
    for word in (None, "auto"):
        reason = assert_runs_on("python", copy.run(word))
        assert reason == "No compiled kernels are installed for this interpreter."
    assert_runs_on("python", copy.run("python"))
    message = assert_fails(copy.run("native"), "ImportError")
    assert "FLASKFAST_KERNELS=native cannot be honoured: No compiled kernels" in message
    assert "FLASKFAST_BUILD=native pip install" in message


def cut(percent: float) -> Damage:
    def damage(copy: Copy) -> None:
        size = copy.compiled.stat().st_size
        os.truncate(copy.compiled, int(size * percent / 100))

    damage.__name__ = f"cut_to_{percent}_percent"
    return damage


def cut_one_byte(copy: Copy) -> None:
    os.truncate(copy.compiled, copy.compiled.stat().st_size - 1)


def empty(copy: Copy) -> None:
    copy.compiled.write_bytes(b"")


def replace_by_text(copy: Copy) -> None:
    copy.compiled.write_text("this is not a shared object\n" * 1000)


def overwrite_header(copy: Copy) -> None:
    with copy.compiled.open("r+b") as file:
        file.seek(4)
        file.write(b"\xff" * 60)


def build_for_another_machine(copy: Copy) -> None:
    with copy.compiled.open("r+b") as file:
        file.seek(18)
        file.write(b"\xfe\xca")


def lose_the_first_module(copy: Copy) -> None:
    copy.patch(b"PyInit_kernels\0", b"PyTini_kernels\0")


def lose_a_module(copy: Copy) -> None:
    copy.patch(b"PyInit_messages\0", b"PyTini_messages\0")


def need_unknown_symbol(copy: Copy) -> None:
    copy.patch(b"PyUnicode_New\0", b"PyUnicode_Old\0")


def belong_to_another_version(copy: Copy) -> None:
    copy.edit("_version.py", "VERSION =", "VERSION = '99.0'\nOLD =")


def lack_a_name(copy: Copy) -> None:
    copy.edit("_kernels.py", '"escape": (', '"escape": ("escape_more", ')


def lack_a_module(copy: Copy) -> None:
    shutil.copy(copy.package / "_py/escape.py", copy.package / "_py/other.py")
    copy.edit("_kernels.py", "KERNELS = {", 'KERNELS = {\n    "other": ("escape_text",),')


def stand_in_the_wrong_order(copy: Copy) -> None:
    copy.edit(
        "_kernels.py", '    "messages": (\n', '    "cycle": ("settle",),\n    "messages": (\n'
    )


CANNOT_BE_LOADED = [
    *(cut(percent) for percent in (0.01, 1, 5, 10, 20, 30, 50, 80, 99)),
    cut_one_byte,
    empty,
    replace_by_text,
    overwrite_header,
    build_for_another_machine,
    lose_the_first_module,
    lose_a_module,
    need_unknown_symbol,
]
BROKEN: list[tuple[Damage, str]] = [
    *((damage, "cannot be loaded: ") for damage in CANNOT_BE_LOADED),
    (belong_to_another_version, "was built for flaskfast 0."),
    (lack_a_name, "it lacks escape_more"),
    (lack_a_module, "export function (PyInit_other)"),
    (stand_in_the_wrong_order, "cannot be loaded: No module named 'flaskfast._native."),
]


@pytest.mark.skipif(sys.platform != "linux", reason="damages an ELF file")
@pytest.mark.parametrize(
    ("damage", "why"), [pytest.param(*case, id=case[0].__name__) for case in BROKEN]
)
def test_broken_kernels_are_never_hidden(copy: Copy, damage: Damage, why: str) -> None:
    damage(copy)
    for word in (None, "auto"):
        assert_runs_on("python", copy.run(word), warning=why)
    message = assert_fails(copy.run("native"), "ImportError")
    assert "FLASKFAST_KERNELS=native cannot be honoured" in message and why in message
    assert_runs_on("python", copy.run("python"))


def test_warning_can_be_made_an_error(copy: Copy) -> None:
    empty(copy)
    process = copy.run("auto", REPORT, "-W", "error::RuntimeWarning")
    assert "cannot be loaded" in assert_fails(process, "RuntimeWarning")


SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ModuleNotFoundError:
    import _xxsubinterpreters as interpreters
if {first}:
    import flaskfast._kernels
    assert flaskfast._kernels.flavour == "native"
sub = interpreters.create()
failure = interpreters.run_string(sub, {code!r})
sys.stdout.flush()
assert failure is None, failure
interpreters.destroy(sub)
"""


@cache
def last_words() -> str:
    """Leave out the interpreter's own end where the standard library alone makes that fail.

    CPython 3.12.1 aborts at exit when a second interpreter has imported hashlib.
    """
    program = SUBINTERPRETER.format(first=False, code="import hashlib")
    alone = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    return "\nimport os\nsys.stdout.flush()\nos._exit(0)\n" if alone.returncode else ""


def in_subinterpreter(code: str, *, first: bool) -> str:
    flushed = f"import sys\n{code}\nsys.stdout.flush()"
    return SUBINTERPRETER.format(first=first, code=flushed) + last_words()


REFUSED = "Compiled kernels work in one interpreter of a process"


def test_second_interpreter_falls_back(copy: Copy) -> None:
    process = copy.run("auto", in_subinterpreter(REPORT, first=True))
    assert_runs_on("python", process, warning=REFUSED)


def test_second_interpreter_with_python_is_silent(copy: Copy) -> None:
    code = in_subinterpreter(REPORT, first=False)
    assert_runs_on("python", copy.run("python", code))


def test_second_interpreter_with_native_is_an_error(copy: Copy) -> None:
    code = """
try:
    import flaskfast._kernels
except ImportError as error:
    print(error)
"""
    native = "import os; os.environ['FLASKFAST_KERNELS'] = 'native'"
    process = copy.run("auto", in_subinterpreter(native + code, first=True))
    assert process.returncode == 0, process.stderr
    assert "FLASKFAST_KERNELS=native cannot be honoured" in process.stdout
    assert REFUSED in process.stdout and "mod_wsgi" in process.stdout
