"""The dashboard and a real hub: what is pulled appears, what is pushed arrives, and trouble is a state to show."""

import asyncio
import json
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from musetui.alerts.rule import Rule
from musetui.bus.administration import begin_new_history
from musetui.bus.database import open_database, sqlite_url
from musetui.bus.development import ensure_identity
from musetui.bus.server import RunningHub, serve_in_thread
from musetui.bus.settings import HubSettings
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.news.kinds import NewsKind
from musetui.swarm.activity import Verb
from musetui.swarm.picture import Swarm
from musetui.tui.hub_status import HubStanding
from musetui.tui.pushing import WORTH_A_LINE
from tests.conftest import until
from tests.hub.conftest import wired
from tests.hub.hub import Answering, Hub, running
from tests.tui.conftest import Running, app_of, live_of, screen_text

Reserve = Callable[..., str]


class House:
    """A hub that can be stopped and started again at the same place, and how to reach it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        owner = ensure_identity(folder / "identity", "127.0.0.1", "ann")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._settings = HubSettings(sqlite_url(folder / "hub.db"), port=port, owners=(owner,), quiet=True)
        self._running: RunningHub | None = None
        self.options: dict[str, Any] = {
            "hub": f"http://127.0.0.1:{port}",
            "slug": "orchard",
            "identity": folder / "identity" / "identity.toml",
        }

    def start(self) -> None:
        self._running = serve_in_thread(self._settings)

    def stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def count(self) -> int:
        """Return how many records it has."""
        with closing(sqlite3.connect(self.folder / "hub.db")) as database:
            return int(database.execute("SELECT count(*) FROM records").fetchone()[0])

    async def restored(self) -> None:
        """Begin a new history, as `musetui hub restored` does."""
        async with open_database(self._settings.database, make=False) as database:
            assert await begin_new_history(database) == 1

    def empty(self) -> None:
        """Lose all data, as a hub that is set up anew."""
        for file in self.folder.glob("hub.db*"):
            file.unlink()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Return a running hub that nobody has pushed to."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    hub = House(tmp_path / "house")
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Repository:
    """Return the repository of another machine."""
    root = tmp_path / "elsewhere" / "orchard"
    (root / ".muse").mkdir(parents=True)
    return Repository(root)


def reserve_elsewhere(repository: Repository, run_id: str, address: str) -> str:
    writer = Writer(repository, durable=False)
    now = datetime.now(UTC)
    record = writer.reserve((address,), run_id, ttl=timedelta(hours=1), operation="modify", branch="dev", now=now)
    return record.reservation_id


async def push_from(repository: Repository, house: House) -> None:
    """Push everything of another machine's repository, as its dashboard would."""
    from musetui.hub.link import HubLink
    from musetui.settings import Settings

    async with HubLink(repository, Settings(**house.options)) as link:
        assert not (await link.push_unsent()).failed


async def on_screen(pilot: Pilot[int], text: str) -> None:
    await until(lambda: text in screen_text(pilot), what=f"{text!r} on the screen")


def swarm(pilot: Pilot[int]) -> Swarm:
    return live_of(pilot).swarm


def told(pilot: Pilot[int]) -> str:
    """Return what the activity says of the hub."""
    return "\n".join(event.text for event in swarm(pilot).activity if event.run_id == "hub")


async def test_what_others_push_appears_and_collides(
    dashboard: Running, reserve: Reserve, house: House, elsewhere: Repository
) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "hub ○ nothing there yet, P pushes")
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "Pushed 1 record to ann/orchard: 1 new, 0 known.")
        await on_screen(pilot, "hub ● ")
        await until(lambda: "↑" not in screen_text(pilot).splitlines()[0], what="nothing unsent")
        await on_screen(pilot, "⇄")
        reserve_elsewhere(elsewhere, "lyon-1", "src/a.py")
        await push_from(elsewhere, house)
        await on_screen(pilot, "lyon-1")
        await on_screen(pilot, "Conflicts 1")
        await on_screen(pilot, "⇣lyon-1")
        await pilot.press("p")
        await on_screen(pilot, "Nothing new at ann/orchard.")
        verbs = [event.verb for event in swarm(pilot).activity]
        assert Verb.PULLED in verbs
        assert Verb.PUSHED in verbs


async def test_among_what_relates_to_a_record_is_marked_what_came_from_the_hub(
    dashboard: Running, reserve: Reserve, house: House, elsewhere: Repository
) -> None:
    reserve("agent-1", "src/a.py::f")
    reserve_elsewhere(elsewhere, "lyon-1", "src/a.py")
    await push_from(elsewhere, house)
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "Conflicts 1")
        await pilot.press("enter")
        await on_screen(pilot, "⇣lyon-1")


async def test_a_release_and_a_heartbeat_from_elsewhere_count_here(
    dashboard: Running, house: House, elsewhere: Repository
) -> None:
    kept, given = (reserve_elsewhere(elsewhere, "lyon-1", f"src/{name}.py") for name in "ab")
    await push_from(elsewhere, house)
    async with dashboard(**house.options) as pilot:
        await until(lambda: swarm(pilot).counts().held == 2)
        now = datetime.now(UTC)
        writer = Writer(elsewhere, durable=False)
        writer.release(given, "lyon-1", now=now)
        writer.beat(kept, "lyon-1", now=now, extend_to=now + timedelta(hours=5))
        await push_from(elsewhere, house)
        await until(lambda: swarm(pilot).counts().released == 1)
        await until(lambda: swarm(pilot).reservation(kept).lease.expires_at == now + timedelta(hours=5))
        later = now + timedelta(seconds=1)
        writer.beat(kept, "lyon-1", now=later, extend_to=later + timedelta(hours=6))
        await push_from(elsewhere, house)
        await until(lambda: swarm(pilot).reservation(kept).lease.expires_at == later + timedelta(hours=6))


async def test_local_changes_are_pushed_by_themselves_where_that_is_set(
    dashboard: Running, reserve: Reserve, house: House
) -> None:
    for number in range(WORTH_A_LINE):
        reserve("agent-1", f"src/{number}.py")
    async with dashboard(**house.options, auto_push=True) as pilot:
        await until(lambda: [event for event in swarm(pilot).activity if event.verb is Verb.PUSHED], what="the push")
        reserve("agent-2", "src/b.py::f")
        await until(lambda: swarm(pilot).counts().held == WORTH_A_LINE + 1)
        await until(lambda: all(held.is_shared for held in swarm(pilot).reservations()), what="all to be at the hub")
        assert len([event for event in swarm(pilot).activity if event.verb is Verb.PUSHED]) == 1


async def test_a_hub_that_goes_and_comes_back(dashboard: Running, reserve: Reserve, house: House) -> None:
    away = Rule(frozenset({NewsKind.HUB_AWAY, NewsKind.HUB_BACK}), name="the hub")
    async with dashboard(**house.options, tables={"alerts": (away,)}) as pilot:
        await on_screen(pilot, "hub ○ nothing there yet")
        house.stop()
        await on_screen(pilot, "hub ◐")
        await on_screen(pilot, "Hub away: the hub at 127.0.0.1:")
        reserve("agent-1", "src/a.py::f")
        await on_screen(pilot, "agent-1")
        await pilot.press("P")
        await on_screen(pilot, "Not all was pushed")
        await on_screen(pilot, "↑1")
        house.start()
        await pilot.press("p")
        await pilot.press("P")
        await on_screen(pilot, "Pushed 1 record")
        await on_screen(pilot, "hub ● ")


async def test_a_hub_that_was_emptied_gets_everything_again(dashboard: Running, reserve: Reserve, house: House) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "hub ● ")
        house.stop()
        house.empty()
        house.start()
        await pilot.press("p")
        await on_screen(pilot, "hub ○ nothing there yet")
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "Pushed 1 record to ann/orchard: 1 new, 0 known.")
        await on_screen(pilot, "hub ● ")
        await until(lambda: all(held.is_shared for held in swarm(pilot).reservations()), what="it at the hub")
        await until(lambda: "↑" not in screen_text(pilot).splitlines()[0], what="nothing unsent")


async def test_auto_push_fills_a_hub_that_lost_all(dashboard: Running, reserve: Reserve, house: House) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(auto_push=True, **house.options) as pilot:
        await until(lambda: all(held.is_shared for held in swarm(pilot).reservations()), what="it at the hub")
        house.stop()
        house.empty()
        house.start()
        await pilot.press("p")
        await on_screen(pilot, "hub ● ")
        await until(lambda: house.count() == 1, what="all at the new hub")


async def test_before_a_first_push_all_places_say_the_same_calm_thing(
    dashboard: Running, reserve: Reserve, house: House
) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "hub ○ nothing there yet, P pushes")
        await pilot.press("p")
        await on_screen(pilot, "nothing at ann/orchard yet: a push makes it")
        assert not told(pilot)
        await pilot.press("8")
        await on_screen(pilot, "hub: nothing at ann/orchard yet: a push makes it")
        assert "check owner and slug" not in screen_text(pilot)


async def test_a_push_of_nothing_asks_the_hub_before_it_says_so(
    dashboard: Running, reserve: Reserve, house: House
) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "Pushed 1 record")
        await on_screen(pilot, "hub ● ")
        await pilot.press("P")
        await on_screen(pilot, "ann/orchard has all local records already.")
        house.stop()
        pilot.app.clear_notifications()
        await pilot.press("P")
        await on_screen(pilot, "All local records were sent before")
        assert "has all local records already" not in screen_text(pilot)
        house.empty()
        house.start()
        await pilot.press("P")
        await until(lambda: house.count() == 1, what="all at the new hub")
        assert "to find ann/orchard: a push makes it anew" in told(pilot)


async def test_a_push_where_there_is_no_record_says_so(dashboard: Running, house: House) -> None:
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "hub ○ nothing there yet")
        await pilot.press("P")
        await on_screen(pilot, "There are no local records to push.")


async def test_what_is_pulled_and_says_the_same_is_at_the_hub(
    dashboard: Running, reserve: Reserve, writer: Writer, house: House, elsewhere: Repository
) -> None:
    reserved = reserve("agent-1", "src/a.py::f")
    writer.beat(reserved, "agent-1", now=datetime.now(UTC))
    writer.release(reserve("agent-2", "src/b.py"), "agent-2", now=datetime.now(UTC))
    reserve_elsewhere(elsewhere, "lyon-1", "src/c.py")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑4")
        await pilot.press("P")
        await push_from(elsewhere, house)
        await on_screen(pilot, "lyon-1")
        await until(lambda: "↑" not in screen_text(pilot).splitlines()[0], what="nothing unsent")
        reserve("agent-3", "src/d.py")
        await on_screen(pilot, "↑1")
        house.stop()
        await house.restored()
        house.start()
        await pilot.press("p")
        await until(lambda: "read anew: the hub was emptied" in told(pilot), what="the new history")
        await on_screen(pilot, "↑1")
    # What is known of it is kept.
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")


async def test_an_older_beat_at_the_hub_is_not_the_newer_one_here(
    dashboard: Running, reserve: Reserve, writer: Writer, house: House
) -> None:
    reserved = reserve("agent-1", "src/a.py::f")
    now = datetime.now(UTC)
    writer.beat(reserved, "agent-1", now=now)
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑2")
        await pilot.press("P")
        await until(lambda: "↑" not in screen_text(pilot).splitlines()[0], what="nothing unsent")
        writer.beat(reserved, "agent-1", now=now + timedelta(seconds=1))
        await on_screen(pilot, "↑1")
        house.stop()
        await house.restored()
        house.start()
        await pilot.press("p")
        await until(lambda: "read anew: the hub was emptied" in told(pilot), what="the new history")
        await on_screen(pilot, "↑1")


async def test_what_is_pushed_from_the_shell_is_known_here(
    dashboard: Running, reserve: Reserve, house: House, muse_root: Path
) -> None:
    async with dashboard(**house.options) as pilot:
        reserve("agent-1", "src/a.py::f")
        await on_screen(pilot, "↑1")
        await push_from(Repository(muse_root), house)
        await until(lambda: "↑" not in screen_text(pilot).splitlines()[0], what="nothing unsent")


async def test_that_the_hub_has_nothing_any_more_may_be_found_by_another_dashboard(
    dashboard: Running, reserve: Reserve, house: House, muse_root: Path
) -> None:
    """They share a cursor: the hub's new data is news to the first one alone."""
    from musetui.hub.link import HubLink
    from musetui.settings import Settings

    async with dashboard(**house.options) as pilot:
        reserve("agent-1", "src/a.py::f")
        await on_screen(pilot, "↑1")
        await push_from(Repository(muse_root), house)
        await until(lambda: "↑" not in screen_text(pilot).splitlines()[0], what="nothing unsent")
        async with HubLink(Repository(muse_root), Settings(**house.options)) as other:
            await other.begin_anew()
        await on_screen(pilot, "↑1")


async def test_another_ones_repository_that_is_not_there_is_not_mine_to_fill(dashboard: Running, house: House) -> None:
    async with dashboard(owner="bob", **house.options) as pilot:
        await on_screen(pilot, "hub ○ not there, or not for you to see")


async def test_it_is_known_after_a_restart_what_the_hub_has(dashboard: Running, reserve: Reserve, house: House) -> None:
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "Pushed 1 record")
    reserve("agent-2", "src/b.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")
        await pilot.press("p")
        await on_screen(pilot, "Nothing new at ann/orchard.")


async def test_a_hub_without_news_is_known_to_be_there_before_it_has_waited(
    dashboard: Running, reserve: Reserve, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musetui.tui.exchange.WAIT", 30.0)  # longer than any condition here is waited for
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "hub ● ")
        await until(lambda: all(held.is_shared for held in swarm(pilot).reservations()), what="it at the hub")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "hub ● ")
        house.stop()
        await on_screen(pilot, "hub ◐")
        house.start()
        await on_screen(pilot, "hub ● ")


async def test_to_ask_at_the_very_end_holds_up_nothing(dashboard: Running, house: House, elsewhere: Repository) -> None:
    """Who asks has the waiting pull cancelled; a worker that is cancelled at the same moment must end all the same."""
    from musetui.settings import Settings
    from musetui.tui.exchange import Exchange

    reserve_elsewhere(elsewhere, "lyon-1", "src/a.py")
    await push_from(elsewhere, house)
    async with dashboard() as pilot:
        exchange = Exchange(live_of(pilot), Settings(**house.options), lambda *_: None, lambda: None)
        worker = asyncio.create_task(exchange.run())
        await until(lambda: exchange.status.standing is HubStanding.SYNCED)
        exchange.pull_now()
        worker.cancel()
        assert (await asyncio.wait({worker}, timeout=30))[0]
        assert worker.cancelled()


async def test_what_a_hub_said_before_it_was_asked_is_no_answer(
    dashboard: Running, reserve: Reserve, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub that is stopped sends those away who wait: it has nothing new. Then it is gone."""
    from musetui.errors import HubUnreachableError
    from musetui.hub.link import HubLink
    from musetui.hub.pull import PullReport
    from musetui.settings import Settings
    from musetui.tui.exchange import Exchange

    reserve("agent-1", "src/a.py::f")
    sent_away: asyncio.Future[PullReport] = asyncio.get_running_loop().create_future()
    answers = [PullReport()]

    async def pull(self: HubLink, wait: float = 0.0, on_progress: object = None) -> PullReport:
        if wait:
            return await sent_away
        if answers:
            return answers.pop()
        raise HubUnreachableError("it is gone")

    monkeypatch.setattr(HubLink, "pull", pull)
    said: list[str] = []
    async with dashboard() as pilot:
        exchange = Exchange(
            live_of(pilot), Settings(**house.options), lambda sentence, _: said.append(sentence), lambda: None
        )
        worker = asyncio.create_task(exchange.run())
        await until(lambda: exchange.status.unsent == 1, what="the count of what the hub lacks")
        await exchange.push()
        await until(lambda: exchange._waits and exchange.status.unsent == 0, what="a wait at the hub that has all")
        said.clear()
        sent_away.set_result(PullReport())
        asked = asyncio.create_task(exchange.push())  # in the same turn of the loop: what came was not looked at yet
        await asked
        worker.cancel()
        await asyncio.wait({worker})
    assert said == ["All local records were sent before. Whether the hub still has them is not known: it is gone"]


@pytest.fixture
def slow_hub(house: House) -> Iterator[Hub]:
    """Serve a hub that can be told to misbehave, to whom everybody's signature is as good as another's."""
    ensure_identity(house.folder / "identity", "127.0.0.1", "ann")
    with running(Hub()) as hub:
        yield hub


async def test_what_comes_while_a_person_pushes_is_pushed_too(
    dashboard: Running, reserve: Reserve, house: House, slow_hub: Hub
) -> None:
    held = threading.Event()

    def hold(answering: Answering) -> bool:
        if answering.command == "POST":
            held.wait(30)
            return False
        answering.say(200, {"records": [], "cursor": 0})  # so that nothing that is pulled has it look again
        return True

    slow_hub.trouble = hold
    async with dashboard(**{**house.options, "hub": slow_hub.url}, auto_push=True) as pilot:
        app = app_of(pilot)
        await on_screen(pilot, "hub ● ")
        reserve("agent-1", "src/a.py::f")
        await until(lambda: app.hub_status.unsent == 1, what="a record that is unsent")
        app.run_worker(app._exchange.push())  # as `P` does, and before the push by itself
        await until(lambda: any(method == "POST" for method, _, _ in slow_hub.requests), what="a push under way")
        reserve("agent-2", "src/b.py::f")
        await until(lambda: app.hub_status.unsent == 2, what="another one")
        pushing = app._exchange._pushing
        await until(lambda: not pushing._changed.is_set(), what="the worker to have heard of it")
        held.set()
        await until(lambda: len(slow_hub.records) == 2, what="both at the hub")


async def test_a_hub_that_asks_for_time_gets_it(
    dashboard: Running, reserve: Reserve, house: House, slow_hub: Hub
) -> None:
    def ask(answering: Answering) -> bool:
        answering.say(429, {"error": "too many: come again", "status": "x"}, {"Retry-After": "40"})
        return True

    slow_hub.trouble = ask
    reserve("agent-1", "src/a.py::f")
    async with dashboard(**{**house.options, "hub": slow_hub.url}) as pilot:
        app = app_of(pilot)
        await on_screen(pilot, "hub ◐")
        assert app.hub_status.retry_at is not None
        assert app.hub_status.retry_at - live_of(pilot).now() > timedelta(seconds=20)


async def test_that_what_goes_by_itself_does_not_go_is_told(
    dashboard: Running, reserve: Reserve, house: House, slow_hub: Hub
) -> None:
    def reads_only(answering: Answering) -> bool:
        if answering.command == "POST":
            answering.say(403, {"error": "you may read here: ask the owner to make you a writer", "status": "x"})
        return answering.command == "POST"

    slow_hub.trouble = reads_only
    reserve("agent-1", "src/a.py::f")
    async with dashboard(auto_push=True, **{**house.options, "hub": slow_hub.url}) as pilot:
        await on_screen(pilot, "! not pushed: the hub at")
        assert app_of(pilot).hub_status.standing is HubStanding.SYNCED
        await pilot.press("8")
        await on_screen(pilot, "ask the owner to make you a writer")
        slow_hub.trouble = None
        await pilot.press("P")
        await until(lambda: "not pushed" not in screen_text(pilot), what="the trouble to be over")


async def test_what_goes_by_itself_in_a_moment_takes_no_room_in_the_header(
    dashboard: Running, reserve: Reserve, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is pushed every few seconds, other facts would come and go with it. Who pressed P sees it begin."""
    from musetui.tui.exchange import Exchange

    progress: list[str] = []
    note = Exchange._note_unsent

    def noted(self: Exchange, unsent: int, under_way: str, unpushed: str) -> None:
        progress.append(under_way)
        note(self, unsent, under_way, unpushed)

    monkeypatch.setattr(Exchange, "_note_unsent", noted)
    reserve("agent-1", "src/a.py::f")
    async with dashboard(auto_push=True, **house.options) as pilot:
        await until(lambda: all(held.is_shared for held in swarm(pilot).reservations()), what="it at the hub")
    assert set(progress) == {""}
    reserve("agent-2", "src/b.py::f")
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "↑1")
        await pilot.press("P")
        await on_screen(pilot, "Pushed 1 record")
    assert "pushing 0 of 1" in progress


async def test_while_pages_come_the_hub_is_known_to_answer(dashboard: Running, house: House, slow_hub: Hub) -> None:
    """Though it was away a moment ago, and there is much to fetch."""
    may_go_on = threading.Event()
    rows = [wired(f"r-{number}") for number in range(2_001)]
    slow_hub.push([{key: value for key, value in row.items() if key not in ("id", "created_at")} for row in rows])

    def away(answering: Answering) -> bool:
        answering.say(503, {"error": "mended: come again", "status": "x"})
        return True

    def second_page_late(answering: Answering) -> bool:
        return "since_id=2000" in answering.path and not may_go_on.wait(20)

    slow_hub.trouble = away
    async with dashboard(**{**house.options, "hub": slow_hub.url}) as pilot:
        await on_screen(pilot, "hub ◐")
        slow_hub.trouble = second_page_late
        await pilot.press("p")
        await on_screen(pilot, "pulled 2,000")
        assert app_of(pilot).hub_status.standing is HubStanding.SYNCED
        assert "hub ● " in screen_text(pilot)
        may_go_on.set()
        await on_screen(pilot, "Pulled 2,001 records")
        assert "again" in told(pilot).splitlines()  # it answers


async def test_without_a_hub_the_keys_say_so(dashboard: Running) -> None:
    async with dashboard() as pilot:
        assert "hub" not in screen_text(pilot).splitlines()[0]
        for key in ("p", "P"):
            await pilot.press(key)
            await on_screen(pilot, "No hub is named")


async def test_read_only_exchanges_nothing(dashboard: Running, house: House, muse_root: Path) -> None:
    async with dashboard(**house.options, read_only=True) as pilot:
        await on_screen(pilot, "hub ○ off")
        await pilot.press("P")
        await on_screen(pilot, "push is off")
    assert not (muse_root / ".muse/coordination/remote").exists()


async def test_a_hub_that_must_not_be_spoken_to_is_said(dashboard: Running) -> None:
    async with dashboard(hub="http://hub.example.org", owner="ann") as pilot:
        await on_screen(pilot, "hub ○ ")
        await pilot.press("p")
        await on_screen(pilot, "https")


async def test_why_there_is_no_hub_can_be_read_in_full_however_small_the_screen(dashboard: Running) -> None:
    async with dashboard(size=(80, 24), hub="http://hub.example.org", owner="ann") as pilot:
        await on_screen(pilot, "hub ○ refused")
        await pilot.press("8")
        await on_screen(pilot, "Problems 0")
        lines = screen_text(pilot).splitlines()
        first = next(place for place, line in enumerate(lines) if line.startswith("  hub: "))
        said = " ".join(line.strip() for line in lines[first : first + 3])
        reason = app_of(pilot).hub_status.reason
        assert len(reason) > 48
        assert reason in said


async def test_records_pulled_say_where_they_come_from(
    dashboard: Running, house: House, elsewhere: Repository, muse_root: Path
) -> None:
    reservation_id = reserve_elsewhere(elsewhere, "lyon-1", "src/[red]a.py")
    await push_from(elsewhere, house)
    async with dashboard(**house.options) as pilot:
        await on_screen(pilot, "src/[red]a.py")
    pulled = muse_root / ".muse/coordination/remote/reservation" / f"{reservation_id}.json"
    assert json.loads(pulled.read_text())["payload"]["run_id"] == "lyon-1"
