"""Views in the app: which one is in front, the picture that they are handed, now or then, and the header over them."""

from typing import TYPE_CHECKING

from textual.screen import Screen

from musetui.tui.clock import Clock
from musetui.tui.keymap import keymap_of
from musetui.tui.looking import Looking
from musetui.tui.trend import Trend

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypeGuard

    from textual.driver import Driver

    from musetui.coordination.feed import FeedStatus
    from musetui.coordination.repository import Repository
    from musetui.history.replay import Replay
    from musetui.settings import Settings
    from musetui.tui.filters_kept import FiltersKept
    from musetui.tui.hub_status import HubStatus
    from musetui.tui.live import Live
    from musetui.tui.pen import Pen
    from musetui.tui.screens.view import View
    from musetui.tui.showing import Showing
    from musetui.tui.travel import Travel

READ_ONLY = "musetui was started with --read-only."

PAST = "this is the past, and cannot be changed; esc leads back to now."

RECORDED = "this is a recording, and cannot be changed."


def is_view(screen: Screen[object]) -> "TypeGuard[View]":
    """Return whether *screen* shows the picture; views are not imported before there is one."""
    from musetui.tui.screens.view import View

    return isinstance(screen, View)


class Viewing(Looking[int]):
    """An app that shows views of a picture.

    Attributes:
        repository: whose picture.
        replay: the recording that is all there is of it, or None.
        live: what is now, or at the end of the recording; None before it is begun.
        travel: the way to other moments, likewise.
    """

    def __init__(
        self,
        repository: "Repository",
        settings: "Settings",
        clock: Clock,
        driver_class: "type[Driver] | None",
        replay: "Replay | None",
        first_filter: str = "",
    ) -> None:
        super().__init__(settings, driver_class)
        self.repository = repository
        self.settings = settings
        self.replay = replay
        self.live: Live | None = None
        self.travel: Travel | None = None
        self._clock = clock if replay is None else lambda: replay.ends
        self._read_only = RECORDED if replay is not None else READ_ONLY if settings.read_only else ""
        self._pen: Pen | None = None
        self._kept: FiltersKept | None = None
        self._conflict_trend = Trend()
        self._first_filter = first_filter
        self._begun: set[str] = set()

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
        is_past = self.replay is None and self.travel is not None and self.travel.past is not None
        return PAST if is_past else self._read_only

    @property
    def hub_status(self) -> "HubStatus":
        """How it stands with the hub."""
        from musetui.tui.hub_status import HubStatus

        return HubStatus()

    def _hand_picture_to(self, screen: Screen[object]) -> None:
        showing = self.showing
        if is_view(screen) and showing is not None and screen.live is not showing and self._pen:
            screen.set_read_only(self._why_not)
            screen.attach(showing, self._pen, self.settings.run_id, self._kept.shelf if self._kept else None)
            self._filter_first(screen)

    def _filter_first(self, screen: "View") -> None:
        """Have a view begin with the filter that the person began with; whoever clears it does not get it again."""
        if self._first_filter and self.current_mode not in self._begun and screen is self.screen_stack[0]:
            self._begun.add(self.current_mode)
            screen.filter_all(self._first_filter)

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

    def _views(self) -> "list[View]":
        """Return the views of this mode that show the picture, the one in front last."""
        return [screen for screen in self.screen_stack if is_view(screen) and screen.is_showing]

    def _show_status(self, status: "FeedStatus") -> None:
        if self.showing is self.live:
            for view in self._views():
                view.show_status(status)
        self._show_facts()

    def _show_facts(self) -> None:
        from musetui.tui.presentation.headline import headline, past_facts, replay_facts

        live, shown = self.live, self.showing
        if live is None or shown is None:
            return
        if self.replay is not None:
            past = replay_facts(self.replay, self.travel, live.status)
        else:
            past = past_facts(self.travel, live.now()) if self.travel is not None else ()
        facts = headline(
            self.repository.name,
            live.branch if self.repository.is_here else None,
            shown,
            past,
            self.hub_status,
            bool(self._read_only),
            shown.now(),
            keymap_of(self).first,
            self._conflict_trend.bars() if shown is live else "",
        )
        for view in self._views():
            view.show_facts(facts)

    async def action_show_dashboard(self) -> None:
        await self._show("dashboard")

    async def action_show_reservations(self) -> None:
        await self._show_pane("local")

    async def action_show_conflicts(self) -> None:
        await self._show_pane("conflicts")

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

    async def _show_pane(self, name: str) -> None:
        """Show a pane of the dashboard, and put the focus on it."""
        from musetui.tui.screens.dashboard import Dashboard

        await self._show("dashboard")
        if isinstance(screen := self.screen, Dashboard) and screen.is_showing:
            screen.go_to(name)

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

    def action_command_palette(self) -> None:
        from musetui.tui.screens.commands import CommandsScreen

        if not isinstance(self.screen, CommandsScreen):
            self.push_screen(CommandsScreen(id="--command-palette"))

    def action_help(self) -> None:
        from musetui.tui.screens.help import HelpScreen

        if is_view(screen := self.screen):
            self.push_screen(HelpScreen(screen, self._why_not))
