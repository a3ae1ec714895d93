"""Load environment variables from dotenv files."""

from __future__ import annotations

import os

import click

#: The files looked for without being asked, the weaker first.
DEFAULT_FILES = (".flaskenv", ".env")


def load_dotenv(path: str | os.PathLike[str] | None = None, load_defaults: bool = True) -> bool:
    """Set environment variables from dotenv files and tell whether the files had any.

    A variable in the file `path` beats the same one in `.env`, which beats
    `.flaskenv`; what `os.environ` already has beats them all and stays as it is.
    With `load_defaults` the nearest `.env` and `.flaskenv` are used, searched from the
    current directory upwards. A `path` that is not a file is passed over. Files are
    read as UTF-8.

    Without python-dotenv nothing is read, and a hint is printed where there is a file.

    :raises UnicodeDecodeError: a file is not UTF-8; the message names it.
    """
    try:
        import dotenv
    except ImportError:
        _hint_at_missing_dotenv(path)
        return False

    files: list[str | os.PathLike[str]] = []
    if load_defaults:
        found = (dotenv.find_dotenv(name, usecwd=True) for name in DEFAULT_FILES)
        files.extend(file for file in found if file)
    if path is not None and os.path.isfile(path):
        files.append(path)

    variables: dict[str, str | None] = {}
    for file in files:
        try:
            variables.update(dotenv.dotenv_values(file, encoding="utf-8"))
        except UnicodeDecodeError as error:
            error.reason += f", in env file '{os.fspath(file)}'. Save it as UTF-8"
            raise

    for name, value in variables.items():
        if value is not None:
            os.environ.setdefault(name, value)
    return bool(variables)


def _hint_at_missing_dotenv(path: str | os.PathLike[str] | None) -> None:
    if path or any(os.path.isfile(name) for name in DEFAULT_FILES):
        click.secho(
            " * Tip: There are .env files here that nothing reads."
            " Install python-dotenv to use them.",
            fg="yellow",
            err=True,
        )


def _path_is_ancestor(path: str, other: str) -> bool:
    """Tell whether `other` lies below `path`, or is it. Both are taken as they are written."""
    rest = other[len(path) :].lstrip(os.sep)
    return os.path.join(path, rest) == other
