"""Made-up templates come out as they do by Jinja."""

from __future__ import annotations

import os

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
    found = differences(source, corpus.names, corpus.LOADED, autoescape=autoescape)
    assert found == []
