"""Much at once: conflicts, and what is stuck, are looked for once when all is there, and the picture is the same."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from musetui.callgraph.edges import Edge, GraphChange
from musetui.forecast.conflict import ConflictType
from musetui.forecast.index import ConflictIndex
from musetui.forecast.stale_index import StaleIndex
from musetui.tui import live as live_module
from musetui.tui import past as past_module
from musetui.tui.past import Past
from musetui.tui.showing import Showing
from tests.conftest import until
from tests.tui.conftest import Running, app_of, live_of, screen_text

Reserve = Callable[..., str]


@pytest.fixture(autouse=True)
def _much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a few records count as very many."""
    monkeypatch.setattr(live_module, "LOOKED_AT_ONCE", 1)
    monkeypatch.setattr(past_module, "FAR", 1)


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Return what lets the looking for conflicts, which is held up, go on."""
    go_on, anew = threading.Event(), ConflictIndex.anew
    monkeypatch.setattr(ConflictIndex, "anew", lambda index: (go_on.wait(20), anew(index))[1])
    return go_on


def is_right(showing: Showing) -> bool:
    """Return whether conflicts and what is stuck are those of the picture."""
    anew = ConflictIndex(showing.swarm)
    stale = StaleIndex(showing.swarm, anew)
    return showing.conflicts.conflicts() == anew.conflicts() and showing.stale.keys() == stale.keys()


async def test_what_comes_while_conflicts_are_looked_for_waits_and_is_taken_in(
    starting: Running, reserve: Reserve, held_up: threading.Event
) -> None:
    hour = timedelta(hours=1)
    for number in range(4):
        reserve(f"agent-{number}", "src/a.py", now=datetime.now(UTC) - hour / 2)
    reserve("dan", "src/c.py::total")
    async with starting() as pilot:
        await until(lambda: app_of(pilot).live is not None and live_of(pilot)._is_looking, what="the looking")
        live = live_of(pilot)
        live.follow_calls(GraphChange((Edge("src/b.py::pay", "src/c.py::total", 1.0, (3,)),)))
        live.calls_read()
        await until(lambda: "… conflicts" in screen_text(pilot), what="that they are not known yet")
        assert "… stale" in screen_text(pilot)
        late = reserve("eve", "src/b.py::pay")
        live.refresh()
        await until(lambda: live._inbox, what="the news")
        live.advance()
        assert not live.is_loaded
        assert live.swarm.reservation(late) is None
        assert not live.knows_calls
        held_up.set()
        await until(lambda: live.knows_calls and live.swarm.reservation(late), what="all of it")
        kinds = {conflict.conflict_type for conflict in live.conflicts.conflicts()}
        assert kinds == {ConflictType.ADDRESS_OVERLAP, ConflictType.BLAST_RADIUS_OVERLAP}
        await until(lambda: "2 conflicts" in screen_text(pilot) and "Conflicts 2" in screen_text(pilot))


async def test_views_that_were_opened_before_show_what_is_found(
    starting: Running, reserve: Reserve, held_up: threading.Event
) -> None:
    for number in range(4):
        reserve(f"agent-{number}", "src/a.py", now=datetime.now(UTC) - timedelta(minutes=40), ttl=timedelta(hours=2))
    async with starting() as pilot:
        await until(lambda: app_of(pilot).live is not None and live_of(pilot)._is_looking, what="the looking")
        for key, told in (("3", "src"), ("4", "Stale"), ("2", "agent-3")):
            await pilot.press(key)
            await until(lambda told=told: told in screen_text(pilot), what=told)
        held_up.set()
        live = live_of(pilot)
        await until(lambda: live.is_loaded and live.runs.is_whole)
        assert is_right(live)
        assert all(live.runs.conflicts_of(run_id) for run_id in live.runs.runs())
        await until(lambda: "silent" in screen_text(pilot), what="how it stands with the runs")
        await pilot.press("4")
        await until(lambda: "Stale 4" in screen_text(pilot), what="what is stuck")


async def test_a_moment_of_the_past_has_its_conflicts(dashboard: Running, reserve: Reserve) -> None:
    now = datetime.now(UTC)
    for number in range(1, 9):
        reserve(f"agent-{number}", "src/a.py", f"src/{number % 3}.py", now=now - timedelta(minutes=5 * number))
    async with dashboard() as pilot:
        app = app_of(pilot)
        assert await app.travel.prepare()
        for minutes in (12, 27, 2, 38):
            app.travel.go(now - timedelta(minutes=minutes))
            app.travel.go(now - timedelta(minutes=minutes + 1))  # another wish, while the first is on its way
            await until(lambda: isinstance(app.showing, Past) and app.showing.is_there, what="the past")
            assert is_right(app.showing)
            held = 8 - (minutes + 1) // 5
            assert len(app.showing.conflicts) == (0 if held < 2 else 1 + max(0, min(held - 3, 3)))


async def test_a_defect_in_the_looking_is_told_and_the_picture_goes_on(
    starting: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(index: ConflictIndex) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ConflictIndex, "anew", broken)
    reserve("ann", "src/a.py")
    async with starting() as pilot:
        await until(lambda: app_of(pilot).live is not None and live_of(pilot).is_loaded, what="the picture")
        await until(lambda: any("defect" in told.message for told in app_of(pilot)._notifications), what="the word")
        late = reserve("bob", "src/a.py")
        await until(lambda: live_of(pilot).swarm.reservation(late), what="news")
