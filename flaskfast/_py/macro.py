# cython: annotation_typing=False
"""A macro of a template, as what Python and other templates call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2.nodes import EvalContext
from jinja2.utils import _PassArg, missing

from .escape import mark


class Macro:
    """Call the function that a macro was compiled to.

    :param func: takes the parameters in order, then, each only where the macro uses it, the
        caller, a dict of other keyword arguments and a tuple of other positional ones.
    :param default_autoescape: whether the result is marked as safe where the call does not bring
        an evaluation context; None: as the environment says of templates without a name.
    """

    # The evaluation context of the place of the call comes as the first argument.
    jinja_pass_arg = _PassArg.eval_context

    def __init__(
        self,
        environment: Any,
        func: Callable[..., str],
        name: str | None,
        arguments: Any,
        catch_kwargs: bool,
        catch_varargs: bool,
        caller: bool,
        default_autoescape: bool | None = None,
    ) -> None:
        self._environment = environment
        self._func = func
        self._count = len(arguments)
        self.name = name
        self.arguments = arguments
        self.catch_kwargs = catch_kwargs
        self.catch_varargs = catch_varargs
        self.caller = caller
        self.explicit_caller = "caller" in arguments
        if default_autoescape is None:
            default_autoescape = environment.autoescape
            if callable(default_autoescape):
                default_autoescape = default_autoescape(None)
        self._default_autoescape = default_autoescape
        self._plain = not (catch_kwargs or catch_varargs or caller)
        self._unset = (missing,) * self._count

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        if args and isinstance(args[0], EvalContext):
            return self.invoke(args[0].autoescape, args[1:], kwargs)
        return self.invoke(self._default_autoescape, args, kwargs)

    def invoke(self, autoescape: Any, args: Any, kwargs: Any) -> str:
        """Call the macro; the result is marked as safe where *autoescape* is true.

        :raises TypeError: there are arguments that it does not take.
        """
        given = len(args)
        if self._plain and not kwargs and given <= self._count:
            # PERF: template-macro. What is not given is `missing`, and gets its default.
            if given < self._count:
                args = (*args, *self._unset[given:])
            text = self._func(*args)
        else:
            text = self._func(*self._bind(args, dict(kwargs or ())))
        return mark(text) if autoescape else text

    def _bind(self, args: Any, kwargs: Any) -> list[Any]:
        bound = list(args[: self._count])
        has_caller = self.explicit_caller
        if len(bound) != self._count:
            rest = self.arguments[len(bound) :]
            bound += [kwargs.pop(name, missing) for name in rest]
            has_caller = "caller" in rest
        if self.caller and not has_caller:
            caller = kwargs.pop("caller", None)
            if caller is None:
                caller = self._environment.undefined("No caller defined", name="caller")
            bound.append(caller)
        if self.catch_kwargs:
            bound.append(kwargs)
        elif kwargs:
            if "caller" in kwargs:
                raise TypeError(
                    f"macro {self.name!r} was invoked with two values for the special caller"
                    " argument: one by name, one by place."
                )
            raise TypeError(f"macro {self.name!r} takes no keyword argument {next(iter(kwargs))!r}")
        if self.catch_varargs:
            bound.append(args[self._count :])
        elif len(args) > self._count:
            raise TypeError(f"macro {self.name!r} takes not more than {self._count} argument(s)")
        return bound

    def __repr__(self) -> str:
        name = "anonymous" if self.name is None else repr(self.name)
        return f"<{type(self).__name__} {name}>"
