"""A build that is broken somewhere is found out, whatever it is that is broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .breakage import answers, broken, requests
from .conftest import SHOP, Run, Verify, run_verify

pytestmark = pytest.mark.slow

#: What is wrong with an answer: the request, how it is changed, and words of the difference.
SENT = {
    "a header is dropped": (
        "GET /",
        "status, [h for h in headers if h[0] != 'X-Visitor'], body",
        "- X-Visitor: nobody",
    ),
    "a header is added": ("GET /", "status, [*headers, ('X-More', '1')], body", "+ X-More: 1"),
    "headers are in another order": ("GET /", "status, headers[::-1], body", "- X-Visitor: nobody"),
    "a header is spelt in small letters": (
        "GET /old",
        "status, [(k.lower(), v) for k, v in headers], body",
        "+ location: /",
    ),
    "a header's value has a space more": (
        "GET /",
        "status, [(k, v.replace('; ', ';  ')) for k, v in headers], body",
        "+ Content-Type: text/html;  charset=utf-8",
    ),
    "a status is another": (
        "GET /none",
        "status.replace('404', '410'), headers, body",
        "+ 410 NOT FOUND",
    ),
    "a status has another phrase": (
        "GET /old",
        "status.replace('FOUND', 'Found'), headers, body",
        "+ 302 Found",
    ),
    "one byte of a body is another": (
        "GET /",
        "status, headers, body.replace(b'sundry', b'sundrx')",
        "+ <p>all &amp; sundrx</p>",
    ),
    "the last byte of a body is missing": ("GET /files/a", "status, headers, body[:-1]", "/items/"),
    "a body has a byte more": ("GET /stream", "status, headers, body + b' '", "+  "),
    "a body has a carriage return": (
        "GET /stream",
        "status, headers, body.replace(b'\\n', b'\\r\\n')",
        "+ 0 for /stream\\r",
    ),
    "a body in Latin-1": (
        "GET /?q=%C3%A9",
        "status, headers, body.decode().encode('latin-1')",
        r"+ <p>\xe9</p>",
    ),
    "a length is announced wrongly": (
        "HEAD /",
        "status, [(k, str(int(v) + 1) if k == 'Content-Length' else v) for k, v in headers], body",
        "- Content-Length:",
    ),
    "HEAD is answered with a body": ("HEAD /", "status, headers, b'all'", "+ all"),
    "a cookie has lost a flag": (
        "GET /hello/a",
        "status, [(k, v.replace('; HttpOnly', '')) for k, v in headers], body",
        "HttpOnly",
    ),
    "a cookie has another path": (
        "GET /hello/a",
        "status, [(k, v.replace('Path=/', 'Path=/x')) for k, v in headers], body",
        "Path=/x",
    ),
    "a cookie is missing": (
        "GET /hello/a",
        "status, [h for h in headers if h[0] != 'Set-Cookie'], body",
        "- Set-Cookie: session=<signed",
    ),
    "a cookie has other content": (
        "GET /hello/a",
        "status, [(k, v.replace('session=', 'session=x')) for k, v in headers], body",
        "+ Set-Cookie: session=x",
    ),
    "a random body has a brace more": ("GET /lucky", "status, headers, body + b'}'", "}"),
    "a random body is empty": ("GET /lucky", "status, headers, b''", '- {"number":'),
    "a clock is an hour off": (
        "GET /now",
        "status, headers, body.replace(b'\"unix\":1', b'\"unix\":2')",
        '+ {"http":',
    ),
    "a counter counts twice": (
        "GET /visits",
        "status, headers, body.replace(b'visit ', b'visit 1')",
        "+ visit 1",
    ),
}

#: How it behaves.
BEHAVIOUR = {
    "a cookie lasts a day longer": (
        "flaskfast.sessions",
        "import datetime as d\n"
        "shipped = SessionInterface.get_expiration_time\n"
        "SessionInterface.get_expiration_time = lambda self, app, session: (\n"
        "    shipped(self, app, session) and\n"
        "    shipped(self, app, session) + d.timedelta(days=1))",
        "GET /hello/sample",
        "Expires=",
    ),
    "keys are not sorted, and dates an hour off": (
        "flaskfast.json.provider",
        "import datetime as d\n"
        "shipped = _default\n"
        "later = lambda o: o + d.timedelta(hours=1) if isinstance(o, d.datetime) else o\n"
        "DefaultJSONProvider.default = staticmethod(lambda o: shipped(later(o)))\n"
        "DefaultJSONProvider.sort_keys = False",
        "GET /items/1",
        '+ {"zone":"B"',
    ),
    "redirects are absolute": (
        "flaskfast.wrappers",
        "Response.autocorrect_location_header = True",
        "GET /old",
        "+ Location: http://localhost/",
    ),
    "parts of files are not sent": (
        "flaskfast.helpers",
        "import werkzeug.utils\n"
        "shipped = werkzeug.utils.send_file\n"
        "werkzeug.utils.send_file = lambda *a, **k: shipped(*a, **{**k, 'conditional': False})",
        "GET /static/style.css",
        "+ 200 OK",
    ),
    "hooks before the request are left out": (
        "flaskfast.app",
        "Flask.preprocess_request = lambda self: setattr(g, 'visitor', 'x')",
        "GET /",
        "+ X-Visitor: x",
    ),
    "an error is swallowed": (
        "flaskfast.app",
        "Flask.handle_exception = lambda self, e: self.make_response('fine')",
        "GET /fail",
        "+ 200 OK",
    ),
    "error handlers are not asked": (
        "flaskfast.sansio.app",
        "App._find_error_handler = lambda self, e, blueprints: None",
        "GET /flaskfast-verify/no-such-page",
        "missing",
    ),
    "another method is let through": (
        "flaskfast.app",
        "shipped = Flask.raise_routing_exception\n"
        "Flask.raise_routing_exception = lambda self, r: self.make_response('any')\n"
        "Flask.handle_user_exception = lambda self, e: self.make_response('any')",
        "TRACE /",
        "+ 200 OK",
    ),
    "text in pages is not escaped": (
        "flaskfast.sansio.app",
        "App.select_jinja_autoescape = lambda self, name: False",
        "GET /?q=",
        "<b>",
    ),
    "a session is believed without its signature": (
        "flaskfast.sessions",
        "shipped = SecureCookieSessionInterface.get_signing_serializer\n"
        "class Gullible:\n"
        "    def __init__(self, real): self.real = real\n"
        "    def loads(self, text, **k): return self.real.loads_unsafe(text)[1] or {}\n"
        "    def dumps(self, obj): return self.real.dumps(obj)\n"
        "SecureCookieSessionInterface.get_signing_serializer = (\n"
        "    lambda self, app: Gullible(shipped(self, app)))",
        "GET /me",
        '"name":"sample"',
    ),
    "sessions are signed with another salt": (
        "flaskfast.sessions",
        "SecureCookieSessionInterface.salt = 'other'",
        "",
        "signature of the session cookie",
    ),
    "a session is lost": (
        "flaskfast.sessions",
        "SecureCookieSessionInterface.open_session = lambda self, app, r: self.session_class()",
        "GET /me",
        '"name":null',
    ),
    "a session is another visitor's": (
        "flaskfast.sessions",
        "shared = {}\n"
        "class Shared(SecureCookieSession):\n"
        "    def __init__(self, *a): super().__init__(shared)\n"
        "shipped = SecureCookieSessionInterface.save_session\n"
        "def save(self, app, session, response):\n"
        "    shared.update(session)\n"
        "    shipped(self, app, session, response)\n"
        "SecureCookieSessionInterface.save_session = save\n"
        "SecureCookieSessionInterface.session_class = Shared",
        "GET /me",
        '"name":"sample"',
    ),
    "long texts are not escaped to their end": (
        *answers("status, headers, body.replace(b'bytes &lt;i&gt;', b'bytes <i>')"),
        "GET /?q=a+text",
        "bytes <i>",
    ),
    "texts of four bytes a letter are cut": (
        *answers("status, headers, body.replace('\\U0001d11e'.encode(), b'?')"),
        "GET /?q=",
        "<i>",
    ),
    "numbers may have a sign": (
        *requests("{'PATH_INFO': environ['PATH_INFO'].replace('/-', '/')}"),
        "GET /items/-1",
        '"number":1',
    ),
    "digits of other scripts are no numbers": (
        *requests("{'PATH_INFO': environ['PATH_INFO'].replace('\\xd9\\xa3', 'x')}"),
        "GET /items/%D9%A3",
        '- {"name":"item","number":3',
    ),
    "slashes are merged without a redirection": (
        *requests("{'PATH_INFO': environ['PATH_INFO'].replace('//', '/')}"),
        "GET /items//1",
        "308 PERMANENT REDIRECT",
    ),
    "a slash too many does not matter": (
        *requests("{'PATH_INFO': environ['PATH_INFO'].rstrip('/') or '/'}"),
        "GET /old/",
        "404 NOT FOUND",
    ),
    "a plus sign is no space": (
        *requests("{'QUERY_STRING': environ['QUERY_STRING'].replace('+', '%2B')}"),
        "GET /?q=",
        "+ <p>",
    ),
    "a semicolon parts a query": (
        *requests("{'QUERY_STRING': environ['QUERY_STRING'].replace(';', '&')}"),
        "GET /?q=a;b",
        "- <p>a;b=2</p>",
    ),
    "the last of two fields counts": (
        *requests("{'QUERY_STRING': '&'.join(environ['QUERY_STRING'].split('&')[::-1])}"),
        "GET /?q=a;b",
        "- <p>a;b",
    ),
    "quotes in cookies are kept": (
        *requests("{'HTTP_COOKIE': environ.get('HTTP_COOKIE', '').replace('\\\\', '')}"),
        "GET /wanted",
        '"quoted"',
    ),
    "languages that are refused are taken": (
        *requests("{'HTTP_ACCEPT_LANGUAGE': environ.get('HTTP_ACCEPT_LANGUAGE', '')[-6:-4]}"),
        "GET /wanted",
        '"language"',
    ),
    "files are never the same": (
        *requests("{'HTTP_IF_NONE_MATCH': ''}"),
        "GET /static/style.css",
        "304 NOT MODIFIED",
    ),
    "only one part of a file can be had": (
        *requests("{'HTTP_RANGE': environ.get('HTTP_RANGE', '').partition(',')[0]}"),
        "GET /static/style.css",
        "- 416 REQUESTED RANGE NOT SATISFIABLE",
    ),
    "what should be the same is random": (
        *answers("status, headers, body.replace(b'sundry', __import__('secrets').token_bytes(9))"),
        "GET /",
        "sundry",
    ),
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run in which each of SENT goes wrong, for one request each."""
    folder = tmp_path_factory.mktemp("sent")
    shutil.copytree(SHOP, folder / "shop")
    requests = [f"{request}\nX-Wrong: {n}\n" for n, (request, _, _) in enumerate(SENT.values())]
    (folder / "requests.http").write_text("\n".join(requests), encoding="utf-8")
    changes = ",".join(f"lambda environ, status, headers, body: ({c})" for _, c, _ in SENT.values())
    wrong = f"[{changes}][int(environ['HTTP_X_WRONG'])](environ, status, headers, body)"
    environment = prepared(folder, *answers(wrong))
    arguments = ("shop:app", "--no-cookies", "--requests", str(folder / "requests.http"))
    return run_verify(*arguments, cwd=folder / "shop", report=folder / "report", **environment)


def prepared(tmp_path: Path, module: str, code: str) -> dict[str, str]:
    return broken(tmp_path / "breakage", module, code)


def test_every_wrong_answer_fails_the_run(sent: Run) -> None:
    assert sent.status == 1, sent.out + sent.err
    assert f"{len(SENT)} of {len(SENT)} requests are answered differently" in sent.out


@pytest.mark.parametrize("name", SENT)
def test_a_wrong_answer_is_found(name: str, sent: Run) -> None:
    found = sent.document["requests"][[*SENT].index(name)]
    request, _, words = SENT[name]
    assert f"{found['method']} {found['target']}" == request
    assert found["outcome"] == "differs"
    lines = "\n".join(line for part in found["differences"] for line in part["lines"])
    assert words in lines, lines
    assert f"-H 'X-Wrong: {[*SENT].index(name)}'" in found["curl"]


@pytest.mark.parametrize("name", BEHAVIOUR)
def test_wrong_behaviour_is_found(name: str, verify: Verify, tmp_path: Path) -> None:
    module, code, request, words = BEHAVIOUR[name]
    run = verify("shop:app", **prepared(tmp_path, module, code))
    assert run.status == 1, run.out + run.err
    assert run.document["same"] is False
    differing = run.outcomes("differs")
    assert not request or any(line.startswith(request) for line in differing), run.out
    assert words in run.parts(), run.out


def test_a_whole_build_has_no_difference(verify: Verify) -> None:
    run = verify("shop:app")
    assert run.status == 0, run.out + run.err
    assert run.document["same"] is True
    assert run.outcomes("differs") == []
    assert any("/lucky" in line for line in run.outcomes("varies"))
    assert len(run.outcomes("same")) > 80
    assert "Nothing differs" in run.out


def test_posts_are_compared_when_asked_for(verify: Verify, tmp_path: Path) -> None:
    code = "Request.form = property(lambda self: {'what': 'coffee'})"
    environment = prepared(tmp_path, "flaskfast.wrappers", code)
    assert verify("shop:app", **environment).status == 0
    for asked in (["--unsafe"], ["--requests", "requests.http"]):
        run = verify("shop:app", *asked, **environment)
        assert run.status == 1, run.out + run.err
        assert "POST /order" in run.outcomes("differs")
        assert '"what":"coffee"' in run.parts()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (  # as if what looks like a boundary ended a file
            "shipped = Request.files\n"
            "def files(self):\n"
            "    for f in shipped.__get__(self).values():\n"
            "        f.stream.truncate(f.stream.read().find(b'\\r\\n--'))\n"
            "        f.stream.seek(0)\n"
            "    return shipped.__get__(self)\n"
            "Request.files = property(files)",
            '"pictures"',
        ),
        (
            "shipped = Request.form\n"
            "Request.form = property(lambda self: type(f := shipped.__get__(self))("
            "{k: v.replace('+', ' ') for k, v in f.items()}))",
            '"fields"',
        ),
    ],
)
def test_uploads_are_compared_when_asked_for(
    code: str, words: str, verify: Verify, tmp_path: Path
) -> None:
    environment = prepared(tmp_path, "flaskfast.wrappers", code)
    run = verify("shop:app", "--unsafe", **environment)
    assert run.status == 1, run.out + run.err
    assert "POST /upload" in run.outcomes("differs"), run.out
    assert words in run.parts()


def test_an_app_that_only_flask_can_load(verify: Verify, tmp_path: Path) -> None:
    run = verify(
        "shop:app", **prepared(tmp_path, "flaskfast.sansio.scaffold", "del Scaffold.errorhandler")
    )
    assert run.status == 1, run.out + run.err
    assert "cannot be loaded under flaskfast" in run.out
    assert "errorhandler" in run.out
    assert run.document["failure"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import time; time.sleep(600)", "no answer within 1 seconds"),
        ("import os; os._exit(3)", "the process ended with exit code 3"),
        ("import os; os.abort()", "the process was ended by SIGABRT"),
    ],
)
def test_no_answer_is_a_difference(code: str, words: str, verify: Verify, tmp_path: Path) -> None:
    change = f"exec({code!r}) or 1 if environ['PATH_INFO'] == '/old' else (status, headers, body)"
    run = verify("shop:app", "--timeout", "1", **prepared(tmp_path, *answers(change)))
    assert run.status == 1, run.out + run.err
    assert {line.partition("?")[0] for line in run.outcomes("differs")} == {
        f"{method} /old" for method in ("GET", "HEAD", "OPTIONS", "TRACE")
    } or "given up" in run.parts()
    assert words in run.parts()
