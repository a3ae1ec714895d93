"""A small notebook on the web: an ordinary Flask application.

It says ``from flask import ...`` everywhere, and runs unchanged on Flask and on
flaskfast.  Start it with ``make demo`` from the top of the repository, or with
``flask --app notes run`` from the ``examples`` directory.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from . import api, auth, csrf, database, errors, filters, headers, notebook


def create_app(test_config: Mapping[str, Any] | None = None) -> Flask:
    """Build the application.

    Settings come from ``config.py`` in the instance folder and from environment
    variables that start with ``NOTES_``; *test_config*, when given, replaces both.
    """
    app = Flask(__name__, instance_relative_config=True)
    instance = Path(app.instance_path)
    app.config.from_mapping(
        DATABASE=str(instance / "notes.sqlite3"),
        UPLOADS=str(instance / "uploads"),
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        PAGE_SIZE=8,
        PASSWORD_HASHING="scrypt",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        SESSION_COOKIE_SAMESITE="Lax",
    )
    if test_config is None:
        app.config.from_pyfile("config.py", silent=True)
        app.config.from_prefixed_env("NOTES")
    else:
        app.config.from_mapping(test_config)

    os.makedirs(app.config["UPLOADS"], exist_ok=True)
    if not app.config["SECRET_KEY"]:
        os.makedirs(instance, exist_ok=True)
        app.config["SECRET_KEY"] = _kept_secret(instance / "secret_key")

    for part in (database, csrf, errors, filters, headers):
        part.init_app(app)
    app.register_blueprint(auth.bp)
    app.register_blueprint(notebook.bp)
    app.register_blueprint(api.bp)
    return app


def _kept_secret(path: Path) -> str:
    """Return the key in *path*; make one, readable by this user alone, on the first start."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()
