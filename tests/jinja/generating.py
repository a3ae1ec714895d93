"""Make up templates from the grammar of the language."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = ["text", "wide", "safe", "n", "f", "none", "list", "d", "thing", "html", "users", "x", "y"]
texts = st.sampled_from(
    ["", "a", " ", "\n", "<p>", "caf\xe9", "\u20ac", "\U0001f600", "'\"", "\\", "{", "}", "&amp;"]
)
names = st.sampled_from([*NAMES, "loop", "caller", "undefined_name"])
constants = st.sampled_from(
    ["1", "-2", "1.5", "'<'", '"\'"', "''", "true", "none", "[]", "'\u20ac'"]
)
attributes = st.sampled_from(
    ["attribute", "nested", "deep", "key", "items", "name", "index", "last", "nothing", "upper"]
)
filters = st.sampled_from(
    [
        *["upper", "lower", "title", "trim", "e", "safe", "string", "length", "int", "list"],
        *["default('-')", "join(', ')", "join", "replace('a', '<')", "truncate(3)", "first"],
        *["tojson", "urlencode", "forceescape", "striptags", "capitalize", "nothing"],
    ]
)
tests = st.sampled_from(["defined", "none", "string", "even", "iterable", "sameas none", "nothing"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    arguments = st.lists(inner, max_size=2).map(", ".join)
    return st.one_of(
        st.builds("{}.{}".format, inner, attributes),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}|{}".format, inner, filters),
        st.builds("({} {} {})".format, inner, st.sampled_from([*"+~", "==", "and", "or"]), inner),
        # Not by what is made up: a loop over ((n * n) * (n * n)) values takes all memory there is.
        st.builds("({} * {})".format, inner, st.sampled_from(["2", "0", "-1", "text", "none"])),
        st.builds("({} is {})".format, inner, tests),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({} if {})".format, inner, inner),
        st.builds("not {}".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{'key': {}}}".format, inner),
        st.builds("function({})".format, arguments),
        st.builds("function({}, k={})".format, inner, inner),
        st.builds("from_context({})".format, inner),
        st.builds("thing.method({})".format, arguments),
    )


expressions = st.recursive(st.one_of(names, names, constants), _grown, max_leaves=5)
outputs = st.builds("{{{{ {} }}}}".format, expressions)
assigned = st.sampled_from(["x", "y", "n", "_z"])


def _statements(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, expressions, body, body),
        st.builds("{{% if {} %}}{}{{% endif %}}".format, expressions, body),
        st.builds("{{% for x in {} %}}{}{{% endfor %}}".format, expressions, body),
        st.builds(
            "{{% for x in list if {} %}}{}{{% else %}}{}{{% endfor %}}".format,
            expressions,
            body,
            body,
        ),
        st.builds(
            "{{% for x in [1, [2]] recursive %}}{}{{% if loop.depth < 3 and x is iterable %}}"
            "{{{{ loop(x) }}}}{{% endif %}}{{% endfor %}}".format,
            body,
        ),
        st.builds("{{% set {} = {} %}}".format, assigned, expressions),
        st.builds("{{% set {} %}}{}{{% endset %}}".format, assigned, body),
        st.builds("{{% filter {} %}}{}{{% endfilter %}}".format, filters, body),
        st.builds("{{% with y = {} %}}{}{{% endwith %}}".format, expressions, body),
        # Called where it is made, so that none calls itself without end.
        st.builds(
            "{{% macro m(x, y={}) %}}{}{{% endmacro %}}{{{{ m({}) }}}}{{{{ m(y={}) }}}}".format,
            expressions,
            body,
            expressions,
            expressions,
        ),
        st.builds(
            "{{% macro m(x) %}}{}{{{{ caller(x) }}}}{{% endmacro %}}"
            "{{% call(y) m({}) %}}{}{{% endcall %}}".format,
            body,
            expressions,
            body,
        ),
        st.builds(
            "{{% autoescape {} %}}{}{{% endautoescape %}}".format,
            st.sampled_from(["true", "false", "n", "none"]),
            body,
        ),
        st.builds(
            "{{% include {} {} %}}".format,
            st.sampled_from(["'part.html'", "['a', 'part.html']", "x"]),
            st.sampled_from(["", "ignore missing", "without context"]),
        ),
        st.builds("{{% do {} %}}".format, expressions),
        st.sampled_from(["{% continue %}", "{% break %}", "{# c #}", "\n", "{{ super() }}"]),
        st.sampled_from(["{% from 'macros.html' import cell %}{{ cell(x) }}"]),
    )


def _bodies(body: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pieces = st.one_of(texts, outputs, outputs, _statements(body))
    return st.lists(pieces, max_size=5).map("".join)


bodies = st.recursive(st.lists(st.one_of(texts, outputs), max_size=4).map("".join), _bodies)


@st.composite
def templates(draw: Any) -> str:
    """Draw the source of a template."""
    source = draw(bodies)
    for name in draw(st.lists(st.sampled_from(["title", "body", "foot"]), max_size=2, unique=True)):
        scoped = draw(st.sampled_from(["", " scoped"]))
        source += f"{{% block {name}{scoped} %}}{draw(bodies)}{{% endblock %}}"
    base = draw(st.sampled_from(["", "", "base.html", "middle.html"]))
    return (f"{{% extends '{base}' %}}" if base else "") + str(source)
