"""What a request knows of its body: the stream, the bytes, the form and the JSON in it."""

from __future__ import annotations

import typing as t

from werkzeug.wrappers import Request as RequestBase

from ._body import BodyStream, open_body
from ._kernels import bodies
from ._lazy import lazy
from ._reading import HeaderReading
from .globals import _cv_app
from .http.forms import FormDataParser
from .http.headers import EnvironHeaders
from .http.query import parse_query

if t.TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage, ImmutableMultiDict

_JSON = "application/json"

# What steps looked like when nobody had overridden or wrapped them.
_BASE_GET_DATA = RequestBase.get_data
_BASE_GET_JSON = RequestBase.get_json


class RequestBody(HeaderReading):
    """The part of :class:`flaskfast.Request` that reads the body.

    Whatever others may have overridden is asked. Only where all of it is the one that we
    shipped, which is looked up for each request, there is a shorter way to the same result.
    """

    form_data_parser_class = FormDataParser

    # The length of the body if it has been read without a stream around it.
    _length_read: int | None = None

    @lazy
    def stream(self) -> t.IO[bytes]:
        """The body, to be read once; it ends where the body does.

        :raises RuntimeError: the request is shallow: its body is somebody else's.
        :raises werkzeug.exceptions.RequestEntityTooLarge: see :attr:`max_content_length`.
        """
        if self.shallow:
            return super().stream
        if self._length_read is not None:
            return BodyStream.at(self._length_read, self.environ["wsgi.input"], self._length_read)
        return open_body(self.environ, self.max_content_length, bodies.length_of(self.environ))

    # -- bytes ----------------------------------------------------------------------------

    @t.overload
    def get_data(
        self, cache: bool = True, as_text: t.Literal[False] = False, parse_form_data: bool = False
    ) -> bytes: ...

    @t.overload
    def get_data(
        self, cache: bool = True, as_text: t.Literal[True] = ..., parse_form_data: bool = False
    ) -> str: ...

    def get_data(
        self, cache: bool = True, as_text: bool = False, parse_form_data: bool = False
    ) -> bytes | str:
        """Return the body, or what nobody has read of it.

        :param cache: keep it, so that it can be had again, by the form's parser too.
        :param as_text: decode it as UTF-8, with replacement characters for what is not.
        :param parse_form_data: parse a form first; nothing is left of its body then.
        """
        if RequestBase.get_data is not _BASE_GET_DATA:
            # A tracing agent has wrapped Werkzeug's and wants to see every call.
            base: t.Any = super().get_data
            return t.cast("bytes | str", base(cache, as_text, parse_form_data))
        data: bytes | None = getattr(self, "_cached_data", None)
        if data is None:
            if parse_form_data:
                self._load_form_data()
            data = bodies.read_body(self)
            if cache:
                self._cached_data = data
        return data.decode(errors="replace") if as_text else data

    # -- forms ----------------------------------------------------------------------------

    @lazy
    def form(self) -> ImmutableMultiDict[str, str]:
        """The fields of the form that the body is; empty if it is none, or unreadable.

        :raises werkzeug.exceptions.RequestEntityTooLarge: it is beyond one of the limits.
        """
        self._load_form_data()
        return t.cast("ImmutableMultiDict[str, str]", self.__dict__["form"])

    @lazy
    def files(self) -> ImmutableMultiDict[str, FileStorage]:
        """The files of the form that the body is. They are closed when the request ends.

        :raises werkzeug.exceptions.RequestEntityTooLarge: it is beyond one of the limits.
        """
        self._load_form_data()
        return t.cast("ImmutableMultiDict[str, FileStorage]", self.__dict__["files"])

    def _load_form_data(self) -> None:
        attributes = self.__dict__
        if "form" in attributes:
            return
        if not bodies.load_plain_form(self):
            super()._load_form_data()
        ctx = _cv_app.get(None)
        if (
            ctx is not None
            and ctx.app.debug
            and self.mimetype != "multipart/form-data"
            and not self.files
        ):
            from .debughelpers import attach_enctype_error_multidict

            attach_enctype_error_multidict(self)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close the files that were uploaded, if the form has been read."""
        if self.__dict__.get("files"):
            super().close()

    # -- JSON -----------------------------------------------------------------------------

    @t.overload
    def get_json(
        self, force: bool = ..., silent: t.Literal[False] = ..., cache: bool = ...
    ) -> t.Any: ...

    @t.overload
    def get_json(
        self, force: bool = ..., silent: bool = ..., cache: bool = ...
    ) -> t.Any | None: ...

    def get_json(
        self, force: bool = False, silent: bool = False, cache: bool = True
    ) -> t.Any | None:
        """Return what the JSON in the body stands for.

        What :meth:`on_json_loading_failed` returns stands in for what cannot be had; by default
        it raises: 415 where the content type is not JSON, else 400.

        :param force: whatever the content type says.
        :param silent: return None rather than ask :meth:`on_json_loading_failed`.
        :param cache: keep the result for the next call.
        """
        if RequestBase.get_json is not _BASE_GET_JSON:
            # A tracing agent has wrapped Werkzeug's and wants to see every call.
            return super().get_json(force=force, silent=silent, cache=cache)
        if cache and (kept := self._cached_json[silent]) is not Ellipsis:
            return kept
        if not (force or bodies.type_is(self, _JSON) or self.is_json):
            return None if silent else self.on_json_loading_failed(None)
        body = bodies.data_of(self, cache)
        failed = False
        try:
            value = self.json_module.loads(body)
        except ValueError as error:
            failed = True
            value = None if silent else self.on_json_loading_failed(error)
        if cache:
            loud, quiet = self._cached_json
            # A failure is kept for calls of its own kind only.
            self._cached_json = (
                loud if failed and silent else value,
                quiet if failed and not silent else value,
            )
        return value


bodies.settle(RequestBody, EnvironHeaders, FormDataParser, parse_query)
