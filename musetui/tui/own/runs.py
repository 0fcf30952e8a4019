"""The commands of a person's own in a dashboard: how each is run, and where what it prints is shown."""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported, SystemCommand

from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.tui.own.command import OwnCommand
    from musetui.tui.own.filling import Order
    from musetui.tui.own.running import OwnRuns, Running

_TOLD = 3
"""Lines of output that a note shows."""


class OwnCommands:
    """All of them. To be closed with `aclose`.

    Attributes:
        commands: those that the settings have, in their order.

    Args:
        app: where they are run from.
        folder: where programs run.
        defect: told of a mistake of ours.
    """

    def __init__(
        self, app: App[Any], commands: "Sequence[OwnCommand]", folder: Path, defect: Callable[[BaseException], None]
    ) -> None:
        self.commands = tuple(commands)
        self._app = app
        self._folder = folder
        self._defect = defect
        self._runs: OwnRuns | None = None  # imported when something is run: the first paint waits for it otherwise

    async def run(self, command: "OwnCommand", orders: "Sequence[Order]") -> None:
        """Run *command*, once for each of *orders*; what takes time goes on by itself."""
        from musetui.tui.own.command import Output

        if command.output is Output.TERMINAL:
            self._run_in_terminal(command, orders)
        elif command.output is Output.PANE:
            from musetui.tui.screens.printing import PrintingScreen

            running = self._begin(command, orders, lambda _: pane.show_more())
            pane = PrintingScreen(running)
            # Whoever closes the pane has seen the end of it, or has ended it.
            await self._app.push_screen(pane)
        else:
            self._begin(command, orders, self._tell)

    def _begin(
        self, command: "OwnCommand", orders: "Sequence[Order]", hearer: "Callable[[Running], None]"
    ) -> "Running":
        if self._runs is None:
            from musetui.tui.own.running import OwnRuns

            self._runs = OwnRuns(self._folder, os.environ, self._defect)
        return self._runs.begin(command, orders, hearer)

    def stopping(self) -> Iterator[SystemCommand]:
        """Yield what the palette offers to end what runs now."""
        for running in self._runs.under_way() if self._runs is not None else ():
            name = safe_text(running.command.name)
            yield SystemCommand(f"End {name}", "End this command of your own, which still runs", running.stop)

    async def aclose(self) -> None:
        """End what is under way."""
        if self._runs is not None:
            await self._runs.aclose()

    def _tell(self, running: "Running") -> None:
        """Tell how a command went that has no pane."""
        from musetui.tui.own.command import Output

        if not running.is_over or running.was_stopped:
            return
        name, printed = safe_text(running.command.name), running.printed
        if not running.went_well:
            why = printed.last(_TOLD)  # that stands at the end
            self._notify("\n".join(filter(None, (f"{name}: {running.summary()}", why))), well=False)
        elif running.command.output is Output.TOAST:
            self._notify(f"{name}: {printed.first(_TOLD) or running.summary()}", well=True)

    def _run_in_terminal(self, command: "OwnCommand", orders: "Sequence[Order]") -> None:
        """Hand the terminal over until the programs have ended, as to an editor."""
        try:
            with self._app.suspend():
                failed = [told for order in orders if (told := _in_terminal(order.words, self._folder))]
        except SuspendNotSupported:
            failed = ["This terminal cannot be handed over: choose another output for it."]
        if failed:
            self._notify(f"{safe_text(command.name)}: {failed[0]}", well=False)

    def _notify(self, text: str, *, well: bool) -> None:
        self._app.notify(text, severity="information" if well else "error", markup=False)


def _in_terminal(words: Sequence[str], folder: Path) -> str:
    """Run a program in this terminal; return "", or how it failed. Raises nothing, as `editing.edit` explains."""
    name = safe_text(words[0], 60)
    try:
        code = subprocess.run(words, check=False, cwd=folder).returncode
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        return f"{name} cannot be started ({safe_text(said or 'the system refused', 60).lower()})."
    return f"{name} ended with {code}." if code else ""
