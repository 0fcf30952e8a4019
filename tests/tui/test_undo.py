"""Undo: what was done from here and can be answered is answered, after a question; what cannot says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from textual.pilot import Pilot

from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.history.then import look_back
from musetui.history.trail import Trail
from musetui.records.liveness import LeaseState
from musetui.swarm.thresholds import Thresholds
from musetui.tui.presentation.activity import event_text
from tests.conftest import until
from tests.tui.conftest import Running, live_of, screen_text

Reserve = Callable[..., str]


def records(root: Path, kind: str) -> dict[str, dict[str, Any]]:
    """Return the records of a kind on disk, by the stem of their files."""
    folder = root / ".muse" / "coordination" / kind
    return {path.stem: orjson.loads(path.read_bytes()) for path in folder.glob("*.json")}


async def shown(pilot: Pilot[int], text: str) -> None:
    await until(lambda: text in " ".join(screen_text(pilot).replace("│", " ").split()), what=text)


async def release_all(pilot: Pilot[int], rows: int) -> None:
    """Release everything there is."""
    await shown(pilot, f"Reservations · local {rows}")
    await pilot.press("asterisk", "r")
    await shown(pilot, f"Release {rows} reservation")
    await pilot.pause()
    await pilot.press("y")
    await shown(pilot, f"Released {rows} reservation")
    await shown(pilot, "u undo")


async def test_what_was_released_is_reserved_again_for_the_rest_of_its_lease(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    old = {reserve(f"agent-{number}", f"src/{number}.py", "src/b.py::f", branch="topic") for number in range(1, 3)}
    async with dashboard() as pilot:
        await release_all(pilot, 2)
        await pilot.press("u")
        await shown(pilot, "Reserve again what was released (2)?")
        assert "agent-1 on topic · src/1.py +1" in screen_text(pilot)
        await pilot.pause()
        await pilot.press("y")
        await shown(pilot, "Reserved again 2 reservations")
        found = records(muse_root, "reservations")
        new = [record for stem, record in found.items() if stem not in old]
        assert len(new) == 2
        for record in new:
            first = next(found[stem] for stem in old if found[stem]["run_id"] == record["run_id"])
            assert (record["addresses"], record["branch"]) == (first["addresses"], "topic")
            assert record["operation"] == first["operation"]
            assert abs(moment(record["expires_at"]) - moment(first["expires_at"])) < timedelta(seconds=2)
        assert set(records(muse_root, "releases")) == old
        await until(lambda: "u undo" not in screen_text(pilot).splitlines()[-1], what="nothing left to undo")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_what_another_run_holds_is_left_to_it(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("agent-1", "src/a.py::f")
    reserve("agent-2", "src/b.py")
    async with dashboard() as pilot:
        await release_all(pilot, 2)
        reserve("agent-7", "src/a.py")
        await shown(pilot, "agent-7")
        await pilot.press("u")
        await shown(pilot, "Reserve again what was released (1)?")
        await shown(pilot, "agent-1 on main · src/a.py::f: agent-7 holds what lies around")
        await pilot.pause()
        await pilot.press("y")
        await shown(pilot, "Reserved again 1 reservation")
        runs = sorted(record["run_id"] for record in records(muse_root, "reservations").values())
        assert runs == ["agent-1", "agent-2", "agent-2", "agent-7"]


async def test_what_others_hold_can_be_had_again_once_they_have_let_go(
    dashboard: Running, reserve: Reserve, writer: Writer
) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard() as pilot:
        await release_all(pilot, 1)
        other = reserve("agent-7", "src/a.py")
        await shown(pilot, "agent-7")
        await pilot.press("u")
        await shown(pilot, "Nothing of it can be reserved again.")
        writer.release(other, "agent-7", now=datetime.now(UTC))
        await until(lambda: not live_of(pilot).swarm.counts().active, what="its end")
        await pilot.press("u")
        await shown(pilot, "Reserve again what was released (1)?")


async def test_a_lease_that_would_be_over_is_not_begun_again(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    reserve("agent-1", "src/a.py", ttl=timedelta(seconds=9))
    async with dashboard() as pilot:
        await release_all(pilot, 1)
        await pilot.press("u")
        await shown(pilot, "Nothing of it can be reserved again.")
        await shown(pilot, "its lease would have run out")
        await until(lambda: "u undo" not in screen_text(pilot).splitlines()[-1], what="nothing left to undo")
        assert len(records(muse_root, "reservations")) == 1


async def test_the_last_deed_is_answered_first(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    first = reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await shown(pilot, "Reservations · local 1")
        await pilot.press("h")
        await shown(pilot, "Extend the lease?")
        await pilot.press("ctrl+s")
        await shown(pilot, "Extended the lease of agent-1")
        await pilot.press("n")
        await shown(pilot, "New reservation")
        await pilot.press(*"src/z.py", "ctrl+s")
        await shown(pilot, "Reserved src/z.py for tester")
        await shown(pilot, "u undo")
        await pilot.press("u")
        await shown(pilot, "Release what was reserved?")
        await shown(pilot, "tester on main · src/z.py")
        await pilot.pause()
        await pilot.press("y")
        await shown(pilot, "Released 1 reservation")
        (mine,) = set(records(muse_root, "reservations")) - {first}
        assert set(records(muse_root, "releases")) == {mine}
        await pilot.press("u")
        await shown(pilot, "An extension stands: a lease never grows shorter.")
        await until(lambda: "u undo" not in screen_text(pilot).splitlines()[-1], what="nothing left to undo")


async def test_what_was_reserved_and_is_over_needs_no_release(
    dashboard: Running, muse_root: Path, writer: Writer
) -> None:
    async with dashboard() as pilot:
        await shown(pilot, "No reservations yet")
        await pilot.press("n")
        await shown(pilot, "New reservation")
        await pilot.press(*"src/z.py", "ctrl+s")
        await shown(pilot, "u undo")
        (mine,) = records(muse_root, "reservations")
        writer.release(mine, "tester", now=datetime.now(UTC))
        await shown(pilot, "released")
        held = live_of(pilot).swarm.reservation(mine)
        assert held is not None
        await until(lambda: held.state is LeaseState.RELEASED, what="its end")
        await pilot.press("u")
        await shown(pilot, "What was reserved is not held any more")


async def test_a_no_leaves_the_deed_to_be_answered_later(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await release_all(pilot, 1)
        await pilot.press("u")
        await shown(pilot, "Reserve again what was released (1)?")
        await pilot.press("n")
        await until(lambda: "Reserve again" not in screen_text(pilot), what="the end of the question")
        assert len(records(muse_root, "reservations")) == 1
        await shown(pilot, "u undo")


@pytest.mark.parametrize("read_only", [False, True])
async def test_where_nothing_was_done_there_is_nothing_to_undo(dashboard: Running, read_only: bool) -> None:
    async with dashboard(read_only=read_only) as pilot:
        await pilot.press("u")
        why = "musetui was started with --read-only." if read_only else "Nothing was written from here so far."
        await shown(pilot, f"undo is off: {why}")


async def test_who_reserves_again_for_a_silent_run_is_no_sign_of_its_life(
    dashboard: Running, reserve: Reserve, writer: Writer
) -> None:
    now = datetime.now(UTC)
    first = reserve("agent-1", "src/a.py", now=now - timedelta(minutes=40))
    waiting = reserve("agent-2", "src/b.py")
    writer.depend(waiting, [first], "agent-2", now=now)
    async with dashboard() as pilot:
        await pilot.press("4")
        await shown(pilot, "silent")
        await pilot.press("r")
        await shown(pilot, "agent-2 waits for it: nothing holds that up any more.")
        await shown(pilot, "u reserves the same again, while it is free.")
        await pilot.pause()
        await pilot.press("y")
        await shown(pilot, "Released what agent-1 held")
        await pilot.press("u")
        await shown(pilot, "agent-2 waits for it: of the new one nothing says so, and who waits may go on.")
        await pilot.pause()
        await pilot.press("y")
        await shown(pilot, "Reserved again")
        await until(lambda: len(live_of(pilot).swarm.held_of_run("agent-1")) == 1, what="the new one")
        assert live_of(pilot).swarm.is_silent("agent-1")


async def test_what_others_hold_too_is_not_promised_back(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    reserve("agent-2", "src/a.py")
    async with dashboard() as pilot:
        await shown(pilot, "Reservations · local 2")
        await pilot.press("r")
        await shown(pilot, "back: agent-2 holds it.")
        await pilot.press("escape")
        await pilot.press("asterisk", "r")
        await shown(pilot, "1 conflict ends by it")
        assert "cannot be taken" not in screen_text(pilot)


async def test_in_the_past_what_was_reserved_again_begins_when_it_was(
    dashboard: Running, reserve: Reserve, writer: Writer, muse_root: Path
) -> None:
    now = datetime.now(UTC)
    reserve("ann", "src/x.py", now=now - timedelta(minutes=30))
    async with dashboard() as pilot:
        await release_all(pilot, 1)
        between = reserve("bob", "src/x.py", now=now - timedelta(minutes=20))
        writer.release(between, "bob", now=now - timedelta(minutes=10))
        swarm = live_of(pilot).swarm
        await until(lambda: swarm.reservation(between) is not None and not list(swarm.held()), what="bob's release")
        await pilot.press("u")
        await shown(pilot, "Reserve again what was released (1)?")
        await pilot.pause()
        await pilot.press("y")
        await shown(pilot, "Reserved again 1 reservation")
        await until(lambda: len(list(swarm.held())) == 1, what="the new one")
        (held,) = swarm.held()
        assert held.reservation.created_at == now - timedelta(minutes=30)
        told = next(event for event in swarm.activity if event.record_id == held.record_id)
        assert (told.verb, told.seen) == ("reserved", None)
        assert "(again, " in "".join(span.text for span in event_text(told))
        trail = Trail()
        trail.look([load(Repository(muse_root))], datetime.now(UTC))
        then = look_back(trail, told.at - timedelta(seconds=1), Thresholds())
        assert then.reservation(held.record_id) is None
        assert look_back(trail, told.at, Thresholds()).reservation(held.record_id) is not None
