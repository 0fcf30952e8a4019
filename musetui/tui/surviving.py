"""Defects of our own: the app goes on if it can, and if not it leaves a clean terminal, a report and a sentence."""

import asyncio
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual.app import App
from textual.dom import DOMNode
from textual.notifications import Notify, SeverityLevel

from musetui.errors import EXIT_DEFECT
from musetui.records.text import safe_text
from musetui.tui.toasts import Toasted

if TYPE_CHECKING:
    from textual.actions import ActionParseResult

Result = TypeVar("Result")

LATE = 0.05
"""Seconds that the loop may be held up before the debug log tells."""

_LOOK_EVERY = 0.1
_REPORTS = 5
"""Reports that one app writes: what goes wrong with every record is one mistake, and not thousands."""

_log = logging.getLogger("musetui.tui")


class Surviving(App[Result]):
    """An app that outlives what can be outlived.

    Attributes:
        report_folder: where reports about defects go; None for nowhere.
        last_words: what is to be said in the terminal when the app has ended; "" for nothing.
    """

    report_folder: Path | None = None
    last_words = ""
    _reports = 0

    def on_mount(self) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            self.run_worker(self._tell_when_late(), exit_on_error=False)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        seconds = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        self.post_message(Notify(Toasted(message, title, severity, seconds, markup)))

    def defect(self, error: BaseException) -> None:
        """Tell of a mistake of ours, and go on: the picture is worth more than the mistake."""
        _log.error("a defect", exc_info=error)
        said = f"A defect of musetui, please report it: {type(error).__name__}: {safe_text(error, 200)}"
        if self.report_folder is None or self._reports >= _REPORTS:
            self.notify(said, severity="error", markup=False)
            return
        self._reports += 1
        self.run_worker(self._report(error, said), exit_on_error=False)

    async def _report(self, error: BaseException, said: str) -> None:
        # Imported and written on a thread: neither may hold up what is painted.
        report = await asyncio.to_thread(_written, error, self.report_folder)
        self.notify(f"{said}{report}", severity="error", markup=False)

    def _fatal_error(self) -> None:
        """End the app after a mistake that cannot be outlived.

        Textual would print a traceback with the values of all variables, in which there may be anything.
        """
        error = self._exception
        self._return_code = EXIT_DEFECT
        if error is not None and not self.last_words:
            _log.critical("a defect that cannot be outlived", exc_info=error)
            said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            report = _written(error, self.report_folder)
            self.last_words = (
                f"musetui: ended by a defect of its own ({safe_text(said, 200)}); what was written is whole.{report}"
            )
        self._close_messages_no_wait()

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        # Its name alone: what stands in brackets may have been typed.
        _log.debug("action %s", action.partition("(")[0] if isinstance(action, str) else action[1])
        return await super().run_action(action, default_namespace, namespaces)

    async def _tell_when_late(self) -> None:
        """Log whenever the loop was held up, until cancelled."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_LOOK_EVERY)
            late = time.perf_counter() - before - _LOOK_EVERY
            if late > LATE:
                _log.warning("the loop was held up for %.0f ms", late * 1_000)


def _written(error: BaseException, folder: Path | None) -> str:
    """Write a report, and return the sentence that says where it is."""
    from musetui.crash_report import write_report

    report = None if folder is None else write_report(error, folder)
    return "" if report is None else f" The report is in {safe_text(report, 300)}: send it along."
