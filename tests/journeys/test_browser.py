"""A visit by a real browser to the example: the same pages, and it looks like a page.

Its pictures are kept in build/journeys, one for each step and flavour.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.dropin.environments import ROOT, Environment
from tests.served.elsewhere import gunicorn_in
from tests.served.servers import KERNELS, LOOPBACK, free_port

from .browser import Browser, browser

pytestmark = [
    pytest.mark.served,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run there"),
]
PICTURES = ROOT / "build" / "journeys"
PASSWORD = "correct horse"
_CHANGING = (
    (r"\d\d? \w{3} \d{4}, \d\d:\d\d UTC", "<minute>"),
    (r"(?<=/shared/)[0-9a-f-]{36}", "<key>"),
    (r"(?<=session=)[\w.-]+", "<session>"),
)


@dataclass
class Steps:
    """What the browser showed, step by step."""

    window: Browser
    site: str
    pictures: Path
    seen: list[tuple[str, ...]] = field(default_factory=list)

    def note(self, step: str, flash: str = "") -> None:
        """Write down what is there now; see that a message was flashed."""
        self.window.wait("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        text = self.window.text()
        for pattern, name in _CHANGING:
            text = re.sub(pattern, name, text)
        flashed = self.window.run(
            "return [...document.querySelectorAll('.flash')].map(e => e.className + ': ' + "
            "e.innerText).join()"
        )
        assert flash in flashed, f"{step}: {flashed!r}, {text!r}"
        address = self.window.run("return location.pathname + location.search")
        title = self.window.run("return document.title")
        looks = self.window.run(
            "let s = getComputedStyle(document.querySelector('header'));"
            "return [s.display, s.backgroundColor, document.images.length].join()"
        )
        self.seen.append((step, address, title, flashed, looks, text))
        picture = self.window.picture()
        assert picture.startswith(b"\x89PNG") and len(picture) > 5000, "an empty picture"
        (self.pictures / f"{len(self.seen):02}-{step.replace(' ', '-')}.png").write_bytes(picture)


def journey(steps: Steps, picture: Path) -> None:
    """Register, log out, log in, write a note by a form, attach a file, delete, log out."""
    window, site = steps.window, steps.site
    window.open(f"{site}/auth/register")
    for name, value in (("name", "Zoë"), ("password", PASSWORD), ("again", "something else")):
        window.fill(f"main [name={name}]", value)
    window.press("Register")
    steps.note("register wrongly", "flash bad")
    for name, value in (("name", "Zoë"), ("password", PASSWORD), ("again", PASSWORD)):
        window.fill(f"main [name={name}]", value)
    window.press("Register")
    steps.note("registered", "Welcome, Zoë")
    window.press("Log out")
    steps.note("logged out at first", "You are logged out")
    window.open(f"{site}/auth/login")
    window.fill("[name=name]", "Zoë")
    window.fill("[name=password]", "wrong password")
    window.press("Log in")
    steps.note("log in wrongly", "do not belong together")
    window.fill("[name=password]", PASSWORD)
    window.click("[name=remember]")
    window.press("Log in")
    steps.note("logged in")
    session = next(cookie for cookie in window.cookies() if cookie["name"] == "session")
    assert session["httpOnly"] and session["sameSite"] == "Lax" and session["expiry"]
    window.open(f"{site}/notes/new")
    window.fill("[name=title]", "Shopping <b>")
    window.fill("[name=body]", "Bread & butter\nTea")
    window.fill("[name=tags]", "home, weekly")
    window.press("Save")
    steps.note("written", "The note is saved")
    window.fill("[type=file]", str(picture))
    window.press("Attach")
    steps.note("attached", "Attached 1 file")
    window.press("Share")
    steps.note("shared")
    window.open(f"{site}/?tag=weekly&q=bread")
    steps.note("found")
    # A form without its token, as another site would send it.
    window.open(f"{site}/notes/new")
    window.run("document.querySelectorAll('[name=csrf_token]').forEach(e => e.value = 'x')")
    window.fill("[name=title]", "Forged")
    window.press("Save")
    steps.note("forged")
    window.open(f"{site}/notes/1")
    window.press("Remove")
    steps.note("removed", "Removed pixel.png")
    window.press("Delete")
    steps.note("deleted", "Deleted: Shopping")
    window.press("Log out")
    steps.note("logged out", "You are logged out")
    window.open(f"{site}/notes/new")
    steps.note("sent to log in")
    window.open(f"{site}/nothing/here")
    steps.note("not found")


# One red pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "08d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Visit the example once by each flavour, in the same place."""
    here = Environment(Path(sys.prefix), genuine=True)
    found: dict[str | None, list[tuple[str, ...]]] = {}
    port = free_port()
    place = tmp_path_factory.mktemp("browser")

    def visit(kernels: str | None) -> list[tuple[str, ...]]:
        if kernels not in found:
            found[kernels] = _visit(here, kernels, place / str(kernels), port)
        return found[kernels]

    yield visit


def _visit(
    environment: Environment, kernels: str | None, folder: Path, port: int
) -> list[tuple[str, ...]]:
    folder.mkdir()
    (folder / "pixel.png").write_bytes(PIXEL)
    variables = {
        "NOTES_SECRET_KEY": "kept in the tests, where nothing is secret",
        "NOTES_PASSWORD_HASHING": "pbkdf2:sha256:1",
        "NOTES_DATABASE": str(folder / "notes.sqlite3"),
        "NOTES_UPLOADS": str(folder / "uploads"),
        "PYTHONPATH": f"{ROOT / 'examples'}:{ROOT}",
    }
    made = environment.run(
        environment.python, "-m", "flask", "--app", "notes", "init-db", cwd=folder,
        variables=variables, launched=kernels is not None,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    pictures = PICTURES / (kernels or "genuine")
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    serving = gunicorn_in(
        environment,
        "notes:create_app()",
        port,
        kernels=kernels,
        cwd=folder,
        output=folder / "output",
        variables=variables,
    )
    with browser(folder / "profile") as window, serving:
        steps = Steps(window, f"http://{LOOPBACK}:{port}", pictures)
        journey(steps, folder / "pixel.png")
        # The pages that are meant to be refused are in the console, and nothing else.
        complaints = [line for line in window.complaints() if "status of 4" not in line]
        assert complaints == []
    return steps.seen


@pytest.mark.parametrize("kernels", KERNELS)
def test_the_browser_sees_the_same(kernels: str, visits: Any) -> None:
    genuine, ours = visits(None), visits(kernels)
    assert [step[0] for step in ours] == [step[0] for step in genuine]
    assert ours == genuine
    assert all("flex" in step[4] for step in ours), "the style sheet was not applied"
    attached = next(step for step in ours if step[0] == "attached")
    assert attached[4].endswith(",1"), "the picture was not shown"
