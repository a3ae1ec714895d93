"""Headers, cookies, dates, query strings and forms: the names of ``werkzeug.http``, and more.

The two enumerations and the reason phrases are Werkzeug's own, as are the classes of results.
"""

from __future__ import annotations

from werkzeug.http import COEP, COOP, HTTP_STATUS_CODES

from .accept import Accept, CharsetAccept, LanguageAccept, MIMEAccept, parse_accept_header
from .auth import parse_authorization_header, parse_www_authenticate_header
from .conditions import is_resource_modified, parse_if_range_header
from .cookies import dump_cookie, parse_cookie
from .dates import dump_age, http_date, parse_age, parse_date
from .etags import generate_etag, parse_etags, quote_etag, unquote_etag
from .forms import FormDataParser, MultiPartParser, parse_form_data
from .headers import EnvironHeaders, Headers
from .kinds import (
    is_entity_header,
    is_hop_by_hop_header,
    remove_entity_headers,
    remove_hop_by_hop_headers,
)
from .multipart import MultipartDecoder, MultipartEncoder
from .options import (
    parse_cache_control_header,
    parse_csp_header,
    parse_dict_header,
    parse_list_header,
    parse_options_header,
    parse_set_header,
)
from .query import parse_pairs, parse_query
from .ranges import is_byte_range_valid, parse_content_range_header, parse_range_header
from .values import (
    dump_csp_header,
    dump_header,
    dump_options_header,
    quote_header_value,
    unquote_header_value,
)

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
    "parse_authorization_header",
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
    "parse_www_authenticate_header",
    "quote_etag",
    "quote_header_value",
    "remove_entity_headers",
    "remove_hop_by_hop_headers",
    "unquote_etag",
    "unquote_header_value",
]
