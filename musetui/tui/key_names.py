"""The names of keys: as people write them in settings, as Textual spells them, and as they are shown.

A name is read once, into Textual's spelling; whatever else compares keys compares those. Plain Python, since settings
are read by commands that draw nothing.
"""

import unicodedata
from difflib import get_close_matches

_NAMED = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("escape", "enter", "tab", "backspace", "space"),
    *(f"f{number}" for number in range(1, 25)),
)

_ALSO = {
    "esc": "escape",
    "return": "enter",
    "ret": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "bksp": "backspace",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "backtab": "shift+tab",
}
"""Other names that keys go by."""

_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where Textual's name for a character is not the one that Unicode has."""

_MODIFIERS = ("alt", "ctrl", "shift", "super")
"""In the order in which Textual spells them."""

_ALSO_MODIFIERS = {"c": "ctrl", "^": "ctrl", "m": "alt", "meta": "alt", "option": "alt", "cmd": "super", "s": "shift"}
"""What modifiers are called elsewhere: enough to guess what was meant."""

_SAME = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
"""What most terminals send for these keys is what they send for others."""

_SENT = {"ctrl+space": ("ctrl+at", "ctrl+@", "ctrl+space")}
"""Keys that one terminal tells by one name, and another by another."""

_ARROWS = ("up", "down", "left", "right")

_SHOWN = {
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
}


def _character_name(character: str) -> str:
    """Return how Textual spells the key of a printable character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name) or character


_CHARACTERS = {_character_name(chr(code)): chr(code) for code in range(0x21, 0x7F) if not chr(code).isalnum()}
"""The characters of ASCII that are neither letters nor digits, by the names of their keys."""


def read_key(text: str) -> str:
    """Return the key that *text* names, in Textual's spelling: `?` is `question_mark`, `Ctrl+X` is `ctrl+x`.

    Raises:
        ValueError: if it names none, or one that terminals cannot tell from another; with advice.
    """
    key = _key(text)
    if not key:
        raise ValueError(_advice(text))
    if key in _SAME:
        raise ValueError(f"a terminal sends the same for it as for {_SAME[key]}: write {_SAME[key]}")
    return key


def _key(text: str) -> str:
    """Return the key that *text* names, or "" if it names none."""
    head, base = _parts(_ALSO.get(text.strip().lower(), text))
    modifiers = {part.strip().lower() for part in head}
    base = _base(base)
    if not base or not modifiers <= set(_MODIFIERS) or len(modifiers) < len(head):
        return ""
    if len(base) == 1 and base.isalpha():
        # A capital letter is one with shift, and the other way round.
        if modifiers == {"shift"}:
            return base.upper()
        if base.isupper() and modifiers and "ctrl" not in modifiers:
            modifiers.add("shift")
        base = base.lower() if modifiers else base
    return "+".join([*(name for name in _MODIFIERS if name in modifiers), base])


def _parts(text: str) -> tuple[list[str], str]:
    """Return the modifiers in *text*, and what stands behind them."""
    if len(text) == 1:
        return [], text
    text = text.strip()
    head, base = (text[:-2], "+") if text.endswith("++") else text.rpartition("+")[::2]
    return (head.split("+") if head else []), base.strip() or base


def _base(text: str) -> str:
    """Return the name of a key without modifiers, or "" if *text* is none."""
    if len(text) == 1 and text != " " and text not in _ALSO:
        return _character_name(text) if text.isprintable() else ""
    name = "space" if text == " " else _ALSO.get(text.lower(), text.lower())
    return name if name in _NAMED or _character(name) else ""


def _character(name: str) -> str:
    """Return the character whose key is called *name*, or ""."""
    if name in _CHARACTERS or len(name) == 1:
        return _CHARACTERS.get(name, name)
    try:
        character = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return ""
    return character if character.isprintable() and _character_name(character) == name else ""


def _advice(text: str) -> str:
    if "," in text:
        return 'write several keys as ["j", "down"], and a comma as "comma"'
    head, base = _parts(text.lower().replace("-", "+"))
    near = get_close_matches(base, [*_NAMED, *_ALSO, *_CHARACTERS], 1, 0.6)
    guesses = [
        _ALSO_MODIFIERS.get(part) or next(iter(get_close_matches(part, _MODIFIERS, 1, 0.5)), "") for part in head
    ]
    guess = "+".join(guesses)
    for last in (base, *near):
        key = _key(f"{guess}+{last}" if guess else last)
        if key and key not in _SAME:
            return f"did you mean {key}?"
    return "write a character, or a name such as f5, space, pagedown, shift+tab or ctrl+x"


def is_character(key: str) -> bool:
    """Return whether *key* (Textual's spelling) is a character, which a line to type into takes as one."""
    return key == "space" or (key not in _NAMED and bool(_character(key)))


def sent_as(key: str) -> tuple[str, ...]:
    """Return by which names the terminal may tell of *key*."""
    return _SENT.get(key, (key,))


def in_words(text: str) -> str:
    """Return a text about keys with the arrow keys by their names, for who has no arrows: `↑↓` is `up/down`."""
    for sign, name in (("↑↓", "up/down"), ("←→", "left/right"), *((_SHOWN[name], name) for name in _ARROWS)):
        text = text.replace(sign, name)
    return text


def shown_key(key: str) -> str:
    """Return how *key* (Textual's spelling) is shown to a person: `question_mark` is `?`, `f5` is `F5`."""
    modifiers, plus, base = key.rpartition("+")
    if base in _NAMED:
        shown = _SHOWN.get(base) or (base.upper() if base[1:].isdigit() else base)
    else:
        shown = _character(base) or base
    return f"{modifiers}{plus}{shown}"
