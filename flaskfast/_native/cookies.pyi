BUILD: str

def cookie_pairs(header: str, /) -> list[tuple[str, str]]: ...
def fill_cookies(cls: type, header: str, /) -> dict[str, list[str]]: ...
def plain_cookie(
    key: str,
    value: str,
    expires: str | None,
    max_age: int | None,
    path: str | None,
    secure: object,
    httponly: object,
    same_site: str | None,
    domain: str | None = None,
    partitioned: object = False,
    /,
) -> str | None: ...
