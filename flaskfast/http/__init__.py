"""Headers, cookies, dates, query strings and forms: the names of ``werkzeug.http``, and more."""

from __future__ import annotations

from .forms import FormDataParser, MultiPartParser, parse_form_data
from .multipart import MultipartDecoder, MultipartEncoder
from .query import parse_pairs, parse_query

__all__ = [
    "FormDataParser",
    "MultiPartParser",
    "MultipartDecoder",
    "MultipartEncoder",
    "parse_form_data",
    "parse_pairs",
    "parse_query",
]
