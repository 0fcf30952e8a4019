"""The trail: all that is known of what lay where and when, turn by turn, from its first record to its last.

It is made of looks and of news. A *look* finds all that lies there at one moment; what it finds is dated by what it
tells of itself, yet neither before the last moment at which it was known not to be there, nor after the look. *News*
is dated by when it came: a dashboard and a recording hear of every heartbeat and every deletion, which leave no trace
on disk.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot
from musetui.history.dating import BEGINNING, Origins, date_of, origins
from musetui.history.stretches import Stretches
from musetui.history.unknown import Unknown
from musetui.records.kinds import Kind
from musetui.records.models import Heartbeat, Reservation
from musetui.swarm.departures import Departure
from musetui.swarm.moments import micros, moment_at

Place = Slot | str
"""Where something can lie: a record's place, or the path of a folder."""

Content = Sighting | Problem | None
"""What lies in a place: a record, what is no record, or nothing."""


class Turn(NamedTuple):
    """One change of what lies in one place.

    Attributes:
        at: when it changed, as far as is known (microseconds).
    """

    at: int
    place: Place
    before: Content
    after: Content


class Trail:
    """Turns in the order of time. It only grows, at its end; looks and news must come in the order of time too."""

    def __init__(self) -> None:
        self._ats = array("q")
        self._turns: list[Turn] = []
        self._steps = array("q")
        self._contents: dict[Place, Content] = {}
        self._watches: list[tuple[int, int]] = []
        self._left: dict[str, list[tuple[int, Reservation]]] = {}
        self._beats, self._undated, self._arrivals = Stretches(), Stretches(), Stretches()

    # What is known of it

    def __len__(self) -> int:
        return len(self._turns)

    @property
    def begins(self) -> datetime | None:
        """The moment of the first turn that has one (aware, UTC), or None."""
        place = bisect_right(self._ats, BEGINNING)
        return moment_at(self._ats[place]) if place < len(self._ats) else None

    @property
    def ends(self) -> datetime | None:
        """The last moment that was looked at or heard of (aware, UTC); None where nobody has looked yet."""
        return moment_at(self._watches[-1][1]) if self._watches else None

    @property
    def watches(self) -> Sequence[tuple[int, int]]:
        """From when to when somebody watched (microseconds), in order: what happened then is known whole."""
        return self._watches

    def is_watched(self, moment: datetime) -> bool:
        """Return whether all that happened at *moment* (aware) is known."""
        at = micros(moment)
        place = bisect_right(self._watches, at, key=lambda watch: watch[0])
        return place > 0 and at <= self._watches[place - 1][1]

    def unknown(self, moment: datetime) -> Unknown:
        """Return what is not known about *moment* (aware)."""
        at = micros(moment)
        counts = (stretches.covering(at) for stretches in (self._beats, self._undated, self._arrivals))
        return Unknown(not self.is_watched(moment), *counts)

    def departed(self, reservation_id: str, moment: datetime) -> Departure | None:
        """Return how a reservation that does not lie there at *moment* (aware) had gone, or None if it never had."""
        left = self._left.get(reservation_id, ())
        place = bisect_right(left, micros(moment), key=lambda each: each[0])
        if not place:
            return None
        at, reservation = left[place - 1]
        return Departure(reservation, moment_at(at))

    def number(self, moment: datetime) -> int:
        """Return how many turns there were up to *moment* (aware), that moment counted in."""
        return bisect_right(self._ats, micros(moment))

    def end_of_step(self, number: int) -> int:
        """Return the number of the first turn that did not come together with turn *number*."""
        return bisect_right(self._steps, self._steps[number])

    def turns(self, first: int, last: int) -> Iterator[Turn]:
        """Yield the turns from number *first* up to and without number *last*."""
        return (self._turns[place] for place in range(first, last))

    def at(self, number: int) -> datetime:
        """Return the moment of a turn (aware, UTC)."""
        return moment_at(self._ats[number])

    def batch(self) -> Batch:
        """Return all that lies there now."""
        return _batch(self._contents)

    def doing(self, first: int, last: int) -> Batch:
        """Return what the turns from number *first* up to and without number *last* come to."""
        return _batch({turn.place: turn.after for turn in self.turns(first, last)})

    def undoing(self, first: int, last: int) -> Batch:
        """Return what takes these turns back."""
        before: dict[Place, Content] = {}
        for turn in self.turns(first, last):
            before.setdefault(turn.place, turn.before)
        return _batch(before)

    # How it grows

    def look(self, batches: Iterable[Batch], moment: datetime) -> None:
        """Take in all that lies there at *moment* (aware): what *batches* come to, and nothing else."""
        now: dict[Place, Content] = {}
        for batch in batches:
            now.update(_contents(batch))
        here = {place: content for place, content in now.items() if content is not None}
        # What was not there when somebody last watched came later, be it by the smallest step.
        after = self._watches[-1][1] + 1 if self._watches else BEGINNING
        at = max(micros(moment), after)
        known = origins(content for content in here.values() if isinstance(content, Sighting))
        turns = [Turn(at, place, content, None) for place, content in self._contents.items() if place not in here]
        for place, content in here.items():
            before = self._contents.get(place)
            if content != before:
                turns.append(Turn(self._date(content, known, after, at), place, before, content))
        turns.sort(key=lambda turn: turn.at)
        self._add(turns)
        step = self._steps[-1] if self._steps else 0
        before_it = -1
        for turn in turns:
            # What is dated alike is taken to have come together.
            step += turn.at != before_it
            before_it = turn.at
            self._steps.append(step)
        self._watches.append((at, at))

    def _date(self, content: Content, known: Origins, after: int, at: int) -> int:
        """Return from when on something found by a look at *at* is taken to have lain there."""
        if not isinstance(content, Sighting):
            return at
        told, is_told, is_arrival_known = date_of(content, known)
        dated = min(max(told, after), at)
        if not is_told:
            self._undated.add(dated, at)
        if not is_arrival_known:
            self._arrivals.add(dated, at)
        if isinstance(content.record, Heartbeat):
            made = known.get((Kind.RESERVATION, content.record.reservation_id), dated)
            self._beats.add(max(made, after), dated)
        return dated

    def follow(self, batch: Batch, moment: datetime) -> None:
        """Take in news that came at *moment* (aware). There must have been a look before."""
        at = self._watch_until(moment)
        turns = []
        for place, content in _contents(batch).items():
            before = self._contents.get(place)
            if content != before:
                turns.append(Turn(at, place, before, content))
        self._add(turns)
        step = self._steps[-1] + 1 if self._steps else 0
        self._steps.extend([step] * len(turns))

    def keep_watch(self, moment: datetime) -> None:
        """Note that up to *moment* (aware) all that happened was told."""
        self._watch_until(moment)

    def _watch_until(self, moment: datetime) -> int:
        begins, ends = self._watches[-1]
        at = max(micros(moment), ends)
        self._watches[-1] = (begins, at)
        return at

    def _add(self, turns: Sequence[Turn]) -> None:
        for turn in turns:
            if turn.after is None:
                del self._contents[turn.place]
            else:
                self._contents[turn.place] = turn.after
            if turn.before is not None and (gone := _reservation(turn.before)) is not None:
                there = _reservation(turn.after)
                if there is None or there.reservation_id != gone.reservation_id:
                    self._left.setdefault(gone.reservation_id, []).append((turn.at, gone))
        self._turns.extend(turns)
        self._ats.extend(turn.at for turn in turns)


def _reservation(content: Content) -> Reservation | None:
    record = content.record if isinstance(content, Sighting) else None
    return record if isinstance(record, Reservation) else None


def _contents(batch: Batch) -> dict[Place, Content]:
    """Return what *batch* says of each place, in the order in which a batch is to be applied."""
    contents: dict[Place, Content] = dict.fromkeys(batch.solved)
    contents.update(dict.fromkeys(batch.gone))
    contents.update((sighting.slot, sighting) for sighting in batch.found)
    contents.update((_place(problem.path), problem) for problem in batch.problems)
    return contents


def _place(path: str) -> Place:
    folder, _, name = path.rpartition("/")
    return Slot(folder, name) if folder in FOLDERS else path


def _batch(contents: Mapping[Place, Content]) -> Batch:
    """Return the news that bring every place to what it holds in *contents*."""
    return Batch(
        found=[content for content in contents.values() if isinstance(content, Sighting)],
        gone=[place for place, content in contents.items() if content is None and isinstance(place, Slot)],
        problems=[content for content in contents.values() if isinstance(content, Problem)],
        solved=[str(place) for place, content in contents.items() if content is None and not isinstance(place, Slot)],
    )
