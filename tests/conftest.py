"""Say in the header which flavour every test of this run uses."""

from __future__ import annotations

import os

import flaskfast


def pytest_report_header() -> str:
    """Name the flavour, and prove that it is the one that was asked for."""
    wanted = os.environ.get("FLASKFAST_KERNELS") or "auto"
    assert wanted in ("auto", flaskfast.kernels.flavour)
    package = os.path.dirname(flaskfast.__file__)
    return f"flaskfast: {flaskfast.kernels} kernels ({flaskfast.kernels.reason}) from {package}"
