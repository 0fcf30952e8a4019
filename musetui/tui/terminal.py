"""The terminal the dashboard runs in, which may be gone from one moment to the next."""

import termios
from contextlib import suppress
from typing import Any, TextIO

from textual.drivers.linux_driver import LinuxDriver


class _Output:
    """A terminal's output that takes whatever is written, also when nobody is there to see it.

    Textual writes from a thread of its own, by way of a queue that is full soon. That thread would end at the first
    write to a terminal that is gone, and whoever paints would wait for room in the queue for ever.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()


class Terminal(LinuxDriver):
    """Textual's own driver, for a terminal that may be closed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        assert self._file is not None
        self._file = _Output(self._file)  # type: ignore[assignment]  # all of a file that the driver uses

    def _sigcont_application(self, *_: Any) -> None:
        # A terminal that is closed sends SIGHUP, and SIGCONT right behind it. What comes back from ctrl+z is let in.
        with suppress(termios.error, OSError):
            termios.tcgetattr(self.fileno)
            super()._sigcont_application()
