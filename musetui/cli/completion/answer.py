"""What may follow the words that are there: commands, options, and values, read off the parsers of the commands."""

import argparse
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from musetui.cli.arguments import OneOf
from musetui.cli.commands import COMMANDS, GROUPS
from musetui.cli.completion.sources import SOURCES, Place
from musetui.cli.parser import command_parser, dashboard_parser, split
from musetui.records.text import safe_text

_TOLD = 70
"""Characters of what is told beside a value."""


class Kind(StrEnum):
    """What a shell is to do."""

    VALUES = "values"
    FILES = "files"
    FOLDERS = "folders"


class Answer(NamedTuple):
    """What may follow.

    Attributes:
        kind: whether it is one of *values*, or any file or folder, which the shell knows itself.
        values: each with a few words about it; safe to be typed in any shell without quotes.
    """

    kind: Kind
    values: Sequence[tuple[str, str]] = ()


def answer(before: Sequence[str], current: str) -> Answer:
    """Return what may follow.

    Args:
        before: the words after `musetui`, whole.
        current: the word that is being typed, as far as it goes.
    """
    first, name, after = split(before)
    place = Place(before)
    if name is None:
        found = _after(dashboard_parser(), first, current, place)
        if found is not None or current.startswith("-"):
            return found or Answer(Kind.VALUES)
        return _matching(((name, summary) for name, summary in _first_words().items()), current)
    if name in GROUPS:
        seconds = {each.partition(" ")[2]: each for each in COMMANDS if each.startswith(f"{name} ")}
        if not after:
            return _matching(((second, COMMANDS[each].summary) for second, each in seconds.items()), current)
        name, after = seconds.get(after[0], ""), after[1:]
    if name not in COMMANDS:
        return Answer(Kind.VALUES)
    return _after(command_parser(name), after, current, place) or Answer(Kind.VALUES)


def _first_words() -> dict[str, str]:
    """Return the first word of every command, with what it does."""
    words: dict[str, str] = {}
    for name, command in COMMANDS.items():
        first = name.partition(" ")[0]
        seconds = ", ".join(each.partition(" ")[2] for each in COMMANDS if each.startswith(f"{first} "))
        words[first] = seconds if first in GROUPS else command.summary
    return words


def _after(parser: argparse.ArgumentParser, before: Sequence[str], current: str, place: Place) -> Answer | None:
    """Return what may follow *before* among the arguments of *parser*; None where it takes no more words."""
    options = {name: action for action in parser._actions for name in action.option_strings}
    positionals = [action for action in parser._actions if not action.option_strings]
    waiting: argparse.Action | None = None
    taken, only_words, used = 0, False, set[str]()
    for at, word in enumerate(before):
        if not only_words and word == "--":
            only_words, waiting = True, None
        elif not only_words and len(word) > 1 and word.startswith("-"):
            name, given, _ = word.partition("=")
            waiting, taken = (options.get(name) if not given else None), 0
            used.add(name)
        elif waiting is not None and taken < _most(waiting):
            taken += 1
        elif positionals:
            waiting = None
            words = _words_of(positionals[0])
            if words:
                inner = words.get(word)
                return None if inner is None else _after(inner, before[at + 1 :], current, place)
            if _most(positionals[0]) == 1:
                positionals = positionals[1:]
    if waiting is not None and taken < _most(waiting) and (taken == 0 or not current.startswith("-")):
        found = _values(waiting, current, place)
        # Of many values, one may be enough, and what belongs to the command itself may come.
        if taken < _fewest(waiting) or found.values or found.kind is not Kind.VALUES:
            return found
    if not only_words and current.startswith("-"):
        name, given, value = current.partition("=")
        if given and name in options:
            return _with_name(name, _values(options[name], value, place))
        return _matching(_option_words(parser, used), current)
    return _values(positionals[0], current, place) if positionals else None


def _most(action: argparse.Action) -> float:
    """Return how many words an argument takes at most."""
    if isinstance(action.nargs, int):
        return action.nargs
    return float("inf") if action.nargs in ("+", "*") else 1


def _fewest(action: argparse.Action) -> int:
    if isinstance(action.nargs, int):
        return action.nargs
    return 0 if action.nargs in ("?", "*") else 1


def _words_of(action: argparse.Action) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of the words that an argument stands for, if it does."""
    return dict(action.choices or {}) if isinstance(action, argparse._SubParsersAction) else {}


def _option_words(parser: argparse.ArgumentParser, used: set[str]) -> Iterable[tuple[str, str]]:
    for action in parser._actions:
        is_repeatable = isinstance(action, argparse._AppendAction | argparse._ExtendAction)
        if action.help == argparse.SUPPRESS or (used.intersection(action.option_strings) and not is_repeatable):
            continue
        for name in action.option_strings:
            if name.startswith("--"):
                yield name, (action.help or "").replace("%%", "%")


def _values(action: argparse.Action, current: str, place: Place) -> Answer:
    if isinstance(action, argparse._SubParsersAction):
        return _matching(((choice.dest, choice.help or "") for choice in action._choices_actions), current)
    if action.choices is not None:
        return _matching(((str(each), "") for each in action.choices), current)
    if isinstance(action.type, OneOf):
        return _matching(((each, "") for each in action.type.names), current)
    source = SOURCES.get(action.dest)
    if source is None:
        return Answer(Kind.VALUES)
    if isinstance(source, str):
        return Answer(Kind(source))
    # A dash at its start would make an option of it, and an equals sign means a command to zsh.
    return _matching((pair for pair in source(current, place) if pair[0][:1] not in ("-", "=")), current)


def _with_name(name: str, found: Answer) -> Answer:
    return Answer(found.kind, [(f"{name}={value}", told) for value, told in found.values])


def _matching(values: Iterable[tuple[str, str]], current: str) -> Answer:
    """Return those of *values* that begin as *current* does and can be typed as they are."""
    found: dict[str, str] = {}
    for value, told in values:
        if value.startswith(current) and is_plain(value):
            found.setdefault(value, safe_text(told, _TOLD))
    return Answer(Kind.VALUES, list(found.items()))


def is_plain(value: str) -> bool:
    """Return whether *value* can be typed in any shell as it stands.

    Run ids, branches and addresses are written by agents that nobody vouches for: what a shell might take for more than
    text is not offered.
    """
    return bool(value) and all(char in _PLAIN or (char > "\x7f" and char.isalnum()) for char in value)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/@%+,=")
