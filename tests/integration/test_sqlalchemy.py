"""Flask-SQLAlchemy on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.visitor import Visitor
from tests.served.servers import KERNELS

from .conftest import Answers, Visit
from .services import postgresql

pytestmark = [pytest.mark.served, pytest.mark.slow]


def journey(visitor: Visitor) -> None:
    """Fill the tables, run into conflicts and failures, look at pages of them."""
    for name in ("Ann", "Bob", "Ann", "x" * 40):
        visitor.post("/authors", {"name": name})
    visitor.post("/authors", {})
    visitor.post("/authors/1/books", {"title": ["Zebras", "Ants <b>", "Kühe"]})
    visitor.post("/authors/2/books", {"title": ["Mice", "Bees"]})
    visitor.post("/authors/9/books", {"title": "Nobody's"})
    visitor.post("/authors/1/books", {"title": "Lost", "fail": "1"})
    for query in ("", "?page=2", "?page=3&per_page=2", "?per_page=50", "?page=99", "?page=x"):
        visitor.get(f"/books{query}")
    visitor.get("/authors/Ann")
    visitor.get("/authors/Nobody")
    visitor.get("/streamed")
    visitor.get("/all")
    visitor.get("/counts")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    if kind == "postgresql":
        with postgresql() as url:
            yield url
    else:
        path = folder / "data.db"
        path.unlink(missing_ok=True)
        yield f"sqlite:///{path}"


@pytest.mark.parametrize("kernels", KERNELS)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database(kind: str, kernels: str, visit: Visit, tmp_path: Path) -> None:
    found: list[Answers] = []
    for flavour in (None, kernels):
        with database(kind, tmp_path) as url:
            found.append(visit("database_app:app", journey, flavour, {"DATABASE": url}))
    genuine, ours = found
    assert ours == genuine
    statuses = [answer[1][:3] for answer in ours]
    assert statuses[:9] == ["201", "201", "409", "201", "400", "201", "201", "404", "500"]
    counts = json.loads(ours[-1][-2])
    assert (counts["authors"], counts["books"], counts["dialect"]) == (3, 5, kind)
    assert "Lost" not in str(ours[-2])
