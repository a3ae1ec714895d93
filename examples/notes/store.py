"""What is kept: users, notes, their tags and attachments.

Every function works on the connection of the current context, and commits what it changes.
"""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.utils import secure_filename

from .database import connection

Row = sqlite3.Row
TAGS = "(SELECT group_concat(name, ' ') FROM tag WHERE note_id = note.id)"


# Users


class NameTaken(ValueError):
    """Somebody has this user name already."""


def add_user(name: str, password: str) -> int:
    """Add a user and return its id; raise NameTaken when *name* is in use."""
    hashed = generate_password_hash(password, current_app.config["PASSWORD_HASHING"])
    with connection() as database:
        try:
            row = database.execute(
                "INSERT INTO user (name, password) VALUES (?, ?)", (name, hashed)
            )
        except sqlite3.IntegrityError as error:
            raise NameTaken(name) from error
    return _new_id(row)


def user_by_id(user_id: int) -> Row | None:
    return _one("SELECT * FROM user WHERE id = ?", user_id)


def user_by_password(name: str, password: str) -> Row | None:
    """Return the user when name and password belong together."""
    user = _one("SELECT * FROM user WHERE name = ?", name)
    # Checked for unknown names too, so that the time does not tell which names exist.
    stored = user["password"] if user else _unusable_password()
    return user if check_password_hash(stored, password) else None


def user_by_token(token: str) -> Row | None:
    return _one("SELECT * FROM user WHERE token_hash = ?", _token_hash(token))


def new_token(user_id: int) -> str:
    """Give the user a new API token; only its hash is kept, and the old one stops working."""
    token = secrets.token_urlsafe(24)
    with connection() as database:
        database.execute(
            "UPDATE user SET token_hash = ? WHERE id = ?", (_token_hash(token), user_id)
        )
    return token


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _unusable_password() -> str:
    extensions = current_app.extensions
    if "notes.unusable_password" not in extensions:
        method = current_app.config["PASSWORD_HASHING"]
        extensions["notes.unusable_password"] = generate_password_hash(secrets.token_hex(), method)
    hashed: str = extensions["notes.unusable_password"]
    return hashed


# Notes


@dataclass(frozen=True)
class Page:
    """One page of a longer list; pages count from 1."""

    items: list[Row]
    number: int
    pages: int
    total: int


def notes_page(owner_id: int, number: int, *, words: str = "", tag: str = "") -> Page:
    """Return one page of a user's notes, the last changed first.

    *words* must occur in title or body; *tag* must be one of the tags.
    """
    where, values = _where(owner_id, words, tag)
    counted = _one(f"SELECT count(*) AS n FROM note WHERE {where}", *values)
    total = counted["n"] if counted else 0
    size = current_app.config["PAGE_SIZE"]
    # LIMIT and OFFSET are 64-bit; a page that cannot exist is simply empty.
    offset = min((number - 1) * size, 2**62)
    items = _all(
        f"""SELECT note.*, {TAGS} AS tags,
                   (SELECT count(*) FROM attachment WHERE note_id = note.id) AS attachments
            FROM note WHERE {where} ORDER BY changed DESC, id DESC LIMIT ? OFFSET ?""",
        *values,
        size,
        offset,
    )
    return Page(items, number, max(1, math.ceil(total / size)), total)


def every_note(owner_id: int) -> Iterator[Row]:
    """Yield all notes of a user, oldest first, without holding them in memory."""
    yield from connection().execute(
        f"SELECT note.*, {TAGS} AS tags FROM note WHERE owner_id = ? ORDER BY id",
        (owner_id,),
    )


def note(note_id: int, owner_id: int) -> Row | None:
    """Return a note of this user; another user's note is as absent as one that never was."""
    # SQLite's integers have 64 bits; a URL may hold more digits than that.
    if note_id >= 2**63:
        return None
    return _one("SELECT * FROM note WHERE id = ? AND owner_id = ?", note_id, owner_id)


def shared_note(share: uuid.UUID) -> Row | None:
    return _one(
        """SELECT note.*, user.name AS owner FROM note JOIN user ON user.id = owner_id
           WHERE share = ?""",
        str(share),
    )


def add_note(owner_id: int, title: str, body: str, tags: Iterable[str] = ()) -> int:
    now = _now()
    with connection() as database:
        row = database.execute(
            "INSERT INTO note (owner_id, title, body, created, changed) VALUES (?, ?, ?, ?, ?)",
            (owner_id, title, body, now, now),
        )
        note_id = _new_id(row)
        _put_tags(database, note_id, tags)
    return note_id


def change_note(note_id: int, title: str, body: str, tags: Iterable[str]) -> None:
    with connection() as database:
        database.execute(
            "UPDATE note SET title = ?, body = ?, changed = ? WHERE id = ?",
            (title, body, _now(), note_id),
        )
        database.execute("DELETE FROM tag WHERE note_id = ?", (note_id,))
        _put_tags(database, note_id, tags)


def remove_note(note_id: int) -> None:
    """Delete a note with its tags and attachments, files included."""
    files = [row["stored_as"] for row in attachments(note_id)]
    with connection() as database:
        database.execute("DELETE FROM note WHERE id = ?", (note_id,))
    for stored_as in files:
        _remove_file(stored_as)


def set_shared(note_id: int, shared: bool) -> None:
    """Give the note a link that anyone may read, or take it away."""
    key = str(uuid.uuid4()) if shared else None
    with connection() as database:
        database.execute("UPDATE note SET share = ? WHERE id = ?", (key, note_id))


def tags_of(note_id: int) -> list[str]:
    return [
        row["name"] for row in _all("SELECT name FROM tag WHERE note_id = ? ORDER BY name", note_id)
    ]


def tag_counts(owner_id: int) -> list[Row]:
    return _all(
        """SELECT name, count(*) AS n FROM tag JOIN note ON note.id = note_id
           WHERE owner_id = ? GROUP BY name ORDER BY name""",
        owner_id,
    )


def _put_tags(database: sqlite3.Connection, note_id: int, tags: Iterable[str]) -> None:
    database.executemany(
        "INSERT OR IGNORE INTO tag (note_id, name) VALUES (?, ?)",
        [(note_id, tag) for tag in tags],
    )


def _where(owner_id: int, words: str, tag: str) -> tuple[str, list[Any]]:
    where = "owner_id = ?"
    values: list[Any] = [owner_id]
    if words:
        where += " AND (instr(lower(title), lower(?)) OR instr(lower(body), lower(?)))"
        values += [words, words]
    if tag:
        where += " AND EXISTS (SELECT 1 FROM tag WHERE note_id = note.id AND name = ?)"
        values.append(tag)
    return where, values


# Attachments


def attachments(note_id: int) -> list[Row]:
    return _all("SELECT * FROM attachment WHERE note_id = ? ORDER BY id", note_id)


def attachment(note_id: int, attachment_id: int) -> Row | None:
    if attachment_id >= 2**63:
        return None
    return _one("SELECT * FROM attachment WHERE id = ? AND note_id = ?", attachment_id, note_id)


def add_attachment(note_id: int, upload: FileStorage) -> None:
    """Keep an uploaded file under a name of our own; its given name is only shown."""
    stored_as = secrets.token_hex(16)
    path = os.path.join(current_app.config["UPLOADS"], stored_as)
    upload.save(path)
    name = secure_filename(upload.filename or "") or "file"
    with connection() as database:
        database.execute(
            "INSERT INTO attachment (note_id, name, stored_as, size) VALUES (?, ?, ?, ?)",
            (note_id, name, stored_as, os.path.getsize(path)),
        )


def remove_attachment(row: Row) -> None:
    with connection() as database:
        database.execute("DELETE FROM attachment WHERE id = ?", (row["id"],))
    _remove_file(row["stored_as"])


def _remove_file(stored_as: str) -> None:
    path = os.path.join(current_app.config["UPLOADS"], stored_as)
    if os.path.exists(path):
        os.remove(path)


def _one(query: str, *values: Any) -> Row | None:
    row: Row | None = connection().execute(query, values).fetchone()
    return row


def _all(query: str, *values: Any) -> list[Row]:
    return connection().execute(query, values).fetchall()


def _new_id(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # an INSERT has just succeeded
    return cursor.lastrowid


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")
