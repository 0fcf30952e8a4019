"""Who waits for news, and the bell that wakes them. In memory, on one event loop; nobody who waits asks a database.

A reader listens before it looks: what is committed after its look rings a bell that it already hears, so no wake-up
falls between the look and the wait.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Listener:
    """One who waits for some kinds of records of a repository."""

    def __init__(self, kinds: frozenset[str]) -> None:
        """Wait for *kinds*; none for all."""
        self._kinds = kinds
        self._rung = asyncio.Event()
        self.is_gone = False

    def hear(self, kinds: frozenset[str]) -> None:
        """There is news of *kinds*; none for any."""
        if not (self._kinds and kinds and self._kinds.isdisjoint(kinds)):
            self._rung.set()

    def leave(self) -> None:
        """Nobody waits here any more."""
        self.is_gone = True
        self._rung.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until there is news since the last time; return False if there was none in *seconds*."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


class Doorbell:
    """The listeners of one process."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._listeners: dict[int, set[Listener]] = defaultdict(set)
        self.rings = 0
        self.is_closed = False

    @contextmanager
    def listen(self, repository: int, kinds: frozenset[str]) -> Iterator[Listener]:
        """Listen, from now on, for news of *kinds* (none for all) in a repository."""
        listener = Listener(kinds)
        self._listeners[repository].add(listener)
        try:
            yield listener
        finally:
            self._listeners[repository].discard(listener)
            if not self._listeners[repository]:
                del self._listeners[repository]

    def waited_for(self) -> list[int]:
        """Return the repositories that somebody listens to."""
        return list(self._listeners)

    def ring(self, repository: int, kinds: frozenset[str] = frozenset()) -> None:
        """There is news in a repository, of *kinds*; none for any."""
        self.rings += 1
        for listener in self._listeners.get(repository, ()):
            listener.hear(kinds)

    def ring_all(self) -> None:
        """There may be news anywhere."""
        self.rings += 1
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.hear(frozenset())

    def close(self) -> None:
        """Wake everybody, for good: there will be no news from here."""
        self.is_closed = True
        self.ring_all()
