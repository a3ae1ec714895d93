"""The application's logger and the handler that it gets when nobody configured logging."""

from __future__ import annotations

import logging
import sys
import typing as t

from werkzeug.local import LocalProxy

from .globals import request

if t.TYPE_CHECKING:  # pragma: no cover
    from .sansio.app import App


@LocalProxy
def wsgi_errors_stream() -> t.TextIO:
    """Stand for the stream that errors belong on at this moment.

    While a request is handled that is the server's ``wsgi.errors`` (PEP 3333), otherwise
    ``sys.stderr``. Give it to a ``StreamHandler`` of your own, or name it in a logging
    configuration as ``ext://flask.logging.wsgi_errors_stream``.
    """
    if request:
        # An environ without the key is the server's mistake; losing the message would hide it.
        return t.cast(t.TextIO, request.environ.get("wsgi.errors", sys.stderr))

    return sys.stderr


def has_level_handler(logger: logging.Logger) -> bool:
    """Tell whether a record of the logger's effective level would reach some handler.

    Looks at the logger's own handlers, then at those of its ancestors for as long as
    records are propagated to them.
    """
    wanted = logger.getEffectiveLevel()
    link: logging.Logger | None = logger

    while link is not None:
        for handler in link.handlers:
            if handler.level <= wanted:
                return True

        link = link.parent if link.propagate else None

    return False


#: Writes ``[time] LEVEL in module: message`` to :data:`wsgi_errors_stream`.
default_handler = logging.StreamHandler(t.cast(t.TextIO, wsgi_errors_stream))
default_handler.setFormatter(
    logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s: %(message)s")
)


def create_logger(app: App) -> logging.Logger:
    """Return the logger that carries the application's name, made ready for use.

    In debug mode a logger without a level of its own is set to ``DEBUG``. Where no handler
    would see its records, :data:`default_handler` is added.
    """
    logger = logging.getLogger(app.name)

    if app.debug and logger.level == logging.NOTSET:
        logger.setLevel(logging.DEBUG)

    if not has_level_handler(logger):
        logger.addHandler(default_handler)

    return logger
