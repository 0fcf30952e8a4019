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
from musetui.tui.collecting import Collecting
from musetui.tui.hub_status import HubStatus
from musetui.tui.key_names import sent_as
from musetui.tui.key_settings import TABLE as KEYS
from musetui.tui.looking import Looking
from musetui.tui.own.command import ACTION as OWN_COMMAND
from musetui.tui.own.runs import OwnCommands
from musetui.tui.own.settings import TABLE as COMMANDS
from musetui.tui.palette import commands
from musetui.tui.screens.opening import OpeningScreen
from musetui.tui.styles import stylesheet
from musetui.tui.trend import Trend
from musetui.tui.views import VIEWS, make_view

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path
    from typing import TypeGuard

    from textual.app import SystemCommand
    from textual.driver import Driver

    from musetui.coordination.feed import FeedStatus
    from musetui.coordination.repository import Repository
    from musetui.settings import Settings
    from musetui.tui.alerting import Alerting
    from musetui.tui.exchange import Exchange
    from musetui.tui.filters_kept import FiltersKept
    from musetui.tui.live import Live
    from musetui.tui.pen import Pen
    from musetui.tui.screens.view import View
    from musetui.tui.showing import Change, Showing
    from musetui.tui.travel import Travel

LATER = ("live", "exchange", "pen", "screens.dashboard", "filters_kept")
"""What is imported after the first paint: records, models, the watcher and the panes take a fifth of a second."""

BRANCH_EVERY = 2.0
"""Seconds between looks at which branch is checked out; nobody switches faster than that."""

READ_ONLY = "musetui was started with --read-only."

PAST = "this is the past, and cannot be changed; esc leads back to now."


def is_view(screen: Screen[object]) -> "TypeGuard[View]":
    """Return whether *screen* shows the picture; views are not imported before there is one."""
    from musetui.tui.screens.view import View

    return isinstance(screen, View)


class MuseTui(Looking[int]):
    """The dashboard on one repository."""

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
    ) -> None:
        super().__init__(settings, driver_class)
        self._clock = clock
        self.repository = repository
        self.settings = settings
        self._read_only = READ_ONLY if settings.read_only else ""
        own = settings.of(COMMANDS)
        self.own_commands = OwnCommands(self, own, repository.root, self.defect)
        actions = tuple(command.action(place) for place, command in enumerate(own))
        self.keys_in_force = replace(settings.of(KEYS), commands=actions)
        self.set_keymap(self.keys_in_force.changed())
        for action in actions:
            for key in action.keys:
                self.bind(",".join(sent_as(key)), action.name, description=action.title)
        self.live: Live | None = None
        self._pen: Pen | None = None
        self._exchange: Exchange | None = None
        self._alerting: Alerting | None = None
        self.in_front: bool | None = None  # not known, until the terminal tells
        self._kept: FiltersKept | None = None
        self._first_filter = first_filter
        self._at = at
        self._recording = recording
        self.travel: Travel | None = None
        self._collecting: Collecting | None = None
        self._conflict_trend = Trend()
        self.add_mode("opening", OpeningScreen)

    def on_mount(self) -> None:
        # Who comes back from the shell finds an empty screen, of which Textual would paint what differs next.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.call_after_refresh(lambda: self.run_worker(self._begin(), exit_on_error=False))

    async def _begin(self) -> None:
        """Go on after the first paint: show the panes, and start the live picture."""
        await asyncio.to_thread(lambda: [import_module(f"musetui.tui.{name}") for name in LATER])
        self._collecting = Collecting()
        from musetui.swarm.thresholds import thresholds_of
        from musetui.tui.alerting import alerting_of
        from musetui.tui.exchange import Exchange
        from musetui.tui.filters_kept import FiltersKept
        from musetui.tui.live import Live
        from musetui.tui.looks_kept import keep_looks
        from musetui.tui.pen import Pen
        from musetui.tui.travel import Travel

        for name in VIEWS:
            self.add_mode(name, partial(make_view, name, self._read_only, self.moment))
        await self.switch_mode("dashboard")
        self.live = Live(
            self.repository,
            thresholds=thresholds_of(self.settings),
            polling=self.settings.poll,
            clock=self._clock,
            on_defect=self.defect,
        )
        self._pen = Pen(self.repository, self.settings.run_id, lambda done: self._say(done, True), self._clock)
        self._kept = FiltersKept(self.settings, self._say)
        self.run_worker(self._kept.run(), exit_on_error=False)
        if not self.settings.read_only:
            self.run_worker(keep_looks(self.looks, self._looks_file, self._say), exit_on_error=False)
        self._hand_picture_to(self.screen)
        if self._first_filter and is_view(screen := self.screen):
            screen.filter_all(self._first_filter)
        self.live.on_change(self._take_note)
        self.live.on_status(self._show_status)
        self._alerting = alerting_of(self, self.live, self.settings, lambda: self.hub_status, self.defect)
        self.live.start()
        self.set_interval(1.0, self._tick)
        self.set_interval(BRANCH_EVERY, self._look_around)
        self._exchange = Exchange(self.live, self.settings, self._say, self._show_facts)
        self.run_worker(self._exchange.run(), exit_on_error=False)
        if self.settings.calls:
            from musetui.tui.calls import Calls

            self.run_worker(Calls(self.live, self._say).run(), exit_on_error=False)
        self.travel = Travel(
            self.live,
            self.settings,
            self._recording,
            changed=self._show_picture,
            grown=self._travelled,
            say=self._say,
            on_defect=self.defect,
        )
        await self._look_around()
        if self._at is not None:
            await self._go_to(self._at)

    @property
    def showing(self) -> "Showing | None":
        """What is shown: the present, or the past; None before there is a picture."""
        return self.travel.showing if self.travel is not None else self.live

    def moment(self) -> "datetime":
        """Return the moment that is shown (aware)."""
        return self._clock() if self.showing is None else self.showing.now()

    @property
    def _why_not(self) -> str:
        """Why nothing can be written now, or ""."""
        return PAST if self.travel is not None and self.travel.past is not None else self._read_only

    def _hand_picture_to(self, screen: Screen[object]) -> None:
        showing = self.showing
        if is_view(screen) and showing is not None and screen.live is not showing and self._pen:
            screen.set_read_only(self._why_not)
            screen.attach(showing, self._pen, self.settings.run_id, self._kept.shelf if self._kept else None)

    def _show_picture(self) -> None:
        """Have every view in sight show the picture that is shown now."""
        for screen in self.screen_stack:
            self._hand_picture_to(screen)
        self.refresh_bindings()
        self._show_facts()

    def _travelled(self) -> None:
        """Tell the views where one is on the way through time."""
        self._show_facts()
        for view in self._views():
            view.travelled()

    async def _go_to(self, moment: "datetime") -> None:
        if self.travel is not None and await self.travel.prepare():
            self.travel.go(moment)

    async def _look_around(self) -> None:
        if self.live is not None:
            await self.live.look_around()
            self._show_facts()

    def _views(self) -> "list[View]":
        """Return the views of this mode that show the picture, the one in front last."""
        return [screen for screen in self.screen_stack if is_view(screen) and screen.is_showing]

    @property
    def hub_status(self) -> HubStatus:
        """How it stands with the hub."""
        return self._exchange.status if self._exchange else HubStatus()

    def _tick(self) -> None:
        if self.live is None:
            return
        self.live.advance()
        if self.live.status.settled:
            self._conflict_trend.note(len(self.live.conflicts), self.live.now())
        if self._alerting is not None:
            self._alerting.tick()
        if self._collecting is not None:
            self._collecting.tick()
        self._show_facts()
        for view in self._views():
            view.show_held()
            view.tick()

    def _take_note(self, change: "Change") -> None:
        assert self._collecting is not None
        self._collecting.came(sum(map(len, change.delta.appeared.values())))
        if not self.is_calm:
            self._show_facts()

    def _show_status(self, status: "FeedStatus") -> None:
        if self.showing is self.live:
            for view in self._views():
                view.show_status(status)
        self._show_facts()

    def _show_facts(self) -> None:
        from musetui.tui.presentation.headline import headline, past_facts

        live, shown = self.live, self.showing
        if live is None or shown is None:
            return
        past = past_facts(self.travel, live.now()) if self.travel is not None else ()
        facts = headline(
            self.repository.name,
            live.branch,
            shown,
            past,
            self.hub_status,
            bool(self._read_only),
            shown.now(),
            self._conflict_trend.bars() if shown is live else "",
        )
        for view in self._views():
            view.show_facts(facts)

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

    async def action_show_dashboard(self) -> None:
        await self._show("dashboard")

    async def action_show_files(self) -> None:
        await self._show("files")

    async def action_show_agents(self) -> None:
        await self._show("agents")

    async def action_show_tasks(self) -> None:
        await self._show("tasks")

    async def action_show_stale(self) -> None:
        await self._show("stale")

    async def action_show_plan(self) -> None:
        await self._show("plan")

    async def action_show_timeline(self) -> None:
        if self.current_mode == "timeline" and self.travel is not None and self.travel.moment is not None:
            self.travel.back()
            return
        await self._show("timeline")
        if self.travel is not None:
            await self.travel.prepare()

    def action_show_now(self) -> None:
        if self.travel is not None:
            self.travel.back()

    async def action_show_problems(self) -> None:
        await self._show("problems")

    async def _show(self, view: str) -> None:
        if self.live is None:
            return  # not begun: a person's first key may come before the panes
        if view == self.current_mode:
            while len(self.screen_stack) > 1:
                if is_view(screen := self.screen):
                    screen.is_going = True
                await self.pop_screen()
        await self.switch_mode(view)
        self._hand_picture_to(self.screen)
        self._show_facts()
        self.refresh_bindings()

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

    def action_help(self) -> None:
        from musetui.tui.screens.help import HelpScreen

        if is_view(screen := self.screen):
            self.push_screen(HelpScreen(screen, self._why_not))

    def action_refresh_disk(self) -> None:
        if self.live is not None:
            self.live.refresh()
            self.notify("Comparing the picture with the disk.", markup=False)

    def get_system_commands(self, screen: Screen[object]) -> "Iterable[SystemCommand]":
        return commands(self, screen)
