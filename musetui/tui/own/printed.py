"""What programs printed: lines of safe text, as many as anybody reads, however much there was."""

from codecs import getincrementaldecoder
from typing import NamedTuple

from musetui.records.text import TEXT_LIMIT, safe_text

MOST_LINES = 10_000
"""Lines that are kept. Of more it is counted how many there were."""

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
        lines: the first `MOST_LINES` of it, and what musetui says of it.
        left_out: how many lines came after those.
    """

    def __init__(self) -> None:
        self.lines: list[Said] = []
        self.left_out = 0
        self._begin()

    def _begin(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""
        self._kept = 0

    def hear(self, data: bytes) -> None:
        """Take in what a program printed, wherever it is cut."""
        if self._kept >= MOST_LINES:
            self.left_out += data.count(b"\n")
            return
        *whole, rest = (self._rest + self._decoder.decode(data)).split("\n")
        # Of a line that does not end, no more is kept than is ever shown.
        self._rest = rest if len(rest) <= 2 * TEXT_LIMIT else rest[: 2 * TEXT_LIMIT]
        for line in whole:
            self._add(line)
        if self._kept >= MOST_LINES:
            self._rest = ""  # it is counted by its end, which comes later

    def end(self) -> None:
        """Hear that the program has ended: what comes next is another one's."""
        rest = self._rest + self._decoder.decode(b"", final=True)
        if rest:
            self._add(rest)
        if self.left_out:
            self.say(f"… and {self.left_out:,} more lines")
            self.left_out = 0
        self._begin()

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

    def _add(self, line: str) -> None:
        if self._kept >= MOST_LINES:
            self.left_out += 1
            return
        self._kept += 1
        # Who overwrites a line with what comes after \r means what stands there at the end.
        shown = line.removesuffix("\r").rpartition("\r")[2]
        self.lines.append(Said(safe_text(shown.expandtabs(_TAB) if "\t" in shown else shown)))
