"""The JSON API: the same notes, for programs.

Requests carry ``Authorization: Bearer TOKEN``; the account page makes tokens.
Every error is JSON too: ``{"error": {"code": 404, "name": "Not Found", "message": ...}}``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, g, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, Unauthorized

from . import notebook, store

bp = Blueprint("api", __name__, url_prefix="/api")


def is_api_request() -> bool:
    return request.path == bp.url_prefix or request.path.startswith(f"{bp.url_prefix}/")


def problem(error: HTTPException) -> ResponseReturnValue:
    """Answer with an HTTP error as JSON, keeping its status and headers."""
    response = error.get_response()
    content = {"code": error.code, "name": error.name, "message": error.description}
    response.set_data(current_app.json.dumps({"error": content}))
    response.mimetype = "application/json"
    return response


@bp.before_request
def load_user() -> None:
    sent = request.authorization
    g.user = None
    if sent is not None and sent.type == "bearer" and sent.token:
        g.user = store.user_by_token(sent.token)
    if g.user is None:
        raise Unauthorized(
            "Send 'Authorization: Bearer TOKEN'; the account page makes tokens.",
            www_authenticate=WWWAuthenticate("bearer", {"realm": "notes"}),
        )


class NoteList(MethodView):
    """All notes of a user."""

    def get(self) -> ResponseReturnValue:
        number = max(1, request.args.get("page", 1, type=int))
        words, tag = request.args.get("q", ""), request.args.get("tag", "")
        page = store.notes_page(g.user["id"], number, words=words, tag=tag)
        following = None
        if number < page.pages:
            kept: dict[str, Any] = {"q": words or None, "tag": tag or None}
            following = url_for(".notes", page=number + 1, **kept, _external=True)
        return {
            "notes": [_summary(row) for row in page.items],
            "page": number,
            "pages": page.pages,
            "total": page.total,
            "next": following,
        }

    def post(self) -> ResponseReturnValue:
        title, body, tags = _fields({"title": "", "body": "", "tags": []})
        note_id = store.add_note(g.user["id"], title, body, tags)
        location = url_for(".note", note_id=note_id)
        return _note(note_id), 201, {"Location": location}


class NoteItem(MethodView):
    """One note of a user."""

    def get(self, note_id: int) -> ResponseReturnValue:
        response = make_response(jsonify(_note(note_id)))
        response.add_etag()
        return response.make_conditional(request)

    def put(self, note_id: int) -> ResponseReturnValue:
        _note(note_id)
        store.change_note(note_id, *_fields({"title": "", "body": "", "tags": []}))
        return _note(note_id)

    def patch(self, note_id: int) -> ResponseReturnValue:
        store.change_note(note_id, *_fields(_note(note_id)))
        return _note(note_id)

    def delete(self, note_id: int) -> ResponseReturnValue:
        _note(note_id)
        store.remove_note(note_id)
        return "", 204


bp.add_url_rule("/notes", view_func=NoteList.as_view("notes"))
bp.add_url_rule("/notes/<int:note_id>", view_func=NoteItem.as_view("note"))


def _summary(row: store.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": row["title"],
        "tags": sorted((row["tags"] or "").split()),
        "changed": row["changed"],
        "url": url_for(".note", note_id=row["id"], _external=True),
    }


def _note(note_id: int) -> dict[str, Any]:
    row = store.note(note_id, g.user["id"])
    if row is None:
        abort(404, f"You have no note {note_id}.")
    return {
        "id": row["id"],
        "title": row["title"],
        "body": row["body"],
        "tags": store.tags_of(note_id),
        "created": row["created"],
        "changed": row["changed"],
    }


def _fields(kept: dict[str, Any]) -> tuple[str, str, list[str]]:
    """Read title, body and tags from the JSON body; what is not sent stays as in *kept*."""
    sent = request.get_json()
    if not isinstance(sent, dict):
        abort(400, "The body must be a JSON object.")
    unknown = sorted(sent.keys() - {"title", "body", "tags"})
    if unknown:
        abort(400, f"A note has title, body and tags, not {', '.join(unknown)}.")
    title, body, tags = (sent.get(name, kept[name]) for name in ("title", "body", "tags"))
    if not _is_text(title) or not _is_text(body):
        abort(400, "title and body must be strings of Unicode characters.")
    if not isinstance(tags, list) or not all(map(_is_text, tags)):
        abort(400, "tags must be a list of strings.")
    complaint = notebook.complaint_about(title.strip(), body, tags)
    if complaint is not None:
        abort(422, complaint)
    return title.strip(), body, tags


def _is_text(value: object) -> bool:
    # JSON can spell half of a surrogate pair, which is no character and cannot be stored.
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)
