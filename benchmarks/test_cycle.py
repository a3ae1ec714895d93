"""The scenarios of the group cycle, for pytest-benchmark."""

from __future__ import annotations

from benchmarks.replay import scenario_tests

test_cycle = scenario_tests("cycle")
