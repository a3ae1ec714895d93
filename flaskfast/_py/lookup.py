# cython: annotation_typing=False
"""How a template finds names, attributes and items, and calls what it found.

All of it is as Jinja's own `Context` and `Environment` do it. Where one of their methods has been
overridden or replaced, that is what is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Undefined, UndefinedError
from jinja2.runtime import BlockReference, Context
from jinja2.utils import _PassArg, missing

from .escape import mark
from .macro import Macro
from .rendering import Render, concat, rendered
from .shipped import Shipped

_RESOLVING = Shipped(Context, "resolve_or_missing")
_CALLING = Shipped(Context, "call")
_UNSETTING = Shipped(Undefined, "__init__", "__new__")
_BLOCK = Shipped(BlockReference, "__call__")
_GETATTR: Any = Environment.getattr
_GETITEM: Any = Environment.getitem
_PASS_CONTEXT: Any = _PassArg.context
_PASS_EVAL_CONTEXT: Any = _PassArg.eval_context
_PASS_ENVIRONMENT: Any = _PassArg.environment
_DICT_ATTRIBUTES = frozenset(dir(dict))
_NOTHING: Any = object()


def resolve(context: Any, name: str, /) -> Any:
    """Return the variable *name*, or `missing`."""
    if not _RESOLVING.by(type(context)):
        return context.resolve_or_missing(name)
    inner, outer = context.vars, context.parent
    return _found(inner, outer, name)


def resolve_all(context: Any, wanted: tuple[str, ...], /) -> Sequence[Any]:
    """Return several variables, `missing` in the place of each that is not there."""
    if not _RESOLVING.by(type(context)):
        return [context.resolve_or_missing(name) for name in wanted]
    inner, outer = context.vars, context.parent
    return [_found(inner, outer, name) for name in wanted]


def _found(inner: Any, outer: Any, name: str) -> Any:
    if name in inner:
        return inner[name]
    return outer[name] if name in outer else missing


def unset(environment: Any, name: str, /) -> Any:
    """Return what stands for a variable that there is not."""
    kind = environment.undefined
    if not _UNSETTING.by(kind):
        return kind(name=name)
    value = kind.__new__(kind)
    value._undefined_hint = None
    value._undefined_obj = missing
    value._undefined_name = name
    value._undefined_exception = UndefinedError
    return value


def call(context: Any, loop_vars: Any, block_vars: Any, callee: Any, /, *args: Any) -> Any:
    """Call what a template calls, with the context or its like in front where it wants that.

    :param loop_vars: what was set in the loops around the call, and
    :param block_vars: in the block; both for callees that want the context.
    """
    return _call(context, loop_vars, block_vars, callee, args, None)


def call0(context: Any, loop_vars: Any, block_vars: Any, callee: Any, /) -> Any:
    """Do the same as `call`, without arguments."""
    return _call(context, loop_vars, block_vars, callee, (), None)


def call1(context: Any, loop_vars: Any, block_vars: Any, callee: Any, arg: Any, /) -> Any:
    """Do the same as `call`, with one argument."""
    return _call(context, loop_vars, block_vars, callee, (arg,), None)


def call_with(
    context: Any, loop_vars: Any, block_vars: Any, callee: Any, /, *args: Any, **kwargs: Any
) -> Any:
    """Do the same as `call`, with keyword arguments."""
    return _call(context, loop_vars, block_vars, callee, args, kwargs)


def _call(
    context: Any, loop_vars: Any, block_vars: Any, callee: Any, args: Any, kwargs: Any
) -> Any:
    if not _CALLING.by(type(context)):
        given = dict(kwargs or ())
        if loop_vars is not None:
            given["_loop_vars"] = loop_vars
        if block_vars is not None:
            given["_block_vars"] = block_vars
        return context.call(callee, *args, **given)
    kind = type(callee)
    if kind is Macro:
        macro = callee
        try:
            return macro.invoke(context.eval_ctx.autoescape, args, kwargs)
        except StopIteration:
            return _stopped(context)
    if kind is BlockReference and not args and not kwargs and _BLOCK.untouched(callee):
        return _block(callee)
    if kind is not FunctionType and kind is not MethodType and kind is not BuiltinFunctionType:
        if hasattr(callee, "__call__"):  # noqa: B004 - it is the attribute that is wanted
            method = callee.__call__
            if getattr(method, "jinja_pass_arg", None) is not None:
                callee = method
    # PERF: template-loop. A method asks its function, but fails more slowly.
    marked = callee.__func__ if type(callee) is MethodType else callee
    wants = getattr(marked, "jinja_pass_arg", None)
    if wants is not None:
        args = (_passed(wants, context, loop_vars, block_vars), *args)
        if args[0] is _NOTHING:
            args = args[1:]
    try:
        return callee(*args, **kwargs) if kwargs else callee(*args)
    except StopIteration:
        return _stopped(context)


def _block(block: Any) -> Any:
    """Do what calling a `BlockReference` does."""
    context = block._context
    environment = context.environment
    render = block._stack[block._depth]
    if environment.is_async or environment.concat is not concat or type(render) is not Render:
        return block()
    text = rendered(render, context)
    return mark(text) if context.eval_ctx.autoescape else text


def _passed(wants: Any, context: Any, loop_vars: Any, block_vars: Any) -> Any:
    if wants is _PASS_EVAL_CONTEXT:
        return context.eval_ctx
    if wants is _PASS_ENVIRONMENT:
        return context.environment
    if wants is not _PASS_CONTEXT:
        return _NOTHING
    if loop_vars:
        context = context.derived(loop_vars)
    if block_vars:
        context = context.derived(block_vars)
    return context


def _stopped(context: Any) -> Any:
    return context.environment.undefined(
        "value was undefined because a callable raised a StopIteration exception"
    )


class Access:
    """Read attributes and items as `Environment.getattr` and `getitem` do."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment

    def attr(self, owner: Any, name: str, /) -> Any:
        """Return the attribute of that name, else the item, else an undefined value."""
        if type(owner) is dict and name not in _DICT_ATTRIBUTES:
            value = owner.get(name, _NOTHING)
            if value is _NOTHING:
                return self.environment.undefined(obj=owner, name=name)
            return value
        try:
            return getattr(owner, name)
        except AttributeError:
            pass
        try:
            return owner[name]
        except (TypeError, LookupError, AttributeError):
            return self.environment.undefined(obj=owner, name=name)

    def attrs(self, owner: Any, names: tuple[str, ...], /) -> Any:
        """Follow several names, one after the other."""
        for name in names:
            owner = self.attr(owner, name)
        return owner

    def item(self, owner: Any, key: Any, /) -> Any:
        """Return the item, else, where the key is a str, the attribute, else an undefined value."""
        try:
            return owner[key]
        except (AttributeError, TypeError, LookupError):
            pass
        if isinstance(key, str):
            try:
                name = str(key)
            except Exception:
                return self.environment.undefined(obj=owner, name=key)
            try:
                return getattr(owner, name)
            except AttributeError:
                pass
        return self.environment.undefined(obj=owner, name=key)


class _Overridden:
    """The same by the methods of an environment that has its own."""

    def __init__(self, environment: Any) -> None:
        self.attr: Callable[[Any, str], Any] = environment.getattr
        self.item: Callable[[Any, Any], Any] = environment.getitem

    def attrs(self, owner: Any, names: tuple[str, ...], /) -> Any:
        for name in names:
            owner = self.attr(owner, name)
        return owner


def access(environment: Any, /) -> Any:
    """Return what reads attributes and items for an environment."""
    kind = type(environment)
    own = environment.__dict__
    if kind.getattr is _GETATTR and kind.getitem is _GETITEM:
        if "getattr" not in own and "getitem" not in own:
            found = own.get("_flaskfast_access")
            # An overlay begins with the attributes of another environment.
            if type(found) is Access and found.environment is environment:
                return found
            found = own["_flaskfast_access"] = Access(environment)
            return found
    return _Overridden(environment)
