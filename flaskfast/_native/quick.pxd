# Questions that compiled steps ask without a call: inline, so of no module of their own.

from cpython.dict cimport PyDict_CheckExact, PyDict_Contains, PyDict_GetItemWithError
from cpython.method cimport PyMethod_Check, PyMethod_GET_FUNCTION
from cpython.object cimport PyObject, PyTypeObject
from cpython.type cimport PyType_CheckExact

cdef extern from *:
    """
    #if PY_VERSION_HEX >= 0x030D0000
    /* Exported, and declared in an internal header alone. */
    PyAPI_FUNC(int) _PyObject_GetMethod(PyObject *, PyObject *, PyObject **);
    #endif

    /* Tell whether obj.name would call this function, without making the method. Never raises. */
    static CYTHON_INLINE int ff_is_method(PyObject *obj, PyObject *name, PyObject *function)
    {
        PyObject *found = NULL;
        const int unbound = _PyObject_GetMethod(obj, name, &found);
        if (found == NULL) {
            PyErr_Clear();
            return 0;
        }
        Py_DECREF(found);
        return unbound && found == function;
    }

    /* Tell whether calling cls makes an object by the slots of base, and nothing else. */
    static CYTHON_INLINE int ff_constructs_as(PyObject *cls, PyTypeObject *base)
    {
        return PyType_CheckExact(cls) && ((PyTypeObject *)cls)->tp_new == base->tp_new
            && ((PyTypeObject *)cls)->tp_init == base->tp_init;
    }

    static CYTHON_INLINE PyObject *ff_new(PyObject *cls, PyObject *no_arguments)
    {
        return ((PyTypeObject *)cls)->tp_new((PyTypeObject *)cls, no_arguments, NULL);
    }

    static CYTHON_INLINE int ff_class_has(PyObject *cls, PyObject *name, PyObject *wanted)
    {
        return _PyType_Lookup((PyTypeObject *)cls, name) == wanted;
    }

    /* Tell whether it is a Python function without that mark on it. */
    static CYTHON_INLINE int ff_is_unmarked_function(PyObject *function, PyObject *mark)
    {
        if (!PyFunction_Check(function))
            return 0;
        PyObject *dict = ((PyFunctionObject *)function)->func_dict;
        return dict == NULL || PyDict_GetItemWithError(dict, mark) == NULL;
    }

    /* Tell whether a Python function is an async one. */
    static CYTHON_INLINE int ff_makes_coroutine(PyObject *function)
    {
        return (((PyCodeObject *)PyFunction_GET_CODE(function))->co_flags & CO_COROUTINE) != 0;
    }

    static CYTHON_INLINE PyObject *ff_decimal(Py_ssize_t number)
    {
        char digits[24];
        int at = 24;
        do
            digits[--at] = (char)('0' + number % 10);
        while ((number /= 10) != 0);
        PyObject *text = PyUnicode_New(24 - at, 127);
        if (text != NULL)
            memcpy(PyUnicode_DATA(text), digits + at, (size_t)(24 - at));
        return text;
    }

    static CYTHON_INLINE int ff_reads_as_dict(PyObject *mapping)
    {
        return PyDict_Check(mapping)
            && Py_TYPE(mapping)->tp_as_mapping->mp_subscript
                == PyDict_Type.tp_as_mapping->mp_subscript;
    }
    """
    bint ff_is_method(object obj, object name, object function)
    bint ff_constructs_as(object cls, PyTypeObject *base)
    object ff_new(object cls, tuple no_arguments)
    bint ff_reads_as_dict(object mapping)
    bint ff_is_unmarked_function(object function, object mark)
    bint ff_makes_coroutine(object function)
    object ff_decimal(Py_ssize_t number)

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object obj, void *context)
    object PyUnicode_AsUTF8String(object text)
    bint PyUnicode_CheckExact(object text)
    bint PyFunction_Check(object function)
    PyObject *PyFunction_GET_CODE(object function)
    bint ff_class_has(object cls, object name, object wanted)


cdef inline bint is_method(object obj, str name, object function):
    """Tell whether calling the method *name* of *obj* is calling *function*."""
    return ff_is_method(obj, name, function)


cdef inline bint class_has(object cls, str name, object wanted):
    """Tell whether the attribute *name* of a class is *wanted*, a plain function."""
    return ff_class_has(cls, name, wanted)


cdef inline dict dict_of(object obj):
    """Return ``obj.__dict__``."""
    return <dict> PyObject_GenericGetDict(obj, NULL)


cdef inline bint has_code(object function, object code):
    """Return ``function.__code__ is code``; what is no function has no such code."""
    return PyFunction_Check(function) and PyFunction_GET_CODE(function) == <PyObject *> code


cdef inline object attribute_of(object obj, str name):
    """Return an attribute that objects of a class without such a descriptor have themselves."""
    cdef PyObject *found = PyDict_GetItemWithError(PyObject_GenericGetDict(obj, NULL), name)
    return <object> found if found != NULL else getattr(obj, name)


cdef inline object environ_get(object environ, str key, object default=None):
    """Return ``environ.get(key, default)``."""
    cdef PyObject *found
    if PyDict_CheckExact(environ):
        found = PyDict_GetItemWithError(environ, key)
        return <object> found if found != NULL else default
    return environ.get(key, default)


cdef inline bint environ_has(object environ, str key) except -1:
    """Return ``key in environ``."""
    if PyDict_CheckExact(environ):
        return PyDict_Contains(environ, key)
    return key in environ


cdef inline object setting(object config, str key):
    """Return ``config[key]``."""
    cdef PyObject *found
    if ff_reads_as_dict(config):
        found = PyDict_GetItemWithError(config, key)
        if found != NULL:
            return <object> found
    return config[key]


cdef inline bint is_unmarked_function(object function, str mark):
    """Tell whether it is a function that does not have such an attribute."""
    return ff_is_unmarked_function(function, mark)


cdef inline bint makes_coroutine(object function):
    """Tell whether a function was defined by ``async def``."""
    return ff_makes_coroutine(function)


cdef inline object function_of(object func):
    """Return the function of a method, anything else as it is."""
    return <object> PyMethod_GET_FUNCTION(func) if PyMethod_Check(func) else func


cdef inline str decimal(Py_ssize_t number):
    """Return ``str(number)``, of a number that is not negative."""
    return ff_decimal(number)


cdef inline object encoded(object text):
    """Return ``text.encode()``."""
    return PyUnicode_AsUTF8String(text) if PyUnicode_CheckExact(text) else text.encode()
