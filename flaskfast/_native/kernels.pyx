# cython: language_level=3
"""Name the build of the shared object that holds all compiled kernels.

Each kernel is a module of its own, and made from this module's file: see `flaskfast._kernels`.
"""

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")
