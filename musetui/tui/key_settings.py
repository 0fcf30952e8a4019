"""The table `[keys]` of the settings: which key does what, by the names of actions."""

import json
from collections.abc import Mapping
from typing import Any

from musetui.settings.tables import Complain, Setting, Table
from musetui.settings.values import Value, choice
from musetui.tui.actions import ACTIONS, Action
from musetui.tui.key_names import read_key, shown_key
from musetui.tui.keymap import ALWAYS, Keymap
from musetui.tui.presets import PRESETS, USUAL

PRESET = "preset"


def _read_keys(written: object) -> tuple[str, ...]:
    if written == "":
        return ()
    return tuple(dict.fromkeys(_read_key(each) for each in (written if isinstance(written, list) else [written])))


def _read_key(text: object) -> str:
    if not isinstance(text, str):
        raise ValueError('write a key as text, several as ["j", "down"], none as ""')
    try:
        return read_key(text)
    except ValueError as error:
        # Of several keys, it must be told which one is meant.
        shown = text if text.isprintable() and len(text) <= 30 else repr(text)[:30]
        raise ValueError(f"{shown or 'an empty text'} is no key: {error}") from None


KEYS = Value(
    _read_keys, {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string", "minLength": 1}}]}
)


def _make(values: Mapping[str, Any], complain: Complain) -> Keymap:
    own = {name: keys for name, keys in values.items() if name != PRESET}
    keymap = Keymap(values.get(PRESET, USUAL), own)
    for clash in keymap.clashes():
        # Whichever of the two was written is to be changed; the other one may be a preset's.
        name, other = (clash.name, clash.other) if clash.name in own else (clash.other, clash.name)
        shown = shown_key(clash.key)
        if clash.key in ALWAYS and name != ALWAYS[clash.key]:
            complain((name,), f"cannot have {shown}: that key always does {ALWAYS[clash.key]}")
        else:
            advice = f'give {other} another key, or none with {other} = ""'
            complain((name,), f"has the key {shown}, which is {other}'s too {clash.where}: {advice}")
    return keymap


def _setting(action: Action) -> Setting:
    keys = [json.dumps(shown_key(key), ensure_ascii=False) for key in action.keys]
    usual = keys[0] if len(keys) == 1 else f"[{', '.join(keys)}]"
    where = action.place.value
    means = f"{action.help[0].lower()}{action.help[1:]} ({where[0].lower()}{where[1:]})"
    return Setting(action.name, KEYS, means, usual)


TABLE: Table[Keymap] = Table(
    name="keys",
    means=(
        'Which key does what: the name of an action, and a key, several in brackets, or "" for none. '
        "`musetui keys` prints the actions and the keys in force. A preset changes many at once; what is set beside it "
        "comes before it. No key may do two things in one place."
    ),
    usual=Keymap(),
    make=_make,
    settings=(
        Setting(PRESET, choice(*PRESETS), "keys for hands that know vi or emacs", f'"{USUAL}"'),
        *(_setting(action) for action in ACTIONS),
    ),
    noun="action",
    nouns="actions",
    advice="`musetui keys` prints the actions",
    example='preset = "vi"\nrelease = "x"\nopen = ["enter", "o"]\nedit = "e"\nexport = ""\n',
)
