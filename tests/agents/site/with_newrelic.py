"""The application under New Relic's agent in developer mode, which never connects."""

from __future__ import annotations

import os
from typing import Any

import newrelic.agent
import recorder

HERE = os.path.dirname(os.path.abspath(__file__))
newrelic.agent.initialize(os.path.join(HERE, "newrelic.ini"))

from newrelic.core.stats_engine import StatsEngine  # noqa: E402


def described(node: Any) -> dict[str, Any]:
    """Return a node of the tree of a transaction, and those below it."""
    fields = {
        name: getattr(node, name)
        for name in ("group", "name", "operation", "label", "template", "library")
        if getattr(node, name, None) is not None
    }
    children = [
        described(child)
        for child in getattr(node, "children", ())
        # Werkzeug's wrapper of a body, in which flaskfast puts only what has to be closed.
        if getattr(child, "name", "") != "werkzeug.wsgi:ClosingIterator.close"
    ]
    return {"type": type(node).__name__, **fields, "children": children}


record = StatsEngine.record_transaction


def record_transaction(self: StatsEngine, transaction: Any) -> None:
    errors = [
        [error.type, error.message, [line for line in error.stack_trace if HERE in line]]
        for error in transaction.errors
    ]
    asked = {a.name: a.value for a in transaction.agent_attributes}
    recorder.write(
        "transaction",
        {
            "path": transaction.path,
            "type": transaction.type,
            "errors": errors,
            "attributes": asked,
            "parent": transaction.parent_type,
            "tree": described(transaction.root),
        },
    )
    record(self, transaction)


StatsEngine.record_transaction = record_transaction

from visited import create_app  # noqa: E402

app = create_app()
newrelic.agent.register_application(timeout=30.0)
