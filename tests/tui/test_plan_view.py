"""The view of the merge plan: the order with its reasons, the matrix, the hotspots, and what is only supposed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from musetui.coordination.writer import Writer
from musetui.forecast.conflict import ConflictType
from musetui.tui import planning
from musetui.tui.screens.plan import PlanView
from musetui.tui.screens.record import RecordView
from musetui.tui.screens.run_life import RunView
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.widgets.heat_matrix import HeatMatrix
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

Reserve = Callable[..., str]


def order_of(pilot: Pilot[int]) -> list[str]:
    """Return the branches as the list has them."""
    table = cast("RecordTable[object]", pilot.app.screen.query_one("#order"))
    return [str(row_id) for row_id in table._order]


async def shows(pilot: Pilot[int], *texts: str) -> None:
    """Wait until all of *texts* are on the screen."""
    await until(lambda: all(text in screen_text(pilot) for text in texts), what=f"{texts} on the screen")


def meet(reserve: Reserve) -> None:
    """Have two branches share a symbol and a class; a third one shares nothing."""
    reserve("agent-1", "src/bill.py::Invoice", operation="rename", branch="feature/billing")
    reserve("agent-2", "src/bill.py::Invoice.total", "src/bill.py::tax", branch="main")
    reserve("agent-3", "src/bill.py::tax", branch="feature/billing")
    reserve("agent-4", "README.md", branch="docs")


async def test_the_order_is_that_of_the_plan_with_reasons_matrix_and_hotspots(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await shows(pilot, "Order 3", "Hotspots 2")
        assert order_of(pilot) == ["docs", "main", "feature/billing"]
        await shows(pilot, "first: shares nothing", "3 branches to merge", "2 of 3 branches")
        await pilot.press("G")
        await shows(pilot, "after main: main ", "Runs of feature/billing 2", "agent-1: 1 address")
        await shows(pilot, "renames src/bill.py::Invoice, after main edits src/bill.py::Invoice.total within it")


async def test_a_branch_whose_runs_are_all_silent_says_so(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py::f", branch="fa", now=datetime.now(UTC) - timedelta(minutes=42))
    reserve("agent-2", "src/a.py::f", branch="fb")
    async with dashboard() as pilot:
        await pilot.press("5")
        await shows(pilot, "fa silent", "agent-1 is silent, last heard of 42m ago: ask it, or suppose it done")


async def test_what_is_checked_out_is_committed_and_not_merged(
    dashboard: Running, reserve: Reserve, muse_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musetui.tui.app.BRANCH_EVERY", 0.05)
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5", "j")
        await shows(
            pilot, "⎇ commit here", "commit its own work here, if the others are merged into it; if it is merged"
        )
        (muse_root / ".muse/HEAD").write_text("ref: refs/heads/docs\n")
        await pilot.press("k")
        await shows(pilot, "1 of 3   ⎇ commit here")
        rows = cast("PlanView", pilot.app.screen).branches
        assert {name: row.strategy for name, row in rows.items()} == {
            "docs": "commit",
            "main": "fast-forward",
            "feature/billing": "rebase",
        }


async def test_a_change_is_planned_anew_and_nothing_moves_the_cursor(
    dashboard: Running, reserve: Reserve, writer: Writer
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: order_of(pilot) == ["docs", "main", "feature/billing"])
        await pilot.press("j")
        reserve("agent-5", "LICENSE", branch="chore")
        await until(lambda: len(order_of(pilot)) == 4)
        assert pilot.app.screen.query_one("#order", RecordTable).cursor_id == "main"
        assert "Order 4" in screen_text(pilot)


async def test_what_changes_while_another_view_is_seen_is_planned_on_coming_back(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        view = cast("PlanView", pilot.app.screen)
        await pilot.press("1")
        reserve("agent-5", "LICENSE", branch="chore")
        await until(lambda: view._missed, what="the change that is not planned")
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 4)


async def test_the_matrix_lights_the_selected_branch_and_moves_the_cursor_of_the_order(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    async with dashboard(size=(80, 24)) as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("G", "tab", "tab")
        await shows(pilot, "▾3", "few ░▒▓█ most")
        assert isinstance(pilot.app.focused, HeatMatrix)
        await pilot.press("k")
        await shows(pilot, "▾2")
        assert pilot.app.screen.query_one("#order", RecordTable).cursor_id == "main"


async def test_many_branches_scroll_in_both_directions(dashboard: Running, reserve: Reserve) -> None:
    for number in range(30):
        reserve(f"agent-{number}", "src/hot.py::everyone", branch=f"feature/{number:02}")
    async with dashboard(size=(80, 24)) as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 30)
        await pilot.press("tab", "tab")
        await shows(pilot, "feature/00", "▾1", " ›")
        await pilot.press("right")
        await shows(pilot, "‹ 1")
        await pilot.press("G")
        await shows(pilot, "feature/29", "▾30")
        assert " 1 feature/00" not in screen_text(pilot)


async def test_with_nothing_held_it_says_so(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("5")
        await shows(pilot, "Nothing to merge: no branch holds a reservation.")


async def test_hostile_names_are_text_and_nothing_else(dashboard: Running, reserve: Reserve) -> None:
    reserve("[/]run", "a[/x].py::f", branch="[@click=app.quit]b[/]")
    reserve("r2", "a[/x].py::f", branch="\u202eevil")
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 2)
        await shows(pilot, "[@click=app.quit]b[/]", "a[/x].py::f", "\\u202eevil")
        for _ in range(5):
            await pilot.press("tab", "j", "G")
        await pilot.press("z", "z")
        assert pilot.app.is_running


async def opened(pilot: Pilot[int], screen: type) -> Subject:
    await until(lambda: isinstance(pilot.app.screen, screen), what=screen.__name__)
    await pilot.pause()
    return cast("RecordView", pilot.app.screen)._subject


async def test_enter_goes_from_a_branch_to_its_runs_and_opens_the_life_of_a_run(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("j", "enter")
        await until(lambda: pilot.app.focused is not None and pilot.app.focused.id == "runs")
        await pilot.press("enter")
        assert await opened(pilot, RunView) == Subject(SubjectKind.RUN, "agent-2")
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, PlanView))
        assert pilot.app.screen.query_one("#order", RecordTable).cursor_id == "main"


async def test_enter_on_a_hotspot_opens_the_conflict_there_or_who_holds_it(
    dashboard: Running, reserve: Reserve
) -> None:
    meet(reserve)
    for branch in ("main", "docs"):  # one run on two branches is in nobody's way
        alone = reserve("agent-9", "src/alone.py", branch=branch)
    async with dashboard() as pilot:
        await pilot.press("5")
        await shows(pilot, "Hotspots 3")
        hotspots = pilot.app.screen.query_one("#hotspots", RecordTable)
        cast("PlanView", pilot.app.screen).go_to("hotspots")
        hotspots.select("src/bill.py::tax")
        await pilot.press("enter")
        subject = await opened(pilot, RecordView)
        assert subject == Subject(SubjectKind.CONFLICT, (ConflictType.ADDRESS_OVERLAP, "src/bill.py::tax"))
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, PlanView))
        hotspots.select("src/alone.py")
        await pilot.press("enter")
        subject = await opened(pilot, RecordView)
        assert subject.kind is SubjectKind.RESERVATION
        assert len(str(subject.key)) == len(alone)


async def test_after_a_defect_the_next_change_is_planned(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(reserve)
    monkeypatch.setattr(planning, "AFTER_DEFECT", 0.0)
    true_plan = planning.plan_merges
    failed: list[int] = []

    def plan_that_fails(*args: Any) -> Any:
        if not failed:
            failed.append(1)
            raise ZeroDivisionError("a slip of ours")
        return true_plan(*args)

    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        view = cast("PlanView", pilot.app.screen)
        monkeypatch.setattr(planning, "plan_merges", plan_that_fails)
        reserve("agent-5", "LICENSE", branch="chore")
        await shows(pilot, "A defect of musetui, please report it: ZeroDivisionError")
        assert not view.is_settled
        reserve("agent-6", "NOTICE", branch="chore-2")
        await until(lambda: len(order_of(pilot)) == 5, what="the plan of all five branches")
        await until(lambda: view.is_settled)


async def test_after_a_defect_it_is_not_told_of_for_every_change(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(reserve)
    failed: list[int] = []

    def fail(*args: Any) -> Any:
        failed.append(1)
        raise ZeroDivisionError

    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        view = cast("PlanView", pilot.app.screen)
        monkeypatch.setattr(planning, "plan_merges", fail)
        monkeypatch.setattr(planning, "AFTER_DEFECT", 3600.0)
        await until(lambda: view.is_settled)
        view._look()
        await until(lambda: failed)
        for _ in range(5):
            view._look()
            await pilot.pause()
        assert len(failed) == 1
        assert not view.is_settled
        await pilot.press("j", "space")
        await until(lambda: len(failed) == 2, what="what is supposed to be planned all the same")
