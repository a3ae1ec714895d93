"""Jinja's template language, compiled to faster code.

`Environment` and `Template` are Jinja's classes of these names with another code generator and
compiled pieces at run time. Templates, options, extensions and results are the same.
"""

from .environment import Context, Environment, Template

__all__ = ["Context", "Environment", "Template"]
