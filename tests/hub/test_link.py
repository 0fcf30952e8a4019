"""The dashboard's door: two repositories and one hub, as two terminals would use them."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.errors import HubUnreachableError, NoHubError
from musetui.hub.link import HubLink
from musetui.hub.unsent import Unsent
from musetui.settings import Settings
from tests.conftest import until
from tests.hub.conftest import QUICK, Put, pulled
from tests.hub.hub import Hub
from tests.records.samples import UUID, WHOLE


@pytest.fixture
def other(muse_root: Path, tmp_path: Path) -> Repository:
    """Return a second repository, beside the first."""
    root = tmp_path / "elsewhere" / "orchard"
    shutil.copytree(muse_root, root)
    return Repository(root)


async def test_one_pushes_and_the_other_that_waits_has_it(
    put: Put, hub: Hub, identity: Any, repository: Repository, other: Repository, settings: Settings
) -> None:
    for kind, fields in WHOLE.items():
        put(f"{kind.folder}/{UUID}.json", fields)
    async with HubLink(repository, settings, patience=QUICK) as here, HubLink(other, settings, patience=QUICK) as there:
        assert (here.target.url, here.target.name, here.target.handle) == (hub.url, "gabriel/orchard", "gabriel")
        waiting = asyncio.create_task(there.pull(30))
        await until(lambda: hub.requests, what="the waiting request")
        steps: list[tuple[int, int]] = []
        report = await here.push_unsent(lambda done, total: steps.append((done, total)))
        assert (report.inserted, report.total, steps) == (7, 7, [(7, 7)])
        first = await asyncio.wait_for(waiting, 20)
        assert first.count == 7
        assert (await here.push_unsent()).total == 0
        assert {s.record for s in load(other).found} == {s.record for s in load(repository).found}
    assert len(pulled(other.root)) == 7


async def test_the_count_is_true_after_a_restart_and_after_a_reset(
    put: Put, hub: Hub, identity: Any, repository: Repository, settings: Settings
) -> None:
    put("tasks/a.json", {"task_id": "a"})
    put("tasks/b.json", {"task_id": "b"})
    async with HubLink(repository, settings, patience=QUICK) as link:
        unsent = Unsent(await link.ledger())
        unsent.apply(load(repository))
        only = [slot for slot in unsent.slots() if slot.name == "a.json"]
        assert (await link.push_unsent(slots=only)).inserted == 1
        unsent.recheck()
        assert unsent.count == 1
        await link.pull()
    async with HubLink(repository, settings, patience=QUICK) as link:
        unsent = Unsent(await link.ledger())
        unsent.apply(load(repository))
        assert unsent.count == 1
        hub.reset()
        assert (await link.pull()).reset
        unsent.recheck_all()
        assert unsent.count == 2, "a hub that was emptied has nothing any more"
        assert (await link.push_unsent(slots=unsent.slots())).inserted == 2


async def test_a_hub_that_goes_and_comes_back(
    put: Put, hub: Hub, identity: Any, repository: Repository, settings: Settings
) -> None:
    put("tasks/a.json", {"task_id": "a"})

    @contextmanager
    def away() -> Iterator[None]:
        hub.trouble = lambda answering: not setattr(answering, "close_connection", True)
        yield
        hub.trouble = None

    async with HubLink(repository, settings, patience=QUICK) as link:
        with away():
            assert (await link.push_unsent()).failed == 1
            with pytest.raises(HubUnreachableError):
                await link.pull()
        assert (await link.push_unsent()).inserted == 1
        assert (await link.pull()).count == 1


async def test_to_cancel_a_wait_is_clean(hub: Hub, identity: Any, repository: Repository, settings: Settings) -> None:
    async with HubLink(repository, settings) as link:
        waiting = asyncio.create_task(link.pull(30))
        await until(lambda: hub.requests, what="the waiting request")
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(waiting, 10)
        assert (await link.pull()).count == 0


def test_no_hub_is_told_at_once(repository: Repository) -> None:
    with pytest.raises(NoHubError, match="MUSETUI_HUB"):
        HubLink(repository, Settings())


async def test_two_pulls_at_once_take_turns(
    hub: Hub, identity: Any, repository: Repository, settings: Settings
) -> None:
    hub.push([{"kind": "task", "record_id": "t", "run_id": "", "payload": {"task_id": "t"}, "expires_at": None}])
    async with HubLink(repository, settings, patience=QUICK) as link:
        reports = await asyncio.gather(link.pull(), link.pull(), link.push_unsent())
    assert sorted(report.count for report in reports[:2]) == [0, 1]
    assert json.dumps(pulled(repository.root)["task/t.json"]["payload"]) == '{"task_id": "t"}'
