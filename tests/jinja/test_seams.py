"""What agents and extensions wrap on Jinja's own classes, and override in subclasses of ours."""

from __future__ import annotations

import copy
import pickle
import types
from collections.abc import Callable
from typing import Any
from unittest import mock

import jinja2
import jinja2.environment
import pytest
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference
from jinja2.runtime import Context as BaseContext

import flaskfast
import flaskfast.jinja
import flaskfast.templating
from flaskfast.jinja import Environment, Template


def recorder(function: Callable[..., Any], calls: list[Any]) -> Callable[..., Any]:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(getattr(self, "name", None))
        return function(self, *args, **kwargs)

    return wrapper


@pytest.fixture
def app() -> flaskfast.Flask:
    app = flaskfast.Flask("jinja_seams")
    app.jinja_env.loader = jinja2.DictLoader({"page.html": "{{ name }}!"})
    return app


def use_all(app: flaskfast.Flask) -> None:
    with app.test_request_context():
        assert flaskfast.render_template("page.html", name="<a>") == "&lt;a&gt;!"
        assert flaskfast.render_template_string("{{ n }}", n=1) == "1"
        assert "".join(flaskfast.stream_template("page.html", name="b")) == "b!"


def test_wrapped_methods_of_jinja_see_everything(app: flaskfast.Flask) -> None:
    use_all(app)  # nothing is remembered from before
    seen: dict[str, list[Any]] = {}
    places = [
        (jinja2.Template, "render"),
        (jinja2.Template, "generate"),
        (jinja2.Environment, "compile"),
        (jinja2.Environment, "_load_template"),
    ]
    with mock.patch.dict(app.jinja_env.cache or {}, clear=True):
        for owner, name in places:
            patch = mock.patch.object(
                owner, name, recorder(getattr(owner, name), seen.setdefault(name, []))
            )
            patch.start()
        try:
            for _ in range(2):
                use_all(app)
        finally:
            mock.patch.stopall()
    assert seen["render"] == ["page.html", None] * 2
    assert seen["generate"] == ["page.html"] * 2
    assert len(seen["_load_template"]) == 4
    assert len(seen["compile"]) >= 1


@pytest.mark.parametrize("owner", [jinja2.Environment, flaskfast.templating.Environment, None])
@pytest.mark.parametrize(
    "name", ["get_template", "get_or_select_template", "join_path", "_load_template"]
)
def test_wrapped_finding(app: flaskfast.Flask, owner: Any, name: str) -> None:
    source = "{% extends 'base.html' %}{% block a %}{% include 'page.html' %}{% endblock %}"
    app.jinja_env.loader = jinja2.DictLoader(
        {"top.html": source, "base.html": "{% block a %}{% endblock %}", "page.html": "p"}
    )

    def use() -> None:
        with app.app_context():
            assert flaskfast.render_template("top.html") == "p"

    use()
    calls: list[Any] = []
    place = owner or app.jinja_env
    original = getattr(place, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        calls.append(args[-1])
        return original(*args, **kwargs)

    with mock.patch.object(place, name, call):
        use()
    assert len(calls) == {"get_or_select_template": 1, "join_path": 2}.get(name, 3)


def test_changed_templates_are_loaded_anew(app: flaskfast.Flask) -> None:
    templates = {"a.html": "{% include 'b.html' %}", "b.html": "1"}
    app.jinja_env.loader = jinja2.DictLoader(templates)
    app.jinja_env.auto_reload = True
    with app.app_context():
        assert flaskfast.render_template("a.html") == "1"
        templates["b.html"] = "2"
        assert flaskfast.render_template("a.html") == "2"
        app.jinja_env.auto_reload = False
        templates["b.html"] = "3"
        assert flaskfast.render_template("a.html") == "2"
        app.jinja_env.cache.clear()  # type: ignore[union-attr]
        assert flaskfast.render_template("a.html") == "3"


@pytest.mark.parametrize("base", [jinja2.Environment, Environment])
def test_the_cache_keeps_what_is_used(base: type[jinja2.Environment]) -> None:
    loaded: list[str] = []

    def load(name: str) -> str:
        loaded.append(name)
        return "{% include 'often' %}" if name != "often" else "o"

    environment = base(loader=jinja2.FunctionLoader(load), cache_size=3)
    for n in range(12):
        assert environment.get_template(f"seldom {n}").render() == "o"
    assert loaded.count("often") == 1
    assert len(environment.cache or ()) == 3


def test_render_of_flask_is_a_seam(app: flaskfast.Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    original = flaskfast.templating._render
    calls: list[Any] = []

    def wrapped(app: Any, template: Any, context: Any) -> str:
        calls.append(template.name)
        return original(app, template, context)

    monkeypatch.setattr(flaskfast.templating, "_render", wrapped)
    use_all(app)
    assert calls == ["page.html", None]


def test_code_of_render_can_be_rewritten(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Environment().from_string("{{ 1 }}")
    render = jinja2.Template.render
    assert template.render() == "1"

    def other(self: Any, *args: Any, **kwargs: Any) -> str:
        return "rewritten"

    monkeypatch.setattr(render, "__code__", other.__code__)
    assert template.render() == "rewritten"


def test_methods_are_jinjas_own() -> None:
    for name in ("render", "generate", "stream", "render_async", "generate_async"):
        assert getattr(Template, name) is getattr(jinja2.Template, name)
    for name in ("compile", "_load_template", "get_template", "from_string", "getattr", "getitem"):
        assert getattr(Environment, name) is getattr(jinja2.Environment, name)


SOURCE = "{{ a.x }}{{ a['x'] }}{{ a.x.y }}{% for i in l %}{{ i.x }}{% endfor %}"


def changed(self: Any, obj: Any, name: Any) -> Any:
    return f"<{name}>"


@pytest.mark.parametrize("name", ["getattr", "getitem"])
def test_overridden_access(name: str) -> None:
    names = {"a": {"x": {"y": 1}}, "l": [{"x": 1}]}
    results = set()
    for base in (jinja2.Environment, Environment):
        kind = type("Own", (base,), {name: changed})
        results.add(kind(autoescape=True).from_string(SOURCE).render(names))
        environment = base(autoescape=True)
        template = environment.from_string(SOURCE)
        template.render(names)
        bound = changed.__get__(environment)
        with mock.patch.object(environment, name, bound):
            results.add(template.render(names))
        with mock.patch.object(jinja2.Environment, name, changed):
            results.add(template.render(names))
    assert len(results) == 1
    assert "&lt;x&gt;" in results.pop()


def test_values_that_are_not_there_are_made_by_their_class() -> None:
    class Noted(jinja2.ChainableUndefined):
        names: list[Any] = []

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.names.append((args, kwargs))

    source = "{{ a }}{{ b is defined }}{% for i in [1] %}{{ c.d }}{% endfor %}{{ e|default(1) }}"
    seen = []
    for base in (jinja2.Environment, Environment):
        Noted.names = []
        assert base(undefined=Noted).from_string(source).render() == "False1"
        seen.append([call for call in Noted.names if call[1].keys() == {"name"}])
    assert seen[0] == seen[1] == [((), {"name": name}) for name in "abce"]


def test_overridden_names_and_calls() -> None:
    calls: list[Any] = []

    class Own(BaseContext):
        def resolve_or_missing(self, key: str) -> Any:
            return f"[{key}]" if key.startswith("x") else super().resolve_or_missing(key)

        def call(self, callee: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
            calls.append(callee)
            return super().call(callee, *args, **kwargs)

    source = "{{ x }}{{ y }}{{ x1 }}{{ f(1) }}{{ f(a=2) }}{% for i in [1] %}{{ f() }}{% endfor %}"
    results = []
    for base in (jinja2.Environment, Environment):
        kind = type("WithContext", (base,), {"context_class": Own})
        results.append(kind().from_string(source).render(f=lambda a=0: f"<{a}>", y=1))
    assert results == ["[x]1[x1]<1><2><0>"] * 2
    assert len(calls) == 6


def test_whatever_is_called() -> None:
    """Functions and methods that want the context or not, and what is neither."""

    class Owner:
        def plain(self, *args: Any, **kwargs: Any) -> str:
            return f"plain {args} {kwargs}"

        @jinja2.pass_context
        def wants(self, context: Any, *args: Any, **kwargs: Any) -> str:
            return f"wants {context.name} {context['set']} {args} {kwargs}"

        @classmethod
        def of_class(cls, *args: Any) -> str:
            return f"{cls.__name__} {args}"

        @jinja2.pass_environment
        def __call__(self, environment: Any, *args: Any) -> str:
            return f"called {environment.autoescape} {args}"

    class Fails:
        def __call__(self) -> Any:
            raise StopIteration

    def fails(*_: Any) -> Any:
        raise StopIteration

    text = """{% set set = 1 %}{% for n in (1, 2) %}{% for f in all %}
    {{ f() }} {{ f(n) }} {{ f(*(n, 2)) }} {{ loop.index }}{% endfor %}{% endfor %}
    {{ plain(a=1, **{'b': 2}) }} {{ o.plain(c=3) }} {{ o.wants(1, d=4) }} {{ fails() or 'no' }}
    {{ failing() or 'no' }} {% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }} {{ dict(a=1) }}
    {% block b %}block {{ n }}{% endblock %} {{ self.b() }} {{ m(x=2) }} {{ m(fails()) }}
    {{ marked(1) }} {{ [1].count(1) }} {{ 'x'.join(['a', 'b']) }}"""
    owner = Owner()

    def marked(context: Any, *args: Any) -> str:
        return f"marked {context.name} {args}"

    values = {
        "o": owner,
        "all": [owner.plain, owner.wants, Owner.of_class, owner, lambda *args: args],
        "plain": lambda **kwargs: sorted(kwargs.items()),
        "fails": fails,
        "failing": Fails(),
        "marked": jinja2.pass_context(marked),
    }
    wanted = jinja2.Environment(autoescape=True).from_string(text).render(values)
    for _ in range(2):
        assert Environment(autoescape=True).from_string(text).render(values) == wanted


def test_patched_call_of_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Environment().from_string("{{ f() }}")
    assert template.render(f=lambda: 1) == "1"
    monkeypatch.setattr(BaseContext, "call", lambda self, callee, *args, **kwargs: "patched")
    assert template.render(f=lambda: 1) == "patched"


def test_patched_resolve_of_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Environment().from_string("{{ a }}{{ b }}{% for i in [1] %}{{ a }}{% endfor %}")
    assert template.render(a=1, b=2) == "121"
    resolve = BaseContext.resolve_or_missing
    with monkeypatch.context() as patch:
        patch.setattr(BaseContext, "resolve_or_missing", lambda self, key: f"[{key}]")
        assert template.render(a=1, b=2) == "[a][b][a]"
    monkeypatch.setattr(resolve, "__code__", (lambda self, key: f"<{key}>").__code__)
    assert template.render(a=1, b=2) == "<a><b><a>"


IMPORTED = {
    "macros.html": "{% macro m() %}{{ shop }}{% endmacro %}{% set kept = [1] %}",
    "from.html": "{% from 'macros.html' import m, kept %}{{ m() }}{{ kept.append(1) }}{{ kept }}",
    "import.html": "{% import 'macros.html' as x %}{{ x.m() }}{{ x.kept.append(1) }}{{ x.kept }}",
    "with.html": "{% from 'macros.html' import m, kept with context %}{{ m() }}{{ kept|length }}",
}


@pytest.mark.parametrize("name", ["from.html", "import.html", "with.html"])
def test_imports_see_the_globals_that_jinjas_see(name: str) -> None:
    results = []
    for base in (jinja2.Environment, Environment):
        environment = base(loader=jinja2.DictLoader(IMPORTED))
        plain = [environment.get_template(name).render() for _ in range(2)]
        environment.globals["shop"] = "env"
        shared = environment.get_template(name).render(shop="var")
        own = environment.overlay()
        own.cache = None
        template = own.get_template(name, globals={"shop": "own"})
        texts = [template.render(), template.render(shop="var")]
        results.append([*plain, shared, *texts])
    assert results[0] == results[1]
    assert len(set(results[0])) > 2


def test_wrapped_imports() -> None:
    environment = Environment(loader=jinja2.DictLoader(IMPORTED))
    for name, method in [
        ("from.html", "_get_default_module"),
        ("import.html", "_get_default_module"),
        ("with.html", "make_module"),
    ]:
        template = environment.get_template(name)
        template.render()
        for owner in (jinja2.Template, Template):
            calls: list[Any] = []
            wrapped = recorder(getattr(owner, method), calls)
            with mock.patch.object(owner, method, wrapped):
                template.render()
            expected = owner is Template or method not in vars(Template)
            assert calls == ["macros.html"] * expected, (name, owner)


PARTS = {
    "base.html": "{% block a %}<{{ x }}>{% endblock %}",
    "top.txt": "{% extends 'base.html' %}{% block a %}{{ super() }}{{ [x]|join }}{% endblock %}",
    "all.html": "{% include 'top.txt' %}{% include 'base.html' %}{{ x }}",
}


def test_what_is_escaped_is_asked_when_jinja_asks() -> None:
    results = []
    for base in (jinja2.Environment, Environment):
        asked: list[Any] = []

        def choose(name: str | None, asked: list[Any] = asked) -> bool:
            asked.append(name)
            return name is not None and name.endswith(".html")

        environment = base(loader=jinja2.DictLoader(PARTS), autoescape=choose)
        text = environment.get_template("all.html").render(x="&")
        asked.append("again")
        assert environment.get_template("all.html").render(x="&") == text
        results.append((text, asked))
    assert results[0] == results[1]
    assert "&amp;" in text and len(asked) > 6


@pytest.mark.parametrize("owner", [BlockReference, EvalContext])
def test_patched_parts_are_made_by_what_is_there(owner: type) -> None:
    environment = Environment(loader=jinja2.DictLoader(PARTS), autoescape=True)
    template = environment.get_template("top.txt")
    text = template.render(x="&")
    calls: list[Any] = []
    wrapped = recorder(owner.__init__, calls)  # type: ignore[misc]
    with mock.patch.object(owner, "__init__", wrapped):
        assert template.render(x="&") == text
    assert len(calls) == 1
    assert template.render(x="&") == text
    assert len(calls) == 1


def test_contexts_of_other_mappings() -> None:
    names = types.MappingProxyType({"a": 1})
    for base in (jinja2.Environment, Environment):
        template = base().from_string("{{ a }}{{ b }}")
        context = template.new_context(names)  # type: ignore[arg-type]
        assert template.environment.concat(template.root_render_func(context)) == "1"
        context = template.new_context(names, shared=True)  # type: ignore[arg-type]
        assert template.environment.concat(template.root_render_func(context)) == "1"


def test_options_of_an_app_are_honoured() -> None:
    class OwnEnvironment(flaskfast.templating.Environment):
        pass

    class App(flaskfast.Flask):
        jinja_environment = OwnEnvironment
        jinja_options = {"trim_blocks": True, "extensions": ["jinja2.ext.do"]}

        def select_jinja_autoescape(self, filename: str | None) -> bool:
            return False

    app = App("options")
    assert type(app.jinja_env) is OwnEnvironment
    with app.app_context():
        text = flaskfast.render_template_string("{% do [] %}\n{{ x }}", x="<")
    assert text == "<"


def test_a_jinja_environment_of_another_kind() -> None:
    class App(flaskfast.Flask):
        def create_jinja_environment(self) -> Any:
            return jinja2.Environment(autoescape=True)

    with App("other").app_context():
        assert flaskfast.render_template_string("{{ '<' }}{{ x }}", x=1) == "&lt;1"


def test_classes_are_jinjas() -> None:
    environment = Environment()
    template = environment.from_string("{% macro m() %}{% endmacro %}")
    assert isinstance(environment, jinja2.Environment)
    assert isinstance(template, jinja2.Template) and type(template) is Template
    assert isinstance(template.new_context(), BaseContext)
    assert isinstance(Template("{{ 1 }}", autoescape=True).environment, Environment)
    assert type(environment.overlay(trim_blocks=True)) is Environment


def test_attributes_of_a_context_are_not_made_up() -> None:
    context = Environment(autoescape=True).from_string("").new_context({"a": 1})
    assert "range" in context.globals_keys and "a" not in context.globals_keys
    with pytest.raises(AttributeError, match="'Context' object has no attribute 'nothing'"):
        context.nothing  # type: ignore[attr-defined]
    assert copy.copy(context).get_all() == context.get_all()
    assert pickle.loads(pickle.dumps(flaskfast.jinja.Environment)) is Environment
