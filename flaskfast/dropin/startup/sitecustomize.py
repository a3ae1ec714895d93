"""Put flaskfast in Flask's place as the interpreter starts: this directory is on PYTHONPATH.

Another sitecustomize, which this one hides, is run afterwards. Any Python may be started by
a launched program, so that this file is written for all of them.
"""

import os
import sys


def _run_the_hidden_one(here):
    """Import the sitecustomize that would have been found without this directory."""
    position = sys.path.index(here)
    this = sys.modules.pop(__name__)
    del sys.path[position]
    try:
        __import__(__name__)
    except ImportError as error:
        if getattr(error, "name", __name__) != __name__:
            raise
    finally:
        sys.path.insert(position, here)
        sys.modules.setdefault(__name__, this)


# An older Python that is started has no flaskfast.
if sys.version_info >= (3, 10):  # noqa: UP036
    import _flaskfast_dropin

    _flaskfast_dropin.install_at_startup()

_here = os.path.dirname(os.path.abspath(__file__))
if _here in sys.path:
    _run_the_hidden_one(_here)
