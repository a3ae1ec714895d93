"""Jinja's sandboxed environments over ours: attributes, items and calls are theirs."""

from __future__ import annotations

import jinja2.sandbox

from .environment import Environment

__all__ = ["ImmutableSandboxedEnvironment", "SandboxedEnvironment"]


class SandboxedEnvironment(jinja2.sandbox.SandboxedEnvironment, Environment):
    """An environment for templates that are not trusted."""


class ImmutableSandboxedEnvironment(jinja2.sandbox.ImmutableSandboxedEnvironment, Environment):
    """The same, in which templates cannot change lists, sets and dicts either."""
