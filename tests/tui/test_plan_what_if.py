"""What is supposed in the merge plan: marks and their way back, told in a line, and written nowhere."""

from pathlib import Path

from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text
from tests.tui.test_plan_view import Reserve, meet, order_of, shows

BEFORE = ["docs", "main", "feature/billing"]


async def test_a_branch_marked_merged_leaves_the_order_and_undo_brings_it_back(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    meet(reserve)
    files = sorted((muse_root / ".muse").rglob("*"))
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == BEFORE)
        plain = screen_text(pilot).splitlines()[1]
        await pilot.press("j", "space")
        await until(lambda: order_of(pilot) == ["docs", "feature/billing", "main"])
        await shows(
            pilot,
            "what if: main merged · rework 2.8 → 2.8",  # what goes first anyway is still to be reworked for
            "no conflict remains",
            "nothing is written",
            "✓ merged",
        )
        await pilot.press("u")
        await until(lambda: order_of(pilot) == BEFORE)
        await until(lambda: screen_text(pilot).splitlines()[1] == plain, what="the line of before")
        assert sorted((muse_root / ".muse").rglob("*")) == files


async def test_space_a_second_time_takes_the_mark_off_and_undo_puts_it_on_again(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == BEFORE)
        await pilot.press("j", "space")
        await shows(pilot, "what if: main merged")
        await pilot.press("space")
        await until(lambda: order_of(pilot) == BEFORE and "what if" not in screen_text(pilot).splitlines()[1])
        await pilot.press("u")
        await shows(pilot, "what if: main merged")


async def test_a_run_marked_released_counts_no_more_and_stays_to_be_seen(dashboard: Running, reserve: Reserve) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == BEFORE)
        await pilot.press("G", "tab")
        runs = pilot.app.screen.query_one("#runs", RecordTable)
        await until(lambda: runs.row_count == 2)
        while runs.cursor_id != "agent-3":
            await pilot.press("j")
        await pilot.press("space")
        await shows(pilot, "what if: agent-3 released", "✓ agent-3 released", "Hotspots 1")
        assert runs.row_count == 2


async def test_a_branch_of_which_all_is_released_stays_to_be_seen(dashboard: Running, reserve: Reserve) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == BEFORE)
        await pilot.press("tab", "space")
        await shows(pilot, "what if: agent-4 released", "✓ all released")
        await pilot.press("shift+tab", "space")
        await until(lambda: any("taken for released" in each.message for each in pilot.app._notifications))


async def test_what_is_supposed_stays_while_the_swarm_goes_on(dashboard: Running, reserve: Reserve) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == BEFORE)
        await pilot.press("j", "space")
        await shows(pilot, "what if: main merged")
        reserve("agent-5", "LICENSE", branch="chore")
        await until(lambda: order_of(pilot) == ["chore", "docs", "feature/billing", "main"])
        assert "what if: main merged" in screen_text(pilot)


async def test_a_hotspot_cannot_be_supposed_and_nothing_is_to_be_undone_at_first(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == BEFORE)
        await pilot.press("u", "tab", "tab", "tab", "space")
        await shows(pilot, "(space) what if", "(u) undo")
        assert order_of(pilot) == BEFORE
