"""Celery as Flask's documentation has it: every task runs in an app context."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task, shared_task
from celery.result import AsyncResult
from flask import Flask, current_app, g, has_request_context, render_template_string, request


def celery_init_app(app: Flask) -> Celery:
    class FlaskTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()
    app.extensions["celery"] = celery_app
    return celery_app


ended: list[str] = []


def create_app() -> Flask:
    app = Flask(__name__)
    app.config.from_mapping(
        GREETING="hello",
        CELERY={
            "broker_url": os.environ["REDIS"],
            "result_backend": os.environ["REDIS"],
            "broker_connection_retry_on_startup": True,
            "task_ignore_result": True,
        },
    )
    app.config.from_prefixed_env()
    celery_init_app(app)

    @app.teardown_appcontext
    def end(error: BaseException | None) -> None:
        ended.append(f"{g.pop('task', 'none')}: {type(error).__name__}")

    @app.post("/start/<name>")
    def start(name: str) -> dict[str, Any]:
        task = {"add": add, "greet": greet, "fail": fail, "contexts": contexts}[name]
        return {"id": task.delay(**request.get_json()).id}

    @app.get("/result/<task_id>")
    def result(task_id: str) -> dict[str, Any]:
        found = AsyncResult(task_id)
        ready = found.ready()
        value = found.result if ready and found.successful() else repr(found.result)
        return {"ready": ready, "state": found.state, "value": value}

    return app


@shared_task(ignore_result=False)
def add(a: int, b: int) -> int:
    return a + b


@shared_task(ignore_result=False)
def greet(name: str) -> str:
    g.task = "greet"
    text = "{{ config.GREETING }}, <b>{{ name }}</b>, {{ g.task }}"
    return render_template_string(text, name=name)


@shared_task(ignore_result=False)
def fail(reason: str) -> None:
    g.task = "fail"
    raise ValueError(reason)


@shared_task(ignore_result=False)
def contexts() -> dict[str, Any]:
    """Tell what is current in a task, and what earlier tasks have left behind."""
    return {
        "app": current_app.name,
        "request": has_request_context(),
        "left": g.get("task"),
        "ended": ended[:],
    }
