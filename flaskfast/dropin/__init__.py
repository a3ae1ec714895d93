"""Make ``import flask`` mean flaskfast, in this process or in a program to be launched."""

from __future__ import annotations

from .finder import FlaskAlreadyImported, install, is_installed, uninstall

__all__ = ["FlaskAlreadyImported", "install", "is_installed", "uninstall"]
