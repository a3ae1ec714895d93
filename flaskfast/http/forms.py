"""Forms: urlencoded and multipart bodies as fields and files."""

from __future__ import annotations

import io
import typing as t
from tempfile import SpooledTemporaryFile

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser as _FormDataParser
from werkzeug.formparser import MultiPartParser as _MultiPartParser
from werkzeug.formparser import default_stream_factory

from .._body import open_body
from .._kernels import bodies
from .multipart import (
    Data,
    Epilogue,
    Field,
    File,
    MultipartDecoder,
    NeedData,
    State,
    check_boundary,
)
from .options import parse_options_header

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.formparser import TStreamFactory

    Fields = list[tuple[str, str]]
    Files = list[tuple[str, FileStorage]]
    Parsed = tuple[t.IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]

__all__ = ["FormDataParser", "MultiPartParser", "default_stream_factory", "parse_form_data"]

#: A body of this size at most is read first and then parsed, if its length is known, rather than
#: piece by piece; and how large the pieces are.
ONE_GO = 1024 * 1024
BLOCK = 256 * 1024
#: Of how many pieces a body may be joined. A server may hand out a few bytes at a time.
MOST_PIECES = 64


def parse_form_data(
    environ: WSGIEnvironment,
    stream_factory: TStreamFactory | None = None,
    max_form_memory_size: int | None = None,
    max_content_length: int | None = None,
    cls: type[MultiDict[str, t.Any]] | None = None,
    silent: bool = True,
    *,
    max_form_parts: int | None = None,
) -> Parsed:
    """Parse the form in the body of a request: (stream, fields, files).

    A body that is no form is left unread, as the stream. The parameters are those of
    `FormDataParser`.
    """
    parser = FormDataParser(
        stream_factory=stream_factory,
        max_form_memory_size=max_form_memory_size,
        max_content_length=max_content_length,
        max_form_parts=max_form_parts,
        silent=silent,
        cls=cls,
    )
    return parser.parse_from_environ(environ)


class FormDataParser(_FormDataParser):
    """Parse forms, ``multipart/form-data`` and ``application/x-www-form-urlencoded``.

    :param stream_factory: is called with ``total_content_length``, ``content_type``,
        ``filename`` and ``content_length`` for a file to write an upload into; by default into
        memory, beyond 500 KiB onto disk.
    :param max_form_memory_size: the most bytes that a multipart field may have, else 413.
        Files are not concerned.
    :param max_content_length: the most bytes that the body may have, else 413. `parse` expects
        a stream that sees to that.
    :param cls: the class of fields and files, by default a MultiDict.
    :param silent: an unreadable form is an empty one, rather than a ValueError.
    :param max_form_parts: the most parts that a multipart body may have, else 413.
    """

    def parse_from_environ(self, environ: WSGIEnvironment) -> Parsed:
        """Parse the body that *environ* has: (stream, fields, files)."""
        mimetype, options = parse_options_header(environ.get("CONTENT_TYPE"))
        length = bodies.length_of(environ)
        stream = open_body(environ, self.max_content_length, length)
        return self.parse(stream, mimetype, length, options)

    def parse(
        self,
        stream: t.IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Parsed:
        """Parse *stream*, which ends where the body does: (stream, fields, files).

        :param content_length: what the client says; None if it does not.
        :param options: parameters of the content type, such as the boundary.
        :raises ValueError: the form cannot be read, and the parser is not silent.
        :raises RequestEntityTooLarge: it is beyond one of the limits.
        """
        if mimetype == "multipart/form-data":
            parse = self._parse_multipart
        elif mimetype == "application/x-www-form-urlencoded":
            parse = self._parse_urlencoded
        else:
            return stream, self.cls(), self.cls()
        try:
            return parse(stream, mimetype, content_length, {} if options is None else options)
        except ValueError:
            if not self.silent:
                raise
        return stream, self.cls(), self.cls()

    def _parse_multipart(
        self,
        stream: t.IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str],
    ) -> Parsed:
        boundary = check_boundary(options.get("boundary", "").encode("ascii"))
        parser = MultiPartParser(
            stream_factory=self.stream_factory,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        fields, files = parser.parse(stream, boundary, content_length)
        return stream, fields, files

    def _parse_urlencoded(
        self,
        stream: t.IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str],
    ) -> Parsed:
        fields = bodies.parse_urlencoded(stream.read(), self.cls)
        if fields is None:
            raise ValueError("The form is not UTF-8.")
        return stream, fields, self.cls()


class MultiPartParser(_MultiPartParser):
    """Parse a multipart body into fields and files. The parameters are `FormDataParser`'s.

    :param buffer_size: how many bytes are read at once.
    """

    def __init__(
        self,
        stream_factory: TStreamFactory | None = None,
        max_form_memory_size: int | None = None,
        cls: type[MultiDict[str, t.Any]] | None = None,
        buffer_size: int = BLOCK,
        max_form_parts: int | None = None,
    ) -> None:
        super().__init__(stream_factory, max_form_memory_size, cls, buffer_size, max_form_parts)

    def parse(
        self, stream: t.IO[bytes], boundary: bytes, content_length: int | None
    ) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Parse *stream* to its end: (fields, files).

        Files that were begun are closed if this fails.

        :param boundary: from the content type, without dashes.
        :param content_length: of the whole body, for the stream factory; None if not known.
        :raises ValueError: this is no multipart body, or it ends in the middle.
        :raises RequestEntityTooLarge: it is beyond one of the limits.
        """
        form = _Form(self, check_boundary(boundary), content_length)
        try:
            form.parse(stream.read, self.buffer_size)
        except BaseException:
            form.close()
            raise
        return bodies.of_pairs(self.cls, form.fields), bodies.of_pairs(self.cls, form.files)


class _Failing:
    """Raise *error* rather than read."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, size: int) -> bytes:
        raise self.error


class _Form(bodies.FormParts):
    """The fields and files of one multipart body, as far as it is parsed."""

    def parse(self, read: t.Callable[[int], bytes], size: int) -> None:
        """Parse what *read* returns until there is no more."""
        length = self.content_length
        if length is not None and length > ONE_GO:
            self.parse_pieces([], read, size)
            return
        # PERF: upload-1M. In one piece: a buffer for each costs more than looking at it.
        most = length if length and size == BLOCK else size
        pieces: list[bytes] = []
        gathered = 0
        more = True
        try:
            while more and gathered <= most and len(pieces) < MOST_PIECES:
                if piece := read(most):
                    pieces.append(piece)
                    gathered += len(piece)
                else:
                    more = False
        except Exception as error:
            # What came until then is looked at first: it may be no form anyway.
            self.parse_pieces(pieces, _Failing(error), size)
            raise
        if more:
            self.parse_pieces(pieces, read, size)
        else:
            whole = len(pieces) == 1 and type(pieces[0]) is bytes
            bodies.parse_whole(self, pieces[0] if whole else b"".join(pieces))

    def parse_pieces(self, pieces: list[bytes], read: t.Callable[[int], bytes], size: int) -> None:
        """Parse *pieces*, then what *read* returns until there is no more."""
        decoder = MultipartDecoder(self.boundary, self.most_memory, max_parts=self.most_parts)
        decoder._drops_preamble = True
        part: Field | File
        write: t.Callable[[bytes], t.Any]
        kept: list[bytes] = []
        pieces.reverse()
        more = True
        while more:
            piece = pieces.pop() if pieces else read(size)
            more = bool(piece)
            if more and self.most_memory is None and decoder.state is State.EPILOGUE:
                continue  # nobody wants it, and nothing limits it
            decoder.receive_data(piece or None)
            while not isinstance(event := decoder.next_event(), (NeedData, Epilogue)):
                if isinstance(event, Field):
                    part, kept = event, []
                    decoder._gives_views = False
                    write = kept.append
                elif isinstance(event, File):
                    part = event
                    file = bodies.open_file(self, event.name, event.filename, event.headers)
                    decoder._gives_views = bodies.takes_views(file)
                    write = file.write
                elif isinstance(event, Data):
                    if event.data:
                        write(event.data)
                    if event.more_data:
                        continue
                    if isinstance(part, Field):
                        bodies.add_field(self, part.name, part.headers, b"".join(kept))
                    else:
                        bodies.add_file(
                            self, self.streams[-1], part.name, part.filename, part.headers
                        )

    def close(self) -> None:
        """Close the files, those of others excepted: what closing means only they know."""
        for stream in self.streams:
            if isinstance(stream, (io.IOBase, SpooledTemporaryFile)):
                stream.close()
