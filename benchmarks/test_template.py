"""The scenarios of the group template, for pytest-benchmark."""

from __future__ import annotations

from benchmarks.replay import scenario_tests

test_template = scenario_tests("template")
