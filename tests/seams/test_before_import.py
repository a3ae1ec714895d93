"""What an agent has wrapped before flaskfast is imported is called, not stepped over."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import functools
import importlib
import os

calls = []

class Proxy:
    def __init__(self, function):
        self.__wrapped__ = function

    def __getattribute__(self, name):
        if name in ("__wrapped__", "__get__"):
            return object.__getattribute__(self, name)
        return getattr(object.__getattribute__(self, "__wrapped__"), name)

    def __get__(self, instance, owner):
        return functools.partial(self, instance)

    def __call__(self, *args, **kwargs):
        calls.append(self.__wrapped__.__name__)
        return self.__wrapped__(*args, **kwargs)

def wrap(function):
    def tracing(*args, **kwargs):
        calls.append(function.__name__)
        return function(*args, **kwargs)
    return tracing

how = {how}
module = importlib.import_module({module!r})
cls = getattr(module, {cls!r}) if {cls!r} else module
setattr(cls, {name!r}, how(vars(cls)[{name!r}]))

import flaskfast

app = flaskfast.Flask(__name__)

@app.route("/")
def view():
    flaskfast.request.form
    return flaskfast.render_template_string("{{{{ 1 }}}}")

@app.route("/no")
def no():
    flaskfast.abort(403)

@app.route("/stream")
def stream():
    return (str(number) for number in range(3))

@app.route("/elsewhere")
def elsewhere():
    answer = flaskfast.redirect("/")
    answer.set_cookie("a", "b")
    return answer

@app.route("/file")
def file():
    return flaskfast.send_file(flaskfast.__file__)

@app.route("/below")
def below():
    return flaskfast.send_from_directory(os.path.dirname(flaskfast.__file__), "app.py")

client = app.test_client()
for path, status in (("/elsewhere", 302), ("/file", 200), ("/below", 200)):
    with client.get(path) as answer:
        assert answer.status_code == status
with client.get("/stream") as answer:
    assert answer.data == b"012"
assert client.post("/", data={{"a": "b"}}).status_code == 405
with client.get("/") as answer:
    assert answer.data == b"1"
assert client.get("/no").status_code == 403
assert {name!r} in calls, calls
"""


@pytest.mark.parametrize("how", ["Proxy", "wrap", "lambda f: functools.wraps(f)(wrap(f))"])
@pytest.mark.parametrize(
    "method",
    [
        "jinja2.environment:Template.render",
        "jinja2.environment:Environment.compile",
        "jinja2.environment:Environment.from_string",
        "werkzeug.wrappers.request:Request.__init__",
        "werkzeug.wrappers.response:Response.close",
        "werkzeug.wrappers.response:Response.iter_encoded",
        "werkzeug.sansio.response:Response.set_cookie",
        "werkzeug.utils:redirect",
        "werkzeug.utils:send_file",
        "werkzeug.utils:send_from_directory",
        "werkzeug.wsgi:ClosingIterator.__init__",
        "werkzeug.wsgi:ClosingIterator.__next__",
        "werkzeug.wsgi:ClosingIterator.close",
        "werkzeug.exceptions:HTTPException.get_response",
        "werkzeug.exceptions:HTTPException.get_body",
        "werkzeug.exceptions:HTTPException.get_description",
        "werkzeug.exceptions:HTTPException.__call__",
    ],
)
def test_it_is_called(method: str, how: str) -> None:
    module, _, path = method.partition(":")
    cls, _, name = path.rpartition(".")
    program = PROGRAM.format(how=how, module=module, cls=cls, name=name)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
