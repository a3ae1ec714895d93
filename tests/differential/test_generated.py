"""Made-up apps behave on flaskfast as on genuine Flask, event by event."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import flaskfast

from .generating import draw_plan
from .playing import compare, reduced

#: Of the fast run; ``make differential`` compares thousands, drawn anew each time.
EXAMPLES = 300
_CHUNK = 30


@pytest.mark.parametrize("start", range(0, EXAMPLES, _CHUNK))
def test_apps_behave_alike(start: int) -> None:
    """The same events, answers, exceptions and contexts left behind."""
    for seed in range(start, start + _CHUNK):
        plan = draw_plan(seed)
        if compare(plan):
            smaller = reduced(plan)
            pytest.fail(f"seed {seed}: {smaller!r}\n" + "\n".join(compare(smaller)), pytrace=False)


def _forget_after_request(app: Any, response: Any) -> Any:
    return response


def _other_order(app: Any, endpoint: Any, values: Any) -> None:
    for functions in reversed(app.url_default_functions.values()):
        for function in functions:
            function(endpoint, values)


def _never_none(self: Any, name: str, default: Any = None) -> Any:
    return self.__dict__.get(name, default or "")


def _without_blueprint(request: Any) -> None:
    return None


#: Faults of a core: where they are, and what stands there instead.
FAULTS: dict[str, tuple[type[Any], str, Any]] = {
    "after-request functions": (flaskfast.Flask, "process_response", _forget_after_request),
    "order of URL defaults": (flaskfast.Flask, "inject_url_defaults", _other_order),
    "default of g": (flaskfast.ctx._AppCtxGlobals, "get", _never_none),
    "relative endpoints": (flaskfast.Request, "blueprint", property(_without_blueprint)),
    "teardown functions": (flaskfast.Flask, "do_teardown_appcontext", lambda app, exc=None: None),
    "trapped errors": (flaskfast.Flask, "trap_http_exception", lambda app, error: False),
    "expiry of sessions": (
        flaskfast.sessions.SessionInterface,
        "should_set_cookie",
        lambda self, app, session: session.modified,
    ),
    "status of no words": (flaskfast.Response, "status_code", property(lambda self: 200)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: faults put into the core show within a hundred apps."""
    where, name, instead = FAULTS[fault]
    monkeypatch.setattr(where, name, instead)
    assert any(compare(draw_plan(seed)) for seed in range(100))


def test_a_difference_is_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is reported is little more than what shows the fault."""
    monkeypatch.setattr(flaskfast.Flask, "trap_http_exception", lambda app, error: False)
    seed = next(seed for seed in range(1000) if compare(draw_plan(seed)))
    smaller = reduced(draw_plan(seed))
    assert compare(smaller)
    assert len(smaller.exchanges) == 1
    assert sum(len(getattr(smaller.app, f.name)) for f in dataclasses.fields(smaller.app)) <= 4
