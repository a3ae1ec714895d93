"""Configuration: where settings come from, and what a bad source gets."""

from __future__ import annotations

import copy
import errno
import json
import os
import pickle
import sys
import types
from datetime import timedelta

import pytest

import flaskfast
from flaskfast.config import Config, ConfigAttribute


@pytest.fixture
def config(tmp_path):
    return Config(tmp_path, {"KEPT": True})


def settings(config):
    """What was loaded, beside the default."""
    return {key: value for key, value in config.items() if key != "KEPT"}


def test_config_is_a_dict(config, tmp_path):
    assert isinstance(config, dict)
    assert config == {"KEPT": True}
    assert config.root_path == tmp_path
    assert repr(config) == "<Config {'KEPT': True}>"
    assert Config("/") == {}


def test_defaults_are_copied():
    defaults = {"A": 1}
    Config("/", defaults)["A"] = 2
    assert defaults == {"A": 1}


@pytest.mark.parametrize("duplicate", [copy.copy, lambda c: pickle.loads(pickle.dumps(c))])
def test_config_can_be_copied(config, tmp_path, duplicate):
    other = duplicate(config)
    assert type(other) is Config
    assert (other, other.root_path) == (config, tmp_path)
    other["A"] = 1
    assert "A" not in config


# --- Mappings and objects -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ({"A": 1, "lower": 2, "Mixed": 3, "B_2": 4},),
        ([("A", 1), ("lower", 2), ("B_2", 4)],),
        (types.MappingProxyType({"A": 1, "B_2": 4}),),
    ],
)
def test_mapping(config, args):
    assert config.from_mapping(*args) is True
    assert settings(config) == {"A": 1, "B_2": 4}


def test_mapping_and_keyword_arguments(config):
    assert config.from_mapping({"A": 1, "B": 1}, B=2, c=3) is True
    assert settings(config) == {"A": 1, "B": 2}
    assert config.from_mapping() is True
    assert config.from_mapping(None) is True


@pytest.mark.parametrize(
    ("mapping", "error", "message"),
    [
        ([1, 2], TypeError, "must be a mapping of names to values, got list"),
        (5, TypeError, "must be a mapping of names to values, got int"),
        ("text", ValueError, "must be a mapping of names to values, got str"),
        ({1: 2}, AttributeError, "key 1 is of type int, not a string"),
    ],
)
def test_bad_mapping(config, mapping, error, message):
    with pytest.raises(error, match=message):
        config.from_mapping(mapping)


def test_two_mappings_are_refused(config):
    with pytest.raises(TypeError):
        config.from_mapping({}, {})


class Base:
    A = 1
    lower = 2


class Settings(Base):
    B = 2

    @property
    def C(self):
        return self.B + 1


def test_object(config):
    config.from_object(Settings())
    assert settings(config) == {"A": 1, "B": 2, "C": 3}


def test_class(config):
    config.from_object(Settings)
    assert settings(config) == {"A": 1, "B": 2, "C": Settings.C}


def test_module_by_name(config, monkeypatch):
    module = types.ModuleType("some_settings")
    module.A, module.lower = 1, 2
    monkeypatch.setitem(sys.modules, "some_settings", module)
    config.from_object("some_settings")
    assert settings(config) == {"A": 1}

    with pytest.raises(ImportError, match="no_such_settings"):
        config.from_object("no_such_settings")


def test_subclass_sees_every_setting():
    class Recording(Config):
        def __setitem__(self, key, value):
            super().__setitem__(key, f"seen {value}")

    config = Recording("/")
    config.from_mapping(A=1)
    config.from_object(Base)
    assert config == {"A": "seen 1"}


# --- Python files -------------------------------------------------------------------------------


def write(tmp_path, text, name="settings.cfg", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding)
    return path


def test_python_file(config, tmp_path):
    write(tmp_path, "A = 1\nlower = A + 1\nB = lower + 1\nWHERE = __file__\nNAME = __name__\n")
    assert config.from_pyfile("settings.cfg") is True
    assert settings(config) == {
        "A": 1,
        "B": 3,
        "WHERE": str(tmp_path / "settings.cfg"),
        "NAME": "config",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_python_file_declares_its_encoding(config, tmp_path, encoding):
    path = write(tmp_path, f'# -*- coding: {encoding} -*-\nA = "föö"\n', encoding=encoding)
    config.from_pyfile(path)
    assert config["A"] == "föö"


def test_file_that_is_missing(config, tmp_path):
    with pytest.raises(FileNotFoundError) as info:
        config.from_pyfile("missing.cfg")

    assert str(info.value) == (
        "[Errno 2] Unable to load configuration file (No such file or directory):"
        f" {str(tmp_path / 'missing.cfg')!r}"
    )
    assert config.from_pyfile("missing.cfg", silent=True) is False
    assert config.from_file("missing.json", json.load, silent=True) is False

    with pytest.raises(FileNotFoundError, match="Unable to load configuration file"):
        config.from_file("missing.json", json.load)


def test_file_that_is_a_folder(config, tmp_path):
    with pytest.raises(OSError, match="Unable to load configuration file"):
        config.from_pyfile(tmp_path)

    assert config.from_pyfile(tmp_path, silent=True) is False
    assert config.from_file(tmp_path, json.load, silent=True) is False


def test_file_below_a_file(config, tmp_path):
    below = write(tmp_path, "") / "settings.cfg"
    assert config.from_pyfile(below, silent=True) is False

    with pytest.raises(NotADirectoryError):
        config.from_file(below, json.load, silent=True)


def test_silent_is_not_silent_about_other_errors(config, tmp_path, monkeypatch):
    path = write(tmp_path, "A = 1")

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("builtins.open", refuse)

    for load in (
        lambda: config.from_pyfile(path, silent=True),
        lambda: config.from_file(path, json.load, silent=True),
    ):
        with pytest.raises(PermissionError) as info:
            load()

        assert "Unable to load configuration file (Permission denied)" in str(info.value)
        assert str(path) in str(info.value)


@pytest.mark.parametrize(
    ("text", "error"), [("A = (", SyntaxError), ("A = 1 / 0", ZeroDivisionError), ("A", NameError)]
)
def test_python_file_with_an_error(config, tmp_path, text, error):
    path = write(tmp_path, f"\n{text}\n")

    with pytest.raises(error) as info:
        config.from_pyfile(path)

    if isinstance(info.value, SyntaxError):
        place = info.value.filename, info.value.lineno
    else:
        place = str(info.traceback[-1].path), info.traceback[-1].lineno + 1

    assert place == (str(path), 2)
    assert settings(config) == {}


# --- Data files ---------------------------------------------------------------------------------


def test_data_file(config, tmp_path):
    write(tmp_path, '{"A": {"b": 1}, "lower": 2}', "settings.json")
    assert config.from_file("settings.json", json.load) is True
    assert settings(config) == {"A": {"b": 1}}


def test_data_file_is_opened_as_asked(config, tmp_path):
    path = write(tmp_path, "ä")
    config.from_file(path, lambda file: {"A": file.read()}, text=False)
    assert config["A"] == b"\xc3\xa4"
    config.from_file(path, lambda file: {"A": type(file.read())})
    assert config["A"] is str


def test_data_file_that_holds_nothing(config, tmp_path):
    """An empty YAML file loads as None."""
    assert config.from_file(write(tmp_path, ""), lambda file: None) is True
    assert settings(config) == {}


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{", json.JSONDecodeError, "Expecting property name"),
        ("[1]", TypeError, "got list"),
        ("3", TypeError, "got int"),
        ('"ab"', ValueError, "got str"),
    ],
)
def test_bad_data_file_is_named(config, tmp_path, text, error, message):
    write(tmp_path, text, "s.json")

    with pytest.raises(error, match=message) as info:
        config.from_file("s.json", json.load)

    assert str(info.value).endswith(f"(in configuration file {str(tmp_path / 's.json')!r})")


def test_data_file_in_a_wrong_encoding_is_named(config, tmp_path):
    (tmp_path / "s.json").write_bytes(b'{"A": "\xff"}')

    with pytest.raises(UnicodeDecodeError, match=r"in configuration file '.*s\.json'"):
        config.from_file("s.json", lambda file: json.loads(file.read().decode("utf-8")), text=False)


def test_key_of_a_data_file_that_is_no_string(config, tmp_path):
    path = write(tmp_path, "")

    with pytest.raises(AttributeError, match=r"key 1 is of type int.*in configuration file"):
        config.from_file(path, lambda file: {1: 2})


# --- Environment variables ----------------------------------------------------------------------


def test_environment_variable_points_to_a_file(config, tmp_path, monkeypatch):
    path = write(tmp_path, "A = 1")
    monkeypatch.setenv("SOME_SETTINGS", str(path))
    assert config.from_envvar("SOME_SETTINGS") is True
    assert config["A"] == 1


@pytest.mark.parametrize("value", [None, ""])
def test_environment_variable_that_is_not_set(config, monkeypatch, value):
    monkeypatch.delenv("SOME_SETTINGS", raising=False)
    if value is not None:
        monkeypatch.setenv("SOME_SETTINGS", value)

    assert config.from_envvar("SOME_SETTINGS", silent=True) is False

    with pytest.raises(RuntimeError, match="'SOME_SETTINGS' is not set"):
        config.from_envvar("SOME_SETTINGS")


def test_environment_variable_that_points_nowhere(config, monkeypatch):
    monkeypatch.setenv("SOME_SETTINGS", "missing.cfg")
    assert config.from_envvar("SOME_SETTINGS", silent=True) is False

    with pytest.raises(FileNotFoundError, match=r"missing\.cfg"):
        config.from_envvar("SOME_SETTINGS")


@pytest.fixture
def environ(monkeypatch):
    """Set environment variables that start with FF_TEST_."""

    def set_all(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(f"FF_TEST_{name}", value)

    return set_all


def test_prefixed_variables(config, environ):
    environ(TEXT="value", TRUE="true", INT="1", LIST="[1, 2]", DICT='{"k": null}')
    environ(lower="1", X__="1")
    assert config.from_prefixed_env("FF_TEST") is True
    assert settings(config) == {
        "TEXT": "value",
        "TRUE": True,
        "INT": 1,
        "LIST": [1, 2],
        "DICT": {"k": None},
        "lower": 1,
        "X": {"": 1},
    }


def test_prefix_is_flask_by_default(config, monkeypatch):
    monkeypatch.setattr("os.environ", {"FLASK_A": "1", "FLASKA": "2", "NOT_FLASK_B": "3"})
    config.from_prefixed_env()
    assert settings(config) == {"A": 1}


def test_prefixed_variables_reach_into_dicts(config, environ):
    config["OLD"] = {"kept": 1, "inner": {"kept": 2}}
    environ(OLD__a="1", OLD__inner__b="2", OLD__new__c="3", NEW__D="4")
    config.from_prefixed_env("FF_TEST")
    assert settings(config) == {
        "OLD": {"kept": 1, "a": 1, "inner": {"kept": 2, "b": 2}, "new": {"c": 3}},
        "NEW": {"D": 4},
    }


def test_prefixed_variables_are_taken_in_order(config, environ):
    environ(A__b="2", A='{"b": 1, "c": 1}')
    config.from_prefixed_env("FF_TEST")
    assert config["A"] == {"b": 2, "c": 1}


@pytest.mark.parametrize("value", ["1", "text", "[1]", "null"])
def test_prefixed_variable_that_reaches_into_something_else(config, environ, value):
    environ(A=value, A__b__c="1")

    with pytest.raises(TypeError, match=r"'FF_TEST_A__b__c' cannot set 'A\.b\.c'.*not a dict"):
        config.from_prefixed_env("FF_TEST")


def test_prefixed_variables_by_another_reader(config, environ):
    def shout(text):
        if text == "bad":
            raise LookupError
        return text.upper()

    environ(A="x", B="bad")
    config.from_prefixed_env("FF_TEST", loads=shout)
    assert settings(config) == {"A": "X", "B": "bad"}


# --- Namespaces and attributes ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({}, {"host": 1, "port_no": 2}),
        ({"lowercase": False}, {"HOST": 1, "PORT_NO": 2}),
        ({"trim_namespace": False}, {"mail_host": 1, "mail_port_no": 2}),
        ({"lowercase": False, "trim_namespace": False}, {"MAIL_HOST": 1, "MAIL_PORT_NO": 2}),
    ],
)
def test_namespace(config, kwargs, expected):
    config.from_mapping(MAIL_HOST=1, MAIL_PORT_NO=2, NO_MAIL_=3)
    assert config.get_namespace("MAIL_", **kwargs) == expected
    assert config.get_namespace("NOTHING_") == {}


class Owner:
    plain = ConfigAttribute("PLAIN")
    converted = ConfigAttribute("CONVERTED", get_converter=int)

    def __init__(self):
        self.config = Config("/")


def test_attribute():
    owner = Owner()

    with pytest.raises(KeyError, match="PLAIN"):
        owner.plain

    owner.plain, owner.converted = "1", "2"
    assert owner.config == {"PLAIN": "1", "CONVERTED": "2"}
    assert (owner.plain, owner.converted) == ("1", 2)
    owner.config["PLAIN"] = 3
    assert owner.plain == 3
    assert isinstance(Owner.plain, ConfigAttribute)
    assert Owner.plain.__name__ == "PLAIN"


def test_application_has_one(tmp_path):
    class MyConfig(Config):
        pass

    class App(flaskfast.Flask):
        config_class = MyConfig

    app = App(__name__, root_path=os.fspath(tmp_path))
    assert type(app.config) is MyConfig
    assert app.config.root_path == os.fspath(tmp_path)
    app.config.from_mapping(SECRET_KEY="s", PERMANENT_SESSION_LIFETIME=42, TESTING=1)
    assert app.secret_key == "s"
    assert app.permanent_session_lifetime == timedelta(seconds=42)
    assert app.testing == 1
