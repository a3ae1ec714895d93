"""Headers, cookies, dates, query strings and forms: the names of ``werkzeug.http``, and more.

What is not ours is Werkzeug's own: it costs nothing that anybody has asked to save.
"""

from __future__ import annotations

from werkzeug.http import (
    COEP,
    COOP,
    HTTP_STATUS_CODES,
    dump_age,
    dump_csp_header,
    dump_header,
    dump_options_header,
    is_entity_header,
    is_hop_by_hop_header,
    parse_csp_header,
    quote_header_value,
    remove_entity_headers,
    remove_hop_by_hop_headers,
    unquote_header_value,
)

from .accept import Accept, CharsetAccept, LanguageAccept, MIMEAccept, parse_accept_header
from .conditions import is_resource_modified, parse_if_range_header
from .cookies import dump_cookie, parse_cookie
from .dates import http_date, parse_age, parse_date
from .etags import generate_etag, parse_etags, quote_etag, unquote_etag
from .forms import FormDataParser, MultiPartParser, parse_form_data
from .headers import EnvironHeaders, Headers
from .multipart import MultipartDecoder, MultipartEncoder
from .options import (
    parse_cache_control_header,
    parse_dict_header,
    parse_list_header,
    parse_options_header,
    parse_set_header,
)
from .query import parse_pairs, parse_query
from .ranges import is_byte_range_valid, parse_content_range_header, parse_range_header

__all__ = [
    "Accept",
    "CharsetAccept",
    "COEP",
    "COOP",
    "EnvironHeaders",
    "FormDataParser",
    "HTTP_STATUS_CODES",
    "Headers",
    "LanguageAccept",
    "MIMEAccept",
    "MultiPartParser",
    "MultipartDecoder",
    "MultipartEncoder",
    "dump_age",
    "dump_cookie",
    "dump_csp_header",
    "dump_header",
    "dump_options_header",
    "generate_etag",
    "http_date",
    "is_byte_range_valid",
    "is_entity_header",
    "is_hop_by_hop_header",
    "is_resource_modified",
    "parse_accept_header",
    "parse_age",
    "parse_cache_control_header",
    "parse_content_range_header",
    "parse_cookie",
    "parse_csp_header",
    "parse_date",
    "parse_dict_header",
    "parse_etags",
    "parse_form_data",
    "parse_if_range_header",
    "parse_list_header",
    "parse_options_header",
    "parse_pairs",
    "parse_query",
    "parse_range_header",
    "parse_set_header",
    "quote_etag",
    "quote_header_value",
    "remove_entity_headers",
    "remove_hop_by_hop_headers",
    "unquote_etag",
    "unquote_header_value",
]
