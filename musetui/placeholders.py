"""Placeholders in the words of a command: each word is filled by itself, and no shell ever reads the outcome.

What is filled in may come from anybody. It stays within its word, whatever is in it, and it never becomes an option:
where it would stand at the front of a word and begins with `-`, or with `+`, which is one to editors and pagers, the
command is refused, unless a word `--` stands before, by which programs know that no options follow.
"""

import re
from collections.abc import Mapping, Sequence

from musetui.errors import MuseTuiError
from musetui.records.text import safe_text

END_OF_OPTIONS = "--"

LONGEST = 100_000
"""Characters of all words together: less than any system takes."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}|\{\{|\}\}")

Fields = Mapping[str, str | tuple[str, ...]]
"""What there is to fill in, by name; a tuple becomes a word for each of its entries."""


class FillingError(MuseTuiError):
    """The words of a command cannot be filled in."""


def names_in(word: str) -> list[str]:
    """Return the names of the placeholders in *word*; `{{` and `}}` stand for braces."""
    return [found[1] for found in _PLACEHOLDER.finditer(word) if found[1]]


def fill(words: Sequence[str], fields: Fields) -> list[str]:
    """Return *words* with every placeholder replaced.

    Args:
        words: the program, which has no placeholders, and its arguments.
        fields: what there is to fill in.

    Raises:
        FillingError: if there is nothing to fill in, or if that would not be safe; one sentence, safe text.
    """
    filled: list[str] = []
    for word in words:
        names = names_in(word)
        if len(names) == 1 and word == f"{{{names[0]}}}" and isinstance(several := fields.get(names[0]), tuple):
            if not several:
                raise FillingError(f"it has no {{{names[0]}}}")
            filled += [_checked(f"{{{names[0]}}}", each, filled) for each in several]
        else:
            text = _replaced(word, fields)
            filled.append(_checked(word, text, filled) if word.startswith("{") and names else text)
    if sum(map(len, filled)) > LONGEST:
        raise FillingError(f"with all filled in, it would have more than {LONGEST:,} characters")
    return filled


def _replaced(word: str, fields: Fields) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not name:
            return found[0][0]
        said = fields.get(name, "")
        text = (said[0] if said else "") if isinstance(said, tuple) else said
        if not text:
            raise FillingError(f"it has no {{{name}}}")
        if "\0" in text:
            raise FillingError(f"its {{{name}}} holds a character that no argument can hold")
        return text

    return _PLACEHOLDER.sub(value, word)


def _checked(word: str, text: str, before: Sequence[str]) -> str:
    """Return *text*, which stands for *word*, unless it would be taken for an option."""
    if "\0" in text:
        raise FillingError(f"its {word} holds a character that no argument can hold")
    if text.startswith(("-", "+")) and END_OF_OPTIONS not in before:
        raise FillingError(
            f"its {safe_text(word, 40)} is {safe_text(text, 60)!r}, which would be taken for an option: "
            f"have the word {END_OF_OPTIONS!r} stand before it, if the program knows that"
        )
    return text
