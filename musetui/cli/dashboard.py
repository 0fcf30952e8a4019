"""`musetui` and `musetui demo`: what draws. Textual is imported here alone, and only after all else is known."""

import gc
import os
import sys
from argparse import Namespace

from musetui.cli.failures import CommandError, UsageError
from musetui.cli.theme_names import check_theme
from musetui.cli.workspace import open_workspace, read_outside


def run_dashboard(args: Namespace) -> int:
    """Show the dashboard; print the status where there is no terminal, or JSON is asked for."""
    if args.as_json or not _has_terminal():
        from musetui.cli.status import run_status

        return run_status(args)
    # Tens of thousands of objects come to be before the first paint, and all of them stay; the app collects again.
    gc.disable()
    workspace = open_workspace(args)
    check_theme(workspace.reading)
    from musetui.tui import run

    return run.run_dashboard(workspace.repository, workspace.settings)


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


def _has_terminal() -> bool:
    can_draw = os.environ.get("TERM", "") not in ("dumb", "unknown")
    return can_draw and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
