"""The calls of the work tree in the dashboard: what only they tell of, and what happens where nobody can read them."""

import os
import signal
from pathlib import Path

import pytest

from musetui.callgraph.process import CallGraphWorker
from musetui.tui import calls
from tests.conftest import until
from tests.tui.conftest import Running
from tests.tui.test_dashboard import Reserve, on_screen, view


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin to read sources as soon as the picture stands, and remember them here alone."""
    monkeypatch.setattr(calls, "BEGIN_AFTER", 0.0)
    monkeypatch.setattr(calls, "SCAN_EVERY", 0.2)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


async def test_who_calls_what_another_one_changes_is_a_conflict(
    dashboard: Running, reserve: Reserve, muse_root: Path
) -> None:
    (muse_root / "billing.py").write_text("def total():\n    return 1\n")
    caller = muse_root / "api.py"
    caller.write_text("from billing import total\n\n\ndef pay():\n    return total()\n")
    reserve("agent-41", "billing.py::total")
    reserve("agent-42", "api.py::pay")
    async with dashboard(calls=True) as pilot:
        table = view(pilot).table("conflicts")
        await until(lambda: table.row_count == 1)
        await pilot.press("tab", "tab")
        await on_screen(pilot, "blast_radius_overlap")
        await on_screen(pilot, "api.py:5 pay calls total")
        caller.write_text("def pay():\n    return 2\n")
        await until(lambda: table.row_count == 0)


async def test_a_reader_that_dies_is_told_of_and_ends_nothing(
    dashboard: Running, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers: list[CallGraphWorker] = []
    scan = CallGraphWorker.scan

    def noted(worker: CallGraphWorker) -> None:
        workers.append(worker)
        scan(worker)

    monkeypatch.setattr(CallGraphWorker, "scan", noted)
    reserve("agent-41", "billing.py::total")
    async with dashboard(calls=True) as pilot:
        await until(lambda: bool(workers) and workers[0].pid is not None)
        os.kill(workers[0].pid or 0, signal.SIGKILL)
        await on_screen(pilot, "calls are no longer followed")
        reserve("agent-42", "api.py::pay")
        await until(lambda: view(pilot).table("local").row_count == 2)


async def test_sources_are_left_alone_where_a_person_says_so(
    dashboard: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(calls.Calls, "run", lambda self: begun.append(self))
    async with dashboard(calls=False) as pilot:
        await pilot.pause()
        assert not begun
