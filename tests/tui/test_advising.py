"""Advice for details: at once where it is cheap, else one piece at a time, while what is known is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from musetui.forecast.conflict import Conflict, ConflictKey, ConflictType
from musetui.tui import advising
from musetui.tui.advising import UNKNOWN, Advising

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


class Desk:
    """Whoever advises, and what it was asked for; time passes when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.worked = 0.0
        self.cost = 0.0
        self.word = "wait"
        self.asked: list[str] = []
        self.later: list[Callable[[], None]] = []
        self.told = 0
        monkeypatch.setattr(advising.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(advising.time, "thread_time", lambda: self.worked)
        self.is_large = False
        self.advising = Advising(lambda _, callback: self.later.append(callback), self._hear, lambda: self.is_large)

    def _hear(self) -> None:
        self.told += 1

    def _advise(self, conflict: Conflict) -> str:
        self.asked.append(conflict.key.address)
        self.worked += self.cost
        self.now += self.cost
        return f"{self.word} at {conflict.key.address}"

    def conflict(self, address: str) -> Conflict:
        key = ConflictKey(ConflictType.ADDRESS_OVERLAP, address)
        return Conflict(key, 1.0, NOON, (), True, (address,), (), (), (), "", self._advise)

    def read(self, *addresses: str) -> list[str]:
        """Return the advice that a detail of these conflicts has."""
        return [self.advising.advised(self.conflict(address)).advice for address in addresses]

    def work(self) -> int:
        """Go on as often as was asked for; return how often that was."""
        turns = 0
        while self.later:
            self.later.pop(0)()
            turns += 1
        return turns


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch)


def test_what_is_cheap_is_there_at_once_and_kept_for_a_second(desk: Desk) -> None:
    assert desk.read("a", "b", "a") == ["wait at a", "wait at b", "wait at a"]
    assert (desk.asked, desk.later) == (["a", "b"], [])
    desk.now = 1.5
    desk.word = "go on"
    assert desk.read("a") == ["go on at a"]


def test_in_a_large_swarm_the_first_piece_holds_no_key_up_either(desk: Desk) -> None:
    desk.is_large = True
    assert desk.read("a") == [UNKNOWN]
    desk.work()
    assert desk.read("a", "b") == ["wait at a", "wait at b"], "it was cheap after all"


def test_what_is_dear_comes_one_piece_a_turn_and_is_told_of_once(desk: Desk) -> None:
    desk.cost = 0.025
    assert desk.read("a", "b", "c") == ["wait at a", UNKNOWN, UNKNOWN]
    assert desk.work() == 2
    assert desk.told == 1
    assert desk.read("a", "b", "c") == ["wait at a", "wait at b", "wait at c"]
    assert sorted(desk.asked) == ["a", "b", "c"]


def test_what_is_known_is_shown_until_it_has_been_worked_out_anew(desk: Desk) -> None:
    desk.cost = 0.025
    desk.read("a", "b")
    desk.work()
    desk.now += 2
    assert desk.read("a", "b") == ["wait at a", "wait at b"]
    desk.work()
    assert desk.told == 1, "nothing differs"
    desk.now += 2
    desk.word = "go on"
    assert desk.read("a", "b") == ["wait at a", "wait at b"], "nobody who moves the cursor waits"
    desk.work()
    assert desk.told == 2
    assert desk.read("a", "b") == ["go on at a", "go on at b"]
    desk.cost = 0.0
    desk.now += 2
    desk.read("a")
    desk.work()
    assert desk.read("c") == ["go on at c"], "at once, now that it is cheap"


def test_a_conflict_that_is_another_one_by_now_has_no_old_advice(desk: Desk) -> None:
    desk.cost = 0.025
    desk.read("a", "b")
    desk.work()
    desk.read("x", "y")  # takes all the time there is
    other = replace(desk.conflict("b"), confidence=0.5)
    assert desk.advising.advised(other).advice == UNKNOWN
