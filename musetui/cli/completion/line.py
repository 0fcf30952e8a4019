"""A command line that is still being typed, as bash has it: its words, and what of the last one bash completes."""

from typing import NamedTuple


class Typed(NamedTuple):
    """What was typed.

    Attributes:
        before: the words after the command's own name, as the command would get them.
        current: the word that is being typed, up to the cursor; "" if a new one begins.
        kept: how many of its characters bash leaves as they are: it completes what follows.
    """

    before: list[str]
    current: str
    kept: int


def read_line(line: str, command: str, breaks: str) -> Typed:
    """Return the words of *line*, which ends at the cursor.

    Args:
        command: the command's name as it was typed; what stands before it in the line is left out.
        breaks: the characters at which bash parts words for completion (`COMP_WORDBREAKS`), `:` and `=` among them.
    """
    words, raw = _split(line)
    *before, current = words
    before = before[before.index(command) + 1 :] if command in before else before[1:]
    is_quoted = any(char in raw for char in "\"'\\")
    kept = 0 if is_quoted else 1 + max((raw.rfind(char) for char in breaks), default=-1)
    return Typed(before, current, kept)


def _split(line: str) -> tuple[list[str], str]:
    """Return the words of *line*, the last one as far as it goes, and how that one was written."""
    words: list[str] = []
    word: list[str] = []
    started, quote, start, place = False, "", 0, 0
    while place < len(line):
        char = line[place]
        if char == "\\" and quote != "'" and place + 1 < len(line):
            place += 1
            word.append(line[place])
            started = True
        elif quote:
            if char == quote:
                quote = ""
            else:
                word.append(char)
        elif char in "\"'":
            quote, started = char, True
        elif char.isspace():
            if started:
                words.append("".join(word))
                word, started = [], False
            start = place + 1
        else:
            word.append(char)
            started = True
        place += 1
    return [*words, "".join(word)], line[start:]
