/* probe - give every call of one Python function by another a native frame of its own.
 *
 * CPython runs all Python code in one C function, so a native profiler sees no
 * Python functions. While the probe is on, a frame evaluation hook (PEP 523)
 * hands each pair of caller and callee one of PROBES small C functions, which do
 * nothing but call the interpreter. A profiler then finds the frame "JQ_0123",
 * and stop() tells which pair that was. With pairs instead of functions, the cost
 * of a function without the Python functions that it calls is exact: what all its
 * callers were charged, less what it was charged for its callees.
 *
 * The hook costs instructions: the interpreter no longer enters Python functions
 * by a jump, and each entry looks its pair up. A count made with the probe on is
 * higher than one without it. One thread only; code objects seen are kept alive.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030C0000
#define Py_BUILD_CORE 1
#include <internal/pycore_frame.h>
#endif

#if PY_VERSION_HEX >= 0x030B0000
typedef struct _PyInterpreterFrame frame_type;
#else
#include <frameobject.h>
typedef PyFrameObject frame_type;
#endif

#if PY_VERSION_HEX >= 0x030C0000
#define EXTRA_INDEX PyUnstable_Eval_RequestCodeExtraIndex
#define EXTRA_GET PyUnstable_Code_GetExtra
#define EXTRA_SET PyUnstable_Code_SetExtra
#else
#define EXTRA_INDEX _PyEval_RequestCodeExtraIndex
#define EXTRA_GET _PyCode_GetExtra
#define EXTRA_SET _PyCode_SetExtra
#endif

typedef PyObject *(*probe_function)(PyThreadState *, frame_type *, int);

#define PROBE(n)                                                                      \
    static __attribute__((noinline)) PyObject *JQ_##n(                                \
        PyThreadState *ts, frame_type *frame, int thrown)                             \
    {                                                                                 \
        return _PyEval_EvalFrameDefault(ts, frame, thrown);                           \
    }
#define TEN(M, n) M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) M(n##8) M(n##9)
#define HUNDRED(M, n)                                                                 \
    TEN(M, n##0) TEN(M, n##1) TEN(M, n##2) TEN(M, n##3) TEN(M, n##4)                  \
    TEN(M, n##5) TEN(M, n##6) TEN(M, n##7) TEN(M, n##8) TEN(M, n##9)
#define THOUSAND(M, n)                                                                \
    HUNDRED(M, n##0) HUNDRED(M, n##1) HUNDRED(M, n##2) HUNDRED(M, n##3)               \
    HUNDRED(M, n##4) HUNDRED(M, n##5) HUNDRED(M, n##6) HUNDRED(M, n##7)               \
    HUNDRED(M, n##8) HUNDRED(M, n##9)
#define ALL(M) THOUSAND(M, 0) THOUSAND(M, 1)
#define NAME(n) JQ_##n,

ALL(PROBE)
static const probe_function probes[] = {ALL(NAME)};
#define PROBES ((Py_ssize_t)(sizeof(probes) / sizeof(probes[0])))
#define SLOTS 8192 /* of the table of pairs: a power of two, never more than a quarter full */

static Py_ssize_t extra_index = -1;
static PyObject *codes; /* code objects; their numbers start at 1, 0 is the code that called start() */
static PyObject *pairs; /* (caller, callee) of each probe */
static struct {
    Py_ssize_t caller, callee, probe;
} table[SLOTS];
static Py_ssize_t current;

/* The number of a code object, kept on the object; 0 when it cannot be kept. */
static Py_ssize_t code_number(PyObject *code)
{
    void *extra = NULL;
    if (EXTRA_GET(code, extra_index, &extra) < 0) {
        PyErr_Clear();
    }
    if (extra != NULL) {
        return (Py_ssize_t)extra;
    }
    if (PyList_Append(codes, code) < 0) {
        PyErr_Clear();
        return 0;
    }
    Py_ssize_t number = PyList_GET_SIZE(codes);
    if (EXTRA_SET(code, extra_index, (void *)number) < 0) {
        PyErr_Clear();
    }
    return number;
}

/* The probe of a pair; the last one serves all pairs that are too many. */
static Py_ssize_t probe_number(Py_ssize_t caller, Py_ssize_t callee)
{
    size_t slot = ((size_t)caller * 31 + (size_t)callee) % SLOTS;
    while (table[slot].callee != 0) {
        if (table[slot].caller == caller && table[slot].callee == callee) {
            return table[slot].probe;
        }
        slot = (slot + 1) % SLOTS;
    }
    Py_ssize_t probe = PyList_GET_SIZE(pairs);
    if (probe >= PROBES - 1) {
        return PROBES - 1;
    }
    PyObject *pair = Py_BuildValue("nn", caller, callee);
    if (pair == NULL || PyList_Append(pairs, pair) < 0) {
        PyErr_Clear();
        probe = PROBES - 1;
    }
    Py_XDECREF(pair);
    table[slot].caller = caller;
    table[slot].callee = callee;
    table[slot].probe = probe;
    return probe;
}

static PyObject *probe_hook(PyThreadState *ts, frame_type *frame, int thrown)
{
    /* An exception may be set: when it is thrown into a generator. */
    PyObject *type, *value, *trace;
    PyErr_Fetch(&type, &value, &trace);
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *code = PyUnstable_InterpreterFrame_GetCode(frame);
    Py_ssize_t callee = code_number(code);
    Py_DECREF(code);
#else
    Py_ssize_t callee = code_number((PyObject *)frame->f_code);
#endif
    Py_ssize_t caller = current;
    Py_ssize_t probe = callee ? probe_number(caller, callee) : PROBES - 1;
    PyErr_Restore(type, value, trace);
    current = callee;
    PyObject *result = probes[probe](ts, frame, thrown);
    current = caller;
    return result;
}

static PyObject *start(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (extra_index >= 0) {
        PyErr_SetString(PyExc_RuntimeError, "start() can be called once in a process");
        return NULL;
    }
    extra_index = EXTRA_INDEX(NULL);
    codes = PyList_New(0);
    pairs = PyList_New(0);
    if (codes == NULL || pairs == NULL) {
        return NULL;
    }
    _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState_Get(), probe_hook);
    Py_RETURN_NONE;
}

static PyObject *stop(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    if (codes == NULL || pairs == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "stop() without start()");
        return NULL;
    }
    _PyInterpreterState_SetEvalFrameFunc(PyInterpreterState_Get(), _PyEval_EvalFrameDefault);
    return PyTuple_Pack(2, codes, pairs);
}

static PyMethodDef methods[] = {
    {"start", start, METH_NOARGS, "Give every pair of functions a probe from now on."},
    {"stop", stop, METH_NOARGS, "End it; return the code objects and the pairs of their numbers."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "flaskfast_probe", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit_flaskfast_probe(void)
{
    return PyModule_Create(&definition);
}
