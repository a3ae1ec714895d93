"""Who hooks the import of flask's modules hears of it, as with genuine Flask."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .environments import INSTALL, Environment

pytestmark = pytest.mark.flavourless

Execute = Callable[..., str]

# What two agents do, without anything else of them: newrelic and wrapt look the loader up
# through the import system, ddtrace asks all other finders and puts its own loader back.
HOOKS = """
import importlib.util, sys
heard = []

class Chained:
    def __init__(self, loader):
        self.loader = loader
    def create_module(self, spec):
        return self.loader.create_module(spec)
    def exec_module(self, module):
        self.loader.exec_module(module)
        heard.append((type(self).__name__, module.__name__, module))

class Universal(Chained):
    def exec_module(self, module):
        super().exec_module(module)
        module.__loader__ = module.__spec__.loader = self.loader

class Registered:
    def __init__(self, *names):
        self.names, self.busy = names, set()
    def find_spec(self, name, path=None, target=None):
        if name not in self.names or name in self.busy:
            return None
        self.busy.add(name)
        try:
            spec = importlib.util.find_spec(name)
            spec.loader = Chained(spec.loader)
            return spec
        finally:
            self.busy.remove(name)

class Watchdog:
    def __init__(self):
        self.busy = set()
    def find_spec(self, name, path=None, target=None):
        if name in self.busy:
            return None
        self.busy.add(name)
        try:
            for finder in sys.meta_path:
                spec = finder is not self and finder.find_spec(name, path, target)
                if spec:
                    spec.loader = Universal(spec.loader)
                    return spec
        finally:
            self.busy.remove(name)
"""
CHECK = """
import flaskfast, sys
for name, module in sys.modules.items():
    if name.split(".")[0] == "flask":
        own = "flaskfast" + name[len("flask"):]
        assert module is sys.modules[own], name
        assert module.__name__ == module.__spec__.name == own, (name, module.__name__)
        assert module.__package__ == module.__spec__.parent, name
"""


@pytest.mark.parametrize("wrapper_first", [True, False], ids=["hook-first", "finder-first"])
def test_wrapt(environment: Environment, tmp_path: Path, wrapper_first: bool) -> None:
    hooks = """
    import wrapt
    heard = []
    for name in ("flask", "flask.app", "flask.templating", "flask.views"):
        @wrapt.when_imported(name)
        def heard_of(module, name=name):
            heard.append(name)
            assert module.__name__ == name
            if name == "flask.app":
                @wrapt.patch_function_wrapper(module, "Flask.full_dispatch_request")
                def wrapper(wrapped, instance, args, kwargs):
                    heard.append("dispatch")
                    return wrapped(*args, **kwargs)
    """
    parts = [hooks, INSTALL] if wrapper_first else [INSTALL, hooks]
    environment.execute(
        *parts,
        """
        import flask
        assert heard[-1] == "flask" and set(heard) == {"flask", "flask.app", "flask.templating"}
        import flask.views
        assert heard[-1] == "flask.views"
        app = flask.Flask("app")
        app.add_url_rule("/", view_func=lambda: "text")
        assert app.test_client().get("/").text == "text"
        assert heard[-1] == "dispatch" and len(heard) == 5
        """,
        CHECK,
        cwd=tmp_path,
    )


@pytest.mark.parametrize("launched", [True, False], ids=["exec", "install_as_flask"])
def test_what_a_hook_replaces_is_what_flask_exports(
    plain: Environment, tmp_path: Path, launched: bool
) -> None:
    plain.execute(
        """
        import wrapt
        def replace(module_name, name):
            @wrapt.when_imported(module_name)
            def hook(module):
                setattr(module, name, (module_name, getattr(module, name)))
        replace("flask.templating", "render_template")
        replace("flask.json", "jsonify")
        """,
        "" if launched else INSTALL,
        """
        import flask
        from flask import json, jsonify, render_template, render_template_string
        assert render_template is flask.templating.render_template
        assert render_template[0] == "flask.templating" and callable(render_template[1])
        assert jsonify is json.jsonify and jsonify[0] == "flask.json"
        assert render_template_string is flask.templating.render_template_string
        """,
        CHECK,
        cwd=tmp_path,
        launched=launched,
    )


def test_wrapt_under_exec(environment: Environment, tmp_path: Path) -> None:
    environment.execute(
        """
        import wrapt
        heard = []
        wrapt.when_imported("flask.app")(heard.append)
        from flask import Flask
        import flaskfast.app
        assert heard == [flaskfast.app]
        """,
        CHECK,
        cwd=tmp_path,
        launched=True,
    )


@pytest.mark.parametrize("place", ["before", "behind", "both"])
@pytest.mark.parametrize("kind", ["Registered('flask', 'flask.app', 'flask.views')", "Watchdog()"])
def test_hooks_on_either_side_of_the_finder(
    plain: Environment, tmp_path: Path, place: str, kind: str
) -> None:
    plain.execute(
        HOOKS,
        f"sys.meta_path.insert(0, {kind})" if place != "before" else "",
        INSTALL,
        f"sys.meta_path.insert(0, {kind})" if place != "behind" else "",
        f"""
        import flask, flask.app, flask.views
        times = {2 if place == "both" else 1}
        for name in ("flask", "flask.app", "flask.views"):
            calls = [module for _, heard_name, module in heard if heard_name == name]
            assert len(calls) == times, (name, calls)
            assert all(module is sys.modules[name] for module in calls)
        """,
        CHECK,
        cwd=tmp_path,
    )


def test_hooks_of_different_kinds_stack(plain: Environment, tmp_path: Path) -> None:
    plain.execute(
        HOOKS,
        "sys.meta_path[:0] = [Watchdog(), Registered('flask.app')]",
        INSTALL,
        "sys.meta_path[:0] = [Registered('flask.app'), Watchdog()]",
        """
        import flask
        calls = [kind for kind, name, _ in heard if name == "flask.app"]
        assert sorted(calls) == ["Chained"] * 2 + ["Universal"] * 2, calls
        """,
        CHECK,
        cwd=tmp_path,
    )


def test_a_hook_that_fails_fails_the_import_only(plain: Environment, tmp_path: Path) -> None:
    plain.execute(
        HOOKS,
        INSTALL,
        """
        class Failing(Chained):
            def exec_module(self, module):
                super().exec_module(module)
                raise LookupError("hook")

        hook = Registered("flask.views")
        sys.meta_path.insert(0, hook)
        Chained, Kept = Failing, Chained
        import flaskfast.views
        try:
            import flask.views
        except LookupError:
            pass
        else:
            raise AssertionError
        assert "flask.views" not in sys.modules
        assert flaskfast.views.__name__ == flaskfast.views.__spec__.name == "flaskfast.views"
        Chained = Kept
        import flask.views
        assert flask.views is flaskfast.views
        """,
        CHECK,
        cwd=tmp_path,
    )


def test_an_ordinary_finder_behind_is_not_disturbed(plain: Environment, tmp_path: Path) -> None:
    plain.execute(
        """
        import sys
        class Raising:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] == "flask":
                    raise RuntimeError("asked for " + name)
        sys.meta_path.insert(0, Raising())
        """,
        INSTALL,
        "import flask, flask.app",
        CHECK,
        cwd=tmp_path,
    )


# -- real agents, which start the program themselves ---------------------------------------

pytest_agents = pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="these agents are made for CPython"
)
PATCHED = """
import flask, flask.templating
print(flask.__spec__.name, flask.__name__)
for owner, names in (
    (flask.Flask, "__init__ __call__ wsgi_app full_dispatch_request preprocess_request"
     " dispatch_request finalize_request process_response handle_exception"
     " handle_user_exception handle_http_exception do_teardown_request do_teardown_appcontext"
     " add_url_rule endpoint register_error_handler before_request after_request"
     " teardown_request teardown_appcontext send_static_file"),
    (flask.Blueprint, "add_url_rule endpoint before_request after_request register"),
    (flask.templating, "_render render_template"),
    (flask, "render_template jsonify Flask"),
):
    for name in names.split():
        value = getattr(owner, name)
        if hasattr(value, "__wrapped__") or type(value).__name__ != "function":
            print(owner.__name__.replace("flaskfast", "flask"), name, type(value).__name__)
print(flask.Flask.__name__)
"""
AGENTS = {
    "ddtrace": (["ddtrace-run"], {"DD_TRACE_ENABLED": "false"}),
    "newrelic": (
        ["newrelic-admin", "run-program"],
        {"NEW_RELIC_DEVELOPER_MODE": "true", "NEW_RELIC_LICENSE_KEY": "0" * 40},
    ),
    "opentelemetry": (
        ["opentelemetry-instrument"],
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none",
         "OTEL_LOGS_EXPORTER": "none", "OTEL_SDK_DISABLED": "false"},
    ),
}  # fmt: skip


def _patched(environment: Environment, agent: str, cwd: Path, order: str) -> tuple[str, list[str]]:
    """Return what flask is under an agent, and what the agent has patched in it."""
    command, variables = AGENTS[agent]
    path = f"{environment.scripts}{os.pathsep}{os.environ['PATH']}"
    launcher = [environment.python, "-m", "flaskfast", "exec"]
    lines = {
        "genuine": [*command, "python"],
        "flaskfast outside": [*launcher, *command, "python"],
        "flaskfast inside": [*command, *launcher, "python"],
    }
    (cwd / "patched.py").write_text(PATCHED)
    done = environment.run(
        *lines[order], "patched.py", cwd=cwd, variables={**variables, "PATH": path}
    )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    return first, rest


@pytest_agents
@pytest.mark.slow
@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("order", ["flaskfast outside", "flaskfast inside"])
def test_agents_patch_what_they_patch_in_genuine_flask(
    environment: Environment, genuine: Environment, tmp_path: Path, agent: str, order: str
) -> None:
    kind, expected = _patched(genuine, agent, tmp_path, "genuine")
    assert kind == "flask flask" and len(expected) > 1
    kind, found = _patched(environment, agent, tmp_path, order)
    assert kind == "flaskfast flaskfast"
    assert found == expected
