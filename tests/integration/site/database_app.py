"""Flask-SQLAlchemy: models, queries, pages, failures and what a request leaves behind."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, jsonify, render_template_string, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Author(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.id")


class Book(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    author_id: Mapped[int] = mapped_column(ForeignKey(Author.id))
    author: Mapped[Author] = relationship(back_populates="books")


PAGE = """{% for book in page.items %}<p>{{ book.title }} by {{ book.author.name }}</p>
{% endfor %}{{ page.page }} of {{ page.pages }}, {{ page.total }} in all
{% for n in page.iter_pages() %}{{ n or "..." }} {% endfor %}
"""

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE"]
app.config["SQLALCHEMY_RECORD_QUERIES"] = True
db.init_app(app)
with app.app_context():
    db.create_all()

sessions: list[int] = []


@app.teardown_appcontext
def see(error: BaseException | None) -> None:
    # Each request has a session of its own, and it is empty or gone by its end.
    sessions.append(len(db.session.registry.registry))


@app.post("/authors")
def new_author() -> tuple[Any, int]:
    author = Author(name=request.form["name"])
    db.session.add(author)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return jsonify(error="there is one of this name"), 409
    return jsonify(id=author.id, name=author.name), 201


@app.post("/authors/<int:author_id>/books")
def new_book(author_id: int) -> tuple[Any, int]:
    author = db.get_or_404(Author, author_id, description="no such author")
    for title in request.form.getlist("title"):
        author.books.append(Book(title=title))
    db.session.flush()
    if "fail" in request.form:
        raise RuntimeError("before the commit")
    db.session.commit()
    return jsonify([book.title for book in author.books]), 201


@app.get("/books")
def books() -> str:
    page = db.paginate(select(Book).order_by(Book.title), per_page=2, max_per_page=5)
    return render_template_string(PAGE, page=page)


@app.get("/authors/<name>")
def author(name: str) -> dict[str, Any]:
    found = db.one_or_404(select(Author).filter_by(name=name))
    return {"id": found.id, "books": [book.title for book in found.books]}


@app.get("/streamed")
def streamed() -> Any:
    from flask import stream_with_context

    rows = db.session.execute(select(Book.title).order_by(Book.id)).scalars()
    return app.response_class(stream_with_context(f"{title}\n" for title in rows))


@app.get("/counts")
def counts() -> dict[str, Any]:
    return {
        "authors": db.session.scalar(select(func.count(Author.id))),
        "books": db.session.scalar(select(func.count(Book.id))),
        "dialect": db.engine.dialect.name,
        "sessions": sorted(set(sessions)),
    }


@app.get("/all")
def everything() -> list[Any]:
    rows = db.session.execute(select(Book).join(Author).order_by(Book.id)).scalars()
    return [[book.id, book.title, book.author_id, book.author.name] for book in rows]
