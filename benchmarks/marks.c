/* marks - tell callgrind when to count, and when to write down what it has.
 *
 * callgrind starts with its instrumentation off, so that imports and set-up run at
 * several times the speed. start() turns it on; dump() writes the counters to a file
 * of their own and sets them to zero; stop() turns it off. Outside of valgrind none of
 * them does anything. renumber() gives every class a new version.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <valgrind/callgrind.h>

static PyObject *start(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    CALLGRIND_START_INSTRUMENTATION;
    Py_RETURN_NONE;
}

static PyObject *dump(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    CALLGRIND_DUMP_STATS;
    Py_RETURN_NONE;
}

static PyObject *stop(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    CALLGRIND_STOP_INSTRUMENTATION;
    Py_RETURN_NONE;
}

static PyObject *renumber(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyType_Modified(&PyBaseObject_Type); /* and with it every class below it */
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"start", start, METH_NOARGS, "Count instructions from now on."},
    {"stop", stop, METH_NOARGS, "Count no longer."},
    {"renumber", renumber, METH_NOARGS, "Make every class forget its version."},
    {"dump", dump, METH_NOARGS, "Write the counters to a file and begin again at zero."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "flaskfast_marks", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_flaskfast_marks(void)
{
    return PyModule_Create(&definition);
}
