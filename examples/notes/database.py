"""The SQLite connection of a request, and the command that makes the tables."""

from __future__ import annotations

import os
import sqlite3

import click
from flask import Flask, current_app, g
from flask.cli import with_appcontext

from . import sample


def connection() -> sqlite3.Connection:
    """Return this context's connection; it is opened on first use and closed at teardown."""
    if "database" not in g:
        path = current_app.config["DATABASE"]
        # Opening would create an empty file, and every page would fail on a missing table.
        if not os.path.exists(path):
            raise DatabaseMissing(path)
        g.database = _open(path)
    opened: sqlite3.Connection = g.database
    return opened


class DatabaseMissing(RuntimeError):
    """The tables were never made."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"There is no database at {path}. Make it with 'flask --app notes init-db'."
        )


def create(path: str) -> None:
    """Make a database with empty tables at *path*, which must not exist yet."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    database = _open(path)
    try:
        with current_app.open_resource("schema.sql", "rt", encoding="utf-8") as schema:
            database.executescript(schema.read())
    finally:
        database.close()


def _open(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA journal_mode = WAL")
    return database


def _close(error: BaseException | None = None) -> None:
    database = g.pop("database", None)
    if database is not None:
        database.close()


@click.command("init-db")
@click.option("--sample", "with_sample", is_flag=True, help="Add a user 'demo' with some notes.")
@click.option("--reset", is_flag=True, help="Delete the existing database first.")
@with_appcontext
def init_db(with_sample: bool, reset: bool) -> None:
    """Make the database, unless it is there already."""
    path = current_app.config["DATABASE"]
    if reset:
        for leftover in (path, f"{path}-wal", f"{path}-shm"):
            if os.path.exists(leftover):
                os.remove(leftover)
    if os.path.exists(path):
        click.echo(f"The database is already there: {path}")
        return
    create(path)
    if with_sample:
        sample.fill()
    click.echo(f"Made the database {path}")


def init_app(app: Flask) -> None:
    app.teardown_appcontext(_close)
    app.cli.add_command(init_db)
