"""The dashboard as a person meets it: what agents do appears, and keys do what the help says."""

import asyncio
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from musetui.coordination.batch import Batch, Slot
from musetui.coordination.writer import Writer
from musetui.swarm.entity import Held
from musetui.tui.screens.confirm import Confirm
from musetui.tui.screens.dashboard import Dashboard
from musetui.tui.screens.extend import ExtendForm
from musetui.tui.screens.help import HelpScreen
from musetui.tui.screens.intent import IntentForm
from musetui.tui.screens.problems import ProblemsView
from musetui.tui.screens.record import RecordView
from musetui.tui.screens.reserve import ReserveForm
from musetui.tui.widgets.address_picker import AddressPicker
from musetui.tui.widgets.choice import Choice
from musetui.tui.widgets.record_table import RecordTable
from tests.conftest import until
from tests.tui.conftest import Running, live_of, screen_text

Reserve = Callable[..., str]


def view(pilot: Pilot[int]) -> Dashboard:
    screen = pilot.app.screen
    assert isinstance(screen, Dashboard)
    return screen


async def on_screen(pilot: Pilot[int], text: str) -> None:
    await until(lambda: text in screen_text(pilot), what=f"{text!r} on the screen")


async def over(pilot: Pilot[int], screen: type) -> None:
    await until(lambda: isinstance(pilot.app.screen, screen), what=screen.__name__)
    await pilot.pause()


async def test_records_of_agents_appear_change_and_go(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    async with dashboard() as pilot:
        assert "No reservations yet" in screen_text(pilot)
        reservation_id = reserve("agent-41", "src/billing.py::compute_total")
        await on_screen(pilot, "agent-41")
        await until(lambda: view(pilot).table("local").row_count == 1)
        (muse_root / ".muse/coordination/reservations" / f"{reservation_id}.json").unlink()
        await until(lambda: view(pilot).table("local").row_count == 0)
        await until(lambda: "src/billing.py::compute_total" not in screen_text(pilot).split("Activity")[0])


async def test_a_row_whose_record_has_gone_is_painted_until_the_list_hears_of_it(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    async with dashboard() as pilot:
        slots = [Slot("reservations", f"{reserve(f'agent-{number}', 'src/a.py')}.json") for number in range(3)]
        await until(lambda: view(pilot).table("local").row_count == 3)
        await pilot.pause()
        live = pilot.app.live  # type: ignore[attr-defined]
        # What is published is held back a little in a storm; the seconds go on meanwhile.
        live.swarm.apply(Batch(gone=slots[:2]), live.now())
        table = view(pilot).table("local")
        table.tick(live.now() + timedelta(minutes=40))
        table.refresh()
        await pilot.pause()
        assert pilot.app.is_running
        assert "agent-2" in screen_text(pilot)


async def test_a_list_is_sorted_though_the_record_under_the_cursor_has_just_gone(
    dashboard: Running, reserve: Reserve
) -> None:
    async with dashboard() as pilot:
        for number in range(4):
            reserve(f"agent-{number}", f"src/m{number}.py")
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 4)
        await pilot.press("j", "j")
        live = pilot.app.live  # type: ignore[attr-defined]
        live.swarm.apply(Batch(gone=[Slot("reservations", f"{table.cursor_id}.json")]), live.now())
        table.action_sort_next()
        await pilot.pause()
        assert pilot.app.is_running
        live.swarm.apply(Batch(gone=[held.slots[0] for held in live.swarm.reservations()]), live.now())
        table.action_sort_next()
        await pilot.pause()
        assert pilot.app.is_running


async def test_remote_records_have_their_own_pane_and_come_home(dashboard: Running, muse_root: Path) -> None:
    now = datetime.now(UTC)
    payload = {
        "schema_version": "0.1.5",
        "reservation_id": "far-1",
        "run_id": "osaka-03",
        "branch": "main",
        "addresses": ["src/a.py"],
        "created_at": now.isoformat(),
        "expires_at": (now + timedelta(hours=1)).isoformat(),
        "operation": None,
    }
    folder = muse_root / ".muse/coordination/remote/reservation"
    folder.mkdir(parents=True)
    envelope = {"id": 7, "kind": "reservation", "record_id": "far-1", "run_id": "osaka-03", "payload": payload}
    (folder / "far-1.json").write_text(json.dumps(envelope))
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("remote").row_count == 1)
        home = muse_root / ".muse/coordination/reservations"
        home.mkdir(parents=True, exist_ok=True)
        (home / "far-1.json").write_text(json.dumps(payload))
        await until(lambda: view(pilot).table("local").row_count == 1)
        assert view(pilot).table("remote").row_count == 0


async def test_a_conflict_appears_and_goes(dashboard: Running, reserve: Reserve, writer: Writer) -> None:
    async with dashboard() as pilot:
        first = reserve("agent-1", "src/billing.py::Invoice")
        reserve("agent-2", "src/billing.py::Invoice.total", branch="feature/billing")
        await until(lambda: view(pilot).table("conflicts").row_count == 1)
        writer.release(first, "agent-1", now=datetime.now(UTC))
        await until(lambda: view(pilot).table("conflicts").row_count == 0)


async def test_conflicts_that_come_all_at_once_are_put_in_their_places_and_counted(
    dashboard: Running, reserve: Reserve, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musetui.tui.screens.dashboard.MANY", 0)
    monkeypatch.setattr("musetui.tui.screens.late_order.SLICE", 0.0)
    monkeypatch.setattr("musetui.tui.screens.late_order._AT_ONCE", 1)
    async with dashboard() as pilot:
        table = view(pilot).table("conflicts")
        held = [reserve("agent-1", f"src/{name}.py") for name in "abcde"]
        for name in "abcde":
            reserve("agent-2", f"src/{name}.py::total")
        await until(lambda: not table.is_reading and "Conflicts 5" in str(table.border_title))
        assert table.row_count == 5
        for reservation_id in held:
            writer.release(reservation_id, "agent-1", now=datetime.now(UTC))
        await until(lambda: not table.is_reading and "Conflicts 0" in str(table.border_title))
        assert table.row_count == 0


async def test_tab_goes_round_the_panes_and_back(dashboard: Running) -> None:
    async with dashboard() as pilot:
        seen = []
        for _ in range(6):
            seen.append(pilot.app.focused.id if pilot.app.focused else None)
            await pilot.press("tab")
        assert seen == ["local", "remote", "conflicts", "intents", "detail", "activity"]
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "local"
        await pilot.press("shift+tab")
        assert pilot.app.focused.id == "activity"


async def test_zoom_shows_one_pane_and_back(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard() as pilot:
        await pilot.press("tab", "tab", "z")
        await pilot.pause()
        assert view(pilot).table("conflicts").size.height > 35
        assert "Reservations · local" not in screen_text(pilot)
        await pilot.press("z")
        await pilot.pause()
        assert "Reservations · local" in screen_text(pilot)


async def test_small_terminal_has_tabs(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py")
    async with dashboard(size=(80, 24)) as pilot:
        text = screen_text(pilot)
        assert "[Local 1]" in text
        assert "agent-1" in text
        await pilot.press("tab")
        await pilot.pause()
        assert "[Remote 0]" in screen_text(pilot)
        await pilot.resize_terminal(160, 45)
        await pilot.pause()
        assert "Reservations · local" in screen_text(pilot)
        assert "[Remote 0]" not in screen_text(pilot)


async def test_tabs_answer_the_mouse(dashboard: Running) -> None:
    async with dashboard(size=(80, 24)) as pilot:
        line = screen_text(pilot).splitlines()[1]
        await pilot.click("TabStrip", offset=(line.index("Intents") + 1, 0))
        await pilot.pause()
        assert pilot.app.focused is not None
        assert pilot.app.focused.id == "intents"


async def test_enter_opens_a_record_and_escape_goes_back(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py::f")
    reserve("agent-2", "src/a.py::f")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("conflicts").row_count == 1)
        await pilot.press("tab", "tab", "enter")
        await over(pilot, RecordView)
        assert "orchard" in screen_text(pilot).splitlines()[0]
        related = pilot.app.screen.query_one("#related", RecordTable)
        await until(lambda: related.row_count == 2)
        await pilot.press("tab", "enter")
        await until(lambda: len(pilot.app.screen_stack) == 3)
        await pilot.press("escape", "escape")
        await over(pilot, Dashboard)


async def test_a_double_claim_leads_to_its_claims(dashboard: Running, writer: Writer, muse_root: Path) -> None:
    now = datetime.now(UTC)
    task = writer.task("Fix the parser", "", "planner", now=now)
    claim = writer.claim(task.task_id, "agent-1", ttl=timedelta(hours=1), now=now)
    folder = muse_root / ".muse/coordination/remote/claim"
    folder.mkdir(parents=True)
    other = {"task_id": claim.task_id, "claimer_run_id": "agent-2", "claimed_at": now.isoformat()}
    (folder / f"{claim.task_id}.json").write_text(json.dumps(other))
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("conflicts").row_count == 1)
        await pilot.press("tab", "tab", "enter")
        await over(pilot, RecordView)
        related = pilot.app.screen.query_one("#related", RecordTable)
        await until(lambda: related.row_count == 2)
        await pilot.press("tab", "down", "enter")
        await until(lambda: len(pilot.app.screen_stack) == 3)
        await on_screen(pilot, f".muse/coordination/remote/claim/{claim.task_id}.json")
        await on_screen(pilot, "claims it too")
        await pilot.press("y")
        await until(lambda: pilot.app.clipboard == claim.task_id)
        (folder / f"{claim.task_id}.json").unlink()
        await on_screen(pilot, "It has gone")


async def test_copying_an_id(dashboard: Running, reserve: Reserve) -> None:
    reservation_id = reserve("agent-1", "src/a.py::f")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).selected() is not None)
        await pilot.press("y")
        await until(lambda: pilot.app.clipboard == reservation_id)


async def test_sorting_by_key(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-b", "src/a.py::f")
    reserve("agent-a", "src/b.py::f", ttl=timedelta(hours=3))
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 2)
        before = table.sorting
        await pilot.press("s")
        assert table.sorting[0] != before[0]
        await pilot.press("S")
        assert table.sorting[1] is True


async def test_a_reservation_from_the_keyboard(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("agent-1", "src/billing.py::compute_total")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 1)
        await pilot.press("n")
        await over(pilot, ReserveForm)
        await pilot.press(*"compute")
        await on_screen(pilot, "src/billing.py::compute_total")
        await pilot.press("right")
        await until(lambda: pilot.app.screen.query_one("#addresses Input", Input).value.endswith("compute_total"))
        await on_screen(pilot, "would collide")
        await on_screen(pilot, "agent-1")
        pilot.app.screen.query_one("#lease", Input).value = "90m"
        await pilot.press("ctrl+s")
        await over(pilot, Dashboard)
        await until(lambda: view(pilot).table("local").row_count == 2)
        records = [json.loads(path.read_text()) for path in muse_root.glob(".muse/coordination/reservations/*.json")]
        (mine,) = [record for record in records if record["run_id"] == "tester"]
        assert mine["addresses"] == ["src/billing.py::compute_total"]
        assert mine["operation"] == "modify"
        assert mine["branch"] == "main"
        lease = datetime.fromisoformat(mine["expires_at"]) - datetime.fromisoformat(mine["created_at"])
        assert lease == timedelta(minutes=90)


async def test_an_address_typed_as_a_path_of_the_disk_is_named_from_the_root(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    reserve("agent-1", "src/api.py")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 1)
        await pilot.press("n")
        await over(pilot, ReserveForm)
        pilot.app.screen.query_one("#addresses Input", Input).value = f"{muse_root}/src//api.py"
        await on_screen(pilot, "would collide")
        await pilot.press("ctrl+s")
        await on_screen(pilot, "Reserved src/api.py for")


@pytest.mark.parametrize(("lease", "says"), [("soon", "90m"), ("0s", "1 second"), ("9999d", "10 years")])
async def test_a_wrong_lease_is_said_and_not_saved(dashboard: Running, muse_root: Path, lease: str, says: str) -> None:
    async with dashboard() as pilot:
        await pilot.press("n")
        await over(pilot, ReserveForm)
        pilot.app.screen.query_one("#addresses Input", Input).value = "src/a.py"
        pilot.app.screen.query_one("#lease", Input).value = lease
        await pilot.press("ctrl+s")
        await on_screen(pilot, says)
        assert isinstance(pilot.app.screen, ReserveForm)
        await pilot.press("escape")
        await over(pilot, Dashboard)
        assert not list(muse_root.glob(".muse/coordination/reservations/*.json"))


async def test_what_cannot_be_written_keeps_the_form_and_all_that_was_typed(
    dashboard: Running, muse_root: Path
) -> None:
    async with dashboard() as pilot:
        await pilot.press("n", *"src/ok.py", "enter")
        await over(pilot, ReserveForm)
        pilot.app.screen.query_one("AddressPicker Input", Input).value = "x" * 5_000
        await on_screen(pilot, "at most 4,096")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReserveForm)
        pilot.app.screen.query_one("AddressPicker Input", Input).value = ""
        await on_screen(pilot, "nobody else holds")
        shutil.rmtree(muse_root / ".muse")
        await pilot.press("ctrl+s")
        await on_screen(pilot, "Nothing was written")
        assert isinstance(pilot.app.screen, ReserveForm)
        assert "+ src/ok.py" in screen_text(pilot)
        (muse_root / ".muse").mkdir()
        await pilot.press("ctrl+s")
        await over(pilot, Dashboard)
        await on_screen(pilot, "src/ok.py")


async def test_pasted_lines_are_an_address_each(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("n")
        await over(pilot, ReserveForm)
        field = pilot.app.screen.query_one("AddressPicker Input", Input)
        field.post_message(events.Paste("src/p1.py::A\nsrc/p2.py::B\r\n\n  src/p3.py\n"))
        await on_screen(pilot, "+ src/p3.py")
        assert pilot.app.screen.query_one(AddressPicker).addresses == ["src/p1.py::A", "src/p2.py::B", "src/p3.py"]
        field.post_message(events.Paste("src/p4.py"))
        await until(lambda: field.value == "src/p4.py")


async def test_several_addresses(dashboard: Running, muse_root: Path) -> None:
    async with dashboard() as pilot:
        await pilot.press("n")
        await over(pilot, ReserveForm)
        await pilot.press("a", ".", "p", "y", "enter", "b", ".", "p", "y", "enter", "c", "enter", "backspace")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await over(pilot, Dashboard)
        await until(lambda: view(pilot).table("local").row_count == 1)
        (path,) = muse_root.glob(".muse/coordination/reservations/*.json")
        assert json.loads(path.read_text())["addresses"] == ["a.py", "b.py"]


async def test_an_intent_on_the_selected_reservation(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reservation_id = reserve("agent-1", "src/a.py::f")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).target() is not None)
        await pilot.press("i")
        await over(pilot, IntentForm)
        pilot.app.screen.query_one("#second", Choice).focus()
        await pilot.press("right")
        pilot.app.screen.query_one("#detail", Input).value = "no longer called"
        await pilot.press("ctrl+s")
        await over(pilot, Dashboard)
        await until(lambda: view(pilot).table("intents").row_count == 1)
        (path,) = muse_root.glob(".muse/coordination/intents/*.json")
        intent = json.loads(path.read_text())
        assert intent["reservation_id"] == reservation_id
        assert intent["run_id"] == "agent-1"
        assert intent["operation"] == "delete"
        assert intent["detail"] == "no longer called"


async def test_release_asks_and_then_releases(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reservation_id = reserve("agent-1", "src/a.py::f")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).target() is not None)
        await pilot.press("r")
        await over(pilot, Confirm)
        text = screen_text(pilot)
        assert reservation_id in text
        assert "src/a.py::f" in text
        await pilot.press("n")
        await over(pilot, Dashboard)
        assert not list(muse_root.glob(".muse/coordination/releases/*.json"))
        await pilot.press("r")
        await over(pilot, Confirm)
        await pilot.press("y")
        await over(pilot, Dashboard)
        await on_screen(pilot, "○ released")
        assert (muse_root / f".muse/coordination/releases/{reservation_id}.json").exists()


def held_of(pilot: Pilot[int], reservation_id: str) -> Held:
    """Return a reservation of the live picture."""
    held = live_of(pilot).swarm.reservation(reservation_id)
    assert held is not None
    return held


async def test_extend_asks_and_then_extends(dashboard: Running, reserve: Reserve) -> None:
    reservation_id = reserve("agent-1", "src/a.py::f", ttl=timedelta(minutes=3))
    async with dashboard() as pilot:
        await on_screen(pilot, "◔ expiring")
        before = held_of(pilot, reservation_id).lease.expires_at
        await pilot.press("h")
        await over(pilot, ExtendForm)
        pilot.app.screen.query_one("#lease", Input).value = "2h"
        await pilot.press("ctrl+s")
        await over(pilot, Dashboard)
        await until(lambda: held_of(pilot, reservation_id).lease.expires_at == before + timedelta(hours=2))
        await on_screen(pilot, "● active")


async def test_to_extend_a_silent_lease_is_no_sign_of_life(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    began = datetime.now(UTC) - timedelta(minutes=40)
    reservation_id = reserve("agent-1", "src/a.py::f", now=began)
    async with dashboard() as pilot:
        await on_screen(pilot, "◌ silent")
        await pilot.press("h")
        await over(pilot, ExtendForm)
        await pilot.press("ctrl+s")
        await over(pilot, Dashboard)
        await until(lambda: held_of(pilot, reservation_id).heartbeats)
        await on_screen(pilot, "◌ silent")
    (beat,) = (muse_root / ".muse/coordination/heartbeats").iterdir()
    written = json.loads(beat.read_text())
    assert (written["run_id"], written["extended_by"]) == ("agent-1", "tester")
    assert datetime.fromisoformat(written["last_beat_at"]) == began
    assert datetime.fromisoformat(written["extended_expires_at"]) == began + timedelta(hours=1, minutes=30)


async def test_read_only_greys_the_keys_and_says_why(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(read_only=True) as pilot:
        await until(lambda: view(pilot).target() is not None)
        text = screen_text(pilot)
        assert "READ-ONLY" in text
        assert "(n)" in text.splitlines()[-1]
        for key in ("n", "i", "r", "h"):
            await pilot.press(key)
            assert isinstance(pilot.app.screen, Dashboard)
        await on_screen(pilot, "--read-only")
        assert len(list(muse_root.glob(".muse/coordination/**/*.json"))) == 1


async def test_keys_that_need_a_reservation_say_so(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("r")
        await on_screen(pilot, "Select a reservation first")


async def test_help_names_every_key_that_works_here(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(size=(120, 80)) as pilot:
        await until(lambda: view(pilot).target() is not None)
        await pilot.press("question_mark")
        await over(pilot, HelpScreen)
        text = screen_text(pilot)
        for words in ("Reserve addresses", "Zoom the focused pane", "Sort by the next column", "Leave musetui"):
            assert words in text
        await pilot.press("escape")
        await over(pilot, Dashboard)


async def test_palette_offers_the_actions(dashboard: Running) -> None:
    async with dashboard() as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"problems")
        await on_screen(pilot, "what on disk is no record")
        await pilot.press("enter")
        await over(pilot, ProblemsView)


async def test_problems_are_listed_with_file_and_reason(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("agent-1", "src/a.py::f")
    folder = muse_root / ".muse/coordination/reservations"
    (folder / "broken.json").write_text("{")
    async with dashboard() as pilot:
        await on_screen(pilot, "1 problem")
        await on_screen(pilot, "agent-1")
        await pilot.press("8")
        await over(pilot, ProblemsView)
        await on_screen(pilot, "reservations/broken.json")
        await pilot.press("enter")
        await over(pilot, RecordView)
        await on_screen(pilot, ".muse/coordination/reservations/broken.json")
        await pilot.press("escape")
        await over(pilot, ProblemsView)
        (folder / "broken.json").unlink()
        await on_screen(pilot, "No problems")
        await pilot.press("escape")
        await over(pilot, Dashboard)


async def test_theme_key_and_compare_key(dashboard: Running) -> None:
    async with dashboard() as pilot:
        assert pilot.app.current_theme.dark
        await pilot.press("T")
        assert not pilot.app.current_theme.dark
        await pilot.press("f5")
        await on_screen(pilot, "Comparing the picture with the disk")


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_leaving(dashboard: Running, key: str) -> None:
    async with dashboard() as pilot:
        await pilot.press(key)
        await until(lambda: not pilot.app.is_running)


async def test_keys_typed_behind_the_one_that_leaves_do_no_harm(dashboard: Running) -> None:
    async with dashboard() as pilot:
        for key in "qjkjkjk2341":
            pilot.app.simulate_key(key)
    assert pilot.app.return_code == 0


async def test_a_cursor_stays_on_its_record(dashboard: Running, reserve: Reserve) -> None:
    ids = [reserve(f"agent-{n}", f"src/a{n}.py", ttl=timedelta(hours=2 + n)) for n in range(5)]
    async with dashboard() as pilot:
        table = view(pilot).table("local")
        await until(lambda: table.row_count == 5)
        await pilot.press("down", "down")
        chosen = table.cursor_id
        assert chosen in ids
        for n in range(10):
            reserve(f"late-{n}", f"src/b{n}.py", ttl=timedelta(hours=1, minutes=n))
        await until(lambda: table.row_count == 15)
        assert table.cursor_id == chosen
        await pilot.press("y")
        await until(lambda: pilot.app.clipboard == chosen)


HOSTILE = [
    "[red]x[/]",
    "[/]",
    "[@click=app.quit]go[/]",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\u202eabc",
    "a\nb",
    "x" * 5_000,
]


_ONCE = ("enter", "r", "h", "y")


async def test_hostile_text_is_shown_as_text(dashboard: Running, reserve: Reserve, muse_root: Path) -> None:
    reserve("other", "src/a.py::f")
    for number, text in enumerate(HOSTILE):
        write_hostile(muse_root / ".muse/coordination", f"r-{number}", text[:500])
    async with dashboard(size=(160, 60)) as pilot:
        await until(lambda: view(pilot).table("conflicts").row_count == 1)
        await until(lambda: view(pilot).table("intents").row_count == len(HOSTILE))
        for number in range(len(HOSTILE) + 1):
            # The form is filled with the texts themselves; of each one is enough.
            keys = ("i", "escape", _ONCE[number], "escape") if number < len(_ONCE) else ()
            for key in (*keys, "down"):
                await pilot.press(key)
                shown = screen_text(pilot)
                assert "\x1b" not in shown
                assert "\u202e" not in shown
        await on_screen(pilot, "[red]x[/]")
        for _ in range(4):
            await pilot.press("tab", "enter", "escape")
            await pilot.pause()
            assert "\x1b" not in screen_text(pilot)
        assert pilot.app.is_running


def write_hostile(coordination: Path, record_id: str, text: str) -> None:
    """Write a reservation, an intent and a file that is neither, full of *text*, as a hostile agent writes them.

    Our own writer refuses such names.
    """
    now = datetime.now(UTC)
    common = {
        "run_id": text,
        "branch": text,
        "operation": text[:40],
        "created_at": now.isoformat(),
        text: {text: [text]},
    }
    reservation = {
        **common,
        "reservation_id": record_id,
        "addresses": ["src/a.py::f", text],
        "expires_at": (now + timedelta(hours=1)).isoformat(),
    }
    intent = {**common, "intent_id": f"i-{record_id}", "reservation_id": record_id, "addresses": [text], "detail": text}
    for folder, name, record in (("reservations", record_id, reservation), ("intents", f"i-{record_id}", intent)):
        path = coordination / folder / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(record))
    (coordination / "reservations" / f"{text[:40].replace('/', '_')}.json").write_text("{}")


@pytest.mark.parametrize("text", ["[red]x[/]", "\x1b[31mred", "a\nb"])
async def test_a_hostile_branch_is_shown_as_text(dashboard: Running, muse_root: Path, text: str) -> None:
    (muse_root / ".muse/HEAD").write_text(f"ref: refs/heads/{text}\n")
    async with dashboard(size=(160, 60)) as pilot:
        await pilot.pause()
        assert "\x1b" not in screen_text(pilot)
        assert pilot.app.is_running


async def test_tab_leaves_what_was_typed_as_it_is(dashboard: Running, reserve: Reserve) -> None:
    reserve("agent-1", "src/one.py")
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 1)
        await pilot.press("n")
        await over(pilot, ReserveForm)
        await pilot.press(*"src/")
        await on_screen(pilot, "  src/one.py")
        burst(pilot, *"z.py", "tab", *"agentx")
        await until(lambda: pilot.app.screen.query_one("#run", Input).value == "agentx")
        assert pilot.app.screen.query_one("#addresses Input", Input).value == "src/z.py"


async def test_a_burst_paints_what_a_fresh_load_would(dashboard: Running, reserve: Reserve) -> None:
    async with dashboard() as pilot:

        def burst() -> None:
            for n in range(600):
                reserve(f"agent-{n % 40}", f"src/m{n % 90}.py::f", ttl=timedelta(minutes=30 + n))

        await asyncio.to_thread(burst)
        await until(lambda: view(pilot).table("local").row_count == 600)
        await pilot.press("end")
        await until(lambda: view(pilot).table("conflicts").row_count == 90)


async def test_keys_that_come_in_one_burst_act_on_the_record_they_lead_to(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    for number in range(4):
        reserve(f"agent-{number}", f"src/{number}.py", ttl=timedelta(hours=1, minutes=number))
    async with dashboard() as pilot:
        await until(lambda: view(pilot).table("local").row_count == 4)
        burst(pilot, "j", "j", "r", "y")
        await over(pilot, Confirm)
        await pilot.pause()
        assert "src/2.py" in screen_text(pilot)
        assert not list((muse_root / ".muse/coordination").glob("releases/*"))
        await pilot.press("escape")
        await over(pilot, Dashboard)
        burst(pilot, "tab", "tab", "tab", "shift+tab", "shift+tab", "shift+tab", "k", "i")
        await over(pilot, IntentForm)
        await pilot.pause()
        assert "src/1.py" in screen_text(pilot)


def burst(pilot: Pilot[int], *keys: str) -> None:
    """Press *keys* as a slow line delivers them: all at once."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_conflicts_are_in_the_order_of_their_rows(dashboard: Running, reserve: Reserve) -> None:
    for number, run in enumerate(("agent-1", "agent-2", "agent-3", "agent-1")):
        reserve(run, "src/a.py", f"src/{number // 2}.py::f", operation=("delete", "modify")[number % 2])
        reserve(run, "src", now=datetime.now(UTC) - timedelta(minutes=number))
    async with dashboard() as pilot:
        table = view(pilot).table("conflicts")
        assert table.row_count > 3
        rows = [table.row(row_id) for row_id in table.shown()]
        for key in ("risk", "since", "sure"):
            table.sort_by(key)
            column = next(column for column in table.all_columns if column.key == key)
            keys = [column.sort_key(table.row(row_id)) for row_id in table.shown()]
            assert keys == sorted(map(column.sort_key, rows))
