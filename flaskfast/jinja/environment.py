"""Jinja's environment, template and context, with less to do for each rendering.

Methods that others are known to wrap on Jinja's own classes (`Template.render` and `generate`,
`Environment.compile` and `_load_template`) are not overridden here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from types import FunctionType, MethodType, TracebackType
from typing import Any, NoReturn

import jinja2
from jinja2.debug import rewrite_traceback_stack
from jinja2.environment import TemplateModule
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Macro
from jinja2.runtime import Context as BaseContext
from jinja2.utils import internalcode

from .._expressions import expression
from .._genuine import as_shipped
from .._kernels import Output, concat, escape, filters, templates
from .._lazy import lazy
from .compiler import CodeGenerator

_CALL = as_shipped(BaseContext, "call")
_CALL_MACRO = as_shipped(Macro, "__call__")
_CALL_BLOCK = as_shipped(BlockReference, "__call__")


class Context(BaseContext):
    """The variables of a template."""

    def __init__(
        self,
        environment: jinja2.Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Any],
        globals: MutableMapping[str, Any] | None = None,
    ) -> None:
        # _py/templates.py does the same without this.
        self.parent = parent
        self.vars = {}
        self.environment = environment
        self.eval_ctx = EvalContext(environment, name)
        self.exported_vars = set()
        self.name = name
        self._globals = globals
        self.blocks = templates.stacks(blocks) if blocks else {}

    if not Output.in_runs:

        @internalcode
        def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
            """Call what a template calls, with the context or its like in front if it wants that.

            PERF: page. A function says itself whether it does, and macros and blocks are known;
            asking what calls them, as is done of all else, takes longer than most calls.
            """
            kind = type(__obj)
            if BaseContext.call is not _CALL:
                return BaseContext.call(__self, __obj, *args, **kwargs)
            if kind is Macro and Macro.__call__ is _CALL_MACRO:
                args = (__self.eval_ctx, *args)
            elif kind is not BlockReference or BlockReference.__call__ is not _CALL_BLOCK:
                function = __obj.__func__ if kind is MethodType else __obj
                if type(function) is not FunctionType or "jinja_pass_arg" in function.__dict__:
                    return BaseContext.call(__self, __obj, *args, **kwargs)
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            try:
                return __obj(*args, **kwargs)
            except StopIteration:
                return __self.environment.undefined(
                    "value was undefined because a callable raised a StopIteration exception"
                )

    eval_ctx = lazy(templates.eval_context)

    @lazy
    def globals_keys(self) -> set[str]:
        """The names of the globals. PERF: small-template. Only imports ask for them."""
        return set() if self._globals is None else set(self._globals)


class Template(jinja2.Template):
    """A compiled template."""

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> BaseContext:
        """Make the context to render with.

        :param vars: the variables; the globals come below them.
        :param shared: take *vars* itself, without the globals.
        :param locals: variables of an including template, above all others.
        """
        if shared or locals:
            return super().new_context(vars, shared, locals)
        names = vars if type(vars) is dict else dict(vars or ())
        return templates.new_context(self, names)  # type: ignore[no-any-return]

    def _get_default_module(self, ctx: BaseContext | None = None) -> TemplateModule:
        found = self._module
        if ctx is not None and found is not None and templates.shares_globals(self, ctx):
            return found
        return super()._get_default_module(ctx)

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        """Render the template, and return what it exports."""
        environment = self.environment
        if environment.is_async or environment.concat is not concat:
            return super().make_module(vars, shared, locals)
        context = self.new_context(vars, shared, locals)
        return TemplateModule(self, context, [concat(self.root_render_func(context))])


_FILTERS = {name: filters[name] for name in FILTERS if name in filters}
_FILTERS |= {"d": filters["default"], "e": escape, "escape": escape, "string": filters["soft"]}


class Environment(jinja2.Environment):
    """A `jinja2.Environment` whose templates render faster.

    Everything else is Jinja's: options, loaders, extensions, filters, the language itself.
    """

    code_generator_class = CodeGenerator
    context_class = Context
    template_class: type[jinja2.Template] = Template
    concat = staticmethod(concat)

    #: How many templates that are given as text are kept compiled, at least; 0: none.
    kept_sources = 128

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Output.in_runs:
            for name, function in _FILTERS.items():
                # In an asynchronous environment, Jinja's also take what is iterated so.
                awaits = self.is_async and hasattr(FILTERS[name], "jinja_async_variant")
                if self.filters.get(name) is FILTERS[name] and not awaits:
                    self.filters[name] = function

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """Raise the exception being handled, with the lines of templates in its traceback."""
        error = sys.exc_info()[1]
        if error is not None:
            _drop_kernels(error.__traceback__)
        raise rewrite_traceback_stack(source=source)


def _drop_kernels(traceback: TracebackType | None) -> None:
    """Leave out what runs templates: as little of it is to be seen as of Jinja's own."""
    while traceback is not None:
        after = traceback.tb_next
        while after is not None and _KERNEL.match(after.tb_frame.f_globals.get("__name__", "")):
            after = after.tb_next
        traceback.tb_next = after
        traceback = after


_KERNEL = expression(r"flaskfast\._(native|py)\.")


Template.environment_class = Environment
templates.settle_engine(Environment, Template)
