"""The tasks view: in which state each task is, who claims it, who waits for whom; and that each line can be opened."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.record import RecordView
from musetui.tui.screens.tasks import TasksView
from tests.conftest import until
from tests.tui.conftest import Running, screen_text

Reserve = Callable[..., str]
Write = Callable[..., None]
HOUR = timedelta(hours=1)


@pytest.fixture
def write(muse_root: Path) -> Write:
    """Return what writes a record as another tool would, here or as if pulled from a hub."""

    def write(folder: str, name: str, run_id: str = "", **fields: Any) -> None:
        fields = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in fields.items()}
        if folder.startswith("remote/"):
            kind = folder.partition("/")[2]
            fields = {"id": 7, "kind": kind, "record_id": name, "run_id": run_id, "payload": fields}
        place = muse_root / ".muse/coordination" / folder
        place.mkdir(parents=True, exist_ok=True)
        (place / f".{name}").write_text(json.dumps(fields))
        (place / f".{name}").rename(place / f"{name}.json")

    return write


@pytest.fixture
def task(write: Write) -> Write:
    """Return what queues a task."""

    def task(task_id: str, title: str, queue: str = "bugs", ago: float = 60) -> None:
        created_at = datetime.now(UTC) - timedelta(minutes=ago)
        write("tasks", task_id, task_id=task_id, run_id="boss", queue=queue, title=title, created_at=created_at)

    return task


@pytest.fixture
def claim(write: Write) -> Write:
    """Return what claims a task."""

    def claim(task_id: str, run_id: str, *, folder: str = "claims", ends: float = 30, ago: float = 1) -> None:
        now = datetime.now(UTC)
        write(
            folder,
            task_id,
            run_id,
            task_id=task_id,
            claimer_run_id=run_id,
            claimed_at=now - timedelta(minutes=ago),
            expires_at=now + timedelta(minutes=ends),
        )

    return claim


async def over(pilot: Pilot[int], screen: type) -> None:
    await until(lambda: isinstance(pilot.app.screen, screen), what=screen.__name__)
    await pilot.pause()


async def show(pilot: Pilot[int]) -> TasksView:
    await pilot.press("7")
    await over(pilot, TasksView)
    view = pilot.app.screen
    assert isinstance(view, TasksView)
    return view


def line_of(pilot: Pilot[int], text: str) -> str:
    """Return the line of the screen with *text*; "" if there is none."""
    return next((line for line in screen_text(pilot).splitlines() if text in line), "")


async def test_what_needs_a_person_stands_first(dashboard: Running, task: Write, claim: Write) -> None:
    for task_id in ("open", "old", "mine", "ghost", "both", "late", "shared"):
        task(task_id, f"Task {task_id}!", ago=90 if task_id == "old" else 60)
    claim("mine", "ann", ends=50)
    claim("ghost", "lost", ago=40)
    claim("both", "ann")
    claim("both", "bob", folder="remote/claim")
    claim("late", "cy", ago=9, ends=-5)
    claim("shared", "dan")
    claim("shared", "dan", folder="remote/claim")
    claim("stray", "eve")
    async with dashboard() as pilot:
        view = await show(pilot)
        await until(lambda: view.table.row_count == 8)
        assert view.table.border_title == "Tasks 8"
        order = [view.table._order.at(index) for index in range(8)]
        assert order == ["both", "ghost", "old", "open", "shared", "stray", "mine", "late"] or order == [
            *("both", "ghost", "old", "open", "stray", "shared", "mine", "late")
        ]
        assert "▲ double claim" in line_of(pilot, "Task both!")
        assert "bob ⇣" in line_of(pilot, "Task both!")
        assert "● claimed" in line_of(pilot, "Task ghost!")
        assert "lost ◌" in line_of(pilot, "Task ghost!")
        assert "○ open" in line_of(pilot, "Task open!")
        assert "✕ claim over" in line_of(pilot, "Task late!")
        assert "5m ago" in line_of(pilot, "Task late!")
        assert "⇣" not in line_of(pilot, "Task shared!")
        assert "task stray" in line_of(pilot, "eve")


async def test_rows_follow_what_happens(dashboard: Running, task: Write, claim: Write) -> None:
    task("t1", "Fix the parser")
    async with dashboard() as pilot:
        view = await show(pilot)
        await until(lambda: "○ open" in line_of(pilot, "Fix the parser"))
        claim("t1", "ann")
        await until(lambda: "● claimed" in line_of(pilot, "Fix the parser"), what="the claim")
        claim("t1", "bob", folder="remote/claim")
        await until(lambda: "▲ double claim" in line_of(pilot, "Fix the parser"), what="the other claim")
        await until(lambda: "2 runs claim t1" in screen_text(pilot), what="the conflict in the detail")
        task("t2", "Another one")
        await until(lambda: view.table.row_count == 2)


async def test_enter_opens_a_task_and_then_a_claim(dashboard: Running, task: Write, claim: Write) -> None:
    task("t1", "Fix the parser")
    claim("t1", "ann")
    claim("t1", "bob", folder="remote/claim")
    async with dashboard() as pilot:
        view = await show(pilot)
        await until(lambda: view.table.row_count == 1)
        await pilot.press("enter")
        await over(pilot, RecordView)
        text = screen_text(pilot)
        assert "─ Task ─" in text
        assert "Fix the parser" in text
        assert "Related 3" in text
        await pilot.press("enter", "end", "enter")
        await until(lambda: "─ Claim ─" in screen_text(pilot), what="the claim")
        await pilot.press("escape", "escape")
        await over(pilot, TasksView)


async def test_who_waits_for_whom(dashboard: Running, reserve: Reserve, write: Write) -> None:
    first, second = reserve("ann", "src/a.py"), reserve("bob", "src/b.py")
    async with dashboard() as pilot:
        view = await show(pilot)
        assert "Nobody waits" in screen_text(pilot)
        write("dependencies", first, reservation_id=first, depends_on=[second], run_id="ann")
        await until(lambda: view.waiting.row_count == 2)
        assert view.waiting.border_title == "Who waits for whom 1"
        assert "└─ src/b.py" in line_of(pilot, "src/b.py")
        write("dependencies", second, reservation_id=second, depends_on=[first], run_id="bob")
        await until(lambda: "↻ circle of 2" in screen_text(pilot), what="the circle")
        # Its lines are reservations: the keys that write act on them, and enter opens them.
        await pilot.press("tab", "home", "r")
        await over(pilot, Confirm)
        assert "Release this reservation?" in screen_text(pilot)
        await pilot.press("escape")
        await over(pilot, TasksView)
        await pilot.press("tab")
        await pilot.pause()
        assert "reservation" in screen_text(pilot).split("Detail")[1]
        await pilot.press("shift+tab", "enter")
        await over(pilot, RecordView)


async def test_a_release_frees_who_waits_in_a_circle(dashboard: Running, reserve: Reserve, write: Write) -> None:
    first, second = reserve("ann", "src/a.py"), reserve("bob", "src/b.py")
    write("dependencies", first, reservation_id=first, depends_on=[second], run_id="ann")
    write("dependencies", second, reservation_id=second, depends_on=[first], run_id="bob")
    async with dashboard() as pilot:
        view = await show(pilot)
        await until(lambda: view.waiting.row_count == 3)
        write("releases", second, reservation_id=second, run_id="bob", released_at=datetime.now(UTC))
        await until(lambda: view.waiting.row_count == 2)
        assert "✕ waits in vain" in line_of(pilot, "└─ src/b.py")


async def test_a_claim_in_the_activity_can_be_opened(dashboard: Running, task: Write, claim: Write) -> None:
    async with dashboard() as pilot:
        task("t1", "Fix the parser", ago=0)
        await until(lambda: "queued Fix the parser" in screen_text(pilot), what="the task")
        await pilot.press("shift+tab", "home", "enter")
        await over(pilot, RecordView)
        assert "─ Task ─" in screen_text(pilot)
        await pilot.press("escape")
        await over(pilot, Dashboard)
        claim("t1", "ann", ago=0)
        await until(lambda: "claimed t1" in screen_text(pilot), what="the claim")
        await pilot.press("home", "enter")
        await over(pilot, RecordView)
        assert "─ Claim ─" in screen_text(pilot)


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (40, 12)])
async def test_hostile_text_is_painted_as_text(
    dashboard: Running, task: Write, claim: Write, size: tuple[int, int]
) -> None:
    task("t1", "[/]bad\x1b[31m[@click=app.quit]x[/]", "[q]\x1b")
    claim("t1", "[/r]\x1b]0;x")
    async with dashboard(size=size) as pilot:
        view = await show(pilot)
        await until(lambda: view.table.row_count == 1)
        await pilot.pause()
        assert "[/]bad␛" in screen_text(pilot)
        assert "\x1b" not in screen_text(pilot)
        await pilot.press("enter")
        await over(pilot, RecordView)
        assert "\x1b" not in screen_text(pilot)
