"""Build the compiled kernels, where that is wanted and can be done.

FLASKFAST_BUILD says what is wanted, in the words of FLASKFAST_KERNELS:

auto (default)  compile; where that fails, say why and install plain Python
native          compile; where that fails, the install fails
python          do not try

Everything else about the package stands in pyproject.toml.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

ROOT = Path(__file__).resolve().parent
VARIABLE = "FLASKFAST_BUILD"
WORDS = ("auto", "native", "python")

# Compiled twin -> what it is made of, relative to ROOT: a binding and the C kernels that it binds;
# or the source of its Python twin, to which `flaskfast/_native/NAME.pxd` gives types.
KERNELS = {
    "escape": ["flaskfast/_native/escape.pyx", "csrc/ff_escape.c"],
    "filters": ["flaskfast/_py/filters.py"],
    "loop": ["flaskfast/_py/loop.py"],
    "lookup": ["flaskfast/_py/lookup.py"],
    "macro": ["flaskfast/_py/macro.py"],
    "output": ["flaskfast/_native/output.pyx", "csrc/ff_escape.c"],
    "rendering": ["flaskfast/_py/rendering.py"],
    "templates": ["flaskfast/_py/templates.py"],
    "sources": ["flaskfast/_py/sources.py"],
    "json": ["flaskfast/_native/json.pyx", "csrc/ff_json.c"],
    "multipart": ["flaskfast/_native/multipart.pyx", "csrc/ff_multipart.c"],
    "query": ["flaskfast/_native/query.pyx", "csrc/ff_query.c"],
    "quote": ["flaskfast/_native/quote.pyx", "csrc/ff_quote.c"],
    "url": ["flaskfast/_py/url.py"],
    "links": ["flaskfast/_py/links.py"],
    "match": ["flaskfast/_native/match.pyx", "csrc/ff_match.c"],
    "cookies": ["flaskfast/_native/cookies.pyx", "csrc/ff_cookie.c"],
    "items": ["flaskfast/_py/items.py"],
    "reading": ["flaskfast/_py/reading.py"],
    "jar": ["flaskfast/_py/jar.py"],
    "options": ["flaskfast/_native/options.pyx", "csrc/ff_options.c"],
    "accept": ["flaskfast/_native/accept.pyx", "csrc/ff_accept.c", "csrc/ff_options.c"],
    "headers": ["flaskfast/_native/headers.pyx", "csrc/ff_header.c"],
    "dates": ["flaskfast/_native/dates.pyx", "csrc/ff_date.c"],
    "conditions": ["flaskfast/_native/conditions.pyx", "csrc/ff_etag.c", "csrc/ff_range.c"],
    "lazy": ["flaskfast/_py/lazy.py"],
    "seams": ["flaskfast/_native/seams.pyx"],
    "shipped": ["flaskfast/_native/shipped.pyx"],
    "bodies": ["flaskfast/_py/bodies.py"],
    "files": ["flaskfast/_py/files.py"],
    "signing": ["flaskfast/_py/signing.py"],
    "streams": ["flaskfast/_py/streams.py"],
    "sessions": ["flaskfast/_py/sessions.py"],
    "contexts": ["flaskfast/_py/contexts.py"],
    "messages": ["flaskfast/_py/messages.py"],
    "cycle": ["flaskfast/_py/cycle.py"],
    "proxies": ["flaskfast/_native/proxies.pyx"],
}

# The module whose shared object holds them all, and all that are in it.
TOGETHER = "flaskfast._native.kernels"
MODULES = {"kernels": ["flaskfast/_native/kernels.pyx"], **KERNELS}

# A pattern, and what stands in its place.
Phrases = Sequence[tuple[str, str | Callable[[re.Match[str]], str]]]

# What Python source says in one way and its compiled twin in another, as patterns: each has the
# same meaning in both, and costs a call less in C. NAME.pxd defines what stands on the right.
PHRASES: Phrases = (
    (r"\btype\(response\)\.(\w+) is (_[a-z]\w+)\b", r'class_has(type(response), "\1", \2)'),
    (r"\bplain_cookie\((?=\s+key, value, date)", "cookie_written("),
    (r"\bwrite_seconds\(", "seconds_written("),
    (r"\bput_header\(", "header_put("),
    # `new_answer` and `new_page` ask that.
    (
        r"if response_class is _response_class and response_class\.__init__ is _begin_response:"
        r"\s+return response_class\(body, status, headers\)\s+",
        "",
    ),
    (
        r"if response_class\.__init__ is _begin_response:"
        r"\s+response = response_class\(page, code, None, \"text/html\"\)\s+else:\s+",
        "",
    ),
    (r"\bfirst_value\((?=self\._list)", "value_found("),
    (r"\benviron_name\(", "name_in_environ("),
    (r"\bfill_pairs\((?=_fields_class)", "pairs_filled("),
    (r"\bfill_cookies\((?=_fields_class)", "cookies_filled("),
    (r"\b_headers_class\.__new__\(_headers_class\)", "ff_new(_headers_class, ())"),
    (r"(\"\w+\") (not )?in request\.__dict__", r"\2has_own(request, \1)"),
    (
        r"\btype\(request\)\.(headers|query_string) is (not )?(_\w+)\b",
        r'\2class_has(type(request), "\1", \3)',
    ),
    (r"\btype\(self\)\.(\w+) is (_own\w+)\b", r'class_has(type(self), "\1", \2)'),
    # What a rule, a converter, a map were seen to be.
    (
        r"own = rule\.__dict__\s+if not \(\s+type\(rule\)\.build is _build\s[^:]*\):",
        "if not is_plain(self, rule):",
    ),
    (r"own\[\"methods\"\] if \"methods\" in own else rule\.methods", "self._methods"),
    (r"own\[\"websocket\"\] if \"websocket\" in own else rule\.websocket", "self._websocket"),
    (
        r"type\(converter\)\.to_url is (_\w+_to_url)\s+and \"to_url\" not in own",
        r"converts_by(sight, converter, \1)",
    ),
    (r"own = url_map\.__dict__\s+if own\[\"_remap\"\]:\s+url_map\.update\(\)", ""),
    (r"known = own\[\"_builders\"\]", "known = builders_of(url_map)"),
    (r"\bif url_map\.host_matching:", "if matches_hosts(url_map):"),
    (r"\(url_map\._default_subdomain or \"\"\)", "subdomain_of(url_map)"),
    (
        r"not path\.startswith\(\"/\"\) or path\.startswith\(\"//\"\)",
        "not ff_is_rooted(path)",
    ),
    (r"\"\"\.join\(filled\)", "joined(filled)"),
    (r"\bprefix \+ path if prefix else path\b", "concatenated(prefix, path) if prefix else path"),
    (r"\bf\"{blueprint}{endpoint}\"", "concatenated(blueprint, endpoint)"),
    (r"(?m)\burl_map\._default_subdomain$", "subdomain_of(url_map)"),
    (r"\bstr\(value if type\(value\) is int else int\(value\)\)", "integer_text(value)"),
    # A call of a seam asks first whether the seam is still ours; `call_...` are its guards.
    (r"\b(self|app|app_ctx|ctx|response)\.({guarded})\((?=[^()=]*\))", r"call_\2(\1, "),
    # Whether a method is still the one that was shipped.
    (
        r"type\(app\)\.create_url_adapter is not _create_url_adapter\s"
        r"+or \"create_url_adapter\" in app\.__dict__\s"
        r"+or _create_url_adapter\.__code__ is not _create_url_adapter_code\b",
        "not is_ours(app, CREATE_URL_ADAPTER)",
    ),
    (
        r"found = app\.(\w+)\s+if \(\s+type\(found\) is MethodType\s"
        r"+and found\.__func__ is _\1\s+and _\1\.__code__ is _\1_code\s+\):",
        lambda found: f"if is_ours(app, {found[1].upper()}):",
    ),
    (r"\b(\w+)\.__code__ is (not )?(_\w+_code)\b", r"\2has_code(\1, \3)"),
    (r"type\((\w+)\)\.(\w+) is (\w+)\s+and \"\2\" not in \1\.__dict__", r'is_method(\1, "\2", \3)'),
    # The same of an object that has no dict yet, in the words that make none.
    (
        r"getattr\((\w+)\.(\w+), \"__func__\", None\) is (not )?(\w+)",
        r'\3is_method(\1, "\2", \4)',
    ),
    (r"\bself\.(\w+)\.__func__ is (_\w+)", r'is_method(self, "\1", \2)'),
    (r"\btype\(self\)\.(\w+) is (_[a-z]\w+)\b", r'class_has(type(self), "\1", \2)'),
    (r"\b([_A-Z]\w+)\.(\w+) is (not )?(_[a-z]\w+)\b", r'\3class_has(\1, "\2", \4)'),
    (r"\benviron\.get\(", "environ_get(environ, "),
    (r"(\"\w+\"|\b[A-Z_]+) not in environ\b", r"not environ_has(environ, \1)"),
    (r"(\"\w+\"|\b[A-Z_]+) in environ\b", r"environ_has(environ, \1)"),
    (r"\b(self|app)\.config\[(\"\w+\")\]", r"setting(\1.config, \2)"),
    (r"\bquote_(path|query)\(", r"\1_quoted("),
    (r"\bheader_fault\(", "header_faulted("),
    (r"(?m)\b_headers_over\((\[\] .*)\)$", r"new_headers(\1)"),
    (r"\bsurvey_headers\(", "headers_surveyed("),
    (
        r"\bresponse_class\(page, code, mimetype=\"text/html\"\)",
        "new_page(response_class, page, code)",
    ),
    # Constructing an object of a class that is constructed as it was shipped.
    (r"\bapp\.request_class\(environ\)", "new_request(own(app, REQUEST_CLASS), environ)"),
    (r"\bresponse_class\(rv\)", "new_response(response_class, rv)"),
    (
        r"\bresponse_class\(body, status=status, headers=headers\)",
        "new_answer(response_class, body, status, headers)",
    ),
    (r"\bself\._get_exc_class_and_code\(type\(e\)\)", "class_and_code(self, type(e))"),
    (r"return _app_context_class\(self\)", "return new_app_context(_app_context_class, self)"),
    (
        r"\b_request_context_class\(self, environ\)",
        "new_request_context(_request_context_class, self, environ)",
    ),
    (r"\b(\w+) = kind\.__new__\(kind\)", r"\1 = ff_new(kind, ())"),
    (
        r"\b_closing_class: t\.Any = ClosingIterator\b",
        "_closing_class = ff_stepping_as(ClosingIterator, EncodedParts)",
    ),
    (r"\b_blueprints\.get\(rule\.endpoint\)", 'ff_filed(_blueprints, rule, "endpoint")'),
    (r"\b(\w+)\.__dict__ = (names)\b", r"set_names(\1, \2)"),
    (r"\bref\(loader\)", "PyWeakref_NewRef(loader, None)"),
    (r"\b_found\((inner, outer), (name)\)", r"found_in(\1, \2)"),
    # What has no property of that name is asked for what it holds first.
    (
        r"\b(context|environment|template|eval_ctx|block|cache)\.({attributes})\b(?!\()(?! = )",
        r'attribute_of(\1, "\2")',
    ),
    # What a request holds.
    (r"\brequest\.json_module = (.+)", r"note_json(request, \1)"),
    (r"request\.url_rule, request\.view_args = found", "note_match(request, found)"),
    (r"\burl_map\._matcher\.find_environ\(", "find_environ(url_map._matcher, "),
    (r"\bview\(\*\*request\.view_args\)", "call_with(view, request.view_args)"),
    (r"\bself\._status_code (not )?in without_body\b", r"\1has_no_body(self._status_code)"),
    (r"\bresponse\(environ, start_response\)", "sent(response, environ, start_response)"),
    (
        r"(def )__call__(\(self, environ: t\.Any, start_response: t\.Any\) -> t\.Any:\n)",
        r"\1__call__\2        return self._send(environ, start_response)\n\n    \1_send\2",
    ),
    # What classes mostly have, and objects mostly have not.
    (
        r"\b(self|request)\.(_default_json|_constructs_others|automatically_set_content_length"
        r"|default_mimetype|default_status|trusted_hosts)\b(?! = )",
        r'shared(\1, "\2")',
    ),
    (
        r"\bself\._variables\.run\(next, self\._body, _no_chunk\)",
        "step_in(self._variables, self._body, _no_chunk)",
    ),
    (r"\bif not functions and not\b", "if not is_filled(functions) and not"),
    (
        r"\bif not preprocessors and not before\b",
        "if not is_filled(preprocessors) and not is_filled(before)",
    ),
    (r"\bif (after|functions):", r"if is_filled(\1):"),
    (r"\brequest\.method == (\"\w+\")", r"is_word(request.method, \1)"),
    (r"\benviron\[\"REQUEST_METHOD\"\] == (\"\w+\")", r'is_word(environ["REQUEST_METHOD"], \1)'),
    (r"\bnot interface\.__dict__", "not len(dict_of(interface))"),
    (r"(?<![.\w])request\.({fields})\b(?!\()(?! = )", r"request_\1(request)"),
    (
        r"\b(self|app)\.({held})\b(?!\()(?! = )",
        lambda found: f"own({found[1]}, {found[2].upper()})",
    ),
    (r"\bstr\(len\((\w+)\)\)", r"decimal(len(\1))"),
    (r"\bvalue\.encode\(\)", "encoded(value)"),
    (
        r"type\(function\) is FunctionType and \(\s*"
        r"_NO_MARKS or _COROUTINE_MARK not in function\.__dict__\s*\)",
        "is_unmarked_function(function, _COROUTINE_MARK)",
    ),
    (r"function\.__code__\.co_flags & _CO_COROUTINE", "makes_coroutine(function)"),
    # What comes next asks that, too.
    (
        r"if _NO_MARKS and type\(func\) is FunctionType"
        r" and not func\.__code__\.co_flags & _CO_COROUTINE:\s+return func\s+",
        "",
    ),
    (r"func\.__func__ if type\(func\) is MethodType else func", "function_of(func)"),
    (
        r"close = getattr\(request, \"close\", None\)\s+if close is not None:\s+close\(\)",
        "close_request(request)",
    ),
    (r"\bapp\.jinja_env\b", "jinja_env_of(app)"),
    (r"\"\.\" in endpoint and endpoint\[:1\] == \"\.\"", "begins_with_dot(endpoint)"),
    (r"\bdict\((\w+), \*\*(\w+)\)", r"merge_names(\1, \2)"),
    (r"\b_items_of\(table\) == noted\b", "has_items(table, noted)"),
    # What an attribute is annotated with is for mypy.
    (r"(?m)^    \w+: t\.Any$", "    #"),
    (r"\b(cv_\w+)\.get\((None)?\)", r"get_value(\1)"),
    (r"\b(cv_\w+)\.set\(", r"PyContextVar_Set(\1, "),
    (r"\b(cv_\w+)\.reset\(", r"PyContextVar_Reset(\1, "),
)

# What compiled steps read of an app: the enumeration Held of flaskfast/_native/seams.pxd.
HELD = [
    name.lower()
    for name in re.findall(
        r"^    (\w+)$",
        (ROOT / "flaskfast/_native/seams.pxd").read_text().partition("enum Held:")[2],
        re.MULTILINE,
    )
]

# What an object has of its own is in a dict that Cython makes with the object, empties with it, and
# takes away when the object is part of a cycle. A dict as any object has it is made when there is
# something to put in, and others may keep it, or give another.
OWN_DICT: Phrases = (
    (
        r"p->__dict__ = PyDict_New\(\);\s*if \(unlikely\(!p->__dict__\)\) goto bad;",
        "if (0) goto bad;\n  ",
    ),
    (r"if \(p->__dict__\) PyDict_Clear\(p->__dict__\);", ""),
    (
        r"p->__dict__ = (?:\(\(PyObject\*\)Py_None\)|Py_None); Py_INCREF\(Py_None\);",
        "p->__dict__ = NULL;",
    ),
    (
        r"(\{\"__dict__\", __pyx___dict__getter_\w+), 0, 0, 0\}",
        r"\1, PyObject_GenericSetDict, 0, 0}",
    ),
)

# A traceback shows the steps, and not what asks whether they may be taken: `call_...` in NAME.pxd.
# (PERF: errors-exception. A line of a traceback costs as much as a dozen of questions.)
GUARDS = re.compile(r'__Pyx_AddTraceback\("flaskfast\._native\.\w+\.call_\w+", [^;]*\);')

# How generated C names what it was made of.
SOURCE_NAME = re.compile(r'"(?:[^"\s]*/)?(flaskfast/_(?:py|native)/\w+\.p(?:y|yx|xd))"')


def wanted() -> str:
    """Read FLASKFAST_BUILD; empty counts as not set."""
    word = os.environ.get(VARIABLE) or "auto"
    if word not in WORDS:
        raise SystemExit(f"{VARIABLE}={word!r} is not known. Use one of: {', '.join(WORDS)}.")
    return word


def extensions(word: str, implementation: str) -> list[Extension]:
    """List what is to be compiled: nothing for `python`, or where nothing can be.

    All kernels are in one shared object, so that an interpreter maps one file and no two of its
    kernels can be of different builds. Each is a module of its own in it.
    """
    if word == "python" or (word == "auto" and implementation != "cpython"):
        return []
    read = [*ROOT.glob("csrc/*.h"), *ROOT.glob("flaskfast/_native/*.pxd")]
    return [
        Extension(
            TOGETHER,
            sorted({source for sources in MODULES.values() for source in sources}),
            depends=sorted(path.relative_to(ROOT).as_posix() for path in read),
        )
    ]


def fingerprint() -> str:
    """Digest the sources of the compiled kernels, and their wording, to tell a stale build by."""
    digest = hashlib.sha256()
    read = {ROOT / "setup.py", *ROOT.glob("csrc/*.[ch]"), *ROOT.glob("flaskfast/_native/*.p[yx]*")}
    read |= {ROOT / source for sources in KERNELS.values() for source in sources}
    for path in sorted(read):
        if path.suffix in {".c", ".h", ".pyx", ".pxd", ".py"} and path.stem != "__init__":
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def in_c(text: str, name: str, phrases: Phrases = PHRASES) -> tuple[str, list[str]]:
    """Word a Python twin's source as PHRASES has it for the compiled one.

    :returns: the source, and the patterns that were found in it.
    """
    path = ROOT / f"flaskfast/_native/{name}.pxd"
    if not path.exists():
        return text, []
    types = path.read_text(encoding="utf-8")
    names = {
        "{guarded}": re.findall(r"^cdef inline object call_(\w+)", types, re.MULTILINE),
        "{fields}": re.findall(r"^    request_(\w+),$", types, re.MULTILINE),
        "{held}": HELD if re.search(r"\bown\b", types) else [],
        "{attributes}": " ".join(re.findall(r"^# Instances have: (.+)$", types, re.M)).split(),
    }
    found = []
    for phrase, compiled in phrases:
        pattern = phrase
        for place, words in names.items():
            pattern = pattern.replace(place, "|".join(words) or "(?!)")
        text, times = re.subn(pattern, compiled, text)
        if times:
            found.append(phrase)
    return text, found


def check_phrases(phrases: Phrases = PHRASES) -> None:
    """Stop where no source says one of the phrases: it has been reworded, and the twin is slow."""
    said: set[str] = set()
    for name, (source, *_) in KERNELS.items():
        if source.endswith(".py"):
            said.update(in_c((ROOT / source).read_text(encoding="utf-8"), name, phrases)[1])
    for phrase, _ in phrases:
        if phrase not in said:
            raise SystemExit(
                f"setup.py: PHRASES has {phrase!r}, which matches nothing in KERNELS' sources."
                " Word it as the source does now, or leave it out."
            )


def with_own_dicts(text: str, name: str) -> str:
    """Have the objects of a module's compiled classes make their dicts as plain objects do."""
    path = ROOT / f"flaskfast/_native/{name}.pxd"
    types = path.read_text(encoding="utf-8") if path.exists() else ""
    count = types.count("    cdef dict __dict__\n")
    for phrase, wanted_c in OWN_DICT:
        text, times = re.subn(phrase, wanted_c, text)
        if times != count:
            raise CompileError(
                f"setup.py: OWN_DICT has {phrase!r}, which is {times} times in the C that Cython"
                f" made of {name}, for {count} classes. Word it as this version of Cython does."
            )
    return text


def reword(source: Path) -> None:
    """Mend the C that Cython made of a module.

    Sources are named as they would be where they are installed: tracebacks show that name, and
    error trackers tell a library's frames by it.
    """
    text = source.read_text(encoding="utf-8")
    text = SOURCE_NAME.sub(r'"site-packages/\1"', text)
    text = GUARDS.sub("", text)
    source.write_text(with_own_dicts(text, source.stem), encoding="utf-8")


def jobs() -> int:
    """Return how many compilers to run at once: one for each processor, as far as memory goes."""
    processors = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    )
    return min(processors or 1, 8)


def unix_options() -> list[str]:
    """Return what a compiler is asked for besides what it is asked for by Python."""
    # Of thousands of functions only those that make the modules are anybody else's.
    options = ["-fvisibility=hidden"]
    # Python asks for what a debugger reads, which is five times the rest. Who wants it says so.
    if not any(flag.startswith("-g") for flag in os.environ.get("CFLAGS", "").split()):
        options.append("-g0")
    return options


class build_kernels(build_ext):
    """Compile all kernels or none; `wanted()` decides whether none is an error."""

    def initialize_options(self) -> None:
        super().initialize_options()
        self.cython_c_in_temp = True  # generated C stays out of the tree
        # Types come from NAME.pxd alone: annotations are for people and mypy.
        self.cython_directives = {"language_level": 3, "annotation_typing": False}

    def run(self) -> None:
        products = self.products()
        try:
            self.check_tools()
            super().run()
        except Exception as error:  # whatever a tool chain can raise
            if wanted() == "native":
                raise CompileError(
                    f"{VARIABLE}=native cannot be honoured: {error}. Install what is missing (a C"
                    " compiler, Python's headers, Cython), or set"
                    f" {VARIABLE}=auto to install plain Python."
                ) from error
            self.fall_back(error, products)

    def products(self) -> list[Path]:
        """Name the files that a successful build would leave: in build/, and in place."""
        names = [self.get_ext_filename(extension.name) for extension in self.extensions]
        return [place / name for name in names for place in (Path(self.build_lib), ROOT)]

    def check_tools(self) -> None:
        """Fail early, and in words, where no compiled kernel can come out."""
        if sys.implementation.name != "cpython":
            raise CompileError(f"kernels are compiled for CPython, not {sys.implementation.name}")
        import Cython.Compiler.Main  # noqa: F401

    def build_extensions(self) -> None:
        check_phrases()
        (together,) = self.extensions
        product = Path(self.get_ext_fullpath(together.name))
        header = Path(self.build_temp, "ff_build.h")
        build = f"{self.distribution.get_version()}+{fingerprint()}"
        text = f'#define FF_BUILD "{build}"\n'
        if not self.force and product.exists() and header.exists() and header.read_text() == text:
            return
        product.unlink(missing_ok=True)  # what an interrupted build leaves is no product
        shutil.rmtree(self.build_temp, ignore_errors=True)
        header.parent.mkdir(parents=True)
        header.write_text(text)
        self.force = True
        self.parallel = self.parallel or jobs()
        kernels = sorted({source for _, *own in KERNELS.values() for source in own})
        together.extra_objects = self.compile(self.translate(build) + kernels)
        together.sources = []
        super().build_extensions()

    def translate(self, build: str) -> list[str]:
        """Make C of everything, a file for each module, by Cython in processes of its own."""
        from Cython.Build import cythonize

        made = cythonize(
            [
                Extension(f"flaskfast._native.{name}", [self.stamped(source, build)])
                for name, (source, *_) in MODULES.items()
            ],
            nthreads=self.parallel,
            force=True,
            quiet=not self.verbose,
            build_dir=self.build_temp,
            include_path=["."],
            compiler_directives=self.cython_directives,
        )
        sources = [Path(source) for extension in made for source in extension.sources]
        for source in sources:
            reword(source)
        return [str(source) for source in sources]

    def compile(self, sources: Sequence[str]) -> list[str]:
        """Compile C, several files at once; return the names of the objects, in their order."""
        options = unix_options() if self.compiler.compiler_type == "unix" else []
        # Steps over objects have no loops to unroll: as fast as with -O3, and a fifth smaller.
        small = ["-O2"] if options else []

        def compiled(source: str) -> str:
            steps = "_py" in Path(source).parts
            made: list[str] = self.compiler.compile(
                [source],
                output_dir=self.build_temp,
                include_dirs=["csrc", self.build_temp],
                extra_postargs=options + small if steps else options,
            )
            return made[0]

        with ThreadPoolExecutor(self.parallel) as pool:
            return list(pool.map(compiled, sources))

    def get_export_symbols(self, ext: Extension) -> list[str]:
        """Name what makes each module: the shared object is found by any of them."""
        return [f"PyInit_{name}" for name in MODULES]

    def stamped(self, source: str, build: str) -> str:
        """Copy a Python source that is compiled as it is, with what a binding says of itself.

        The copy goes where the generated C does. A binding takes BUILD from ff_build.h, which
        Python source cannot.
        """
        if not source.endswith(".py"):
            return source
        copy = Path(self.build_temp, source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text, _ = in_c(Path(source).read_text(encoding="utf-8"), Path(source).stem)
        copy.write_text(f'{text}\n\nBUILD = "{build}"\n', encoding="utf-8")
        return str(copy)

    def fall_back(self, error: Exception, products: list[Path]) -> None:
        """Go on without kernels, and without what earlier builds left of them."""
        for product in products:
            product.unlink(missing_ok=True)
        self.extensions = []
        print(
            f"flaskfast: the compiled kernels could not be built: {error}\n"
            "flaskfast: installing plain Python, which behaves the same and is slower.\n"
            f"flaskfast: {VARIABLE}=native makes this an error, {VARIABLE}=python skips it.",
            file=sys.stderr,
        )


if __name__ == "__main__":
    setup(
        license="BSD-3-Clause",
        ext_modules=extensions(wanted(), sys.implementation.name),
        cmdclass={"build_ext": build_kernels},
    )
