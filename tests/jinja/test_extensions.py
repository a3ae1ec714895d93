"""Extensions work as with Jinja: its own, and those that people write."""

from __future__ import annotations

from typing import Any

import jinja2
import jinja2.sandbox
import pytest
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from markupsafe import Markup

from . import corpus
from .engines import differences

WORDS = {"Hello": "Hallo & mehr", "%(num)s apple": "%(num)s Apfel", "plain": "<i>schlicht</i>"}


def gettext(message: str) -> str:
    return WORDS.get(message, message)


def ngettext(one: str, more: str, n: int) -> str:
    return gettext(one) if n == 1 else gettext(more)


def pgettext(context: str, message: str) -> str:
    return f"{context}: {gettext(message)}"


def npgettext(context: str, one: str, more: str, n: int) -> str:
    return f"{context}: {ngettext(one, more, n)}"


I18N = [
    "{{ _('Hello') }}{{ gettext('plain') }}{{ _('nothing %(n)s', n=n) }}{{ _('100%') }}",
    "{{ _('%(a)s', a=text) }}{{ _('%(a)s', a=safe) }}{{ _(text) }}{{ _('Hello')|upper }}",
    "{{ ngettext('%(num)s apple', '%(num)s apples', 1) }}{{ ngettext('a', 'b', n) }}",
    "{{ pgettext('menu', 'Hello') }}{{ npgettext('menu', '%(num)s apple', 'more', 1) }}",
    "{% trans %}Hello{% endtrans %}{% trans %}100%{% endtrans %}{% trans %}<b>{% endtrans %}",
    "{% trans text=text %}a {{ text }} b{% endtrans %}{% trans safe %}{{ safe }}{% endtrans %}",
    "{% trans n=n %}{{ n }} apple{% pluralize %}{{ n }} apples{% endtrans %}",
    "{% trans num=1 %}{{ num }} apple{% pluralize num %}{{ num }} apples{% endtrans %}",
    "{% trans list|length as c, n=1 %}x{% endtrans %}",
    "{% trans a=list|length, b=text %}{{ a }} of {{ b }}{% pluralize a %}{{ b }}{% endtrans %}",
    "{% trans 'menu' %}Hello{% endtrans %}{% trans 'menu', n=n %}{{ n }}{% endtrans %}",
    "{% trans trimmed %}\n  Hello\n  {{ text }}  \n{% endtrans %}",
    "{% trans notrimmed %}\n  Hello\n  {{ text }}  \n{% endtrans %}",
    "{% for x in list %}{% trans %}{{ x }}!{% endtrans %}{% endfor %}",
    "{% for x in list %}{% trans i=loop.index, x=x %}{{ i }}{{ x }}{% endtrans %}{% endfor %}",
    "{% macro m(x) %}{% trans %}{{ x }}{% endtrans %}{% endmacro %}{{ m(text) }}{{ m(n) }}",
    "{% set a %}{% trans %}Hello{% endtrans %}{% endset %}{{ a }}",
    "{% autoescape false %}{% trans %}{{ text }}{% endtrans %}{{ _('plain') }}{% endautoescape %}",
    "{% autoescape n > 1 %}{% trans %}{{ text }}{% endtrans %}{{ _('plain') }}{% endautoescape %}",
    "{% extends 'base.html' %}{% block title %}{% trans %}{{ text }}{% endtrans %}{% endblock %}",
    "a\n{% trans %}{{ fails }}{% endtrans %}",
    "a\n\n{% trans x=none.y.z %}{{ x }}{% endtrans %}",
    "{% trans undefined_name %}{{ undefined_name }}{% endtrans %}",
    "{% trans %}{{ text.upper }}{% endtrans %}",
    "{% trans %}a{% if x %}b{% endif %}{% endtrans %}",
    "{% trans %}a{% pluralize %}b{% endtrans %}",
    "{% trans n=1 %}a{% pluralize nothing %}b{% endtrans %}",
    "{% trans %}never closed",
    "{% trans a=1, a=2 %}{{ a }}{% endtrans %}",
]


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("newstyle", [True, False])
@pytest.mark.parametrize("trimmed", [True, False])
def test_i18n(newstyle: bool, autoescape: bool, trimmed: bool) -> None:
    def prepare(environment: Any) -> None:
        environment.policies["ext.i18n.trimmed"] = trimmed
        environment.install_gettext_callables(
            gettext, ngettext, newstyle=newstyle, pgettext=pgettext, npgettext=npgettext
        )

    options = {"autoescape": autoescape, "extensions": ["jinja2.ext.i18n"], "prepare": prepare}
    found = {s: differences(s, corpus.names, corpus.LOADED, **options) for s in I18N}  # type: ignore[arg-type]
    assert {source: differs for source, differs in found.items() if differs} == {}


class Fragment(Extension):
    """A block that a function of the extension is the caller of."""

    tags = {"fragment"}

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        args = [parser.parse_expression()]
        body = parser.parse_statements(("name:endfragment",), drop_needle=True)
        called = self.call_method("_render", args, lineno=line)
        return nodes.CallBlock(called, [], [], body).set_lineno(line)

    def _render(self, key: Any, caller: Any) -> Any:
        if key == "number":
            return 5
        return Markup(f"[{key}:") + caller() + Markup("]") if key != "again" else caller() * 2


class Outputs(Extension):
    """Nodes of every kind that writes."""

    tags = {"show", "shout", "assign", "inside", "names"}

    def parse(self, parser: Parser) -> Any:
        token = next(parser.stream)
        line = token.lineno
        if token.value == "show":
            shown: list[nodes.Expr] = [parser.parse_expression()]
            while parser.stream.skip_if("comma"):
                shown.append(parser.parse_expression())
            shown.insert(1, nodes.TemplateData("<data>"))
            return nodes.Output(shown, lineno=line)
        if token.value == "assign":
            target = parser.parse_assign_target()
            value = nodes.MarkSafe(nodes.Const("<safe>"))
            return nodes.Assign(target, value, lineno=line)
        if token.value == "names":
            imported = nodes.ImportedName("html.escape")
            call = nodes.Call(imported, [nodes.Const("<")], [], None, None)
            name = nodes.EnvironmentAttribute("block_start_string")
            own = self.attr("identifier", lineno=line)
            safe = nodes.MarkSafeIfAutoescape(nodes.Const("<&>"))
            return nodes.Output([call, name, own, safe, nodes.ContextReference()], lineno=line)
        end = f"name:end{token.value}"
        body = parser.parse_statements((end,), drop_needle=True)
        if token.value == "inside":
            return nodes.Scope(body, lineno=line)
        shout = nodes.Filter(None, "upper", [], [], None, None)  # type: ignore[arg-type]
        return nodes.FilterBlock(body, shout, lineno=line)


class Rewrites(Extension):
    """Changes the source, and the tokens."""

    def preprocess(self, source: str, name: Any, filename: Any = None) -> str:
        return source.replace("@@", "{{ text }}")

    def filter_stream(self, stream: TokenStream) -> Any:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", token.value.replace("~", "<tilde>"))
            else:
                yield token


CUSTOM = [
    "{% fragment 'key' %}<b>{{ text }}</b>{% endfragment %}",
    "{% fragment text %}{% for x in list %}{{ x }}{{ loop.index }}{% endfor %}{% endfragment %}",
    "{% for x in list %}{% fragment x %}{{ x }}{{ loop.last }}{% endfragment %}{% endfor %}",
    "{% fragment 'number' %}{% endfragment %}{{ text }}",
    "{% fragment 'number' %}{% endfragment %}\n{{ none.x.y }}",
    "{% fragment 'again' %}{{ thing.counted }}{% endfragment %}",
    "a\n{% fragment 'key' %}\n{{ fails }}{% endfragment %}",
    "{% fragment 'a' %}{% fragment 'b' %}{{ n }}{% endfragment %}{% endfragment %}",
    "{% show text, n, safe %}{% show 1 %}{% show fails %}",
    "{% show thing.counted, thing.counted, thing.calls %}",
    "{% assign x %}{{ x }}{{ x ~ '<' }}{% assign y %}{{ from_context('y') }}",
    "{% shout %}<b>{{ text }}</b>{% for x in list %}{{ x }}{% endfor %}{% endshout %}",
    "{% set x = 1 %}{% inside %}{% set x = 2 %}{{ x }}{% endinside %}{{ x }}",
    "{% names %}",
    "{% for x in list %}{% names %}{% set y = x %}{% endfor %}",
    "a ~ b @@ c\n@@ {{ fails }}",
    "{% macro m(x) %}~{{ x }}{% fragment x %}{{ x }}{% endfragment %}{% endmacro %}{{ m(text) }}",
    "{% extends 'base.html' %}{% block title %}@@{% fragment 1 %}{{ super() }}{% endfragment %}"
    "{% endblock %}",
    "{% set a %}{% fragment 1 %}{{ text }}{% endfragment %}{% show text, n %}{% endset %}{{ a }}",
    "{% autoescape false %}{% fragment 1 %}{{ text }}{% endfragment %}{% show text %}{% names %}"
    "{% endautoescape %}",
    "{% autoescape n == 42 %}{% fragment 1 %}{{ text }}{% endfragment %}{% show text %}{% names %}"
    "{% shout %}{{ text }}{% endshout %}{% endautoescape %}",
    "{% fragment %}{% endfragment %}",
    "{% fragment 1 %}",
    "{% show %}",
]


@pytest.mark.parametrize("kind", [jinja2.Environment, jinja2.sandbox.SandboxedEnvironment])
@pytest.mark.parametrize("autoescape", [True, False])
def test_extensions_of_others(kind: Any, autoescape: bool) -> None:
    options = {"autoescape": autoescape, "extensions": [Fragment, Outputs, Rewrites], "kind": kind}
    found = {s: differences(s, corpus.names, corpus.LOADED, **options) for s in CUSTOM}  # type: ignore[arg-type]
    assert {source: differs for source, differs in found.items() if differs} == {}


def test_they_do_something() -> None:
    environment = jinja2.Environment(extensions=[Fragment, Outputs, Rewrites], autoescape=True)
    fails = 0
    for source in CUSTOM:
        try:
            assert environment.from_string(source).render(corpus.names()) is not None
        except Exception:
            fails += 1
    assert 3 <= fails <= 10
