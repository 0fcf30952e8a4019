"""What was read is kept for the next start, if that is wanted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from musetui.coordination import snapshot
from musetui.coordination.repository import Repository
from musetui.coordination.snapshot import Snapshot, default_folder
from tests.conftest import until
from tests.tui.conftest import Running


@pytest.fixture(autouse=True)
def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """Have a snapshot be worth while of one record, however young, and at once; gives those that were asked for."""
    made: list[Snapshot] = []

    def snapshot_of(repository: Repository, *, writes: bool) -> Snapshot:
        made.append(Snapshot(default_folder(), repository.coordination, writes=writes, fewest=1))
        return made[-1]

    monkeypatch.setattr(snapshot, "snapshot_of", snapshot_of)
    monkeypatch.setattr("musetui.coordination.feed._WRITE_AFTER", 0.0)
    monkeypatch.setattr("musetui.coordination.feed._WRITE_REST", 0.0)
    monkeypatch.setattr("musetui.coordination.ledger.RACY_WITHIN", -3_600.0)
    return made


async def test_the_next_start_takes_from_the_snapshot_what_has_not_changed(
    dashboard: Running, reserve: Callable[..., str], tmp_path: Path, asked_for: list[Snapshot]
) -> None:
    reserve("ann", "a.py")
    async with dashboard():
        await until(lambda: list((tmp_path / "cache" / "musetui" / "snapshots").glob("*.snapshot")))
    reserve("bob", "b.py")
    async with dashboard(read_only=True) as pilot:
        assert len(pilot.app.live.swarm.reservations()) == 2  # type: ignore[attr-defined]  # our own app
    assert [each.recalled_count for each in asked_for] == [0, 1]
    assert not asked_for[1].is_due  # read-only, it writes nothing


async def test_nothing_is_kept_where_that_is_not_wanted(
    dashboard: Running, reserve: Callable[..., str], asked_for: list[Snapshot]
) -> None:
    reserve("ann", "a.py")
    async with dashboard(remember=False) as pilot:
        assert len(pilot.app.live.swarm.reservations()) == 1  # type: ignore[attr-defined]  # our own app
    assert asked_for == []
