"""Doing an action that was chosen by its name, and not by its key: in the palette, in the help, with the mouse."""

from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen


async def do_action(app: App[Any], name: str) -> None:
    """Do the action *name* on what is in front, where that can do it and it is not off."""
    for node in doers(app, app.screen, name)[:1]:
        await app.run_action(name, node)


def doers(app: App[Any], screen: Screen[Any], name: str) -> list[DOMNode]:
    """Return who can do the action *name*, the nearest to the focus first."""
    method = f"action_{name.partition('(')[0]}"
    return [node for node in (screen.focused, screen, app) if node is not None and hasattr(node, method)]
