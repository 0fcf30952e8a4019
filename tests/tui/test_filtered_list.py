"""A filtered list shows what one made anew would show, whatever came, changed, went, passed or was typed before."""

import itertools
import random
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from musetui.filters.judge import judge
from musetui.tui.widgets import filtered_list, ordering, record_table
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.test_record_table import FIELDS, Fruit, Orchard, basket, names

FILTERS = ("", "a", "ap", "-a", "b or c", "weight:>50", "age:>40s", "age:<20s -a", "has:worm", "a weight:<30", "/a.b$/")


def expected(orchard: Orchard, table: RecordTable[Fruit]) -> list[str]:
    """Return the ids that a list made now would show."""
    judging = judge(table.filter_text, FIELDS)
    now = orchard.now.timestamp()
    key = {"weight": lambda row: row.weight, "name": lambda row: row.name}[table.sorting[0]]
    kept = [row_id for row_id, fruit in orchard.fruits.items() if judging.keeps_now(fruit, now)]
    return sorted(kept, key=lambda row_id: (key(orchard.fruits[row_id]), row_id), reverse=table.sorting[1])


class Walk:
    """Steps at random: each does to the list what a live picture and a person do to it."""

    def __init__(self, seed: int, orchard: Orchard, table: RecordTable[Fruit]) -> None:
        self.rare = random.Random(seed)
        self.orchard = orchard
        self.table = table
        self.serial = 0

    def _fruit(self) -> Fruit:
        picked = self.orchard.now - timedelta(seconds=self.rare.randrange(60))
        name = "".join(self.rare.choices("abcp", k=3))
        return Fruit(name, self.rare.randrange(100), picked, self.rare.random() < 0.3)

    def some(self) -> list[str]:
        """Return some of the ids there are."""
        ids = sorted(map(str, self.orchard.fruits))
        return self.rare.sample(ids, min(len(ids), self.rare.randrange(1, 9)))

    def appear(self) -> None:
        fresh = [f"{self.serial + number:04}" for number in range(self.rare.randrange(1, 30))]
        self.serial += len(fresh)
        self.orchard.fruits.update({row_id: self._fruit() for row_id in fresh})
        self.table.apply(appeared=fresh)

    def change(self) -> None:
        some = self.some()
        self.orchard.fruits.update({row_id: self._fruit() for row_id in some})
        self.table.apply(changed=some)

    def leave(self) -> None:
        some = self.some()
        for row_id in some:
            del self.orchard.fruits[row_id]
        self.table.apply(left=some)

    def relate(self) -> None:
        for row_id in self.some():
            self.orchard.fruits[row_id].worm ^= True
        self.table.doubt()

    def pass_time(self) -> None:
        self.orchard.now += timedelta(seconds=self.rare.randrange(30))
        self.table.tick(self.orchard.now)

    def filter(self) -> None:
        assert self.table.filter_by(self.rare.choice(FILTERS)) is None

    def sort(self) -> None:
        self.table.sort_by(self.rare.choice(["weight", "name"]), self.rare.random() < 0.5)

    def load(self) -> None:
        self.table.load(list(self.orchard.fruits))

    def fill(self) -> None:
        self.table.fill(list(self.orchard.fruits))

    def move(self) -> None:
        self.rare.choice([self.table.action_cursor_down, self.table.action_page_down, self.table.action_cursor_first])()

    def step(self) -> None:
        """Do one of all these."""
        steps: list[Callable[[], None]] = [
            *(self.appear, self.change, self.leave, self.relate, self.pass_time),
            *(self.filter, self.filter, self.sort, self.move),
            *([self.load, self.fill] if self.rare.random() < 0.2 else []),
        ]
        self.rare.choice(steps)()


async def settled(orchard: Orchard, table: RecordTable[Fruit]) -> None:
    """Wait until the list has judged all it knows of."""
    await until(lambda: not table.is_ordering and not table.is_sifting)
    table.tick(orchard.now)
    await until(lambda: not table.is_sifting)


@pytest.mark.parametrize("slice_length", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(12))
async def test_it_shows_what_a_list_made_anew_would(
    seed: int, slice_length: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered_list, "_SLICE", slice_length)
    monkeypatch.setattr(RecordTable, "JUDGED", 7)
    monkeypatch.setattr(record_table, "FEW", 9)
    monkeypatch.setattr(ordering, "SLICE", slice_length)
    monkeypatch.setattr(ordering, "_AT_ONCE", 5)
    orchard = Orchard()
    async with basket(orchard) as (pilot, table):
        walk = Walk(seed, orchard, table)
        for number in range(150):
            walk.step()
            if number % 3 == 0:
                await pilot.pause(0)
            if number % 25 == 24:
                await settled(orchard, table)
                assert list(table._order) == expected(orchard, table), table.filter_text
                assert table.hidden_count == len(orchard.fruits) - table.row_count
                assert (table.cursor_id is None) == (table.row_count == 0)
                assert table.cursor_id is None or table.cursor_id in table


async def test_what_cannot_be_understood_leaves_the_list_as_it_was() -> None:
    orchard = Orchard()
    async with basket(orchard) as (pilot, table):
        orchard.fruits.update({name: Fruit(name) for name in ("apple", "pear")})
        table.load(orchard.fruits)
        assert table.filter_by("apple") is None
        error = table.filter_by("apple wieght:3")
        assert error is not None
        assert (error.start, error.end) == (6, 12)
        assert (names(pilot, table), table.filter_text) == (["[apple]"], "apple")


async def test_the_cursor_stays_on_its_record_and_its_line_while_others_are_hidden() -> None:
    orchard = Orchard()
    async with basket(orchard) as (pilot, table):
        orchard.fruits.update({f"{number:03}": Fruit(f"apple{number % 2}", number) for number in range(200)})
        table.load(orchard.fruits)
        assert table.select("101")
        await pilot.pause()
        line = table._cursor_index - table._top
        table.filter_by("apple1")
        await until(lambda: not table.is_sifting)
        assert (table.cursor_id, table._cursor_index - table._top) == ("101", line)
        table.filter_by("")
        assert (table.cursor_id, table._cursor_index - table._top) == ("101", line)


async def test_rows_come_and_go_as_their_time_comes() -> None:
    orchard = Orchard()
    async with basket(orchard) as (_pilot, table):
        orchard.fruits.update({"a": Fruit("a", 1, orchard.now), "b": Fruit("b", 2, orchard.now - timedelta(minutes=5))})
        table.load(orchard.fruits)
        table.filter_by("age:>1m")
        assert list(table._order) == ["b"]
        orchard.now += timedelta(seconds=61)
        asked = orchard.asked
        table.tick(orchard.now)
        assert list(table._order) == ["a", "b"]
        orchard.now += timedelta(seconds=1)
        table.tick(orchard.now)
        assert orchard.asked < asked + 10


async def test_a_filter_judges_to_the_end_on_a_machine_too_busy_for_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    passing = itertools.count()
    # Whoever looks at the clock twice finds that two milliseconds have passed.
    monkeypatch.setattr("textual.timer._time.get_time", lambda: time.monotonic() + 0.002 * next(passing))
    monkeypatch.setattr(filtered_list, "_SLICE", 0.0)
    orchard = Orchard()
    async with basket(orchard) as (_, table):
        orchard.fruits.update({f"{number:04}": Fruit("apple", number) for number in range(2000)})
        table.load(orchard.fruits)
        table.count_by({"apples": judge("apple", FIELDS)})
        table.filter_by("apple")
        await until(lambda: not table.is_sifting and not table.is_counting, seconds=5)
        assert table.row_count == table.tallies()["apples"] == 2000
