"""The command palette: every action of the registry that works here, and Textual's own themes and picture."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from platformdirs import user_downloads_path
from textual.app import App, SystemCommand
from textual.screen import Screen

from musetui.tui.actions import ACTIONS


def commands(app: App[Any], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Yield what the palette of *screen* offers."""
    names = {active.binding.action.rpartition(".")[2] for active in screen.active_bindings.values() if active.enabled}
    for action in ACTIONS:
        if action.palette and action.name in names:
            yield SystemCommand(action.title.capitalize(), action.help, _doing(app, action.name))
    yield SystemCommand("Theme", "Choose among all themes", app.action_change_theme)
    yield SystemCommand("Screenshot", "Save this screen as an SVG", lambda: _save_picture(app))


def _doing(app: App[Any], name: str) -> Callable[[], Awaitable[None]]:
    async def do() -> None:
        for node in (app.screen.focused, app.screen, app):
            if node is not None and hasattr(node, f"action_{name}"):
                await app.run_action(name, node)
                return

    return do


def _save_picture(app: App[Any]) -> None:
    """Save the screen among the user's downloads, or at home where there is no such folder."""
    downloads = user_downloads_path()
    app.deliver_screenshot(path=str(downloads if downloads.is_dir() else Path.home()))
