"""What a filter looks for in text: characters, a whole text, a glob or a regular expression. None of them can hang."""

from collections.abc import Iterator
from typing import Protocol

from musetui.filters.automaton import Automaton
from musetui.filters.expression import (
    POSITIONS_LIMIT,
    Chain,
    Choice,
    One,
    Part,
    PatternError,
    Repeated,
    anything,
    exactly,
    literal,
    positions,
    positions_of,
    read,
    required,
)
from musetui.filters.folding import EDGE, fold_same

LOOKED_THROUGH = 65_536
"""Characters of one row that an automaton looks at; rows of a thousand addresses have fewer."""

MARKED = 300
"""Characters of a cell in which matches are looked for to be marked; a cell shows no more."""

Places = Iterator[tuple[int, int]]


class Pattern(Protocol):
    """Something to be found in text.

    Attributes:
        required: texts, each of which is in whatever it is found in.
    """

    required: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Return whether it is in *text*: folded, with an `EDGE` around each of its parts."""

    def places(self, shown: str) -> Places:
        """Yield where it is in *shown*, as that is shown to a person: each beginning, and the place behind the end."""


class Containing:
    """Some characters, anywhere."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.required: tuple[str, ...] = (text,)

    def is_in(self, text: str) -> bool:
        return self._text in text

    def places(self, shown: str) -> Places:
        folded, size = fold_same(shown[:MARKED]), len(self._text)
        place = folded.find(self._text) if size else -1
        while place >= 0:
            yield place, place + size
            place = folded.find(self._text, place + size)


class Being(Containing):
    """A whole text, and nothing else."""

    def is_in(self, text: str) -> bool:
        return f"{EDGE}{self._text}{EDGE}" in text


class Matching:
    """A pattern that an automaton follows."""

    def __init__(self, tree: Part) -> None:
        self._pattern, self._is_empty = positions(tree)
        self._search = Automaton(self._pattern, anywhere=True)
        self._marking: tuple[Automaton, Automaton] | None = None
        needed = () if self._is_empty else required(tree)
        self.required: tuple[str, ...] = tuple(sorted(needed, key=len, reverse=True)[:3])

    def is_in(self, text: str) -> bool:
        if self._is_empty:
            return True
        for needed in self.required:
            if needed not in text:
                return False
        state = self._search.start
        for char in text if len(text) <= LOOKED_THROUGH else text[:LOOKED_THROUGH]:
            state = state[char]
            if state.ends:
                return True
        return False

    def places(self, shown: str) -> Places:
        """Yield the leftmost matches, each as long as it can be; those of no characters are left out."""
        text = f"{EDGE}{fold_same(shown[:MARKED])}{EDGE}"
        if not self.is_in(text):
            return
        if self._marking is None:
            backwards = Automaton(self._pattern.reversed(), anywhere=True)
            self._marking = backwards, Automaton(self._pattern, anywhere=False)
        backwards, forwards = self._marking
        begins = [False] * len(text)
        state = backwards.start
        for place in range(len(text) - 1, -1, -1):
            state = state[text[place]]
            begins[place] = state.ends
        place = 0
        while place < len(text):
            end = place
            if begins[place]:
                state = forwards.start
                for at in range(place, len(text)):
                    state = state[text[at]]
                    if state.ends:
                        end = at + 1
                    if state is forwards.dead:
                        break
            if end > place:
                # The edges around the text are counted out.
                start, stop = max(place - 1, 0), min(end - 1, len(text) - 2)
                if start < stop:
                    yield start, stop
            place = max(end, place + 1)


class Covering(Matching):
    """A glob; see `glob`."""

    def places(self, shown: str) -> Places:
        for start, stop in super().places(shown):
            covered = shown[start:stop].strip("/:")
            begin = start + shown[start:stop].find(covered)
            yield begin, begin + len(covered)


def regular(pattern: str) -> Matching:
    """Return what a regular expression finds; see `musetui.filters.expression`.

    Raises:
        PatternError: if it means nothing here, or asks for too much.
    """
    tree = read(pattern)
    if positions_of(tree) > POSITIONS_LIMIT:
        raise PatternError(f"this asks for more than {POSITIONS_LIMIT} characters", 0)
    return Matching(tree)


def glob(pattern: str) -> Covering:
    """Return what a glob finds: `*` stands for any characters, `?` for one.

    It must cover a whole text, or whole steps of it: from its beginning, or from right behind a `/` or `::`, to its
    end, or to right before one. So `billing/*.py` covers `src/billing/tax.py::total`, whatever is around and within.

    Args:
        pattern: folded.

    Raises:
        PatternError: if it is too long.
    """
    parts: list[Part] = []
    for char in pattern:
        if char == "*" and not (parts and isinstance(parts[-1], Repeated)):
            parts.append(Repeated(One(anything), once=False, many=True))
        elif char == "?":
            parts.append(One(anything))
        elif char != "*":
            parts.append(One(exactly(char), char))
    edge = One(exactly(EDGE), EDGE)
    step = Choice((edge, literal("/"), literal("::")))
    tree = Chain((step, *parts, step))
    if positions_of(tree) > 2 * POSITIONS_LIMIT:
        raise PatternError(f"a glob has at most {2 * POSITIONS_LIMIT - 8} characters", 0)
    return Covering(tree)
