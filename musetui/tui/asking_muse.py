"""Asking muse: what both of two branches change, symbol by symbol, which only Muse's own object store knows."""

import asyncio
from threading import Event
from typing import TYPE_CHECKING

from musetui.coordination.muse_command import plan_merge
from musetui.errors import MuseCommandError
from musetui.records.text import safe_text
from musetui.tui.presentation.semantic import semantic_lines, semantic_sentence
from musetui.tui.screens.semantic import SemanticScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from musetui.coordination.repository import Repository


class AskingMuse:
    """Asks an installed `muse`, one question at a time.

    Args:
        screen: who asks. The answer is a screen on top of it while it is in front, and else a sentence.
    """

    def __init__(self, screen: "Screen[None]") -> None:
        self._screen = screen
        self._is_asking = False

    def ask(self, repository: "Repository", ours: str, theirs: str) -> None:
        """Ask about two branches; says so, and says what came of it later."""
        app = self._screen.app
        if self._is_asking:
            app.notify("muse is being asked already.", severity="warning", markup=False)
            return
        self._is_asking = True
        app.notify(f"Asking muse about {_both(ours, theirs)}; that may take a minute.", markup=False)
        app.run_worker(self._answer(repository, ours, theirs), exit_on_error=False)

    async def _answer(self, repository: "Repository", ours: str, theirs: str) -> None:
        app = self._screen.app
        given_up = Event()
        try:
            answer = await asyncio.to_thread(plan_merge, repository, ours, theirs, given_up=given_up)
        except MuseCommandError as error:
            app.notify(safe_text(error, 600), severity="warning", markup=False)
            return
        finally:
            given_up.set()  # whoever leaves does not wait for a program
            self._is_asking = False
        if self._screen.is_current:
            await app.push_screen(SemanticScreen(semantic_lines(answer, ours, theirs)))
        else:
            app.notify(f"muse on {_both(ours, theirs)}: {semantic_sentence(answer)}; m asks again.", markup=False)


def _both(ours: str, theirs: str) -> str:
    return f"{safe_text(ours, 60)} and {safe_text(theirs, 60)}"
