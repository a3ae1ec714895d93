"""Templates: where they are found, what they see, how they are rendered."""

from __future__ import annotations

import typing as t
from functools import partial

from jinja2 import BaseLoader, Template, TemplateNotFound
from jinja2 import Environment as BaseEnvironment

from ._kernels import flavour as _flavour
from ._kernels import streams as _streams
from ._kernels import templates as _templates
from .globals import _cv_app as _cv_app
from .globals import _cv_request as _cv_request
from .globals import current_app
from .globals import request as request
from .helpers import stream_with_context as stream_with_context
from .jinja import Environment as _FastEnvironment
from .signals import before_render_template, template_rendered

if t.TYPE_CHECKING:
    from .app import Flask
    from .sansio.app import App
    from .sansio.scaffold import Scaffold

# What Jinja's loaders return: source, file name, and whether that is still up to date.
_Source = tuple[str, str | None, t.Callable[[], bool] | None]


def _default_template_ctx_processor() -> dict[str, t.Any]:
    """Let templates see ``g`` and, inside a request, ``request``.

    The real objects, not the proxies; ``session`` stays a proxy among the environment's
    globals, so that only a template that uses it counts as having accessed it.
    """
    return _templates.add_current({})  # type: ignore[no-any-return]


_templates.settle_processor(_default_template_ctx_processor, current_app)


class Environment(_FastEnvironment):
    """A Jinja environment that belongs to an app and finds its blueprints' templates."""

    def __init__(self, app: App, **options: t.Any) -> None:
        if "loader" not in options:
            options["loader"] = app.create_global_jinja_loader()
        super().__init__(**options)
        self.app = app


class DispatchingJinjaLoader(BaseLoader):
    """Look for a template in the app's folder, then in those of its blueprints in order."""

    def __init__(self, app: App) -> None:
        self.app = app

    def get_source(
        self, environment: BaseEnvironment, template: str
    ) -> tuple[str, str | None, t.Callable[[], bool] | None]:
        """Return the source of *template*, explaining the search if so configured.

        :raises jinja2.TemplateNotFound: it is in none of the folders.
        """
        if self.app.config["EXPLAIN_TEMPLATE_LOADING"]:
            return self._get_source_explained(environment, template)
        return self._get_source_fast(environment, template)

    def _get_source_explained(self, environment: BaseEnvironment, template: str) -> _Source:
        from .debughelpers import explain_template_loading_attempts

        attempts: list[tuple[BaseLoader, Scaffold, _Source | None]] = []
        for owner, loader in self._iter_loaders(template):
            attempts.append((loader, owner, _source_or_none(loader, environment, template)))
        explain_template_loading_attempts(self.app, template, attempts)
        for _, _, source in attempts:
            if source is not None:
                return source
        raise TemplateNotFound(template)

    def _get_source_fast(self, environment: BaseEnvironment, template: str) -> _Source:
        for _, loader in self._iter_loaders(template):
            source = _source_or_none(loader, environment, template)
            if source is not None:
                return source
        raise TemplateNotFound(template)

    def _iter_loaders(self, template: str) -> t.Iterator[tuple[Scaffold, BaseLoader]]:
        owners: list[Scaffold] = [self.app, *self.app.iter_blueprints()]
        for owner in owners:
            if owner.jinja_loader is not None:
                yield owner, owner.jinja_loader

    def list_templates(self) -> list[str]:
        """Return the names of all templates of the app and its blueprints, each once."""
        names: set[str] = set()
        for _, loader in self._iter_loaders(""):
            names.update(loader.list_templates())
        return list(names)


def _source_or_none(
    loader: BaseLoader, environment: BaseEnvironment, template: str
) -> _Source | None:
    try:
        return loader.get_source(environment, template)
    except TemplateNotFound:
        return None


def _announce(signal: t.Any, app: Flask, template: Template, context: dict[str, t.Any]) -> None:
    if signal.receivers:
        signal.send(app, _async_wrapper=app.ensure_sync, template=template, context=context)


def _render(app: Flask, template: Template, context: dict[str, t.Any]) -> str:
    return _templates.render_for(app, template, context)  # type: ignore[no-any-return]


if _flavour == "python":
    # PERF: small-template, python. The step itself, in the place of what calls it.
    _step = _templates.render_for
    _step.__module__, _step.__qualname__ = _render.__module__, _render.__qualname__
    _step.__name__, _step.__annotations__ = _render.__name__, _render.__annotations__
    _step.__doc__ = _render.__doc__
    globals()["_render"] = _step


def render_template(
    template_name_or_list: str | Template | list[str | Template],
    **context: t.Any,
) -> str:
    """Render a template by its name, or the first that exists of several.

    :param context: the variables that the template sees.
    :raises jinja2.TemplateNotFound: none of them exists.
    """
    app: Flask = _templates.current(current_app)
    template = _templates.choose(app, template_name_or_list)
    return _render(app, template, context)


def render_template_string(source: str, **context: t.Any) -> str:
    """Render a template given as text, with autoescaping on.

    Never make *source* of what a client sent: pass that as a variable.

    :param context: the variables that the template sees.
    """
    app: Flask = _templates.current(current_app)
    return _render(app, _templates.kept(app, source), context)


def _stream(app: Flask, template: Template, context: dict[str, t.Any]) -> t.Iterator[str]:
    app.update_template_context(context)
    _announce(before_render_template, app, template, context)
    ctx = _cv_request.get(None)
    if ctx is not None:
        return _streams.ContextStream(
            None,
            ctx,
            partial(template.generate, context),
            partial(_announce, template_rendered, app, template, context),
        )

    # Outside a request there is no context to keep.
    def chunks() -> t.Iterator[str]:
        yield from template.generate(context)
        _announce(template_rendered, app, template, context)

    return chunks()


def stream_template(
    template_name_or_list: str | Template | list[str | Template],
    **context: t.Any,
) -> t.Iterator[str]:
    """Render like :func:`render_template`, but as an iterator over pieces, to be streamed."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    template = app.jinja_env.get_or_select_template(template_name_or_list)
    return _stream(app, template, context)


def stream_template_string(source: str, **context: t.Any) -> t.Iterator[str]:
    """Render like :func:`render_template_string`, but as an iterator over pieces."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return _stream(app, _templates.kept(app, source), context)
