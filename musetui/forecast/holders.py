"""Holders in a row: who came first, from when on there were two runs, and which of a crowd are listed."""

from collections.abc import Sequence
from datetime import datetime
from heapq import nsmallest

from musetui.forecast.conflict import Holder


def by_start(holder: Holder) -> tuple[datetime, str, str, str]:
    """Return what holders are sorted by, the earliest first."""
    return holder.created_at, holder.run_id, holder.reservation_id, holder.address


def second_run_at(holders: Sequence[Holder]) -> datetime:
    """Return the moment from which there were two runs, of *holders* of at least two, the earliest first."""
    return next(holder.created_at for holder in holders if holder.run_id != holders[0].run_id)


def listed(found: list[Holder], limit: int) -> tuple[list[Holder], bool]:
    """Return the *limit* earliest of *found*, and whether these are all; of two runs one holder each at least."""
    if len(found) <= limit:
        return found, True
    earliest = nsmallest(limit, found, key=by_start)
    if len({holder.run_id for holder in earliest}) == 1:
        others = (holder for holder in found if holder.run_id != earliest[0].run_id)
        earliest.extend(nsmallest(1, others, key=by_start))
    return earliest, False
