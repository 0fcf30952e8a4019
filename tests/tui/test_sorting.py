"""Many rows in another order: made in slices, beside the order that is shown, which says that it goes on."""

import pytest

from musetui.tui.widgets import ordering
from tests.conftest import until
from tests.tui.test_record_table import Orchard, basket, names, painted

MANY = 600


@pytest.fixture(autouse=True)
def _slices_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "SLICE", 0.0)


def grown() -> Orchard:
    """Return many fruits whose names are in the order opposite to that of their weights."""
    orchard = Orchard()
    orchard.grow({f"f{number:03}": MANY - number for number in range(MANY)})
    return orchard


async def test_the_order_before_stays_until_the_other_one_is_there_and_the_list_says_so() -> None:
    orchard = grown()
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause(0)
        table.sort_by("name")
        assert table.is_ordering
        assert table.sorting == ("weight", False)
        assert table._order.at(0) == "f599"
        await until(lambda: "Sorting by name…" in painted(pilot, table)[0])
        assert names(pilot, table)[0] == "[f599]"
        await until(lambda: not table.is_ordering)
        await pilot.pause()
        assert table.sorting == ("name", False)
        assert "Sorting" not in painted(pilot, table)[0]
        assert names(pilot, table)[:2] == ["[f000]", "f001"]


async def test_what_comes_changes_and_leaves_meanwhile_is_where_it_belongs() -> None:
    orchard = grown()
    async with basket(orchard) as (_, table):
        table.load(orchard.fruits)
        table.sort_by("name")
        orchard.grow({"f0005": 7, "f300": 1})
        orchard.fruits["f300"].name = "a first one"
        for gone in ("f000", "f599"):
            del orchard.fruits[gone]
        table.apply(["f0005"], ["f300"], ["f000", "f599"])
        assert table.holds("f0005")
        assert table.is_ordering
        await until(lambda: not table.is_ordering)
        assert list(table._order) == sorted(orchard.fruits, key=lambda row_id: orchard.fruits[row_id].name)
        assert table._order.at(0) == "f300"


async def test_another_choice_ends_the_one_before() -> None:
    orchard = grown()
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        table.focus()
        await pilot.pause(0)
        # Keys go on from what was chosen, though it is not shown yet.
        table.action_sort_next()
        table.action_sort_reverse()
        await until(lambda: not table.is_ordering)
        assert table.sorting == ("name", True)
        assert list(table._order)[:2] == ["f599", "f598"]
        table.sort_by("age")
        table.sort_by("name", reverse=True)
        assert not table.is_ordering
        await pilot.pause()
        assert "Sorting" not in painted(pilot, table)[0]
        assert orchard.told[-2:] == [("Sorted", "name", False), ("Sorted", "name", True)]


async def test_a_cursor_that_was_moved_stays_on_its_record() -> None:
    orchard = grown()
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        table.select("f300")
        await pilot.pause(0)
        table.sort_by("name")
        table.action_cursor_down()
        assert table.cursor_id == "f299"
        await until(lambda: not table.is_ordering)
        await pilot.pause()
        assert table.cursor_id == "f299"
        assert "[f299]" in names(pilot, table)


async def test_a_filter_shows_what_it_showed_until_then() -> None:
    orchard = grown()
    async with basket(orchard) as (_, table):
        table.load(orchard.fruits)
        table.filter_by("f59")
        await until(lambda: not table.is_sifting)
        table.sort_by("name")
        assert list(table._order) == [f"f{number}" for number in range(599, 589, -1)]
        await until(lambda: not table.is_ordering and not table.is_sifting)
        assert list(table._order) == [f"f{number}" for number in range(590, 600)]


async def test_many_other_rows_are_shown_once_they_are_in_order() -> None:
    orchard = grown()
    async with basket(orchard) as (pilot, table):
        table.fill(list(orchard.fruits))
        assert (table.row_count, table.holds("f007")) == (0, True)
        await until(lambda: "Sorting by weight…" in "\n".join(painted(pilot, table)))
        table.sort_by("name")  # which leaves no row out
        await until(lambda: not table.is_ordering)
        assert (table.row_count, table.cursor_id) == (MANY, "f000")
        table.fill(["f001", "f002"])
        assert list(table._order) == ["f001", "f002"]
