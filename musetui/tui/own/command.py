"""A command of a person's own: a program and its arguments, some of which the selected record fills in.

No shell reads the words. What is filled in stays one argument, whatever a record says (`musetui.placeholders`), and
never stands where a program that is known to do so would read it as a program (`musetui.tui.own.read_as_program`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
