"""The compiled flavour: bindings of csrc/, one module for each of `flaskfast._py`.

The modules are there only where the build could make them. `flaskfast._kernels`
is the one place that imports them.
"""
