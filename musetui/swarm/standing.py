"""Standing: the state of every reservation, and what follows from it: where it is filed, how it counts, what is due."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from musetui.records.liveness import LeaseState
from musetui.records.models import Reservation
from musetui.swarm.chronicle import Chronicle
from musetui.swarm.counts import Tally
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.entity import Held
from musetui.swarm.indexes import Indexes
from musetui.swarm.life import SignsOfLife
from musetui.swarm.moments import micros


class Standing:
    """Where every reservation stands.

    Attributes:
        tally: how many there are of each look.
        overlong: the held reservations whose lease is longer than is allowed.
    """

    def __init__(self, life: SignsOfLife, indexes: Indexes, chronicle: Chronicle, longest_lease: timedelta) -> None:
        self.tally = Tally()
        self.overlong: set[str] = set()
        self._longest_lease = longest_lease
        self._life = life
        self._indexes = indexes
        self._chronicle = chronicle
        self._deadlines = Deadlines()

    def place(self, held: Held, before: Reservation | None, now: datetime) -> bool:
        """Work out a reservation's state at *now*, file it by that, and return whether state or silence differ.

        Args:
            held: the reservation.
            before: the record under which it is filed; None if it is new.
            now: the moment (aware, UTC).
        """
        record = held.reservation
        if not held.has_news and record.expires_at <= now:
            # The shortest way for what most of an old repository is: an audit trail.
            state, change = LeaseState.EXPIRED, None
            is_held = overlong = False
            ran_out_at: int | None = micros(record.expires_at)
        else:
            lease = held.lease
            state, change = lease.outlook(now)
            is_held = state.is_held
            overlong = is_held and lease.length > self._longest_lease
            is_over = state is LeaseState.EXPIRED and lease.released_at is None
            ran_out_at = micros(lease.expires_at) if is_over else None
        silent = is_held and self._life.is_silent(record.run_id)
        differs = True
        if before is None:
            self._indexes.shelf(held=is_held).add(held.record_id, record)
        else:
            differs = state is not held.state or silent != held.silent
            was_held = held.state.is_held
            if record is not before or is_held != was_held:
                self._indexes.shelf(held=was_held).discard(held.record_id, before)
                self._indexes.shelf(held=is_held).add(held.record_id, record)
            self.tally.add(held.state, is_local=held.counted_local, silent=held.silent, by=-1)
            if state is LeaseState.EXPIRED and was_held:
                self._chronicle.expired(held, held.lease.expires_at)
        held.state, held.silent, held.counted_local, held.ran_out_at = state, silent, held.is_local, ran_out_at
        self.tally.add(state, is_local=held.counted_local, silent=silent)
        self._deadlines.set(held.record_id, None if change is None else micros(change))
        (self.overlong.add if overlong else self.overlong.discard)(held.record_id)
        return differs

    def remove(self, held: Held, before: Reservation) -> None:
        """Forget a reservation that is filed under the record *before*."""
        self._indexes.shelf(held=held.state.is_held).discard(held.record_id, before)
        self.tally.add(held.state, is_local=held.counted_local, silent=held.silent, by=-1)
        self._deadlines.set(held.record_id, None)
        self.overlong.discard(held.record_id)

    def turn(self, reservations: Iterable[Held], *, silent: bool) -> list[str]:
        """Mark what a run holds as silent or not, and return which that is news for."""
        turned = [held for held in reservations if held.silent != silent]
        for held in turned:
            held.silent = silent
            self.tally.silent += 1 if silent else -1
        return [held.record_id for held in turned]

    def due(self, now: int) -> Iterator[str]:
        """Yield each reservation whose state may differ because it is *now* (microseconds)."""
        return self._deadlines.due(now)

    def next(self) -> int | None:
        """Return the next moment (microseconds) at which a state may differ, or None."""
        return self._deadlines.next()
