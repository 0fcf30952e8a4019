"""`--filter`: which of what a command prints is wanted, in the language of the dashboard's lists."""

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from musetui.cli.failures import FilterUsageError
from musetui.cli.output import cells_of
from musetui.errors import FilterError
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from musetui.filters.fields import Fields
    from musetui.filters.vocabulary.sight import Sight
    from musetui.swarm.picture import Swarm

Row = TypeVar("Row")
Other = TypeVar("Other")

Wanted = Callable[[Row, "datetime"], bool]
"""Tells whether a row is wanted at a moment (aware)."""

_WIDTH = 76
"""Cells of the line that shows a filter with its error; with the space before it, it fits a terminal."""


def wanted(args: Namespace, fields: "Fields[Row]") -> Wanted[Row]:
    """Return what tells whether the filter on the command line shows a row; without one, all are shown.

    Raises:
        UsageError: if it means nothing for rows with *fields*.
    """
    if args.filter is None:
        return lambda _row, _now: True
    try:
        return _judged(args.filter, fields)
    except FilterError as error:
        raise _refusal(args.filter, error, str(error)) from None


class Taker(NamedTuple, Generic[Row]):
    """One of two lists that a filter is for at once.

    Attributes:
        words: what the list has: `conflicts`.
        command: the command that takes a filter for this list alone.
        fields: what can be named of its rows.
    """

    words: str
    command: str
    fields: "Fields[Row]"


def wanted_of_both(args: Namespace, one: Taker[Row], two: Taker[Other]) -> tuple[Wanted[Row], Wanted[Other]]:
    """Return what tells whether the filter on the command line shows a row of one list, and one of another.

    Raises:
        UsageError: if it does not mean something for both; the sentence says what both have, and which one takes it.
    """
    try:
        return wanted(args, one.fields), wanted(args, two.fields)
    except FilterUsageError:
        raise _neither_nor(args.filter, one, two) from None


def _neither_nor(text: str, one: Taker[Any], two: Taker[Any]) -> FilterUsageError:
    """Return what is wrong with a filter that does not mean something for both lists."""
    from musetui.filters.fields import Fields

    failed = [(taker, error) for taker in (one, two) if (error := _error_of(text, taker.fields)) is not None]
    takes = [taker for taker in (one, two) if taker not in [each for each, _ in failed]]
    both = Fields("both", [each for each in one.fields.fields if two.fields.get(each.name) is not None])
    error = _error_of(text, both) or failed[0][1]
    name = text[error.start : error.end] if text[error.end : error.end + 1] == ":" else ""
    knows = [taker for taker in (one, two) if taker.fields.get(name) is not None]
    sentence = str(error)
    if len(knows) == 1:
        knowing, other = knows[0], two if knows[0] is one else one
        known = ", ".join(each.name for each in both.fields)
        sentence = (
            f"`{safe_text(name, 40)}` is a field of {knowing.words} and not of {other.words}, and the filter is for "
            f"both: both have {known}"
        )
    elif takes:
        sentence = f"of {failed[0][0].words}, {failed[0][1]}; the filter is for {takes[0].words}, too"
    if takes:
        sentence += f"; `{takes[0].command} --filter` takes it"
    return _refusal(text, error, sentence)


def _judged(text: str, fields: "Fields[Row]") -> Wanted[Row]:
    from musetui.filters.judge import judge

    judging = judge(text, fields)
    return lambda row, now: judging.keeps_now(row, now.timestamp())


def _error_of(text: str, fields: "Fields[Any]") -> FilterError | None:
    try:
        _judged(text, fields)
    except FilterError as error:
        return error
    return None


def _refusal(text: str, error: FilterError, sentence: str) -> FilterUsageError:
    from musetui.filters.caret import caret_lines

    return FilterUsageError(sentence, caret_lines(text, error, _WIDTH, cells_of))


class Pending:
    """What fields look at, before it has been read: a filter is understood first."""

    def __init__(self) -> None:
        self._swarm: Swarm | None = None
        self._sight: Sight | None = None

    def see(self, swarm: "Swarm") -> "Swarm":
        """Take the picture, and return it."""
        self._swarm = swarm
        return swarm

    @property
    def swarm(self) -> "Swarm":
        """The picture, once it has been taken."""
        assert self._swarm is not None
        return self._swarm

    def __call__(self) -> "Sight | None":
        """Return what is in sight. The forecast is made when it is first asked for."""
        if self._swarm is None:
            return None
        if self._sight is None:
            from musetui.filters.vocabulary.sight import StillSight
            from musetui.forecast.index import ConflictIndex
            from musetui.forecast.stale_index import StaleIndex

            conflicts = ConflictIndex(self._swarm)
            self._sight = StillSight(self._swarm, conflicts, StaleIndex(self._swarm, conflicts))
        return self._sight
