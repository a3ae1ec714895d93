# cython: language_level=3, annotation_typing=False
"""How ``request``, ``g`` and the like reach what they stand for: by slots of their class.

The slots of a proxy's class look the context up and hand over to what it stands for. Whatever they
cannot do, names with an underscore and proxies that are not bound among it, is left to the slots
that were there before, Werkzeug's.
"""

from __future__ import annotations

from cpython.object cimport PyObject, PyTypeObject

from flaskfast._native.contexts cimport AppContextBase, RequestContextBase
from flaskfast._native.quick cimport ff_sees

cdef extern from "Python.h":
    ctypedef PyObject *(*getattrofunc)(PyObject *, PyObject *) except NULL
    ctypedef int (*setattrofunc)(PyObject *, PyObject *, PyObject *) except -1
    ctypedef int (*objobjproc)(PyObject *, PyObject *) except -1
    ctypedef struct PyMappingMethods:
        getattrofunc mp_subscript
        setattrofunc mp_ass_subscript
    ctypedef struct PySequenceMethods:
        objobjproc sq_contains
    ctypedef struct SlottedType "PyTypeObject":
        getattrofunc tp_getattro
        setattrofunc tp_setattro
        PyMappingMethods *tp_as_mapping
        PySequenceMethods *tp_as_sequence
    PyTypeObject *Py_TYPE(PyObject *obj)
    PyObject *_PyType_Lookup(PyTypeObject *type, PyObject *name)
    PyObject *PyDict_GetItemWithError(PyObject *names, PyObject *name)
    dict PyObject_GenericGetDict(PyObject *obj, void *context)
    void Py_INCREF(object obj)
    void PyType_Modified(PyTypeObject *type)
    int PyContextVar_Get(PyObject *variable, PyObject *default, PyObject **value) except -1
    PyObject *PyObject_GetAttr(PyObject *obj, PyObject *name) except NULL
    int PyObject_SetAttr(PyObject *obj, PyObject *name, PyObject *value) except -1
    PyObject *PyObject_GetItem(PyObject *obj, PyObject *key) except NULL
    int PyObject_SetItem(PyObject *obj, PyObject *key, PyObject *value) except -1
    int PySequence_Contains(PyObject *obj, PyObject *key) except -1
    Py_UCS4 PyUnicode_READ_CHAR(PyObject *text, Py_ssize_t index)
    Py_ssize_t PyUnicode_GET_LENGTH(PyObject *text)
    void Py_XDECREF(PyObject *obj)

cdef extern from "ff_build.h":
    const char *FF_BUILD

BUILD = FF_BUILD.decode("ascii")

cdef enum:
    MOST = 16
    CONTEXT
    APP
    REQUEST
    GLOBALS
    OTHER

# The proxies, for as long as the process lives, and what each looks into.
cdef Py_ssize_t _count = 0
cdef PyObject *_proxies[<int> MOST]
cdef PyObject *_variables[<int> MOST]
cdef PyObject *_names[<int> MOST]
cdef int _kinds[<int> MOST]
cdef list _kept = []

# What is shipped of `g`: the class, its methods, and what makes it.
cdef PyTypeObject *_globals_class = NULL
cdef object _make_globals = None
cdef object _get_global = None
cdef object _set_global = None

# Werkzeug's slots.
cdef getattrofunc _getattr = NULL
cdef setattrofunc _setattr = NULL
cdef getattrofunc _getitem = NULL
cdef setattrofunc _setitem = NULL
cdef objobjproc _contains = NULL


cdef object _target(PyObject *proxy):
    """Return what a proxy stands for now; None, which none does, where that takes Werkzeug."""
    cdef PyObject *found = NULL
    for i in range(_count):
        if _proxies[i] == proxy:
            break
    else:
        return None
    PyContextVar_Get(_variables[i], NULL, &found)
    if found == NULL:
        return None
    ctx = <object> found
    Py_XDECREF(found)
    if _kinds[i] == CONTEXT:
        return ctx
    if _kinds[i] == REQUEST and isinstance(ctx, RequestContextBase):
        return (<RequestContextBase> ctx).request
    if _kinds[i] == APP and isinstance(ctx, AppContextBase):
        return (<AppContextBase> ctx).app
    if _kinds[i] == GLOBALS and isinstance(ctx, AppContextBase):
        return _globals_of(<AppContextBase> ctx)
    return getattr(ctx, <object> _names[i])


cdef object _globals_of(AppContextBase ctx):
    """Return ``ctx.g``."""
    cdef PyObject *made = NULL
    if not ff_sees(Py_TYPE(<PyObject *> ctx), "g", _make_globals):
        return ctx.g
    # PERF: hooks. Made when it is first asked for, and kept with what the context has of its own.
    own = PyObject_GenericGetDict(<PyObject *> ctx, NULL)
    made = PyDict_GetItemWithError(<PyObject *> own, <PyObject *> "g")
    if made != NULL:
        return <object> made
    found = own["g"] = ctx.app.app_ctx_globals_class()
    return found


cdef inline bint _is_bag(object target):
    """Tell whether it is a `g` whose attributes are what it keeps, and nothing else."""
    return (
        Py_TYPE(<PyObject *> target) == _globals_class
        and ff_sees(_globals_class, "__getattr__", _get_global)
        and ff_sees(_globals_class, "__setattr__", _set_global)
    )


cdef PyObject *_proxy_getattr(PyObject *proxy, PyObject *name) except NULL:
    cdef PyObject *found
    if PyUnicode_GET_LENGTH(name) and PyUnicode_READ_CHAR(name, 0) != c"_":
        target = _target(proxy)
        if target is not None:
            # PERF: hooks. What a name of no attribute of the class was set to.
            if _is_bag(target) and _PyType_Lookup(_globals_class, name) == NULL:
                own = PyObject_GenericGetDict(<PyObject *> target, NULL)
                found = PyDict_GetItemWithError(<PyObject *> own, name)
                if found != NULL:
                    Py_INCREF(<object> found)
                    return found
            return PyObject_GetAttr(<PyObject *> target, name)
    return _getattr(proxy, name)


cdef int _proxy_setattr(PyObject *proxy, PyObject *name, PyObject *value) except -1:
    target = _target(proxy) if value != NULL else None
    if target is None:
        return _setattr(proxy, name, value)
    if _is_bag(target):
        PyObject_GenericGetDict(<PyObject *> target, NULL)[<object> name] = <object> value
        return 0
    return PyObject_SetAttr(<PyObject *> target, name, value)


cdef PyObject *_proxy_getitem(PyObject *proxy, PyObject *key) except NULL:
    target = _target(proxy)
    if target is None:
        return _getitem(proxy, key)
    return PyObject_GetItem(<PyObject *> target, key)


cdef int _proxy_setitem(PyObject *proxy, PyObject *key, PyObject *value) except -1:
    target = _target(proxy) if value != NULL else None
    if target is None:
        return _setitem(proxy, key, value)
    return PyObject_SetItem(<PyObject *> target, key, value)


cdef int _proxy_contains(PyObject *proxy, PyObject *key) except -1:
    target = _target(proxy)
    if target is None:
        return _contains(proxy, key)
    return PySequence_Contains(<PyObject *> target, key)


def quicken(proxy: t.Any, variable: ContextVar[t.Any], name: str | None, /) -> None:
    """Let attributes and items of *proxy* be looked up without a Python call.

    The contract is that of `flaskfast._py.proxies.quicken`.
    """
    global _count, _getattr, _setattr, _getitem, _setitem, _contains
    if _count == MOST:
        raise ValueError(f"quicken() keeps {MOST} proxies at most.")
    _kept.extend((proxy, variable, name))
    _proxies[_count] = <PyObject *> proxy
    _variables[_count] = <PyObject *> variable
    _names[_count] = <PyObject *> name
    kinds = {None: CONTEXT, "app": APP, "request": REQUEST, "g": GLOBALS}
    _kinds[_count] = kinds.get(name, OTHER)
    _count += 1
    cdef SlottedType *slots = <SlottedType *> Py_TYPE(<PyObject *> proxy)
    if slots.tp_getattro == _proxy_getattr:
        return
    _getattr, slots.tp_getattro = slots.tp_getattro, _proxy_getattr
    _setattr, slots.tp_setattro = slots.tp_setattro, _proxy_setattr
    _getitem = slots.tp_as_mapping.mp_subscript
    slots.tp_as_mapping.mp_subscript = _proxy_getitem
    _setitem = slots.tp_as_mapping.mp_ass_subscript
    slots.tp_as_mapping.mp_ass_subscript = _proxy_setitem
    _contains, slots.tp_as_sequence.sq_contains = slots.tp_as_sequence.sq_contains, _proxy_contains
    PyType_Modified(Py_TYPE(<PyObject *> proxy))


def settle(app_context_class: type, globals_class: type, /) -> None:
    """Note what is shipped, once it has all been imported.

    The contract is that of `flaskfast._py.proxies.settle`.
    """
    global _globals_class, _make_globals, _get_global, _set_global
    _kept.append(globals_class)
    _make_globals = vars(app_context_class)["g"]
    _get_global, _set_global = globals_class.__getattr__, globals_class.__setattr__
    _globals_class = <PyTypeObject *> globals_class
