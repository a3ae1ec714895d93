"""Filters of an asynchronous environment take what is iterated asynchronously."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from flaskfast.jinja import Environment


async def numbers() -> AsyncIterator[int]:
    for number in range(3):
        yield number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ numbers()|join('|') }}", "0|1|2"),
        ("{{ numbers()|select('odd')|join }}", "1"),
        ("{{ numbers()|map('string')|map('upper')|join('-') }}", "0-1-2"),
        ("{{ [1, 2]|join(',') }}", "1,2"),
    ],
)
def test_values_are_awaited(text: str, expected: str) -> None:
    template = Environment(enable_async=True).from_string(text)
    assert asyncio.run(template.render_async(numbers=numbers)) == expected
