"""The application's configuration: a dict that can be filled from files, objects and environ."""

from __future__ import annotations

import errno
import json
import os
import types
import typing as t

from werkzeug.utils import import_string

if t.TYPE_CHECKING:
    import typing_extensions as te

    from .sansio.app import App


T = t.TypeVar("T")


class ConfigAttribute(t.Generic[T]):
    """An attribute of the application that reads and writes one key of its config.

    :param name: the key.
    :param get_converter: is applied to the value on every read, never on a write.
    """

    def __init__(self, name: str, get_converter: t.Callable[[t.Any], T] | None = None) -> None:
        self.__name__ = name
        self.get_converter = get_converter

    @t.overload
    def __get__(self, obj: None, owner: None) -> te.Self: ...

    @t.overload
    def __get__(self, obj: App, owner: type[App]) -> T: ...

    def __get__(self, obj: App | None, owner: type[App] | None = None) -> T | te.Self:
        if obj is None:
            return self

        value = obj.config[self.__name__]
        convert = self.get_converter
        return value if convert is None else convert(value)

    def __set__(self, obj: App, value: t.Any) -> None:
        obj.config[self.__name__] = value


class Config(dict):  # type: ignore[type-arg]
    """A dict of settings, with ways to fill it.

    Whatever the source (file, module, class, mapping), only keys in upper case are taken, so
    that a source may hold names of its own beside the settings. Environment variables
    (`from_prefixed_env`) are the exception: their prefix has chosen them already.

    :param root_path: the folder that relative file names are looked up in.
    :param defaults: the settings to start with.
    """

    def __init__(
        self,
        root_path: str | os.PathLike[str],
        defaults: dict[str, t.Any] | None = None,
    ) -> None:
        super().__init__(defaults or {})
        self.root_path = root_path

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Run the Python file that an environment variable points to (see `from_pyfile`).

        :param silent: return ``False`` instead of raising when the variable is unset or
            empty, or the file does not exist.
        :returns: whether settings were loaded.
        :raises RuntimeError: the variable is unset or empty.
        :raises OSError: the file cannot be read.
        """
        if path := os.environ.get(variable_name):
            return self.from_pyfile(path, silent=silent)

        if silent:
            return False

        raise RuntimeError(
            f"No configuration was loaded: environment variable {variable_name!r} is not set."
            " Set it to the path of a configuration file, or pass silent=True to do without."
        )

    def from_prefixed_env(
        self, prefix: str = "FLASK", *, loads: t.Callable[[str], t.Any] = json.loads
    ) -> bool:
        """Take every environment variable ``{prefix}_KEY``, in sorted order, as ``KEY``.

        Two underscores reach into nested dicts: ``FLASK_A__b`` sets ``config["A"]["b"]``.
        Dicts missing on the way are created.

        :param loads: turns the text into a value, JSON by default; when it raises, the value
            stays text.
        :returns: ``True``.
        :raises TypeError: a variable reaches into a value that is not a dict.
        """
        start = f"{prefix}_"

        for variable in sorted(name for name in os.environ if name.startswith(start)):
            text = os.environ[variable]

            try:
                value = loads(text)
            except Exception:
                value = text

            *outer, key = variable[len(start) :].split("__")

            try:
                _descend(self, outer)[key] = value
            except TypeError as e:
                raise TypeError(
                    f"Environment variable {variable!r} cannot set {'.'.join([*outer, key])!r}:"
                    " a value on the way is not a dict. Remove the variable, or make each of"
                    f" {outer!r} a dict."
                ) from e

        return True

    def from_pyfile(self, filename: str | os.PathLike[str], silent: bool = False) -> bool:
        """Run a Python file and take its upper-case names.

        :param filename: absolute, or relative to ``root_path``. Its encoding declaration
            (PEP 263) is honoured.
        :param silent: return ``False`` instead of raising when there is no such file.
        :returns: whether settings were loaded.
        :raises OSError: the file cannot be read.
        :raises Exception: whatever the file itself raises, ``SyntaxError`` included.
        """
        path = os.path.join(self.root_path, filename)

        try:
            with open(path, "rb") as file:
                source = file.read()

            module = types.ModuleType("config")
            module.__file__ = path
            # Inside the try: a file that cannot read *another* file is reported alike.
            exec(compile(source, path, "exec"), module.__dict__)
        except OSError as e:
            if silent and e.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR):
                return False

            _say_unreadable(e)
            raise

        self.from_object(module)
        return True

    def from_object(self, obj: object | str) -> None:
        """Take the upper-case attributes of an object, usually a module or a class.

        Attributes are read as they are: a class with properties must be instantiated first.
        The keys of a dict are not attributes; use `from_mapping` for those.

        :param obj: the object, or the dotted name to import it by.
        :raises ImportError: the name cannot be imported.
        """
        if isinstance(obj, str):
            obj = import_string(obj)

        for name in filter(str.isupper, dir(obj)):
            self[name] = getattr(obj, name)

    def from_file(
        self,
        filename: str | os.PathLike[str],
        load: t.Callable[[t.IO[t.Any]], t.Mapping[str, t.Any]],
        silent: bool = False,
        text: bool = True,
    ) -> bool:
        """Read a data file and take its upper-case keys.

        :param filename: absolute, or relative to ``root_path``.
        :param load: gets the open file, returns a mapping: ``json.load``, ``tomllib.load``.
        :param silent: return ``False`` instead of raising when there is no such file.
        :param text: open the file as text; ``tomllib.load`` wants ``False``.
        :returns: whether settings were loaded.
        :raises OSError: the file cannot be read.
        :raises Exception: whatever ``load`` raises.
        :raises TypeError: what ``load`` returned is not a mapping.
        """
        path = os.path.join(self.root_path, filename)

        try:
            with open(path, "r" if text else "rb") as file:
                loaded = load(file)
        except OSError as e:
            if silent and e.errno in (errno.ENOENT, errno.EISDIR):
                return False

            _say_unreadable(e)
            raise
        except (TypeError, ValueError) as e:
            _name_file(e, path)
            raise

        try:
            return self.from_mapping(loaded)
        except (TypeError, ValueError, AttributeError) as e:
            _name_file(e, path)
            raise

    def from_mapping(self, mapping: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any) -> bool:
        """Take the upper-case keys of a mapping (or pairs) and of keyword arguments.

        :returns: ``True``.
        :raises TypeError: the argument is neither a mapping nor pairs.
        :raises AttributeError: a key is not a string.
        """
        settings = {} if mapping is None else _as_dict(mapping)
        settings.update(kwargs)

        for key, value in settings.items():
            if _upper(key):
                self[key] = value

        return True

    def get_namespace(
        self, namespace: str, lowercase: bool = True, trim_namespace: bool = True
    ) -> dict[str, t.Any]:
        """Return the settings whose keys start with a prefix, as keyword arguments for a call.

        With ``MAIL_HOST`` and ``MAIL_PORT`` set, ``get_namespace("MAIL_")`` is a dict of
        ``host`` and ``port``.

        :param namespace: the prefix.
        :param lowercase: turn the keys to lower case.
        :param trim_namespace: drop the prefix from the keys.
        """
        start = len(namespace) if trim_namespace else 0
        chosen = {k[start:]: value for k, value in self.items() if k.startswith(namespace)}

        if lowercase:
            return {key.lower(): value for key, value in chosen.items()}

        return chosen

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {super().__repr__()}>"


def _descend(target: t.Any, keys: list[str]) -> t.Any:
    """Follow keys into nested dicts, creating what is missing, and return the innermost."""
    for key in keys:
        if key not in target:
            target[key] = {}

        target = target[key]

    return target


def _as_dict(mapping: t.Any) -> dict[t.Any, t.Any]:
    """Copy a mapping or pairs into a dict; refuse anything else with dict()'s exception type."""
    try:
        return dict(mapping)
    except (TypeError, ValueError) as e:
        raise (TypeError if isinstance(e, TypeError) else ValueError)(
            f"Configuration must be a mapping of names to values, got"
            f" {type(mapping).__name__}. Put the settings in one table or object at the top."
        ) from e


def _upper(key: t.Any) -> bool:
    """Tell whether a key names a setting."""
    try:
        return key.isupper()  # type: ignore[no-any-return]
    except AttributeError:
        raise AttributeError(
            f"Configuration key {key!r} is of type {type(key).__name__}, not a string."
            " Quote it in its source."
        ) from None


def _say_unreadable(e: OSError) -> None:
    """Say in an OSError, which names the file already, what the file was for."""
    e.strerror = f"Unable to load configuration file ({e.strerror})"


def _name_file(e: Exception, path: str) -> None:
    """Add the file to an exception whose message does not know it, in place."""
    where = f"in configuration file {path!r}"

    if isinstance(e, UnicodeDecodeError):
        e.reason = f"{e.reason} ({where})"
    elif e.args and isinstance(e.args[0], str):
        e.args = (f"{e.args[0]} ({where})", *e.args[1:])
