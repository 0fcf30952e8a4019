"""A command of a person's own: a program and its arguments, some of which the selected record fills in.

No shell reads the words. What is filled in stays one argument, whatever a record says (`musetui.placeholders`), and
never stands where a shell or an interpreter that the command itself starts would read it as a program.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from musetui.placeholders import names_in
from musetui.records.shell import shell_words
from musetui.records.text import safe_text
from musetui.tui.actions import Action, Place
from musetui.tui.own import ACTION

USUAL_SECONDS = 60.0
"""The time of a command of which nothing else is said."""

_RANK = 5
"""In the line of keys: behind what writes, before what is known after a day. Who defines keys wants to see them."""

_ADDRESS = ("address", "addresses", "path", "symbol", "file", "line")

FIELDS: Mapping[str, tuple[str, ...]] = {
    "reservation": ("id", "run", "branch", *_ADDRESS, "operation", "state", "expires", "reservation"),
    "intent": ("id", "run", "branch", *_ADDRESS, "operation", "detail", "reservation"),
    "conflict": (*_ADDRESS, "runs", "branches"),
    "task": ("id", "task", "title", "run"),
    "claim": ("id", "task", "title", "run"),
    "run": ("id", "run"),
    "branch": ("id", "branch"),
    "problem": ("id", "path", "file", "reason"),
}
"""What can be filled in, by the kind of what is selected; how kinds are called is `SubjectKind`'s."""

EVERYWHERE = ("repo",)
"""What can be filled in also where nothing is selected."""

ALL_FIELDS = tuple(dict.fromkeys((*EVERYWHERE, *(name for names in FIELDS.values() for name in names))))

_SHELLS = ("sh", "ash", "bash", "dash", "fish", "ksh", "mksh", "zsh", "csh", "tcsh", "nu", "pwsh")
_INTERPRETERS = {
    **dict.fromkeys(_SHELLS, "c"),
    **dict.fromkeys(("python", "python3", "pypy3", "su", "script"), "c"),
    **dict.fromkeys(("perl", "ruby", "node", "deno", "bun", "lua", "osascript"), "eE"),
    "php": "r",
    "awk": "",
}
"""Programs that read a program in one of their words, and the letters of the option before that word."""

_JOINING = ("ssh", "mosh", "rsh", "watch", "eval", "parallel")
"""Programs that hand all their words to a shell, here or elsewhere, as one line."""

_NOT_JOINING = ("-x", "--exec")
"""What keeps `watch` from that."""


class Output(StrEnum):
    """What becomes of what a command prints."""

    PANE = "pane"
    TOAST = "toast"
    NONE = "none"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class OwnCommand:
    """One command.

    Attributes:
        words: the program and its arguments, with placeholders.
        keys: its keys, as Textual spells them.
        on: the kinds of what it is for; none for all that have what its words need.
        views: the views in which it is offered; none for all.
        confirm: whether it asks first.
        dangerous: whether it asks first, and is refused where nothing may be written.
        seconds: the time it has, for one record; None for any.
        does: what it does, in a sentence; "" for its words.
    """

    name: str
    words: tuple[str, ...]
    keys: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    confirm: bool = False
    dangerous: bool = False
    output: Output = Output.PANE
    seconds: float | None = USUAL_SECONDS
    does: str = ""

    @property
    def needs(self) -> frozenset[str]:
        """The names of what is filled in."""
        return frozenset(name for word in self.words for name in names_in(word))

    @property
    def wants_record(self) -> bool:
        """Whether something must be selected."""
        return bool(self.on) or not self.needs <= set(EVERYWHERE)

    @property
    def asks(self) -> bool:
        """Whether it asks before it runs."""
        return self.confirm or self.dangerous

    def fits(self, kind: str) -> bool:
        """Return whether it is for what is of that kind."""
        return kind in self.on if self.on else self.needs <= {*EVERYWHERE, *FIELDS.get(kind, ())}

    def kinds(self) -> list[str]:
        """Return the kinds that it is for."""
        return [kind for kind in FIELDS if self.fits(kind)]

    def action(self, place: int) -> Action:
        """Return what footer, help, palette and `musetui keys` show of it; *place* is its place among all."""
        told = self.does or shell_words(safe_text(word, 200) for word in self.words)
        return Action(f"{ACTION}({place})", self.keys, self.name, told, Place.OWN, self.dangerous, _RANK)


def read_as_program(words: Sequence[str]) -> tuple[str, str] | None:
    """Return a word with something to be filled in that a program would read as a program, and which program; or None.

    It knows the usual shells and interpreters, wherever among the words they stand (`env`, `sudo` and their like come
    before them); it cannot know what else a program does with its arguments.
    """
    for place, word in enumerate(words):
        name = PurePath(word).name
        if name in _JOINING and not set(_NOT_JOINING) & set(words[place:]):
            return next(((each, name) for each in words[place + 1 :] if names_in(each)), None)
        letters = _INTERPRETERS.get(re.sub(r"[0-9.]+$", "", name) or name, _INTERPRETERS.get(name))
        if letters is None:
            continue
        at = place + 1
        while at < len(words) and words[at].startswith("-"):
            option, at = words[at], at + 1
            if letters and re.fullmatch(rf"-[A-Za-z]*[{letters}].*", option) and names_in(option):
                return option, name
            if letters and re.fullmatch(rf"-[A-Za-z]*[{letters}]|--(eval|command|print)", option):
                break
        else:
            if letters:
                continue
        if at < len(words) and names_in(words[at]):
            return words[at], name
    return None
