from collections.abc import Callable

BUILD: str

def read_json(data: bytes | str, /) -> object: ...
def new_writer(
    default: Callable[[object], object],
    chunks: Callable[[object, int], tuple[str, ...]],
    full: Callable[[object], str],
    colon: str,
    comma: str,
    sorts: bool,
    ascii: bool,
    /,
) -> Callable[[object], str]: ...
