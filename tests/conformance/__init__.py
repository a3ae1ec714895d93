"""Other projects' own test suites, run on flaskfast.

``python -m tests.conformance --list`` shows the suites; ``suites.toml`` describes them,
``genuine.json`` records what they give on genuine Flask, ``exceptions.toml`` lists every
reviewed difference.
"""
