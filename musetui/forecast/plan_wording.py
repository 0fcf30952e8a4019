"""Plan wording: why a branch has its place, and what to do there, each in one sentence that is safe to paint."""

from collections.abc import Sequence
from typing import NamedTuple

from musetui.forecast.meeting_wording import Doer, meeting_words
from musetui.forecast.plan_reasons import Rework, Some, Why
from musetui.forecast.reach import Price
from musetui.forecast.rework import POINT, Change
from musetui.forecast.waits import Wait
from musetui.records.address import contains
from musetui.records.text import safe_text

_NAME_LENGTH = 60
_ADDRESS_LENGTH = 60


class Neighbour(NamedTuple):
    """A branch that another one meets, seen from that one.

    Attributes:
        number: which it is.
        branch: its name (hostile text).
        is_later: whether it is merged after that one.
        as_planned: what the later of the two pays in this order.
        other_way: what the later would pay the other way round.
        sooner: below zero if that one started first, above if this one did, zero if nobody.
        first_at: where whichever of the two is merged first was first at an address at which it meets another branch
            (hostile text).
        wait: that the later of the two waits for the other one already, if it does.
        shares: whether they meet at any address; where not, only a wait makes them neighbours.
    """

    number: int
    branch: str
    is_later: bool
    as_planned: Price
    other_way: Price
    sooner: int
    first_at: str
    wait: Wait | None = None
    shares: bool = True

    @property
    def gain(self) -> int:
        """How much dearer the other way round is, in tenths; below zero if it would be cheaper."""
        return self.other_way.parts - self.as_planned.parts


def main_of(neighbours: Sequence[Neighbour], *, is_in_knot: bool) -> Neighbour | None:
    """Return the neighbour for whose sake a branch has its place; None if there is none, or a circle decides."""
    waiting = [each for each in neighbours if each.wait is not None]
    if waiting:
        return max(waiting, key=lambda each: (each.wait == Wait(is_direct=True), abs(each.gain), each.is_later))
    deciding = [each for each in neighbours if each.gain > 0]
    if deciding:
        # What is still to come is what a reader can still change; so that is told first where both weigh the same.
        return max(deciding, key=lambda each: (each.gain, each.is_later))
    if is_in_knot or not neighbours:
        return None
    # As the starts have it, if they decided anything.
    return min(neighbours, key=lambda each: not _starts_decide(each))


def reason_for(
    place: int,
    neighbours: Sequence[Neighbour],
    main: Neighbour | None,
    why: Why,
    knot: Sequence[str],
    owed: int = 0,
) -> str:
    """Say why a branch has its place.

    Args:
        place: its place, from 0.
        neighbours: the branches that it meets.
        main: that of them for whose sake it has its place, if any.
        why: what is told of it and that one, the one that is merged first first; nothing where it waits, or no one
            decides.
        knot: the others with which its preferences run in a circle, if any.
        owed: what it pays, wherever it stands, for that which is merged already, in tenths.
    """
    if main is not None:
        if main.wait is not None:
            told, alike = _waiting(main, main.wait), [each for each in neighbours if each.wait is not None]
        else:
            told = _decided(main, why) if main.gain > 0 else _undecided(main, why)
            alike = [each for each in neighbours if each.gain > 0]
        more = len(alike) - 1
        told = f"{told}; so it is with {more} more" if more > 0 else told
        against = [each.branch for each in neighbours if each.gain < 0 and each.wait is None]
        if against:
            told = f"{told}; with {_few(against)} the other way round would cost less, but not for all together"
    elif knot:
        told = _circle(knot)
    else:
        told = "first: shares nothing" if place == 0 else "shares nothing with any other branch"
    return f"{told}; for what is merged already it pays {points(owed)}" if owed else told


def _decided(main: Neighbour, why: Why) -> str:
    """Say what it is for which the two are best merged in this order."""
    name = _name(main.branch)
    word, first, later = ("before", "it", name) if main.is_later else ("after", name, "it")
    now, otherwise = main.as_planned, main.other_way
    if why.decisive is not None:
        change, address, other, at, more = why.decisive
        met = meeting_words(Doer(first, change, address), Doer(later, other, at), more=more)
        return f"{word} {name}: {met} ({less_rework(now, otherwise)})"
    if now.addresses < otherwise.addresses:
        fewer = f"{addresses(now.addresses)} to redo ({named(why.now)})"
        return f"{word} {name}: {fewer}, not {otherwise.addresses:,} ({named(why.otherwise)})"
    return f"{word} {name}: {less_rework(now, otherwise)}, at {named(why.met)}"


def _waiting(main: Neighbour, wait: Wait) -> str:
    """Say that the later of the two waits for the other one already, and what this order costs."""
    name = _name(main.branch)
    word, first, later = ("before", "it", name) if main.is_later else ("after", name, "it")
    told = f"{word} {name}: {waits_words(later, first, is_direct=wait.is_direct)}"
    if not main.shares:
        return f"{told}, though they share nothing"
    if main.gain > 0:
        return f"{told}, and that costs less too ({less_rework(main.as_planned, main.other_way)})"
    if main.gain < 0:
        less = less_rework(main.other_way, main.as_planned)
        return f"{told}, though the other way round would cost less ({less})"
    return f"{told}, and either order costs the same"


def waits_words(waiting: str, other: str, *, is_direct: bool) -> str:
    """Say that one waits for the other one already; both names are safe to paint."""
    return f"{waiting} waits for {other} already" + ("" if is_direct else ", by way of others")


def _undecided(main: Neighbour, why: Why) -> str:
    """Say what decided where either order costs the same."""
    name = _name(main.branch)
    word = "before" if main.is_later else "after"
    if not main.sooner:
        came = "nobody started first"
    elif _starts_decide(main):
        who = "it" if main.is_later else "that"
        # Where they meet elsewhere too, the other one may have been there first.
        is_all = why.met == Some((main.first_at,), 1)
        came = f"{who} started first" if is_all else f"{who} was first at {safe_text(main.first_at, _ADDRESS_LENGTH)}"
    else:
        came = "so the others have it"
    return f"{word} {name}: {came}, either order costs the same ({named(why.met)})"


def _starts_decide(each: Neighbour) -> bool:
    return each.sooner < 0 if each.is_later else each.sooner > 0


def named(some: Some) -> str:
    """Name the first of some addresses, and count the others."""
    shown = ", ".join(safe_text(address, _ADDRESS_LENGTH) for address in some.addresses)
    more = some.total - len(some.addresses)
    return f"{shown} and {more:,} more" if more else shown


def less_rework(now: Price, otherwise: Price) -> str:
    """Say what an order costs, and what the other way round."""
    if now.addresses < otherwise.addresses:
        return f"{addresses(now.addresses)} to redo, not {otherwise.addresses:,}"
    return f"rework {points(now.parts)}, not {points(otherwise.parts)}"


def _circle(knot: Sequence[str]) -> str:
    return f"in a circle with {_few(knot)}: no order suits them all, this one costs least"


def _few(branches: Sequence[str]) -> str:
    return ", ".join(map(_name, branches[:2])) + (f" and {len(branches) - 2} more" if len(branches) > 2 else "")


def rework_words(rework: Rework) -> str:
    """Say what is done again, and on top of what: `moves src/a.py, after dev edits src/a.py::f within it`."""
    return f"{rework.change.does} {safe_text(rework.address, _ADDRESS_LENGTH)}, after {met_words(rework)}"


def met_words(rework: Rework) -> str:
    """Say what it is that something has to be done again on top of: `dev edits src/a.py::f within it`."""
    branch = _name(rework.branch)
    if rework.met_at == rework.address:
        return f"{branch} takes it apart" if rework.met is Change.EXTRACT else f"{branch} {rework.met.does} it"
    where = "within" if contains(rework.address, rework.met_at) else "around"
    return f"{branch} {rework.met.does} {safe_text(rework.met_at, _ADDRESS_LENGTH)} {where} it"


def advice_for(ours: str, muse: str, reworked: int, *, shares_earlier: bool) -> str:
    """Say why *ours* is how a branch is best merged at its place, where Muse's own rule says *muse*; "" where not.

    Args:
        ours: how it is best merged.
        muse: how by Muse's own rule.
        reworked: how many of its addresses it does again.
        shares_earlier: whether it shares anything with what is merged before it.
    """
    if ours == muse:
        return ""
    met = f"{addresses(reworked)} of its own {'meets' if reworked == 1 else 'meet'} what is merged before it"
    if reworked:
        why = met
    elif shares_earlier:
        why = "what it shares with what is merged before it, both delete, so nothing is done again"
    else:
        why = "nothing that it shares is merged before it"
    return f"{ours}, where Muse's rule says {muse}: {why}"


def addresses(count: int) -> str:
    """Return a number of addresses in words."""
    return f"{count:,} address" if count == 1 else f"{count:,} addresses"


def points(parts: int) -> str:
    """Return tenths of a unit of rework as text."""
    return f"{parts / POINT:,.1f}"


def _name(branch: str) -> str:
    return safe_text(branch, _NAME_LENGTH)
