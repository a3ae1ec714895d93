from typing import Any

from markupsafe import Markup

BUILD: str

def escape_text(text: str, /) -> str: ...
def escape(s: Any, /) -> Markup: ...
