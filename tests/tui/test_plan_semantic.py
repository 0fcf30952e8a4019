"""Asking muse about two branches of the merge plan: a real program on PATH that answers, or is not there, or hangs."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from musetui.tui.screens.semantic import SemanticScreen
from tests.conftest import until
from tests.tui.conftest import Running, screen_text
from tests.tui.test_plan_view import Reserve, meet, order_of, shows

Install = Callable[[str], None]

ANSWER = {
    "ours": "1a2b3c4d",
    "theirs": "5e6f7a8b",
    "total_symbols": 12,
    "conflicts": 1,
    "clean": 11,
    "items": [
        {
            "address": "src/bill.py::[/]Invoice",
            "conflict_type": "rename_edit",
            "ours_change": "rename+modify",
            "theirs_change": "impl_only",
            "recommendation": "manual: rename ours, rebase theirs",
        }
    ],
}


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return what puts a `muse` on PATH that runs some Python; there is no other one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def install_it(code: str) -> None:
        program = folder / "muse"
        program.write_text(f"#!{sys.executable} -I\nimport json, os, sys, time\n{code}\n")
        program.chmod(0o755)

    return install_it


async def test_the_selected_branch_is_asked_about_with_the_one_it_is_reworked_for(
    dashboard: Running, reserve: Reserve, install: Install, muse_root: Path
) -> None:
    install(f"json.dump(sys.argv[1:], open('asked', 'w')); print({json.dumps(ANSWER)!r})")
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("G", "m")
        await shows(pilot, "1 conflict, 11 clean of 12 symbols", "src/bill.py::[/]Invoice", "manual: rename ours")
        asked = json.loads((muse_root / "asked").read_text())
        assert asked == ["coord", "plan-merge", "feature/billing", "main", "--json"]
        assert isinstance(pilot.app.screen, SemanticScreen)
        await pilot.press("escape")
        await until(lambda: len(pilot.app.screen_stack) == 1)


async def test_where_there_is_no_muse_it_is_said_kindly(dashboard: Running, reserve: Reserve, install: Install) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("G", "m")
        await until(lambda: any("no `muse` is installed" in each.message for each in pilot.app._notifications))
        assert len(pilot.app.screen_stack) == 1


async def test_before_the_first_branch_there_is_nothing_to_ask_about(
    dashboard: Running, reserve: Reserve, install: Install
) -> None:
    meet(reserve)
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("m")
        await until(lambda: any("Nothing is merged before docs" in each.message for each in pilot.app._notifications))


async def test_whoever_leaves_does_not_wait_for_it(
    dashboard: Running, reserve: Reserve, install: Install, muse_root: Path
) -> None:
    install("open('asked', 'w').write(str(os.getpid())); time.sleep(600)")
    meet(reserve)
    asked = muse_root / "asked"
    async with dashboard() as pilot:
        await pilot.press("5")
        await until(lambda: len(order_of(pilot)) == 3)
        await pilot.press("G", "m")
        await until(lambda: asked.exists() and asked.read_text())
        await pilot.press("m")
        await until(lambda: any("asked already" in each.message for each in pilot.app._notifications))
        assert "Order 3" in screen_text(pilot)

    def is_gone() -> bool:
        try:
            os.kill(int(asked.read_text()), 0)
        except ProcessLookupError:
            return True
        return False

    await until(is_gone, what="the end of the program")
