"""`musetui keys`: which key does what, as it is in force."""

import sys
from argparse import Namespace
from dataclasses import replace

from musetui.cli.failures import EXIT_FINE, EXIT_USER
from musetui.cli.output import say, say_json, say_table
from musetui.cli.workspace import read_outside
from musetui.settings import user_settings_file
from musetui.tui.actions import ACTIONS, Action, Place
from musetui.tui.key_names import shown_key
from musetui.tui.key_settings import TABLE
from musetui.tui.keymap import Keymap
from musetui.tui.own.settings import TABLE as COMMANDS
from musetui.tui.presets import USUAL


def run_keys(args: Namespace) -> int:
    """Print every action with the keys in force."""
    reading = read_outside(args)
    commands = reading.settings.of(COMMANDS)
    actions = tuple(command.action(place) for place, command in enumerate(commands))
    keymap = replace(reading.settings.of(TABLE), commands=actions)
    for problem in reading.problems:
        # Whoever looks for the name of an action that was misspelt is helped all the same.
        print(f"musetui: {problem}", file=sys.stderr)
    code = EXIT_USER if reading.problems else EXIT_FINE
    if args.as_json:
        say_json(
            {"preset": keymap.preset, "keys": [_as_json(action, keymap) for action in (*ACTIONS, *keymap.commands)]}
        )
        return code
    rows = [
        [place.value, " ".join(keymap.shown(action.name)) or "no key", _called(action), _does(action, keymap)]
        for place in Place
        for action in (*ACTIONS, *keymap.commands)
        if action.place is place
    ]
    say_table(("where", "keys", "action", "does"), rows)
    say()
    preset = f"preset {keymap.preset}; " if keymap.preset != USUAL else ""
    say(f"{preset}* is not as usual. [keys] in {user_settings_file()} changes them: `musetui config edit`")
    return code


def _called(action: Action) -> str:
    """Return what an action is called in the settings."""
    return action.title if action.place is Place.OWN else action.name


def _does(action: Action, keymap: Keymap) -> str:
    writes = " (writes)" if action.writes else ""
    return f"{action.help}{writes}{' *' if keymap.keys(action.name) != action.keys else ''}"


def _as_json(action: Action, keymap: Keymap) -> dict[str, object]:
    return {
        "action": _called(action),
        "where": action.place.value,
        "keys": list(keymap.shown(action.name)),
        "names": list(keymap.keys(action.name)),
        "usual": list(map(shown_key, action.keys)),
        "does": action.help,
        "writes": action.writes,
    }
