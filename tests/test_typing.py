"""The names of types, which extensions import and tools look into at run time."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import pytest

from flaskfast import typing as ft


def test_what_a_view_may_return():
    bodies = t.get_args(ft.ResponseValue)
    assert bodies == (
        t.ForwardRef("Response"),
        str,
        bytes,
        list[t.Any],
        t.Mapping[str, t.Any],
        t.Iterator[str],
        t.Iterator[bytes],
        cabc.AsyncIterable[str],
        cabc.AsyncIterable[bytes],
    )
    returned = t.get_args(ft.ResponseReturnValue)
    assert returned[: len(bodies)] == bodies
    assert returned[len(bodies) :] == (
        tuple[ft.ResponseValue, ft.HeadersValue],
        tuple[ft.ResponseValue, int],
        tuple[ft.ResponseValue, int, ft.HeadersValue],
        t.ForwardRef("WSGIApplication"),
    )


def test_headers():
    assert ft.HeaderValue == t.Union[str, list[str], tuple[str, ...]]  # noqa: UP007
    assert t.get_args(ft.HeadersValue)[0] == t.ForwardRef("Headers")


@pytest.mark.parametrize(
    "name",
    [
        *("RouteCallable", "BeforeRequestCallable", "BeforeFirstRequestCallable"),
        *("AfterRequestCallable", "TeardownCallable", "ErrorHandlerCallable"),
        "TemplateContextProcessorCallable",
    ],
)
def test_what_may_be_async(name):
    plain, asynchronous = t.get_args(getattr(ft, name))
    (arguments, result), (async_arguments, awaitable) = map(t.get_args, (plain, asynchronous))
    assert arguments == async_arguments
    assert awaitable == t.Awaitable[result]


def test_what_may_not():
    for name in ("TemplateFilter", "TemplateTest", "TemplateGlobal"):
        assert t.get_args(getattr(ft, f"{name}Callable"))[0] is Ellipsis

    assert t.get_args(ft.ShellContextProcessorCallable) == ([], dict[str, t.Any])
    assert t.get_args(ft.URLDefaultCallable) == ([str, dict[str, t.Any]], type(None))
    assert t.get_args(ft.URLValuePreprocessorCallable)[0][0] == (str | None)
    assert ft.AppOrBlueprintKey == (str | None)
    assert ft.ResponseClass.__bound__ == t.ForwardRef("Response")
