"""What starting an application does not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import flaskfast

SERVED = """
import sys
import flaskfast

app = flaskfast.Flask("served")
pages = flaskfast.Blueprint("pages", "served")
pages.get("/")(lambda: "page")
app.register_blueprint(pages, url_prefix="/pages")
environ = {
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/pages/", "QUERY_STRING": "",
    "SERVER_NAME": "served.example", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
}
assert b"".join(app(environ, lambda *a: None)) == b"page"
loaded = {"click", "flaskfast.cli"} & set(sys.modules)
assert not loaded, loaded
assert flaskfast.cli.AppGroup is type(app.cli)
assert flaskfast.cli is sys.modules["flaskfast.cli"]
from flaskfast import cli
assert cli is flaskfast.cli
assert flaskfast.app.cli is cli
assert flaskfast.app.click is sys.modules["click"]
assert flaskfast.blueprints.AppGroup is cli.AppGroup
for module in (flaskfast, flaskfast.app, flaskfast.blueprints):
    assert not hasattr(module, "nonsense")
"""


def test_a_worker_loads_no_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("make", [flaskfast.Flask, lambda name: flaskfast.Blueprint(name, name)])
def test_commands_are_one_group_named_as_their_owner(make: object) -> None:
    owner = make("shop")  # type: ignore[operator]
    assert "cli" not in vars(owner)
    group = owner.cli
    assert isinstance(group, flaskfast.cli.AppGroup)
    assert group.name == "shop"
    assert owner.cli is group
    owner.cli = mine = flaskfast.cli.AppGroup("mine")
    assert owner.cli is mine


def test_a_blueprint_without_commands_adds_none_and_with_some_its_group() -> None:
    app = flaskfast.Flask("shop")
    app.register_blueprint(flaskfast.Blueprint("quiet", "shop"))
    assert not app.cli.commands
    talking = flaskfast.Blueprint("talking", "shop")
    talking.cli.command("say")(lambda: None)
    app.register_blueprint(talking)
    assert list(app.cli.commands) == ["talking"]


def test_a_blueprints_class_may_bring_its_own_commands() -> None:
    class Owned(flaskfast.Blueprint):
        cli = flaskfast.cli.AppGroup("owned")  # type: ignore[assignment]

    Owned.cli.command("say")(lambda: None)
    app = flaskfast.Flask("shop")
    app.register_blueprint(Owned("owned", "shop"))
    assert list(app.cli.commands) == ["owned"]
