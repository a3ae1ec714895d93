"""The data of the harness: what is committed is valid, and what is wrong is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from .catalogue import (
    CatalogueError,
    KnownException,
    Record,
    Records,
    read_catalogue,
    read_exceptions,
)
from .document import KINDS, NOT_RUN, name_of, read_lines
from .environment import CHECKOUT

pytestmark = pytest.mark.flavourless

SUITES = """
[variants]
old = ["werkzeug==3.1.6"]
new = ["werkzeug==3.1.9"]

[suites.one]
sdist = "one==1.0"
sha256 = "00"

[suites.two]
sdist = "two==2.0"
sha256 = "11"
group = "pair"
variants = ["old", "new"]
slow = true

[suites.three]
sdist = "three==3.0"
sha256 = "22"
group = "pair"
"""
EXCEPTION = """
[[exception]]
suite = "two"
test = "t::a"
outcome = "failed"
reason = "it cannot be otherwise"
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "data.toml"
    path.write_text(text)
    return path


def test_the_committed_data_is_valid_and_every_run_is_recorded() -> None:
    catalogue = read_catalogue()
    read_exceptions(catalogue)
    runs = {f"{s.name} {variant}" for s in catalogue.suites.values() for variant in s.variants}
    assert set(Records()) == runs
    assert all(len(suite.sha256) == 64 for suite in catalogue.suites.values())


def test_the_document_has_a_line_for_every_extension_in_its_version() -> None:
    lines = read_lines((CHECKOUT / "docs" / "extensions.md").read_text(encoding="utf-8"))
    missing = [
        name_of(suite, variant)
        for suite in read_catalogue().suites.values()
        for variant in suite.variants
        if suite.group in KINDS
        if (line := lines.get(name_of(suite, variant))) is None
        or line.version != suite.sdist.partition("==")[2]
        or any(line.flavours[flavour] == NOT_RUN for flavour in suite.flavours)
    ]
    assert not missing, "run them with --document docs/extensions.md"


def test_a_suite_has_defaults(tmp_path: Path) -> None:
    suite = read_catalogue(written(tmp_path, SUITES)).suites["one"]
    assert suite.variants == ("new",)
    assert suite.flavours == ("native", "python")
    assert suite.group == suite.project == "one"
    assert not suite.must_pass


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["one"], ["one"]),
        (["three", "one"], ["one", "three"]),
        (["pair"], ["two", "three"]),
        (["quick"], ["one", "three"]),
        (["slow"], ["two"]),
        (["all", "one"], ["one", "two", "three"]),
    ],
)
def test_suites_are_selected_by_words(tmp_path: Path, words: list[str], names: list[str]) -> None:
    catalogue = read_catalogue(written(tmp_path, SUITES))
    assert [suite.name for suite in catalogue.select(words)] == names


def test_an_unknown_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="'four'"):
        read_catalogue(written(tmp_path, SUITES)).select(["one", "four"])


@pytest.mark.parametrize(
    ("line", "culprit"),
    [
        ('colour = "red"', "colour"),
        ('variants = ["older"]', "older"),
        ('kind = "tox"', "kind"),
        ('flavours = ["fast"]', "flavours"),
        ("=", "data.toml"),
    ],
)
def test_a_wrong_suite_is_refused(tmp_path: Path, line: str, culprit: str) -> None:
    with pytest.raises(CatalogueError, match=culprit):
        read_catalogue(written(tmp_path, f"{SUITES}{line}\n"))


def test_a_suite_without_hash_or_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="sha256"):
        read_catalogue(written(tmp_path, '[variants]\nv=[]\n[suites.a]\nsdist = "a==1"\n'))
    text = '[variants]\nv=[]\n[suites.a]\nsdist = "a"\nsha256 = "0"\n'
    with pytest.raises(CatalogueError, match="==VERSION"):
        read_catalogue(written(tmp_path, text))


def test_exceptions_are_read(tmp_path: Path) -> None:
    catalogue = read_catalogue(written(tmp_path, SUITES))
    entries = read_exceptions(catalogue, written(tmp_path, EXCEPTION))
    assert entries == [KnownException("two", "t::a", "failed", "it cannot be otherwise")]


@pytest.mark.parametrize(
    ("old", "new", "culprit"),
    [
        ('suite = "two"', 'suite = "four"', "four"),
        ('suite = "two"', 'suite = "two"\nvariant = "newer"', "newer"),
        ('suite = "two"', 'suite = "two"\nflavour = "fast"', "fast"),
        ('suite = "two"', 'suite = "two"\ncolour = "red"', "colour"),
        ('"failed"', '"broken"', "outcome"),
        ('"it cannot be otherwise"', '"drift"', "reason"),
        ('test = "t::a"', "", "needs suite, test"),
    ],
)
def test_a_wrong_exception_is_refused(tmp_path: Path, old: str, new: str, culprit: str) -> None:
    catalogue = read_catalogue(written(tmp_path, SUITES))
    with pytest.raises(CatalogueError, match=culprit):
        read_exceptions(catalogue, written(tmp_path, EXCEPTION.replace(old, new)))


def test_records_survive_the_file(tmp_path: Path) -> None:
    records = Records(tmp_path / "genuine.json")
    assert records.find("one", "new") is None
    record = Record(3, "abc", {"failed": ("t::a",), "skipped": ("t::b", "t::c")})
    records.save("one", "new", record)
    assert Records(tmp_path / "genuine.json").find("one", "new") == record
