"""The second machine of a demo: its records are its own, always the same, and come here from the hub alone."""

import io
import json
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from musetui.hub.link import HubLink
from musetui.records.kinds import Kind
from musetui.settings import Settings
from musetui.simulation import hub_on_stage
from musetui.simulation.hub_on_stage import HubOnStage, send
from musetui.simulation.meeting_point import MeetingPoint
from tests.conftest import wait_until
from tests.hub.conftest import make_identity
from tests.hub.hub import Answering, Hub, running
from tests.simulation.conftest import NOON, Two


def play(machines: Two, steps: int = 150) -> None:
    """Set the scene and go some steps further."""
    machines.story.set_scene(NOON)
    for _ in range(steps):
        machines.story.step(NOON + timedelta(seconds=machines.story.next_at))


def test_the_same_seed_gives_the_same_records_on_both_machines(tmp_path: Path) -> None:
    first, second, other = (Two(tmp_path / name, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    for machines in (first, second, other):
        play(machines)
    assert len(first.records_there()) > 50
    assert first.records_there() == second.records_there()
    assert first.records_here() == second.records_here()
    assert first.records_there() != other.records_there()


def test_without_a_hub_nothing_of_it_is_here(tmp_path: Path) -> None:
    machines = Two(tmp_path)
    play(machines)
    assert machines.story.pull() == 0
    assert not (machines.here.coordination / "remote").exists()
    assert not machines.records_here().keys() & machines.records_there().keys()
    runs = {json.loads(data)["run_id"] for path, data in machines.records_there().items() if "reservations" in path}
    assert runs
    assert all(run.startswith(("osaka", "lyon")) for run in runs)


def pulled(machines: Two) -> dict[str, dict[str, object]]:
    """Return what was pulled, as its writer wrote it, by the local path that it has there."""
    found = {}
    for path, data in machines.records_here().items():
        if path.startswith("remote/"):
            _, kind, name = path.split("/")
            found[f"{Kind(kind).folder}/{name}"] = json.loads(data)["payload"]
    return found


async def test_all_of_it_comes_through_the_hub_and_only_by_a_pull(tmp_path: Path, home: Path) -> None:
    machines = Two(tmp_path)
    hub = HubOnStage(tmp_path / "hub", tmp_path / "state")
    machines.story.set_scene(NOON)
    settings = hub.meeting_point.meant_by(Settings())
    with hub.visited_by(machines.there):
        async with HubLink(machines.here, settings) as link:
            while len(pulled(machines)) < len(machines.records_there()):
                before = pulled(machines)
                report = await link.pull(wait=10.0)
                assert report.count, f"the hub has only {len(before)}"
            while not (step := machines.story.step(NOON + timedelta(seconds=machines.story.next_at))).site:
                pass
            there = {path: json.loads(data) for path, data in machines.records_there().items()}
            assert pulled(machines) != there, f"{step.record} is here before it was pulled"
            assert (await link.pull(wait=10.0)).count == 1
    assert pulled(machines) == there
    assert list((tmp_path / "state" / "sent").iterdir())
    assert not home.exists()


def test_a_hub_that_nobody_used_ends_too(tmp_path: Path) -> None:
    machines = Two(tmp_path)
    with HubOnStage(tmp_path / "hub", tmp_path / "state").visited_by(machines.there):
        pass
    assert not (tmp_path / "state").exists()


def test_a_hub_that_cannot_run_is_told_at_the_end(tmp_path: Path) -> None:
    machines = Two(tmp_path)
    hub = HubOnStage(tmp_path / "hub", tmp_path / "state")
    (tmp_path / "hub" / "hub.log").mkdir()
    with pytest.raises(IsADirectoryError), hub.visited_by(machines.there):
        machines.story.set_scene(NOON)
    assert machines.records_here()


def test_what_the_hub_did_not_take_is_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_on_stage, "_RETRY_AFTER", 0.01)
    machines = Two(tmp_path)
    machines.story.set_scene(NOON)
    said = io.StringIO()

    def fail_twice(answering: Answering) -> bool:
        if len(hub.requests) > 2:
            return False
        answering.say(500, {"error": "out of order"})
        return True

    with running(Hub()) as hub:
        hub.trouble = fail_twice
        identity = make_identity(tmp_path, f"127.0.0.1:{hub.port}")
        settings = Settings(hub=hub.url, owner="orchard", slug="shop", identity=identity, state=tmp_path / "state")
        thread = Thread(target=send, args=(machines.there, settings, said))
        thread.start()
        try:
            wait_until(lambda: len(hub.records) == len(machines.records_there()), what="the whole history at the hub")
        finally:
            machines.there.close()
            thread.join()
    assert len(said.getvalue().splitlines()) == 2


def test_a_meeting_point_travels_on_a_line() -> None:
    place = MeetingPoint("http://127.0.0.1:1", "orchard", "shop", "/with space/identity.toml", "/ünïcode\n")
    assert place.to_line().count("\n") == 1
    assert MeetingPoint.from_line(place.to_line()) == place


@pytest.mark.parametrize("line", ["", "ready\n", "[]", "{}", '{"url": "http://127.0.0.1:1"}', b"\xff\n"])
def test_what_is_no_meeting_point_is_refused(line: str | bytes) -> None:
    with pytest.raises(ValueError, match="no meeting point"):
        MeetingPoint.from_line(line)


def test_the_demos_hub_takes_the_place_of_the_persons_own() -> None:
    own = Settings(hub="https://hub.example", owner="me", slug="mine", key=Path("/key"), theme="nord", read_only=True)
    place = MeetingPoint("http://127.0.0.1:1", "orchard", "shop", "/identity.toml", "/state")
    meant = place.meant_by(own)
    assert (meant.hub, meant.owner, meant.slug, meant.key) == ("http://127.0.0.1:1", "orchard", "shop", None)
    assert (meant.identity, meant.state) == (Path("/identity.toml"), Path("/state"))
    assert (meant.theme, meant.read_only) == ("nord", True)
