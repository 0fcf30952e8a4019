r"""The one door for text from disk or hub on its way to a person.

Every string of a record is written by an agent that nobody vouches for. `safe_text` makes control
characters, escape sequences, bidi overrides and invisible format characters visible as text, so nothing is
dropped silently and nothing acts on the terminal. Markup is the painter's side of the promise: what comes
out of here is handed on as plain `Text` or `Content`, never parsed as markup.
"""

import unicodedata

TEXT_LIMIT = 2_000
"""Characters of one string that are ever painted; a longer one ends in `…`."""


def safe_text(value: object, limit: int = TEXT_LIMIT) -> str:
    r"""Return *value* as one line of printable text of at most *limit* characters.

    C0 controls become their pictures (ESC is `␛`, a line feed `␊`), other invisible, directional or unassigned
    characters become `\uXXXX`, white space of other scripts becomes a space. Cut text ends in `…`.
    """
    try:
        text = value if isinstance(value, str) else str(value)
    except ValueError:  # Python refuses to print an integer of more than 4,300 digits
        text = "(a number too long to print)"
    except RecursionError:
        text = "(nested too deep to print)"
    text = _cut(text, limit)
    if text.isprintable():
        return text
    return _cut("".join(char if char.isprintable() else _visible(char) for char in text), limit)


def printable(text: str) -> str:
    """Return *text* with each character that cannot be painted as one that can: of the same length, unlike `safe_text`.

    For what is edited, where every character has its place.
    """
    return "".join(char if char.isprintable() else _picture(char) for char in text)


def _picture(char: str) -> str:
    seen = _visible(char)
    return seen if len(seen) == 1 else "\N{REPLACEMENT CHARACTER}"


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1] + "…" if limit > 0 else ""


def counted(count: int, noun: str) -> str:
    """Return *count* with its *noun*, in the plural where it is not one: `1 conflict`, `1,200 conflicts`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(char) == "Zs":
        return " "
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
