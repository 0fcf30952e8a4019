"""Panes side by side whose borders can be moved: by the mouse, and by whoever asks for it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from textual import events
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

WHOLE = 1_000
"""Shares are told in thousandths."""

_FEWEST = {True: 16, False: 4}
"""Cells that a pane keeps: across, and down."""


class Split(NamedTuple):
    """A box of two.

    Attributes:
        is_across: whether they stand side by side, and not one above the other.
    """

    box: Widget
    first: Widget
    second: Widget
    is_across: bool

    @property
    def name(self) -> str:
        """What it is called: the id of its box."""
        return self.box.id or ""

    @property
    def size(self) -> int:
        """How many cells both have together, in the direction that they share."""
        return self.box.size.width if self.is_across else self.box.size.height

    def share(self, cells: int) -> int:
        """Return the share of the first one that has so many *cells*; neither becomes too small to be of use."""
        fewest = min(_FEWEST[self.is_across], self.size // 2)
        cells = min(max(cells, fewest), self.size - fewest)
        # Rounded up: of a share, only whole cells are given.
        return -(-cells * WHOLE // max(self.size, 1))

    def give(self, share: int | None) -> None:
        """Give the first one its *share*, and the second the rest; None for what the stylesheet says."""
        for widget, part in ((self.first, share), (self.second, share and WHOLE - share)):
            setattr(widget.styles, "width" if self.is_across else "height", None if part is None else f"{part}fr")


class Panes(Vertical):
    """Boxes of two panes, and of such boxes. What is between two of them can be dragged."""

    class Resized(Message):
        """Somebody has moved a border."""

        def __init__(self, name: str, share: int) -> None:
            super().__init__()
            self.split = name
            self.share = share

    def __init__(self, *children: Widget, id: str | None = None) -> None:
        super().__init__(*children, id=id)
        self._dragged: Split | None = None
        self._share = 0

    def splits(self) -> Iterator[Split]:
        """Yield the boxes of two, the outer ones first."""
        for box in (self, *self.query(Horizontal), *self.query(Vertical)):
            if len(box.children) == 2:
                first, second = box.children
                yield Split(box, first, second, isinstance(box, Horizontal))

    def give_shares(self, shares: Mapping[str, object]) -> None:
        """Give each box the share of its first part, by the box's id; those that are not named, as usual."""
        for split in self.splits():
            share = shares.get(split.name)
            is_share = isinstance(share, int) and 0 < share < WHOLE
            split.give(share if is_share and isinstance(share, int) else None)

    def split_around(self, pane: Widget, *, is_across: bool) -> tuple[Split, bool] | None:
        """Return the nearest box of that direction around *pane*, and whether it is in its first part."""
        found = None
        for split in self.splits():
            if split.is_across is is_across and split.box in pane.ancestors:
                found = split, split.first in (pane, *pane.ancestors)
        return found

    def grow(self, pane: Widget, by: int, *, is_across: bool) -> None:
        """Give *pane* so many cells more, or fewer, of what it shares in that direction."""
        found = self.split_around(pane, is_across=is_across)
        if found is not None:
            split, is_first = found
            now = split.first.outer_size.width if is_across else split.first.outer_size.height
            self._resize(split, now + (by if is_first else -by))
            self.post_message(self.Resized(split.name, self._share))

    def _resize(self, split: Split, cells: int) -> None:
        self._share = split.share(cells)
        split.give(self._share)

    # By mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        split = self._border_at(event.screen_x, event.screen_y) if event.button == 1 else None
        if split is not None:
            self._dragged = split
            self._share = 0
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        split = self._dragged
        if split is not None:
            region = split.box.region
            at = event.screen_x - region.x if split.is_across else event.screen_y - region.y
            self._resize(split, at)

    def on_mouse_up(self) -> None:
        split, self._dragged = self._dragged, None
        if split is not None:
            self.release_mouse()
            if self._share:
                self.post_message(self.Resized(split.name, self._share))

    def _border_at(self, x: int, y: int) -> Split | None:
        """Return the box between whose parts there is a border at that place of the screen."""
        widget, _ = self.screen.get_widget_at(x, y)
        if widget.content_region.contains(x, y) and not isinstance(widget, Horizontal | Vertical):
            return None
        for split in self.splits():
            first, second = split.first.region, split.second.region
            if not (first and second and split.box.region.contains(x, y)):
                continue
            at, edges = (x, (first.right - 1, second.x)) if split.is_across else (y, (first.bottom - 1, second.y))
            if at in edges:
                return split
        return None
