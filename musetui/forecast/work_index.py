"""The work index: what each run of each branch holds and means to do, kept up to date record by record."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from musetui.forecast.branch_work import HeldWork, RunWork, Waiting
from musetui.forecast.live_intents import Announced, LiveIntents, branch_of
from musetui.forecast.rework import Change, change_of
from musetui.forecast.waits import Waits
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import Intent, Reservation
from musetui.swarm.delta import Delta
from musetui.swarm.entity import Held
from musetui.swarm.picture import Swarm

_STEP = 100
"""Records between two pauses of the filling: well under a millisecond."""

_Reserved = dict[str, Reservation]
_Intended = dict[str, Intent]
"""Some records, by their id."""


def gather(swarm: Swarm) -> HeldWork:
    """Return all that is held and announced in a swarm now, once and for less than by an index that goes on."""
    # Most reservations are one of few (branch, run, operation): each such group is looked for once a reservation.
    groups: dict[tuple[str, str, str | None], list[Reservation]] = {}
    for held in swarm.held():
        record = held.reservation
        group = groups.get((record.branch, record.run_id, record.operation))
        if group is None:
            groups[record.branch, record.run_id, record.operation] = [record]
        else:
            group.append(record)
    reserved: dict[tuple[str, str], dict[Change, list[Reservation]]] = {}
    words: dict[tuple[str, str], set[str]] = {}
    for (branch, run_id, operation), group in groups.items():
        words.setdefault((branch, run_id), set()).add(operation or "")
        reserved.setdefault((branch, run_id), {}).setdefault(change_of(operation), []).extend(group)
    intended: dict[tuple[str, str], list[Intent]] = {}
    for live in LiveIntents(swarm).all():
        intended.setdefault(happens(swarm, live.intent), []).append(live.intent)
    parts = []
    for branch, run_id in reserved.keys() | intended.keys():
        named: dict[Change, list[Intent]] = {}
        intents = intended.get((branch, run_id), ())
        for intent in intents:
            named.setdefault(change_of(intent.operation), []).append(intent)
        operations = tuple(sorted(intent.operation for intent in intents))
        said = words.get((branch, run_id), set()).union(operations)
        parts.append(RunWork(run_id, branch, reserved.get((branch, run_id), {}), named, operations, _words(said)))
    silent = {run_id: at for run_id in swarm.silent_runs() if (at := swarm.last_sign(run_id)) is not None}
    return HeldWork(parts, Waits(swarm, _on_branch).direct(), silent)


def _on_branch(reservation: Reservation) -> tuple[str, str]:
    return reservation.branch, reservation.run_id


def _words(operations: set[str]) -> tuple[str, ...]:
    """Return some operations, but for what is none, sorted."""
    return tuple(sorted(operations - {""}))


def happens(swarm: Swarm, intent: Intent) -> tuple[str, str]:
    """Return the branch on which a live intent happens, and the run that announced it."""
    return branch_of(swarm, intent), intent.run_id


class WorkIndex:
    """What is held and announced in a swarm, by branch and run.

    It begins empty. `fill` looks at all there is, with pauses in which the swarm may go on; from the first moment on,
    hand each step of the swarm to `update`, which costs what the step has of reservations and intents.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._intents = LiveIntents(swarm, ())
        self._parts: dict[tuple[str, str], _Part] = {}
        self._reserved: dict[str, Reservation] = {}
        self._announced: dict[str, _Filed] = {}
        self._waits = Waits(swarm, _on_branch, ())
        self._waiting: Waiting | None = None
        self._silent = {run_id: swarm.last_sign(run_id) for run_id in swarm.silent_runs()}

    def fill(self) -> Iterator[None]:
        """Look at all there is; pauses after every few records."""
        waiting = list(self._swarm.reservations())
        # Most reservations are one of few (branch, run, operation): each such group is looked for once a reservation.
        groups: dict[tuple[str, str, str | None], _Reserved] = {}
        for start in range(0, len(waiting), _STEP):
            self._take_in(waiting[start : start + _STEP], groups)
            yield
        intents = list(self._swarm.ids(Kind.INTENT))
        for start in range(0, len(intents), _STEP):
            for intent_id in intents[start : start + _STEP]:
                self._look_at_intent(intent_id)
            yield
        dependencies = list(self._swarm.ids(Kind.DEPENDENCY))
        for start in range(0, len(dependencies), _STEP):
            for reservation_id in dependencies[start : start + _STEP]:
                self._waits.look(reservation_id)
            self._waiting = None
            yield

    def update(self, delta: Delta) -> bool:
        """Follow the swarm, and return whether what plans are made of differs: also who waits, and who is silent."""
        # Intents are looked at after what they are about.
        turned = [each for each in delta.touched(Kind.RESERVATION) if self._look_at_reservation(each)]
        announced = [self._look_at_intent(each) for each in self._intents.concerned(delta)]
        waits = self._waits.follow(delta, turned)
        if waits:
            self._waiting = None
        hushed = self._listen(delta.runs)
        return bool(turned) or any(announced) or waits or hushed

    def parts(self) -> list[RunWork]:
        """Return what there is now, in no order: of whom nothing differs, the same object as before."""
        for key in [key for key, part in self._parts.items() if part.is_empty]:
            del self._parts[key]
        return [part.work() for part in self._parts.values()]

    def silent(self) -> dict[str, datetime]:
        """Return those of the runs that are silent now, each with when it was last heard of (aware)."""
        return {run_id: at for _, run_id in self._parts if (at := self._silent.get(run_id)) is not None}

    def waiting(self) -> Waiting:
        """Return who waits for whom now: the same object as before if nothing of that differs."""
        if self._waiting is None:
            self._waiting = self._waits.direct()
        return self._waiting

    def _listen(self, runs: Iterable[str]) -> bool:
        """Hear which of some runs are silent, and return whether that differs, or when one was last heard of."""
        swarm, differs = self._swarm, False
        for run_id in runs:
            heard = swarm.last_sign(run_id) if swarm.is_silent(run_id) else None
            if heard != self._silent.get(run_id):
                differs = True
                if heard is None:
                    del self._silent[run_id]
                else:
                    self._silent[run_id] = heard
        return differs

    def _take_in(self, reservations: Iterable[Held], groups: dict[tuple[str, str, str | None], _Reserved]) -> None:
        """Take reservations in, for less than by `_look_at_reservation`; what is there already is put there again."""
        active, expiring, reserved = LeaseState.ACTIVE, LeaseState.EXPIRING, self._reserved
        for held in reservations:
            if (held.state is not active and held.state is not expiring) or not held.is_there:
                continue
            record, record_id = held.reservation, held.record_id
            group = groups.get((record.branch, record.run_id, record.operation))
            if group is None:
                group = self._part(record.branch, record.run_id).reserved_by(record.operation)
                groups[record.branch, record.run_id, record.operation] = group
            group[record_id] = record
            reserved[record_id] = record

    def _look_at_reservation(self, reservation_id: str) -> bool:
        held = self._swarm.reservation(reservation_id)
        new = held.reservation if held is not None and held.is_held else None
        old = self._reserved.get(reservation_id)
        if old is new:
            return False
        if old is not None:
            del self._part(old.branch, old.run_id).reserved_by(old.operation)[reservation_id]
            del self._reserved[reservation_id]
        if new is not None:
            self._part(new.branch, new.run_id).reserved_by(new.operation)[reservation_id] = new
            self._reserved[reservation_id] = new
        return True

    def _look_at_intent(self, intent_id: str) -> bool:
        live = self._intents.look(intent_id)
        new = None if live is None else _Filed(live, happens(self._swarm, live.intent))
        old = self._announced.get(intent_id)
        if old == new:
            return False
        if old is not None:
            part = self._part(*old.key)
            del part.intended_by(old.live.intent.operation)[intent_id]
            del part.operations[intent_id]
            del self._announced[intent_id]
        if new is not None:
            part, intent = self._part(*new.key), new.live.intent
            part.intended_by(intent.operation)[intent_id] = intent
            part.operations[intent_id] = intent.operation
            self._announced[intent_id] = new
        return True

    def _part(self, branch: str, run_id: str) -> "_Part":
        """Return the part of a run on a branch, which is about to change."""
        part = self._parts.get((branch, run_id))
        if part is None:
            part = self._parts[branch, run_id] = _Part(branch, run_id)
        part.told = None
        return part


class _Filed(NamedTuple):
    """A live intent, and the branch and run under which it is filed."""

    live: Announced
    key: tuple[str, str]


class _Part:
    """One run on one branch, record by record.

    Attributes:
        operations: that of each of its live intents.
        told: its work as it was last told, if nothing has changed since.
    """

    __slots__ = ("_branch", "_intended", "_reserved", "_run_id", "operations", "told")

    def __init__(self, branch: str, run_id: str) -> None:
        self._branch = branch
        self._run_id = run_id
        self._reserved: dict[Change, _Reserved] = {}
        self._intended: dict[Change, _Intended] = {}
        self.operations: dict[str, str] = {}
        self.told: RunWork | None = None

    def reserved_by(self, operation: str | None) -> _Reserved:
        """Return the reservations with the change that an operation is."""
        return self._reserved.setdefault(change_of(operation), {})

    def intended_by(self, operation: str) -> _Intended:
        """Return the live intents with the change that an operation is."""
        return self._intended.setdefault(change_of(operation), {})

    @property
    def is_empty(self) -> bool:
        """Whether it holds and announces nothing any more."""
        return not self.operations and not any(self._reserved.values())

    def work(self) -> RunWork:
        """Return it as it is now."""
        if self.told is None:
            reserved = {change: tuple(group.values()) for change, group in self._reserved.items() if group}
            said = {each.operation or "" for group in reserved.values() for each in group}
            self.told = RunWork(
                self._run_id,
                self._branch,
                reserved,
                {change: tuple(group.values()) for change, group in self._intended.items() if group},
                tuple(sorted(self.operations.values())),
                _words(said.union(self.operations.values())),
            )
        return self.told
