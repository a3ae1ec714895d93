"""Made-up templates come out as they do by Jinja."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import corpus
from .engines import differences
from .generating import templates

# So many templates; more by JINJA_TEMPLATES=20000, say, in the environment.
EXAMPLES = int(os.environ.get("JINJA_TEMPLATES", "150"))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(source=templates(), autoescape=st.booleans())
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_same_as_jinja(source: str, autoescape: bool) -> None:
    found: list[Any] = differences(source, corpus.names, corpus.LOADED, autoescape=autoescape)
    assert [one for one in found if not _failed_earlier(*one)] == []


def _failed_earlier(where: str, wanted: Any, got: Any) -> bool:
    """Tell whether both failed, and ours at an output that is no text, before Jinja's next error.

    Jinja joins all output at the end, ours is put together as it comes.
    """
    failures = wanted[:1] == got[:1] == ("raised",)
    return failures and got[1] == "TypeError" and str(got[2]).startswith("sequence item")
