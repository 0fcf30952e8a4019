"""Two machines and a hub, and the worst of networks between them: nothing is lost, nothing comes twice."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.errors import HubError
from musetui.hub.client import HubClient
from musetui.hub.cursor import read_cursor
from musetui.hub.gathering import local_slots
from musetui.hub.patience import Patience
from musetui.hub.pull import Pull
from musetui.hub.push import Push
from musetui.hub.sent import SentLedger, ledger_file
from musetui.hub.target import HubTarget, find_target
from musetui.settings import Settings
from tests.coordination.disk_picture import put, reservation
from tests.faults.proxy import FAULTS, Proxy, before_hub
from tests.hub.conftest import make_identity, pulled
from tests.hub.hub import Hub, running

ROUNDS = 400 if "MUSETUI_FAULTS" in os.environ else 24
A_ROUND = 6
HASTY = Patience(tries=2, first=0.001, longest=0.002)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running(Hub()) as serving:
        yield serving


def target_of(repository: Repository, home: Path, hub: Hub, proxy: Proxy) -> HubTarget:
    """Return *hub* by way of *proxy*, and oneself as somebody it knows."""
    key = Ed25519PrivateKey.generate()
    file = make_identity(home, f"127.0.0.1:{proxy.port}", key=key)
    hub.keys = {"gabriel": key.public_key()}
    settings = Settings(hub=f"http://127.0.0.1:{proxy.port}", owner="gabriel", slug="orchard", identity=file)
    return find_target(repository, settings)


async def test_whatever_befalls_each_connection_all_arrives_once(hub: Hub, muse_root: Path, tmp_path: Path) -> None:
    here, there = Repository(muse_root), Repository(tmp_path / "there")
    there.muse.mkdir(parents=True)
    async with before_hub(hub.port, seed=5) as proxy:
        target = target_of(here, tmp_path, hub, proxy)
        ledger = SentLedger(ledger_file(here, target, tmp_path / "state"))

        async def exchange(client: HubClient) -> None:
            # What is not of ours, be it an OSError or one of httpx, fails the test.
            with suppress(HubError):
                await Push(client, ledger, only_unsent=True).run(here, local_slots(here)[0])
            with suppress(HubError):
                await Pull(client, there).run()

        for number in range(ROUNDS):
            for each in range(A_ROUND):
                put(here, reservation(f"r{number * A_ROUND + each:05}"))
            async with HubClient(target, patience=HASTY, answer_limit=300_000, read_timeout=0.2) as client:
                await exchange(client)
            passed = read_cursor(there.coordination, target).since_id
            assert {row["id"] for row in pulled(there.root).values()} >= set(range(1, passed + 1))
        proxy.is_fair = True
        async with HubClient(target) as client:
            await exchange(client)
        assert len(set(proxy.done) & set(FAULTS)) >= min(len(FAULTS), 10), proxy.done
    names = [f"r{number:05}" for number in range(ROUNDS * A_ROUND)]
    assert sorted(row["record_id"] for row in hub.records) == names
    assert all(row["payload"] == reservation(row["record_id"]) for row in hub.records)
    assert pulled(there.root) == {f"reservation/{row['record_id']}.json": row for row in hub.records}
    assert len(ledger) == len(names)
    assert load(there).problems == []
    ledger.close()
