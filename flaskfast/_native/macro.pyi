from collections.abc import Callable
from typing import Any

BUILD: str

class Macro:
    name: str | None
    arguments: Any
    catch_kwargs: bool
    catch_varargs: bool
    caller: bool
    explicit_caller: bool
    def __init__(
        self,
        environment: Any,
        func: Callable[..., str],
        name: str | None,
        arguments: Any,
        catch_kwargs: bool,
        catch_varargs: bool,
        caller: bool,
        default_autoescape: bool | None = None,
    ) -> None: ...
    def __call__(self, *args: Any, **kwargs: Any) -> str: ...
    def invoke(self, autoescape: Any, args: Any, kwargs: Any) -> str: ...
