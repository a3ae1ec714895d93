"""Examine an installation and an application: what runs, what is in its way, what to change.

``flaskfast doctor`` is its command. An examination has *facts*, which are neither good nor bad,
and *findings*: a *problem* wants to be mended, *advice* is worth a thought.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sys
import traceback
from dataclasses import asdict, dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from . import _kernels
from ._cli_app import NoAppException
from ._matching import longer_ways, matching, refusal
from ._settings import settings_findings
from ._version import FLASK_VERSION
from .dropin import is_installed
from .dropin.finder import STARTUP
from .sessions import opens_when_touched
from .verify.child.seams import Seam, Snapshot, replaced
from .verify.child.versions import extensions, of

if TYPE_CHECKING:
    from .app import Flask

#: The versions of Werkzeug that we are written for.
_WERKZEUG = ((3, 1, 6), (3, 2))
_CPU_FEATURES = ("sse2", "sse4_2", "avx", "avx2", "avx512bw", "asimd", "sve", "neon")
_COMPILER = re.compile(rb"(GCC: \([^)\0]*\) [0-9.]+|[a-zA-Z ]*clang version [0-9.]+)")


@dataclass(frozen=True)
class Finding:
    """Something that costs speed or safety.

    :ivar level: ``problem`` or ``advice``.
    :ivar topic: what it is about, such as the name of a setting.
    :ivar hint: what to do.
    """

    level: Literal["problem", "advice"]
    topic: str
    text: str
    hint: str


@dataclass
class Examination:
    """All that was found.

    :ivar facts: names and values by section.
    """

    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    seams: list[Seam] = field(default_factory=list)
    extensions: list[dict[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """Whether there is no problem; advice does not count."""
        return all(finding.level != "problem" for finding in self.findings)

    def document(self) -> dict[str, Any]:
        """Return everything in types that JSON has."""
        return {
            "format": 1,
            "healthy": self.healthy,
            "facts": self.facts,
            "seams": [seam.described() for seam in self.seams],
            "extensions": self.extensions,
            "findings": [asdict(finding) for finding in self.findings],
        }


def examine(app_path: str | None) -> Examination:
    """Examine the installation and, where one is named or found, the application.

    :param app_path: the application as ``--app`` names it. None takes the one in ``wsgi.py``
        or ``app.py`` in the current directory, if there is any.
    """
    result = Examination()
    before = Snapshot()
    _examine_kernels(result)
    _examine_versions(result)
    app = _load(app_path, result)
    _examine_names(result)
    result.seams = replaced(before, app)
    result.extensions = extensions(app)
    if app is not None:
        result.facts["application"] = {
            "name": app.name,
            "import name": app.import_name,
            "folder": str(app.root_path),
            "rules": str(sum(1 for _ in app.url_map.iter_rules())),
            "matching": matching(app),
            "session": _session(app),
        }
        _examine_routing(app, result)
        for found in settings_findings(app):
            result.findings.append(Finding(*found))
    return result


# -- the installation --------------------------------------------------------------------


def _examine_kernels(result: Examination) -> None:
    facts = {
        "flavour": _kernels.flavour,
        "reason": _kernels.reason,
        "kernels": ", ".join(_kernels.info.names),
        "processor": _processor(),
    }
    if _kernels.flavour == "native":
        facts["vector instructions"] = _vectors()
        facts["built by"] = ", ".join(_builders()) or "an unknown compiler"
    result.facts["kernels"] = facts
    if _kernels.flavour == "native":
        return
    asked = "asks for it" in _kernels.reason
    absent = "No compiled kernels" in _kernels.reason
    result.findings.append(
        Finding(
            "advice" if asked or absent else "problem",
            "kernels",
            f"The Python kernels are in use. {_kernels.reason}",
            f"Unset {_kernels.VARIABLE}, or set it to native."
            if asked
            else "Set FLASKFAST_KERNELS=native to be told why, and install flaskfast where a C"
            " compiler is: FLASKFAST_BUILD=native pip install --force-reinstall flaskfast.",
        )
    )


def _processor() -> str:
    """Name the architecture, and those features that kernels can make use of."""
    return " ".join([_architecture(), *_cpu_features()])


def _architecture() -> str:
    return platform.machine() or "unknown"


def _cpu_features() -> list[str]:
    known: set[str] = set()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # no such file on this system
        text = ""
    for line in text.splitlines():
        if line.lower().startswith(("flags", "features")):
            known = set(line.partition(":")[2].split())
            break
    return [name for name in _CPU_FEATURES if name in known]


def _vectors() -> str:
    """Say which vector instructions the kernels use here, as `csrc/ff_escape_simd.h` chooses."""
    machine = _architecture().lower()
    if machine in ("x86_64", "amd64"):
        wide = "avx2" in _cpu_features() and "gcc" in platform.python_compiler().lower()
        return "SSE2, and AVX2 for long texts" if wide else "SSE2"
    return "NEON" if machine in ("aarch64", "arm64") else "none"


def _builders() -> list[str]:
    """Name the compilers that made the kernels, as far as they left their names in them."""
    found: dict[str, None] = {}
    for module in _kernels._modules.values():
        path = getattr(module, "__file__", None)
        if path:
            for match in _COMPILER.finditer(Path(path).read_bytes()):
                found.setdefault(match[0].decode("ascii").replace("GCC: ", "GCC "), None)
    return list(found)


def _examine_versions(result: Examination) -> None:
    versions = of("flaskfast")
    del versions["kernels"]
    versions["behaves as Flask"] = FLASK_VERSION
    result.facts["versions"] = {**versions, "installed in": str(Path(__file__).parent)}
    numbers = tuple(int(n) for n in re.findall(r"\d+", versions["werkzeug"])[:3])
    low, high = _WERKZEUG
    if not low <= numbers < high:
        result.findings.append(
            Finding(
                "problem",
                "werkzeug",
                f"Werkzeug {versions['werkzeug']} is not one that flaskfast is written for.",
                'Install one that is: pip install "werkzeug>=3.1.6,<3.2".',
            )
        )


def _examine_names(result: Examination) -> None:
    """Tell what the name flask means, and whether genuine Flask is about."""
    directory, version = _genuine()
    loaded = _loaded_from(directory)
    means = "flaskfast" if is_installed() else "genuine Flask" if loaded else "not imported"
    result.facts["the name flask"] = {
        "import flask means": means,
        "genuine Flask": f"{version}, in {directory}" if directory else "not installed",
        "loaded of it": ", ".join(loaded[:5]) or "nothing",
    }
    if loaded:
        result.findings.append(
            Finding(
                "problem",
                "flask",
                f"Genuine Flask is loaded beside flaskfast: {', '.join(loaded[:5])}."
                " Its objects are not ours, and isinstance() tells them apart.",
                "Start the program with 'flaskfast exec', or call flaskfast.install_as_flask()"
                " before anything imports flask.",
            )
        )


def _genuine() -> tuple[str | None, str]:
    """Return where genuine Flask is installed, None where it is not, and its version."""
    entries = [entry for entry in sys.path if os.path.abspath(entry) != STARTUP]
    spec = PathFinder.find_spec("flask", entries)
    if spec is None or not spec.origin:
        return None, ""
    directory = os.path.dirname(os.path.abspath(spec.origin))
    found = importlib.metadata.distributions(name="flask", path=[os.path.dirname(directory)])
    versions = [distribution.version for distribution in found]
    return directory, versions[0] if versions else "of unknown version"


def _loaded_from(directory: str | None) -> list[str]:
    """Name the modules that were loaded out of *directory*."""
    if directory is None:
        return []
    files = {name: getattr(module, "__file__", None) for name, module in [*sys.modules.items()]}
    return sorted(
        name
        for name, file in files.items()
        if isinstance(file, str) and os.path.abspath(file).startswith(directory + os.sep)
    )


# -- the application ---------------------------------------------------------------------


def _load(app_path: str | None, result: Examination) -> Flask | None:
    """Load the application; what keeps it from that is a problem."""
    from . import cli

    try:
        return cli.ScriptInfo(app_import_path=app_path, set_debug_flag=False).load_app()
    except NoAppException as error:
        if app_path is not None:
            text, hint = error.format_message().partition("\n")[0], "Correct the name of the app."
            result.findings.append(Finding("problem", "application", text, hint))
        else:
            result.facts["application"] = {"name": "none named, and none found here"}
    except (Exception, SystemExit) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        result.findings.append(
            Finding(
                "problem",
                "application",
                f"It cannot be loaded: {type(error).__name__}: {error}"
                f" ({where.filename}:{where.lineno}).",
                "'flaskfast verify' tells whether genuine Flask can load it.",
            )
        )
    return None


def _examine_routing(app: Flask, result: Examination) -> None:
    """Name the rules that take a longer way than others, and why."""
    result.facts["application"].update(longer_ways(app))
    refused = refusal(app)
    if refused and _kernels.flavour == "native":
        result.findings.append(
            Finding(
                "advice",
                "url_map",
                f"All requests are matched by the Python matcher, since {refused}.",
                "Let rules have their methods and defaults as plain attributes, and no more than"
                " 64 different methods.",
            )
        )


def _session(app: Flask) -> str:
    interface = app.session_interface
    name = f"{type(interface).__module__}.{type(interface).__qualname__}"
    if opens_when_touched(interface):
        return f"{name}, opened when it is first touched"
    return f"{name}, opened for every request"


# -- the report --------------------------------------------------------------------------


def show(result: Examination) -> None:
    """Write an examination to standard output."""
    for section, facts in result.facts.items():
        click.secho(section.capitalize(), bold=True)
        width = max(map(len, facts))
        for name, value in facts.items():
            click.echo(f"  {name:{width}}  {value}")
        click.echo()
    from .verify.report.words import KINDS

    _show_list(
        "What is not Flask's own",
        [f"{seam.name}: {KINDS[seam.kind]}, {seam.by}" for seam in result.seams],
    )
    _show_list("Extensions", [f"{e['name']} {e['version']}" for e in result.extensions])
    for level, colour in (("problem", "red"), ("advice", "yellow")):
        for finding in result.findings:
            if finding.level == level:
                click.secho(f"{level.capitalize()}: {finding.topic}", fg=colour, bold=True)
                click.echo(f"  {finding.text}\n  {finding.hint}\n")
    problems = sum(finding.level == "problem" for finding in result.findings)
    advice = len(result.findings) - problems
    counted = [
        f"{n} {noun}" for n, noun in ((problems, _plural(problems)), (advice, "advice")) if n
    ]
    click.secho(
        f"Found: {' and '.join(counted)}." if counted else "Nothing to mend.",
        fg="green" if result.healthy else "red",
        bold=True,
    )


def _plural(problems: int) -> str:
    return "problem" if problems == 1 else "problems"


def _show_list(title: str, items: list[str]) -> None:
    if items:
        click.secho(title, bold=True)
        for item in items:
            click.echo(f"  {item}")
        click.echo()
