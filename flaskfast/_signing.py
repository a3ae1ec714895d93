"""What signs and reads session cookies: itsdangerous's classes, which keep what they work out."""

from __future__ import annotations

import hashlib
import hmac
import typing as t

from itsdangerous import Serializer, Signer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.signer import HMACAlgorithm

from . import _kernels
from ._genuine import as_shipped

Shipped = _kernels.Shipped
dump_signed = _kernels.sessions.dump_signed
is_unread = _kernels.sessions.is_unread
load_signed = _kernels.sessions.load_signed


def _lazy_sha1(string: bytes = b"") -> t.Any:
    # Looked up when it is called: a FIPS build may have no SHA-1 at all, and an app that signs
    # with another digest must still import this module.
    return hashlib.sha1(string)


# PERF: session-read. Serializers by what they were made from. Only an app's own settings are
# keys here, never anything that a client sent; a handful is plenty, then it starts anew.
_serializers: dict[tuple[t.Any, ...], URLSafeTimedSerializer] = {}
_MOST_SERIALIZERS = 64


def serializer_for(made_from: tuple[t.Any, ...]) -> URLSafeTimedSerializer:
    """Return what signs by these keys, salt, serializer, key derivation and digest."""
    try:
        found = _serializers.get(made_from)
    except TypeError:
        # Something unhashable among them: a key given as bytearray, say.
        return _make_serializer(*made_from)
    if found is None:
        if len(_serializers) >= _MOST_SERIALIZERS:
            _serializers.clear()
        found = _serializers[made_from] = _make_serializer(*made_from)
    return found


def _make_serializer(
    keys: tuple[str | bytes, ...],
    salt: str | bytes,
    serializer: t.Any,
    key_derivation: str,
    digest_method: t.Any,
) -> URLSafeTimedSerializer:
    return _KeepingSerializer(
        t.cast("list[bytes]", list(keys)),
        salt=salt,
        serializer=serializer,
        signer_kwargs={"key_derivation": key_derivation, "digest_method": digest_method},
    )


class _KeepingAlgorithm(HMACAlgorithm):
    """HMAC with SHA-1 that begins with each key once. The keys are an app's own."""

    def __init__(self, digest_method: t.Any) -> None:
        super().__init__(digest_method)
        self._begun: dict[bytes, hmac.HMAC] = {}

    def begun(self, key: bytes) -> hmac.HMAC:
        """Return an HMAC with nothing but the key in it, to be copied."""
        begun = self._begun.get(key)
        if begun is None:
            begun = self._begun[key] = hmac.new(key, digestmod="sha1")
        return begun

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        if HMACAlgorithm.get_signature is not _GET_SIGNATURE:
            return super().get_signature(key, value)
        mac = self.begun(key).copy()
        mac.update(value)
        return mac.digest()


_GET_SIGNATURE = as_shipped(HMACAlgorithm, "get_signature")


class _KeepingSigner(TimestampSigner):
    """A signer that derives each of its keys once."""

    #: An HMAC for each key, the newest first; None where another algorithm signs.
    macs: tuple[t.Any, ...] | None = None

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._derived: dict[t.Any, bytes] = {}
        if self.digest_method is _lazy_sha1 and type(self.algorithm) is HMACAlgorithm:
            # PERF: session-read. The same by the same module, hmac.
            self.algorithm = algorithm = _KeepingAlgorithm(self.digest_method)
            begun = [algorithm.begun(self.derive_key(key)) for key in reversed(self.secret_keys)]
            # PERF: session-read. The object of OpenSSL's that hmac's hands everything on to.
            self.macs = tuple([getattr(mac, "_hmac", None) or mac for mac in begun])

    def derive_key(self, secret_key: t.Any = None) -> bytes:
        derived = self._derived.get(secret_key)
        if derived is None:
            derived = self._derived[secret_key] = super().derive_key(secret_key)
        return derived


class _KeepingSerializer(URLSafeTimedSerializer):
    """A serializer that makes its signer once.

    PERF: session-read. Where nobody has put anything in the place of itsdangerous's methods, what
    they come to in the plain case is worked out in one piece (`_py/sessions.py`). They decide, and
    say what is wrong, wherever it is not plain.
    """

    default_signer = _KeepingSigner
    _signer: Signer | None = None

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        if salt is not None and salt != self.salt:
            return super().make_signer(salt)
        # PERF: session-read. A signer holds nothing but its settings.
        if self._signer is None:
            self._signer = super().make_signer()
        return self._signer

    def loads(  # type: ignore[override]  # as TimedSerializer's, which differs from its base
        self,
        s: str | bytes,
        max_age: int | None = None,
        return_timestamp: bool = False,
        salt: str | bytes | None = None,
    ) -> t.Any:
        if not return_timestamp and salt is None:
            value = load_signed(self, s, max_age)
            if not is_unread(value):
                return value
        return super().loads(s, max_age, return_timestamp, salt)

    def dumps(self, obj: t.Any, salt: str | bytes | None = None) -> str:
        if salt is None:
            text: t.Any = dump_signed(self, obj)
            if not is_unread(text):
                return text  # type: ignore[no-any-return]
        return super().dumps(obj, salt)


# What is stepped over, and where it is found.
_SIGNING = [
    (Shipped(owner, *names), owner)
    for owner, names in (
        (URLSafeTimedSerializer, ("loads", "dumps", "load_payload", "dump_payload")),
        (URLSafeTimedSerializer, ("iter_unsigners", "make_signer")),
        (Serializer, ("iter_unsigners",)),
        (TimestampSigner, ("sign", "unsign", "get_signature", "verify_signature")),
        (Signer, ("unsign",)),
        (_KeepingSigner, ("sign", "unsign", "get_signature", "verify_signature", "derive_key")),
        (HMACAlgorithm, ("get_signature", "verify_signature")),
    )
]

_kernels.sessions.settle_signing(
    _KeepingSerializer, _KeepingSigner, _SIGNING, _serializers, serializer_for
)
