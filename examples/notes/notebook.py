"""The pages of the notebook."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_from_directory,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from . import store
from .auth import login_required
from .filters import is_image

TITLE_LIMIT = 120
BODY_LIMIT = 100_000
TAG = re.compile(r"[\w-]{1,30}")

bp = Blueprint("notebook", __name__)


@bp.route("/")
def index() -> ResponseReturnValue:
    if g.user is None:
        return render_template("notes/welcome.html")
    words = request.args.get("q", "").strip()
    tag = request.args.get("tag", "")
    number = max(1, request.args.get("page", 1, type=int))
    page = store.notes_page(g.user["id"], number, words=words, tag=tag)
    return render_template(
        "notes/index.html", page=page, words=words, tag=tag, tags=store.tag_counts(g.user["id"])
    )


@bp.route("/notes/new", methods=["GET", "POST"])
@login_required
def new() -> ResponseReturnValue:
    if request.method == "GET":
        return render_template("notes/edit.html", note=None, form={})
    title, body, tags = _form()
    complaint = complaint_about(title, body, tags)
    if complaint is not None:
        flash(complaint, "bad")
        return render_template("notes/edit.html", note=None, form=request.form), 422
    note_id = store.add_note(g.user["id"], title, body, tags)
    flash("The note is saved.", "good")
    return redirect(url_for(".show", note_id=note_id))


@bp.route("/notes/<int:note_id>")
@login_required
def show(note_id: int) -> ResponseReturnValue:
    return render_template(
        "notes/show.html",
        note=_own(note_id),
        tags=store.tags_of(note_id),
        attachments=store.attachments(note_id),
    )


@bp.route("/notes/<int:note_id>/edit", methods=["GET", "POST"])
@login_required
def edit(note_id: int) -> ResponseReturnValue:
    note = _own(note_id)
    if request.method == "GET":
        kept = {
            "title": note["title"],
            "body": note["body"],
            "tags": " ".join(store.tags_of(note_id)),
        }
        return render_template("notes/edit.html", note=note, form=kept)
    title, body, tags = _form()
    complaint = complaint_about(title, body, tags)
    if complaint is not None:
        flash(complaint, "bad")
        return render_template("notes/edit.html", note=note, form=request.form), 422
    store.change_note(note_id, title, body, tags)
    flash("The note is saved.", "good")
    return redirect(url_for(".show", note_id=note_id))


@bp.post("/notes/<int:note_id>/delete")
@login_required
def delete(note_id: int) -> ResponseReturnValue:
    note = _own(note_id)
    store.remove_note(note_id)
    flash(f"Deleted: {note['title']}", "good")
    return redirect(url_for(".index"))


@bp.post("/notes/<int:note_id>/share")
@login_required
def share(note_id: int) -> ResponseReturnValue:
    note = _own(note_id)
    store.set_shared(note_id, shared=note["share"] is None)
    return redirect(url_for(".show", note_id=note_id))


@bp.route("/shared/<uuid:key>")
def shared(key: uuid.UUID) -> ResponseReturnValue:
    note = store.shared_note(key)
    if note is None:
        abort(404)
    return render_template("notes/shared.html", note=note)


@bp.post("/notes/<int:note_id>/files")
@login_required
def attach(note_id: int) -> ResponseReturnValue:
    _own(note_id)
    uploads = [upload for upload in request.files.getlist("file") if upload.filename]
    for upload in uploads:
        store.add_attachment(note_id, upload)
    if uploads:
        flash(f"Attached {len(uploads)} file{'s' if len(uploads) > 1 else ''}.", "good")
    else:
        flash("Choose a file first.", "bad")
    return redirect(url_for(".show", note_id=note_id))


@bp.route("/notes/<int:note_id>/files/<int:attachment_id>/<name>")
@login_required
def download(note_id: int, attachment_id: int, name: str) -> ResponseReturnValue:
    row = _own_attachment(note_id, attachment_id)
    if row["name"] != name:
        abort(404)
    # Only pictures are shown in the page's place; anything else could be a page of its own.
    return send_from_directory(
        current_app.config["UPLOADS"],
        row["stored_as"],
        as_attachment=not is_image(name),
        download_name=name,
    )


@bp.post("/notes/<int:note_id>/files/<int:attachment_id>/delete")
@login_required
def detach(note_id: int, attachment_id: int) -> ResponseReturnValue:
    row = _own_attachment(note_id, attachment_id)
    store.remove_attachment(row)
    flash(f"Removed {row['name']}.", "good")
    return redirect(url_for(".show", note_id=note_id))


@bp.route("/export.csv")
@login_required
def export() -> ResponseReturnValue:
    headers = {"Content-Disposition": "attachment; filename=notes.csv"}
    return current_app.response_class(
        stream_with_context(_csv_lines()), mimetype="text/csv", headers=headers
    )


def _csv_lines() -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(("id", "title", "body", "tags", "created", "changed"))
    yield line.getvalue()
    for note in store.every_note(g.user["id"]):
        line.seek(0)
        line.truncate()
        writer.writerow(
            (
                note["id"],
                note["title"],
                note["body"],
                note["tags"] or "",
                note["created"],
                note["changed"],
            )
        )
        yield line.getvalue()


def complaint_about(title: str, body: str, tags: list[str]) -> str | None:
    """Say what is wrong with a note, or return None when it may be kept."""
    if not title:
        return "A note needs a title."
    if len(title) > TITLE_LIMIT:
        return f"A title has at most {TITLE_LIMIT} characters."
    if len(body) > BODY_LIMIT:
        return f"A note has at most {BODY_LIMIT} characters."
    for tag in tags:
        if not TAG.fullmatch(tag):
            return f"A tag has 1 to 30 letters, digits or hyphens; this one does not: {tag}"
    return None


def _form() -> tuple[str, str, list[str]]:
    form = request.form
    tags = form.get("tags", "").replace(",", " ").lower().split()
    return form.get("title", "").strip(), form.get("body", "").strip(), tags


def _own(note_id: int) -> store.Row:
    note = store.note(note_id, g.user["id"])
    if note is None:
        abort(404)
    return note


def _own_attachment(note_id: int, attachment_id: int) -> store.Row:
    _own(note_id)
    row = store.attachment(note_id, attachment_id)
    if row is None:
        abort(404)
    return row
