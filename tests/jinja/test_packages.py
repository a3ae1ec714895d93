"""Templates of other packages, as they are, come out as they do by Jinja."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from . import packages
from .engines import differences

EXTENSIONS = ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]


def differing(
    package: str, templates: dict[str, str], autoescape: bool, mood: int
) -> dict[str, Any]:
    different = {}
    groups: dict[tuple[Any, ...], dict[str, str]] = {}
    for name, source in templates.items():
        options = packages.options_for(package, name)
        groups.setdefault(tuple(options.items()), {})[name] = source
    for delimiters, kin in groups.items():
        options = dict(delimiters)
        bare = jinja2.Environment(extensions=EXTENSIONS, **options)
        bare.install_null_translations()  # type: ignore[attr-defined]
        needs = packages.needs(bare, kin)

        def prepare(environment: Any, needs: packages.Needs = needs) -> None:
            environment.install_null_translations(newstyle=mood == 0)
            needs.fill(environment)

        def names(needs: packages.Needs = needs) -> dict[str, Any]:
            return needs.values(mood)

        for name, source in kin.items():
            differs = differences(
                source,
                names,
                kin,
                prepare=prepare,
                autoescape=autoescape,
                extensions=EXTENSIONS,
                **options,
            )
            if differs:
                different[name] = differs
    return different


def test_installed() -> None:
    templates = packages.installed("httpbin")
    assert len(templates) >= 5
    assert differing("httpbin", templates, True, 0) == {}
    assert differing("httpbin", templates, False, 1) == {}


@pytest.mark.slow
@pytest.mark.parametrize("mood", [0, 1])
@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("package", packages.PACKAGES, ids=lambda package: package.name)
def test_downloaded(package: packages.Package, autoescape: bool, mood: int) -> None:
    templates = package.templates()
    assert len(templates) >= 10
    assert differing(package.name, templates, autoescape, mood) == {}


@pytest.mark.slow
def test_there_are_enough() -> None:
    assert sum(len(package.templates()) for package in packages.PACKAGES) >= 200
