"""A matcher that cannot hang: one step for each character of the text, whatever the pattern.

A pattern is a set of positions, each of which takes some characters, and for each position those that may follow: V. M.
Glushkov, "The abstract theory of automata", Russian Mathematical Surveys 16 (1961). The positions that a text may
have led to so far are one state; states are made when a text first leads to them, and kept: K. Thompson, "Regular
expression search algorithm", CACM 11 (1968).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

STATES_LIMIT = 2_000
"""States kept; with more, all are made anew, so that a pattern with a great many cannot fill the memory."""

_BITS = 8
"""Positions whose followers are looked up at once."""

Takes = Callable[[str], bool]
"""Whether a position takes a character."""


class Positions(NamedTuple):
    """A pattern. Sets of positions are the bits of a number.

    Attributes:
        takes: what each position takes.
        first: those that can begin a match.
        last: those that can end one.
        follow: of each position, those that can come right behind it.
    """

    takes: Sequence[Takes]
    first: int
    last: int
    follow: Sequence[int]

    def reversed(self) -> "Positions":
        """Return the pattern of the same texts read backwards."""
        before = [0] * len(self.follow)
        for place, followers in enumerate(self.follow):
            for other in bits(followers):
                before[other] |= 1 << place
        return Positions(self.takes, self.last, self.first, before)


def bits(number: int) -> list[int]:
    """Return the places of the bits that are set in *number*, the smallest first."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


class State(dict[str, "State"]):
    """A set of positions, and to which state each character leads; what is not known yet is worked out when asked.

    Attributes:
        positions: those that the last character can have been.
        ends: whether a match can end here.
    """

    __slots__ = ("_automaton", "ends", "positions")

    def __init__(self, automaton: "Automaton", positions: int, ends: bool) -> None:
        super().__init__()
        self._automaton = automaton
        self.positions = positions
        self.ends = ends

    def __missing__(self, char: str) -> "State":
        found = self[char] = self._automaton.after(self, char)
        return found


class Automaton:
    """Follows a text through a pattern.

    Attributes:
        start: the state before any character.
        dead: the state from which nothing leads on; never reached where a match may begin anywhere.

    Args:
        pattern: what is matched.
        anywhere: whether a match may begin at any character, not at the first alone.
    """

    def __init__(self, pattern: Positions, *, anywhere: bool) -> None:
        self._pattern = pattern
        self._again = pattern.first if anywhere else 0
        self._taking: dict[str, int] = {}
        self._followers: list[dict[int, int]] = [{} for _ in range(0, len(pattern.takes), _BITS)]
        self._begin()

    def _begin(self) -> None:
        self._states: dict[int, State] = {}
        self.dead = self._state(0)
        self.start = State(self, -1, False)

    def _state(self, positions: int) -> State:
        found = self._states.get(positions)
        if found is None:
            if len(self._states) >= STATES_LIMIT:
                # Those in use go on by themselves; what they lead to is made anew.
                for state in self._states.values():
                    state.clear()
                self.start.clear()
                self._states = {self.dead.positions: self.dead}
            found = self._states[positions] = State(self, positions, bool(positions & self._pattern.last))
        return found

    def after(self, state: State, char: str) -> State:
        """Return where *char* leads from *state*."""
        follow = self._pattern.first if state is self.start else self._again | self._following(state.positions)
        return self._state(follow & self._taken(char))

    def _taken(self, char: str) -> int:
        """Return the positions that take *char*."""
        found = self._taking.get(char)
        if found is None:
            if len(self._taking) >= STATES_LIMIT:
                self._taking.clear()
            found = sum(1 << place for place, takes in enumerate(self._pattern.takes) if takes(char))
            self._taking[char] = found
        return found

    def _following(self, positions: int) -> int:
        """Return the positions that can come behind one of *positions*, looked up a few at a time."""
        found = 0
        for place, known in enumerate(self._followers):
            some = positions >> (place * _BITS) & ((1 << _BITS) - 1)
            if some:
                follow = known.get(some)
                if follow is None:
                    follow = 0
                    for each in bits(some):
                        follow |= self._pattern.follow[place * _BITS + each]
                    known[some] = follow
                found |= follow
        return found
