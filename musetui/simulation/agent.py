"""What one agent does: it takes a task or its own idea, reserves, says what it will do, works, and gives back.

Not always: some forget to give back, and some are never heard of again.
"""

from collections.abc import Callable, Generator
from random import Random
from typing import NamedTuple

from musetui.records.kinds import OPERATIONS
from musetui.records.models import AnyRecord, Claim, Dependency, Heartbeat, Intent, Release, Reservation, Task
from musetui.simulation.phrases import DETAILS, REASONS, TASKS
from musetui.simulation.world import Holding, World

LEASES = (120, 300, 300, 600, 900, 900, 1_200, 1_800, 1_800, 2_700, 3_600, 5_400, 7_200)
"""Lengths of a lease (s), as often as agents choose them."""

EXTENSIONS = (600, 900, 1_800)
"""How long from now an agent keeps a lease that it extends (s)."""

CLAIM = 1_800
"""How long a claim on a task lasts (s)."""

_VANISHES = 0.015
_FORGETS = 0.06
"""How likely a piece of work ends with the agent gone, or with a lease that nobody gives back."""


class Act(NamedTuple):
    """One thing an agent does.

    Attributes:
        record: what it writes; None while it only thinks.
        pause: how long until it does the next thing (s of the story).
    """

    record: AnyRecord | None
    pause: float


Life = Generator[Act | None, float, None]
"""Is sent the moment, gives the next act; None when the agent is never heard of again."""


class Agent:
    """One run of an agent.

    Args:
        world: what it shares with the others.
        run_id: its name.
        site: the machine it works on; "" for this one.
        pause: returns how long it takes for the next thing, given the dice and the moment.
        last_lease: the length of its only lease (s), for one that takes it, says why, and vanishes.
    """

    def __init__(
        self,
        world: World,
        run_id: str,
        site: str,
        pause: Callable[[Random, float], float],
        last_lease: int | None = None,
    ) -> None:
        self.run_id = run_id
        self.site = site
        self.last_lease = last_lease
        self._world = world
        self._rng = world.rng
        self._pause = pause

    def life(self) -> Life:
        """Live, one act for each moment sent."""
        at = yield None
        while True:
            if work := self._pick_up(at):
                at = yield self._act(at, work)
            branch, focus = self._world.branch()
            holdings = [self._take(at, branch, focus)]
            first = holdings[0].reservation
            at = yield self._act(at, first)
            if self.last_lease is not None or self._rng.random() < 0.85:
                at = yield self._act(at, self._say_why(at, first))
            if self.last_lease is not None:
                break
            if wait := self._wait(at, first):
                at = yield self._act(at, wait)
            if self._rng.random() < 0.4:
                holdings.append(self._take(at, branch, focus))
                at = yield self._act(at, holdings[-1].reservation)
            for _ in range(self._rng.randint(1, 4)):
                at = yield self._act(at, self._beat(at, self._rng.choice(holdings)))
            if self._rng.random() < _VANISHES:
                break
            for holding in holdings:
                if self._rng.random() >= _FORGETS:
                    at = yield self._act(at, self._give_back(at, holding.reservation))
            at = yield self._act(at, None)
        yield None

    def _act(self, at: float, record: AnyRecord | None) -> Act:
        return Act(record, self._pause(self._rng, at))

    def _pick_up(self, at: float) -> Task | Claim | None:
        """Put a task into a queue, or claim one that waits there, or neither."""
        rng, world = self._rng, self._world
        dice = rng.random()
        if dice < 0.12 or (dice < 0.3 and not world.tasks):
            queue, title = rng.choice(TASKS)
            task_id = world.new_id()
            task = Task(task_id=task_id, run_id=self.run_id, queue=queue, title=title, created_at=world.moment(at))
            world.tasks.append(task)
            return task
        if dice < 0.3:
            task = world.tasks.pop(rng.randrange(len(world.tasks)))
            return Claim(
                task_id=task.task_id,
                claimer_run_id=self.run_id,
                claimed_at=world.moment(at),
                expires_at=world.moment(at + CLAIM),
            )
        return None

    def _take(self, at: float, branch: str, focus: str) -> Holding:
        rng, world = self._rng, self._world
        # Long enough for a few signs of life at the pace of the moment; an agent knows how slow it is.
        shortest = 3 * self._pause(rng, at)
        ttl = self.last_lease or rng.choice([length for length in LEASES if length >= shortest] or LEASES[-1:])
        reservation = Reservation(
            reservation_id=world.new_id(),
            run_id=self.run_id,
            branch=branch,
            addresses=world.target(focus),
            created_at=world.moment(at),
            expires_at=world.moment(at + ttl),
            operation=rng.choices((*OPERATIONS, None), (70, 8, 6, 8, 5, 3))[0],
        )
        holding = Holding(reservation, at + ttl)
        world.held[reservation.reservation_id] = holding
        return holding

    def _say_why(self, at: float, reservation: Reservation) -> Intent:
        rng, world = self._rng, self._world
        operation = reservation.operation or "modify"
        if operation == "modify" and rng.random() < 0.12:
            operation = rng.choice(("inline", "split", "merge"))
        symbol = reservation.addresses[0].rpartition("::")[2].rpartition(".")[2].rpartition("/")[2]
        return Intent(
            intent_id=world.new_id(),
            reservation_id=reservation.reservation_id,
            run_id=self.run_id,
            branch=reservation.branch,
            addresses=reservation.addresses[:1],
            operation=operation,
            created_at=world.moment(at),
            detail=rng.choice(DETAILS[operation]).format(symbol=symbol),
        )

    def _wait(self, at: float, reservation: Reservation) -> Dependency | None:
        """Wait for who is in the way: not everyone does."""
        rivals = self._world.in_the_way(reservation, at)
        if not rivals or self._rng.random() < 0.6:
            return None
        return Dependency(
            reservation_id=reservation.reservation_id,
            depends_on=tuple(rivals[:2]),
            run_id=self.run_id,
            created_at=self._world.moment(at),
        )

    def _beat(self, at: float, holding: Holding) -> Heartbeat:
        """Show a sign of life, and keep the lease if it would run out soon."""
        rng, world = self._rng, self._world
        extended = None
        if holding.until - at < 4 * self._pause(rng, at) or rng.random() < 0.2:
            holding.until = max(holding.until, at + rng.choice(EXTENSIONS))
            extended = world.moment(holding.until)
        return Heartbeat(
            reservation_id=holding.reservation.reservation_id,
            run_id=self.run_id,
            last_beat_at=world.moment(at),
            extended_expires_at=extended,
        )

    def _give_back(self, at: float, reservation: Reservation) -> Release:
        self._world.held.pop(reservation.reservation_id, None)
        return Release(
            reservation_id=reservation.reservation_id,
            run_id=self.run_id,
            released_at=self._world.moment(at),
            reason=self._rng.choice(REASONS),
        )
