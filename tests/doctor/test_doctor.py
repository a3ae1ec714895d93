"""An examination names what runs, what is in its way, and what to change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing import Map as WerkzeugMap

import flaskfast
from flaskfast import Flask
from flaskfast._matching import adapter_reasons, longer_ways, matching, refusal
from flaskfast._settings import settings_findings, weak
from flaskfast._version import VERSION
from flaskfast.doctor import Examination, _session, _vectors
from flaskfast.sessions import SecureCookieSessionInterface

SOURCE = str(Path(flaskfast.__file__).resolve().parent.parent)
KEY = "9f6a3c1be75d4402a8c6"


def run(*args: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FLASK_", "PYTEST"))}
    paths = [SOURCE, *filter(None, [variables.pop("PYTHONPATH", "")])]
    environment = {
        **inherited,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "flaskfast", *args],
        cwd=cwd,
        env={**environment, **variables},
        capture_output=True,
        text=True,
    )


def examined(*args: str, cwd: Path, status: int = 0, **variables: str) -> dict[str, Any]:
    done = run("doctor", *args, "--json", cwd=cwd, **variables)
    assert done.returncode == status, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["healthy"] is (status == 0)
    return found


def topics(found: dict[str, Any], level: str) -> set[str]:
    return {finding["topic"] for finding in found["findings"] if finding["level"] == level}


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with an application that has nothing wrong with it."""
    write(tmp_path, "site_app.py", f"""
        from flask import Flask
        app = Flask(__name__)
        app.config.update(
            SECRET_KEY="{KEY}", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax",
            TRUSTED_HOSTS=["site.example"], MAX_CONTENT_LENGTH=1_000_000,
        )

        @app.get("/")
        def index():
            return "index"
        """)  # fmt: skip
    return tmp_path


# -- the installation --------------------------------------------------------------------


def test_an_application_without_faults(site: Path) -> None:
    found = examined("site_app:app", cwd=site)
    facts = found["facts"]
    assert topics(found, "problem") == set()
    assert topics(found, "advice") <= {"kernels"}
    assert facts["kernels"]["flavour"] == flaskfast.kernels.flavour
    assert facts["kernels"]["reason"] == flaskfast.kernels.reason
    assert facts["versions"]["flaskfast"] == VERSION
    assert facts["versions"]["behaves as Flask"] == "3.1.3"
    assert facts["the name flask"]["import flask means"] == "flaskfast"
    assert facts["the name flask"]["genuine Flask"].startswith("3.1.3, in ")
    assert facts["the name flask"]["loaded of it"] == "nothing"
    assert facts["application"]["rules"] == "2"
    assert found["seams"] == []


def test_the_flavour_that_was_asked_for(site: Path) -> None:
    found = examined("site_app:app", cwd=site, FLASKFAST_KERNELS="python")
    assert found["facts"]["kernels"]["flavour"] == "python"
    assert topics(found, "advice") == {"kernels"}
    (finding,) = found["findings"]
    assert "asks for it" in finding["text"]
    assert "Unset FLASKFAST_KERNELS" in finding["hint"]


@pytest.mark.skipif(flaskfast.kernels.flavour != "native", reason="of the compiled kernels")
def test_the_compiler_of_the_kernels(site: Path) -> None:
    found = examined("site_app:app", cwd=site)
    assert found["facts"]["kernels"]["built by"] != ""
    assert found["facts"]["kernels"]["processor"] != ""


def test_genuine_flask_beside_ours_is_a_problem(site: Path) -> None:
    write(site, "mixed.py", """
        import importlib.machinery
        import sys
        import flask
        import site_app

        # As a tool does that looks for files by itself.
        finder = importlib.machinery.PathFinder
        directory = [p for p in sys.path if "site-packages" in p]
        spec = finder.find_spec("flask", directory)
        module = importlib.util.module_from_spec(spec)
        sys.modules["genuine"] = module
        app = site_app.app
        """)  # fmt: skip
    found = examined("mixed:app", cwd=site, status=1)
    assert topics(found, "problem") == {"flask"}
    assert found["facts"]["the name flask"]["loaded of it"] == "genuine"


def test_without_an_application(tmp_path: Path) -> None:
    found = examined(cwd=tmp_path)
    assert found["facts"]["application"] == {"name": "none named, and none found here"}
    write(
        tmp_path,
        "app.py",
        f"from flask import Flask\napp = Flask(__name__)\napp.secret_key='{KEY}'",
    )
    assert examined(cwd=tmp_path)["facts"]["application"]["name"] == "app"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "Could not import 'broken'"),
        ("import nothing_of_this_name", "importing it failed"),
        ("1 / 0", "It cannot be loaded: ZeroDivisionError: division by zero ("),
        ("raise SystemExit('enough')", "It cannot be loaded: SystemExit: enough ("),
        ("app = 3", "Module 'broken' has neither a Flask application nor a factory"),
    ],
)
def test_an_application_that_cannot_be_loaded(text: str | None, words: str, tmp_path: Path) -> None:
    if text is not None:
        write(tmp_path, "broken.py", text)
    found = examined("broken", cwd=tmp_path, status=1)
    (finding,) = (f for f in found["findings"] if f["topic"] == "application")
    assert words in finding["text"]
    assert finding["hint"]


def test_seams_and_extensions(site: Path) -> None:
    write(site, "seams.py", """
        from flask import Flask
        from site_app import app as plain
        import flask

        class Mine(Flask):
            def finalize_request(self, rv, from_error_handler=False):
                return super().finalize_request(rv, from_error_handler)

        app = Mine(__name__)
        app.config.update(plain.config)
        app.wsgi_app = lambda environ, start, inner=app.wsgi_app: inner(environ, start)
        flask.Blueprint.send_static_file = lambda self, filename: filename
        app.extensions["thing"] = object()
        """)  # fmt: skip
    found = examined("seams:app", cwd=site)
    assert {(seam["kind"], seam["name"]) for seam in found["seams"]} == {
        ("overridden", "Flask.finalize_request"),
        ("replaced", "app.wsgi_app"),
        ("patched", "flask.blueprints.Blueprint.send_static_file"),
    }
    assert {"name": "thing", "version": "no package"} in found["extensions"]
    out = run("doctor", "seams:app", cwd=site).stdout
    assert (
        "Flask.finalize_request: overridden in a subclass, seams.Mine.finalize_request (seams.py:7)"
        in out
    )
    assert "  thing no package" in out


def test_the_report(site: Path) -> None:
    write(
        site, "bad.py", "from flask import Flask\napp = Flask(__name__)\napp.secret_key = 'dev'\n"
    )
    done = run("doctor", "bad:app", cwd=site)
    assert done.returncode == 1
    assert (
        "Problem: SECRET_KEY\n  The secret key is one that stands in documentation" in done.stdout
    )
    assert "Advice: SESSION_COOKIE_SECURE\n" in done.stdout
    assert done.stdout.index("Problem: ") < done.stdout.index("Advice: ")
    assert "dev" not in done.stdout.split("Problem: SECRET_KEY")[1].split("Advice")[0].replace(
        "development", ""
    )  # a key is never shown
    assert "Found: 1 problem and " in done.stdout
    assert done.stderr == ""
    good = run("doctor", "site_app:app", cwd=site, FLASKFAST_KERNELS=flaskfast.kernels.flavour)
    assert good.returncode == 0
    assert run("--app", "bad:app", "doctor", cwd=site).returncode == 1


# -- settings ----------------------------------------------------------------------------


def application(**config: Any) -> Flask:
    app = Flask("settings", static_folder=None)
    app.config.update(
        SECRET_KEY=KEY,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=["site.example"],
        MAX_CONTENT_LENGTH=1000,
    )
    app.config.update(config)
    return app


def test_good_settings_have_no_findings() -> None:
    assert list(settings_findings(application())) == []


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("DEBUG", True, "problem"),
        ("TESTING", True, "problem"),
        ("PROPAGATE_EXCEPTIONS", True, "advice"),
        ("SECRET_KEY", None, "advice"),
        ("SECRET_KEY", "dev", "problem"),
        ("SECRET_KEY", b'_5#y2L"F4Q8z\n\xec]/', "problem"),
        ("SECRET_KEY", "short", "problem"),
        ("SECRET_KEY", "abababababababababababab", "problem"),
        ("SECRET_KEY_FALLBACKS", ["changeme"], "problem"),
        ("SESSION_COOKIE_HTTPONLY", False, "problem"),
        ("SESSION_COOKIE_SECURE", False, "advice"),
        ("SESSION_COOKIE_SAMESITE", None, "advice"),
        ("TRUSTED_HOSTS", None, "advice"),
        ("MAX_CONTENT_LENGTH", None, "advice"),
        ("TEMPLATES_AUTO_RELOAD", True, "advice"),
        ("EXPLAIN_TEMPLATE_LOADING", True, "advice"),
    ],
)
def test_each_setting_is_told(name: str, value: object, level: str) -> None:
    (found,) = settings_findings(application(**{name: value}))
    assert found[:2] == (level, name)
    assert all(text.endswith((".", "'", NEW_KEY_END)) for text in found[2:])


NEW_KEY_END = "print(secrets.token_hex())'"


def test_a_session_of_another_kind_is_told() -> None:
    class Sessions(SecureCookieSessionInterface):
        pass

    app = application()
    app.session_interface = Sessions()
    (found,) = settings_findings(app)
    assert found[:2] == ("advice", "session_interface")
    assert _session(app).endswith("Sessions, opened for every request")
    assert _session(application()).endswith("opened when it is first touched")


@pytest.mark.parametrize(
    ("key", "is_weak"),
    [
        ("secret", True),
        (" Secret ", True),
        ("x" * 40, True),
        ("a1b2c3", True),
        (KEY, False),
        (KEY.encode(), False),
    ],
)
def test_keys(key: str | bytes, is_weak: bool) -> None:
    assert bool(weak(key)) is is_weak


# -- matching ----------------------------------------------------------------------------


def test_how_requests_are_matched() -> None:
    app = Flask("matching")
    assert matching(app) == "straight from the request"
    app.config["TRUSTED_HOSTS"] = ["a"]
    assert matching(app) == "by a URL adapter for each request, since TRUSTED_HOSTS is set"

    class Mine(Flask):
        url_map_class = WerkzeugMap  # type: ignore[assignment]

        def create_url_adapter(self, request: Any) -> Any:
            return super().create_url_adapter(request)

    other = Mine("matching", host_matching=True, static_folder=None)
    assert list(adapter_reasons(other)) == [
        "app.url_map is a werkzeug.routing.map.Map",
        "host_matching is on",
        "create_url_adapter is overridden",
    ]


def test_rules_that_take_the_longer_way_are_named(site: Path) -> None:
    write(site, "longer.py", """
        from site_app import app
        app.config["TRUSTED_HOSTS"] = None
        app.add_url_rule("/list/", "list", lambda page: "", defaults={"page": 1})
        app.add_url_rule("/list/<int:page>", "list")
        app.add_url_rule("/old", "old", redirect_to="/")
        """)  # fmt: skip
    facts = examined("longer:app", cwd=site)["facts"]["application"]
    assert facts["rules by adapter"] == (
        "2 that redirect, may have to, or are of websockets: /list/<int:page>, /old"
    )


def test_rules_that_need_a_regular_expression_are_named() -> None:
    class Odd(BaseConverter):
        regex = r"(?:ab|cd)+(?=x)x"

    class Built(Rule):
        def build(self, values: Any, append_unknown: bool = True) -> Any:
            return super().build(values, append_unknown)

    app = Flask("matching", static_folder=None)
    assert longer_ways(app) == {}
    app.url_map.converters["odd"] = Odd
    app.add_url_rule("/plain/<int:n>/<path:p>", "plain", view)
    app.add_url_rule("/odd/<odd:o>", "odd", view)
    app.url_map.add(Built("/built", endpoint="built"))
    assert longer_ways(app) == {
        "rules by regex": "1 with an argument that only a regular expression can tell: "
        "/odd/<odd:o>",
        "URLs by rule": "1 whose class builds URLs in its own way: /built",
    }


def view(**values: Any) -> str:
    return ""


@pytest.mark.skipif(flaskfast.kernels.flavour != "native", reason="of the compiled kernels")
def test_rules_that_no_table_can_hold_are_told(site: Path) -> None:
    write(site, "many.py", """
        from site_app import app
        app.config["TRUSTED_HOSTS"] = None
        app.add_url_rule("/many", "many", lambda: "", methods=[f"M{n}" for n in range(70)])
        """)  # fmt: skip
    found = examined("many:app", cwd=site)
    assert "more than 64 different methods" in found["facts"]["application"]["matching"]
    assert "url_map" in topics(found, "advice")


def test_a_table_is_not_refused_without_reason() -> None:
    assert refusal(Flask("matching")) is None
    assert refusal(Flask("matching", host_matching=True, static_folder=None)) is None


@pytest.mark.parametrize(
    ("machine", "features", "compiler", "expected"),
    [
        ("x86_64", ["sse2", "avx2"], "GCC 12.2.0", "SSE2, and AVX2 for long texts"),
        ("x86_64", ["sse2"], "GCC 12.2.0", "SSE2"),
        ("AMD64", ["sse2", "avx2"], "MSC v.1940", "SSE2"),
        ("aarch64", ["asimd"], "GCC 12.2.0", "NEON"),
        ("riscv64", [], "GCC 12.2.0", "none"),
    ],
)
def test_the_vector_instructions(
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    features: list[str],
    compiler: str,
    expected: str,
) -> None:
    monkeypatch.setattr("flaskfast.doctor.platform.machine", lambda: machine)
    monkeypatch.setattr("flaskfast.doctor.platform.python_compiler", lambda: compiler)
    monkeypatch.setattr("flaskfast.doctor._cpu_features", lambda: features)
    assert _vectors() == expected


def test_a_problem_is_not_healthy() -> None:
    assert Examination().healthy
