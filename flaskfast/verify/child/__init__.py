"""The side that runs an application: one process under genuine Flask, one under flaskfast.

It is loaded by its path, under a name of its own, and imports the standard library until it
is told which flavour to be. So the process of genuine Flask holds nothing of flaskfast.
"""
