"""The scenarios of the group kernel, for pytest-benchmark."""

from __future__ import annotations

from benchmarks.replay import scenario_tests

test_kernel = scenario_tests("kernel")
