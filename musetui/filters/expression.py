r"""Regular expressions as a tree: read from text, and turned into the positions of an automaton.

Known are characters, `.`, sets `[a-z]`, `\d \w \s` and their opposites, groups, `|`, `* + ?`, `{2,5}`, and `^` and
`$` at the beginning and the end of an alternative. What needs a memory of what was matched, or a look around, is not:
no automaton has it. Letter case does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from musetui.filters.automaton import Positions, Takes
from musetui.filters.folding import EDGE

POSITIONS_LIMIT = 128
"""Characters that an expression can ask for, repeated ones counted as often as they must come."""

DEEPEST = 20
"""Groups within one another."""


class PatternError(Exception):
    """A pattern means nothing; *place* is where in it, from 0."""

    def __init__(self, sentence: str, place: int) -> None:
        super().__init__(sentence)
        self.place = place


@dataclass(frozen=True, slots=True)
class One:
    """One character. *exact* is the only one that it takes, or "" where it takes several."""

    takes: Takes
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts one behind the other."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts."""

    parts: "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part, any number of times where *many*, else at most once; at least once where *once*."""

    part: "Part"
    once: bool
    many: bool


Part = One | Chain | Choice | Repeated


def exactly(char: str) -> Takes:
    """Return what takes *char*, and nothing else."""
    return lambda other: other == char


def anything(char: str) -> bool:
    """Take any character of a text."""
    return char != EDGE


def literal(text: str) -> Chain:
    """Return what takes exactly *text*, folded."""
    return Chain(tuple(One(exactly(char), char) for char in text))


def read(pattern: str) -> Part:
    """Return the tree of *pattern*.

    Raises:
        PatternError: if it means nothing, or asks for what is not known here.
    """
    return _Reader(pattern).whole()


_CLASSES: dict[str, Takes] = {
    "d": str.isdigit,
    "w": lambda char: char.isalnum() or char == "_",
    "s": lambda char: char != EDGE and char.isspace(),
}


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0
        self._depth = 0

    def whole(self) -> Part:
        part = self._choice()
        if self._place < len(self._pattern):
            raise PatternError("this `)` closes nothing", self._place)
        return part

    def _peek(self) -> str:
        return self._pattern[self._place : self._place + 1]

    def _take(self, wanted: str) -> bool:
        if self._pattern.startswith(wanted, self._place):
            self._place += len(wanted)
            return True
        return False

    def _choice(self) -> Part:
        parts = [self._chain()]
        while self._take("|"):
            parts.append(self._chain())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _chain(self) -> Part:
        parts: list[Part] = []
        if not self._depth and self._take("^"):
            parts.append(One(exactly(EDGE), EDGE))
        while (char := self._peek()) and char not in "|)":
            start = self._place
            if char == "$" and not self._depth and self._pattern[start + 1 : start + 2] in ("", "|"):
                self._place += 1
                parts.append(One(exactly(EDGE), EDGE))
                break
            parts.append(self._repeated(self._one()))
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _one(self) -> Part:
        start = self._place
        char = self._pattern[start]
        self._place += 1
        if char == "(":
            return self._group(start)
        if char == "[":
            return One(self._set(start))
        if char == ".":
            return One(anything)
        if char == "\\":
            return self._escaped(start)
        if char in "^$":
            where = "beginning" if char == "^" else "end"
            raise PatternError(f"`{char}` stands only at the {where}: write \\{char} for the character", start)
        if char in "*+?":
            raise PatternError(f"there is nothing before `{char}` to repeat: write \\{char} for the character", start)
        return literal(char.casefold()) if len(char.casefold()) > 1 else _exact(char)

    def _group(self, start: int) -> Part:
        if self._take("?") and not self._take(":"):
            raise PatternError("a group that begins with `(?` and no `:` is not known here", start)
        self._depth += 1
        if self._depth > DEEPEST:
            raise PatternError(f"there are more than {DEEPEST} groups in one another", start)
        part = self._choice()
        self._depth -= 1
        if not self._take(")"):
            raise PatternError("this `(` is not closed", start)
        return part

    def _escaped(self, start: int) -> Part:
        char = self._peek()
        self._place += 1
        if not char:
            raise PatternError("`\\` stands at the end: write \\\\ for the character", start)
        if char.lower() in _CLASSES:
            takes = _CLASSES[char.lower()]
            return One(takes if char.islower() else _other_than(takes))
        if char.isalnum():
            raise PatternError(f"`\\{char}` is not known here", start)
        return _exact(char)

    def _set(self, start: int) -> Takes:
        is_other = self._take("^")
        found: list[Takes] = [exactly("]")] if self._take("]") else []  # right at the beginning it is a character
        while not self._take("]"):
            low = self._member(start, found)
            if low is None:
                continue
            if self._peek() == "-" and self._pattern[self._place + 1 : self._place + 2] not in ("]", ""):
                self._place += 1
                place = self._place
                high = self._member(start, found)
                if high is None or high < low:
                    raise PatternError("this range in a set means nothing", place - 2)
                found.append(_between(low, high))
            else:
                found.append(exactly(low))
        takes = _either_case(found)
        return _other_than(takes) if is_other else takes

    def _member(self, start: int, found: list[Takes]) -> str | None:
        """Return the next character of a set; None for a class, which goes to *found*."""
        char = self._peek()
        self._place += 1
        if not char:
            raise PatternError("this `[` is not closed", start)
        if char != "\\":
            return char
        named = self._peek()
        self._place += 1
        if not named:
            raise PatternError("this `[` is not closed", start)
        if named.lower() in _CLASSES:
            takes = _CLASSES[named.lower()]
            found.append(takes if named.islower() else _other_than(takes))
            return None
        if named.isalnum():
            raise PatternError(f"`\\{named}` is not known here", self._place - 2)
        return named

    def _repeated(self, part: Part) -> Part:
        start = self._place
        if self._take("*"):
            part = Repeated(part, once=False, many=True)
        elif self._take("+"):
            part = Repeated(part, once=True, many=True)
        elif self._take("?"):
            part = Repeated(part, once=False, many=False)
        elif bounds := self._bounds():
            part = _times(part, *bounds, start)
        else:
            return part
        self._take("?")  # a lazy one matches the same texts
        start = self._place
        if self._peek() in ("*", "+", "?") or self._bounds():
            raise PatternError("what is repeated already cannot be repeated once more: put it into a group", start)
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        """Return from how often to how often `{2,5}` says; None, having moved nowhere, where it says nothing such."""
        if self._peek() != "{":
            return None
        end = self._pattern.find("}", self._place)
        low, comma, high = self._pattern[self._place + 1 : end].partition(",")
        if end < 0 or not _is_number(low) or not (_is_number(high) or (comma and not high) or not comma):
            return None
        least, most = int(low), int(high) if high else None if comma else int(low)
        if most is not None and most < least:
            raise PatternError("this says from more to less", self._place)
        self._place = end + 1
        return least, most


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4


def _times(part: Part, least: int, most: int | None, place: int) -> Part:
    each = max(positions_of(part), 1)
    if each * max(least, most or 0, 1) > POSITIONS_LIMIT:
        raise PatternError("this repeats more than is looked for here", place)
    parts: list[Part] = [part] * least
    if most is None:
        return Chain((*parts, Repeated(part, once=False, many=True)))
    return Chain((*parts, *([Repeated(part, once=False, many=False)] * (most - least))))


def positions_of(part: Part) -> int:
    """Return how many characters *part* asks for."""
    if isinstance(part, One):
        return 1
    if isinstance(part, Repeated):
        return positions_of(part.part)
    return sum(map(positions_of, part.parts))


def _exact(char: str) -> One:
    folded = char.casefold()
    return One(exactly(folded), folded)


def _between(low: str, high: str) -> Takes:
    return lambda char: low <= char <= high


def _other_than(takes: Takes) -> Takes:
    return lambda char: char != EDGE and not takes(char)


def _either_case(found: Sequence[Takes]) -> Takes:
    """Return what takes a folded character if one of *found* takes it in either case."""

    def takes(char: str) -> bool:
        cases = {char, char.upper(), char.lower()}
        return char != EDGE and any(takes(case) for case in cases if len(case) == 1 for takes in found)

    return takes


def positions(part: Part) -> tuple[Positions, bool]:
    """Return the positions of a tree, and whether it matches nothing at all, too."""
    takes: list[Takes] = []
    follow: list[int] = []

    def walk(part: Part) -> tuple[int, int, bool]:
        """Return the first and the last positions of *part*, and whether it matches nothing."""
        if isinstance(part, One):
            takes.append(part.takes)
            follow.append(0)
            bit = 1 << len(takes) - 1
            return bit, bit, False
        if isinstance(part, Repeated):
            first, last, is_empty = walk(part.part)
            if part.many:
                _link(follow, last, first)
            return first, last, is_empty or not part.once
        if isinstance(part, Choice):
            found = [walk(each) for each in part.parts]
            return _union(each[0] for each in found), _union(each[1] for each in found), any(each[2] for each in found)
        first, last, is_empty = 0, 0, True
        for each in part.parts:
            begins, ends, may_be_empty = walk(each)
            _link(follow, last, begins)
            first |= begins if is_empty else 0
            last = ends | (last if may_be_empty else 0)
            is_empty = is_empty and may_be_empty
        return first, last, is_empty

    first, last, is_empty = walk(part)
    return Positions(takes, first, last, follow), is_empty


def _link(follow: list[int], last: int, first: int) -> None:
    place = 0
    while last >> place:
        if last >> place & 1:
            follow[place] |= first
        place += 1


def _union(numbers: Iterable[int]) -> int:
    return reduce(or_, numbers, 0)


def required(part: Part) -> set[str]:
    """Return texts each of which is in whatever *part* matches: the cheapest way to see that it does not match."""
    found, run = _required(part)
    return found | ({run} if run else set())


def _required(part: Part) -> tuple[set[str], str]:
    """Return texts that are in all that *part* matches; and the one that it is, or "" where it is not just one."""
    if isinstance(part, One):
        return set(), part.exact
    if isinstance(part, Repeated):
        return (required(part.part), "") if part.once else (set(), "")
    if isinstance(part, Choice):
        return set.intersection(*(required(each) for each in part.parts)), ""
    found: set[str] = set()
    run, is_one = "", True
    for each in part.parts:
        within, text = _required(each)
        found |= within
        if text:
            run += text
            continue
        if run:
            found.add(run)
        run, is_one = "", False
    if is_one:
        return found, run
    return found | ({run} if run else set()), ""
