"""Advice: what to do about a conflict, in one sentence that is safe to paint.

Who goes first, `musetui.forecast.precedence` says, for every kind alike. Nobody is told to wait for a run that shows no
sign of life: what is to become of its hold stands first then, as the stale view has it.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType, Holder
from musetui.forecast.live_intents import Announced
from musetui.forecast.meeting_wording import Doer, meeting_words
from musetui.forecast.plan_wording import less_rework, waits_words
from musetui.forecast.precedence import Because, Order, Precedence
from musetui.forecast.silence_wording import silent_words
from musetui.forecast.waits import Waits
from musetui.forecast.wording import few_names, run_name
from musetui.records.text import safe_text
from musetui.swarm.picture import Swarm

_TOLD_LIMIT = 256
"""Conflicts whose advice is remembered; more than one screen shows."""

_ADDRESS_LENGTH = 120
_PAIR = 2
_DRAWN = "nobody started first, so the name decides"


class Adviser:
    """Says what to do about the conflicts of a swarm, as of the swarm's moment.

    Args:
        swarm: the picture.
        announced: returns an intent by its id if it is live.
        waits: which run waits for which.
    """

    def __init__(self, swarm: Swarm, announced: Callable[[str], Announced | None], waits: Waits[str]) -> None:
        self._swarm = swarm
        self._precedence = Precedence(swarm, announced, waits)
        self._told: dict[ConflictKey, tuple[Conflict, str]] = {}

    def forget(self, runs: Iterable[str]) -> None:
        """Hear that something differs in the swarm of what these runs hold or mean to do."""
        self._precedence.forget(runs)
        self._told.clear()

    def advise(self, conflict: Conflict) -> str:
        """Say what to do about a conflict."""
        silent = [run_id for run_id in conflict.runs if self._swarm.is_silent(run_id)]
        if not silent:
            return self._among_all(conflict)
        gone = set(silent)
        living = [each for each in conflict.holders if each.run_id not in gone]
        told = self._of_silent(conflict, silent)
        if not living:
            is_claim = conflict.conflict_type is ConflictType.DOUBLE_CLAIM
            return f"{told}, else let another run take the task" if is_claim else told
        if self._collide(conflict, living):
            return f"{told}; among the others, {self._among(conflict, living)}"
        runs = list(dict.fromkeys(each.run_id for each in living))
        names, goes = few_names(runs), "go" if len(runs) > 1 else "goes"
        if conflict.conflict_type is ConflictType.DOUBLE_CLAIM:
            return f"{told}, else let {names} keep the task"
        return f"{told}, then {names} {goes} on"

    def _among_all(self, conflict: Conflict) -> str:
        """Say what is to be done among all who are in it; until something differs, for the asking."""
        known = self._told.get(conflict.key)
        if known is None or known[0] is not conflict:
            if len(self._told) >= _TOLD_LIMIT:
                self._told.clear()
            known = self._told[conflict.key] = conflict, self._among(conflict, conflict.holders)
        return known[1]

    # What is silent

    def _of_silent(self, conflict: Conflict, silent: Sequence[str]) -> str:
        """Say who is silent and for how long, and what is to be done about that."""
        is_one, gone = len(silent) == 1, set(silent)
        it, its = ("it", "its hold") if is_one else ("them", "their holds")
        heard = [at for run_id in silent if (at := self._swarm.last_sign(run_id)) is not None]
        told = silent_words(silent, max(heard, default=None), self._swarm.now)
        if conflict.conflict_type is ConflictType.DOUBLE_CLAIM:
            return f"{told}: ask {it}"
        if not any(each.reservation_id and not each.intent_id for each in conflict.holders if each.run_id in gone):
            return f"{told}, and {'holds' if is_one else 'hold'} nothing here: ask {it}"
        return f"{told}: ask {it}, else release {its} (see stale)"

    def _collide(self, conflict: Conflict, living: Sequence[Holder]) -> bool:
        """Return whether those of a conflict that are left still get into each other's way."""
        runs = {each.run_id for each in living}
        if len(runs) < 2 or conflict.conflict_type in (ConflictType.ADDRESS_OVERLAP, ConflictType.DOUBLE_CLAIM):
            return len(runs) > 1
        outer, inner = _sides(conflict, living)
        if conflict.conflict_type is ConflictType.OPERATION_CONFLICT:
            return bool(outer)
        return bool(outer and inner)

    # Who goes first

    def _among(self, conflict: Conflict, holders: Sequence[Holder]) -> str:
        """Say what is to be done among *holders* of a conflict, none of whom is silent."""
        match conflict.conflict_type:
            case ConflictType.DOUBLE_CLAIM:
                return _of_claimers(holders)
            case ConflictType.BLAST_RADIUS_OVERLAP:
                return _of_callers(conflict, holders)
        place = conflict.key.address
        order = self._precedence.order(holders, place)
        deleting = self._precedence.deleting(holders, place)
        if deleting:
            return _of_deleting(place, deleting, list(dict.fromkeys(each.run_id for each in holders)), order.first)
        if (elsewhere := self._precedence.deleted_elsewhere(holders)) is not None:
            # The same answer wherever the two meet.
            run_id, address = elsewhere
            return _of_deleting(address, [run_id], list(dict.fromkeys(each.run_id for each in holders)), order.first)
        if conflict.conflict_type is ConflictType.CONTAINMENT_OVERLAP:
            outer, inner = _sides(conflict, holders)
            return _of_nested(place, outer, inner, order)
        started = _was_first_here(order, holders)
        if conflict.conflict_type is ConflictType.OPERATION_CONFLICT:
            then = "and begin anew from what is then there"
        else:
            then = "or split the work between them"
        return _in_turn(order, order.rest, place, started, then)


def _sides(conflict: Conflict, holders: Sequence[Holder]) -> tuple[list[str], list[str]]:
    """Return the runs that are at a conflict's own address, and those within or behind it, each earliest first."""
    here = dict.fromkeys(each.run_id for each in holders if each.address == conflict.key.address)
    there = dict.fromkeys(each.run_id for each in holders if each.address != conflict.key.address)
    return list(here), list(there)


def _was_first_here(order: Order, holders: Sequence[Holder]) -> bool:
    """Return whether who goes first was also the first of *holders*."""
    own = min(each.created_at for each in holders if each.run_id == order.first)
    return all(own <= each.created_at for each in holders)


def _in_turn(order: Order, late: Collection[str], place: str, was_first_here: bool, then: str) -> str:
    first = run_name(order.first)
    match order.because:
        case Because.DRAW:
            return f"{_DRAWN}: let {few_names(late)} wait for {first} to release it, {then}"
        case Because.STARTED if was_first_here:
            return f"{first} started first: let {few_names(late)} wait for its release, {then}"
        case Because.STARTED:
            return f"{first} was first at {_place(order.at)}: let {few_names(late)} wait for it here too, {then}"
    return _first(order, late, place)


def _first(order: Order, late: Collection[str], place: str) -> str:
    """Say who goes first for another reason than that it started first."""
    # Who comes second is no news of those that wait: it is said where an order is what there is to say.
    word = "then" if len(late) == 1 or order.because is Because.CIRCLE else "before"
    return f"let {run_name(order.first)} go first, {word} {few_names(late)}: {_why(order, place)}"


def _why(order: Order, place: str) -> str:
    """Say why somebody goes first who does not because it started first."""
    if order.waiting is not None:
        waiting, waited, is_direct = order.waiting
        return waits_words(run_name(waiting), run_name(waited), is_direct=is_direct)
    if order.deeds is not None:
        one, other = (Doer(run_name(run_id), change, address) for run_id, change, address in order.deeds)
        return meeting_words(one, other, place)
    if order.prices is not None:
        return less_rework(*order.prices)
    return "no order suits them all, this one costs least"


def _of_nested(place: str, outer: Sequence[str], inner: Sequence[str], order: Order) -> str:
    """Say what to do where *outer* hold what is around what *inner* hold."""
    first, where = run_name(order.first), _place(place)
    is_outer = order.first in outer
    late = [run_id for run_id in (inner if is_outer else outer) if run_id != order.first]
    if order.because not in (Because.STARTED, Because.DRAW):
        return _first(order, late, place)
    came = _DRAWN if order.because is Because.DRAW else f"{first} started first"
    if is_outer:
        it = first if order.because is Because.DRAW else "it"
        return f"{came}: ask {it} to narrow its hold on {where}, or let {few_names(late)} wait for {first}"
    return f"{came}: let {few_names(late)} narrow the hold on {where} to the parts needed, or wait for {first}"


def _of_deleting(place: str, deleting: Sequence[str], runs: Sequence[str], first: str) -> str:
    """Say what to do where somebody deletes what others work on: that is asked first, whoever came first."""
    where = _place(place)
    others = [run_id for run_id in runs if run_id not in deleting]
    if not others:
        leave = "the other leaves" if len(runs) == _PAIR else "the others leave"
        return f"let {run_name(first)} delete {where}, and {leave} it out"
    doers = few_names(deleting)
    return (
        f"ask {doers} whether {where} is still to go: if so, let {few_names(others)} stop, else let {doers} give it up"
    )


def _of_callers(conflict: Conflict, holders: Sequence[Holder]) -> str:
    changing, reached = _sides(conflict, holders)
    calling = [run_id for run_id in reached if run_id not in changing]
    where, kept = _place(conflict.key.address), "keeps its name, arguments and results"
    if not calling:
        return f"let those who hold {where} agree whether it {kept}, and who adapts the calls"
    return f"ask {few_names(changing)} whether {where} {kept}: if not, let {few_names(calling)} adapt the calls"


def _of_claimers(holders: Sequence[Holder]) -> str:
    runs = list(dict.fromkeys(each.run_id for each in holders))
    first, others = run_name(runs[0]), few_names(runs[1:])
    second = next(each for each in holders if each.run_id != runs[0])
    if second.created_at == holders[0].created_at:
        return f"no claim came first, so the name decides: let {first} keep the task, and {others} give it back"
    return f"{first} claimed it first, and that claim stands: let {others} give the task back"


def _place(address: str) -> str:
    return safe_text(address, _ADDRESS_LENGTH)
