"""Drive headless Chromium by ChromeDriver's own protocol, W3C WebDriver; nothing else is needed.

Debian has both in the packages chromium and chromium-driver.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.integration.services import missing
from tests.served.elsewhere import stop
from tests.served.servers import LOOPBACK, free_port

# Guards against what hangs, no judgement of speed.
_SECONDS = 120
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of a reference (WebDriver, 12)
# Without these it looks for its maker's hosts at every start.
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--window-size=1000,1400", "--lang=en",
)  # fmt: skip


class Browser:
    """One window."""

    def __init__(self, driver: str, session: str) -> None:
        self._base = f"{driver}/session/{session}"

    def _call(self, method: str, path: str, **data: Any) -> Any:
        return _call(method, f"{self._base}{path}", data if method == "POST" else None)

    def open(self, url: str) -> None:
        """Go to an address, and wait until it is loaded."""
        self._call("POST", "/url", url=url)

    def click(self, css: str) -> None:
        """Click on the first element that a CSS selector finds."""
        self._call("POST", f"/element/{self._find(css)}/click")

    def press(self, text: str) -> None:
        """Click on the button with this text, and wait for the page that it leads to."""
        xpath = f"//button[normalize-space()='{text}']"
        element = self._find(xpath, "xpath")
        self.run("window.left = true")
        self._call("POST", f"/element/{element}/click")
        self.wait("!window.left && document.readyState == 'complete'")

    def wait(self, condition: str) -> None:
        """Wait until an expression of JavaScript is true."""
        give_up = time.monotonic() + _SECONDS
        while not self.run(f"return {condition}"):
            assert time.monotonic() < give_up, f"{condition} never came true"
            time.sleep(0.02)

    def fill(self, css: str, text: str) -> None:
        """Type into a field, in the place of what is there; a path chooses a file."""
        element = self._find(css)
        if "[type=file]" not in css:
            self._call("POST", f"/element/{element}/clear")
        self._call("POST", f"/element/{element}/value", text=text)

    def _find(self, selector: str, using: str = "css selector") -> str:
        found: str = self._call("POST", "/element", using=using, value=selector)[_ELEMENT]
        return found

    def run(self, script: str) -> Any:
        """Return what a script returns."""
        return self._call("POST", "/execute/sync", script=script, args=[])

    def text(self) -> str:
        """Return the page as it is read: what is visible."""
        return str(self.run("return document.body.innerText"))

    def cookies(self) -> list[dict[str, Any]]:
        """Return the cookies of this page, those that scripts cannot see too."""
        found: list[dict[str, Any]] = self._call("GET", "/cookie")
        return found

    def picture(self) -> bytes:
        """Return what the window shows, as PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    def complaints(self) -> list[str]:
        """Return what the console has: errors of scripts, resources that could not be had."""
        found = self._call("POST", "/se/log", type="browser")
        return [entry["message"] for entry in found]


def _call(method: str, url: str, data: dict[str, Any] | None = None) -> Any:
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        with error:
            value = json.load(error)["value"]
        raise AssertionError(f"{method} {url}: {value['error']}: {value['message']}") from None


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start Chromium with an empty profile."""
    chromium = shutil.which("chromium") or missing("Chromium (Debian: chromium)")
    driver = shutil.which("chromedriver") or missing("ChromeDriver (Debian: chromium-driver)")
    port = free_port()
    base = f"http://{LOOPBACK}:{port}"
    profile.mkdir(parents=True)
    with (profile.parent / "chromedriver.log").open("wb") as log:
        process = subprocess.Popen(
            [driver, f"--port={port}"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, f"{base}/status")
            chrome = {
                "binary": chromium,
                "args": [*_OPTIONS, f"--user-data-dir={profile}"],
            }
            wanted = {
                "goog:chromeOptions": chrome,
                "goog:loggingPrefs": {"browser": "ALL"},
                "pageLoadStrategy": "normal",
            }
            made = _call("POST", f"{base}/session", {"capabilities": {"alwaysMatch": wanted}})
            session = made["sessionId"]
            yield Browser(base, session)
            _call("DELETE", f"{base}/session/{session}")
        finally:
            stop(process)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    give_up = time.monotonic() + _SECONDS
    while time.monotonic() < give_up:
        assert process.poll() is None, f"ChromeDriver ended with {process.returncode}"
        with suppress(OSError):
            if _call("GET", url)["ready"]:
                return
        time.sleep(0.05)
    raise AssertionError(f"ChromeDriver is not ready after {_SECONDS} seconds")
