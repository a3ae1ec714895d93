"""Template engines alone: a big table for all of them, and Jinja's own constructs.

The engine of flaskfast is asked for as ``flaskfast.jinja.Environment``. Autoescape
is on everywhere, and everybody must produce Jinja2's bytes.
"""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.scenario import FLAVOURS, Statement, flaskfast_module

ROWS, COLUMNS = 100, 10

CELLS = {
    "int": [[row * COLUMNS + column for column in range(COLUMNS)] for row in range(ROWS)],
    "plain": [[f"cell {row} {column}" for column in range(COLUMNS)] for row in range(ROWS)],
    "dirty": [[f"<b>{row}</b> & '{column}'" for column in range(COLUMNS)] for row in range(ROWS)],
}

BIGTABLE = """<table>
{%- for row in table %}
<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{%- endfor %}
</table>"""


def escaped(value: Any) -> str:
    """Escape as MarkupSafe does."""
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("'", "&#39;").replace('"', "&#34;")


def expected(table: list[list[Any]]) -> str:
    """Return what the big table must look like."""
    rows = ["".join(f"<td>{escaped(cell)}</td>" for cell in row) for row in table]
    return "<table>" + "".join(f"\n<tr>{row}</tr>" for row in rows) + "\n</table>"


def environment(implementation: str, **options: Any) -> Any:
    """Return Jinja2's environment, or flaskfast's."""
    if implementation in FLAVOURS:
        module = flaskfast_module(implementation, "flaskfast.jinja")
    else:
        module = importlib.import_module("jinja2")
    return module.Environment(autoescape=True, **options)


def engines(scenario: Statement, build: Any) -> None:
    """Register *build*, called with an implementation's name, for flaskfast and for Jinja2."""
    for name in (*FLAVOURS, "jinja2"):
        scenario.peer(name)(lambda name=name: build(name))


def declare_bigtable(kind: str) -> None:
    """Declare the big table with one kind of cells."""
    table = CELLS[kind]
    scenario = Statement(
        f"bigtable-{kind}",
        f"{ROWS} x {COLUMNS} cells, {kind}",
        group="template",
        replaces="jinja2",
        statement="render(table=table)",
        expect=expected(table),
        goal={
            "jinja2": 1 / 6,
            **dict.fromkeys(("minijinja", "wheezy.template", "mako", "chameleon"), 1.0),
        },
        calls=4,
    )

    def jinja(implementation: str) -> dict[str, Any]:
        template = environment(implementation).from_string(BIGTABLE)
        return {"render": template.render, "table": table}

    engines(scenario, jinja)

    @scenario.peer("minijinja", why="escapes ' as &#x27; and / as well" if kind == "dirty" else "")
    def _() -> dict[str, Any]:
        import minijinja

        engine = minijinja.Environment(templates={"table.html": BIGTABLE})
        if kind == "dirty":
            found = engine.render_template("table.html", table=table)
            assert "&lt;b&gt;0&lt;&#x2f;b&gt; &amp; &#x27;0&#x27;" in found, found[:200]
        return {
            "statement": "render('table.html', table=table)",
            "render": engine.render_template,
            "table": table,
        }

    @scenario.peer("wheezy.template")
    def _() -> dict[str, Any]:
        from markupsafe import escape
        from wheezy.template.engine import Engine
        from wheezy.template.ext.core import CoreExtension
        from wheezy.template.loader import DictLoader

        source = (
            "@require(table)\n<table>\\\n@for row in table:\n\n<tr>\\\n@for cell in row:\n"
            "<td>@cell!e</td>\\\n@end\n</tr>\\\n@end\n\n</table>"
        )
        engine = Engine(loader=DictLoader({"table": source}), extensions=[CoreExtension()])
        engine.global_vars.update({"e": escape})
        render = engine.get_template("table").render
        return {"statement": "render({'table': table})", "render": render, "table": table}

    @scenario.peer("mako")
    def _() -> dict[str, Any]:
        from mako.template import Template

        source = (
            "<table>\\\n% for row in table:\n\n<tr>\\\n% for cell in row:\n<td>${cell}</td>\\\n"
            "% endfor\n</tr>\\\n% endfor\n\n</table>"
        )
        template = Template(
            source, default_filters=["escape"], imports=["from markupsafe import escape"]
        )
        return {"render": template.render, "table": table}

    @scenario.peer("chameleon", why="leaves quotes as they are" if kind == "dirty" else "")
    def _() -> dict[str, Any]:
        from chameleon import PageTemplate

        source = (
            '<table><tal:r tal:repeat="row table">\n<tr><tal:c tal:repeat="cell row">'
            "<td>${cell}</td></tal:c></tr></tal:r>\n</table>"
        )
        return {"render": PageTemplate(source).render, "table": table}


for kind in CELLS:
    declare_bigtable(kind)


def declare(
    name: str, what: str, source: str, expect: str, goal: float, *, calls: int = 50, **names: Any
) -> None:
    """Declare one construct of Jinja's, rendered by Jinja2 and by flaskfast."""
    scenario = Statement(
        f"template-{name}",
        what,
        group="template",
        replaces="jinja2",
        statement="render(names)",
        expect=expect,
        goal={"jinja2": goal},
        calls=calls,
    )

    def build(implementation: str) -> dict[str, Any]:
        loader = importlib.import_module("jinja2").DictLoader(LOADED)
        template = environment(implementation, loader=loader).from_string(source)
        return {"render": template.render, "names": names}

    engines(scenario, build)


class Thing:
    """An object whose attributes a template reads."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


LOADED = {
    "base.html": "<title>{% block title %}?{% endblock %}</title>{% block body %}{% endblock %}",
    "menu.html": "<nav>{% for name in menu %}<a>{{ name }}</a>{% endfor %}</nav>",
}
NAMES = [f"name {n}" for n in range(20)]
CHAIN = Thing(b=Thing(c=Thing(d=Thing(e="end"))))

declare(
    "loop",
    "loop.index, loop.first, loop.last and loop.cycle over 20 rows",
    "{% for n in names %}{{ loop.index }}{{ loop.first }}{{ loop.last }}"
    "{{ loop.cycle('a', 'b') }};{% endfor %}",
    "".join(f"{n + 1}{n == 0}{n == 19}{'ab'[n % 2]};" for n in range(20)),
    1 / 5,
    names=NAMES,
)
declare(
    "macro",
    "20 calls of a macro with a default",
    "{% macro cell(x, k='td') %}<{{ k }}>{{ x }}</{{ k }}>{% endmacro %}"
    "{% for n in names %}{{ cell(n) }}{% endfor %}",
    "".join(f"<td>{n}</td>" for n in NAMES),
    1 / 6,
    names=NAMES,
)
declare(
    "attributes",
    "20 chains of four attributes",
    "{% for n in names %}{{ a.b.c.d.e }}{% endfor %}",
    "end" * 20,
    1 / 3,
    names=NAMES,
    a=CHAIN,
)
declare(
    "filters",
    "upper, default, length, join, replace and truncate, 20 times",
    "{% for n in names %}{{ n|upper }}{{ nothing|default('-') }}{{ names|length }}"
    "{{ pair|join(', ') }}{{ n|replace('n', 'm') }}{{ long|truncate(9) }}{% endfor %}",
    "".join(f"{n.upper()}-20a, b{n.replace('n', 'm')}abcdef..." for n in NAMES),
    1 / 3.5,
    names=NAMES,
    pair=["a", "b"],
    long="abcdefghijklmnopqrst",
)
declare(
    "inheritance",
    "extends with two blocks, super() and an include",
    "{% extends 'base.html' %}{% block title %}{{ super() }}!{% endblock %}"
    "{% block body %}{% include 'menu.html' %}<p>{{ text }}</p>{% endblock %}",
    "<title>?!</title><nav>" + "".join(f"<a>{n}</a>" for n in NAMES[:5]) + "</nav><p>a &amp; b</p>",
    1 / 3,
    menu=NAMES[:5],
    text="a & b",
)

compiling = Statement(
    "template-compile",
    "the first compilation of the big table's template",
    group="template",
    replaces="jinja2",
    statement="compile(source)",
    expect="<table>\n</table>",
    same=lambda template: template.render(table=[]),
    goal={"jinja2": 1.2},
    calls=5,
)


def compiler(implementation: str) -> dict[str, Any]:
    """Return what compiles a template of which nothing is kept."""
    return {"compile": environment(implementation, cache_size=0).from_string, "source": BIGTABLE}


engines(compiling, compiler)
