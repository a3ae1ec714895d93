"""The application of one scenario and implementation, for servers to import."""

from __future__ import annotations

import os

from benchmarks.scenarios import find

_scenario = find(os.environ["BENCHMARK_SCENARIO"])
app = _scenario.build(os.environ["BENCHMARK_IMPLEMENTATION"])
