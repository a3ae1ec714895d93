"""Expressions that are compiled at their first use: in everything else those of `re`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from flaskfast._expressions import _METHODS, expression

pytestmark = pytest.mark.flavourless


@pytest.mark.parametrize("method", _METHODS)
def test_methods_answer_like_those_of_a_compiled_pattern(method: str) -> None:
    arguments = ("-", "a1b22c") if method == "sub" else ("a1b22c",)
    ours, theirs = expression("[a-z](?P<n>[0-9]*)"), re.compile("[a-z](?P<n>[0-9]*)")
    for _ in range(2):
        found, wanted = (getattr(one, method)(*arguments) for one in (ours, theirs))
        if method == "finditer":
            found, wanted = list(map(str, found)), list(map(str, wanted))
        elif method.endswith("match") or method == "search":
            found, wanted = str(found), str(wanted)
        assert found == wanted


def test_flags_and_bytes() -> None:
    assert expression(rb"A.B", re.DOTALL | re.IGNORECASE).fullmatch(b"a\nb")
    assert expression(r"\w", re.ASCII).match("\N{LATIN SMALL LETTER E WITH ACUTE}") is None


def test_what_it_is_made_of_is_known_before_it_is_compiled() -> None:
    one = expression(r"\w+", re.ASCII)
    assert (one.pattern, one.flags) == (r"\w+", re.ASCII)
    with pytest.raises(AttributeError, match="has no attribute 'groupindex'"):
        one.groupindex


def test_a_wrong_pattern_says_so_where_it_is_used() -> None:
    one = expression("(")
    for _ in range(2):
        with pytest.raises(re.error):
            one.match("")


def test_threads_that_use_it_first_together() -> None:
    for _ in range(50):
        one, barrier = expression("(a+)b"), Barrier(4)

        def found(barrier: Barrier = barrier, one: re.Pattern[str] = one) -> str:
            barrier.wait(60)
            return str(one.fullmatch("aab"))

        with ThreadPoolExecutor(4) as pool:
            answers = {future.result(60) for future in [pool.submit(found) for _ in range(4)]}
        assert answers == {str(re.fullmatch("(a+)b", "aab"))}


def test_an_import_compiles_few() -> None:
    code = """
import json, re, sys
import jinja2, werkzeug
if sys.version_info >= (3, 11):
    from re import _compiler as compiler
else:
    import sre_compile as compiler
compiled, compile = [], compiler.compile
def noted(pattern, flags=0):
    frame = sys._getframe(1)
    while "/re/" in frame.f_code.co_filename or frame.f_code.co_filename.endswith("/re.py"):
        frame = frame.f_back
    compiled.append((frame.f_globals["__name__"], str(pattern)))
    return compile(pattern, flags)
compiler.compile = noted
import flaskfast
ours = [one for one in compiled if one[0].startswith("flaskfast.") and "._py." not in one[0]]
print(json.dumps(ours))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)) <= 8, done.stdout
