"""Alerting: the rules of a person at work on a live picture, and what they come to brought to where the person is."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from musetui.alerts.courier import Courier, Face
from musetui.alerts.engine import Alerts
from musetui.alerts.matching import hears_of_ends
from musetui.alerts.rule import Rule
from musetui.alerts.settings import TABLE
from musetui.tui.newswire import Newswire
from musetui.tui.showing import SLICE

if TYPE_CHECKING:
    from collections.abc import Callable

    from musetui.alerts.notice import Notice
    from musetui.news.occurrence import Occurrence
    from musetui.settings import Settings
    from musetui.tui.app import MuseTui
    from musetui.tui.hub_status import HubStatus
    from musetui.tui.live import Live

TOAST_SECONDS = 12.0
"""Longer than a toast that answers a key: nobody expects this one."""


class Alerting:
    """Hears what happens, in slices, so that a storm holds no key up; `tick` brings what is due.

    Args:
        rules: what is worth an alert.
        wire: says all there is to say of what happens.
        live: the picture.
        settings: when it is quiet.
        face: where the person is.
        hub: tells how it stands with the hub.
        defect: told of a mistake of ours.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        wire: Newswire,
        live: "Live",
        settings: "Settings",
        face: Face,
        hub: "Callable[[], HubStatus]",
        defect: "Callable[[Exception], None]",
    ) -> None:
        self._live = live
        self._wire = wire
        self._hub = hub
        self._alerts = Alerts(rules, wire.teller, quiet_hours=settings.quiet_hours, repository=live.repository.name)
        self._courier = Courier(face, live.repository.root, os.environ, defect)
        self._waiting: deque[Occurrence] = deque()
        self._is_working = False

    def hear(self, occurrences: "Sequence[Occurrence]") -> None:
        """Hear what happened."""
        self._waiting.extend(occurrences)
        if self._waiting and not self._is_working:
            self._is_working = True
            asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        ends_at = time.perf_counter() + SLICE
        now = self._live.now()
        while self._waiting and time.perf_counter() < ends_at:
            self._alerts.hear((self._waiting.popleft(),), now)
        self._is_working = bool(self._waiting)
        if self._is_working:
            asyncio.get_running_loop().call_later(0.001, self._work)

    def tick(self) -> None:
        """Bring what is due; called every second."""
        self._wire.hear_of_hub(self._hub())
        for notice in self._alerts.due(self._live.now()):
            self._courier.deliver(notice)

    async def aclose(self) -> None:
        """End what is under way."""
        await self._courier.aclose()


def alerting_of(
    app: "MuseTui",
    live: "Live",
    settings: "Settings",
    hub: "Callable[[], HubStatus]",
    defect: "Callable[[Exception], None]",
) -> Alerting | None:
    """Return what brings alerts to a dashboard, or None where no rule asks for any."""
    rules = settings.of(TABLE)
    if not rules:
        return None
    hears_ends = any(map(hears_of_ends, rules))
    wire = Newswire(live, lambda occurrences: alerting.hear(occurrences), remembers=hears_ends)
    alerting = Alerting(rules, wire, live, settings, DashboardFace(app), hub, defect)
    return alerting


class DashboardFace:
    """A dashboard as the place where a person is."""

    def __init__(self, app: "MuseTui") -> None:
        self._app = app

    @property
    def in_front(self) -> bool | None:
        """Whether its terminal has the focus; None where that says nothing of it."""
        return self._app.in_front

    def toast(self, notice: "Notice") -> None:
        """Show a notice for a few seconds."""
        self._app.notify(
            notice.below_title, title=notice.title, severity="warning", timeout=TOAST_SECONDS, markup=False
        )

    def ring(self, sequence: str) -> None:
        """Write a control sequence to the terminal, or to the page that stands for it."""
        if self._app._driver is not None:
            self._app._driver.write(sequence)

    def complain(self, sentence: str) -> None:
        """Show what went wrong."""
        self._app.notify(sentence, severity="error", markup=False)
