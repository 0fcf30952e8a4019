"""`musetui` and `musetui demo`: what draws. Textual is imported here alone, and only after all else is known."""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from functools import partial

from musetui.cli.failures import CommandError, FilterUsageError, UsageError
from musetui.cli.theme_names import check_theme
from musetui.cli.workspace import open_workspace, read_outside

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"


def run_dashboard(args: Namespace) -> int:
    """Show the dashboard; print the status where there is no terminal, or JSON is asked for."""
    first_filter = checked_filter(args)
    if args.as_json or not (is_in_browser(os.environ) or has_terminal()):
        from musetui.cli.status import run_status

        if first_filter:
            raise UsageError("the dashboard needs a terminal: filter with `musetui list`, `conflicts` or `stale` here")
        if args.view is not None:
            raise UsageError(
                "the dashboard needs a terminal: leave --view out, or ask with `musetui --help` what prints"
            )
        return run_status(args)
    # Tens of thousands of objects come to be before the first paint, and all of them stay; the app collects again.
    gc.disable()
    workspace = open_workspace(args)
    check_theme(workspace.reading)
    from musetui.tui import run

    repository, settings, in_browser = workspace.repository, workspace.settings, is_in_browser(os.environ)
    return run.run_dashboard(
        repository,
        settings,
        first_filter,
        in_browser=in_browser,
        at=workspace.at,
        recording=workspace.recording,
        first_view=first_view(args),
    )


def run_demo(args: Namespace) -> int:
    """Show the dashboard on a swarm of our own making."""
    if args.repo is not None:
        raise UsageError("the demo makes a repository of its own: leave --repo out")
    first_filter = checked_filter(args)
    reading = read_outside(args)
    settings = reading.checked()
    if not has_terminal():
        raise CommandError("the demo is to be looked at: start it in a terminal", "no_terminal")
    gc.disable()  # as for the dashboard
    check_theme(reading)
    from musetui.simulation import demo
    from musetui.tui import run

    show = partial(run.run_dashboard, first_filter=first_filter, first_view=first_view(args))
    return demo.run_demo(args.agents, args.seed, args.speed, settings, show)


def _means_something(text: str) -> bool:
    """Return whether a list of the dashboard takes the filter *text*."""
    from musetui.errors import FilterError
    from musetui.filters.judge import judge
    from musetui.tui.vocabulary.every import lists

    for fields in lists():
        try:
            judge(text, fields)
        except FilterError:
            continue
        return True
    return False


def checked_filter(args: Namespace) -> str:
    """Return the filter that the lists begin with, which must mean something for one of them; "" for none."""
    if args.filter is None:
        return ""
    from musetui.cli.filtering import wanted
    from musetui.filters.vocabulary.reservations import reservation_vocabulary

    try:
        wanted(args, reservation_vocabulary(lambda: None))
    except FilterUsageError:
        if not _means_something(args.filter):
            raise
    return str(args.filter)


def is_in_browser(environment: Mapping[str, str]) -> bool:
    """Return whether what is painted goes to a page, and not to a terminal, as below `musetui serve`."""
    return environment.get("TEXTUAL_DRIVER") == WEB_DRIVER


def first_view(args: Namespace) -> str:
    """Return the name of the view that the dashboard begins with."""
    return args.view or "dashboard"


def has_terminal() -> bool:
    """Return whether the dashboard can be painted here."""
    can_draw = os.environ.get("TERM", "") not in ("dumb", "unknown")
    return can_draw and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
