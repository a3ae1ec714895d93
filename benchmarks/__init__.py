"""flaskfast's benchmarks: scenarios, the runner, the instruction gate and the charts.

``python -m benchmarks --help`` lists the commands; docs/performance.md tells the method.
"""
