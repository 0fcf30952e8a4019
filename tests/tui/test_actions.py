"""The registry: every action exists where its keys are heard, and is told on footer and pages."""

from pathlib import Path

import pytest

from musetui.tui.actions import ACTIONS, Action, Place, keys_table
from musetui.tui.app import MuseTui
from musetui.tui.key_names import shown_key
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.files import FilesView
from musetui.tui.screens.plan import PlanView
from musetui.tui.screens.record import RecordView
from musetui.tui.screens.timeline import TimelineView
from musetui.tui.screens.view import View
from musetui.tui.widgets.heat_matrix import HeatMatrix
from musetui.tui.widgets.record_table import RecordTable
from tests.tui.conftest import Running, screen_text

WHERE = {
    Place.APP: MuseTui,
    Place.DASHBOARD: Dashboard,
    Place.RECORD: View,
    Place.MARKS: View,
    Place.TABLE: RecordTable,
    Place.VIEW: View,
    Place.TREE: FilesView,
    Place.PAGE: RecordView,
    Place.PLAN: PlanView,
    Place.MATRIX: HeatMatrix,
    Place.TIMELINE: TimelineView,
}
README = Path(__file__).parents[2] / "README.md"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_it_is_done_where_it_is_heard(action: Action) -> None:
    assert hasattr(WHERE[action.place], f"action_{action.name}")


def test_the_readme_has_the_table_of_keys() -> None:
    assert f"<!-- keys -->\n{keys_table()}\n<!-- /keys -->" in README.read_text(), "run `make pages`"


@pytest.mark.parametrize(
    ("key", "shown"), [("question_mark", "?"), ("f5", "F5"), ("n", "n"), ("escape", "esc"), ("ctrl+p", "ctrl+p")]
)
def test_keys_are_shown_as_people_know_them(key: str, shown: str) -> None:
    assert shown_key(key) == shown


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
async def test_help_and_quit_are_never_pushed_out(dashboard: Running, columns: int) -> None:
    async with dashboard(size=(columns, 24)) as pilot:
        last = screen_text(pilot).splitlines()[-1]
        assert "? help" in last
        assert "q quit" in last
        assert len(last) <= columns


async def test_a_click_on_the_footer_presses_the_key(dashboard: Running) -> None:
    async with dashboard() as pilot:
        last = screen_text(pilot).splitlines()[-1]
        await pilot.click("KeyBar", offset=(last.index("? help") + 3, 0))
        await pilot.pause()
        assert "Keys that work here" in screen_text(pilot)
