"""Toasts: they go when their time is over, whatever the clock on the wall says, and hold nothing up."""

from pathlib import Path

import pytest
from textual.widgets._toast import Toast

from musetui.coordination.repository import Repository
from musetui.settings import Settings
from musetui.tui import toasts
from musetui.tui.app import MuseTui
from musetui.tui.toasts import SHORTEST, Toasted
from tests.conftest import until


@pytest.mark.parametrize("passes", [0.0, 1e-9, 1e-6, 1e-3, 1.0])
def test_a_toast_whose_time_ends_while_it_is_made_is_shown_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, passes: float
) -> None:
    now = 100.0
    monkeypatch.setattr(toasts, "monotonic", lambda: now)
    notification = Toasted("saved", timeout=5.0, raised=now)
    now += 5.0 - passes / 2
    assert passes == 0.0 or not notification.has_expired
    now += passes
    assert Toast(notification)._timeout == SHORTEST
    assert notification.has_expired


async def test_what_the_app_says_goes_in_time_though_the_clock_is_set_back(
    muse_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = MuseTui(Repository(muse_root), Settings(state=tmp_path))
    async with app.run_test(notifications=True):
        app.notify("saved", timeout=0.2, markup=False)
        await until(lambda: list(app.screen.query(Toast)), what="the toast")
        monkeypatch.setattr("textual.notifications.time", lambda: 0.0)  # 1970
        await until(lambda: not app._notifications and not list(app.screen.query(Toast)), what="its end")
