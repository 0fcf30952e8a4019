"""The conflict index: every conflict between what is held or claimed, kept up to date hold by hold."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from musetui.callgraph.edges import GraphChange
from musetui.coordination.batch import Sighting, Source
from musetui.forecast.advice import Adviser
from musetui.forecast.blast_radius import BlastRadius
from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType, Holder, Risk, risk_of
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.double_claims import DoubleClaims
from musetui.forecast.gathering import Gathering
from musetui.forecast.nest import Nest
from musetui.forecast.nesting import around, file_around, parent
from musetui.forecast.operation_conflicts import OperationConflicts, Step
from musetui.forecast.operations import deed_of
from musetui.forecast.parties import Parties
from musetui.forecast.places import in_rows
from musetui.forecast.taking_part import TakingPart, addresses_of, nested
from musetui.forecast.waits import Waits
from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.models import Reservation
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm

_BUILT_LIMIT = 4_096
"""Conflicts kept ready to show; more than the rows of many screens."""


class ConflictIndex:
    """Every conflict of a swarm. Only what is held counts, and a run never collides with itself.

    After each step of the swarm, hand its delta (or several, merged) to `update`; until then the index speaks of the
    swarm as it was. An update costs what the delta's reservations have of addresses, times how deep these lie, and
    how often its tasks are claimed.
    """

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self._nest = Nest()
        self._waits = Waits(swarm, lambda reservation: reservation.run_id)
        self._adviser = Adviser(swarm, lambda intent_id: self._operations.intents.get(intent_id), self._waits)
        self._claims = DoubleClaims(swarm, self._adviser.advise)
        self._seen, done_by = _look(swarm)
        deeds = {address: in_rows(map(done_by.__getitem__, ids)) for address, ids in swarm.held_addresses()}
        self._nest.fill((address, runs) for address, (runs, _) in deeds.items())
        self._operations = OperationConflicts(swarm, self._nest, deeds)
        self._radius = BlastRadius(self._nest, deeds)
        self._gathering = Gathering(
            swarm, self._nest, self._operations, self._radius, self._claims, self._adviser.advise
        )
        self._parties = Parties(self._nest, self._operations, self._radius, self._claims)
        self._taking_part = TakingPart(swarm, self._seen, self._nest, self._operations, self._radius)
        # With the risk under which each is counted, which may be another one at the next look.
        self._present: dict[ConflictType, dict[str, Risk]] = {
            ConflictType.ADDRESS_OVERLAP: dict.fromkeys(self._nest.crowded(), risk_of(1.0)),
            ConflictType.CONTAINMENT_OVERLAP: {address: self.risk(nested(address)) for address in self._nest.nested()},
            ConflictType.OPERATION_CONFLICT: {
                address: risk_of(clash.confidence) for address, clash in self._operations.clashes().items()
            },
            ConflictType.BLAST_RADIUS_OVERLAP: {},
            ConflictType.DOUBLE_CLAIM: dict.fromkeys(self._claims.tasks(), risk_of(1.0)),
        }
        self._counts = Counter[Risk]()
        for present in self._present.values():
            self._counts.update(present.values())
        self._built: dict[ConflictKey, Conflict] = {}
        self._ranked: tuple[ConflictKey, ...] | None = None

    def update(self, delta: Delta) -> ConflictDelta:
        """Follow the swarm, and return which conflicts that concerns."""
        self._adviser.forget(self._concerned(delta))
        crowds: set[str] = set()
        nests: set[str] = set()
        steps: list[Step] = []
        turned: list[str] = []
        for reservation_id in delta.touched(Kind.RESERVATION):
            held = self._swarm.reservation(reservation_id)
            old = self._seen.pop(reservation_id, None)
            new = held.sighting if held is not None and held.is_held else None
            if new is not None:
                self._seen[reservation_id] = new
            if old is new:
                continue
            steps.append((old, new))
            turned.append(reservation_id)
            for sighting, note in ((old, self._nest.drop), (new, self._nest.hold)):
                if sighting is None:
                    continue
                run_id = sighting.record.holder
                for address in addresses_of(sighting):
                    note(address, run_id)
                    crowds.add(address)
        self._waits.follow(delta, turned)
        for address in crowds:
            node: str | None = address
            while node is not None and node not in nests:
                nests.add(node)
                node = parent(node)
        found = ConflictDelta()
        self._compare(ConflictType.ADDRESS_OVERLAP, crowds, self._nest.is_crowded, found)
        self._compare(ConflictType.CONTAINMENT_OVERLAP, nests, self._nest.collides_within, found)
        clashes = self._operations.follow(steps, delta)
        self._compare(ConflictType.OPERATION_CONFLICT, clashes, self._operations.__contains__, found)
        self._compare(ConflictType.BLAST_RADIUS_OVERLAP, self._radius.follow(crowds), self._radius.__contains__, found)
        self._compare(ConflictType.DOUBLE_CLAIM, self._claims.follow(delta), self._claims.__contains__, found)
        if found:
            self._ranked = None
        return found

    def anew(self) -> "tuple[ConflictIndex, ConflictDelta]":
        """Return an index of the swarm as it is now, without calls, and which conflicts it has otherwise than this one.

        For whoever has not updated this one for long: of a great many records it costs a tenth of as many updates. It
        reads alone, and may do so in a thread as long as the swarm stays as it is; then `become` takes what it found.
        """
        made = ConflictIndex(self._swarm)
        found = ConflictDelta()
        for kind, now in made._present.items():
            before = self._present[kind]
            found.appeared |= {ConflictKey(kind, address) for address in now.keys() - before.keys()}
            found.changed |= {ConflictKey(kind, address) for address in now.keys() & before.keys()}
            for address, risk in before.items():
                found.before[ConflictKey(kind, address)] = risk
                if address not in now:
                    found.left.add(ConflictKey(kind, address))
        return made, found

    def become(self, other: "ConflictIndex") -> None:
        """Be what *other* is, which is not to be used any more: whoever knows this index finds all of it here."""
        self.__dict__ = other.__dict__

    def _concerned(self, delta: Delta) -> set[str]:
        """Return the runs of which a delta may mean that they hold or announce something else."""
        runs = set(delta.runs)
        # What another run announces on a reservation lives as long as that.
        for reservation_id in delta.touched(Kind.RESERVATION):
            for intent_id in self._swarm.intents_of(reservation_id):
                intent = self._swarm.entity(Kind.INTENT, intent_id)
                if intent is not None:
                    runs.add(intent.record.holder)
        return runs

    def follow_calls(self, change: GraphChange) -> None:
        """Take in calls that came, changed or went; `work` then finds what that means."""
        self._radius.apply(change)

    @property
    def is_behind(self) -> bool:
        """Whether calls that were taken in are still to be worked off."""
        return self._radius.is_behind

    def work(self, seconds: float) -> ConflictDelta:
        """Work calls off for about *seconds*, and return which conflicts that concerns."""
        found = ConflictDelta()
        self._compare(ConflictType.BLAST_RADIUS_OVERLAP, self._radius.work(seconds), self._radius.__contains__, found)
        if found:
            self._ranked = None
        return found

    def _compare(
        self, kind: ConflictType, addresses: Iterable[str], collides: Callable[[str], bool], found: ConflictDelta
    ) -> None:
        """Work out anew whether there is a conflict of one kind at each of *addresses* (of tasks, their ids)."""
        present = self._present[kind]
        for address in addresses:
            before, is_now = present.pop(address, None), collides(address)
            if before is None and not is_now:
                continue
            key = ConflictKey(kind, address)
            self._built.pop(key, None)
            if before is not None:
                self._counts[before] -= 1
                found.before[key] = before
            if is_now:
                present[address] = self.risk(key)
                self._counts[present[address]] += 1
                (found.appeared if before is None else found.changed).add(key)
            else:
                found.left.add(key)

    def conflict(self, key: ConflictKey) -> Conflict | None:
        """Return a conflict whole, or None if it is none (any more)."""
        if key not in self:
            return None
        conflict = self._built.get(key) or self._gathering.conflict(key)
        if conflict is not None:
            if len(self._built) >= _BUILT_LIMIT:
                self._built.pop(next(iter(self._built)))
            self._built[key] = conflict
        return conflict

    def each(self, keys: Iterable[ConflictKey]) -> list[Conflict]:
        """Return those conflicts whole, without what is none (any more)."""
        return [conflict for key in keys if (conflict := self.conflict(key)) is not None]

    def keys(self) -> tuple[ConflictKey, ...]:
        """Return the key of every conflict, the likeliest to hurt first, then by kind and address."""
        if self._ranked is None:
            self._ranked = tuple(sorted(self.unranked(), key=self._rank))
        return self._ranked

    def unranked(self) -> Iterator[ConflictKey]:
        """Yield the key of every conflict, in no order; to be read at once."""
        return (ConflictKey(kind, address) for kind, present in self._present.items() for address in present)

    def of_type(self, conflict_type: ConflictType) -> list[str]:
        """Return the address of every conflict of one type (of a double claim the task's id), in no order."""
        return list(self._present[conflict_type])

    def runs(self, key: ConflictKey) -> set[str]:
        """Return the runs that take part in a conflict, without gathering the rest of it; none if it is none."""
        return self._parties.of(key) if key in self else set()

    def confidence(self, key: ConflictKey) -> float:
        """Return how likely a conflict is to hurt, 0 to 1, without gathering it."""
        return self._gathering.confidence(key)

    def since(self, key: ConflictKey) -> datetime | None:
        """Return since when there has been a conflict, without gathering the rest of it; None if it is none."""
        if key not in self:
            return None
        built = self._built.get(key)
        return self._gathering.since(key) if built is None else built.since

    def risk(self, key: ConflictKey) -> Risk:
        """Return how bad a conflict is, without gathering it."""
        return risk_of(self.confidence(key))

    def conflicts(self) -> list[Conflict]:
        """Return every conflict whole, in the order of `keys`."""
        gathered = (self._gathering.conflict(key) for key in self.keys())
        return [conflict for conflict in gathered if conflict is not None]

    def count(self, risk: Risk) -> int:
        """Return how many conflicts there are of one risk."""
        return self._counts[risk]

    def counts(self) -> Mapping[Risk, int]:
        """Return how many conflicts there are, by risk."""
        return {risk: self._counts[risk] for risk in Risk}

    def __len__(self) -> int:
        return sum(map(len, self._present.values()))

    def __contains__(self, key: ConflictKey) -> bool:
        return key.address in self._present[key.conflict_type]

    def __iter__(self) -> Iterator[ConflictKey]:
        return iter(self.keys())

    def of_reservation(self, reservation_id: str) -> list[ConflictKey]:
        """Return the conflicts a reservation, or an intent on it, takes part in, in the order of `keys`."""
        return sorted({key for key in self._taking_part.by_reservation(reservation_id) if key in self}, key=self._rank)

    def has_conflict(self, reservation_id: str) -> bool:
        """Return whether a reservation, or an intent on it, takes part in any conflict."""
        return any(key in self for key in self._taking_part.by_reservation(reservation_id))

    def of_intent(self, intent_id: str) -> list[ConflictKey]:
        """Return the conflicts of a live intent, or of the reservation that it is on, in the order of `keys`."""
        return sorted({key for key in self._taking_part.by_intent(intent_id) if key in self}, key=self._rank)

    def intent_has_conflict(self, intent_id: str) -> bool:
        """Return whether a live intent, or the reservation that it is on, takes part in any conflict."""
        return any(key in self for key in self._taking_part.by_intent(intent_id))

    def is_held_by_others(self, addresses: Iterable[str], run_id: str) -> bool:
        """Return whether another run than *run_id* holds any of *addresses*, or something around or within one."""
        return any(self._taking_part.is_held_by_others(nest_key(each), run_id) for each in addresses)

    def others_at(self, addresses: Iterable[str], run_id: str) -> list[str]:
        """Return the other runs that hold any of *addresses*, or something around or within one, by name.

        Of very many within one, not all.
        """
        found: set[str] = set()
        for address in map(nest_key, addresses):
            found |= self._nest.runs_at(address)
            found |= self._parties.of(nested(address))
            for outer in around(address):
                found |= self._nest.runs_at(outer)
        return sorted(found - {run_id})

    def is_live_intent(self, intent_id: str) -> bool:
        """Return whether an intent still means something: what it is about is held, or its run shows signs of life."""
        return self._operations.intents.get(intent_id) is not None

    def probe(
        self, addresses: Iterable[str], run_id: str, *, branch: str = "", operation: str | None = None
    ) -> list[Conflict]:
        """Return the conflicts there would be for *run_id* if it took *addresses* now, itself among the holders."""
        newcomers: dict[ConflictKey, list[Holder]] = {}
        wanted = dict.fromkeys(map(nest_key, addresses))
        files = {file for file in map(file_around, wanted) if file is not None}
        for address in wanted:
            holder = Holder(run_id, branch, "", address, Source.LOCAL, self._swarm.now, operation or "")
            for key in self._taking_part.by_hold(address, run_id, operation):
                newcomers.setdefault(key, []).append(holder)
        found = (self._gathering.conflict(key, newcomers[key], files) for key in newcomers)
        whole = [conflict for conflict in found if conflict is not None]
        return sorted(whole, key=lambda conflict: (-conflict.confidence, conflict.key))

    def _rank(self, key: ConflictKey) -> tuple[float, ConflictKey]:
        return -self.confidence(key), key


def _look(swarm: Swarm) -> tuple[dict[str, Sighting], dict[str, tuple[str, str]]]:
    """Return every held reservation, and its run with what that does there: the same object for the many of one run."""
    seen: dict[str, Sighting] = {}
    done_by: dict[str, tuple[str, str]] = {}
    known: dict[tuple[str, str | None], tuple[str, str]] = {}
    for held in swarm.held():
        sighting = held.sighting
        record = cast("Reservation", sighting.record)
        does = record.run_id, record.operation
        deed = known.get(does)
        if deed is None:
            deed = known[does] = does[0], deed_of(does[1])
        seen[held.record_id] = sighting
        done_by[held.record_id] = deed
    return seen, done_by
