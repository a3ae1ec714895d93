# cython: annotation_typing=False
"""Filters that templates use in loops. Each does what Jinja's of the same name does."""

from __future__ import annotations

from typing import Any

from jinja2.filters import FILTERS, make_attrgetter
from jinja2.runtime import Undefined
from jinja2.utils import pass_environment, pass_eval_context

from .escape import escape, mark


def soft(value: Any, /) -> str:
    """Return *value* if it is a str of any class, else its text."""
    return value if isinstance(value, str) else str(value)


def upper(s: Any) -> str:
    """Convert to upper case."""
    return soft(s).upper()


def lower(s: Any) -> str:
    """Convert to lower case."""
    return soft(s).lower()


def capitalize(s: Any) -> str:
    """Convert to lower case, and the first character to upper case."""
    return soft(s).capitalize()


def trim(value: Any, chars: Any = None) -> str:
    """Leave out white space, or any of *chars*, at both ends."""
    return soft(value).strip(chars)


def safe(value: Any) -> Any:
    """Mark as safe inside HTML."""
    return mark(value)


def default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    """Return *default_value* for what is undefined, or, with *boolean*, false."""
    if isinstance(value, Undefined) or (boolean and not value):
        return default_value
    return value


@pass_eval_context
def join(eval_ctx: Any, value: Any, d: Any = "", attribute: Any = None) -> str:
    """Join the texts of values, or of one attribute of each, with *d* between them.

    With autoescaping, what is not safe is escaped where anything is safe.
    """
    if attribute is None and type(d) is str and _are_plain(value):
        return d.join(value)
    if eval_ctx.environment.is_async:  # values may have to be awaited
        return FILTERS["join"](eval_ctx, value, d, attribute)  # type: ignore[no-any-return]
    if attribute is not None:
        value = map(make_attrgetter(eval_ctx.environment, attribute), value)
    if not eval_ctx.autoescape:
        return str(d).join([item if type(item) is str else str(item) for item in value])
    if type(d) is not str and hasattr(d, "__html__"):
        return soft(d).join([soft(item) for item in value])
    items = []
    has_safe = False
    for item in value:
        if type(item) is not str:
            if hasattr(item, "__html__"):
                has_safe = True
            else:
                item = str(item)
        items.append(item)
    separator: str = escape(d) if has_safe else str(d)
    return separator.join(items)


def _are_plain(items: Any) -> bool:
    """Tell whether it is a list of str, so that none needs to be made text, or escaped."""
    if type(items) is not list:
        return False
    for item in items:
        if type(item) is not str:
            return False
    return True


# Not to be evaluated when an asynchronous template is compiled.
join.jinja_async_variant = True  # type: ignore[attr-defined]


@pass_eval_context
def replace(eval_ctx: Any, s: Any, old: Any, new: Any, count: Any = None) -> str:
    """Replace *old* by *new*, the first *count* times, or always."""
    if count is None:
        if type(s) is str and type(old) is str and type(new) is str:
            return _with_all_replaced(s, old, new)
        count = -1
    elif type(s) is str and type(old) is str and type(new) is str:
        return s.replace(old, new, count)
    if not eval_ctx.autoescape:
        return str(s).replace(str(old), str(new), count)
    marked = hasattr(old, "__html__") or (hasattr(new, "__html__") and not hasattr(s, "__html__"))
    text: str = escape(s) if marked else soft(s)
    return text.replace(soft(old), soft(new), count)


def _with_all_replaced(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


@pass_environment
def truncate(
    env: Any,
    s: Any,
    length: int = 255,
    killwords: bool = False,
    end: str = "...",
    leeway: Any = None,
) -> str:
    """Shorten to *length* with *end*, unless it is longer by no more than *leeway*.

    A word that is cut is left out, without *killwords*. The policy ``truncate.leeway`` says what
    *leeway* is where it is not given.
    """
    if leeway is None:
        leeway = env.policies["truncate.leeway"]
    if not length >= len(end):
        raise AssertionError(f"expected length >= {len(end)}, got {length}")
    if not leeway >= 0:
        raise AssertionError(f"expected leeway >= 0, got {leeway}")
    if len(s) <= length + leeway:
        return s  # type: ignore[no-any-return]
    if type(s) is str and type(end) is str and type(length) is int:
        return _cut(s, length - len(end), not killwords, end)
    kept = s[: length - len(end)]
    if not killwords:
        kept = kept.rsplit(" ", 1)[0]
    return kept + end  # type: ignore[no-any-return]


def _cut(text: str, at: int, at_word: bool, end: str) -> str:
    if at_word:
        space = text.rfind(" ", 0, at)
        if space >= 0:
            at = space
    return text[:at] + end


def format(value: Any, *args: Any, **kwargs: Any) -> str:
    """Fill values into a format as ``%`` does."""
    if args and kwargs:
        return FILTERS["format"](value, *args, **kwargs)  # type: ignore[no-any-return]
    return soft(value) % (kwargs or args)
