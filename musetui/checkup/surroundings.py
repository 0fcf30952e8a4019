"""What musetui runs in: its own version and Python's, the terminal, and the programs that it can start."""

import os
import platform
import shlex
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from musetui import __version__
from musetui.callgraph.languages import languages
from musetui.checkup.finding import Finding, fine, note, wrong
from musetui.terminal_signs import locale_has_signs

_PARTS = ("textual", "pydantic", "watchdog", "httpx")
_LEAST = (80, 24)


def check_versions() -> list[Finding]:
    """Tell what is installed, and what an extra would add."""
    found = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    on = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    findings = [fine("musetui", f"{__version__}, {on}; {found}")]
    missing = [name for name, can_read in languages().items() if not can_read]
    if missing:
        what = f"calls in {', '.join(missing)} are not read"
        findings.append(note("call graph", what, "install the extra: `pip install 'musetui[languages]'`"))
    else:
        findings.append(fine("call graph", f"reads {', '.join(languages())}"))
    try:
        findings.append(fine("browser", f"`musetui serve` works: textual-serve {version('textual-serve')}"))
    except PackageNotFoundError:
        findings.append(note("browser", "`musetui serve` is not installed", "`pip install 'musetui[serve]'` adds it"))
    return findings


def check_programs(environment: Mapping[str, str]) -> list[Finding]:
    """Look for the programs that musetui starts when asked."""
    findings = []
    if shutil.which("muse") is None:
        findings.append(note("muse", "is not on PATH", "only the semantic plan of two branches needs it"))
    else:
        findings.append(fine("muse", str(shutil.which("muse"))))
    said = environment.get("VISUAL") or environment.get("EDITOR") or "vi"
    try:
        program = next(iter(shlex.split(said)), "")
    except ValueError:
        program = ""
    if program and shutil.which(program):
        findings.append(fine("editor", said))
    else:
        findings.append(note("editor", f"{said!r} cannot be found", "set $EDITOR to an editor that is installed"))
    return findings


def check_terminal(environment: Mapping[str, str]) -> list[Finding]:
    """Look at the terminal that this runs in."""
    term = environment.get("TERM", "")
    if sys.stdout is None or not sys.stdout.isatty():
        return [note("terminal", "this is none: what is printed goes elsewhere", "run `musetui doctor` in it itself")]
    if term in ("", "dumb", "unknown"):
        return [wrong("terminal", f"$TERM is {term!r}, which can draw nothing", "use another, or `musetui serve`")]
    size = os.get_terminal_size(sys.stdout.fileno())
    shown = f"{term}, {size.columns}x{size.lines}"
    if size.columns < _LEAST[0] or size.lines < _LEAST[1]:
        findings = [note("terminal", shown, f"make it at least {_LEAST[0]}x{_LEAST[1]}, else panes are left out")]
    else:
        findings = [fine("terminal", shown)]
    findings.append(_colours(environment, term))
    if not locale_has_signs(environment):
        findings.append(
            note("signs", "the locale is not of UTF-8: signs are ASCII", "set LANG=C.UTF-8, if your font has more")
        )
    return findings


def _colours(environment: Mapping[str, str], term: str) -> Finding:
    if environment.get("NO_COLOR"):
        return note("colours", "NO_COLOR is set: only the terminal's own are used", "unset it, if that is not meant")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return fine("colours", "16 million")
    number = "256" if "256" in term else "16"
    advice = "if your terminal has 16 million, set COLORTERM=truecolor" if number == "256" else "musetui-terminal fits"
    return note("colours", f"{number}, by what $TERM and $COLORTERM say", advice)
