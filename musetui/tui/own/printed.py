"""What programs printed: lines of safe text, as many as anybody reads, however much there was."""

from codecs import getincrementaldecoder
from collections import deque
from typing import NamedTuple

from musetui.records.text import TEXT_LIMIT, counted, safe_text

MOST_LINES = 10_000
"""Lines of one program that are kept. Of more, those between its first and its last ones are left out."""

FIRST_LINES = 1_000
"""Those of them that are the first ones: what a program begins with says what it was asked."""

LAST_LINES = MOST_LINES - FIRST_LINES
"""The others are the last ones: a build that fails says why at its end."""

WAITING_BYTES = 4_000_000
"""Bytes that wait to be read; of more, only the last ones can matter."""

_TAB = 8


class Said(NamedTuple):
    """One line.

    Attributes:
        text: safe text.
        is_ours: whether musetui says it, and not the program.
    """

    text: str
    is_ours: bool = False


class Printed:
    """What was printed so far.

    Attributes:
        lines: the first and the last lines of each program, and what musetui says of them.
    """

    def __init__(self) -> None:
        self.lines: list[Said] = []
        self._changed: int | None = None
        self._begin()

    def _begin(self) -> None:
        self._forget_line()
        self._from = 0  # where in the lines those of this program begin
        self._count = 0
        self._last: deque[Said] | None = None  # its last lines, where not all of them are kept
        self._is_shown = True  # those are in the lines
        self._forget_waiting()

    def _forget_waiting(self) -> None:
        self._waiting: deque[tuple[bytes, int]] = deque()  # each with how many line feeds are in it
        self._waiting_ends = self._waiting_bytes = 0

    def _forget_line(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    def hear(self, data: bytes) -> None:
        """Take in what a program printed, wherever it is cut.

        Once there is more of it than is kept, it waits until somebody looks, for most of it is never seen.
        """
        if self._count < MOST_LINES:
            self._read(data)
            return
        ends = data.count(b"\n")
        self._waiting.append((data, ends))
        self._waiting_ends += ends
        self._waiting_bytes += len(data)
        while len(self._waiting) > 1 and (
            self._waiting_ends - self._waiting[0][1] > LAST_LINES or self._waiting_bytes > WAITING_BYTES
        ):
            self._drop()

    def _drop(self) -> None:
        """Leave out what has waited longest, but for the line that it breaks off in."""
        data, ends = self._waiting.popleft()
        self._waiting_ends -= ends
        self._waiting_bytes -= len(data)
        if ends:
            self._count += ends
            self._forget_line()
            self._last = deque(maxlen=LAST_LINES)  # or there would be a gap among them, too
            begun = data[data.rindex(b"\n") + 1 :]
            following, its_ends = self._waiting[0]
            self._waiting[0] = (begun + following, its_ends)
            self._waiting_bytes += len(begun)

    def catch_up(self) -> int | None:
        """Have the lines be those that there are by now; return from where on they are others than the last time.

        None where lines have been added at most.
        """
        if self._waiting:
            self._read_waiting()
        if not self._is_shown:
            self._show_last()
        changed, self._changed = self._changed, None
        return changed

    def _read_waiting(self) -> None:
        data = b"".join(data for data, _ in self._waiting)
        self._forget_waiting()
        self._read(data)

    def end(self) -> None:
        """Hear that the program has ended: what comes next is another one's."""
        if self._waiting:
            self._read_waiting()
        rest = self._rest + self._decoder.decode(b"", final=True)
        if rest:
            self._add(rest)
        self._show_last()
        self._begin()

    def _show_last(self) -> None:
        """Put the last lines behind the first ones, where some between them are left out."""
        if self._last is None:
            return
        start = self._from + FIRST_LINES
        left_out = self._count - FIRST_LINES - len(self._last)
        told = f"… {counted(left_out, 'line')} {'is' if left_out == 1 else 'are'} left out here"
        self.lines[start:] = [Said(told, True), *self._last]
        self._is_shown = True
        self._changed = start if self._changed is None else min(start, self._changed)

    def say(self, text: str) -> None:
        """Add a line of our own; safe text."""
        self.lines.append(Said(text, True))

    def text(self) -> str:
        """Return what the programs printed, as one text."""
        return "\n".join(said.text for said in self.lines if not said.is_ours)

    def first(self, most: int = 1) -> str:
        """Return the first lines of it that say something."""
        some = (said.text.strip() for said in self.lines if not said.is_ours and said.text.strip())
        return "\n".join(line for line, _ in zip(some, range(most), strict=False))

    def last(self, most: int = 1) -> str:
        """Return the last lines of it that say something."""
        some = (said.text.strip() for said in reversed(self.lines) if not said.is_ours and said.text.strip())
        return "\n".join(reversed([line for line, _ in zip(some, range(most), strict=False)]))

    def _read(self, data: bytes) -> None:
        *whole, rest = (self._rest + self._decoder.decode(data)).split("\n")
        # Of a line that does not end, no more is kept than is ever shown.
        self._rest = rest if len(rest) <= 2 * TEXT_LIMIT else rest[: 2 * TEXT_LIMIT]
        first = max(MOST_LINES - self._count, 0)
        skipped = max(len(whole) - first - LAST_LINES, 0)
        for line in whole[:first]:
            self._add(line)
        self._count += skipped
        for line in whole[first + skipped :]:
            self._add(line)

    def _add(self, line: str) -> None:
        # Who overwrites a line with what comes after \r means what stands there at the end.
        shown = line.removesuffix("\r").rpartition("\r")[2]
        said = Said(safe_text(shown.expandtabs(_TAB) if "\t" in shown else shown))
        if not self._count:
            self._from = len(self.lines)
        self._count += 1
        if self._count <= MOST_LINES:
            self.lines.append(said)
            return
        if self._last is None:
            self._last = deque(self.lines[self._from + FIRST_LINES :], LAST_LINES)
        self._last.append(said)
        self._is_shown = False
