"""Read the option values of `run` that are more than a string: certificates, path lists."""

from __future__ import annotations

import typing as t
from types import ModuleType

import click
from werkzeug.utils import import_string

ADHOC = "adhoc"


def _ssl_module() -> ModuleType | None:
    """Return `ssl`, or None on a Python built without it."""
    try:
        import ssl
    except ImportError:
        return None
    return ssl


def _is_ssl_context(value: object) -> bool:
    ssl = _ssl_module()
    return ssl is not None and isinstance(value, ssl.SSLContext)


class CertParamType(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.5 on
    """Accept a certificate: a file, the word `adhoc`, or the import path of an SSLContext.

    A file comes back as its resolved path, `adhoc` as that word in lower case, an
    import path as the context it names.
    """

    name = "path"

    def __init__(self) -> None:
        self.path_type = click.Path(exists=True, dir_okay=False, resolve_path=True)

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        if _ssl_module() is None:
            self.fail("This Python has no 'ssl' module, which --cert needs.", param, ctx)

        try:
            return self.path_type(value, param, ctx)
        except click.BadParameter as no_such_file:
            text: str = click.STRING(value, param, ctx)
            if text.lower() == ADHOC:
                return self._adhoc(param, ctx)
            context = _imported(text)
            if _is_ssl_context(context):
                return context
            raise no_such_file

    def _adhoc(self, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            import cryptography  # noqa: F401
        except ImportError:
            self.fail(
                "An ad-hoc certificate is made with the 'cryptography' library, which is"
                " not installed: pip install cryptography.",
                param,
                ctx,
            )
        return ADHOC


def _imported(import_path: str) -> object:
    try:
        return import_string(import_path, silent=True)
    except ValueError:  # an empty module name, as in '.pem'
        return None


def _validate_key(ctx: click.Context, param: click.Parameter, value: t.Any) -> t.Any:
    """Check `--key` against `--cert`, and make `(cert, key)` of two files.

    :raises click.BadParameter: a certificate file without a key, or a key where
        there is no certificate file to go with it.
    """
    cert = ctx.params.get("cert")
    if value is None:
        if cert and cert != ADHOC and not _is_ssl_context(cert):
            _refuse_key("A certificate file given by --cert needs its --key.", ctx, param)
        return None

    if not cert:
        _refuse_key("A key needs its certificate: give --cert too.", ctx, param)
    if cert == ADHOC:
        _refuse_key("'--cert adhoc' makes its own key. Leave --key out.", ctx, param)
    if _is_ssl_context(cert):
        _refuse_key("The SSLContext of --cert has its own key. Leave --key out.", ctx, param)
    ctx.params["cert"] = (cert, value)
    return value


def _refuse_key(complaint: str, ctx: click.Context, param: click.Parameter) -> t.NoReturn:
    raise click.BadParameter(complaint, ctx=ctx, param=param)


class SeparatedPathType(click.Path):
    """Accept several paths in one value, parted by `os.pathsep`; they come back as a list.

    Every one of them is checked as `click.Path` would with the same settings.
    """

    def convert(
        self, value: t.Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> t.Any:
        paths = self.split_envvar_value(value)
        check = super().convert
        return [check(path, param, ctx) for path in paths]
