"""Views written as classes: `View`, and `MethodView` with one method per HTTP method."""

from __future__ import annotations

import typing as t

from . import typing as ft
from ._kernels import cycle
from .globals import _cv_request, request
from .globals import current_app as current_app

F = t.TypeVar("F", bound=t.Callable[..., t.Any])

http_method_funcs = frozenset(
    ["get", "post", "head", "options", "delete", "put", "trace", "patch"]
)  # fmt: skip


class View:
    """A view as a class: implement `dispatch_request`, register what `as_view` returns.

    ::

        class Page(View):
            init_every_request = False

            def __init__(self, template):
                self.template = template

            def dispatch_request(self, **variables):
                return render_template(self.template, **variables)

        app.add_url_rule("/<user>/about", view_func=Page.as_view("about", "about.html"))
    """

    #: The HTTP methods of the rule, unless it is given others; ``None`` is what the application
    #: uses for a function (GET, and HEAD and OPTIONS with it).
    methods: t.ClassVar[t.Collection[str] | None] = None

    #: Whether the application answers OPTIONS itself; ``None`` leaves it to the application.
    provide_automatic_options: t.ClassVar[bool | None] = None

    #: Are applied to the view function, the first one first. Decorators of the class itself
    #: never see it.
    decorators: t.ClassVar[list[t.Callable[..., t.Any]]] = []

    #: ``False`` makes one instance serve all requests: cheaper, but nothing of a request may be
    #: kept on ``self`` then.
    init_every_request: t.ClassVar[bool] = True

    def dispatch_request(self) -> ft.ResponseReturnValue:
        """Answer a request; gets the variables of the URL as keyword arguments."""
        raise NotImplementedError(
            f"{type(self).__qualname__} does not define 'dispatch_request', which answers"
            " its requests. Define it, or subclass MethodView instead of View."
        )

    @classmethod
    def as_view(cls, name: str, *class_args: t.Any, **class_kwargs: t.Any) -> ft.RouteCallable:
        """Make a view function of the class.

        The class is on it as ``view_class``; with `init_every_request`, assigning another one
        takes effect at the next request.

        :param name: the function's name, which is the endpoint unless the rule has another.
        :param class_args: for the class, with ``class_kwargs``, each time it is instantiated.
        """
        shared = None if cls.init_every_request else cls(*class_args, **class_kwargs)

        def view(**kwargs: t.Any) -> ft.ResponseReturnValue:
            # An app that gets just this function does all this itself: `cycle.dispatch_request`.
            instance = shared

            if instance is None:
                # Read from the outermost decorator's result, where users find and replace it.
                instance = view.view_class(*class_args, **class_kwargs)  # type: ignore[attr-defined]

            return cycle.ensure_sync_here(instance.dispatch_request)(**kwargs)  # type: ignore[no-any-return]

        _settle(view)
        view._makes = shared, class_args, class_kwargs  # type: ignore[attr-defined]

        # Decorators look at the names, and some return a function without them.
        view.__name__, view.__module__ = name, cls.__module__

        for decorate in cls.decorators:
            view = decorate(view)

        view.__name__, view.__module__, view.__doc__ = name, cls.__module__, cls.__doc__
        view.view_class = cls  # type: ignore[attr-defined]
        view.methods = cls.methods  # type: ignore[attr-defined]
        view.provide_automatic_options = cls.provide_automatic_options  # type: ignore[attr-defined]
        return view


class MethodView(View):
    """A view with one method for each HTTP method: ``get`` answers GET, ``post`` POST.

    HEAD is answered by ``get`` unless there is a ``head``. The methods of the rule are those
    that the class and its bases define, unless it says so itself in ``methods``.

    ::

        class Item(MethodView):
            def get(self, id):
                return load(id)

            def delete(self, id):
                remove(id)
                return "", 204

        app.add_url_rule("/items/<int:id>", view_func=Item.as_view("item"))
    """

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)

        if "methods" in vars(cls):
            return

        methods = {name.upper() for name in http_method_funcs if hasattr(cls, name)}

        for base in cls.__bases__:
            methods.update(getattr(base, "methods", None) or ())

        if methods:
            cls.methods = methods

    def dispatch_request(self, **kwargs: t.Any) -> ft.ResponseReturnValue:
        """Answer a request by the method that is named like its HTTP method.

        :raises AssertionError: there is none, though the rule let the request through.
        """
        ctx = _cv_request.get(None)
        http_method = (request if ctx is None else ctx.request).method
        method = getattr(self, http_method.lower(), None)

        if method is None and http_method == "HEAD":
            method = getattr(self, "get", None)

        if method is None:
            raise AssertionError(
                f"Unimplemented method {http_method!r}: {type(self).__qualname__} defines no"
                f" '{http_method.lower()}'. Define it, or take {http_method!r} out of the"
                " methods of the class or of its rule."
            )

        return cycle.ensure_sync_here(method)(**kwargs)  # type: ignore[no-any-return]


def _settle(view: t.Any) -> None:
    """Say what is stepped over: once, since all such functions have one code."""
    global _settled
    if not _settled:
        _settled = True
        cycle.settle_views(view.__code__, MethodView, _METHOD_DISPATCH)


_settled = False
_METHOD_DISPATCH = MethodView.dispatch_request
