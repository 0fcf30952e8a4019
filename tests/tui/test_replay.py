"""The dashboard on a recording: every view and every moment of it, marked as what it is; nothing can be done to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.history.lines import Header
from musetui.history.recorder import Recorder
from musetui.history.replay import open_replay
from musetui.records.models import LATEST
from musetui.settings import Settings
from musetui.swarm.moments import micros
from musetui.tui.app import MuseTui
from musetui.tui.presentation.glyphs import BACK
from musetui.tui.screens.plan import PlanView
from musetui.tui.views import VIEWS
from tests.conftest import until
from tests.swarm.scene import NOON, at, beat, found, gone, local, release, reservation
from tests.tui.conftest import screen_text

Replaying = Callable[..., AbstractAsyncContextManager[Pilot[int]]]
END = at(60)


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """Return a recording of an hour: one collides with another and gives back; a third is deleted without a trace."""
    path = tmp_path / "day.jsonl"
    recorder = Recorder(path, Header("orch\x1b[2Jard [/]", "7d6c"))
    recorder.take_in(found(local(reservation("r1", run_id="ann", ends=90))), NOON)
    recorder.looked(NOON)
    recorder.take_in(found(local(reservation("r2", run_id="bob", branch="dev", ends=90))), at(10))
    third = local(reservation("r3", "cy", "src/b.py", ends=40))
    recorder.take_in(found(third), at(12))
    recorder.take_in(found(local(beat("r1", at_minute=15, run_id="ann"))), at(15))
    recorder.take_in(found(local(release("r2", "bob", at_minute=20))), at(20))
    recorder.take_in(gone(third), at(30))
    recorder.close(END)
    return path


@pytest.fixture
def replaying(day: Path) -> Replaying:
    """Return what runs the dashboard on the recording until its end is shown and its past is known."""

    @asynccontextmanager
    async def running(**options: Any) -> AsyncIterator[Pilot[int]]:
        replay = open_replay(day)
        app = MuseTui(replay.repository, Settings(run_id="tester"), replay=replay, **options)
        async with app.run_test(size=(160, 45), notifications=True) as pilot:
            await until(lambda: app.live is not None and app.live.status.settled, what="the end")
            await until(lambda: app.travel is not None and not app.travel.is_behind, what="the past")
            await pilot.pause()
            yield pilot

    return running


def app_of(pilot: Pilot[int]) -> MuseTui:
    assert isinstance(pilot.app, MuseTui)
    return pilot.app


async def told(pilot: Pilot[int], sentence: str) -> None:
    await until(lambda: any(sentence in each.message for each in pilot.app._notifications), what=sentence)


async def test_its_end_is_its_now_and_every_view_shows_it(replaying: Replaying) -> None:
    async with replaying() as pilot:
        app = app_of(pilot)
        assert app.moment() == END
        for view in VIEWS:
            await app.run_action(f"show_{view}")
            await pilot.pause()
            if isinstance(app.screen, PlanView):
                await until(lambda: app.screen.is_settled, what="the plan")  # type: ignore[attr-defined]
            header = screen_text(pilot).splitlines()[0]
            assert "orch␛[2Jard [/]  RECORDING · read-only  ends " in header
            assert "live" not in header
            assert "⎇" not in header
            assert "\x1b" not in screen_text(pilot)
        assert app.live is not None
        assert [held.record_id for held in app.live.swarm.reservations() if held.is_held] == ["r1"]


async def test_at_its_end_the_activity_is_its_story(replaying: Replaying) -> None:
    async with replaying() as pilot:
        app = app_of(pilot)
        assert app.live is not None
        verbs = [event.verb for event in app.live.swarm.activity]
        assert {"left", "beat", "silent", "released", "reserved"} <= set(verbs)
        await until(lambda: "left src/b.py" in screen_text(pilot), what="what was deleted")
        await app._go_to(END - timedelta(seconds=1))
        await until(lambda: app.travel is not None and app.travel.past is not None, what="the moment before")
        assert [event.verb for event in app.showing.swarm.activity] == verbs  # type: ignore[union-attr]


async def test_each_moment_is_shown_as_it_was(replaying: Replaying) -> None:
    async with replaying(first_view="timeline", at=at(16)) as pilot:
        app = app_of(pilot)
        assert app.current_mode == "timeline"
        await until(lambda: app.travel is not None and app.travel.past is not None, what="the moment")
        await pilot.pause()
        assert app.travel is not None
        held = [each for each in app.travel.showing.swarm.reservations() if each.is_held]
        assert sorted(each.record_id for each in held) == ["r1", "r2", "r3"]
        assert "44m before the recording's end" in screen_text(pilot)
        assert "which branch was checked out" in screen_text(pilot)
        assert BACK in screen_text(pilot).splitlines()[0]
        await pilot.press("space")
        assert app.travel.is_playing
        await until(lambda: app.travel is not None and app.travel.at > at(17), what="time to pass")
        await pilot.press("space", "end")
        await until(lambda: app.travel is not None and app.travel.moment is None, what="the end")
        assert "the recording's end" in screen_text(pilot)


async def test_nothing_can_be_done_to_it(replaying: Replaying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    before = sorted(tmp_path.rglob("*"))
    async with replaying() as pilot:
        for key in ("r", "h", "n", "P", "p"):
            await pilot.press(key)
        for name in ("release", "extend", "new", "push", "pull"):
            await told(pilot, f"{name} is off: this is a recording, and cannot be changed")
        await pilot.press("f5")
        await told(pilot, "no disk to be compared with")
        await pilot.press("o")
        await told(pilot, "holds no files that could be opened")
        await pilot.press("D")  # a choice that is kept elsewhere
        await pilot.press("5", "m")
        await told(pilot, "nothing that muse could be asked about")
    assert sorted(tmp_path.rglob("*")) == before


async def test_what_ends_something_stuck_is_copied_without_a_place(replaying: Replaying) -> None:
    async with replaying(first_view="stale") as pilot:
        await until(lambda: "silent" in screen_text(pilot), what="what is stuck")
        await pilot.press("y")
        await until(lambda: pilot.app.clipboard, what="the command")
        assert pilot.app.clipboard == ": ann; musetui release r1 --reason silent"


async def test_one_that_was_cut_off_at_the_end_of_time_says_so(replaying: Replaying, day: Path) -> None:
    day.write_bytes(day.read_bytes() + b'{"at":%d,"tells":"watch"}\n{"at":' % micros(LATEST))
    async with replaying(first_view="timeline") as pilot:
        await told(pilot, "The recording is cut off in the midst of a line")
        assert "the recording is cut off in the midst of a line" in screen_text(pilot)
        assert app_of(pilot).moment() == LATEST
        await pilot.press("left", "0", "minus", "minus", "plus", "home", "right_square_bracket", "end", "a", "d")
        await pilot.pause()
        assert not [each for each in pilot.app._notifications if "defect" in each.message]
        assert app_of(pilot).moment() - timedelta(days=1) < LATEST
