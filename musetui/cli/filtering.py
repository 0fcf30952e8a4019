"""`--filter`: which of what a command prints is wanted, in the language of the dashboard's lists."""

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from musetui.cli.failures import FilterUsageError
from musetui.cli.output import cells_of
from musetui.errors import FilterError

if TYPE_CHECKING:
    from datetime import datetime

    from musetui.filters.fields import Fields
    from musetui.filters.vocabulary.sight import Sight
    from musetui.swarm.picture import Swarm

Row = TypeVar("Row")

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
    from musetui.filters.caret import caret_lines
    from musetui.filters.judge import judge

    try:
        judging = judge(args.filter, fields)
    except FilterError as error:
        raise FilterUsageError(str(error), caret_lines(args.filter, error, _WIDTH, cells_of)) from None
    return lambda row, now: judging.keeps_now(row, now.timestamp())


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
