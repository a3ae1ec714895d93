"""Files that belong to an app or a blueprint: what their methods of the same purpose share."""

from __future__ import annotations

import os
import typing as t
from datetime import timedelta

from .globals import _cv_app, current_app
from .helpers import send_from_directory

if t.TYPE_CHECKING:
    from .app import Flask
    from .blueprints import Blueprint
    from .wrappers import Response


def max_age_from_config() -> int | None:
    """Return ``SEND_FILE_MAX_AGE_DEFAULT`` of the current app in seconds, or None."""
    ctx = _cv_app.get(None)
    config = current_app.config if ctx is None else ctx.app.config
    value: timedelta | int | None = config["SEND_FILE_MAX_AGE_DEFAULT"]
    return int(value.total_seconds()) if isinstance(value, timedelta) else value


def send_static(owner: Flask | Blueprint, filename: str) -> Response:
    """Answer with *filename* of the owner's static folder, cached as the owner says."""
    folder = owner.static_folder
    if folder is None:
        raise RuntimeError(
            f"{owner!r} has no static folder: 'static_folder' must be set to serve static files."
        )
    return send_from_directory(folder, filename, max_age=owner.get_send_file_max_age(filename))


def open_below(
    folder: str, resource: str, mode: str, encoding: str | None, *, writable: bool = False
) -> t.IO[t.Any]:
    """Open a file below *folder*; for reading only, unless *writable*."""
    if not writable and mode not in ("r", "rt", "rb"):
        raise ValueError(
            f"Resources can only be opened for reading: mode 'r', 'rt' or 'rb', not {mode!r}."
        )
    path = os.path.join(folder, resource)
    return open(path, mode, encoding=None if "b" in mode else encoding)
