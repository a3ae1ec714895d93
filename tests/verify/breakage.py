"""Break flaskfast, and only flaskfast, in every process that a test starts.

A ``sitecustomize`` on PYTHONPATH waits until the module is imported that is to be broken, and
then runs a piece of code in it. Genuine Flask's process never imports that module.
"""

from __future__ import annotations

from pathlib import Path

_SITECUSTOMIZE = """
import sys
from importlib.machinery import PathFinder

MODULE = {module!r}
CODE = {code!r}


class Breaker:
    def find_spec(self, name, path=None, target=None):
        if name != MODULE:
            return None
        spec = PathFinder.find_spec(name, path)
        execute = spec.loader.exec_module

        def broken(module):
            execute(module)
            exec(compile(CODE, "breakage", "exec"), vars(module))

        spec.loader.exec_module = broken
        return spec


sys.meta_path.insert(0, Breaker())
"""

#: Wraps the application as a server sees it; `change` gets and returns status, headers, body.
_AROUND = """
def around(change):
    shipped = Flask.wsgi_app

    def wsgi_app(self, environ, start_response):
        kept = []
        body = shipped(self, environ, lambda *args: kept.append(args))
        content = b"".join(body)
        getattr(body, "close", lambda: None)()
        status, headers, content = change(environ, kept[0][0], list(kept[0][1]), content)
        start_response(status, headers)
        return [content]

    Flask.wsgi_app = wsgi_app
"""


def broken(folder: Path, module: str, code: str) -> dict[str, str]:
    """Write the breakage into *folder* and return the environment that brings it about."""
    folder.mkdir()
    text = _SITECUSTOMIZE.format(module=module, code=code)
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def answers(change: str) -> tuple[str, str]:
    """Return module and code of a breakage that changes what is sent.

    :param change: an expression for status, headers and body, made of `environ`, `status`,
        `headers` and `body`.
    """
    code = f"{_AROUND}\naround(lambda environ, status, headers, body: ({change}))"
    return "flaskfast.app", code


def requests(change: str) -> tuple[str, str]:
    """Return module and code of a breakage that reads requests wrongly.

    :param change: an expression for what to put into the environ, made of `environ`.
    """
    code = (
        "shipped = Flask.wsgi_app\n"
        "def wsgi_app(self, environ, start_response):\n"
        f"    return shipped(self, {{**environ, **({change})}}, start_response)\n"
        "Flask.wsgi_app = wsgi_app\n"
    )
    return "flaskfast.app", code
