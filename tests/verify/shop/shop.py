"""A small application with something of everything that could come out differently."""

import random
import time
from datetime import datetime, timezone

from flask import (
    Flask,
    Response,
    abort,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    stream_with_context,
    url_for,
)

app = Flask(__name__)
app.config.update(SECRET_KEY="a key for the tests, and for nothing else", PAGE=3)
stock = {"visits": 0}


@app.before_request
def look_who_comes():
    g.visitor = session.get("name", "nobody")


@app.after_request
def say_who_came(response):
    response.headers["X-Visitor"] = g.visitor
    return response


@app.get("/")
def index():
    return render_template("index.html", text=request.args.get("q", "all & sundry"))


@app.get("/items/<int:number>")
def item(number):
    if number > 10:
        abort(404, "There is no such item.")
    return jsonify(zone="B", name="item", number=number, tags=["a", "b"])


@app.get("/files/<path:name>")
def file(name):
    return f"{name} of {url_for('item', number=3, _external=True)}"


@app.get("/old")
def old():
    return redirect(url_for("index"))


@app.get("/hello/<name>")
def hello(name):
    session.permanent = True
    session["name"] = name
    flash(f"Hello {name}")
    return redirect(url_for("me"))


@app.get("/me")
def me():
    return {"name": session.get("name"), "again": request.cookies.get("session") is not None}


@app.get("/now")
def now():
    moment = datetime.now(timezone.utc)
    return {"http": moment, "iso": moment.isoformat(), "unix": time.time()}


@app.get("/visits")
def visits():
    stock["visits"] += 1
    return f"visit {stock['visits']}"


@app.get("/lucky")
def lucky():
    return {"number": random.random(), "word": random.choice(["one", "two", "three"])}


@app.get("/stream")
def stream():
    def parts():
        for number in range(3):
            yield f"{number} for {request.path}\n"

    return Response(stream_with_context(parts()), mimetype="text/plain")


@app.get("/fail")
def fail():
    raise RuntimeError("nothing works")


@app.route("/order", methods=["GET", "POST"])
def order():
    if request.method == "POST":
        session["orders"] = session.get("orders", 0) + 1
        return jsonify(form=request.form, json=request.get_json(silent=True)), 201
    return render_template("order.html")


@app.post("/upload")
def upload():
    found = [(f.filename, f.mimetype, f.read().hex()) for f in request.files.getlist("picture")]
    return {"pictures": found, "fields": request.form.to_dict(flat=False)}


@app.get("/wanted")
def wanted():
    kinds = ["text/html", "application/json"]
    return {
        "kind": request.accept_mimetypes.best_match(kinds),
        "language": request.accept_languages.best_match(["en", "fr", "de"]),
        "sizes": request.cookies.getlist("sample"),
        "quoted": request.cookies.get("quoted"),
        "token": request.headers.get("X-Token"),
    }


@app.errorhandler(404)
def missing(error):
    return {"missing": request.path, "why": error.description}, 404
