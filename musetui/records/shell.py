r"""Words of a command line that mean the same to sh, bash, zsh and fish, however strange the text in them.

Within single quotes these shells agree on all but the backslash, which escapes in fish. So it, and the single quote
itself, stand between double quotes, where a backslash before a backslash is one backslash everywhere.
"""

import re
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z0-9_@+:./-]+")
"""What no shell reads anything into. Not among it: `=`, `~`, `^`, `%` and `,`, each of which some shell expands."""


def shell_word(text: str) -> str:
    """Return *text* as one word, quoted where it must be."""
    if _PLAIN.fullmatch(text):
        return text
    pieces = (_piece(piece) for piece in re.split(r"('|\\)", text) if piece)
    return "".join(pieces) or "''"


def shell_words(words: Iterable[str]) -> str:
    """Return a command line of these words."""
    return " ".join(map(shell_word, words))


def _piece(text: str) -> str:
    if text == "\\":
        return r'"\\"'
    return '"\'"' if text == "'" else f"'{text}'"
