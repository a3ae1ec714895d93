"""Measure WSGI applications against each other, one interpreter each.

`worker` is the side that runs an application; it imports nothing of flaskfast, so
that a worker for genuine Flask holds genuine Flask only. `rounds` starts workers,
interleaves them and does the arithmetic. The project's own benchmarks and the
command ``flaskfast bench`` are both built on these two.
"""
