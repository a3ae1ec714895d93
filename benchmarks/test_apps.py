"""The scenarios of the group apps, for pytest-benchmark."""

from __future__ import annotations

from benchmarks.replay import scenario_tests

test_apps = scenario_tests("apps")
