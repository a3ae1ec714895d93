"""How the command line finds an application: by file, by module, by name, by call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import flaskfast
from flaskfast import Flask, cli

MakeModule = Callable[..., ModuleType]


@pytest.fixture(autouse=True)
def _interpreter_as_before() -> Iterator[None]:
    environ, path, modules = dict(os.environ), sys.path[:], set(sys.modules)
    yield
    os.environ.clear()
    os.environ.update(environ)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.startswith("site_"):
            del sys.modules[name]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Write a file of the site; its folder is the current directory."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


def module(**names: object) -> ModuleType:
    made = ModuleType("site_made")
    vars(made).update(names)
    return made


# -- what a module holds -----------------------------------------------------------------


def test_the_usual_name_wins_over_other_apps() -> None:
    app, other = Flask("one"), Flask("two")
    assert cli.find_best_app(module(other=other, app=app)) is app
    assert cli.find_best_app(module(other=other, application=app)) is app


def test_an_only_app_is_found_by_any_name() -> None:
    app = Flask("one")
    assert cli.find_best_app(module(number=1, site=app)) is app


def test_an_app_wins_over_a_factory() -> None:
    app = Flask("one")
    assert cli.find_best_app(module(site=app, create_app=lambda: Flask("two"))) is app


@pytest.mark.parametrize("name", ["create_app", "make_app"])
def test_a_factory_is_called(name: str) -> None:
    assert cli.find_best_app(module(**{name: lambda debug=False: Flask("made")})).name == "made"


def test_a_factory_that_makes_no_app_is_passed_over() -> None:
    names = {"create_app": lambda: None, "make_app": lambda: Flask("made")}
    assert cli.find_best_app(module(**names)).name == "made"


def test_several_apps_are_named_in_the_error() -> None:
    with pytest.raises(cli.NoAppException) as caught:
        cli.find_best_app(module(shop=Flask("one"), admin=Flask("two")))
    message = caught.value.format_message()
    assert "admin, shop" in message
    assert "--app site_made:admin" in message


def test_a_factory_that_wants_arguments_is_named_in_the_error() -> None:
    def create_app(stage: str) -> Flask:
        return Flask(stage)

    with pytest.raises(cli.NoAppException, match="'create_app' in module 'site_made'") as caught:
        cli.find_best_app(module(create_app=create_app))
    assert isinstance(caught.value.__cause__, TypeError)


def test_a_type_error_of_the_factory_itself_comes_through() -> None:
    def create_app() -> Flask:
        raise TypeError("from inside")

    with pytest.raises(TypeError, match="from inside"):
        cli.find_best_app(module(create_app=create_app))


def test_nothing_found_says_how_to_name_it() -> None:
    with pytest.raises(cli.NoAppException, match="--app site_made:name"):
        cli.find_best_app(module(app="not an app"))


def test_an_app_of_the_genuine_flask_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    class Genuine:
        pass

    genuine = ModuleType("flask")
    vars(genuine)["Flask"] = Genuine
    monkeypatch.setitem(sys.modules, "flask", genuine)
    for lookup in (
        lambda: cli.find_best_app(module(app=Genuine())),
        lambda: cli.find_best_app(module(create_app=lambda: Genuine())),
        lambda: cli.find_app_by_string(module(app=Genuine()), "app"),
    ):
        with pytest.raises(cli.NoAppException, match=r"genuine Flask.*flaskfast exec"):
            lookup()
    with pytest.raises(cli.NoAppException) as caught:
        cli.find_best_app(module(app=object()))
    assert "genuine" not in caught.value.format_message()


def test_a_replaced_flask_class_is_the_one_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Instrumented(Flask):
        pass

    monkeypatch.setattr(flaskfast, "Flask", Instrumented)
    app = Instrumented("one")
    assert cli.find_best_app(module(plain=Flask("two"), site=app)) is app


# -- what a name says --------------------------------------------------------------------


def create_app(*args: object, **kwargs: object) -> Flask:
    app = Flask("made")
    app.config["GIVEN"] = (args, kwargs)
    return app


@pytest.mark.parametrize(
    ("text", "args", "kwargs"),
    [
        ("create_app", (), {}),
        (" create_app () ", (), {}),
        ("create_app('dev', 2, )", ("dev", 2), {}),
        (
            "create_app(stage='dev', hosts=['a', ('b', None)])",
            (),
            {"stage": "dev", "hosts": ["a", ("b", None)]},
        ),
        ("create_app(-1.5, {'a': {1, 2}}, b'x')", (-1.5, {"a": {1, 2}}, b"x"), {}),
        ("create_app(**{'stage': 'dev'})", (), {"stage": "dev"}),
    ],
)
def test_a_call_gets_its_literals(text: str, args: object, kwargs: object) -> None:
    app = cli.find_app_by_string(module(create_app=create_app), text)
    assert app.config["GIVEN"] == (args, kwargs)


def test_a_name_gives_the_app_itself() -> None:
    app = Flask("one")
    assert cli.find_app_by_string(module(site=app), " site ") is app


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "neither a name nor a call"),
        ("create_app(", "neither a name nor a call"),
        ("create_app; import os", "neither a name nor a call"),
        ("a.b", "neither a name nor a call"),
        ("1", "neither a name nor a call"),
        ("create\0app", "neither a name nor a call"),
        ("package.create_app()", "plain name"),
        ("create_app()()", "plain name"),
        ("create_app(os.environ)", "not all literals"),
        ("create_app(f'{1}')", "not all literals"),
        ("create_app({[]: 1})", "not all literals"),
        ("create_app(*[1])", "not all literals"),
        ("create_app(**1)", "not all literals"),
        ("missing", "has no attribute 'missing'"),
        ("missing()", "has no attribute 'missing'"),
        ("number", "is a int, not a Flask application"),
        ("nothing()", "is a NoneType, not a Flask application"),
        ("picky(1, 2)", r"signature is 'picky\(stage\)'"),
    ],
)
def test_other_text_is_refused(text: str, complaint: str) -> None:
    def picky(stage):  # type: ignore[no-untyped-def]
        return Flask("made")

    names = {"create_app": create_app, "number": 1, "nothing": lambda: None, "picky": picky}
    with pytest.raises(cli.NoAppException, match=complaint):
        cli.find_app_by_string(module(**names), text)


# -- files and modules -------------------------------------------------------------------


def test_prepare_import_names_the_module_and_extends_the_path(
    site: Callable[[str, str], Path], tmp_path: Path
) -> None:
    site("site_pkg/__init__.py", "")
    site("site_pkg/inner/__init__.py", "")
    for path, name, folder in [
        ("site_one", "site_one", "."),
        ("site_one.py", "site_one", "."),
        ("deep/site_one.py", "site_one", "deep"),
        ("site_pkg", "site_pkg", "."),
        ("site_pkg/__init__.py", "site_pkg", "."),
        ("site_pkg/inner/views.py", "site_pkg.inner.views", "."),
        ("site_pkg/inner/__init__", "site_pkg.inner", "."),
        ("site_pkg.inner", "site_pkg.inner", "."),
    ]:
        sys.path.insert(0, "elsewhere")
        assert cli.prepare_import(path) == name
        assert sys.path[0] == os.path.realpath(tmp_path / folder)

    length = len(sys.path)
    cli.prepare_import("site_one")
    assert len(sys.path) == length


def test_the_name_follows_the_last_colon_that_can_part_it(
    site: Callable[[str, str], Path],
) -> None:
    path = site("site_files.py", "from flaskfast import Flask\na = Flask('a')\nb = Flask('b')\n")
    for import_path in ("site_files:b", "site_files.py:b", f"{path}:b"):
        assert cli.ScriptInfo(import_path).load_app().name == "b"


def test_a_drive_letter_is_no_module() -> None:
    assert cli.split_import_path(r"C:\site\app.py:create_app(':')") == (
        r"C:\site\app.py",
        "create_app(':')",
    )
    assert cli.split_import_path("C:/site/app.py") == ("C:/site/app.py", None)
    assert cli.split_import_path("app") == ("app", None)


def test_a_missing_module(site: Callable[[str, str], Path], tmp_path: Path) -> None:
    with pytest.raises(cli.NoAppException, match="Could not import 'site_missing'") as caught:
        cli.ScriptInfo("site_missing").load_app()
    assert str(tmp_path) in caught.value.format_message()
    assert cli.locate_app("site_missing", None, raise_if_not_found=False) is None


def test_an_import_error_inside_the_module_shows_where(
    site: Callable[[str, str], Path],
) -> None:
    site("site_broken.py", "def load():\n    import site_missing\nload()\n")
    for raise_if_not_found in (True, False):
        with pytest.raises(cli.NoAppException) as caught:
            cli.prepare_import("site_broken")
            cli.locate_app("site_broken", None, raise_if_not_found)  # type: ignore[call-overload]
        message = caught.value.format_message()
        assert "in load" in message
        assert "No module named 'site_missing'" in message


def test_another_error_of_the_module_comes_through(site: Callable[[str, str], Path]) -> None:
    site("site_broken.py", "1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        cli.ScriptInfo("site_broken").load_app()


def test_wsgi_is_tried_before_app(site: Callable[[str, str], Path]) -> None:
    for name in ("wsgi", "app"):
        sys.modules.pop(name, None)
    try:
        site("app.py", "from flaskfast import Flask\napp = Flask('from app')\n")
        assert cli.ScriptInfo().load_app().name == "from app"
        site("wsgi.py", "from flaskfast import Flask\napp = Flask('from wsgi')\n")
        assert cli.ScriptInfo().load_app().name == "from wsgi"
    finally:
        for name in ("wsgi", "app"):
            sys.modules.pop(name, None)


def test_nothing_to_load_says_how_to_name_it(site: Callable[[str, str], Path]) -> None:
    with pytest.raises(cli.NoAppException, match=r"--app.*FLASK_APP.*wsgi\.py or app\.py"):
        cli.ScriptInfo().load_app()


# -- what ScriptInfo keeps ---------------------------------------------------------------


def test_an_app_is_loaded_once() -> None:
    info = cli.ScriptInfo(create_app=lambda: Flask("made"))
    assert info.load_app() is info.load_app()


@pytest.mark.parametrize(("value", "debug"), [("1", True), ("0", False), (None, False)])
def test_the_debug_flag_comes_from_the_environment(value: str | None, debug: bool) -> None:
    os.environ.pop("FLASK_DEBUG", None)
    if value is not None:
        os.environ["FLASK_DEBUG"] = value

    def create_app() -> Flask:
        app = Flask("made")
        app.debug = not debug
        return app

    assert cli.ScriptInfo(create_app=create_app).load_app().debug is debug
    left = cli.ScriptInfo(create_app=create_app, set_debug_flag=False).load_app()
    assert left.debug is not debug


@pytest.mark.parametrize(
    ("variable", "asked", "wanted"),
    [(None, True, True), (None, False, False), ("1", True, False), ("0", False, True)],
)
def test_the_environment_can_skip_dotenv(variable: str | None, asked: bool, wanted: bool) -> None:
    os.environ.pop("FLASK_SKIP_DOTENV", None)
    if variable is not None:
        os.environ["FLASK_SKIP_DOTENV"] = variable
    assert cli.ScriptInfo(load_dotenv_defaults=asked).load_dotenv_defaults is wanted


def test_replacements_in_the_cli_module_take_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask("made")
    monkeypatch.setattr(cli, "prepare_import", lambda path: f"prepared {path}")
    monkeypatch.setattr(cli, "locate_app", lambda module, name: (module, name) and app)
    monkeypatch.setattr(cli, "get_debug_flag", lambda: True)
    assert cli.ScriptInfo("anything").load_app() is app
    assert app.debug
    monkeypatch.undo()
    monkeypatch.setattr(cli, "find_best_app", lambda module: module)
    assert cli.locate_app("os", None) is os
    monkeypatch.setattr(cli, "find_app_by_string", lambda module, name: (module, name))
    assert cli.locate_app("os", "name") == (os, "name")
