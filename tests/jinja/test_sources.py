"""Templates given as text are compiled once, until something changes that they depend on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jinja2
import pytest

import flaskfast
from flaskfast import render_template_string, stream_template_string
from flaskfast.jinja import sources
from flaskfast.templating import Environment


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the list of sources that have been compiled."""
    seen: list[Any] = []
    original = jinja2.Environment.compile

    def compile(self: Any, source: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(source)
        return original(self, source, *args, **kwargs)

    monkeypatch.setattr(jinja2.Environment, "compile", compile)
    return seen


@pytest.fixture
def app() -> Iterator[flaskfast.Flask]:
    app = flaskfast.Flask("sources")
    with app.app_context():
        yield app


def test_compiled_once(app: flaskfast.Flask, compiled: list[Any]) -> None:
    for n in range(3):
        assert render_template_string("{{ n }}!", n=n) == f"{n}!"
    assert "".join(stream_template_string("{{ n }}!", n=7)) == "7!"
    assert compiled == ["{{ n }}!"]


def test_each_call_has_a_template_of_its_own(app: flaskfast.Flask) -> None:
    seen = []
    with flaskfast.before_render_template.connected_to(
        lambda sender, template, context: seen.append(template)
    ):
        render_template_string("{{ x }}")
        seen[0].globals["x"] = "leaked"
        assert render_template_string("{{ x }}") == ""
    first, second = seen
    assert first is not second and first.module is not second.module
    assert (first.name, first.filename, first.is_up_to_date) == (None, "<template>", True)


CHANGES: dict[str, Any] = {
    "trim_blocks": True,
    "autoescape": False,
    "finalize": lambda value: "finalized",
    "variable_start_string": "<<",
    "undefined": jinja2.StrictUndefined,
    "keep_trailing_newline": True,
    "optimized": False,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_setting_counts(app: flaskfast.Flask, name: str) -> None:
    source = "{% if true %}\n{{ '<' }}{{ x }}{% endif %}\n"

    def both() -> tuple[str, str]:
        template = app.jinja_env.from_string(source)
        return render_template_string(source, x="<"), template.render(x="<")

    before, genuine = both()
    assert before == genuine
    setattr(app.jinja_env, name, CHANGES[name])
    after, genuine = both()
    assert after == genuine
    assert after != before or name in {"undefined", "optimized"}


def test_changed_filters_tests_and_extensions_count(app: flaskfast.Flask) -> None:
    source = "{{ 1|own }}{{ 1 is own }}"
    with pytest.raises(jinja2.TemplateAssertionError):
        render_template_string(source)
    app.jinja_env.filters["own"] = lambda value: "a"
    app.jinja_env.tests["own"] = lambda value: True
    assert render_template_string(source) == "aTrue"
    app.jinja_env.filters["own"] = jinja2.pass_eval_context(lambda eval_ctx, value: "b")
    assert render_template_string(source) == "bTrue"
    app.jinja_env.tests["own"] = lambda value: False
    assert render_template_string(source) == "bFalse"
    with pytest.raises(jinja2.TemplateSyntaxError):
        render_template_string("{% do [] %}")
    app.jinja_env.add_extension("jinja2.ext.do")
    assert render_template_string("{% do [] %}") == ""


@pytest.mark.parametrize("plain_first", [True, False])
def test_changed_filters_count_beside_sources_that_use_none(
    app: flaskfast.Flask, compiled: list[Any], plain_first: bool
) -> None:
    app.jinja_env.filters["own"] = lambda value: "a"
    assert render_template_string("{{ 1 }}") == "1"
    assert render_template_string("{% filter own %}{% endfilter %}") == "a"
    app.jinja_env.filters["own"] = jinja2.pass_eval_context(lambda eval_ctx, value: "b")
    if plain_first:
        assert render_template_string("{{ 1 }}") == render_template_string("{{ 1 }}!")[0] == "1"
        assert compiled.count("{{ 1 }}") == 1
    assert render_template_string("{% filter own %}{% endfilter %}") == "b"
    assert render_template_string("{{ 1|own }}") == "b"


def test_changed_globals_are_seen(app: flaskfast.Flask) -> None:
    assert render_template_string("{{ added }}") == ""
    app.jinja_env.globals["added"] = 5
    assert render_template_string("{{ added }}") == "5"


def test_is_bounded(app: flaskfast.Flask, compiled: list[Any]) -> None:
    app.jinja_env.kept_sources = 3
    for n in range(50):
        assert render_template_string("{{ always }}") == ""
        assert render_template_string(f"{{{{ {n} }}}}") == str(n)
    assert compiled.count("{{ always }}") <= 50 // 2
    kept = vars(app.jinja_env)["_kept_sources"]
    assert len(kept.late) + len(kept.before) <= 6
    long = "x" * (32 * 1024 + 1)
    assert render_template_string(long) == render_template_string(long) == long
    assert compiled.count(long) == 2


def test_can_be_turned_off(app: flaskfast.Flask, compiled: list[Any]) -> None:
    app.jinja_env.kept_sources = 0
    render_template_string("a")
    render_template_string("a")
    assert compiled == ["a", "a"]


@pytest.mark.parametrize("name", ["from_string", "compile", "make_globals"])
def test_overridden_methods_are_called(name: str) -> None:
    calls = []
    original = getattr(jinja2.Environment, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        return original(self, *args, **kwargs)

    app = flaskfast.Flask("overridden")
    app.jinja_environment = type("Own", (Environment,), {name: method})
    with app.app_context():
        render_template_string("a")
        render_template_string("a")
    assert len(calls) >= 2
    app = flaskfast.Flask("overridden")
    with app.app_context():
        render_template_string("a")
        calls.clear()
        vars(app.jinja_env)[name] = method.__get__(app.jinja_env)
        render_template_string("a")
    assert calls


def test_an_overlay_keeps_its_own(app: flaskfast.Flask) -> None:
    assert render_template_string("{{ x }}", x="<") == "&lt;"
    overlay = app.jinja_env.overlay(autoescape=False)
    assert sources.from_string(overlay, "{{ x }}").render(x="<") == "<"
    assert sources.from_string(app.jinja_env, "{{ x }}").render(x="<") == "&lt;"


def test_errors_name_their_lines(app: flaskfast.Flask) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError) as caught:
            render_template_string("a\n\n{{ 1 / x }}", x=0)
        assert caught.traceback[-1].lineno == 2
        with pytest.raises(jinja2.TemplateSyntaxError) as syntax:
            render_template_string("a\n{% if %}")
        assert syntax.value.lineno == 2
