"""`musetui` and `musetui demo`: what draws. Textual is imported here alone, and only after all else is known."""

import gc
import os
import sys
from argparse import Namespace

from musetui.cli.failures import CommandError, UsageError
from musetui.cli.workspace import choose_settings, open_workspace
from musetui.errors import SettingsError
from musetui.settings import Settings


def run_dashboard(args: Namespace) -> int:
    """Show the dashboard; print the status where there is no terminal, or JSON is asked for."""
    if args.as_json or not _has_terminal():
        from musetui.cli.status import run_status

        return run_status(args)
    # Tens of thousands of objects come to be before the first paint, and all of them stay; the app collects again.
    gc.disable()
    workspace = open_workspace(args)
    repository, settings = workspace.repository, workspace.settings
    _check_theme(settings)
    from musetui.tui import run

    return run.run_dashboard(repository, settings)


def run_demo(args: Namespace) -> int:
    """Show the dashboard on a swarm of our own making."""
    if args.repo is not None:
        raise UsageError("the demo makes a repository of its own: leave --repo out")
    settings = choose_settings(args)
    if not _has_terminal():
        raise CommandError("the demo is to be looked at: start it in a terminal", "no_terminal")
    gc.disable()  # as for the dashboard
    _check_theme(settings)
    from musetui.simulation import demo
    from musetui.tui import run

    return demo.run_demo(args.agents, args.seed, args.speed, settings, run.run_dashboard)


def _has_terminal() -> bool:
    can_draw = os.environ.get("TERM", "") not in ("dumb", "unknown")
    return can_draw and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _check_theme(settings: Settings) -> None:
    if not settings.theme:
        return
    from textual.theme import BUILTIN_THEMES

    from musetui.cli.arguments import nearest
    from musetui.tui.themes import THEMES

    names = [*(theme.name for theme in THEMES), *BUILTIN_THEMES]
    if settings.theme not in names:
        raise SettingsError(nearest(settings.theme, "theme", names))
