"""Operation conflicts: where one run deletes, moves, renames or takes apart what another one changes.

A run's changes are what it holds, with the operation of each reservation, and what its live intents announce. Only the
addresses of strong operations are watched, and these are few; a change elsewhere costs a look at what is around it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, cast

from musetui.coordination.batch import Sighting
from musetui.forecast.live_intents import Announced, LiveIntents
from musetui.forecast.nest import Nest
from musetui.forecast.nesting import around
from musetui.forecast.operations import STRONG, Clash, deed_of, kind_of
from musetui.forecast.places import Deeds, Places, Verdicts, in_rows
from musetui.forecast.run_counts import Runs, join
from musetui.records.address import nest_key
from musetui.records.models import Reservation
from musetui.swarm.delta import Delta
from musetui.swarm.picture import Swarm

Step = tuple[Sighting | None, Sighting | None]
"""A reservation as it was held and as it is held; None where it is not."""


class Change(NamedTuple):
    """What one record of a run does: its operation, as `deed_of` has it, to some addresses, each once."""

    run_id: str
    operation: str
    addresses: tuple[str, ...]


class OperationConflicts:
    """The addresses at which operations clash, kept up to date change by change.

    Args:
        swarm: the picture.
        nest: whose runs hold what; kept up to date by another.
        held: what is done at every address that is held, once for each reservation.
    """

    def __init__(self, swarm: Swarm, nest: Nest, held: Mapping[str, Deeds]) -> None:
        self._swarm = swarm
        self._nest = nest
        self.intents = LiveIntents(swarm)
        self.announced = Nest()
        self._places = Places()
        self._found: dict[str, Clash] = {}
        self._fill(held)

    def __contains__(self, address: str) -> bool:
        return address in self._found

    def clashes(self) -> Mapping[str, Clash]:
        """Return the worst clash at every address at which operations clash: a live view."""
        return self._found

    def clash(self, address: str) -> Clash | None:
        """Return the worst clash at an address, or None if there is none."""
        return self._found.get(address)

    def follow(self, steps: Iterable[Step], delta: Delta) -> set[str]:
        """Follow the swarm, and return the addresses of which something else may be to be told.

        Args:
            steps: the reservations that came to be held, differ, or are held no more; the nest knows them already.
            delta: what differs in the swarm.
        """
        changes = [(old and _of_reservation(old), new and _of_reservation(new)) for old, new in steps]
        for before, after in self.intents.follow(delta):
            old, new = before and _of_intent(before), after and _of_intent(after)
            for change, note in ((old, self.announced.drop), (new, self.announced.hold)):
                for address in change.addresses if change else ():
                    note(address, change.run_id if change else "")
            changes.append((old, new))
        newly_strong: set[str] = set()
        touched: set[str] = set()
        for old, new in changes:
            self._count(old, new, newly_strong)
            for change in (old, new):
                touched.update(change.addresses if change else ())
        if not (self._places or newly_strong):
            return set()
        self._survey(newly_strong)
        concerned = {address for address in touched if address in self._places}
        for address in touched:
            concerned.update(outer for outer in around(address) if outer in self._places)
        return self._judge(concerned)

    def _fill(self, held: Mapping[str, Deeds]) -> None:
        """Watch every address of a strong operation, and work out what clashes there: as `_survey` and `_judge`."""
        announced: dict[str, list[tuple[str, str]]] = {}
        for live in self.intents.all():
            change = _of_intent(live)
            for address in change.addresses:
                announced.setdefault(address, []).append((change.run_id, change.operation))
        said = {address: in_rows(there) for address, there in announced.items()}
        self.announced.fill((address, runs) for address, (runs, _) in said.items())
        both = {address: _together(held[address], said[address]) for address in said.keys() & held.keys()}
        outer = self._nest.outer() | self.announced.outer()
        verdicts = Verdicts()
        for address, deeds in {**held, **said, **both}.items():
            if not STRONG.isdisjoint(deeds[1]):
                self._places.fill(address, deeds)
                found = verdicts.worst(deeds, self.within(address) if address in outer else None)
                if found is not None:
                    self._found[address] = found

    def _count(self, old: Change | None, new: Change | None, newly_strong: set[str]) -> None:
        """Count a change where it is watched; what is watched from now on is surveyed when all has been counted."""
        if old is not None:
            for address in old.addresses:
                if address in self._places:
                    self._places.at(address).discard(old.operation, old.run_id)
        if new is not None:
            for address in new.addresses:
                if address in self._places:
                    self._places.at(address).add(new.operation, new.run_id)
                elif new.operation in STRONG:
                    newly_strong.add(address)

    def _survey(self, addresses: Iterable[str]) -> None:
        """Begin to watch addresses: count what is there in the swarm now."""
        for address in addresses:
            there = [(change.run_id, change.operation) for change in self.changes_at(address)]
            self._places.fill(address, in_rows(there))

    def changes_at(self, address: str) -> Iterator[Change]:
        """Yield what is done to exactly *address*, by reservations first."""
        for reservation_id in self._swarm.at_address(address):
            held = self._swarm.reservation(reservation_id)
            if held is not None:
                yield _of_reservation(held.sighting)
        for intent_id in self._swarm.intents_at(address):
            live = self.intents.get(intent_id)
            if live is not None:
                yield _of_intent(live)

    def _judge(self, addresses: Iterable[str]) -> set[str]:
        """Work out anew what clashes at watched addresses; return those where something does or did."""
        concerned: set[str] = set()
        for address in addresses:
            before, place = self._found.pop(address, None), self._places.at(address)
            found = place.worst(self.within(address))
            if found is not None:
                self._found[address] = found
            if not place.is_strong:
                self._places.discard(address)
            if before is not None or found is not None:
                concerned.add(address)
        return concerned

    def strong_runs(self, address: str) -> set[str]:
        """Return the runs that do to exactly *address* what clashes with any other's change of it."""
        return self._places.strong_runs(address)

    def within(self, address: str) -> Runs:
        """Return whose runs change something within *address*."""
        return join(self._nest.below(address), self.announced.below(address))

    def at(self, address: str) -> Runs:
        """Return whose runs change exactly *address*."""
        return join(self._nest.at(address), self.announced.at(address))

    def met(self, addresses: Sequence[str], run_id: str, operation: str | None = None) -> Iterator[str]:
        """Yield the address of each clash that a change of *run_id* is, or would be, a part of.

        Args:
            addresses: what it changes, as nesting compares.
            run_id: whose it is.
            operation: what it would do, where it is only thought of.
        """
        if not self._places and kind_of(operation) not in STRONG:
            return
        for address in addresses:
            if kind_of(operation) in STRONG and any(
                runs not in (None, run_id) for runs in (self.at(address), self.within(address))
            ):
                yield address
            elif address in self._places:
                strong = self._places.strong_runs(address)
                if strong - {run_id} or (run_id in strong and address in self._found):
                    yield address
            for outer in around(address):
                if self._places.strong_runs(outer) - {run_id}:
                    yield outer


def _of_reservation(sighting: Sighting) -> Change:
    record = cast("Reservation", sighting.record)
    return Change(record.run_id, deed_of(record.operation), tuple(dict.fromkeys(map(nest_key, record.addresses))))


def _of_intent(live: Announced) -> Change:
    return Change(live.intent.run_id, deed_of(live.intent.operation), tuple(live.addresses))


def _together(one: Deeds, other: Deeds) -> Deeds:
    return one[0] + other[0], one[1] + other[1]
