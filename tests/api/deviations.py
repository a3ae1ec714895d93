"""Every way in which the package's surface differs from Flask's, by reason."""

from __future__ import annotations

from flaskfast import kernels

DEVIATIONS: dict[str, tuple[str, ...]] = {
    "The URL map and its adapter are subclasses of Werkzeug's, and are those wherever asked.": (
        "classes/flask.sansio.app.App/members/url_map_class",
        "instances/app/url_map",
        "instances/request context/url_adapter",
        "modules/flask.routing",
        "modules/flask.sansio.app/imports/Map",
    ),
    "`flaskfast routes` also tells of rules that never match, and how rules are matched.": (
        "commands/routes/params/conflicts",
        "commands/routes/params/stats",
    ),
    "The command line is loaded when it is first asked for; `flask.app.cli` still answers.": (
        "classes/flask.app.Flask/members/cli",
        "classes/flask.blueprints.Blueprint/members/cli",
        "modules/flask.app/imports/cli",
        "modules/flask.app/imports/click",
        "modules/flask.blueprints/names/AppGroup",
    ),
    "Tells which kernels are in use; Flask has none.": ("modules/flask/names/kernels",),
    "Putting flaskfast in Flask's place is our own affair: install_as_flask, `exec`.": (
        "commands/exec",
        "modules/flask.dropin",
    ),
    "The production server's launcher has no counterpart in Flask.": (
        "commands/serve",
        "modules/flask.serve",
    ),
    "Would my application behave the same, how fast is it here, is it set up right? Our own.": (
        "commands/bench",
        "commands/doctor",
        "commands/verify",
        "modules/flask.doctor",
        "modules/flask.verify",
    ),
    "The environment is one of Jinja's whose templates are compiled to faster code.": (
        "classes/flask.templating.Environment/mro",
        "modules/flask.jinja",
    ),
    "What every request touches is set by a constructor; types stand where users look.": (
        "classes/flask.ctx.AppContext/members/__init__",
        "classes/flask.ctx.RequestContext/members/__init__",
        "classes/flask.ctx.RequestContext/members/session",
        "classes/flask.wrappers.Request/members/json_module",
        "classes/flask.wrappers.Request/members/routing_exception",
        "classes/flask.wrappers.Request/members/url_rule",
        "classes/flask.wrappers.Request/members/view_args",
    ),
    "Parsers of headers, queries and bodies under the names that Werkzeug has for them.": (
        "modules/flask.http",
    ),
    "JSON by other libraries than the standard one, for those who ask for it.": (
        "modules/flask.json.libraries",
    ),
    "The fast escape, public so that others can use it.": ("modules/flask.markup",),
    "A regular package here, a namespace package there; imports cannot tell them apart.": (
        "modules/flask.sansio",
    ),
    "Shared between the app and the contexts, which live in other modules.": (
        "modules/flask.sessions/names/needs_saving_untouched",
    ),
    "send_file calls Werkzeug without an intermediate step that anybody could call.": (
        "modules/flask.helpers/names/_prepare_send_file_kwargs",
    ),
    "Defined once, in sansio.app, and imported; Flask has the same function twice.": (
        "modules/flask.app/names/_make_timedelta",
    ),
    "Private methods with an alias in place of a long return type; the type is the same.": (
        "classes/flask.templating.DispatchingJinjaLoader/members/_get_source_explained",
        "classes/flask.templating.DispatchingJinjaLoader/members/_get_source_fast",
    ),
}

if kernels.flavour == "native":
    DEVIATIONS["What every request touches is compiled: methods and attributes of C types."] = (
        "classes/flask.ctx.AppContext/members/app",
        "classes/flask.ctx.AppContext/members/pop",
        "classes/flask.ctx.AppContext/members/push",
        "classes/flask.ctx.RequestContext/members/app",
        "classes/flask.ctx.RequestContext/members/match_request",
        "classes/flask.ctx.RequestContext/members/pop",
        "classes/flask.ctx.RequestContext/members/push",
        "classes/flask.ctx.RequestContext/members/request",
        "classes/flask.wrappers.Request/members/endpoint",
        "classes/flask.wrappers.Request/members/blueprint",
        "classes/flask.wrappers.Request/members/blueprints",
    )
