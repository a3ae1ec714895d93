"""importlib.metadata answers for Flask with the version that flaskfast behaves as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flaskfast._version import FLASK_VERSION
from flaskfast.dropin import finder

from .environments import INSTALL, Environment

pytestmark = pytest.mark.flavourless

Execute = Callable[..., str]


def test_the_directory_is_of_the_version_we_state() -> None:
    directory = Path(finder.DIST_INFO)
    assert directory.name == f"flask-{FLASK_VERSION}.dist-info"
    assert f"\nVersion: {FLASK_VERSION}\n" in (directory / "METADATA").read_text()


def test_version_and_distribution(execute: Execute) -> None:
    execute(f"""
    from importlib import metadata
    for name in ("flask", "Flask", "FLASK"):
        assert metadata.version(name) == {FLASK_VERSION!r}
    found = metadata.distribution("flask")
    assert found.metadata["Name"] == "Flask" and found.version == {FLASK_VERSION!r}
    assert "flaskfast" in found.metadata["Summary"]
    assert set(metadata.packages_distributions()["flask"]) == {{"Flask"}}
    import warnings
    warnings.simplefilter("ignore")
    import flask
    assert flask.__version__ == metadata.version("flask")
    """)


def test_an_other_version_installed_does_not_show(environment: Environment, tmp_path: Path) -> None:
    """Extensions choose their code by the version: it must be that of what they import."""
    other = tmp_path / "packages" / "flask-2.0.0.dist-info"
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: Flask\nVersion: 2.0.0\n")
    ask = f"""
    import sys
    sys.path.insert(0, {str(other.parent)!r})
    from importlib import metadata
    assert metadata.version("flask") == {FLASK_VERSION!r}, metadata.version("flask")
    """
    environment.execute(ask, cwd=tmp_path, launched=True)
    environment.execute(INSTALL, ask, cwd=tmp_path)


def test_other_distributions_are_not_touched(execute: Execute) -> None:
    execute("""
    from importlib import metadata
    assert metadata.version("Werkzeug") and metadata.version("gunicorn")
    names = {d.metadata["Name"].lower() for d in metadata.distributions()}
    assert {"flask", "werkzeug", "wrapt", "celery"} <= names
    for missing in ("flask-nonesuch", "flas", "flaskk"):
        try:
            metadata.version(missing)
        except metadata.PackageNotFoundError:
            pass
        else:
            raise AssertionError(missing)
    """)


def test_a_certain_directory_is_answered_for_by_itself(
    execute: Execute, environment_and_way: tuple[Environment, str], tmp_path: Path
) -> None:
    environment, _ = environment_and_way
    (packages,) = environment.directory.glob("lib/*/site-packages")
    empty = tmp_path / "empty"
    empty.mkdir()
    out = execute(f"""
    from importlib import metadata
    for directory in ({str(empty)!r}, {str(packages)!r}):
        print(*[d.version for d in metadata.distributions(name="flask", path=[directory])], "-")
    """)
    assert out == ("-\n3.1.3 -\n" if environment.genuine else "-\n-\n")


def test_entry_points(execute: Execute, tmp_path: Path) -> None:
    extension = tmp_path / "mine-1.0.dist-info"
    extension.mkdir()
    (extension / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (extension / "entry_points.txt").write_text("[flask.commands]\nmine = mine:command\n")
    (tmp_path / "mine.py").write_text(
        "import click, flask.cli\n"
        "command = click.Command('mine', callback=flask.cli.with_appcontext(lambda: None))\n"
    )
    execute("""
    import sys
    from importlib import metadata
    (found,) = metadata.entry_points(group="flask.commands", name="mine")
    import flask.cli, flaskfast.cli
    assert found.load().name == "mine"
    assert "mine" in flaskfast.cli.FlaskGroup().list_commands(flask.cli.click.Context(
        flaskfast.cli.cli, obj=flask.cli.ScriptInfo(create_app=lambda: flask.Flask("x"))))
    flask_script = [e for e in metadata.entry_points(group="console_scripts", name="flask")]
    assert [e.value for e in flask_script] == ["flask.cli:main"]
    assert metadata.entry_points(group="console_scripts", name="gunicorn")
    """)


def test_the_backport_agrees(execute: Execute) -> None:
    execute(f"""
    import importlib_metadata
    assert importlib_metadata.version("flask") == {FLASK_VERSION!r}
    assert importlib_metadata.distribution("Flask").metadata["Name"] == "Flask"
    assert importlib_metadata.version("werkzeug")
    assert importlib_metadata.entry_points(group="console_scripts", name="flask")
    """)


def test_requirements_are_those_of_genuine_flask(genuine: Environment, tmp_path: Path) -> None:
    ask = """
    from importlib import metadata
    for line in sorted(r.replace(" ; ", "; ") for r in metadata.requires("flask")):
        if "python_version" not in line:  # flaskfast needs a newer one than these are for
            print(line)
    """
    expected = genuine.execute(ask, cwd=tmp_path)
    assert "werkzeug" in expected
    assert genuine.execute(ask, cwd=tmp_path, launched=True) == expected


def test_asking_does_not_import_flaskfast(environment: Environment, tmp_path: Path) -> None:
    environment.execute(
        """
        import sys
        from importlib import metadata
        metadata.version("flask"), list(metadata.distributions())
        assert "flaskfast" not in sys.modules and "flask" not in sys.modules
        """,
        cwd=tmp_path,
        launched=True,
    )
