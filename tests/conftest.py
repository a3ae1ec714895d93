"""Say in the header which flavour every test of this run uses; time no test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

import flaskfast

# A busy machine is no failure.
# Where a commit is judged, the same examples each time; new ones are for whoever works here.
settings.register_profile(
    "flaskfast",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("flaskfast")


def pytest_report_header() -> str:
    """Name the flavour, and prove that it is the one that was asked for."""
    wanted = os.environ.get("FLASKFAST_KERNELS") or "auto"
    assert wanted in ("auto", flaskfast.kernels.flavour)
    package = os.path.dirname(flaskfast.__file__)
    return f"flaskfast: {flaskfast.kernels} kernels ({flaskfast.kernels.reason}) from {package}"
