"""Stand where flask is looked for, in case another sitecustomize has hidden ours.

Importing this puts the finder in place and is replaced by flaskfast at once.
"""

import sys
from importlib import import_module

import _flaskfast_dropin

del sys.modules[__name__]
_flaskfast_dropin.install_at_startup()
_flask = import_module(__name__)


def __getattr__(name):
    """Answer for flaskfast to a thread that got hold of this module in the meantime."""
    return getattr(_flask, name)
