"""Sessions that are kept on a server, by Flask-Session in Redis."""

from __future__ import annotations

import json

import pytest

from tests.journeys.visitor import Visitor
from tests.served.servers import KERNELS

from .conftest import Answers, Visit
from .services import redis

pytestmark = [pytest.mark.served, pytest.mark.slow]


def journey(visitor: Visitor) -> None:
    """Log in, fill a basket, run into an error, log out; come back with an old cookie."""

    def learn() -> None:
        if "session" in visitor.cookies:
            visitor.learn("session", visitor.cookies["session"])

    visitor.get("/")
    visitor.get("/me")
    visitor.post("/login", {"name": "Ann"})
    learn()
    visitor.get("/me")
    visitor.get("/me")  # the message is gone
    for thing in ("bread", "tea <b>"):
        visitor.post(f"/basket/{thing.replace(' ', '%20')}")
    visitor.get("/boom")
    visitor.get("/me")
    visitor.get("/")
    visitor.get("/kept")
    old = dict(visitor.cookies)
    visitor.post("/login", {"name": "Ann", "remember": "1"})
    learn()
    visitor.get("/me")
    visitor.post("/logout")
    visitor.get("/me")
    visitor.get("/kept")
    visitor.cookies.update(old)  # its session is no more
    visitor.get("/me")
    visitor.cookies["session"] = "made-up"
    visitor.get("/me")
    visitor.post("/login", {"name": "Bob"})
    learn()
    visitor.get("/kept")


@pytest.mark.parametrize("kernels", KERNELS)
def test_sessions_in_redis(kernels: str, visit: Visit) -> None:
    found: list[Answers] = []
    for flavour in (None, kernels):
        with redis() as address:
            found.append(visit("session_app:app", journey, flavour, {"REDIS": address}))
    genuine, ours = found
    assert ours == genuine
    basket = next(answer for answer in ours if answer[0].startswith("POST /basket/tea"))
    assert json.loads(basket[-2]) == {"basket": ["bread", "tea <b>"]}
    cookies = [line for line in ours[2] if line.startswith("Set-Cookie")]
    assert len(cookies) == 1 and "<session 0>; HttpOnly; Path=/; SameSite=Strict" in cookies[0]
    assert json.loads(ours[-1][-2])["count"] >= 1
