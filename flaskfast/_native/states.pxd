# Objects as they were seen: what was worked out of one holds until its class or its __dict__ changes.

from cpython.object cimport PyObject, PyTypeObject
from libc.stdint cimport uint64_t

cdef extern from *:
    """
    /* A state that an object was in. Versions are never used twice: the same ones are the same class
       and the same dict, in the same state. */
    typedef struct {
        PyTypeObject *type;
        unsigned int type_version;
        uint64_t dict_version;
    } ff_state;

    #if PY_VERSION_HEX < 0x030D0000

    static CYTHON_INLINE PyObject *ff_dict_made(PyObject *obj)
    {
    #if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
        /* Where _PyObject_GetDictPtr() looks, without the call. */
        if (PyType_HasFeature(Py_TYPE(obj), Py_TPFLAGS_MANAGED_DICT)
            && ((PyObject **)obj)[-3] != NULL)
            return ((PyObject **)obj)[-3];
    #endif
        PyObject **place = _PyObject_GetDictPtr(obj);
        return place == NULL ? NULL : *place;
    }

    /* Tell whether an object still is in that state. */
    static CYTHON_INLINE int ff_is_unchanged(const ff_state *state, PyObject *obj)
    {
        PyTypeObject *type = Py_TYPE(obj);
        if (state->type != type || state->type_version != type->tp_version_tag
            || !PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return 0;
        PyObject *dict = ff_dict_made(obj);
        return dict != NULL && state->dict_version == ((PyDictObject *)dict)->ma_version_tag;
    }

    /* Note the state that an object is in; nothing where it cannot be told again. */
    static CYTHON_INLINE void ff_note_state(ff_state *state, PyObject *obj)
    {
        PyTypeObject *type = Py_TYPE(obj);
        PyObject *dict = ff_dict_made(obj);
        state->type = NULL;
        if (dict == NULL || type->tp_getattro != PyObject_GenericGetAttr
            || !PyType_HasFeature(type, Py_TPFLAGS_VALID_VERSION_TAG))
            return;
        state->type = type;
        state->type_version = type->tp_version_tag;
        state->dict_version = ((PyDictObject *)dict)->ma_version_tag;
    }

    #else  /* dicts have no versions any more: every time is the first one */

    #define ff_is_unchanged(state, obj) 0
    #define ff_note_state(state, obj) ((void)(state), (void)(obj))

    #endif

    /* Return the value that an object keeps in its __dict__ under a name, borrowed; NULL where it keeps
       none, or its class has a say in it. Never raises. */
    static CYTHON_INLINE PyObject *ff_kept(PyObject *obj, PyObject *dict, PyObject *name)
    {
        if (_PyType_Lookup(Py_TYPE(obj), name) != NULL)
            return NULL;
        return PyDict_GetItemWithError(dict, name);
    }
    """
    ctypedef struct ff_state:
        pass
    bint ff_is_unchanged(const ff_state *state, object obj)
    void ff_note_state(ff_state *state, object obj)
    PyObject *ff_kept(object obj, object dict, object name)
