"""The live picture: every record by id, each reservation's state, and what changed since the last look.

Plain data, no disk and no clock: what happened comes in batches, and the moment is an argument.
"""

from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Set, ValuesView
from datetime import UTC, datetime, timedelta
from typing import ClassVar, cast

from musetui.coordination.batch import FOLDERS, Batch, Problem, Sighting, Slot
from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.liveness import LeaseState
from musetui.records.models import EARLIEST, AnyRecord, Dependency, Reservation
from musetui.swarm.activity import Activity, Verb
from musetui.swarm.chronicle import Chronicle
from musetui.swarm.claims import Claimed, Claims
from musetui.swarm.counts import Counts
from musetui.swarm.delta import Delta
from musetui.swarm.departures import Departed, Departures
from musetui.swarm.doubles import Doubles
from musetui.swarm.entity import Entity, Held
from musetui.swarm.indexes import Indexes
from musetui.swarm.life import SignsOfLife
from musetui.swarm.moments import micros, moment_at, span_micros
from musetui.swarm.problems import Problems
from musetui.swarm.standing import Standing
from musetui.swarm.stock import Stock
from musetui.swarm.thresholds import Thresholds

_CLOCK_STEP = timedelta(seconds=1)
"""A clock set back by less is taken to stand still; by more, and every state is worked out again."""


class Swarm:
    """The picture of one swarm at one moment.

    `apply` and `advance` are its whole writing surface; each costs what it changes, and returns that as a delta. What
    the other methods hand out is live: read it at once, on the same thread.

    Args:
        settings: when what is still there counts as a finding.
        departed: tells how reservations went; where none is given, those are known that were seen to go.
    """

    LIFE: ClassVar[type[SignsOfLife]] = SignsOfLife
    STANDING: ClassVar[type[Standing]] = Standing
    CLAIMS: ClassVar[type[Claims]] = Claims
    CHRONICLE: ClassVar[type[Chronicle]] = Chronicle
    """What knows how time acts; a picture of another kind has others."""

    def __init__(self, settings: Thresholds | None = None, departed: Departed | None = None) -> None:
        self.settings = settings or Thresholds()
        self._now = EARLIEST
        self._life = self.LIFE(span_micros(self.settings.silent_after), span_micros(self.settings.future_tolerance))
        self._stock = Stock(self._life)
        self._reservations = cast("dict[str, Held]", self._stock.entities[Kind.RESERVATION])
        self._indexes = Indexes()
        self._problems = Problems()
        self._doubles = Doubles()
        self._chronicle = self.CHRONICLE()
        self._standing = self.STANDING(self._life, self._indexes, self._chronicle, self.settings.longest_lease)
        self._claims = self.CLAIMS()
        self._departures = Departures()
        self._departed = departed

    # What happens to it

    def apply(self, batch: Batch, now: datetime, *, live: bool = True) -> Delta:
        """Take news from disk in, and move to *now* (aware).

        Args:
            batch: the news.
            now: the moment it is.
            live: False while the records that were there at the start are loaded. The activity then shows the newest
                of them in the order in which they happened, not in that of their arrival.
        """
        delta = Delta()
        woken = self._move(now, live=live)
        for path in batch.solved:
            delta.problems |= self._problems.solve(path)
        for slot in batch.gone:
            self._stock.take(slot)
            self._solve(slot, delta)
        for sighting in batch.found:
            self._stock.put(sighting)
            self._solve(sighting.slot, delta)
        for problem in batch.problems:
            self._refuse(problem, delta)
        self._settle(delta, *woken)
        return delta

    def advance(self, now: datetime) -> Delta:
        """Move to *now* (aware): leases and claims run out, runs fall silent."""
        delta = Delta()
        self._settle(delta, *self._move(now, live=True))
        return delta

    def next_deadline(self) -> datetime | None:
        """Return the next moment at which `advance` may have something to do, or None."""
        upcoming = (self._standing.next(), self._claims.next(), self._life.next())
        moments = [at for at in upcoming if at is not None]
        return moment_at(min(moments)) if moments else None

    # What is in it

    @property
    def now(self) -> datetime:
        """The moment the picture shows (aware, UTC)."""
        return self._now

    def entity(self, kind: Kind, record_id: str) -> Entity | None:
        """Return what goes by *record_id*, or None."""
        return self._stock.entities[kind].get(record_id)

    def reservation(self, reservation_id: str) -> Held | None:
        """Return a reservation with its lease and state, or None."""
        return self._reservations.get(reservation_id)

    def reservations(self) -> ValuesView[Held]:
        """Return every reservation, in any state, in no order."""
        return self._reservations.values()

    def over_since(self, reservation_id: str) -> datetime | None:
        """Return when a reservation that is not held any more ended or went (aware); None where nobody knows."""
        held = self.reservation(reservation_id)
        if held is not None:
            return held.lease.over_at
        if self._departed is None:
            return self._departures.of(reservation_id)
        found = self._departed(reservation_id, self._now)
        if found is None:
            return None
        stock = self._stock
        heard = Held(reservation_id)
        heard.put(Sighting(Slot(Kind.RESERVATION.folder, f"{reservation_id}.json"), found.reservation))
        heard.hear(stock.beats.of(reservation_id), stock.releases.of(reservation_id))
        return min(heard.lease.over_at, found.at)

    def held(self) -> Iterator[Held]:
        """Yield every reservation whose addresses are taken, in no order."""
        active, expiring = LeaseState.ACTIVE, LeaseState.EXPIRING  # by identity: `is_held` takes ten times as long
        return (held for held in self._reservations.values() if held.state is active or held.state is expiring)

    def claimed(self, task_id: str) -> Claimed | None:
        """Return the claims on a task, with which of them are in force, or None if nobody claims it."""
        return cast("Claimed | None", self._stock.entities[Kind.CLAIM].get(task_id))

    def claims(self) -> ValuesView[Claimed]:
        """Return the claims on every task that has or had any, in no order."""
        return cast("ValuesView[Claimed]", self._stock.entities[Kind.CLAIM].values())

    def entities(self, kind: Kind) -> ValuesView[Entity]:
        """Return everything of one kind, in no order."""
        return self._stock.entities[kind].values()

    def ids(self, kind: Kind) -> KeysView[str]:
        """Return every record id of one kind, in no order."""
        return self._stock.entities[kind].keys()

    def count(self, kind: Kind) -> int:
        """Return how many records of *kind* there are, each id once."""
        return len(self._stock.entities[kind])

    @property
    def is_empty(self) -> bool:
        """Whether there is no record of any kind."""
        return not any(self._stock.entities.values())

    def counts(self) -> Counts:
        """Return how much of everything there is."""
        kinds = {kind: len(entities) for kind, entities in self._stock.entities.items()}
        tally = self._standing.tally
        problems = len(self._problems) + len(self._doubles)
        return Counts(dict(tally.local), dict(tally.remote), tally.silent, kinds, problems)

    def problems(self) -> Mapping[str, str]:
        """Return the reason by path, of about 10,000 problems at most; `counts` knows how many there are."""
        return {**self._doubles.shown(), **self._problems.shown()} if self._doubles else self._problems.shown()

    def problem(self, path: str) -> str | None:
        """Return what is wrong at *path*, or None."""
        return self._problems.reason(path) or self._doubles.reason(path)

    # What it is filed under

    def at_address(self, address: str) -> Collection[str]:
        """Return the reservations that hold exactly *address*; a slash or a dot at its end does not matter."""
        return self._indexes.held.at.get(nest_key(address))

    def held_addresses(self) -> Iterator[tuple[str, Collection[str]]]:
        """Yield every address that is held, as `at_address` compares them, with the reservations that hold it."""
        return self._indexes.held.at.items()

    def ended_at_address(self, address: str) -> Collection[str]:
        """Return the released and expired reservations of exactly *address*."""
        return self._indexes.ended.at.get(nest_key(address))

    def intents_at(self, address: str) -> Collection[str]:
        """Return the intents that name exactly *address*."""
        return self._indexes.intents_at.get(nest_key(address))

    def intents_of(self, reservation_id: str) -> Collection[str]:
        """Return the intents that name a reservation."""
        return self._indexes.intents_of.get(reservation_id)

    def intents_by_reservation(self) -> Iterator[tuple[str, Collection[str]]]:
        """Yield every reservation that intents name, known or not, with those intents."""
        return self._indexes.intents_of.items()

    def depends_on(self, reservation_id: str) -> tuple[str, ...]:
        """Return the reservations that a reservation waits for."""
        entity = self.entity(Kind.DEPENDENCY, reservation_id)
        return cast("Dependency", entity.record).depends_on if entity is not None else ()

    def waiting_on(self, reservation_id: str) -> Collection[str]:
        """Return the reservations that wait for a reservation."""
        return self._indexes.waiting_on.get(reservation_id)

    def waiting_by_reservation(self) -> Iterator[tuple[str, Collection[str]]]:
        """Yield every reservation that others wait for, known or not, with those that wait."""
        return self._indexes.waiting_on.items()

    def of_run(self, run_id: str) -> dict[Kind, Collection[str]]:
        """Return the ids of a run's records by kind; kinds it has none of are left out."""
        return self._indexes.records_of_run(run_id)

    def held_of_run(self, run_id: str) -> Collection[str]:
        """Return the reservations a run holds."""
        return self._indexes.held.of_run.get(run_id)

    def ended_of_run(self, run_id: str) -> Collection[str]:
        """Return the reservations of a run that are over."""
        return self._indexes.ended.of_run.get(run_id)

    def kind_of_run(self, kind: Kind, run_id: str) -> Collection[str]:
        """Return a run's records of one kind, without copying what is filed; of reservations, only those held."""
        if kind is Kind.RESERVATION:
            return self.held_of_run(run_id)
        return self._indexes.of_run[kind].get(run_id)

    def of_branch(self, branch: str) -> dict[Kind, Collection[str]]:
        """Return the ids of a branch's reservations and intents; kinds it has none of are left out."""
        return self._indexes.records_of_branch(branch)

    def held_by_run(self) -> Iterator[tuple[str, Collection[str]]]:
        """Yield every run that holds anything, with the reservations it holds."""
        return self._indexes.held.of_run.items()

    def ended_by_run(self) -> Iterator[tuple[str, Collection[str]]]:
        """Yield every run of which a reservation was released or has expired, with those reservations."""
        return self._indexes.ended.of_run.items()

    def held_of_branch(self, branch: str) -> Collection[str]:
        """Return the reservations held on a branch."""
        return self._indexes.held.of_branch.get(branch)

    def runs(self) -> set[str]:
        """Return every run that a record names."""
        return self._indexes.runs()

    def branches(self) -> set[str]:
        """Return every branch that a reservation or an intent names."""
        return self._indexes.branches()

    def addresses(self) -> set[str]:
        """Return every address that a reservation, held or over, or an intent names."""
        return self._indexes.addresses()

    # What goes on in it

    def last_sign(self, run_id: str) -> datetime | None:
        """Return the latest moment of any record of a run; None if it was not heard of yet.

        It is ahead of the clock by what is tolerated at most; see `sign_ahead` for one that is further ahead.
        """
        at = self._life.last(run_id, micros(self._now))
        return None if at is None else moment_at(at)

    def sign_ahead(self, run_id: str) -> datetime | None:
        """Return the moment of a run's record that is too far ahead of the clock to be a sign of life now, or None."""
        at = self._life.ahead(run_id, micros(self._now))
        return None if at is None else moment_at(at)

    def silent_runs(self) -> list[str]:
        """Return every run whose last sign of life is too long ago, whether or not it holds anything."""
        return self._life.silent()

    def runs_ahead(self, moment: datetime) -> list[str]:
        """Return every run of which a record is dated later than *moment* (aware)."""
        return self._life.later_than(micros(moment))

    def overlong(self) -> Set[str]:
        """Return the held reservations whose lease is longer than is allowed: a live view."""
        return self._standing.overlong

    def is_silent(self, run_id: str) -> bool:
        """Return whether a run's last sign of life is too long ago, whether or not it holds anything."""
        return self._life.is_silent(run_id)

    def note(self, verb: Verb, who: str, text: str, now: datetime) -> Delta:
        """Keep in the activity what no record tells of: what became of a push or a pull."""
        self._chronicle.note(verb, who, text, now)
        return Delta(runs={who})

    @property
    def activity(self) -> Activity:
        """What happened last."""
        return self._chronicle.activity

    def rate(self, now: datetime) -> list[int]:
        """Return how many records tell of each of the last 30 minutes, oldest first; the last one ends at *now*."""
        return self._chronicle.rate.per_minute(micros(now))

    # How a step is done

    def _move(self, now: datetime, *, live: bool) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """Move the clock, and return the runs, the reservations and the claims that may differ for that alone."""
        now = now.astimezone(UTC)
        if now < self._now - _CLOCK_STEP:
            self._now = now
            self._chronicle.begin(now, live=live)
            return self._life.runs(), list(self.ids(Kind.RESERVATION)), list(self.ids(Kind.CLAIM))
        self._now = max(now, self._now)
        self._chronicle.begin(self._now, live=live)
        at = micros(self._now)
        return self._life.due(at), self._standing.due(at), self._claims.due(at)

    def _solve(self, slot: Slot, delta: Delta) -> None:
        if self._problems and self._problems.solve(slot.path):
            delta.problems = True

    def _refuse(self, problem: Problem, delta: Delta) -> None:
        delta.problems |= self._problems.add(problem.path, problem.reason)
        folder, _, name = problem.path.rpartition("/")
        if folder in FOLDERS:
            self._stock.take(Slot(folder, name))

    def _settle(self, delta: Delta, due_runs: Iterable[str], due: Iterable[str], due_claims: Iterable[str]) -> None:
        """Work out what follows from what was touched, and from the moment."""
        stock, now = self._stock, micros(self._now)
        stock.settle_unsigned()
        for runs in (stock.touched_runs, due_runs):
            for run_id in runs:
                delta.runs.add(run_id)
                if self._life.settle(run_id, now):
                    self._turn(run_id, delta)
        stock.touched_runs.clear()
        for kind, touched in stock.touched.items():
            for record_id, before in touched.items():
                self._resolve(kind, stock.entities[kind][record_id], before, delta)
            touched.clear()
        for reservation_id in due:
            held = self.reservation(reservation_id)
            if held is not None and self._standing.place(held, held.reservation, self._now):
                delta.changed[Kind.RESERVATION].add(reservation_id)
                delta.runs.add(held.run_id)
        for task_id in due_claims:
            claimed = self.claimed(task_id)
            if claimed is not None and (runs := self._claims.place(claimed, self._now)):
                delta.changed[Kind.CLAIM].add(task_id)
                delta.runs |= runs
        self._chronicle.end()

    def _turn(self, run_id: str, delta: Delta) -> None:
        """Let all know that a run fell silent or was heard of again."""
        delta.runs.add(run_id)
        silent = self._life.is_silent(run_id)
        turned = self._standing.turn(self._held_of_run(run_id), silent=silent)
        delta.changed[Kind.RESERVATION].update(turned)
        if turned and silent:
            self._chronicle.fell_silent(run_id, (self.last_sign(run_id) or self._now) + self.settings.silent_after)
        elif turned:
            self._chronicle.returned(run_id)

    def _held_of_run(self, run_id: str) -> Iterator[Held]:
        return map(self._reservations.__getitem__, self.held_of_run(run_id))

    def _resolve(self, kind: Kind, entity: Entity, before: AnyRecord | None, delta: Delta) -> None:
        """File a touched entity where it belongs now; *before* is its record when the step began."""
        record_id = entity.record_id
        delta.problems |= self._doubles.note(kind, entity)
        if not entity.is_there:
            self._stock.drop(kind, record_id)
            delta.changed[kind].discard(record_id)
            if before is not None:
                if isinstance(entity, Held):
                    self._note_departure(entity)
                    self._standing.remove(entity, cast("Reservation", before))
                else:
                    self._indexes.unlink(kind, record_id, before)
                if kind is Kind.CLAIM:
                    self._claims.remove(record_id)
                delta.left[kind].add(record_id)
                self._chronicle.left(kind, record_id, before)
            return
        if isinstance(entity, Claimed):
            delta.runs |= self._claims.place(entity, self._now)
        if isinstance(entity, Held):
            entity.hear(self._stock.beats.of(record_id), self._stock.releases.of(record_id))
            self._standing.place(entity, cast("Reservation | None", before), self._now)
        elif entity.record is not before:
            if before is not None:
                self._indexes.unlink(kind, record_id, before)
            self._indexes.link(kind, record_id, entity.record)
        if before is None:
            if kind is Kind.RESERVATION:
                self._departures.discard(record_id)
            delta.appeared[kind].add(record_id)
            self._chronicle.appeared(kind, entity)
            return
        delta.changed[kind].add(record_id)
        if entity.record is not before:
            self._chronicle.changed(kind, entity, before)

    def _note_departure(self, held: Held) -> None:
        """Remember when a reservation went, if anything names it that would not tell since when it stands alone."""
        reservation_id = held.record_id
        if self._departed is None and (self.intents_of(reservation_id) or self.waiting_on(reservation_id)):
            self._departures.add(reservation_id, min(held.lease.over_at, self._now))
