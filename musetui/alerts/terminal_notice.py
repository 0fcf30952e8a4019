"""Desktop notices by way of the terminal: the escape sequences that ask it for one.

Two are in use: OSC 9 (iTerm2, kitty, WezTerm, Ghostty, Windows Terminal, ConEmu) and OSC 777 (rxvt, foot, and terminals
made with VTE). A terminal passes over one that it does not know. Inside tmux they are wrapped, so that they reach the
terminal around it, where tmux is set to let them (`allow-passthrough on`); likewise inside screen.
"""

from collections.abc import Mapping

from musetui.alerts.ways import Way
from musetui.records.text import safe_text

BELL = "\a"

_TEXT_LIMIT = 240
_TITLE_LIMIT = 60
_ESCAPE, _END = "\x1b", "\a"
_WITH_777 = ("foot", "rxvt", "urxvt")
"""What `TERM` begins with where a terminal knows OSC 777; one made with VTE sets `VTE_VERSION`."""


def desktop_notice(title: str, text: str, environment: Mapping[str, str], way: Way = Way.DESKTOP) -> str:
    """Return what is to be written to the terminal for a notice.

    Args:
        title: what it is about (any text).
        text: what it says (any text).
        environment: which terminal it is, and what lies between.
        way: by which of the two sequences; `Way.DESKTOP` for the one that the terminal is known for.
    """
    if way is Way.DESKTOP:
        is_777 = environment.get("TERM", "").startswith(_WITH_777) or bool(environment.get("VTE_VERSION"))
        way = Way.OSC777 if is_777 else Way.OSC9
    title, text = _plain(title, _TITLE_LIMIT), _plain(text, _TEXT_LIMIT)
    # A text of OSC 9 that begins with a number and a semicolon means something else to some terminals.
    said = f"777;notify;musetui: {title};{text}" if way is Way.OSC777 else f"9;musetui: {title}: {text}"
    sequence = f"{_ESCAPE}]{said}{_END}"
    if environment.get("TMUX"):
        return f"{_ESCAPE}Ptmux;{sequence.replace(_ESCAPE, 2 * _ESCAPE)}{_ESCAPE}\\"
    if environment.get("STY"):
        return f"{_ESCAPE}P{sequence}{_ESCAPE}\\"
    return sequence


def _plain(text: str, limit: int) -> str:
    """Return *text* with nothing in it that ends the sequence, or parts it."""
    return safe_text(text, limit).replace(";", ",")
