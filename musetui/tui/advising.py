"""What to do about conflicts, for the details that say so: worked out one at a time, where that takes long.

In a large swarm one piece of advice takes some 25 ms, for it weighs all that those in it do elsewhere, and is worked
out anew whenever something differs. A reservation can be in a dozen conflicts: a third of a second with each move of
the cursor and each second. So where it is dear, a detail has what is known, and `…` until something is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict, ConflictKey

BUDGET = 0.006
"""Seconds of processor time that advice may take within a frame and some: what is more is put off."""

_WHILE = 0.05
"""Seconds that the budget is for."""

_FRESH = 1.0
"""Seconds after which what is known is worked out again, if it is still asked for: once for each look at the clock."""

_AFTER = 0.02
"""Seconds before work that was put off begins: the cursor is painted first."""

_KEPT = 500
"""Conflicts whose advice is kept: a few details of many conflicts."""

UNKNOWN = "…"


@dataclass(slots=True)
class _Told:
    conflict: "Conflict"
    text: str
    at: float


class Advising:
    """Gives out conflicts whose advice takes no longer than there is time.

    Args:
        later: calls something in so many seconds.
        changed: told when advice that was asked for has become known, or is another one.
        is_large: tells whether the first piece is likely to take long, before any was worked out.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], object],
        changed: Callable[[], None],
        is_large: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_large = is_large
        self._later = later
        self._changed = changed
        self._told: dict[ConflictKey, _Told] = {}
        self._asked: dict[ConflictKey, Conflict] = {}
        self._began = 0.0
        self._spent = 0.0
        self._is_dear: bool | None = None  # nothing is known of that yet
        self._is_due = False
        self._has_news = False

    def advised(self, conflict: "Conflict") -> "Conflict":
        """Return *conflict* with advice that is worked out when there is time."""
        return replace(conflict, advise=lambda _: self._of(conflict))

    def stop(self) -> None:
        """Work nothing out any more."""
        self._asked.clear()

    def _of(self, conflict: "Conflict") -> str:
        now = time.perf_counter()
        told = self._told.get(conflict.key)
        if told is not None and told.conflict != conflict:
            told = None
        if told is not None and now < told.at + _FRESH:
            return told.text
        if now > self._began + _WHILE:
            self._began, self._spent = now, 0.0
        is_dear = self._is_large() if self._is_dear is None else self._is_dear
        if self._spent < BUDGET and not self._asked and not is_dear:
            return self._work_out(conflict)
        self._asked[conflict.key] = conflict
        if not self._is_due:
            self._is_due = True
            self._later(_AFTER, self._go_on)
        return UNKNOWN if told is None else told.text

    def _work_out(self, conflict: "Conflict") -> str:
        before = time.thread_time()
        text = conflict.advice
        took = time.thread_time() - before
        self._spent += took
        # The next one is likely to take as long: then whoever moves the cursor waits for none of them.
        self._is_dear = took > BUDGET
        if len(self._told) >= _KEPT:
            self._told.clear()
        self._told[conflict.key] = _Told(conflict, text, time.perf_counter())
        return text

    def _go_on(self) -> None:
        """Work out what was asked for, for a slice; the rest follows after the next keys."""
        ends_at = time.perf_counter() + BUDGET
        self._is_due = False
        while self._asked:
            key, conflict = self._asked.popitem()
            known = self._told.get(key)
            text = self._work_out(conflict)
            self._has_news |= known is None or known.text != text
            if self._asked and time.perf_counter() > ends_at:
                self._is_due = True
                self._later(0.001, self._go_on)
                return
        if self._has_news:
            self._has_news = False
            self._changed()
