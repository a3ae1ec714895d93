from collections.abc import Callable
from typing import Any

BUILD: str

def fill_url(
    pieces: list[str],
    slots: tuple[tuple[int, str, int, Callable[[Any], str]], ...],
    values: dict[str, Any],
    quote_path: Callable[[str], str],
    /,
) -> str: ...
def fill_query(
    values: dict[str, Any], taken: frozenset[str], quote_query: Callable[[str], str], /
) -> str: ...
