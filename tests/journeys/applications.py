"""The applications: how each is started, what a visitor does there, where its data are."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.catalogue import read_catalogue
from tests.conformance.store import cache_root, fetch_sdist, unpack

from . import bepasty, flaskr, httpbin, ihatemoney, moto, rq_dashboard, sqlite_web
from .visitor import Visitor

# A moment in a pickle: bepasty keeps what it knows of a file in one.
_SECONDS = re.compile(rb"(?<=J)...[\x60-\x7f]", re.DOTALL)
APPS = Path(__file__).with_name("apps")


@dataclass(frozen=True)
class Application:
    """One of them.

    :ivar target: what gunicorn loads.
    :ivar journey: what the visitor does.
    :ivar provide: puts files into the folder that the application may write to.
    :ivar variables: environment variables, of that folder.
    :ivar prepare: command lines that make its data, run by its environment's Python.
    :ivar state: its data afterwards, as lines.
    :ivar changing: patterns of what else is random, and what to write for it.
    :ivar redis: whether it wants a Redis, the address of which is RQ_DASHBOARD_REDIS_URL.
    """

    target: str
    journey: Callable[[Visitor], None]
    provide: Callable[[Path], None] = lambda folder: None
    variables: Callable[[Path], Mapping[str, str]] = lambda folder: {}
    prepare: Sequence[Sequence[str]] = ()
    state: Callable[[Path], list[str]] = lambda folder: []
    changing: Sequence[tuple[str, str]] = ()
    redis: bool = False


def database(name: str) -> Callable[[Path], list[str]]:
    """Return what reads a whole SQLite database of this name, as the statements that make it.

    They are sorted, and so are the parts of each table's definition: migration tools keep
    these in sets.
    """

    def dump(folder: Path) -> list[str]:
        with closing(sqlite3.connect(folder / name)) as connection:
            return sorted(map(_sorted_definition, connection.iterdump()))

    return dump


def _sorted_definition(statement: str) -> str:
    if not statement.startswith("CREATE TABLE"):
        return statement
    head, _, parts = statement.rstrip("\n;")[:-1].partition("(")
    return f"{head}({', '.join(sorted(part.strip() for part in parts.split(',')))})"


def files(folder: Path) -> list[str]:
    """Return the contents of all files, for those who keep their data in files."""
    contents = (path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return sorted(f"{len(data)} bytes: {_SECONDS.sub(b'<seconds>', data)!r}" for data in contents)


def _tutorial(folder: Path) -> None:
    """Take the tutorial out of the archive of Flask's that the conformance tests use."""
    suite = read_catalogue().suites["flask-tutorial"]
    sdist = fetch_sdist(suite.sdist, suite.sha256, cache_root() / "sdists")
    with tempfile.TemporaryDirectory() as scratch:
        source = unpack(sdist, Path(scratch)) / "examples" / "tutorial" / "flaskr"
        shutil.copytree(source, folder / "flaskr")


def _write(name: str, text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_text(text.format(folder=folder), encoding="utf-8")

    return write


_SECRET = "SECRET_KEY = 'kept in the tests, where nothing is secret'\n"
_IHATEMONEY = _SECRET + (
    "SQLALCHEMY_DATABASE_URI = 'sqlite:///{folder}/budget.db'\n"
    "SQLALCHEMY_TRACK_MODIFICATIONS = False\n"
    "SESSION_COOKIE_SECURE = False\n"
    "ACTIVATE_DEMO_PROJECT = False\n"
    "MAIL_SUPPRESS_SEND = True\n"
    "BABEL_DEFAULT_TIMEZONE = 'UTC'\n"
)
_BEPASTY = _SECRET + (
    "STORAGE_FILESYSTEM_DIRECTORY = '{folder}/storage'\n"
    "SESSION_COOKIE_SECURE = False\n"
    "PERMISSIONS = dict(write='admin,list,create,modify,read,delete')\n"
    "DEFAULT_PERMISSIONS = 'read'\n"
)


def _bepasty(folder: Path) -> None:
    _write("settings.py", _BEPASTY)(folder)
    (folder / "storage").mkdir()


APPLICATIONS: Mapping[str, Application] = {
    "httpbin": Application("httpbin:app", httpbin.journey),
    "flaskr": Application(
        "flaskr:create_app()",
        flaskr.journey,
        provide=_tutorial,
        prepare=[["-m", "flask", "--app", "flaskr", "init-db"]],
        state=database("instance/flaskr.sqlite"),
    ),
    "sqlite-web": Application(
        "sqlite_web_app:app",
        sqlite_web.journey,
        variables=lambda folder: {"DATABASE": str(folder / "data.db")},
        state=database("data.db"),
    ),
    "bepasty": Application(
        "bepasty.wsgi:application",
        bepasty.journey,
        provide=_bepasty,
        variables=lambda folder: {"BEPASTY_CONFIG": str(folder / "settings.py")},
        state=lambda folder: files(folder / "storage"),
        changing=[(r'("timestamp-[a-z-]+":)\d{10}\b', r"\1<seconds>")],
    ),
    "ihatemoney": Application(
        "ihatemoney.wsgi:application",
        ihatemoney.journey,
        provide=_write("settings.cfg", _IHATEMONEY),
        variables=lambda folder: {"IHATEMONEY_SETTINGS_FILE_PATH": str(folder / "settings.cfg")},
        state=database("budget.db"),
        changing=[
            (r'(?<=name="csrf_token" type="hidden" value=")[\w.-]{60,}(?=")', "<token>"),
            (r'(?<="csrf_token":")[0-9a-f]{40}(?=")', "<token>"),
            (r"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d.{1,3}[AP]M", "<moment>"),
            # They depend on the project's salted password.
            (r"(?<=/feed/)([\w-]+)\.[\w-]{27}", r"\1.<signature>"),
        ],
    ),
    "moto": Application(
        "moto_app:app",
        moto.journey,
        changing=[
            (r"\b[A-Za-z0-9]{52}\b", "<request id>"),
            (r"\b0x[0-9a-f]{8,}", "<address>"),
            (r"\b1[789]\d{8}(\d{3})?(\.\d+)?\b", "<time>"),
        ],
    ),
    "rq-dashboard": Application(
        "rq_dashboard.app:create_app()",
        rq_dashboard.journey,
        variables=lambda folder: {"RQ_DASHBOARD_URL_PREFIX": ""},
        prepare=[[str(APPS / "rq_jobs.py")]],
        changing=[(r"redis://127\.0\.0\.1:\d+", "<redis>")],
        redis=True,
    ),
}
