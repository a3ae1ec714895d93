"""Flask's behaviour, at a fraction of its cost.

The names are those of :mod:`flask` 3.1. ``flaskfast.kernels`` says which flavour runs, and
``flaskfast.install_as_flask()`` lets ``import flask`` mean this package.
"""

from __future__ import annotations

import typing as t

from . import json as json
from ._kernels import info as _info
from .app import Flask as Flask
from .blueprints import Blueprint as Blueprint
from .config import Config as Config
from .ctx import after_this_request as after_this_request
from .ctx import copy_current_request_context as copy_current_request_context
from .ctx import has_app_context as has_app_context
from .ctx import has_request_context as has_request_context
from .globals import current_app as current_app
from .globals import g as g
from .globals import request as request
from .globals import session as session
from .helpers import abort as abort
from .helpers import flash as flash
from .helpers import get_flashed_messages as get_flashed_messages
from .helpers import get_template_attribute as get_template_attribute
from .helpers import make_response as make_response
from .helpers import redirect as redirect
from .helpers import send_file as send_file
from .helpers import send_from_directory as send_from_directory
from .helpers import stream_with_context as stream_with_context
from .helpers import url_for as url_for
from .json import jsonify as jsonify
from .signals import appcontext_popped as appcontext_popped
from .signals import appcontext_pushed as appcontext_pushed
from .signals import appcontext_tearing_down as appcontext_tearing_down
from .signals import before_render_template as before_render_template
from .signals import got_request_exception as got_request_exception
from .signals import message_flashed as message_flashed
from .signals import request_finished as request_finished
from .signals import request_started as request_started
from .signals import request_tearing_down as request_tearing_down
from .signals import template_rendered as template_rendered
from .templating import render_template as render_template
from .templating import render_template_string as render_template_string
from .templating import stream_template as stream_template
from .templating import stream_template_string as stream_template_string
from .wrappers import Request as Request
from .wrappers import Response as Response

#: Which flavour of the kernels runs, why, and which kernels there are.
kernels = _info

if not t.TYPE_CHECKING:

    def __getattr__(name: str) -> t.Any:
        if name == "__version__":
            import warnings

            from ._version import FLASK_VERSION

            warnings.warn(
                "The '__version__' attribute is deprecated in Flask and will be removed there."
                " It names the version of Flask that this package behaves as; use feature"
                " detection, or importlib.metadata.version('flaskfast') for our own.",
                DeprecationWarning,
                stacklevel=2,
            )
            return FLASK_VERSION
        if name == "cli":
            # A submodule that Flask imports with itself. Here it waits, with click, until it
            # is asked for: it is a tenth of the import, and workers that serve never use it.
            from importlib import import_module

            return import_module(".cli", __name__)
        if name == "install_as_flask":
            from .dropin import install

            return install
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
