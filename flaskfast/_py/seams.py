"""Which methods of an app a request may step over. In this flavour: none, all are called."""

from __future__ import annotations


def settle_seams(app_class: type, /) -> None:
    """Note the methods of *app_class* as they are shipped.

    The compiled twin of a step calls the next step directly where the app's method is still the
    one noted here: on the class and its bases, on the instance, and down to its ``__code__``.
    """
