"""The app: wiring only. It starts the live picture after the first paint, hands it to the views, and ends cleanly."""

import asyncio
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from textual.events import Event, InputEvent
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from musetui.tui.actions import WRITING, Place, bindings_of
from musetui.tui.clock import Clock, now_utc
from musetui.tui.key_names import sent_as
from musetui.tui.key_settings import TABLE as KEYS
from musetui.tui.own import ACTION as OWN_COMMAND
from musetui.tui.own import TABLE_NAME as OWN_COMMANDS
from musetui.tui.own.runs import OwnCommands
from musetui.tui.screens.opening import OpeningScreen
from musetui.tui.styles import stylesheet
from musetui.tui.viewing import Viewing
from musetui.tui.views import VIEWS, make_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from textual.app import SystemCommand
    from textual.driver import Driver

    from musetui.coordination.feed import FeedStatus
    from musetui.coordination.repository import Repository
    from musetui.history.knowing import Known
    from musetui.history.replay import Replay
    from musetui.settings import Settings
    from musetui.tui.alerting import Alerting
    from musetui.tui.collecting import Collecting
    from musetui.tui.exchange import Exchange
    from musetui.tui.hub_status import HubStatus
    from musetui.tui.live import Live
    from musetui.tui.own.command import OwnCommand
    from musetui.tui.showing import Change

LATER = ("live", "collecting", "exchange", "pen", "screens.dashboard", "filters_kept")
"""What is imported after the first paint: records, models, the watcher and the panes take a fifth of a second."""

BRANCH_EVERY = 2.0
"""Seconds between looks at which branch is checked out; nobody switches faster than that."""


class MuseTui(Viewing):
    """The dashboard on one repository, or on a recording of one."""

    TITLE = "musetui"
    CSS_PATH = [stylesheet("app")]
    BINDINGS = bindings_of(Place.APP)
    ENABLE_COMMAND_PALETTE = True
    DEFAULT_MODE = "opening"
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-short"), (30, "-tall")]

    def __init__(
        self,
        repository: "Repository",
        settings: "Settings",
        clock: Clock = now_utc,
        driver_class: "type[Driver] | None" = None,
        first_filter: str = "",
        at: "datetime | None" = None,
        recording: "Path | None" = None,
        first_view: str = "dashboard",
        replay: "Replay | None" = None,
    ) -> None:
        if replay is not None:
            # There is nothing here that could be written, read or asked.
            settings = replace(settings, read_only=True, calls=False)
        super().__init__(repository, settings, clock, driver_class, replay, first_filter)
        own = own_commands(settings) if replay is None else ()
        self.own_commands = OwnCommands(self, own, repository.root, self.defect)
        actions = tuple(command.action(place) for place, command in enumerate(own))
        self.keys_in_force = replace(settings.of(KEYS), commands=actions, has_signs=not self._signs)
        self.set_keymap(self.keys_in_force.changed())
        for action in actions:
            for key in action.keys:
                self.bind(",".join(sent_as(key)), action.name, description=action.title)
        self._exchange: Exchange | None = None
        self._alerting: Alerting | None = None
        self.in_front: bool | None = None  # not known, until the terminal tells
        self._first_view = first_view
        self._at = at
        self._recording = recording
        self._collecting: Collecting | None = None
        self.add_mode("opening", OpeningScreen)

    def on_mount(self) -> None:
        # Who comes back from the shell finds an empty screen, of which Textual would paint what differs next.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.call_after_refresh(lambda: self.run_worker(self._begin(), exit_on_error=False))

    async def _begin(self) -> None:
        """Go on after the first paint: show the panes, and start the live picture."""
        await asyncio.to_thread(lambda: [import_module(f"musetui.tui.{name}") for name in LATER])
        from musetui.tui.collecting import Collecting

        self._collecting = Collecting()
        from musetui.coordination.snapshot import snapshot_of
        from musetui.swarm.thresholds import thresholds_of
        from musetui.swarm.told import ToldSwarm
        from musetui.tui.filters_kept import FiltersKept
        from musetui.tui.live import Live
        from musetui.tui.looks_kept import keep_looks
        from musetui.tui.pen import Pen
        from musetui.tui.travel import Travel

        for name in VIEWS:
            self.add_mode(name, partial(make_view, name, self._read_only, self.moment))
        await self.switch_mode(self._first_view)
        thresholds = thresholds_of(self.settings)
        remembers = self.settings.remember and self.replay is None
        self.live = Live(
            self.repository,
            thresholds=thresholds,
            polling=self.settings.poll,
            clock=self._clock,
            cutoff=self.settings.cutoff(self._clock()),
            snapshot=snapshot_of(self.repository, writes=not self.settings.read_only) if remembers else None,
            on_defect=self.defect,
            swarm=ToldSwarm(thresholds, self.replay.known.trail.departed) if self.replay is not None else None,
            source=self.replay.source if self.replay is not None else None,
        )
        self._pen = Pen(self.repository, self.settings.run_id, lambda done: self._say(done, True), self._clock)
        self._kept = FiltersKept(self.settings, self._say)
        self.run_worker(self._kept.run(), exit_on_error=False)
        if not self.settings.read_only:
            self.run_worker(keep_looks(self.looks, self._looks_file, self._say), exit_on_error=False)
        self._hand_picture_to(self.screen)
        self.live.on_change(self._take_note)
        self.live.on_status(self._show_status)
        if self.replay is None:
            self._follow(self.live)
        self.live.start()
        self.set_interval(1.0, self._tick)
        self.travel = Travel(
            self.live,
            thresholds,
            self._known,
            changed=self._show_picture,
            grown=self._travelled,
            say=self._say,
            on_defect=self.defect,
            on_story=self.live.take_story if self.replay is not None else None,
        )
        await self._look_around()
        if self._at is not None:
            await self._go_to(self._at)
        elif self.current_mode == "timeline":
            await self.travel.prepare()
        elif self.replay is not None:
            # Its past is what one is here for; its end comes first, and is not to be slowed.
            self.live.on_status(self._prepare_past)

    def _prepare_past(self, status: "FeedStatus") -> None:
        if status.settled and self.travel is not None:
            self.run_worker(self.travel.prepare(), exit_on_error=False)

    def _follow(self, live: "Live") -> None:
        """Begin all that goes on beside the picture of what is now: alerts, the hub, and who calls whom."""
        from musetui.tui.alerting import alerting_of
        from musetui.tui.exchange import Exchange

        self._alerting = alerting_of(self, live, self.settings, lambda: self.hub_status, self.defect)
        self.set_interval(BRANCH_EVERY, self._look_around)
        self._exchange = Exchange(live, self.settings, self._say, self._show_facts)
        self.run_worker(self._exchange.run(), exit_on_error=False)
        if self.settings.calls:
            from musetui.tui.calls import Calls

            self.run_worker(Calls(live, self._say).run(), exit_on_error=False)

    def _known(self, now: "datetime") -> "Known":
        """Return all that is known of the past at *now*; runs in a thread."""
        if self.replay is not None:
            return self.replay.known
        from musetui.history.knowing import all_known

        return all_known(
            self.repository, self._recording, self.settings.state, now, self.settings.cutoff(self._at or now)
        )

    async def _look_around(self) -> None:
        if self.live is not None:
            await self.live.look_around()
            self._show_facts()

    @property
    def hub_status(self) -> "HubStatus":
        return self._exchange.status if self._exchange else super().hub_status

    def _tick(self) -> None:
        if self.live is None:
            return
        self.live.advance()
        if self.live.status.settled:
            self._conflict_trend.note(len(self.live.conflicts), self.live.now())
        if self._alerting is not None:
            self._alerting.tick()
        is_reading = not self.live.status.settled or (self.travel is not None and self.travel.is_reading)
        if self._collecting is not None and is_reading:
            self._collecting.read_on()
        elif self._collecting is not None:
            self._collecting.tick()
        self._show_facts()
        for view in self._views():
            view.show_held()
            view.tick()

    def _take_note(self, change: "Change") -> None:
        assert self._collecting is not None
        appeared, left = (sum(map(len, of.values())) for of in (change.delta.appeared, change.delta.left))
        self._collecting.came(appeared, left)
        if not self.is_calm:
            self._show_facts()

    def _say(self, sentence: str, well: bool) -> None:
        self.notify(sentence, severity="information" if well else "error", markup=False)

    async def on_event(self, event: Event) -> None:
        if isinstance(event, InputEvent) and self._collecting is not None:
            self._collecting.typed()
        await super().on_event(event)

    def on_app_focus(self) -> None:
        self.in_front = True
        # Whoever comes back wants to see what is, also where the kernel does not tell of changes.
        if self.live is not None:
            self.live.refresh()
        if self._exchange is not None:
            self._exchange.look(is_watched=True)

    def on_app_blur(self) -> None:
        self.in_front = False
        if self._exchange is not None:
            self._exchange.look(is_watched=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.defect(event.worker.error)

    async def on_unmount(self) -> None:
        if self._collecting is not None:
            self._collecting.end()
        if self.travel is not None:
            self.travel.stop()
        if self.live is not None:
            self.live.stop()
        if self._alerting is not None:
            await self._alerting.aclose()
        await self.own_commands.aclose()

    def action_push_hub(self) -> None:
        if self._exchange is not None:
            self.run_worker(self._exchange.push(), exit_on_error=False)

    def action_pull_hub(self) -> None:
        if self._exchange is not None:
            self._exchange.pull_now()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == OWN_COMMAND:
            # Where it means nothing it is hidden: of one's own commands there may be many.
            command = self.own_commands.commands[cast("int", parameters[0])]
            return any(not view.why_not(command) for view in self._views()[-1:])
        return None if action in WRITING and self._why_not else True

    async def action_own_command(self, place: int) -> None:
        for view in self._views()[-1:]:
            await view.run_command(self.own_commands.commands[place])

    def action_refresh_disk(self) -> None:
        if self.replay is not None:
            self.notify("A recording has no disk to be compared with.", severity="warning", markup=False)
        elif self.live is not None:
            self.live.refresh()
            self.notify("Comparing the picture with the disk.", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> "Iterable[SystemCommand]":
        from musetui.tui.palette import commands

        return commands(self, screen)


def own_commands(settings: "Settings") -> "Sequence[OwnCommand]":
    """Return the person's own commands; where they have none, nothing is imported for them."""
    if OWN_COMMANDS not in settings.tables:
        return ()
    from musetui.tui.own.settings import TABLE

    return settings.of(TABLE)
