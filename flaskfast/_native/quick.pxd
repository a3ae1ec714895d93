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

    /* The version of a class: another one after each change, never used twice; 0: none. */
    static CYTHON_INLINE unsigned int ff_version(PyTypeObject *type)
    {
    #if PY_VERSION_HEX < 0x030D0000
        if (!PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return 0;
    #endif
        return type->tp_version_tag;
    }

    /* Tell whether an object has no attributes of its own, if that is seen at once: it is of a
       class whose compiled base declares the place of its __dict__. */
    static CYTHON_INLINE int ff_owns_nothing(PyObject *obj)
    {
        const Py_ssize_t place = Py_TYPE(obj)->tp_dictoffset;
        return place > 0 && *(PyObject **)((char *)obj + place) == NULL;
    }

    /* What a class was seen to have, for as long as it has not changed since. */
    typedef struct {
        PyTypeObject *type;
        unsigned int version;
        PyObject *name, *value;
    } ff_sight;

    static ff_sight ff_sights[64], ff_values[64];

    /* Tell whether obj.name would call this function, without making the method. Never raises. */
    static CYTHON_INLINE int ff_is_method(PyObject *obj, PyObject *name, PyObject *function)
    {
        PyTypeObject *type = Py_TYPE(obj);
        const uintptr_t key = (uintptr_t)function ^ (uintptr_t)name;
        ff_sight *sight = &ff_sights[(key >> 4 ^ key >> 10) & 63];
        const int plain = ff_owns_nothing(obj);
        if (plain && sight->type == type && sight->value == function && sight->name == name
            && sight->version == ff_version(type))
            return 1;
        PyObject *found = NULL;
        const int unbound = _PyObject_GetMethod(obj, name, &found);
        if (found == NULL) {
            PyErr_Clear();
            return 0;
        }
        Py_DECREF(found);
        if (!unbound || found != function)
            return 0;
        if (plain && ff_version(type) != 0)
            *sight = (ff_sight){type, ff_version(type), name, function};
        return 1;
    }

    /* Return what obj.name is, borrowed, if that is seen at once: the object has no attributes of its
       own, and the class has had this one before. Else look, and return NULL where a descriptor or
       anything but the plain look-up has a say. Never raises. */
    static CYTHON_INLINE PyObject *ff_shared(PyObject *obj, PyObject *name)
    {
        PyTypeObject *type = Py_TYPE(obj);
        if (!ff_owns_nothing(obj))
            return NULL;
        const uintptr_t key = (uintptr_t)type >> 8 ^ (uintptr_t)name;
        ff_sight *sight = &ff_values[(key >> 4 ^ key >> 10) & 63];
        if (sight->type == type && sight->name == name && sight->version == ff_version(type))
            return sight->value;
        if (type->tp_getattro != PyObject_GenericGetAttr)
            return NULL;
        PyObject *found = _PyType_Lookup(type, name);
        if (found == NULL || Py_TYPE(found)->tp_descr_get != NULL || ff_version(type) == 0)
            return NULL;
        *sight = (ff_sight){type, ff_version(type), name, found};
        return found;
    }

    /* Tell whether a class has it as this attribute. */
    static CYTHON_INLINE int ff_sees(PyTypeObject *type, PyObject *name, PyObject *value)
    {
        const uintptr_t key = (uintptr_t)value ^ (uintptr_t)name;
        ff_sight *sight = &ff_sights[(key >> 4 ^ key >> 10) & 63];
        if (sight->type == type && sight->value == value && sight->name == name
            && sight->version == ff_version(type))
            return 1;
        if (_PyType_Lookup(type, name) != value)
            return 0;
        if (ff_version(type) != 0)
            *sight = (ff_sight){type, ff_version(type), name, value};
        return 1;
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

    /* Tell whether it is a text of ASCII characters, in one piece with them. */
    static CYTHON_INLINE int ff_is_plain_text(PyObject *obj)
    {
        return PyUnicode_CheckExact(obj) && PyUnicode_IS_COMPACT_ASCII(obj);
    }

    /* Return "".join(parts), of a list. */
    static CYTHON_INLINE PyObject *ff_joined(PyObject *nothing, PyObject *parts)
    {
        const Py_ssize_t count = PyList_GET_SIZE(parts);
        Py_ssize_t size = 0;
        for (Py_ssize_t i = 0; i < count; i++) {
            PyObject *part = PyList_GET_ITEM(parts, i);
            if (count == 1 || !ff_is_plain_text(part))
                return PyUnicode_Join(nothing, parts);
            size += PyUnicode_GET_LENGTH(part);  /* no overflow: all of them are in memory */
        }
        PyObject *text = PyUnicode_New(size, 127);
        if (text == NULL || size == 0)
            return text;
        char *at = (char *)PyUnicode_DATA(text);
        for (Py_ssize_t i = 0; i < count; i++) {
            PyObject *part = PyList_GET_ITEM(parts, i);
            memcpy(at, PyUnicode_DATA(part), (size_t)PyUnicode_GET_LENGTH(part));
            at += PyUnicode_GET_LENGTH(part);
        }
        return text;
    }

    /* Return text + more, both of them plain. */
    static CYTHON_INLINE PyObject *ff_concatenated(PyObject *text, PyObject *more)
    {
        const Py_ssize_t size = PyUnicode_GET_LENGTH(text), rest = PyUnicode_GET_LENGTH(more);
        PyObject *made = PyUnicode_New(size + rest, 127);
        if (made == NULL || size + rest == 0)
            return made;
        memcpy(PyUnicode_DATA(made), PyUnicode_DATA(text), (size_t)size);
        memcpy((char *)PyUnicode_DATA(made) + size, PyUnicode_DATA(more), (size_t)rest);
        return made;
    }

    /* Tell whether its items are those of the dict that it is. */
    static CYTHON_INLINE int ff_reads_as_dict(PyObject *mapping, PyObject *getitem)
    {
        static PyObject *getter = NULL;
        if (getter == NULL)
            getter = _PyType_Lookup(&PyDict_Type, getitem);
        return PyDict_Check(mapping) && ff_sees(Py_TYPE(mapping), getitem, getter);
    }

    /* Return bool(registry). */
    static CYTHON_INLINE int ff_is_filled(PyObject *registry)
    {
        if (PyDict_CheckExact(registry))
            return PyDict_GET_SIZE(registry) != 0;
        if (PyList_CheckExact(registry))
            return PyList_GET_SIZE(registry) != 0;
        return PyObject_IsTrue(registry);
    }

    /* Return text == word, of a str and a constant. */
    static CYTHON_INLINE int ff_is_word(PyObject *text, PyObject *word)
    {
        if (text == word)
            return 1;
        if (PyUnicode_CheckExact(text) && PyUnicode_GET_LENGTH(text) != PyUnicode_GET_LENGTH(word))
            return 0;
        return PyObject_RichCompareBool(text, word, Py_EQ);
    }

    /* Call view(**arguments). */
    static CYTHON_INLINE PyObject *ff_call_with(PyObject *view, PyObject *arguments)
    {
        if (PyDict_GET_SIZE(arguments) == 0)
            return PyObject_CallNoArgs(view);
        return PyObject_VectorcallDict(view, NULL, 0, arguments);
    }
    """
    unsigned int ff_version(PyTypeObject *type)
    bint ff_owns_nothing(object obj)
    bint ff_is_method(object obj, object name, object function)
    bint ff_constructs_as(object cls, PyTypeObject *base)
    object ff_new(object cls, tuple no_arguments)
    PyObject *ff_shared(object obj, object name)
    bint ff_sees(PyTypeObject *type, object name, object value)
    bint ff_reads_as_dict(object mapping, object getitem)
    bint ff_is_filled(object registry) except -1
    bint ff_is_word(object text, object word) except -1
    object ff_call_with(object view, object arguments)
    bint ff_is_unmarked_function(object function, object mark)
    bint ff_makes_coroutine(object function)
    object ff_decimal(Py_ssize_t number)
    object ff_joined(str nothing, list parts)
    bint ff_is_plain_text(object obj)
    object ff_concatenated(object text, object more)

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object obj, void *context)
    object PyUnicode_AsUTF8String(object text)
    bint PyUnicode_CheckExact(object text)
    bint PyFunction_Check(object function)
    PyObject *PyFunction_GET_CODE(object function)
    bint PyLong_CheckExact(object number)
    Py_ssize_t PyLong_AsLongAndOverflow(object number, int *overflow) except? -1


cdef inline bint is_method(object obj, str name, object function):
    """Tell whether calling the method *name* of *obj* is calling *function*."""
    return ff_is_method(obj, name, function)


cdef inline bint class_has(object cls, str name, object wanted):
    """Tell whether the attribute *name* of a class is *wanted*, a plain function."""
    return ff_sees(<PyTypeObject *> cls, name, wanted)


cdef inline bint has_own(object obj, str name) except -1:
    """Return ``name in obj.__dict__``."""
    return not ff_owns_nothing(obj) and PyDict_Contains(PyObject_GenericGetDict(obj, NULL), name)


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
    if ff_reads_as_dict(config, "__getitem__"):
        found = PyDict_GetItemWithError(config, key)
        if found != NULL:
            return <object> found
    return config[key]


cdef inline bint is_filled(object registry) except -1:
    """Return ``bool(registry)``."""
    return ff_is_filled(registry)


cdef inline bint is_word(object text, str word) except -1:
    """Return ``text == word``."""
    return ff_is_word(text, word)


cdef inline object shared(object obj, str name):
    """Return an attribute that classes mostly have, and objects mostly have not."""
    cdef PyObject *found = ff_shared(obj, name)
    return <object> found if found != NULL else getattr(obj, name)


cdef inline object call_with(object view, object arguments):
    """Return ``view(**arguments)``."""
    if PyDict_CheckExact(arguments):
        return ff_call_with(view, arguments)
    return view(**arguments)


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


cdef inline str joined(list parts):
    """Return ``"".join(parts)``."""
    return ff_joined("", parts)


cdef inline str integer_text(object value):
    """Return ``str(int(value))``."""
    cdef int overflow
    cdef Py_ssize_t number
    if PyLong_CheckExact(value):
        number = PyLong_AsLongAndOverflow(value, &overflow)
        if overflow == 0 and number >= 0:
            return ff_decimal(number)
        return str(value)
    return str(int(value))


cdef inline object concatenated(object text, object more):
    """Return ``f"{text}{more}"``."""
    if ff_is_plain_text(text) and ff_is_plain_text(more):
        return ff_concatenated(text, more)
    return f"{text}{more}"
