"""The scenarios of the group inside, for pytest-benchmark."""

from __future__ import annotations

from benchmarks.replay import scenario_tests

test_inside = scenario_tests("inside")
