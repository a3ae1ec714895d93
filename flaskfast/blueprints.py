"""The blueprint that serves files and has commands; the rest is in ``flaskfast.sansio``."""

from __future__ import annotations

import os
import typing as t

from ._lazy import lazy
from ._resources import max_age_from_config, open_below, send_static
from .globals import current_app as current_app
from .helpers import send_from_directory as send_from_directory
from .sansio.blueprints import Blueprint as SansioBlueprint
from .sansio.blueprints import BlueprintSetupState as BlueprintSetupState
from .sansio.scaffold import _sentinel

if t.TYPE_CHECKING:
    from .cli import AppGroup
    from .wrappers import Response


class Blueprint(SansioBlueprint):
    __doc__ = SansioBlueprint.__doc__

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        url_prefix: str | None = None,
        subdomain: str | None = None,
        url_defaults: dict[str, t.Any] | None = None,
        root_path: str | None = None,
        cli_group: str | None = _sentinel,
    ) -> None:
        super().__init__(
            name,
            import_name,
            static_folder=static_folder,
            static_url_path=static_url_path,
            template_folder=template_folder,
            url_prefix=url_prefix,
            subdomain=subdomain,
            url_defaults=url_defaults,
            root_path=root_path,
            cli_group=cli_group,
        )

    @lazy
    def cli(self) -> AppGroup:  # type: ignore[override]
        """The blueprint's commands, below its name in the app's; made when first read."""
        from .cli import AppGroup

        return AppGroup(self.name)

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Return for how many seconds a static file may be cached, None to leave it open."""
        return max_age_from_config()

    def send_static_file(self, filename: str) -> Response:
        """Answer with a file of the static folder: the view of the ``static`` endpoint.

        :raises RuntimeError: the blueprint has no static folder.
        """
        return send_static(self, filename)

    def open_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = "utf-8"
    ) -> t.IO[t.AnyStr]:
        """Open a file of the blueprint's folder for reading.

        :param mode: "rb", or "r" or "rt" for text.
        :raises ValueError: any other mode.
        """
        return open_below(self.root_path, resource, mode, encoding)


def __getattr__(name: str) -> t.Any:
    """Import the command line when somebody asks for its group here."""
    if name == "AppGroup":
        from .cli import AppGroup

        return AppGroup
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
