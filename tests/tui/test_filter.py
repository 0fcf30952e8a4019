"""Filtering a list: which rows hold the words, and what a person sees while typing them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.tui.presentation.cells import Column, cell
from musetui.tui.presentation.matching import matcher, read_words
from musetui.tui.widgets import filtered_list
from tests.conftest import until
from tests.properties import patient
from tests.tui.conftest import Running, screen_text
from tests.tui.test_dashboard import Reserve, on_screen, view

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


class Row(NamedTuple):
    run: str
    address: str


COLUMNS: tuple[Column[Row], ...] = (
    Column("run", "run", lambda row, _: cell(row.run), lambda row: row.run, 8),
    Column("address", "address", lambda row, _: cell(row.address), lambda row: row.address, 8),
)
ROW = Row("agent-41", "src/Billing.py::compute total")


def holds(typed: str, row: Row = ROW) -> bool:
    """Return whether the row is shown by a filter."""
    return matcher(read_words(typed, ("run", "address")), COLUMNS, None, NOW)(row)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "agent", "billing 41", "41 BILLING", '"compute total"', '"compute tot', "run:41", "-main", "::c", "-"],
)
def test_it_is_shown_by(typed: str) -> None:
    assert holds(typed)


@pytest.mark.parametrize("typed", ["agent main", "run:billing", "-agent", "-run:41", '"total compute"', "nope:agent"])
def test_it_is_not_shown_by(typed: str) -> None:
    assert not holds(typed)


@given(st.text(max_size=40))
@patient(200)
def test_no_typing_fails_and_more_words_never_show_more(typed: str) -> None:
    words = read_words(typed, ("run", "address"))
    assert all(word.text for word in words)
    if holds(f"{typed} 41") and not typed.count('"') % 2:
        assert holds(typed)


async def test_what_is_typed_takes_effect_at_once_and_enter_keeps_it(dashboard: Running, reserve: Reserve) -> None:
    for number in range(12):
        reserve(f"agent-{number:02}", f"src/m{number}.py::f")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 12)
        await pilot.press("slash", *"agent-07")
        await until(lambda: table.row_count == 1)
        await on_screen(pilot, "Reservations · local 1 of 12")
        await pilot.press("enter", "y")
        assert table.has_focus
        await until(lambda: pilot.app.clipboard == table.cursor_id)
        reserve("agent-07", "src/new.py")
        reserve("agent-90", "src/new.py")
        await until(lambda: (table.row_count, table.hidden_count) == (2, 12))
        await pilot.press("escape")
        await until(lambda: (table.row_count, table.hidden_count) == (14, 0))


async def test_escape_takes_it_back_and_no_row_says_why(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 1)
        await pilot.press("slash", *"nobody[red]")
        await on_screen(pilot, "No row holds nobody[red]")
        await pilot.press("escape")
        await until(lambda: table.row_count == 1)
        assert "No row holds" not in screen_text(pilot)


async def test_a_record_that_goes_while_it_is_hidden_does_not_come_back(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    gone = reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/b.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        await pilot.press("slash", *"agent-2", "enter")
        await until(lambda: table.hidden_count == 1)
        (muse_root / f".muse/coordination/reservations/{gone}.json").unlink()
        await until(lambda: table.hidden_count == 0)
        await pilot.press("escape")
        assert table.row_count == 1


async def test_what_has_no_room_in_its_column_is_found_too(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/one.py", "src/two.py")
    reserve("agent-2", "src/three.py")
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        await pilot.press("slash", *"two.py")
        await until(lambda: (table.row_count, table.hidden_count) == (1, 1))


async def test_the_count_of_a_long_list_is_that_of_its_rows(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered_list, "_SLICE", 0.0)
    monkeypatch.setattr(filtered_list, "_JUDGED", 5)
    for number in range(40):
        reserve(f"agent-{number:02}", f"src/m{number}.py")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 40)
        await pilot.press("slash", *"agent-07")
        await on_screen(pilot, "Reservations · local 1 of 40")
        await pilot.press("escape")
        await on_screen(pilot, "Reservations · local 40 ")
