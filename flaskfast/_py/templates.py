"""The steps from a template's name, or the template, to its text.

Each does what the methods of Jinja that it names do, and where one of them has been overridden,
wrapped or rewritten, that is what is called. Compiled as it is (`_native/templates.pxd` gives the
types).
"""

from __future__ import annotations

import typing as t
from collections import ChainMap
from types import MethodType
from weakref import ref

from jinja2 import Environment, Template
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context
from jinja2.utils import LRUCache, missing

from ..signals import before_render_template, template_rendered
from .contexts import app_variable, request_variable
from .rendering import Render, concat, rendered
from .shipped import Shipped
from .sources import from_string

# PERF: hooks, python. A method of what was imported by this name would be looked up at length.
cv_app, cv_request = app_variable, request_variable

_FINDING = Shipped(Environment, "get_template", "join_path", "_load_template")
_CHOOSING = Shipped(Environment, "get_or_select_template")
_CACHING = Shipped(LRUCache, "get", "__getitem__")
_AGING = Shipped(Template, "is_up_to_date")
_EVALUATING = Shipped(EvalContext, "__init__")
_FAMILY = Shipped(Context, "super", "get_all")
_REFERRING = Shipped(BlockReference, "__init__")
_ENVIRONMENT: t.Any = None
_KINDS: t.Any = None
_MAKING: t.Any = None
_RENDERING: t.Any = None
_SHARING: t.Any = None
_EXPORTING: t.Any = None

# What the names of templates end with that are escaped.
_ESCAPED = (".html", ".htm", ".xml", ".xhtml", ".svg")
# PERF: template-inheritance. A dict is copied faster than made.
_CONTEXT: dict[str, t.Any] = dict.fromkeys(
    ("parent", "vars", "environment", "exported_vars", "name", "_globals", "blocks")
)
_EVAL_CONTEXT: dict[str, t.Any] = {"environment": None, "autoescape": None, "volatile": False}
_BLOCK: dict[str, t.Any] = dict.fromkeys(("name", "_context", "_stack", "_depth"))
_context_class: t.Any = None
_default_processor: t.Any = None
_default_code: t.Any = None
_current_app: t.Any = None
_default_choice: t.Any = None
_choice_code: t.Any = None


def settle_engine(environment_class: t.Any, template_class: t.Any) -> None:
    """Remember the classes of our environments, contexts and templates as they are shipped."""
    global _context_class, _KINDS, _MAKING, _RENDERING, _SHARING, _EXPORTING
    _context_class = environment_class.context_class
    _KINDS = Shipped(environment_class, "context_class")
    _MAKING = Shipped(_context_class, "__init__")
    _RENDERING = Shipped(template_class, "render", "new_context")
    _SHARING = Shipped(template_class, "new_context")
    _EXPORTING = Shipped(template_class, "_get_default_module")


def settle_processor(processor: t.Any, current_app: t.Any) -> None:
    """Remember the context processor that every app has, and what stands for the current app."""
    global _default_processor, _default_code, _current_app
    _default_processor = processor
    _default_code = processor.__code__
    _current_app = current_app


def settle_app(app_class: t.Any) -> None:
    """Remember how an app finds its environment, and chooses which templates are escaped."""
    global _ENVIRONMENT, _default_choice, _choice_code
    _ENVIRONMENT = Shipped(app_class, "jinja_env")
    _default_choice = app_class.select_jinja_autoescape
    _choice_code = _default_choice.__code__


# -- finding ------------------------------------------------------------------------------


def find(environment: t.Any, name: t.Any, parent: t.Any = None, /) -> t.Any:
    """Do what ``environment.get_template(name, parent)`` does."""
    if type(name) is not str or not _FINDING.untouched(environment):
        return environment.get_template(name, parent)
    loader = environment.loader
    if loader is None:
        return environment.get_template(name, parent)
    cache = environment.cache
    key = (ref(loader), name)
    if cache is not None:
        template = _cached(cache, key)
        if template is not None and (not environment.auto_reload or _is_fresh(template)):
            return template
    template = loader.load(environment, name, environment.make_globals(None))
    if cache is not None:
        cache[key] = template
    return template


def current(proxy: t.Any, /) -> t.Any:
    """Do what ``current_app._get_current_object()`` does."""
    if proxy is _current_app:
        app_ctx = cv_app.get(None)
        if app_ctx is not None:
            return app_ctx.app
    return proxy._get_current_object()


def choose(app: t.Any, name_or_names: t.Any, /) -> t.Any:
    """Do what ``app.jinja_env.get_or_select_template(name_or_names)`` does."""
    environment = app.jinja_env
    if type(name_or_names) is str and _CHOOSING.untouched(environment):
        return find(environment, name_or_names)
    return environment.get_or_select_template(name_or_names)


def kept(app: t.Any, source: t.Any, /) -> t.Any:
    """Return a template of a text, compiled once for an app (see `sources.from_string`)."""
    return from_string(app.jinja_env, source)


def _cached(cache: t.Any, key: t.Any) -> t.Any:
    # PERF: template-inheritance. Which one has been used last matters when the cache is full.
    if type(cache) is LRUCache and _CACHING.untouched(cache):
        templates = cache._mapping
        if len(templates) < cache.capacity:
            return templates.get(key)
    return cache.get(key)


def _is_fresh(template: t.Any) -> t.Any:
    if not _AGING.untouched(template):
        return template.is_up_to_date
    is_up_to_date = template._uptodate
    return is_up_to_date is None or is_up_to_date()


# -- contexts -----------------------------------------------------------------------------


def new_context(template: t.Any, names: dict[str, t.Any], /) -> t.Any:
    """Make the context to render a template with, from its globals and *names*.

    :raises TypeError: one of *names* is no str.
    """
    environment, shared = template.environment, template.globals
    # PERF: small-template. ChainMap iterates in Python.
    if type(shared) is ChainMap and len(shared.maps) == 2:
        own, common = shared.maps
        parent = {**common, **own}
    else:
        parent = dict(shared or ())
    parent = dict(parent, **names)
    if not _KINDS.untouched(environment):
        return environment.context_class(
            environment, parent, template.name, template.blocks, globals=shared
        )
    return _context(environment, parent, template.name, template.blocks, shared)


def included(template: t.Any, context: t.Any, names: t.Any, /) -> t.Any:
    """Make the context of a template that is included where *context* and *names* are seen."""
    if not _SHARING.untouched(template) or not _FAMILY.untouched(context):
        return template.new_context(context.get_all(), True, names)
    inner, parent = context.vars, context.parent
    if inner:
        parent = {**parent, **inner} if parent else inner
    if names:
        parent = dict(parent)
        for name, value in names.items():
            if value is not missing:
                parent[name] = value
    return _context(template.environment, parent, template.name, template.blocks, template.globals)


def _context(
    environment: t.Any, parent: t.Any, name: t.Any, blocks: t.Any, globals: t.Any
) -> t.Any:
    kind = _context_class
    if not _KINDS.untouched(environment) or not _MAKING.by(kind):
        return environment.context_class(environment, parent, name, blocks, globals=globals)
    context = kind.__new__(kind)
    names = _CONTEXT.copy()
    names["parent"] = parent
    names["vars"] = {}
    names["environment"] = environment
    names["exported_vars"] = set()
    names["name"] = name
    names["_globals"] = globals
    names["blocks"] = stacks(blocks) if blocks else {}
    context.__dict__ = names
    # Most templates never ask for it. Functions are asked what is escaped when the context is made.
    if not _is_known(environment.autoescape):
        names["eval_ctx"] = EvalContext(environment, name)
    return context


def _is_known(autoescape: t.Any) -> t.Any:
    """Tell whether what is escaped is known without asking a function of the user's."""
    if type(autoescape) is MethodType:
        return _is_default_choice(autoescape)
    return type(autoescape) is bool


def eval_context(context: t.Any, /) -> t.Any:
    """Make what a context has as its ``eval_ctx``."""
    environment, name = context.environment, context.name
    if not _KINDS.untouched(environment) or not _EVALUATING.by(EvalContext):
        return EvalContext(environment, name)
    autoescape = environment.autoescape
    if type(autoescape) is MethodType and _is_default_choice(autoescape):
        autoescape = escapes_file(name)
    elif callable(autoescape):
        autoescape = autoescape(name)
    kind: t.Any = EvalContext
    made = kind.__new__(kind)
    names = _EVAL_CONTEXT.copy()
    names["environment"] = environment
    names["autoescape"] = autoescape
    made.__dict__ = names
    return made


def _is_default_choice(autoescape: t.Any) -> t.Any:
    function = autoescape.__func__
    return function is _default_choice and function.__code__ is _choice_code


def escapes_file(filename: t.Any, /) -> bool:
    """Tell whether an app's templates of that name are escaped, unless it says otherwise."""
    return filename is None or filename.endswith(_ESCAPED)


def stacks(blocks: t.Any, /) -> dict[str, t.Any]:
    """Return for each block the list of what renders it: as yet, the one."""
    return {block: [render] for block, render in blocks.items()}


def parent_block(context: t.Any, name: str, current: t.Any, /) -> t.Any:
    """Do what ``context.super(name, current)`` does."""
    if not _FAMILY.untouched(context):
        return context.super(name, current)
    stack = context.blocks.get(name, ())
    above = len(stack) - 1
    for place in range(above):
        if stack[place] is current:
            return _block(name, context, stack, place + 1)
    return context.super(name, current)


def _block(name: str, context: t.Any, stack: t.Any, depth: t.Any) -> t.Any:
    if not _REFERRING.by(BlockReference):
        return BlockReference(name, context, stack, depth)
    kind: t.Any = BlockReference
    made = kind.__new__(kind)
    names = _BLOCK.copy()
    names["name"] = name
    names["_context"] = context
    names["_stack"] = stack
    names["_depth"] = depth
    made.__dict__ = names
    return made


def exports(template: t.Any, context: t.Any, /) -> t.Any:
    """Do what ``template._get_default_module(context)`` does."""
    if _EXPORTING.untouched(template) and shares_globals(template, context):
        module = template._module
        if module is not None:
            return module
    return template._get_default_module(context)


def shares_globals(template: t.Any, context: t.Any, /) -> t.Any:
    """Tell whether a context has no globals but those of the environment, and a template the same.

    PERF: page. Else Jinja has to look for what the template lacks, one by one.
    """
    if type(context) is not _context_class or "globals_keys" in context.__dict__:
        return False
    own, other = context._globals, template.globals
    if own is other:
        return True
    if type(own) is not ChainMap or type(other) is not ChainMap:
        return False
    maps = own.maps
    return len(maps) == 2 and not maps[0] and len(other.maps) == 2 and maps[1] is other.maps[1]


# -- rendering ----------------------------------------------------------------------------


def render(template: t.Any, names: t.Any, /) -> t.Any:
    """Do what ``template.render(names)`` does."""
    if type(names) is not dict or not _RENDERING.untouched(template):
        return template.render(names)
    if template.environment.is_async:
        return template.render(names)
    environment = template.environment
    context = new_context(template, names)
    try:
        root, join = template.root_render_func, environment.concat
        if type(root) is Render and join is concat:
            return rendered(root, context)
        return join(root(context))
    except Exception:
        environment.handle_exception()


def render_for(app: t.Any, template: t.Any, context: t.Any) -> t.Any:
    """Render a template with what an app's context processors add to *context*."""
    app.update_template_context(context)
    if before_render_template.receivers:
        _announce(before_render_template, app, template, context)
    text = render(template, context)
    if template_rendered.receivers:
        _announce(template_rendered, app, template, context)
    return text


def _announce(signal: t.Any, app: t.Any, template: t.Any, context: t.Any) -> None:
    signal.send(app, _async_wrapper=app.ensure_sync, template=template, context=context)


def update_template_context(self: t.Any, context: t.Any) -> None:
    """Add what the context processors give, and leave what *context* has as it is."""
    names: t.Any = (None,)
    processors = self.template_context_processors
    # PERF: small-template. Blueprints are looked at only where one has processors.
    if len(processors) > 1 or None not in processors:
        ctx = cv_request.get(None)
        if ctx is not None:
            names = (None, *reversed(ctx.request.blueprints))
    given = context.copy()
    for name in names:
        if name in processors:
            for processor in processors[name]:
                function = self.ensure_sync(processor)
                if function is _default_processor and function.__code__ is _default_code:
                    add_current(context)
                else:
                    context.update(function())
    context.update(given)


def add_current(names: t.Any, /) -> t.Any:
    """Add ``g`` and ``request`` to *names*, where there are such, and return it.

    The real objects, not the proxies; ``session`` stays a proxy among the environment's
    globals, so that only a template that uses it counts as having accessed it.
    """
    app_ctx = cv_app.get(None)
    if app_ctx is not None:
        names["g"] = app_ctx.g
    req_ctx = cv_request.get(None)
    if req_ctx is not None:
        names["request"] = req_ctx.request
    return names
