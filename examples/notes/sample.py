"""The notes that ``init-db --sample`` puts into an empty database."""

from __future__ import annotations

NOTES = [
    (
        "Welcome",
        "This notebook is an ordinary Flask application. Look at its source in examples/notes: "
        "nothing in it knows which core it runs on.\n\n"
        "Write a note, give it tags, attach a file, share it by a link, or fetch everything as "
        "CSV. Your account page makes a token for the JSON API at /api/notes.",
        ["welcome"],
    ),
    (
        "Bread for Saturday",
        "500 g flour, 350 g water, 10 g salt, 3 g dry yeast.\n\n"
        "Mix on Friday evening, fold twice, leave in the cold overnight. Shape, wait an hour, "
        "bake 40 minutes at 240 degrees with the lid on, then 10 without.",
        ["kitchen", "weekend"],
    ),
    (
        "Books to return",
        "Due on the 14th:\n- The Periodic Table\n- A Field Guide to Getting Lost\n- Flights",
        ["errands"],
    ),
    (
        "Bicycle",
        "Front brake rubs after the rain. New pads are in the drawer.\n"
        "Chain: last replaced at 3,200 km.",
        ["weekend", "workshop"],
    ),
    (
        "Escaping, on purpose",
        'Text with <b>tags</b>, an "attribute" & an ampersand must come out as they were '
        "typed: <script>alert('no')</script>\n\n"
        "Links are found: https://www.rfc-editor.org/rfc/rfc9110.html and nothing else is.",
        ["welcome", "html"],
    ),
]


def fill() -> None:
    """Add the user ``demo`` (password ``demo``) and its notes."""
    from . import store

    owner = store.add_user("demo", "demo")
    for title, body, tags in NOTES:
        store.add_note(owner, title, body, tags)
