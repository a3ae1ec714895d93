"""Tell what is installed, in which version, and which of it extends Flask."""

from __future__ import annotations

import platform
import re
import sys
from importlib import metadata
from typing import Any

FRAMEWORKS = ("werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker")


def of(flavour: str) -> dict[str, str]:
    """Return names and versions of the Python and the packages that answer requests."""
    found = {"Python": f"{platform.python_implementation()} {platform.python_version()}"}
    if flavour == "flaskfast":
        package: Any = sys.modules["flaskfast"]
        found["flaskfast"] = sys.modules["flaskfast._version"].VERSION
        found["kernels"] = str(package.kernels)
    else:
        found["flask"] = version("flask") or "unknown"
    for name in FRAMEWORKS:
        found[name] = version(name) or "unknown"
    return found


def version(distribution: str) -> str | None:
    """Return the version of an installed distribution; None where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def extensions(app: Any) -> list[dict[str, str]]:
    """Name what extends Flask here: imported distributions that require Flask, and extensions.

    An extension that registered itself in ``app.extensions`` without being installed from a
    distribution has no version.
    """
    packages = metadata.packages_distributions()
    imported = {name.partition(".")[0] for name in sys.modules}
    found: dict[str, dict[str, str]] = {}
    for package in sorted(imported & packages.keys()):
        for name in packages[package]:
            if _requires_flask(name):
                found.setdefault(name, {"name": name, "version": version(name) or "unknown"})
    for key, value in sorted((app.extensions if app is not None else {}).items()):
        package = _package_of(value)
        names = packages.get(package, [])
        if not any(name in found for name in names):
            name = names[0] if names else str(key)
            given = {"name": name, "version": (version(name) if names else None) or "no package"}
            found.setdefault(name, given)
    return list(found.values())


def _package_of(value: Any, depth: int = 2) -> str:
    """Name the package that an entry of ``app.extensions``, or what it holds, is an object of."""
    package: str = type(value).__module__.partition(".")[0]
    if package not in ("builtins", "collections", "weakref", "werkzeug") or not depth:
        return package
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        inner = (_package_of(item, depth - 1) for item in value)
        return next((name for name in inner if name != "builtins"), package)
    return package


def _requires_flask(distribution: str) -> bool:
    try:
        requirements = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return False
    names = (re.match(r"[A-Za-z0-9._-]+", text) for text in requirements if "extra ==" not in text)
    return any(name is not None and name[0].lower() == "flask" for name in names)
