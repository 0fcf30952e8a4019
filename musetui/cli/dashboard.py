"""`musetui` and `musetui demo`: what draws. Textual is imported here alone, and only after all else is known."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Mapping

from musetui.cli.failures import CommandError, UsageError
from musetui.cli.theme_names import check_theme
from musetui.cli.workspace import open_workspace, read_outside

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"


def run_dashboard(args: Namespace) -> int:
    """Show the dashboard; print the status where there is no terminal, or JSON is asked for."""
    if args.as_json or not (is_in_browser(os.environ) or _has_terminal()):
        from musetui.cli.status import run_status

        return run_status(args)
    # Tens of thousands of objects come to be before the first paint, and all of them stay; the app collects again.
    gc.disable()
    workspace = open_workspace(args)
    check_theme(workspace.reading)
    from musetui.tui import run

    repository, settings = workspace.repository, workspace.settings
    return run.run_dashboard(repository, settings, in_browser=is_in_browser(os.environ))


def run_demo(args: Namespace) -> int:
    """Show the dashboard on a swarm of our own making."""
    if args.repo is not None:
        raise UsageError("the demo makes a repository of its own: leave --repo out")
    reading = read_outside(args)
    settings = reading.checked()
    if not _has_terminal():
        raise CommandError("the demo is to be looked at: start it in a terminal", "no_terminal")
    gc.disable()  # as for the dashboard
    check_theme(reading)
    from musetui.simulation import demo
    from musetui.tui import run

    return demo.run_demo(args.agents, args.seed, args.speed, settings, run.run_dashboard)


def is_in_browser(environment: Mapping[str, str]) -> bool:
    """Return whether what is painted goes to a page, and not to a terminal, as below `musetui serve`."""
    return environment.get("TEXTUAL_DRIVER") == WEB_DRIVER


def _has_terminal() -> bool:
    can_draw = os.environ.get("TERM", "") not in ("dumb", "unknown")
    return can_draw and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
