"""A real terminal for tests: a pseudo terminal with a program in it, and a screen that can be read."""

import os
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import ptyprocess
import pyte


class Terminal:
    """A program in a pseudo terminal of *columns* x *lines* cells.

    Attributes:
        raw: all that the program has painted.
        screen: what is seen of it.
    """

    def __init__(
        self,
        command: Sequence[str],
        cwd: Path,
        columns: int = 160,
        lines: int = 45,
        env: Mapping[str, str] | None = None,
    ) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM", "CI")},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LC_ALL": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
            "MUSETUI_REMEMBER": "false",
            **(env or {}),
            # Last: whoever started the tests may have said the size of another terminal.
            "COLUMNS": str(columns),
            "LINES": str(lines),
        }
        self.process = ptyprocess.PtyProcess.spawn(
            list(command), cwd=str(cwd), env=environment, dimensions=(lines, columns)
        )
        self.raw = b""
        self._drawn = 0
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what the program painted within *seconds*; return False once it has hung up."""
        ready, _, _ = select.select([self.process.fd], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.process.fd, 65_536)
        except OSError:
            return False
        self.raw += data
        return bool(data)

    @property
    def text(self) -> str:
        """What is on the screen."""
        self._draw()
        if self._text is None:
            self._text = "\n".join(line.rstrip() for line in self._screen.display)
        return self._text

    @property
    def screen(self) -> pyte.Screen:
        """What was painted, cell by cell."""
        self._draw()
        return self._screen

    def _draw(self) -> None:
        """Put what was read on the screen; whoever takes times should not wait for that."""
        fresh, self._drawn = self.raw[self._drawn :], len(self.raw)
        if fresh:
            self._text = None
            self._stream.feed(fresh)

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        """Wait until *text* is on the screen.

        Raises:
            AssertionError: with the screen, if it does not come within *seconds*.
        """
        ends_at = time.monotonic() + seconds
        while text not in self.text:
            alive = self.read()
            if text not in self.text and (not alive or time.monotonic() > ends_at):
                state = "runs" if alive else f"ended with {self.wait_for_end()}"
                raise AssertionError(f"{text!r} is not on the screen of what {state}:\n{self.text}")

    def forget(self) -> None:
        """Empty the screen, as others do who write to it."""
        self.screen.reset()
        self._text = None

    def press(self, keys: str) -> None:
        """Type *keys*."""
        self.process.write(keys.encode())

    def wait_for_end(self, seconds: float = 10.0) -> int:
        """Wait until the program has ended, and return its exit code (negative for a signal)."""
        ends_at = time.monotonic() + seconds
        while self.process.isalive():
            self.read(0.02)
            if time.monotonic() > ends_at:
                raise AssertionError(f"still running:\n{self.text}")
        while self.read(0.02) and select.select([self.process.fd], [], [], 0)[0]:
            pass
        return int(-self.process.signalstatus if self.process.signalstatus else self.process.exitstatus or 0)

    def close(self) -> None:
        """End the program, however it is doing."""
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
        self.process.close(force=True)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def musetui(*arguments: str) -> list[str]:
    """Return the command that runs musetui from this checkout."""
    return [sys.executable, "-m", "musetui", *arguments]
