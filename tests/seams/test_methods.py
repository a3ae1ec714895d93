"""Methods: replaced on the class, by mock, on the instance, in a subclass or in their code.

Each test replaces a method on genuine Flask and on flaskfast, sends the same requests, and wants
to see the same number of calls.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from types import ModuleType
from typing import Any

import flask as genuine
import pytest

import flaskfast

from . import patching
from .exercise import Parts, fill, send_all

#: Methods that requests come by, of the class that the app uses.
OF_REQUESTS = {
    "Flask": (
        "__call__ wsgi_app full_dispatch_request preprocess_request dispatch_request"
        " make_response finalize_request process_response handle_exception"
        " handle_user_exception handle_http_exception do_teardown_request"
        " do_teardown_appcontext create_url_adapter ensure_sync make_default_options_response"
        " raise_routing_exception log_exception send_static_file request_context app_context"
        " trap_http_exception inject_url_defaults url_for redirect update_template_context"
        " should_ignore_error handle_url_build_error _find_error_handler"
        " get_send_file_max_age test_client test_request_context test_cli_runner"
        " create_jinja_environment select_jinja_autoescape create_global_jinja_loader"
    ),
    "Blueprint": "send_static_file get_send_file_max_age",
    "Request": (
        "__init__ get_data get_json close on_json_loading_failed _load_form_data"
        " make_form_data_parser"
    ),
    "Response": (
        "__call__ get_wsgi_response get_wsgi_headers get_app_iter iter_encoded close set_cookie"
        " delete_cookie call_on_close set_data make_conditional force_type get_data"
    ),
    "RequestContext": "__init__ push pop match_request copy",
    "AppContext": "__init__ push pop",
    "SecureCookieSessionInterface": (
        "open_session save_session get_cookie_name get_cookie_domain get_cookie_path"
        " get_cookie_httponly get_cookie_secure get_cookie_samesite get_cookie_partitioned"
        " get_expiration_time should_set_cookie is_null_session get_signing_serializer"
    ),
    "DefaultJSONProvider": "dumps loads response",
    "MethodView": "dispatch_request",
    "Environment": "get_template from_string compile _load_template",
    "FlaskClient": "open",
}

#: Methods that setting an app up comes by: replaced before it, called by it.
OF_SETUP = {
    "Flask": (
        "__init__ add_url_rule endpoint register_error_handler before_request after_request"
        " teardown_request teardown_appcontext register_blueprint route errorhandler"
        " context_processor url_defaults url_value_preprocessor template_filter"
        " add_template_filter make_config make_aborter auto_find_instance_path"
    ),
    "Blueprint": (
        "__init__ add_url_rule endpoint register_error_handler before_request after_request"
        " teardown_request route get errorhandler context_processor register make_setup_state"
        " record record_once before_app_request after_app_request teardown_app_request"
        " app_errorhandler register_blueprint _merge_blueprint_funcs _method_route"
    ),
    "BlueprintSetupState": "__init__ add_url_rule",
    "MethodView": "as_view",
}

#: Called less often than by Flask, or later, on purpose: see "Done later" in docs/differences.md.
FEWER = {
    ("Flask", "create_url_adapter"),
    ("Flask", "_find_error_handler"),
    ("SecureCookieSessionInterface", "get_cookie_name"),
    ("SecureCookieSessionInterface", "get_cookie_domain"),
    ("SecureCookieSessionInterface", "get_cookie_path"),
    ("SecureCookieSessionInterface", "get_cookie_httponly"),
    ("SecureCookieSessionInterface", "get_cookie_secure"),
    ("SecureCookieSessionInterface", "get_cookie_samesite"),
    ("SecureCookieSessionInterface", "get_cookie_partitioned"),
    ("SecureCookieSessionInterface", "is_null_session"),
    ("SecureCookieSessionInterface", "get_signing_serializer"),
    # Werkzeug's test client has it called by what closes a body, and some bodies need no closing.
    ("Response", "call_on_close"),
    ("DefaultJSONProvider", "dumps"),
    ("DefaultJSONProvider", "loads"),
}

#: Left out where they have nothing to do, unless they were replaced: new code of the old function
#: is not looked for at each of these.
NOT_BY_CODE = {
    ("Response", "get_wsgi_headers"),
    ("Response", "iter_encoded"),
    ("Response", "close"),
    ("SecureCookieSessionInterface", "open_session"),
    ("SecureCookieSessionInterface", "save_session"),
    ("SecureCookieSessionInterface", "should_set_cookie"),
}

#: Compiled in the native flavour: they can be replaced, and have no code that could be rewritten.
COMPILED = {
    ("Request", "__init__"),
    ("Response", "__call__"),
    ("Response", "get_wsgi_response"),
    ("Response", "get_app_iter"),
    ("Response", "set_data"),
    ("RequestContext", "__init__"),
    ("RequestContext", "push"),
    ("RequestContext", "pop"),
    ("RequestContext", "match_request"),
    ("AppContext", "__init__"),
    ("AppContext", "push"),
    ("AppContext", "pop"),
}


def _names(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(owner, name) for owner, names in table.items() for name in names.split()]


def _calls(package: ModuleType, owner: str, name: str, way: str, when: str) -> int:
    """Return how many calls somebody sees who replaced the method in that way."""
    seen: list[Any] = []
    parts = Parts(package)
    cls = parts.classes[owner]
    with ExitStack() as stack:
        if when == "before":
            stack.enter_context(_replace(parts, None, cls, owner, name, way, seen))
        if way == "subclass":
            parts = Parts(package, {owner: patching.subclass(cls, name, seen)})
        app = parts.app()
        blueprint = fill(parts, app)
        objects = {
            "Flask": app,
            "Blueprint": blueprint,
            "SecureCookieSessionInterface": app.session_interface,
            "DefaultJSONProvider": app.json,
            "Environment": None,
        }
        if when == "after":
            send_all(app)
        if when == "after" or way == "instance":
            if way == "instance" and owner == "Environment":
                objects["Environment"] = app.jinja_env
            stack.enter_context(_replace(parts, objects, cls, owner, name, way, seen))
        send_all(app)
    return len(seen)


def _replace(
    parts: Parts,
    objects: dict[str, Any] | None,
    cls: Any,
    owner: str,
    name: str,
    way: str,
    seen: list[Any],
) -> AbstractContextManager[None]:
    if way == "instance":
        if objects is None:
            return nullcontext()
        return patching.on_instance(objects[owner], name, seen)
    ways: dict[str, Any] = {
        "class": patching.on_class,
        "mock": patching.by_mock,
        "code": patching.by_code,
        "subclass": lambda *args: nullcontext(),
    }
    replaced: AbstractContextManager[None] = ways[way](cls, name, seen)
    return replaced


_WITH_INSTANCES = (
    "Flask",
    "Blueprint",
    "SecureCookieSessionInterface",
    "DefaultJSONProvider",
    "Environment",
)


def _combinations() -> list[tuple[str, str, str, str]]:
    found = []
    for owner, name in _names(OF_REQUESTS):
        ways = ["class", "mock", "code", "subclass"]
        if owner in _WITH_INSTANCES and name not in ("__call__", "__init__"):
            ways.append("instance")
        compiled = flaskfast.kernels.flavour == "native" and (owner, name) in COMPILED
        if compiled or (owner, name) in NOT_BY_CODE:
            ways.remove("code")
        for way in ways:
            if way == "mock" and name == "__init__":
                # autospec leaves constructors alone.
                continue
            found.append((owner, name, way, "before"))
            if way != "subclass":
                found.append((owner, name, way, "after"))
    return found


@pytest.mark.parametrize(("owner", "name", "way", "when"), _combinations())
def test_requests_are_seen(owner: str, name: str, way: str, when: str) -> None:
    """Whatever the way, and also when requests have been answered before."""
    expected = _calls(genuine, owner, name, way, when)
    found = _calls(flaskfast, owner, name, way, when)
    if way == "code" and owner in ("Request", "Response"):
        # Flask inherits the function from Werkzeug, whose own requests and responses run it, too.
        assert 0 < found <= expected
    elif (owner, name) in FEWER:
        assert found <= expected
        assert bool(found) == bool(expected)
    else:
        assert found == expected


@pytest.mark.parametrize("way", ["class", "mock", "code", "subclass"])
@pytest.mark.parametrize(("owner", "name"), _names(OF_SETUP))
def test_setup_is_seen(owner: str, name: str, way: str) -> None:
    """Registration is seen as often as on genuine Flask."""
    if way == "mock" and name == "__init__":
        pytest.skip("autospec leaves constructors alone")
    expected = _calls(genuine, owner, name, way, "before")
    found = _calls(flaskfast, owner, name, way, "before")
    assert expected
    assert found == expected
