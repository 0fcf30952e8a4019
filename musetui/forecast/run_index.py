"""The run index: of every run, what it holds, announces and claims, where, and whom it collides with.

Kept up to date record by record, so that a run of ten thousand reservations is counted as quickly as one of two.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from musetui.coordination.batch import Source
from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.index import ConflictIndex
from musetui.forecast.live_intents import branch_of
from musetui.records.kinds import Kind
from musetui.records.models import Intent, Reservation
from musetui.swarm.claims import Claimed
from musetui.swarm.delta import Delta
from musetui.swarm.entity import Entity, Held
from musetui.swarm.picture import Swarm

_PART_OF_FILLING = 64
"""Records looked at between two pauses of the filling: well under a millisecond."""


_SOURCES = {
    (True, False): (Source.LOCAL,),
    (False, True): (Source.REMOTE,),
    (True, True): (Source.LOCAL, Source.REMOTE),
}
"""The places a record lies in, by whether it lies here and there."""


class Means(StrEnum):
    """What a record of a run means now."""

    HOLD = "hold"
    INTENT = "intent"
    CLAIM = "claim"
    PAST = "past"


class Part(NamedTuple):
    """What one record says of one run.

    Attributes:
        branch: "" where the record has none.
        sources: the places it lies in, of `Source`.
    """

    run_id: str
    means: Means
    branch: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How it stands with one run. All text is the records' own, and so hostile.

    Attributes:
        holds: reservations it holds.
        intents: intents of it that still mean something.
        claims: claims of it that are in force.
        conflicts: conflicts it takes part in, by risk; those of none are left out.
        branches: the branches it holds or announces something on, the one with most first; where there are none, the
            branches of what it had.
        sources: where what it has lies; where it has nothing, where its records lie.
    """

    holds: int
    intents: int
    claims: int
    conflicts: Mapping[Risk, int]
    branches: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def has_something(self) -> bool:
        """Whether others must reckon with it: it holds an address or has claimed a task."""
        return bool(self.holds or self.claims)


class RunIndex:
    """Every run that a record names.

    It begins empty. `fill` looks at all there is, with pauses in which the swarm may go on; from the first moment on,
    hand each step of the swarm and of its conflicts to `update`, the conflicts' own index first.

    Attributes:
        is_whole: whether all has been looked at.
    """

    def __init__(self, swarm: Swarm, conflicts: ConflictIndex) -> None:
        self.is_whole = False
        self._swarm = swarm
        self._conflicts = conflicts
        self._parts: dict[Kind, dict[str, tuple[Part, ...]]] = {kind: {} for kind in Kind}
        self._shared: dict[tuple[str, Means, str, tuple[Source, ...]], tuple[Part, ...]] = {}
        self._of_run: dict[str, Counter[Part]] = {}
        self._silent: set[str] = set()
        self._claims: dict[str, set[str]] = {}
        self._met: dict[ConflictKey, Set[str]] = {}
        self._meetings: dict[str, _Meetings] = {}

    def fill(self) -> Iterator[set[str]]:
        """Look at all there is, and yield the runs that concerns, after every few records."""
        for kind in Kind:
            ids = list(self._swarm.ids(kind))
            for start in range(0, len(ids), _PART_OF_FILLING):
                concerned: set[str] = set()
                for record_id in ids[start : start + _PART_OF_FILLING]:
                    self._look(kind, record_id, concerned)
                yield concerned
        for conflict_type in ConflictType:
            for address in self._conflicts.of_type(conflict_type):
                met: set[str] = set()
                self._meet(ConflictKey(conflict_type, address), met)
                yield met
        self.is_whole = True

    def update(self, delta: Delta, conflicts: ConflictDelta) -> set[str]:
        """Follow the swarm and its conflicts, and return the runs of which something differs."""
        concerned = set(delta.runs)
        intents = delta.touched(Kind.INTENT)
        for reservation_id in delta.touched(Kind.RESERVATION):
            intents.update(self._swarm.intents_of(reservation_id))
        for run_id in delta.runs & self._of_run.keys():
            if (run_id in self._silent) != self._swarm.is_silent(run_id):
                self._silent ^= {run_id}
                intents.update(self._swarm.kind_of_run(Kind.INTENT, run_id))
        for kind in Kind:
            for record_id in intents if kind is Kind.INTENT else delta.touched(kind):
                self._look(kind, record_id, concerned)
        for key in conflicts.appeared | conflicts.changed | conflicts.left:
            self._meet(key, concerned)
        return concerned - {""}

    # What is in it

    def runs(self) -> Iterator[str]:
        """Yield every run that a record names."""
        return iter(self._of_run)

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._of_run

    def __len__(self) -> int:
        return len(self._of_run)

    def facts(self, run_id: str) -> RunFacts | None:
        """Return how it stands with a run, or None if no record names it."""
        parts = self._of_run.get(run_id)
        if parts is None:
            return None
        counts: Counter[Means] = Counter()
        present: Counter[str] = Counter()
        past: Counter[str] = Counter()
        here: set[Source] = set()
        were: set[Source] = set()
        for part, count in parts.items():
            counts[part.means] += count
            is_past = part.means is Means.PAST
            (were if is_past else here).update(part.sources)
            if part.branch:
                (past if is_past else present)[part.branch] += count
        branches = sorted((present or past).items(), key=lambda item: (-item[1], item[0]))
        return RunFacts(
            counts[Means.HOLD],
            counts[Means.INTENT],
            len(self.claims_of(run_id)),
            dict(met.counts) if (met := self._meetings.get(run_id)) is not None else {},
            tuple(branch for branch, _ in branches),
            tuple(sorted(here or were)),
        )

    def conflicts_of(self, run_id: str) -> Mapping[ConflictKey, Risk]:
        """Return the conflicts that a run takes part in, with their risk."""
        there = self._meetings.get(run_id)
        return {} if there is None else there.risks

    def claims_of(self, run_id: str) -> set[str]:
        """Return the tasks on which a run has a claim that is in force."""
        return self._claims.get(run_id, set())

    # How it is kept

    def _look(self, kind: Kind, record_id: str, concerned: set[str]) -> None:
        """Look at one record anew."""
        entity = self._swarm.entity(kind, record_id)
        old = self._parts[kind].pop(record_id, ())
        new = () if entity is None else self._parts_of(kind, entity)
        if new:
            self._parts[kind][record_id] = new
        if old == new:
            return
        # First what is there now: a run that has one record, which differs, must not be forgotten in between.
        for part in new:
            self._count(part, 1)
            concerned.add(part.run_id)
        for part in old:
            self._count(part, -1)
            concerned.add(part.run_id)
        if kind is Kind.CLAIM:
            self._note_claims(record_id, old, new)

    def _parts_of(self, kind: Kind, entity: Entity) -> tuple[Part, ...]:
        if isinstance(entity, Claimed):
            return self._parts_of_claims(entity)
        record = entity.record
        run_id = record.holder
        if not run_id:
            return ()
        means = Means.PAST
        if isinstance(entity, Held):
            means = Means.HOLD if entity.is_held else Means.PAST
        elif kind is Kind.INTENT and self._conflicts.is_live_intent(entity.record_id):
            means = Means.INTENT
        if isinstance(record, Intent) and means is Means.INTENT:
            branch = branch_of(self._swarm, record)
        elif isinstance(record, Reservation | Intent):
            branch = record.branch
        else:
            branch = str((record.model_extra or {}).get("branch", ""))
        # One and the same object for the many records that say the same of one run.
        says = run_id, means, branch, _SOURCES[entity.is_local, entity.is_remote]
        parts = self._shared.get(says)
        if parts is None:
            parts = self._shared[says] = (Part(*says),)
        return parts

    def _parts_of_claims(self, claimed: Claimed) -> tuple[Part, ...]:
        parts = {
            Part(
                sighting.record.holder,
                Means.CLAIM if sighting in claimed.in_force else Means.PAST,
                "",
                (sighting.slot.source,),
            )
            for sighting in claimed.sightings
            if sighting.record.holder
        }
        return tuple(sorted(parts))

    def _count(self, part: Part, by: int) -> None:
        run_id = part.run_id
        counter = self._of_run.get(run_id)
        if counter is None:
            counter = self._of_run[run_id] = Counter()
            if self._swarm.is_silent(run_id):
                self._silent.add(run_id)
        counter[part] += by
        if counter[part] <= 0:
            del counter[part]
            self._shared.pop(part, None)
            if not counter:
                del self._of_run[run_id]
                self._silent.discard(run_id)

    def _note_claims(self, task_id: str, old: tuple[Part, ...], new: tuple[Part, ...]) -> None:
        before, after = ({part.run_id for part in parts if part.means is Means.CLAIM} for parts in (old, new))
        for run_id in before - after:
            tasks = self._claims[run_id]
            tasks.discard(task_id)
            if not tasks:
                del self._claims[run_id]
        for run_id in after - before:
            self._claims.setdefault(run_id, set()).add(task_id)

    def _meet(self, key: ConflictKey, concerned: set[str]) -> None:
        """Look at one conflict anew: who takes part in it, and how bad it is."""
        before, after = self._met.pop(key, _NOBODY), self._conflicts.runs(key)
        for run_id in before:
            self._meetings[run_id].discard(key)
        if after:
            self._met[key], risk = after, self._conflicts.risk(key)
            for run_id in after:
                there = self._meetings.get(run_id)
                if there is None:
                    there = self._meetings[run_id] = _Meetings()
                there.risks[key] = risk
                there.counts[risk] += 1
        for run_id in before - after:
            if not self._meetings[run_id].risks:
                del self._meetings[run_id]
        concerned |= before | after


_NOBODY = frozenset[str]()


class _Meetings:
    """The conflicts of one run with their risk, and how many there are of each; those of none are left out."""

    __slots__ = ("counts", "risks")

    def __init__(self) -> None:
        self.risks: dict[ConflictKey, Risk] = {}
        self.counts: Counter[Risk] = Counter()

    def discard(self, key: ConflictKey) -> None:
        """Take a conflict out again."""
        risk = self.risks.pop(key)
        self.counts[risk] -= 1
        if not self.counts[risk]:
            del self.counts[risk]
