"""Flask's tutorial: a blog with accounts, on SQLite, out of Flask's own archive."""

from __future__ import annotations

from .visitor import Visitor


def journey(visitor: Visitor) -> None:
    """Register, log in, write, edit and delete; be refused where one has no right."""
    visitor.get("/")
    visitor.get("/create")
    visitor.follow()
    visitor.get("/auth/register")
    visitor.post("/auth/register", {"username": "", "password": "x"})
    visitor.post("/auth/register", {"username": "ann", "password": "secret"})
    visitor.post("/auth/register", {"username": "ann", "password": "other"})
    visitor.post("/auth/register", {"username": "bob", "password": "b"})
    visitor.follow()
    visitor.post("/auth/login", {"username": "nobody", "password": "x"})
    visitor.post("/auth/login", {"username": "ann", "password": "wrong"})
    visitor.post("/auth/login", {"username": "ann", "password": "secret"})
    visitor.follow()
    visitor.get("/create")
    visitor.post("/create", {"title": "", "body": "no title"})
    visitor.post("/create", {"title": "First <b>", "body": "Grüße & more\nlines"})
    visitor.follow()
    visitor.get("/1/update")
    visitor.post("/1/update", {"title": "Changed", "body": "x" * 3000})
    visitor.post("/create", {"title": "Second", "body": ""})
    visitor.post("/1/delete")
    visitor.follow()
    visitor.get("/1/update")  # gone
    visitor.get("/auth/logout")
    visitor.follow()
    visitor.post("/auth/login", {"username": "bob", "password": "b"})
    visitor.get("/2/update")  # not his
    visitor.post("/2/delete")
    visitor.get("/hello")
    visitor.get("/static/style.css")
    visitor.get("/auth/nothing")
    visitor.cookies["session"] = visitor.cookies["session"][:-2] + "xx"  # forged
    visitor.get("/create")
