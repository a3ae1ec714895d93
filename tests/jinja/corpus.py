"""Templates that together use everything the language has."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import jinja2
from markupsafe import Markup


class Thing:
    """Attributes, items and both, in every state of being there."""

    attribute = "<attribute>"

    def __init__(self) -> None:
        self.calls = 0
        self.nested = {"deep": {"deeper": ["<0>", {"k": "v"}]}}

    @property
    def fails(self) -> str:
        raise ValueError("property fails")

    @property
    def lacks(self) -> str:
        raise AttributeError("lacks")

    @property
    def counted(self) -> int:
        self.calls += 1
        return self.calls

    def method(self, *args: Any, **kwargs: Any) -> str:
        return f"<{args}{sorted(kwargs.items())}>"

    def stop(self) -> None:
        raise StopIteration

    def __getitem__(self, key: Any) -> str:
        if key == "missing":
            raise KeyError(key)
        return f"item {key}"


class HTML:
    def __init__(self, text: Any) -> None:
        self.text = text

    def __html__(self) -> Any:
        return self.text

    def __str__(self) -> str:
        return "<not html>"


class Text(str):
    def __str__(self) -> str:
        return f"<str of {str.__str__(self)}>"


class Fails:
    def __str__(self) -> str:
        raise ZeroDivisionError("no text")


class Callable:
    def __call__(self, *args: Any) -> str:
        return f"called with {len(args)}"


class WantsContext:
    @jinja2.pass_context
    def __call__(self, context: Any, name: str) -> Any:
        return context.get(name, "not there")


@jinja2.pass_context
def from_context(context: Any, name: str) -> Any:
    return context.get(name, "not there")


@jinja2.pass_eval_context
def escapes(eval_ctx: Any) -> bool:
    return bool(eval_ctx.autoescape)


@jinja2.pass_environment
def block_start(environment: Any) -> str:
    return str(environment.block_start_string)


def call_caller(caller: Any) -> Any:
    return caller()


def number(*args: Any) -> int:
    return 5


def names() -> dict[str, Any]:
    """Return what the templates see, made anew."""
    return {
        "text": "<b>&'\"</b>",
        "clean": "clean text",
        "wide": "\u20ac<\u0430>\U0001f600&",
        "latin": "caf\xe9 <\xff>",
        "safe": Markup("<em>safe</em>"),
        "n": 42,
        "big": 10**30,
        "negative": -17,
        "minimum": -(2**63),
        "f": 2.5,
        "inf": float("inf"),
        "yes": True,
        "none": None,
        "empty": "",
        "list": ["<a>", "b", "c"],
        "numbers": [3, 1, 2],
        "pairs": [("a", 1), ("b", 2)],
        "nothing_in": [],
        "d": OrderedDict([("key", "<value>"), ("items", "not the method"), ("x y", 1)]),
        "plain": {"key": "<value>", "items": "hidden", 1: "one"},
        "thing": Thing(),
        "html": HTML("<i>"),
        "html_number": HTML(5),
        "sub": Text("<sub>"),
        "fails": Fails(),
        "users": [
            {"name": "Ada <1>", "tags": ["x", "y"], "admin": True},
            {"name": "Bob", "tags": [], "admin": False},
        ],
        "tree": [
            {"name": "a", "children": [{"name": "a1", "children": []}]},
            {"name": "b", "children": []},
        ],
        "function": lambda *args, **kwargs: f"<{len(args)} {sorted(kwargs)}>",
        "callable": Callable(),
        "wants_context": WantsContext(),
        "from_context": from_context,
        "escapes": escapes,
        "block_start": block_start,
        "call_caller": call_caller,
        "number": number,
        "generator": (x for x in "ab"),
        "surrogate": "\ud800<",
    }


LOADED = {
    "base.html": (
        "<title>{% block title %}base {{ n }}{% endblock %}</title>\n"
        "{% block body %}{% endblock %}{% block foot scoped %}[{{ clean }}]{% endblock %}"
    ),
    "middle.html": (
        "{% extends 'base.html' %}{% block title %}middle {{ super() }}{% endblock %}"
        "{% block body %}<{% block inner %}inner{% endblock %}>{% endblock %}"
    ),
    "required.html": "{% block must required %}{% endblock %}",
    "part.html": "part {{ text }} {{ local }} {{ loop }}\n{% if yes %}!{% endif %}",
    "macros.html": (
        "{% macro cell(x, k='td') %}<{{ k }}>{{ x }}</{{ k }}>{% endmacro %}"
        "{% macro _private() %}{% endmacro %}{% set shared = '<shared>' %}"
        "{% macro uses_n() %}{{ n }}{% endmacro %}text of the module"
    ),
    "fails.html": "one\n{{ text }}\n{{ undefined_name.attribute }}\n",
    "broken.html": "one\n{% if %}",
    "loops.html": "{% for x in list %}{% include 'part.html' %}{% endfor %}",
}

EXPRESSIONS = """
text|clean|wide|latin|safe|n|big|negative|minimum|f|inf|yes|none|empty|list|d|html|html_number|sub
undefined_name|undefined_name.attribute|undefined_name()|undefined_name[0]|list.missing|d.missing
fails|surrogate|thing.attribute|thing.nothing|thing.missing|thing.fails|thing.lacks
thing.nested.deep.deeper|thing.nested.deep.deeper[0]|thing.nested['deep'].deeper[1].k
thing.nested.nothing.deep|thing['attribute']|thing[0]|thing['missing']|plain.key|plain.items
plain['items']|plain[1]|plain[none]|plain[list]|d.items()|list[0]|list[-1]|list[9]|list['append']
list[1:]|list[::-1]|text[0]|text[1:3]|n.real|n.nothing|text.upper()|'<lit>'|"it's"|1|-1|1.5|true
none.x|[1, '<', n]|(1,)|()|{'a': n}|{}|n + 1|n - 1|n * 2|n / 4|n // 4|n % 4|n ** 2|-n|+n|not n
text ~ n|text ~ safe|safe ~ text|n ~ f|text + text|safe + text|text + safe|n + text|1 ~ 2
n == 42|n != 42|n < 1|1 < n < 50|n in [42]|'a' not in list|n and text|none or text|not none
text if yes|text if none|text if none else n|function()|function(1, text)|function(a=1, b=text)
function(*list)|function(**plain)|function(1, *list, **{'k': 1})|function(class=1)
thing.method(1, x=2)|thing.stop()|thing.counted|thing.counted + thing.counted|callable(1)
wants_context('n')|from_context('n')|from_context('local')|escapes()|block_start()|n()|none()
range(3)|range(2, 10, 3)|dict(a=1)|lipsum|cycler(1, 2).next()|joiner()|namespace(a=1).a
text is defined|undefined_name is defined|undefined_name is undefined|n is even|n is odd
n is divisibleby 3|n is divisibleby(2)|none is none|text is string|n is number|list is iterable
list is sequence|d is mapping|n is sameas 42|text is escaped|safe is escaped|n is in [42]
n is callable|function is callable|text is lower|'a' is upper|n is eq 42|n is gt 1|yes is true
n is not none|text is filter|'upper' is filter|'odd' is test|f is float|n is integer|yes is boolean
_('x')|self|self.nothing|loop|varargs|caller|super
""".split("|")

FILTERS = """
text|upper;text|lower;text|title;text|capitalize;text|trim;'  x  '|trim;text|trim('<');safe|upper
safe|title;text|e;safe|e;text|escape;text|forceescape;safe|forceescape;text|safe;n|safe;n|e;none|e
undefined_name|default('-');none|default('-');none|default('-', true);empty|d('x', boolean=true)
undefined_name.a|default(1);list|length;d|count;n|length;undefined_name|length;list|join
list|join(', ');list|join('<br>');safe|join('-');[safe, text]|join(', ');users|join('|', 'name')
users|join(', ', attribute='name');numbers|join('');nothing_in|join;text|replace('b', '<i>')
text|replace('b', 'x', 1);safe|replace('<em>', '<b>');n|replace('4', '5');text|truncate(5)
('x ' * 50)|truncate;('x ' * 50)|truncate(20, true);('x ' * 50)|truncate(20, true, '<..>', 0)
'short'|truncate(9);'abcdefghijkl'|truncate(9);'abcdefghijkl'|truncate(9, leeway=5);safe|truncate(6)
'17'|int;'x'|int;'x'|int(7);'0x1f'|int(0, 16);2.9|int;none|int;'1.5'|float;'x'|float(1.5);n|string
safe|string;text|string;d|tojson;text|tojson;list|tojson(indent=2);n|tojson;text|urlencode
'a b/c?d=é'|urlencode;plain|urlencode;pairs|urlencode;{'class': 'a b', 'id': none}|xmlattr
{'x': text}|xmlattr(false);{'a b': 1}|xmlattr;{'a>': 1}|xmlattr;numbers|sort
numbers|sort(reverse=true)
users|sort(attribute='name')|map(attribute='name')|list;list|first;list|last;nothing_in|first
list|random is string;list|reverse|list;text|reverse;numbers|sum;users|sum('n', 5)
users|map(attribute='name')|join;users|map(attribute='nothing', default='-')|list
list|map('upper')|list;users|selectattr('admin')|map(attribute='name')|list
users|rejectattr('admin')|list|length;numbers|select('odd')|list;numbers|reject('gt', 1)|list
list|batch(2)|list;list|batch(2, '-')|list;list|slice(2)|list;users|groupby('admin')|list|length
numbers|max;numbers|min;['B', 'a', 'b']|unique|list;d|dictsort;d|items|list;n|abs;f|round
2.567|round(2);2.567|round(1, 'floor');1000000|filesizeformat;1000000|filesizeformat(true)
text|striptags;safe|striptags;'http://x.example <b>'|urlize;'a\\nb'|indent;'a\\nb'|indent(2, true)
text|wordcount;('a ' * 60)|wordwrap(20);text|center(30);'%s-%s'|format(1, text);safe|attr('upper')
text|attr('nothing');text|list;text|pprint;text|nothing;text|upper|lower;text|e|upper;text|upper|e
list|map('nothing')|list;text|truncate('x');n|truncate(1);fails|upper;none|upper;[1]|xmlattr
'a b c d e f'|truncate(8, leeway=0);'abc def'|truncate(6, leeway=0);'a b'|truncate(2, true, '', 0)
'a b c d e f'|truncate(8, end=safe);'a b c d e f'|truncate(true);'a b c'|truncate(3.5, leeway=0)
('x ' * 9)|truncate(3, leeway=10 ** 30);('x ' * 9)|truncate(2);'ab cd'|truncate(4, none, '<', 0)
'%(a)s'|format(a=text);'%s'|format(safe);safe|format(1);'%s'|format;'%s%s'|format(1);'%%'|format
'%s'|format(1, a=2);n|format;'<%s>'|safe|format(text);'%d'|format(text);'%.2f'|format(f)
list|join(text);list|join(safe);('a', '<')|join('&');['a', '<']|join;['a', safe]|join('<');''|join
'aa'|replace('a', 'b', 1);'aa'|replace('', '-');text|replace('b', 'x', none)
text|replace('b', 'x', f)
""".replace("\n", ";").split(";")

STATEMENTS = [
    "",
    "text only",
    "\n\n",
    "{# comment #}a{#- b -#}c",
    "a{{ 1 }}b{{ 2 }}c{{ text }}d",
    "{{ text }}{{ safe }}{{ n }}{{ f }}{{ none }}",
    "{{ text\n}}\n{{ clean }}\n{{ n }}",
    "{{ thing.counted }}{{ thing.counted }}{{ thing.calls }}",
    "{{ list }}{{ list.append('x') }}{{ list }}",
    "{% set l = [1] %}{{ l }}{{ l.append(2) }}{{ l }}{{ l.pop() }}{{ l }}",
    "{{ fails }}after",
    "before {{ text }}{{ fails }}",
    "one\ntwo {{ n }} {{ clean }}\n{{ fails }}",
    "{{ n }}\n{{ clean }} {{ none.x }}",
    "{{ n }}\n\n{{ n.x.y }}",
    "{% if yes %}a{% endif %}{% if none %}b{% else %}c{% endif %}",
    "{% if none %}a{% elif n == 42 %}b{% elif yes %}c{% else %}d{% endif %}",
    "{% if undefined_name %}a{% endif %}{% if undefined_name is defined %}b{% endif %}",
    "{% if none %}{{ text|nothing }}{% endif %}",
    "{% if yes %}{{ text|nothing }}{% endif %}",
    "{% if yes %}{{ n is nothing }}{% endif %}",
    "{{ text|nothing if none else n }}",
    "{% for x in list %}{{ x }}{% endfor %}{{ x }}",
    "{% for x in nothing_in %}{{ x }}{% else %}empty{% endfor %}",
    "{% for x in list %}{{ x }}{% else %}empty{% endfor %}",
    "{% for x in undefined_name %}{{ x }}{% endfor %}",
    "{% for x in n %}{{ x }}{% endfor %}",
    "{% for x in none %}{{ x }}{% endfor %}",
    "{% for x in fails %}\n{{ x }}{% endfor %}",
    "{% for a, b in pairs %}{{ a }}={{ b }};{% endfor %}",
    "{% for a, b in list %}{{ a }}={{ b }};{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}{% endfor %}",
    "{% for k, v in plain|dictsort %}{{ k }}={{ v }}{% endfor %}",
    "{% for x in list if x != 'b' %}{{ loop.index }}{{ x }}{% endfor %}",
    "{% for x in list if x == 'z' %}{{ x }}{% else %}none{% endfor %}",
    "{% for x in list if text %}{% else %}{% endfor %}",
    "{% for x in numbers if loop.index > 1 %}{{ x }}{% endfor %}",
    "{% for x in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}"
    "{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.depth }}{{ loop.depth0 }}"
    "{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('a', '<b>') }}{{ loop.changed(x) }};"
    "{% endfor %}",
    "{% for x in generator %}{{ loop.length }}{{ loop.revindex }}{{ loop.last }}{{ x }}"
    "{% endfor %}",
    "{% for x in generator %}{{ loop.last }}{{ loop.nextitem }}{% endfor %}",
    "{% for x in list %}{{ loop }}{{ loop|length }}{% endfor %}",
    "{% for x in list %}{{ loop.nothing }}{{ loop.cycle() }}{% endfor %}",
    "{% for x in list %}{{ loop(x) }}{% endfor %}",
    "{% for x in list %}{{ loop.changed(1) }}{{ loop.changed(x, n) }}{% endfor %}",
    "{% for x in [1, 1, 2] %}{% if loop.changed(x) %}{{ x }}{% endif %}{% endfor %}",
    "{% for x in list %}{% for y in numbers %}{{ loop.index }}{{ x }}{% endfor %}{{ loop.index }}"
    "{% endfor %}",
    "{% for x in list %}{% set outer = loop %}{% for y in pairs %}{{ outer.index }}{{ loop.last }}"
    "{% endfor %}{% endfor %}",
    "{% for loop in list %}{{ loop }}{% endfor %}",
    "{% for x in list %}{% set loop = 1 %}{% endfor %}",
    "{% for item in tree recursive %}{{ loop.depth }}{{ item.name }}({{ loop(item.children) }})"
    "{% endfor %}",
    "{% for item in tree recursive %}{{ item.name }}{% if item.children %}<ul>"
    "{{ loop(item.children) }}</ul>{% endif %}{% else %}-{% endfor %}",
    "{% for item in tree recursive %}{{ loop.depth0 }}{{ loop.index }}{{ text }}"
    "{{ loop(item.children)|upper }}{% endfor %}",
    "{% for x in list %}{% if loop.first %}{% continue %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in list %}{{ x }}{% if loop.index == 2 %}{% break %}{% endif %}{% endfor %}",
    "{% for x in list %}{% set y = x %}{{ y }}{% endfor %}{{ y }}",
    "{% set y = 1 %}{% for x in list %}{{ y }}{% set y = x %}{% endfor %}{{ y }}",
    "{% for x in list %}{% set local = x %}{{ from_context('local') }}{% endfor %}",
    "{% for x in list %}{{ from_context('x') }}{% endfor %}",
    "{% for x in list %}{% set local = x %}{{ wants_context('local') }}{{ function(local) }}"
    "{% endfor %}{{ from_context('local') }}",
    "{% set local = 1 %}{{ from_context('local') }}{% if yes %}{% set local = 2 %}{% endif %}"
    "{{ from_context('local') }}",
    "{% set ns = namespace(n=0) %}{% for x in list %}{% set ns.n = ns.n + 1 %}{% endfor %}"
    "{{ ns.n }}",
    "{% set thing.x = 1 %}",
    "{% set a, b = pairs[0] %}{{ a }}{{ b }}",
    "{% set a %}<b>{{ text }}</b>{% endset %}{{ a }}{{ a|upper }}{{ a|length }}",
    "{% set a | upper %}<b>{{ text }}</b>{% endset %}{{ a }}",
    "{% set a %}{% include 'part.html' %}{% endset %}[{{ a }}]",
    "{% set a %}{% include 'part.html' without context %}{% endset %}[{{ a }}]",
    "{% set a %}{% block x %}{{ n }}{% endblock %}{% endset %}[{{ a }}]",
    "{% set a %}{% endset %}[{{ a }}]",
    "{% set x = 1 %}{% set _y = 2 %}{{ x }}{{ _y }}",
    "{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a }}",
    "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ b }}",
    "{% with n = n + 1 %}{{ n }}{% endwith %}{{ n }}",
    "{% filter upper %}<b>{{ text }}</b>{% endfilter %}",
    "{% filter e|upper %}<b>{{ text }}{% for x in list %}{{ x }}{% endfor %}{% endfilter %}",
    "{% filter length %}abc{% endfilter %}",
    "{% filter length %}abc{% endfilter %}\n{{ none.x.y }}",
    "{% set a %}{% filter length %}abc{% endfilter %}{{ text }}{% endset %}\n{{ none.x.y }}",
    "{% for x in list %}{% call number() %}x{% endcall %}{{ x }}{% endfor %}{{ fails }}",
    "{% filter replace('a', '<') %}abc{{ text }}{% endfilter %}",
    "{% autoescape true %}{{ text }}{{ safe }}{% endautoescape %}{{ text }}",
    "{% autoescape false %}{{ text }}{{ safe }}{{ escapes() }}{% endautoescape %}{{ escapes() }}",
    "{% autoescape n == 42 %}<i>{{ text }}{{ safe }}{{ n }}{{ f }}{% set a %}{{ text }}{% endset %}"
    "{{ a }}{{ text ~ n }}{% endautoescape %}{{ text }}",
    "{% autoescape none %}{{ text }}<{% for x in list %}{{ x }}{% endfor %}{% endautoescape %}",
    "{% autoescape yes %}{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(text) }}"
    "{% filter upper %}{{ text }}{% endfilter %}{% endautoescape %}",
    "{% autoescape undefined_name %}{{ text }}{% endautoescape %}",
    "{% macro m() %}<b>{% endmacro %}{{ m() }}{{ m }}",
    "{% macro m(a, b=2, c='<') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}"
    "{{ m(1, c=text) }}{{ m(c=1, a=2) }}{{ m() }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}\n{{ m(b=2) }}",
    "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}",
    "{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}",
    "{% macro m(a=b, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m() }}",
    "{% macro m(x) %}{{ x.y.z }}{% endmacro %}\n\n{{ m(thing) }}",
    "{% macro m(x) %}{{ x }}{{ caller() }}{% endmacro %}{% call m(1) %}<{{ text }}>{% endcall %}",
    "{% macro m() %}{{ caller('<', 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}{{ b }}"
    "{% endcall %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% macro m(caller=none) %}[{{ caller() if caller }}]{% endmacro %}{{ m() }}"
    "{% call m() %}x{% endcall %}",
    "{% call call_caller() %}<{{ text }}>{% endcall %}",
    "{% call number() %}x{% endcall %}",
    "{% call(x) undefined_name() %}x{% endcall %}",
    "{% for x in list %}{% call call_caller() %}{{ x }}{{ loop.index }}{% endcall %}{% endfor %}",
    "{% macro outer() %}{% macro inner(x) %}<{{ x }}>{% endmacro %}{{ inner(text) }}{% endmacro %}"
    "{{ outer() }}",
    "{% macro m(n) %}{{ n }}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}",
    "{% macro m() %}{% for x in list %}{{ x }}{{ loop.last }}{% endfor %}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% include 'part.html' %}{% endmacro %}{{ m() }}",
    "{% macro m() %}{% set a %}x{{ text }}{% endset %}{{ a }}{% endmacro %}{{ m() }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ [1, '<']|map('string')|map('upper')|list }}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}"
    "{{ m.catch_varargs }}{{ m.caller }}",
    "{% macro m() %}{{ escapes() }}{{ text }}{% endmacro %}{% autoescape false %}{{ m() }}"
    "{% endautoescape %}",
    "{% import 'macros.html' as m %}{{ m.cell(text) }}{{ m.shared }}{{ m._private }}{{ m }}"
    "{{ m.uses_n() }}",
    "{% import 'macros.html' as m with context %}{{ m.uses_n() }}{{ m.nothing }}",
    "{% from 'macros.html' import cell, shared as s %}{{ cell(n, k='th') }}{{ s }}",
    "{% from 'macros.html' import nothing %}{{ nothing }}|{{ nothing() }}",
    "{% from 'macros.html' import uses_n with context %}{{ uses_n() }}",
    "{% from 'macros.html' import cell %}{% for x in list %}{{ cell(x) }}{% endfor %}",
    "{% import 'nothing.html' as m %}",
    "\n{% import 'broken.html' as m %}",
    "{% include 'part.html' %}",
    "{% set local = '<l>' %}{% include 'part.html' %}",
    "{% include 'part.html' without context %}",
    "{% for x in list %}{% include 'part.html' %}{% include 'part.html' without context %}"
    "{% endfor %}",
    "{% include ['nothing.html', 'part.html'] %}",
    "{% include ('nothing.html', 'part.html') ignore missing %}",
    "{% include 'nothing.html' ignore missing %}after",
    "{% include 'nothing.html' %}",
    "{% include undefined_name %}",
    "{% include list ignore missing %}",
    "{% include 'part' ~ '.html' %}",
    "{% include 'loops.html' %}",
    "a\n{% include 'fails.html' %}",
    "a\n{% include 'broken.html' %}",
    "{% if yes %}{% include 'part.html' %}{% endif %}",
    "{% extends 'base.html' %}",
    "{% extends 'base.html' %}ignored {{ text }}{% block title %}<{{ text }}>{% endblock %}",
    "{% extends 'base.html' %}{% block title %}{{ super() }}|{{ super() }}{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{{ super() }}{{ self.title() }}{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{{ super.super() }}{% endblock %}",
    "{% extends 'base.html' %}{% block nowhere %}{{ super() }}{% endblock %}",
    "{% extends 'middle.html' %}{% block title %}top {{ super() }}{% endblock %}"
    "{% block inner %}{{ super() }}{{ text }}{% endblock %}",
    "{% extends 'middle.html' %}{% block title %}{{ super.super() }}{% endblock %}",
    "{% extends 'base.html' %}{% set clean = 'set' %}{% block foot %}{{ clean }}{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{% set local = 1 %}{{ from_context('local') }}"
    "{% include 'part.html' %}{% endblock %}",
    "{% extends 'base.html' %}{% macro m(x) %}<{{ x }}>{% endmacro %}{% block body %}{{ m(text) }}"
    "{% endblock %}",
    "{% extends 'base.html' %}{% import 'macros.html' as m %}{% block body %}{{ m.cell(1) }}"
    "{% endblock %}",
    "{% extends 'required.html' %}",
    "{% extends 'required.html' %}{% block must %}there{% endblock %}",
    "{% extends 'base.html' if yes else 'middle.html' %}{% block title %}t{% endblock %}",
    "{% if yes %}{% extends 'base.html' %}{% endif %}not shown{% block title %}t{% endblock %}",
    "{% if none %}{% extends 'base.html' %}{% endif %}shown {{ text }}{% block title %}t"
    "{% endblock %}",
    "{% extends 'base.html' %}{% extends 'base.html' %}",
    "{% if yes %}{% extends 'base.html' %}{% endif %}{% if yes %}{% extends 'base.html' %}"
    "{% endif %}",
    "{% extends 'nothing.html' %}",
    "{% extends undefined_name %}",
    "{% extends 'broken.html' %}",
    "{% extends 'fails.html' %}",
    "before {{ n }}{% extends 'base.html' %}after {{ n }}",
    "{% block a %}a{% block b %}b{{ n }}{% endblock %}{% endblock %}{{ self.b() }}",
    "{% block a %}{% endblock %}{{ self.a() }}{{ self.nothing() }}",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "{% block a required %}{% endblock %}",
    "{% block a required %}text{% endblock %}",
    "{% for x in list %}{% block a scoped %}{{ x }}{{ loop.index }}{% endblock %}{% endfor %}",
    "{% for x in list %}{% block a %}{{ x }}{% endblock %}{% endfor %}",
    "{% block a %}{% for x in list %}{{ from_context('x') }}{% set y = x %}{{ from_context('y') }}"
    "{% endfor %}{% endblock %}",
    "{% block a %}{% set y = 1 %}{{ from_context('y') }}{{ y }}{% endblock %}{{ y }}",
    "{% block a %}\n{{ none.x }}{% endblock %}",
    "{% block a %}{{ super() }}{% endblock %}",
    "{% do list.append(1) %}{{ list|length }}",
    "{% do undefined_name.x %}",
    "{% raw %}{{ text }}{% endraw %}",
    "{{ '{{' }}{{ '%}' }}",
    "_loop_vars = {}\n    # preamble\n    _block_vars = {}\n{{ text }}",
    "{% for x in list %}\n    _loop_vars = {}\n    # preamble\n{{ x }}{% set y = x %}{% endfor %}",
    "'''\\'\"\\n{{ text }}\\",
    "\u20ac{{ text }}\U0001f600{{ wide }}\xe9{{ latin }}",
    "{{ latin }}{{ wide }}{{ text * 100 }}{{ surrogate }}",
    "{{ (latin * 200)|e }}{{ (wide * 200) }}{{ n }}{{ clean * 300 }}",
    "{{ text }",
    "{% nothing %}",
    "{% if yes %}",
    "{% endif %}",
    "{{ }}",
    "{{ a b }}",
    "a\nb\n{{ 1 + }}",
    "{% for %}{% endfor %}",
    "{% macro m(caller) %}{{ caller() }}{% endmacro %}",
    "{{ 1 / 0 }}",
    "a\n{{ n / 0 }}",
    "{{ text|upper(1) }}",
    "{{ function(a=1, a=2) }}",
    "{%- if yes -%}  a  {%- endif -%}  b",
    "  {%+ if yes +%} a {% endif %}",
    "{{ write }}{{ out }}{{ context }}{{ environment }}{{ take }}{{ concat }}{{ name }}",
    "{% set write = 1 %}{% set out = 2 %}{% set item = 3 %}{{ write }}{{ out }}{{ item }}",
    "{% macro write(out, value, item) %}{{ out }}{{ value }}{{ item }}{% endmacro %}"
    "{{ write(1, value='<', item=n) }}",
    "{{ {'a': function(1)}.a }}{{ [function(1)][0] }}{{ (function(1) ~ '<')|e }}",
    "{{ users[0].name }}{{ users[1].tags|join }}{{ users[0]['tags'][1] }}{{ users[5].x }}",
    "<table>{% for u in users %}<tr class=\"{{ loop.cycle('odd', 'even') }}\"><td>{{ u.name }}</td>"
    "<td>{% for t in u.tags %}{{ t }}{% if not loop.last %}, {% endif %}{% else %}-"
    "{% endfor %}</td>"
    "</tr>{% endfor %}</table>",
]


def templates() -> list[str]:
    """Return all of them."""
    expressions = [item.strip() for line in EXPRESSIONS for item in line.split("\n")]
    filters = [item.strip() for item in FILTERS]
    found = [f"a{{{{ {expression} }}}}b" for expression in expressions if expression]
    found += [f"{{{{ {expression} }}}}" for expression in filters if expression]
    return [*found, *STATEMENTS]
