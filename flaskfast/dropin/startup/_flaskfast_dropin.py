"""Run flaskfast's finder from its path, which does not import flaskfast."""

import os
from importlib.machinery import SourceFileLoader

_DROPIN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LOADER = SourceFileLoader(__name__, os.path.join(_DROPIN, "finder.py"))

__file__ = _LOADER.path
exec(_LOADER.get_code(__name__), globals())
