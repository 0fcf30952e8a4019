"""The command palette: every action of the registry that works here, and Textual's own picture."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from platformdirs import user_downloads_path
from textual.app import App, SystemCommand
from textual.screen import Screen

from musetui.records.text import safe_text
from musetui.tui.actions import ACTIONS
from musetui.tui.doing import do_action, doers
from musetui.tui.keymap import keymap_of
from musetui.tui.own.runs import OwnCommands


def commands(app: App[Any], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Yield what the palette of *screen* offers."""
    ids = {active.binding.id for active in screen.active_bindings.values() if active.enabled}
    keys = keymap_of(app)
    for action in ACTIONS:
        if action.palette and action.id in ids and doers(app, screen, action.name):
            shown = " ".join(keys.shown(action.name))
            told = f"{action.help}  ({shown})" if shown else action.help
            yield SystemCommand(action.title.capitalize(), told, partial(do_action, app, action.name))
    yield from _own_commands(app)
    yield SystemCommand("Screenshot", "Save this screen as an SVG", lambda: _save_picture(app))


def _own_commands(app: App[Any]) -> Iterator[SystemCommand]:
    """Yield the commands of the person's own that can be run here, and what ends those that run."""
    keys = keymap_of(app)
    for action in keys.commands:
        name, _, place = action.name.partition("(")
        if app.check_action(name, (int(place.rstrip(")")),)):
            shown = " ".join(keys.shown(action.name))
            told = f"{action.help}  ({shown})" if shown else action.help
            yield SystemCommand(safe_text(action.title), safe_text(told, 300), partial(app.run_action, action.name))
    if isinstance(own := getattr(app, "own_commands", None), OwnCommands):
        yield from own.stopping()


def _save_picture(app: App[Any]) -> None:
    """Save the screen among the user's downloads, or at home where there is no such folder."""
    downloads = user_downloads_path()
    app.deliver_screenshot(path=str(downloads if downloads.is_dir() else Path.home()))
