"""The list of records as a person meets it: what stands where, where the cursor is, and what is painted anew."""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from textual import on
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.tui.presentation.cells import Align, Cell, Column, Cut, cell
from musetui.tui.widgets.record_table import RecordTable
from musetui.tui.widgets.row_order import RowId
from tests.properties import patient
from tests.tui.test_record_table_text import HOSTILE

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)


@dataclass
class Fruit:
    """A row of the tests."""

    name: str
    weight: int = 0
    picked: datetime = NOON
    worm: bool = False


def _age(fruit: Fruit, now: datetime) -> Cell:
    return cell(f"{int((now - fruit.picked).total_seconds())}s", "dim")


COLUMNS: tuple[Column[Fruit], ...] = (
    Column("weight", "weight", lambda fruit, _now: cell(fruit.weight), lambda fruit: fruit.weight, 8),
    Column("name", "name", lambda fruit, _now: cell(fruit.name), lambda fruit: fruit.name, 10, flex=1, cut=Cut.START),
    Column("age", "age", _age, lambda fruit: fruit.picked, 6, align=Align.RIGHT, ticking=True, priority=5),
)


FIELDS: Fields[Fruit] = Fields(
    "fruits",
    (
        Field("name", FieldKind.TEXT, "its name", lambda fruit: fruit.name),
        Field("weight", FieldKind.NUMBER, "its weight", lambda fruit: fruit.weight),
        Field("age", FieldKind.AGE, "since it was picked", lambda fruit: fruit.picked.timestamp()),
        Field("has", FieldKind.WORD, "what there is of it", tests={"worm": lambda fruit: fruit.worm}, relates=True),
    ),
)


@dataclass
class Orchard:
    """The rows, how often they were asked for, what the table told, and the one that leaves when it is looked at."""

    fruits: dict[RowId, Fruit] = field(default_factory=dict)
    asked: int = 0
    now: datetime = NOON
    told: list[Any] = field(default_factory=list)
    shy: str = ""

    def row_of(self, row_id: Any) -> Fruit | None:
        self.asked += 1
        return self.fruits.get(row_id)

    def grow(self, weights: dict[str, int]) -> None:
        self.fruits.update({row_id: Fruit(row_id, weight) for row_id, weight in weights.items()})


class Basket(App[None]):
    """A table, and something else that can have the focus."""

    CSS = "Input { height: 3; dock: bottom; } RecordTable { height: 1fr; }"

    def __init__(self, orchard: Orchard) -> None:
        super().__init__()
        self.orchard = orchard
        self.table: RecordTable[Fruit] = RecordTable(
            COLUMNS,
            row_of=orchard.row_of,
            empty="Nothing is ripe.\nPress n to plant a tree.",
            sort="weight",
            clock=lambda: orchard.now,
            fields=FIELDS,
        )

    def compose(self) -> ComposeResult:
        yield self.table
        yield Input()

    @on(RecordTable.Highlighted)
    @on(RecordTable.Chosen)
    def _tell(self, event: RecordTable.Highlighted | RecordTable.Chosen) -> None:
        self.orchard.told.append((type(event).__name__, event.row_id))
        if event.row_id == self.orchard.shy:
            self.table.apply(left=[self.orchard.shy])

    @on(RecordTable.Sorted)
    def _tell_sorted(self, event: RecordTable.Sorted) -> None:
        self.orchard.told.append(("Sorted", event.key, event.reverse))


@asynccontextmanager
async def basket(orchard: Orchard, height: int = 13) -> AsyncIterator[tuple[Pilot[None], RecordTable[Fruit]]]:
    """Run a table of `height - 4` rows."""
    app = Basket(orchard)
    async with app.run_test(size=(40, height)) as pilot:
        yield pilot, app.table


def painted(pilot: Pilot[None], table: RecordTable[Fruit]) -> list[str]:
    """Return the table's lines as they stand on the screen, not as they would be if painted now."""
    strips = pilot.app.screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in strips[table.region.y : table.region.bottom]]


def names(pilot: Pilot[None], table: RecordTable[Fruit]) -> list[str]:
    """Return the names on the screen, that of the cursor's row in brackets."""
    shown = []
    for line in painted(pilot, table)[1:] if table.row_count else ():
        parts = line.removeprefix("▌").split()
        if len(parts) > 1:
            shown.append(f"[{parts[1]}]" if line.startswith("▌") else parts[1])
    return shown


def ripe(count: int, start: int = 0) -> dict[str, int]:
    return {f"f{number:03}": number for number in range(start, start + count)}


# What stands there


async def test_rows_stand_below_their_titles_with_the_cursor_on_the_first() -> None:
    orchard = Orchard()
    orchard.grow({"plum": 3, "apple": 20, "fig": 1})
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        lines = painted(pilot, table)
        assert lines[0] == "  weight ▲  name                    age"
        assert lines[1] == "▌ 1         fig                      0s"
        assert lines[2] == "  3         plum                     0s"
        assert lines[3] == "  20        apple                    0s"
        assert not any(lines[4:])


async def test_a_table_loaded_before_it_is_shown_shows_the_same() -> None:
    orchard = Orchard()
    orchard.grow(ripe(3))
    app = Basket(orchard)
    app.table.load(orchard.fruits)
    async with app.run_test(size=(40, 13)) as pilot:
        assert names(pilot, app.table) == ["[f000]", "f001", "f002"]


async def test_an_empty_table_says_what_to_do_until_there_is_a_row_and_again_when_there_is_none() -> None:
    orchard = Orchard()
    async with basket(orchard) as (pilot, table):
        assert table.cursor_id is None
        lines = painted(pilot, table)
        assert "            Nothing is ripe." in lines
        assert "        Press n to plant a tree." in lines
        orchard.grow({"fig": 1})
        table.apply(appeared=["fig"])
        await pilot.pause()
        assert names(pilot, table) == ["[fig]"]
        assert "Nothing is ripe" not in "\n".join(painted(pilot, table))
        del orchard.fruits["fig"]
        table.apply(left=["fig"])
        await pilot.pause()
        assert "            Nothing is ripe." in painted(pilot, table)
        assert table.cursor_id is None
        await pilot.press("down", "enter", "G", "pagedown")
        table.show_empty("No fruit is called [/x].")
        await pilot.pause()
        assert "No fruit is called [/x]." in "\n".join(painted(pilot, table))


async def test_how_far_reading_is_stands_where_rows_will_be_and_then_above_them() -> None:
    orchard = Orchard()
    async with basket(orchard) as (pilot, table):
        table.show_loading(1_200, 50_000)
        await pilot.pause()
        assert "Reading 1,200 of 50,000…" in "\n".join(painted(pilot, table)[1:])
        orchard.grow({"fig": 1})
        table.apply(appeared=["fig"])
        table.show_loading(1_201, 50_000)
        await pilot.pause()
        lines = painted(pilot, table)
        assert lines[0].endswith("Reading 1,201 of 50,000…")
        assert names(pilot, table) == ["[fig]"]
        table.show_loaded()
        await pilot.pause()
        assert painted(pilot, table)[0] == "  weight ▲  name                    age"


async def test_a_narrow_table_leaves_columns_out_and_a_tiny_one_stands() -> None:
    orchard = Orchard()
    orchard.grow({"a-very-long-name-of-a-fruit": 1})
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.resize_terminal(23, 13)
        await pilot.pause()
        assert painted(pilot, table)[:2] == ["  weight ▲ name", "▌ 1        …of-a-fruit"]
        for width, height in ((3, 13), (1, 5), (1, 1), (40, 13)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
        assert painted(pilot, table)[1] == "▌ 1         …ng-name-of-a-fruit      0s"


async def test_a_row_that_changed_in_place_shows_what_it_is_now() -> None:
    orchard = Orchard()
    orchard.grow({"fig": 1, "apple": 20})
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        orchard.fruits["fig"] = Fruit("green-fig", 1)
        table.apply(changed=["fig"])
        await pilot.pause()
        assert names(pilot, table) == ["[green-fig]", "apple"]
        # What is not there any more when the table hears of it, leaves it.
        del orchard.fruits["apple"]
        table.apply(changed=["apple"])
        await pilot.pause()
        assert names(pilot, table) == ["[green-fig]"]
        assert "apple" not in table


async def test_the_scroll_bar_and_the_wheel_follow_the_number_of_rows() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50))
    async with basket(orchard) as (pilot, table):
        assert not table.show_vertical_scrollbar
        table.load(orchard.fruits)
        await pilot.pause()
        assert table.show_vertical_scrollbar
        await pilot.press("G")
        table.apply(left=[f"f{number:03}" for number in range(20, 50)])
        await pilot.pause()
        assert table.vertical_scrollbar.window_virtual_size == 21
        assert names(pilot, table)[-1] == "[f019]"
        table.scroll_up(animate=False)
        await pilot.pause()
        assert names(pilot, table)[-1] == "f018"
        table.apply(left=[f"f{number:03}" for number in range(5, 20)])
        await pilot.pause()
        assert not table.show_vertical_scrollbar
        assert names(pilot, table) == ["f000", "f001", "f002", "f003", "[f004]"]


async def test_the_cursor_stays_in_sight_when_the_terminal_shrinks() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        await pilot.press(*["down"] * 8)
        await pilot.resize_terminal(40, 8)
        await pilot.pause()
        assert names(pilot, table) == ["f005", "f006", "f007", "[f008]"]
        await pilot.resize_terminal(30, 13)
        await pilot.pause()
        assert "[f008]" in names(pilot, table)


# Time


async def test_time_repaints_what_it_changes_and_nothing_else() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        orchard.asked = 0
        table.tick(NOON + timedelta(seconds=7))
        await pilot.pause()
        assert all(line.endswith(" 7s") for line in painted(pilot, table)[1:])
        assert orchard.asked == 0
        # Rows that come into sight later show the same moment.
        await pilot.press("G")
        assert all(line.endswith(" 7s") for line in painted(pilot, table)[1:])
        table.tick(NOON + timedelta(seconds=8))
        await pilot.press("g")
        await pilot.pause()
        assert names(pilot, table)[0] == "[f000]"
        assert all(line.endswith(" 8s") for line in painted(pilot, table)[1:])


async def test_of_a_line_in_which_time_changes_a_cell_that_cell_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    orchard = Orchard()
    orchard.grow(ripe(50))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        told: list[Region] = []
        monkeypatch.setattr(table, "refresh", lambda *regions, **_: told.extend(regions))
        table.tick(NOON + timedelta(seconds=7))
        assert len(told) == table.size.height - 1
        place = next(placed for placed in table._painter.placed if placed.column.key == "age")
        assert {(region.x, region.width) for region in told} == {(place.x, place.width)}
        told.clear()
        table.tick(NOON + timedelta(seconds=7))
        assert not told


async def test_a_row_is_asked_for_once_however_many_there_are() -> None:
    orchard = Orchard()
    orchard.grow(ripe(100_000))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        page = len(names(pilot, table))
        assert page == 9
        for key, most in (("down", 0), ("up", 0), ("G", page), ("up", 0), ("home", page), ("pagedown", page)):
            orchard.asked = 0
            await pilot.press(key)
            assert orchard.asked <= most, key
        orchard.asked = 0
        table.apply(changed=["f000"])
        await pilot.pause()
        assert orchard.asked == 1  # for its place; it is not in sight


# The cursor


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (["down"], 1),
        (["j", "j", "k"], 1),
        (["up"], 0),
        (["pagedown"], 9),
        (["pagedown", "pageup"], 0),
        (["ctrl+d"], 4),
        (["ctrl+d", "ctrl+u"], 0),
        (["G"], 49),
        (["end", "down"], 49),
        (["G", "g"], 0),
        (["end", "home"], 0),
    ],
)
async def test_keys_move_the_cursor_and_keep_it_in_sight(keys: list[str], at: int) -> None:
    orchard = Orchard()
    orchard.grow(ripe(50))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert table.cursor_id == f"f{at:03}"
        assert f"[f{at:03}]" in names(pilot, table)
        assert len([name for name in names(pilot, table) if name.startswith("[")]) == 1


async def test_what_is_highlighted_and_chosen_is_told() -> None:
    orchard = Orchard()
    orchard.grow(ripe(3))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert orchard.told == [("Highlighted", "f000"), ("Highlighted", "f001"), ("Chosen", "f001")]
        orchard.told.clear()
        assert table.select("f002")
        assert not table.select("f999")
        await pilot.pause()
        assert orchard.told == [("Highlighted", "f002")]


async def test_the_mouse_selects_chooses_and_sorts() -> None:
    orchard = Orchard()
    orchard.grow({"fig": 1, "apple": 20, "plum": 3})
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        await pilot.click(table, offset=(5, 2))
        assert names(pilot, table) == ["fig", "[plum]", "apple"]
        await pilot.click(table, offset=(5, 3), times=2)
        assert table.cursor_id == "apple"
        assert orchard.told[-1] == ("Chosen", "apple")
        await pilot.click(table, offset=(5, 7))
        assert table.cursor_id == "apple"
        await pilot.click(table, offset=(13, 0))
        await pilot.pause()
        assert table.sorting == ("name", False)
        assert names(pilot, table) == ["[apple]", "fig", "plum"]
        await pilot.click(table, offset=(13, 0))
        await pilot.pause()
        assert names(pilot, table) == ["plum", "fig", "[apple]"]
        assert painted(pilot, table)[0].split() == ["weight", "name", "▼", "age"]
        assert orchard.told[-1] == ("Sorted", "name", True)


async def test_a_double_click_between_which_rows_moved_chooses_nothing() -> None:
    orchard = Orchard()
    orchard.grow(ripe(5, start=10))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        orchard.shy = "f012"
        await pilot.click(table, offset=(5, 3), times=2)
        await pilot.pause()
        assert table.cursor_id == "f013"
        assert not [told for told in orchard.told if told[0] == "Chosen"]


async def test_sorting_keys_go_through_the_columns_in_sight() -> None:
    orchard = Orchard()
    orchard.grow({"fig": 1, "apple": 20, "plum": 3})
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        seen = []
        for key in ("s", "S", "s", "s"):
            await pilot.press(key)
            await pilot.pause()
            seen.append((*table.sorting, [name.strip("[]") for name in names(pilot, table)]))
        assert seen == [
            ("name", False, ["apple", "fig", "plum"]),
            ("name", True, ["plum", "fig", "apple"]),
            ("age", False, ["apple", "fig", "plum"]),
            ("weight", False, ["fig", "plum", "apple"]),
        ]
        with pytest.raises(KeyError):
            table.sort_by("colour")


async def test_sorting_shows_the_top_unless_the_cursor_was_moved() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        table.sort_by("weight", reverse=True)
        await pilot.pause()
        assert names(pilot, table)[0] == "[f049]"
        await pilot.press("down")
        table.sort_by("weight")
        await pilot.pause()
        assert names(pilot, table)[-2:] == ["[f048]", "f049"]


async def test_an_untouched_table_shows_what_is_new_at_its_top() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50, start=100))
    async with basket(orchard) as (pilot, table):
        pilot.app.query_one(Input).focus()
        table.load(orchard.fruits)
        await pilot.pause()
        orchard.grow(ripe(3))
        table.apply(appeared=ripe(3))
        await pilot.pause()
        assert names(pilot, table)[:4] == ["[f000]", "f001", "f002", "f100"]
        assert table.scroll_offset.y == 0


async def test_a_table_that_only_has_the_focus_shows_its_top_and_keeps_its_cursor_while_it_is_in_sight() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50, start=100))
    async with basket(orchard) as (pilot, table):
        table.focus()
        table.load(orchard.fruits)
        await pilot.pause()
        orchard.grow(ripe(3))
        table.apply(appeared=ripe(3))
        await pilot.pause()
        assert names(pilot, table)[:5] == ["f000", "f001", "f002", "[f100]", "f101"]
        orchard.grow(ripe(9, start=10))
        table.apply(appeared=ripe(9, start=10))
        await pilot.pause()
        assert names(pilot, table)[:4] == ["[f000]", "f001", "f002", "f010"]


async def test_while_reading_even_the_focused_table_shows_its_top() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50, start=100))
    async with basket(orchard) as (pilot, table):
        table.focus()
        table.show_loading(50, 53)
        table.apply(appeared=orchard.fruits)
        await pilot.pause()
        orchard.grow(ripe(3))
        table.apply(appeared=ripe(3))
        await pilot.pause()
        assert names(pilot, table)[:2] == ["[f000]", "f001"]
        table.show_loaded()
        orchard.grow({"early": -1})
        table.apply(appeared=["early"])
        await pilot.pause()
        assert table.cursor_id == "f000"


async def test_a_table_scrolled_by_the_wheel_stays_where_it_was_scrolled_to() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50, start=100))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        await pilot.press("down")
        table.scroll_to(y=20, animate=False)
        await pilot.pause()
        before = names(pilot, table)
        orchard.grow(ripe(7))
        table.apply(appeared=ripe(7), left=["f105"])
        await pilot.pause()
        assert names(pilot, table) == before
        assert table.cursor_id == "f101"


async def test_a_table_that_is_hidden_comes_back_as_it_was() -> None:
    orchard = Orchard()
    orchard.grow(ripe(50, start=100))
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        await pilot.pause()
        await pilot.press("pagedown", "pagedown", "up", "up")
        before = names(pilot, table)
        table.display = False
        await pilot.pause()
        orchard.grow(ripe(5))
        table.apply(appeared=ripe(5))
        table.tick(NOON + timedelta(seconds=1))
        table.display = True
        await pilot.pause()
        assert names(pilot, table) == before


class Model:
    """What a table should show, said as plainly as it can be."""

    def __init__(self, weights: dict[str, int]) -> None:
        self.weights = dict(weights)
        self.cursor = min(weights, key=lambda row_id: (weights[row_id], row_id))
        self.reverse = False

    def order(self) -> list[str]:
        return [row_id for _, row_id in sorted(((w, i) for i, w in self.weights.items()), reverse=self.reverse)]

    def change(self, put: dict[str, int], left: set[str]) -> None:
        mark = (self.weights[self.cursor], self.cursor)
        self.weights.update(put)
        for row_id in left:
            self.weights.pop(row_id, None)
        new = self.order()
        if self.cursor not in self.weights and new:
            # Whoever took its place: the first that would stand behind it.
            behind = [i for i in new if ((self.weights[i], i) < mark) is self.reverse]
            self.cursor = behind[0] if behind else new[-1]


@pytest.mark.parametrize("seed", range(6))
async def test_the_cursor_stays_on_its_record_and_on_its_line(seed: int) -> None:
    chance = random.Random(seed)
    orchard = Orchard()
    orchard.grow({f"f{number:03}": chance.randrange(40) for number in range(30)})
    model = Model({str(row_id): fruit.weight for row_id, fruit in orchard.fruits.items()})
    async with basket(orchard) as (pilot, table):
        table.load(orchard.fruits)
        table.focus()
        await pilot.pause(0)
        page = 9
        for step in range(60):
            if not step or chance.random() < 0.4:
                model.reverse = chance.random() < 0.3
                model.cursor = chance.choice(model.order())
                table.sort_by("weight", model.reverse)
                table.select(model.cursor)
                await pilot.pause(0)
            line = model.order().index(model.cursor) - table.scroll_offset.y
            assert 0 <= line < page
            put = {f"f{chance.randrange(60):03}": chance.randrange(40) for _ in range(chance.randrange(6))}
            left = {row_id for row_id in model.weights if chance.random() < 0.08 and row_id not in put}
            if len(left) == len(model.weights):
                left = set()
            appeared = put.keys() - model.weights.keys()
            orchard.grow(put)
            for row_id in left:
                del orchard.fruits[row_id]
            model.change(put, left)
            table.apply(appeared, put.keys() - appeared, left)
            await pilot.pause(0)
            order = model.order()
            index = order.index(model.cursor)
            top = min(max(index - line, 0), max(len(order) - page, 0))
            expected = [f"[{row_id}]" if row_id == model.cursor else row_id for row_id in order[top : top + page]]
            assert table.cursor_id == model.cursor, step
            assert names(pilot, table) == expected, step


@pytest.mark.parametrize("seed", range(3))
async def test_without_focus_the_screen_still_shows_the_truth(seed: int) -> None:
    chance = random.Random(seed)
    orchard = Orchard()
    async with basket(orchard) as (pilot, table):
        pilot.app.query_one(Input).focus()
        await pilot.pause(0)
        for step in range(60):
            put = {f"f{chance.randrange(20):03}": chance.randrange(10) for _ in range(chance.randrange(3))}
            left = [row_id for row_id in orchard.fruits if chance.random() < 0.15]
            for row_id in left:
                del orchard.fruits[row_id]
            new = put.keys() - orchard.fruits.keys()
            orchard.grow(put)
            table.apply(new, put.keys() - new, set(left) - put.keys())
            await pilot.pause(0)
            order = sorted(orchard.fruits.items(), key=lambda item: (item[1].weight, item[0]))
            shown = [str(row_id) for row_id, _ in order[:9]]
            assert names(pilot, table) == [f"[{name}]" if not at else name for at, name in enumerate(shown)], step
            assert table.row_count == len(order)


# Hostile text


@settings(patient(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=HOSTILE, title=HOSTILE)
async def test_no_text_breaks_a_line(name: str, title: str, in_basket: Callable[[str, str], Any]) -> None:
    lines = await in_basket(name, title)
    for strip in lines:
        assert strip.cell_length == 40
        assert sum(segment.cell_length for segment in strip) == 40
        assert strip.text.isprintable()


@pytest.fixture
def in_basket() -> Callable[[str, str], Any]:
    """Return what paints a table with a hostile row and gives its lines."""

    async def paint(name: str, notice: str) -> list[Any]:
        orchard = Orchard()
        async with basket(orchard) as (pilot, table):
            table.show_empty(notice)
            await pilot.pause(0)
            lines = [table.render_line(y) for y in range(9)]
            orchard.fruits["x"] = Fruit(name)
            table.apply(appeared=["x"])
            await pilot.pause(0)
            await pilot.press("S")
            return lines + [table.render_line(y) for y in range(9)]

    return paint
