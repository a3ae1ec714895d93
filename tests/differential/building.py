"""Make the app of a plan with one of the two packages."""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import answers, classes
from .plan import Answer, Blueprint, Handler, Hook, Part, Plan, Steps, View
from .steps import CLASSES, World, tweak

NAME = "planned"


class Records(logging.Handler):
    """Notes what the app logs, by its own logger."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def emit(self, record: logging.LogRecord) -> None:
        """Note a record: the message where it is Flask's own, not ours."""
        error = record.exc_info[1] if record.exc_info else None
        message = record.getMessage() if record.msg.startswith("Exception on") else "?"
        self.world.note("log", record.levelname, message, error)


def build(package: ModuleType, plan: Plan) -> World:
    """Make the app of *plan*.

    :returns: the world it is in; where making it failed, that is noted and there is no app.
    """
    world = World(package)
    try:
        _build(world, plan)
    except Exception as error:
        world.note("build", error)
        world.app = None
    return world


def _build(world: World, plan: Plan) -> None:
    cls = classes.app_class(world, dict(plan.classes), plan.seams)
    arguments = {"static_folder": None, "root_path": str(answers.FILES.parent)}
    app = world.app = cls(NAME, **{**arguments, **dict(plan.arguments)})
    app.config.update(plan.settings)
    app.url_map.converters["twice"] = classes.Twice
    for name, value in plan.map_options:
        setattr(app.url_map, name, value)
    app.logger.handlers[:] = [Records(world)]
    app.logger.propagate = False
    app.logger.setLevel(logging.WARNING)

    _fill(world, app, plan.app, "app")
    for number, (name, steps) in enumerate(plan.signals):
        _connect(world, name, steps, f"signal {name} {number}")


def _connect(world: World, name: str, steps: Steps, where: str) -> None:
    def receiver(sender: Any, **extra: Any) -> None:
        world.note(where, sender is world.app, sorted(extra), extra.get("exception"))
        world.perform(steps, where)

    world.kept.append(receiver)
    getattr(world.package.signals, name).connect(receiver, world.app)


def disconnect(world: World) -> None:
    """Forget the receivers, so that they cannot hear of anything else."""
    world.kept.clear()


def _fill(world: World, target: Any, part: Part, where: str) -> None:
    for view in part.views:
        _add_view(world, target, view, where)
    for number, hook in enumerate(part.hooks):
        _add_hook(world, target, hook, f"{where} {hook.kind} {number}")
    for handler in part.handlers:
        _add_handler(world, target, handler, where)
    for inner in part.parts:
        blueprint = _make_blueprint(world, inner, f"{where}.{inner.name}")
        target.register_blueprint(blueprint, **dict(inner.registered))


def _make_blueprint(world: World, part: Blueprint, where: str) -> Any:
    arguments = {key: dict(v) if key == "url_defaults" else v for key, v in part.arguments}
    blueprint = world.package.Blueprint(part.name, NAME, **arguments)
    _fill(world, blueprint, part, where)
    return blueprint


# -- views


def _add_view(world: World, target: Any, view: View, where: str) -> None:
    where = f"{where} view {view.endpoint}"

    def answer(**values: Any) -> Any:
        world.note(where, "called", values)
        world.perform(view.steps, where)
        return answers.make(world, where, view.answer)

    options = {key: dict(v) if key == "defaults" else v for key, v in view.options}
    if view.methods is not None:
        options["methods"] = list(view.methods)
    if view.style in _DECORATORS:
        decorate = getattr(target, view.style)(view.rule, endpoint=view.endpoint, **options)
        assert decorate(answer) is answer
        return
    endpoint: str | None = view.endpoint
    if view.style == "named":
        answer.__name__, endpoint = view.endpoint, None
    function = None if view.style == "missing" else _STYLES[view.style](world, answer)
    target.add_url_rule(view.rule, endpoint, function, **options)


_DECORATORS = ("get", "post", "route")


def _function(world: World, answer: Callable[..., Any]) -> Callable[..., Any]:
    return answer


def _coroutine(world: World, answer: Callable[..., Any]) -> Callable[..., Any]:
    async def view(**values: Any) -> Any:
        return answer(**values)

    return view


def _partial(world: World, answer: Callable[..., Any]) -> Callable[..., Any]:
    return functools.partial(lambda extra, **values: answer(**values), 1)


def _object(world: World, answer: Callable[..., Any]) -> Callable[..., Any]:
    class Callable_:
        methods = ("GET", "PUT")

        def __call__(self, **values: Any) -> Any:
            return answer(**values)

    return Callable_()


def _views(world: World) -> Any:
    return importlib.import_module(f"{world.package.__name__}.views")


def _class_view(world: World, answer: Callable[..., Any]) -> Any:
    class Page(_views(world).View):  # type: ignore[misc]
        methods = ("GET", "POST")

        def dispatch_request(self, **values: Any) -> Any:
            return answer(**values)

    return Page.as_view("page")


def _method_view(world: World, answer: Callable[..., Any]) -> Any:
    class Item(_views(world).MethodView):  # type: ignore[misc]
        def get(self, **values: Any) -> Any:
            return answer(**values)

        def delete(self, **values: Any) -> Any:
            return answer(**values)

    return Item.as_view("item")


def _required(world: World, answer: Callable[..., Any]) -> Callable[..., Any]:
    def view(**values: Any) -> Any:
        return answer(**values)

    view.required_methods = ("PATCH",)  # type: ignore[attr-defined]
    view.provide_automatic_options = False  # type: ignore[attr-defined]
    return view


_STYLES: dict[str, Callable[[World, Callable[..., Any]], Any]] = {
    "function": _function,
    "named": _function,
    "async": _coroutine,
    "partial": _partial,
    "object": _object,
    "class": _class_view,
    "method": _method_view,
    "required": _required,
}


# -- hooks


def _add_hook(world: World, target: Any, hook: Hook, where: str) -> None:
    if hook.kind == "url_build_error":
        _add_build_handler(world, target, hook, where)
        return
    register = getattr(target, hook.kind, None)
    if register is None:
        # A kind that only apps, or only blueprints, have.
        return
    if "template" in hook.kind:
        register("own" if hook.answer else None)(_own(world, where))
        return
    function = _HOOKS[hook.kind.replace("app_", "").replace("_app", "")](world, hook, where)
    if hook.is_async:
        function = _as_coroutine(function)
    register(function)


def _own(world: World, where: str) -> Callable[..., str]:
    def own(*args: Any) -> str:
        world.note(where, "called", args)
        return "o"

    return own


def _add_build_handler(world: World, target: Any, hook: Hook, where: str) -> None:
    def handle(error: Exception, endpoint: str, values: dict[str, Any]) -> Any:
        world.note(where, type(error).__name__, endpoint, sorted(values))
        if hook.answer == ("raise",):
            raise error
        return hook.answer and hook.answer[1]

    if target is world.app:
        target.url_build_error_handlers.append(handle)


def _as_coroutine(function: Callable[..., Any]) -> Callable[..., Any]:
    async def hook(*args: Any) -> Any:
        return function(*args)

    return hook


def _before(world: World, hook: Hook, where: str) -> Callable[[], Any]:
    def before() -> Any:
        world.note(where, "called")
        world.perform(hook.steps, where)
        return None if hook.answer is None else answers.make(world, where, hook.answer)

    return before


def _after(world: World, hook: Hook, where: str) -> Callable[[Any], Any]:
    def after(response: Any) -> Any:
        world.note(where, "called", response.status)
        world.perform(hook.steps, where)
        return tweak(world, where, response, hook.tweaks)

    return after


def _teardown(world: World, hook: Hook, where: str) -> Callable[[Any], None]:
    def teardown(error: BaseException | None) -> None:
        world.note("TEARDOWN", where, error)
        world.perform(hook.steps, "TEARDOWN")

    return teardown


def _preprocessor(world: World, hook: Hook, where: str) -> Callable[[Any, Any], None]:
    def preprocess(endpoint: Any, values: Any) -> None:
        world.note(where, endpoint, values)
        world.perform(hook.steps, where)
        if values:
            values.pop("lang", None)

    return preprocess


def _defaults(world: World, hook: Hook, where: str) -> Callable[[Any, Any], None]:
    def defaults(endpoint: Any, values: Any) -> None:
        world.note(where, endpoint, sorted(values))
        values.setdefault("lang", "en")

    return defaults


def _processor(world: World, hook: Hook, where: str) -> Callable[[], dict[str, Any]]:
    def processor() -> dict[str, Any]:
        world.note(where, "called")
        world.perform(hook.steps, where)
        return {"p": where, "x": "hidden"}

    return processor


_HOOKS: dict[str, Callable[[World, Hook, str], Callable[..., Any]]] = {
    "before_request": _before,
    "after_request": _after,
    "teardown_request": _teardown,
    "teardowncontext": _teardown,
    "url_value_preprocessor": _preprocessor,
    "url_defaults": _defaults,
    "context_processor": _processor,
}


def _add_handler(world: World, target: Any, handler: Handler, where: str) -> None:
    where = f"{where} handler {handler.key}"

    def handle(error: Exception) -> Any:
        original = getattr(error, "original_exception", None)
        world.note(where, error, original)
        world.perform(handler.steps, where)
        return _handled(world, where, handler.answer, error)

    key = CLASSES[handler.key] if isinstance(handler.key, str) else handler.key
    decorate = getattr(target, "app_errorhandler", None) if handler.for_app else None
    (decorate or target.errorhandler)(key)(handle)


def _handled(world: World, where: str, answer: Answer, error: Exception) -> Any:
    if answer == ("same",):
        return error
    if answer == ("raise",):
        raise error
    return answers.make(world, where, answer)
