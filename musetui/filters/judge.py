"""Judges: what tells whether a filter shows a row, and when that may be another answer though nothing happened."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from musetui.filters.fields import Field, FieldKind, Fields, words_like
from musetui.filters.folding import fold, joined
from musetui.filters.parser import amount_of, parse
from musetui.filters.patterns import Being, Containing, Pattern, glob, regular
from musetui.filters.tree import (
    Both,
    Bound,
    Either,
    Everything,
    Glob,
    Opposite,
    Regex,
    Term,
    Text,
    Tree,
    Value,
    Whole,
    Word,
)

Row = TypeVar("Row")

Test = Callable[[Any, str, float], bool]
"""Judges a row, all of its text, and the moment (seconds since 1970)."""

_JUST_AFTER = 1e-6
"""Seconds behind a bound at which it is surely passed; moments are told in microseconds."""

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
    "=": lambda value, bound: value == bound,
}


class Sought(NamedTuple):
    """Something that a filter wants to be there, so that it can be marked where it is seen.

    Attributes:
        column: the key of the column that shows it; "" for any.
    """

    column: str
    pattern: Pattern


class Judge(Generic[Row]):
    """Judges rows by one filter.

    Attributes:
        tree: what the filter means.
        words: what all of a row's text must hold, folded, if the filter asks for nothing else; None if it does.
        is_timed: whether the answer for a row can differ for the moment alone.
        relates: whether it can differ for what other records say.
        reads_text: whether it looks at the text of a row at all.
    """

    def __init__(self, tree: Tree, fields: Fields[Row]) -> None:
        self.tree = tree
        self._fields = fields
        self._turns: list[tuple[Field[Row], float]] = []
        self.relates = False
        self.reads_text = False
        self._test = self._compiled(tree)
        self.words = _words(tree)

    @property
    def is_timed(self) -> bool:
        """Whether the answer for a row can differ for the moment alone."""
        return bool(self._turns)

    def keeps(self, row: Row, text: str, now: float) -> bool:
        """Return whether the filter shows *row* at *now* (seconds since 1970); *text* is what `Fields.text` says."""
        return self._test(row, text, now)

    def keeps_now(self, row: Row, now: float) -> bool:
        """Return the same of a row whose text is not known."""
        return self._test(row, self._fields.text(row), now)

    def turns_at(self, row: Row, now: float) -> float | None:
        """Return the next moment after *now* at which the answer may differ though *row* does not, or None."""
        soonest = None
        for field, bound in self._turns:
            moment = field.read(row)
            if moment is None:
                continue
            turns = (moment - bound, moment) if field.kind is FieldKind.LEFT else (moment + bound,)
            for turn in turns:
                at = turn + _JUST_AFTER
                if at > now and (soonest is None or at < soonest):
                    soonest = at
        return soonest

    def sought(self) -> list[Sought]:
        """Return what the filter wants to be there."""
        return list(self._sought(self.tree, wanted=True))

    def _sought(self, tree: Tree, *, wanted: bool) -> Iterator[Sought]:
        if isinstance(tree, Opposite):
            yield from self._sought(tree.part, wanted=not wanted)
        elif isinstance(tree, Both | Either):
            for part in tree.parts:
                yield from self._sought(part, wanted=wanted)
        elif isinstance(tree, Term) and wanted:
            field = self._fields.get(tree.field) if tree.field else None
            column = "" if field is None else field.column or field.name
            for value in tree.values:
                if not isinstance(value, Bound):
                    yield Sought(column, _pattern(value))

    def _compiled(self, tree: Tree) -> Test:
        if isinstance(tree, Term):
            return self._term(tree)
        if isinstance(tree, Opposite):
            test = self._compiled(tree.part)
            return lambda row, text, now: not test(row, text, now)
        if isinstance(tree, Both):
            tests = tuple(self._compiled(part) for part in tree.parts)
            return lambda row, text, now: all(test(row, text, now) for test in tests)
        if isinstance(tree, Either):
            tests = tuple(self._compiled(part) for part in tree.parts)
            return lambda row, text, now: any(test(row, text, now) for test in tests)
        return lambda _row, _text, _now: True

    def _term(self, term: Term) -> Test:
        field = self._fields.get(term.field) if term.field else None
        self.reads_text = self.reads_text or field is None or field.kind is FieldKind.TEXT
        if field is None:
            return _anywhere(tuple(_pattern(value) for value in term.values))
        self.relates = self.relates or field.relates
        if field.kind is FieldKind.TEXT:
            return _in_field(field, tuple(_pattern(value) for value in term.values))
        if field.kind is FieldKind.WORD:
            typed = [value.word for value in term.values if isinstance(value, Word)]
            return _of_words(field, {word for each in typed for word in words_like(field, each)})
        bounds = [value for value in term.values if isinstance(value, Bound)]
        if field.kind in (FieldKind.AGE, FieldKind.LEFT):
            self._turns += ((field, amount_of(field, bound.amount)) for bound in bounds)
        return _of_amount(field, tuple((_SIGNS[bound.sign], amount_of(field, bound.amount)) for bound in bounds))


def judge(text: str, fields: Fields[Row]) -> Judge[Row]:
    """Return what judges rows by the filter *text*.

    Raises:
        FilterError: if it means nothing.
    """
    return Judge(parse(text, fields), fields)


def _pattern(value: Value) -> Pattern:
    if isinstance(value, Text):
        return Containing(fold(value.text))
    if isinstance(value, Whole):
        return Being(fold(value.text))
    if isinstance(value, Glob):
        return glob(fold(value.pattern))
    if isinstance(value, Regex):
        return regular(value.pattern)
    return Containing(value.word if isinstance(value, Word) else value.amount)


def _anywhere(patterns: tuple[Pattern, ...]) -> Test:
    if len(patterns) == 1:
        is_in = patterns[0].is_in
        return lambda _row, text, _now: is_in(text)
    return lambda _row, text, _now: any(pattern.is_in(text) for pattern in patterns)


def _in_field(field: Field[Row], patterns: tuple[Pattern, ...]) -> Test:
    def test(row: Any, text: str, _now: float) -> bool:
        # All of a row's text has that of the field in it, and is there already.
        hopeful = [pattern for pattern in patterns if all(needed in text for needed in pattern.required)]
        if not hopeful:
            return False
        own = joined(field.texts(row))
        return any(pattern.is_in(own) for pattern in hopeful)

    return test


def _of_words(field: Field[Row], words: set[str]) -> Test:
    tests = [test for word, test in field.tests.items() if word in words]

    def test(row: Any, _text: str, _now: float) -> bool:
        return any(word in words for word in field.texts(row)) or any(test(row) for test in tests)

    return test


def _of_amount(field: Field[Row], bounds: tuple[tuple[Callable[[float, float], bool], float], ...]) -> Test:
    read, kind = field.read, field.kind

    def test(row: Any, _text: str, now: float) -> bool:
        value = read(row)
        if value is None:
            return False
        if kind is FieldKind.AGE:
            value = now - value
        elif kind is FieldKind.LEFT:
            value -= now
            if value <= 0:
                return False
        return any(holds(value, bound) for holds, bound in bounds)

    return test


def _words(tree: Tree) -> tuple[str, ...] | None:
    """Return what a filter of nothing but words looks for, or None if it is another one."""
    if isinstance(tree, Everything):
        return ()
    parts = tree.parts if isinstance(tree, Both) else (tree,)
    found = []
    for part in parts:
        if not isinstance(part, Term) or part.field or not isinstance(part.values[0], Text):
            return None
        found.append(fold(part.values[0].text))
    return tuple(found)


def narrows(new: Tree, old: Tree) -> bool:
    """Return True if *new* surely shows nothing that *old* does not: what is typed on narrows."""
    if isinstance(old, Everything):
        return True
    asked = new.parts if isinstance(new, Both) else (new,)
    return all(any(_implies(one, other) for one in asked) for other in (old.parts if isinstance(old, Both) else (old,)))


def _implies(new: Tree, old: Tree) -> bool:
    if new == old:
        return True
    if not isinstance(new, Term) or not isinstance(old, Term) or new.field != old.field:
        return False
    return all(any(_holds(value, other) for other in old.values) for value in new.values)


def _holds(new: Value, old: Value) -> bool:
    """Return whether what *new* finds is found by *old*, too."""
    return new == old or (isinstance(new, Text) and isinstance(old, Text) and fold(old.text) in fold(new.text))
