"""`import flask` and `import flask.X` give flaskfast's modules, unchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .environments import INSTALL, Environment

pytestmark = pytest.mark.flavourless

# Flask 3.1.3's modules.
FLASKS_MODULES = (
    "flask", "flask.__main__", "flask.app", "flask.blueprints", "flask.cli", "flask.config",
    "flask.ctx", "flask.debughelpers", "flask.globals", "flask.helpers", "flask.json",
    "flask.json.provider", "flask.json.tag", "flask.logging", "flask.sansio",
    "flask.sansio.app", "flask.sansio.blueprints", "flask.sansio.scaffold", "flask.sessions",
    "flask.signals", "flask.templating", "flask.testing", "flask.typing", "flask.views",
    "flask.wrappers",
)  # fmt: skip

Execute = Callable[..., str]


def test_the_names_are_those_of_genuine_flask(genuine: Environment, tmp_path: Path) -> None:
    code = """
    import pkgutil, flask, flask.sansio
    names = {m.name for m in pkgutil.walk_packages(flask.__path__, "flask.")}
    names |= {m.name for m in pkgutil.walk_packages(flask.sansio.__path__, "flask.sansio.")}
    print(*sorted(names | {"flask", "flask.sansio"}))
    """
    assert genuine.execute(code, cwd=tmp_path).split() == sorted(FLASKS_MODULES)


def test_every_module_is_flaskfasts_own_object(execute: Execute) -> None:
    names = [name for name in FLASKS_MODULES if name != "flask.__main__"]
    execute(f"""
    import importlib, sys
    for name in {names!r}:
        module = importlib.import_module(name)
        ours = importlib.import_module("flaskfast" + name[len("flask"):])
        assert module is ours is sys.modules[name], name
        assert not any(part == "site-packages" for part in (ours.__file__ or "").split("/"))
    import flask, flaskfast
    assert flask is flaskfast
    from flask import Flask, json
    import flask.json.tag as tag
    assert Flask is flaskfast.Flask and json is flaskfast.json and tag is flaskfast.json.tag
    assert isinstance(flask.current_app._get_current_object, object)
    """)


def test_every_public_module_of_flaskfast_has_its_flask_name(execute: Execute) -> None:
    out = execute("""
    import importlib, pkgutil, sys
    import flaskfast
    count = 0
    for info in pkgutil.walk_packages(flaskfast.__path__, "flaskfast."):
        if any(part.startswith("_") for part in info.name.split(".")):
            continue
        ours = importlib.import_module(info.name)
        assert importlib.import_module(info.name.replace("flaskfast", "flask", 1)) is ours
        count += 1
    print(count)
    """)
    assert int(out) >= 24


def test_what_modules_say_of_themselves_stays(environment: Environment, tmp_path: Path) -> None:
    state = """
    import importlib, sys
    for name in sorted(n for n in sys.modules if n.split(".")[0] == "flaskfast"):
        if "dropin" in name:
            continue
        v = vars(sys.modules[name])
        spec = v["__spec__"]
        print(name, v["__name__"], v["__package__"], v.get("__file__"), v.get("__cached__"),
              list(v.get("__path__", [])), type(v["__loader__"]).__name__, type(spec).__name__,
              spec.name, spec.origin, spec.parent, spec.loader is v["__loader__"],
              getattr(spec, "_initializing", False))
    """
    alone = environment.execute("import flaskfast, flaskfast.testing", state, cwd=tmp_path)
    imports = "import flask, flask.testing, flask.json.tag, flask.sansio.app"
    for aliased in (
        environment.execute(imports, state, cwd=tmp_path, launched=True),
        environment.execute(INSTALL, imports, state, cwd=tmp_path),
    ):
        assert aliased == alone


def test_a_name_without_counterpart_is_not_found(execute: Execute) -> None:
    execute("""
    for name in ("flask.nonesuch", "flask.json.nonesuch", "flask.ext.login", "flask.app.x"):
        try:
            __import__(name)
        except ModuleNotFoundError as error:
            wanted = "flask.ext" if name == "flask.ext.login" else name
            assert error.name == wanted, error.name
            assert f"No module named {wanted!r}" in str(error), error
        else:
            raise AssertionError(name)
    from flask import Flask
    try:
        from flask import nonesuch
    except ImportError as error:
        assert "nonesuch" in str(error)
    """)


def test_no_name_of_flask_is_left_to_other_finders(execute: Execute, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "flask"
    elsewhere.mkdir(parents=True)
    for name in ("__init__", "app", "extra"):
        (elsewhere / f"{name}.py").write_text("raise AssertionError(__name__)")
    execute(f"""
    import sys
    from importlib.machinery import PathFinder

    class Editable:  # as an editable installation of genuine Flask has it
        def find_spec(self, name, path=None, target=None):
            if name == "flask":
                return PathFinder.find_spec(name, [{str(elsewhere.parent)!r}])
            if name.startswith("flask."):
                return PathFinder.find_spec(name, [{str(elsewhere)!r}])

    class Blocker:
        def find_spec(self, name, path=None, target=None):
            if name.partition(".")[0] == "flask":
                raise ImportError("genuine Flask was looked for")

    sys.path.insert(0, {str(elsewhere.parent)!r})
    sys.meta_path[1:1] = [Editable(), Blocker()]
    sys.meta_path.append(Editable())
    import flask, flask.app, flask.testing
    assert flask.app.__name__ == "flaskfast.app"
    try:
        import flask.extra
    except ModuleNotFoundError as error:
        assert error.name == "flask.extra"
    else:
        raise AssertionError
    """)


def test_names_that_only_begin_alike_are_left_alone(execute: Execute, tmp_path: Path) -> None:
    (tmp_path / "flask_mine.py").write_text("name = __name__")
    (tmp_path / "flaskless").mkdir()
    (tmp_path / "flaskless" / "__init__.py").touch()
    execute("""
    import flask_mine, flaskless
    assert flask_mine.__spec__.name == "flask_mine" and flaskless.__spec__.name == "flaskless"
    """)


def test_the_finder_stands_first_and_once(execute: Execute) -> None:
    execute("""
    import sys
    kinds = [type(finder).__name__ for finder in sys.meta_path]
    assert kinds[0] == "FlaskFinder" and kinds.count("FlaskFinder") == 1, kinds
    before = list(sys.meta_path)
    import flask, flask.views
    from flaskfast import dropin, install_as_flask
    assert install_as_flask() is None and dropin.install() is None
    assert sys.meta_path == before and dropin.is_installed()
    class Other:
        pass
    sys.meta_path.insert(0, other := Other())
    dropin.install()
    assert sys.meta_path == [before[0], other, *before[1:]]
    """)


def test_genuine_flask_already_imported_is_an_error(genuine: Environment, tmp_path: Path) -> None:
    out = genuine.execute(
        """
        import sys
        import flask
        import flaskfast
        before = list(sys.meta_path)
        for drop in (set(), {"flask"}):
            for name in drop:
                del sys.modules[name]
            try:
                flaskfast.install_as_flask()
            except RuntimeError as error:
                assert type(error) is flaskfast.dropin.FlaskAlreadyImported
                print(error)
            else:
                raise AssertionError
        assert sys.meta_path == before and not flaskfast.dropin.is_installed()
        assert "flask.app" in sys.modules
        """,
        cwd=tmp_path,
    )
    whole, part = out.splitlines()
    assert "flask is imported already, from " in whole and "/flask/__init__.py" in whole
    assert "flask.app" in part or "flask." in part
    for line in (whole, part):
        assert "flaskfast.install_as_flask()" in line and "flaskfast exec" in line


def test_a_stub_in_flasks_place_is_an_error(plain: Environment, tmp_path: Path) -> None:
    plain.execute(
        """
        import sys, types
        sys.modules["flask"] = types.ModuleType("flask")
        import flaskfast
        try:
            flaskfast.install_as_flask()
        except RuntimeError as error:
            assert "flask is imported already, from no file" in str(error)
        else:
            raise AssertionError
        """,
        cwd=tmp_path,
    )


def test_none_in_flasks_place_blocks_the_genuine_one_only(
    environment: Environment, tmp_path: Path
) -> None:
    environment.execute(
        """
        import sys
        sys.modules["flask"] = sys.modules["flask.app"] = None
        import flaskfast
        flaskfast.install_as_flask()
        import flask, flask.app
        assert flask is flaskfast and flask.app is flaskfast.app
        """,
        cwd=tmp_path,
    )


def test_flaskfast_in_flasks_place_is_no_error(environment: Environment, tmp_path: Path) -> None:
    environment.execute(
        """
        import sys, flaskfast
        sys.modules["flask"] = flaskfast
        flaskfast.install_as_flask()
        import flask.app
        assert flask.app is flaskfast.app
        """,
        cwd=tmp_path,
    )


def test_uninstall_gives_the_name_back(
    execute: Execute, environment_and_way: tuple[Environment, str]
) -> None:
    environment, _ = environment_and_way
    out = execute("""
    import sys
    import flask, flask.views
    first = flask
    from flaskfast import dropin
    dropin.uninstall()
    dropin.uninstall()
    assert not dropin.is_installed()
    assert not [n for n in sys.modules if n.split(".")[0] == "flask"]
    try:
        import flask
    except ModuleNotFoundError:
        print("none")
    else:
        import flask.app
        print(flask.__name__, flask.app.__name__)
        raise SystemExit
    dropin.install()
    import flask
    assert flask is first
    """)
    assert out == ("flask flask.app\n" if environment.genuine else "none\n")


def test_find_spec_finds_without_importing(execute: Execute) -> None:
    execute("""
    import importlib.util, sys
    ours = [n for n in sys.modules if n.startswith("flaskfast.dropin")]
    spec = importlib.util.find_spec("flask")
    real = importlib.util.find_spec("flaskfast")
    assert "flask" not in sys.modules
    assert ours or "flaskfast" not in sys.modules
    assert spec.name == "flask" and spec.origin == real.origin and spec.has_location
    assert spec.submodule_search_locations == real.submodule_search_locations
    assert spec.cached == real.cached
    sub = importlib.util.find_spec("flask.views")
    assert sub.name == "flask.views" and sub.parent == "flask" and sub.origin.endswith("views.py")
    assert sub.submodule_search_locations is None
    import flask
    assert importlib.util.find_spec("flask") is flask.__spec__
    """)


def test_a_module_made_from_the_spec_by_hand(execute: Execute) -> None:
    execute("""
    import importlib.util
    spec = importlib.util.find_spec("flask.views")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    import flaskfast.views
    assert module is flaskfast.views and module.__spec__.name == "flaskfast.views"
    """)


def test_reload(execute: Execute) -> None:
    execute("""
    import importlib, sys
    import flask.views, flask.signals
    view = flask.views.View
    assert importlib.reload(flask.views) is flask.views is sys.modules["flask.views"]
    assert flask.views.View is not view
    assert flask.views.__name__ == flask.views.__spec__.name == "flaskfast.views"
    importlib.reload(flask)
    import flaskfast
    assert flask is flaskfast
    """)


def test_sources_and_resources(execute: Execute) -> None:
    execute("""
    import importlib.resources, importlib.util, inspect, pkgutil
    assert pkgutil.get_data("flask", "py.typed") is not None
    spec = importlib.util.find_spec("flask.views")
    assert "class MethodView" in spec.loader.get_source("flask.views")
    assert spec.loader.get_code("flask.views").co_filename == spec.origin
    assert spec.loader.get_filename("flask.views") == spec.origin == spec.loader.path
    assert not spec.loader.is_package("flask.views")
    assert b"class View" in spec.loader.get_data(spec.origin)
    import flask, flask.views
    assert "class MethodView" in inspect.getsource(flask.views)
    assert inspect.getsource(flask.views.View.as_view).lstrip().startswith("@classmethod")
    assert inspect.getmodule(flask.views.View) is flask.views
    assert importlib.resources.files("flask").joinpath("py.typed").is_file()
    assert importlib.resources.files("flask.json").joinpath("tag.py").is_file()
    assert "views" in {m.name for m in pkgutil.iter_modules(flask.__path__)}
    assert pkgutil.resolve_name("flask.views:MethodView") is flask.views.MethodView
    """)


def test_mock_patches_what_flaskfast_runs(execute: Execute) -> None:
    execute("""
    from unittest import mock
    from flask import Flask, render_template_string
    app = Flask(__name__)
    with app.app_context(), mock.patch("flask.templating._render", return_value="patched"):
        assert render_template_string("text") == "patched"
    with app.app_context():
        assert render_template_string("text") == "text"
    """)


def test_pickles_of_genuine_flask_are_read(
    execute: Execute, genuine: Environment, tmp_path: Path
) -> None:
    genuine.execute(
        """
        import pickle
        from flask import Config
        with open("genuine.pickle", "wb") as file:
            pickle.dump(Config("/root", {"A": 1}), file)
        """,
        cwd=tmp_path,
    )
    assert b"flask.config" in (tmp_path / "genuine.pickle").read_bytes()
    execute("""
    import pickle
    with open("genuine.pickle", "rb") as file:
        config = pickle.load(file)
    import flask
    assert type(config) is flask.Config and config == {"A": 1} and config.root_path == "/root"
    again = pickle.dumps(config)
    assert b"flaskfast.config" in again  # ours name our own module
    assert pickle.loads(again).root_path == "/root"
    """)


@pytest.mark.parametrize("command", [["-m", "flask"], ["-m", "flaskfast"]])
def test_running_the_package(environment: Environment, tmp_path: Path, command: list[str]) -> None:
    done = environment.run(environment.python, *command, "--version", cwd=tmp_path, launched=True)
    assert done.returncode == 0, done.stderr
    assert "flaskfast" in done.stdout


def test_runpy(execute: Execute) -> None:
    out = execute("""
    import runpy, sys
    sys.argv[1:] = ["--help"]
    try:
        runpy.run_module("flask", run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        print("stopped with", stop.code)
    """)
    assert "Usage: python -m flask " in out and "stopped with 0" in out


def test_threads_that_import_first_all_get_the_same(execute: Execute) -> None:
    execute("""
    import sys, threading
    statements = ["import flask; from flask import Flask, g; assert flask.Flask is Flask",
                  "from flask import Flask", "from flask import json", "import flask.app",
                  "import flask.views", "from flask.sansio.app import App",
                  "from flask.json.tag import TaggedJSONSerializer"] * 3
    barrier, errors = threading.Barrier(len(statements)), []
    def imports(statement):
        barrier.wait()
        try:
            exec(statement, {})
        except BaseException as error:
            errors.append((statement, error))
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=imports, args=(s,)) for s in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "flask":
            own = "flaskfast" + name[len("flask"):]
            assert module is sys.modules[own]
            assert module.__name__ == module.__spec__.name == own
    """)


def test_a_lazy_loader_around_ours(execute: Execute) -> None:
    execute("""
    import importlib.util, sys
    spec = importlib.util.find_spec("flask.views")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["flask.views"] = module
    spec.loader.exec_module(module)
    assert module.MethodView.__name__ == "MethodView"
    import flaskfast.views
    assert module is flaskfast.views and module.__spec__.name == module.__name__
    """)
