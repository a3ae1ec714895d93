"""The default sessions, in signed cookies: how they are opened and saved.

What methods of `flaskfast.sessions` do, compiled as it is (`_native/sessions.pxd` gives the types).
Where somebody has put something in the place of a method that was shipped, be it the interface's,
the session's, the serializer's or the response's, that is called; elsewhere, what the method comes
to is done.
"""

from __future__ import annotations

import typing as t
from datetime import timedelta

from itsdangerous import BadData, Serializer
from werkzeug.datastructures import ImmutableMultiDict as WerkzeugFields
from werkzeug.wrappers import Response as WerkzeugResponse

from .._genuine import as_shipped
from .contexts import app_variable as cv_app
from .jar import set_cookie
from .shipped import Shipped
from .signing import are_as_shipped, may_have_tags, read_signed, tagged, write_signed

_unread: t.Any = object()
_COMPACT: dict[str, t.Any] = {"separators": (",", ":")}
# The most seconds that any timedelta can have.
_LONGEST = timedelta.max.days * 86_400

# What is stepped over, once it has all been imported.
_settings: t.Any = None
_opening: t.Any = None
_saving: t.Any = None
_attributes: t.Any = None
_session_class: t.Any = None
_session_init: t.Any = None
_permanent: t.Any = None
_note_change: t.Any = None
_session_get: t.Any = None
_is_null_session: t.Any = None
_is_null_session_code: t.Any = None
_null_session_class: t.Any = None
_fields_class: t.Any = None
_fields_get: t.Any = None
_vary: t.Any = None
_set_cookie: t.Any = None
_set_cookie_code: t.Any = None
_serializers: dict[tuple[t.Any, ...], t.Any] = {}
_serializer_for: t.Any = None
_keeping_class: t.Any = None
_keeping_loads: t.Any = None
_keeping_dumps: t.Any = None
_signer_class: t.Any = None
_signing: list[tuple[t.Any, t.Any]] = []
_tagged_class: t.Any = None
_tagged_loads: t.Any = None
_tagged_dumps: t.Any = None
_tag: t.Any = None
_untag: t.Any = None
_untag_scan: t.Any = None
_standard: tuple[type, ...] = ()
_loads: t.Any = None
_dumps: t.Any = None
_provider_loads: t.Any = None
_provider_dumps: t.Any = None
_read_json: t.Any = None

_werkzeug_get = as_shipped(WerkzeugFields, "get")
_werkzeug_item = as_shipped(WerkzeugFields, "__getitem__")
_werkzeug_set_cookie = as_shipped(WerkzeugResponse, "set_cookie")
_payloads = Shipped(Serializer, "load_payload", "dump_payload")


def settle(interface: t.Any, session: t.Any, note_change: t.Any) -> None:
    """Remember what is shipped of the interface.

    :param interface: ``SecureCookieSessionInterface``.
    :param session: the class of its sessions.
    :param note_change: what such a session calls when it changes.
    """
    global _opening, _saving, _attributes, _session_class, _session_init
    global _permanent, _note_change, _session_get, _null_session_class
    global _is_null_session, _is_null_session_code
    _opening = Shipped(interface, "get_signing_serializer", "get_cookie_name")
    _saving = Shipped(interface, "should_set_cookie", "get_expiration_time")
    _attributes = Shipped(
        interface,
        *("get_cookie_domain", "get_cookie_path", "get_cookie_secure"),
        *("get_cookie_partitioned", "get_cookie_samesite", "get_cookie_httponly"),
    )
    _session_class = session
    _session_init = session.__init__
    _permanent = session.permanent
    _session_get = dict.get
    _note_change = note_change
    _is_null_session = interface.is_null_session
    _is_null_session_code = _is_null_session.__code__
    _null_session_class = interface.null_session_class


def settle_app(app: t.Any) -> None:
    """Remember what is shipped of an app's settings.

    :param app: ``Flask``.
    """
    global _settings
    _settings = Shipped(app, "secret_key", "permanent_session_lifetime")


def settle_response(response: t.Any, fields: t.Any) -> None:
    """Remember what is shipped of requests and responses.

    :param response: ``flaskfast.Response``.
    :param fields: the class of ``request.cookies``.
    """
    global _fields_class, _fields_get, _vary, _set_cookie, _set_cookie_code
    _fields_class = fields
    _fields_get = fields.get
    _vary = response.vary
    _set_cookie = response.set_cookie
    _set_cookie_code = _set_cookie.__code__


def settle_signing(
    keeping: t.Any, signer: t.Any, signing: t.Any, serializers: t.Any, serializer_for: t.Any
) -> None:
    """Remember what is shipped of what signs.

    :param keeping: the class of serializers that keep their signer.
    :param signer: the class of signers that keep their keys.
    :param signing: what has to be as shipped, a `Shipped` and a class each.
    :param serializers: those that are kept, by what they were made from.
    :param serializer_for: makes them.
    """
    global _keeping_class, _keeping_loads, _keeping_dumps, _signer_class, _signing
    global _serializers, _serializer_for
    _keeping_class = keeping
    _keeping_loads = keeping.loads
    _keeping_dumps = keeping.dumps
    _signer_class = signer
    _signing = signing
    _serializers = serializers
    _serializer_for = serializer_for


def settle_tags(tagging: t.Any, loads: t.Any, dumps: t.Any, provider: t.Any, read: t.Any) -> None:
    """Remember what is shipped of tagged JSON.

    :param tagging: ``TaggedJSONSerializer``.
    :param loads: ``flaskfast.json.loads``.
    :param dumps: ``flaskfast.json.dumps``.
    :param provider: ``DefaultJSONProvider``.
    :param read: reads what that one reads.
    """
    global _tagged_class, _tagged_loads, _tagged_dumps, _tag, _untag, _untag_scan, _standard
    global _loads, _dumps, _provider_loads, _provider_dumps, _read_json
    _tagged_class = tagging
    _tagged_loads = tagging.loads
    _tagged_dumps = tagging.dumps
    _tag = tagging.tag
    _untag = tagging.untag
    _untag_scan = tagging._untag_scan
    _standard = tuple(tagging.default_tags)
    _loads = loads
    _dumps = dumps
    _provider_loads = provider.loads
    _provider_dumps = provider.dumps
    _read_json = read


# -- opening -------------------------------------------------------------------------------


def get_signing_serializer(self: t.Any, app: t.Any) -> t.Any:
    """Return what signs and reads the cookie; None while the app has no secret key."""
    secret = app.config["SECRET_KEY"] if _settings.untouched(app) else app.secret_key
    if not secret:
        return None
    fallbacks = app.config["SECRET_KEY_FALLBACKS"]
    # itsdangerous signs with the last key and tries all of them in reading.
    keys = (*fallbacks, secret) if fallbacks else (secret,)
    made_from = (
        keys,
        self.salt,
        self.serializer,
        self.key_derivation,
        self.digest_method,
    )
    try:
        found = _serializers.get(made_from)
    except TypeError:
        # Something unhashable among them: a key given as bytearray, say.
        found = None
    return _serializer_for(made_from) if found is None else found


def open_session(self: t.Any, app: t.Any, request: t.Any) -> t.Any:
    """Read the session from its cookie; an empty one where that is missing or forged."""
    shipped = _opening.untouched(self)
    if shipped:
        serializer = get_signing_serializer(self, app)
    else:
        serializer = self.get_signing_serializer(app)
    if serializer is None:
        return None
    if shipped:
        name = app.config["SESSION_COOKIE_NAME"]
    else:
        name = self.get_cookie_name(app)
    cookies = request.cookies
    if (
        type(cookies) is _fields_class
        and _fields_class.get is _fields_get
        and WerkzeugFields.get is _werkzeug_get
        and WerkzeugFields.__getitem__ is _werkzeug_item
    ):
        values: t.Any = dict.get(cookies, name)
        signed = values[0] if values else None
    else:
        signed = cookies.get(name)
    kind = self.session_class
    if not signed:
        return kind()
    lifetime = app.config["PERMANENT_SESSION_LIFETIME"] if _settings.untouched(app) else None
    if type(lifetime) is int and 0 <= lifetime <= _LONGEST:
        seconds = lifetime
    else:
        if type(lifetime) is not timedelta:
            lifetime = app.permanent_session_lifetime
        if type(lifetime) is timedelta and lifetime.days >= 0:
            # PERF: session-read. Whole numbers, as they are.
            seconds = lifetime.days * 86_400 + lifetime.seconds
        else:
            seconds = int(lifetime.total_seconds())
    try:
        if type(serializer) is _keeping_class and _keeping_class.loads is _keeping_loads:
            value = load_signed(serializer, signed, seconds)
            if value is _unread:
                value = serializer.loads(signed, max_age=seconds)
        else:
            value = serializer.loads(signed, max_age=seconds)
        if (
            kind is _session_class
            and type(value) is dict
            and _session_class.__init__ is _session_init
        ):
            # PERF: session-read. What its constructor comes to.
            session = kind.__new__(kind)
            dict.update(session, value)
            session.on_update = _note_change
            return session
        return kind(value)
    except (BadData, ValueError, OverflowError, OSError):
        # The last three: a signed time that is no date, on one platform or another.
        return kind()


def load_signed(serializer: t.Any, signed: t.Any, max_age: t.Any) -> t.Any:
    """Return what a signed text holds; a mark of ours where itsdangerous has to decide."""
    if type(signed) is not str or type(max_age) is not int:
        return _unread
    signer = plain_signer(serializer)
    if signer is None:
        return _unread
    payload = read_signed(signed, signer.macs, signer.get_timestamp(), max_age)
    if payload is None:
        return _unread
    inner = serializer.serializer
    if (
        type(inner) is _tagged_class
        and _tagged_class.loads is _tagged_loads
        and serializer.is_text_serializer
        and _payloads.by(Serializer)
    ):
        try:
            return load_tagged(inner, payload.decode())
        except Exception:
            # itsdangerous finds it again below, and has the words for it: BadPayload.
            pass
    return Serializer.load_payload(serializer, payload)


def is_unread(value: t.Any) -> bool:
    """Tell whether it is the mark that `load_signed` and `dump_signed` return."""
    return value is _unread


def plain_signer(serializer: t.Any) -> t.Any:
    """Return the signer of a keeping serializer if it does what was shipped, else None."""
    signer = serializer._signer or serializer.make_signer()
    if type(signer) is not _signer_class or signer.macs is None:
        return None
    return signer if are_as_shipped(_signing) else None


def load_tagged(self: t.Any, value: t.Any) -> t.Any:
    """Return the value that tagged JSON text stands for."""
    read = _loaded(value)
    if (
        type(value) is str
        and type(self).untag is _untag
        and type(self)._untag_scan is _untag_scan
        and type(tags := self.tags) is dict
        and not may_have_tags(value, tags)
    ):
        return read
    return self._untag_scan(read)


def _loaded(text: t.Any) -> t.Any:
    """Return ``flaskfast.json.loads(text)``."""
    ctx = cv_app.get(None)
    if ctx is not None and type(text) is str:
        app = ctx.app
        provider = app.json
        if type(provider).loads is _provider_loads and "loads" not in provider.__dict__:
            try:
                return _read_json(text)
            except RecursionError:
                # The provider has words for it.
                pass
    return _loads(text)


# -- saving --------------------------------------------------------------------------------


def is_null(interface: t.Any, session: t.Any) -> t.Any:
    """Tell whether a session is a null session, which is never saved."""
    if (
        type(session) is _session_class
        and _is_null_session.__code__ is _is_null_session_code
        and getattr(interface.is_null_session, "__func__", None) is _is_null_session
        and interface.null_session_class is _null_session_class
    ):
        # PERF: session-read. Which class it is says so; to ask an abstract class takes longer.
        return False
    return interface.is_null_session(session)


def save_session(self: t.Any, app: t.Any, session: t.Any, response: t.Any) -> None:
    """Set, refresh or delete the cookie, and say ``Vary: Cookie`` if it mattered."""
    if session.accessed:
        _vary_by_cookie(response)
    emptied = not session and session.modified
    plain = _saving.untouched(self)
    if not emptied:
        if not session:
            return
        if plain:
            if not session.modified and not (
                _is_permanent(session) and app.config["SESSION_REFRESH_EACH_REQUEST"]
            ):
                return
        elif not self.should_set_cookie(app, session):
            return

    shipped = _opening.untouched(self)
    if shipped:
        name = app.config["SESSION_COOKIE_NAME"]
    else:
        name = self.get_cookie_name(app)
    if _attributes.untouched(self):
        # PERF: session-write. What the methods return.
        domain = app.config["SESSION_COOKIE_DOMAIN"]
        path = app.config["SESSION_COOKIE_PATH"] or app.config["APPLICATION_ROOT"]
        secure = app.config["SESSION_COOKIE_SECURE"]
        partitioned = app.config["SESSION_COOKIE_PARTITIONED"]
        samesite = app.config["SESSION_COOKIE_SAMESITE"]
        httponly = app.config["SESSION_COOKIE_HTTPONLY"]
    else:
        domain = self.get_cookie_domain(app)
        path = self.get_cookie_path(app)
        secure = self.get_cookie_secure(app)
        partitioned = self.get_cookie_partitioned(app)
        samesite = self.get_cookie_samesite(app)
        httponly = self.get_cookie_httponly(app)
    if emptied:
        response.delete_cookie(
            name,
            domain=domain,
            path=path,
            secure=secure,
            partitioned=partitioned,
            samesite=samesite,
            httponly=httponly,
        )
    else:
        expires = None
        if not plain or _is_permanent(session):
            expires = self.get_expiration_time(app, session)
        if shipped:
            serializer = get_signing_serializer(self, app)
        else:
            serializer = self.get_signing_serializer(app)
        text = _signed(serializer, dict(session))
        if (
            _set_cookie.__code__ is _set_cookie_code
            and getattr(response.set_cookie, "__func__", None) is _set_cookie
            and WerkzeugResponse.set_cookie is _werkzeug_set_cookie
        ):
            # PERF: session-write. What the method comes to.
            set_cookie(
                response,
                name,
                text,
                None,
                expires,
                path,
                domain,
                secure,
                httponly,
                samesite,
                partitioned,
            )
        else:
            response.set_cookie(
                name,
                text,
                expires=expires,
                domain=domain,
                path=path,
                secure=secure,
                partitioned=partitioned,
                samesite=samesite,
                httponly=httponly,
            )
    if not session.accessed:
        _vary_by_cookie(response)


def _signed(serializer: t.Any, value: t.Any) -> t.Any:
    """Return ``serializer.dumps(value)``."""
    if type(serializer) is _keeping_class and _keeping_class.dumps is _keeping_dumps:
        text = dump_signed(serializer, value)
        if text is not _unread:
            return text
    return serializer.dumps(value)


def dump_signed(serializer: t.Any, obj: t.Any) -> t.Any:
    """Return an object as signed text; a mark of ours where itsdangerous has to decide."""
    signer = plain_signer(serializer) if serializer.is_text_serializer else None
    if signer is None:
        return _unread
    inner = serializer.serializer
    if (
        type(inner) is _tagged_class
        and _tagged_class.dumps is _tagged_dumps
        and not serializer.serializer_kwargs
        and _payloads.by(Serializer)
    ):
        payload = dump_tagged(inner, obj).encode()
    else:
        payload = Serializer.dump_payload(serializer, obj)
    return write_signed(payload, signer.macs[0], signer.get_timestamp())


def dump_tagged(self: t.Any, value: t.Any) -> t.Any:
    """Return a value as compact JSON text, tagged.

    With the standard tags in the standard order the exact type of a value gives the answer.
    """
    tags = self.tags
    if type(self).tag is _tag and type(tags) is dict and tuple(map(type, self.order)) == _standard:
        value = tagged(value, tags, self.tag)
    else:
        value = self.tag(value)
    ctx = cv_app.get(None)
    if ctx is not None:
        app = ctx.app
        provider = app.json
        if type(provider).dumps is _provider_dumps and "dumps" not in provider.__dict__:
            return provider._encoder(True)(value)
    return _dumps(value, **_COMPACT)


def _is_permanent(self: t.Any) -> t.Any:
    """Return ``session.permanent``."""
    if type(self).permanent is _permanent and type(self).get is _session_get:
        return dict.get(self, "_permanent", False)
    return self.permanent


def _vary_by_cookie(response: t.Any) -> None:
    """Have the response say that it depends on the cookies: ``response.vary.add("Cookie")``."""
    if type(response).vary is _vary:
        # PERF: session-read. What that comes to where there is nothing else.
        made = response
        head = made._head
        if (
            made._headers is None
            and head is not None
            and len(head) == 2
            and head[0][0] == "Content-Type"
            and head[1][0] == "Content-Length"
        ):
            # Its type and its length, and nothing else.
            made._put("Vary", "Cookie")
            return
        said = response.headers.get("Vary")
        if said is None:
            response.headers["Vary"] = "Cookie"
            return
        if said == "Cookie":
            return
    response.vary.add("Cookie")
