"""The files view: the tree of what is held, announced or was held lately, and how hot each place is."""

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from textual import on
from textual.containers import Vertical
from textual.widget import Widget

from musetui.forecast.heat_delta import HeatDelta
from musetui.forecast.heat_tree import HeatTree
from musetui.tui.actions import Place, bindings_of
from musetui.tui.held_at import conflicts_at, holders_at, subject_at
from musetui.tui.keymap import keymap_of
from musetui.tui.presentation.file_lines import MOST, file_lines
from musetui.tui.presentation.files import CLOSED, FILE_COLUMNS, OPEN, FileRow
from musetui.tui.presentation.folding import Folding
from musetui.tui.screens.list_view import ListView
from musetui.tui.showing import SLICE
from musetui.tui.soon import soon
from musetui.tui.subject import Subject, SubjectKind
from musetui.tui.vocabulary.files import file_vocabulary
from musetui.tui.widgets.detail_pane import DetailPane
from musetui.tui.widgets.tree_table import TreeTable

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.forecast.heat import HeatNode
    from musetui.swarm.entity import Held
    from musetui.tui.presentation.detail import Line
    from musetui.tui.showing import Change

FIRST_ROWS = 40
"""Rows that are open when nobody has opened any: a screen full, the hottest places among them."""

EXACT_ROWS = 2_000
"""Rows up to which each level is ordered by exactly how much there is."""

AT_ONCE = 50
"""Records that are counted between two looks at the time."""

WAITING_LIMIT = 5_000
"""What may wait to be counted while nobody looks."""


class FilesView(ListView):
    """A tree in a list. A row's id is its address; a row stands for the conflict there, or for what is held."""

    BINDINGS = bindings_of(Place.PAGE, Place.RECORD, Place.TREE)
    TITLE_TEXT = "Files"
    NAME = "files"
    COLUMNS = FILE_COLUMNS
    SORT = "name"
    EMPTY = (
        "Nothing is held, announced or was held within the last quarter of an hour.\nTo reserve an address, {reserve}."
    )

    _tree: HeatTree | None = None
    _folding: Folding
    _is_whole = False
    _is_as_found = True
    _is_coarse = False
    _counting = False
    _before_filter: frozenset[str] | None = None

    def body(self) -> Iterable[Widget]:
        with Vertical(id="list-view"):
            yield TreeTable(
                FILE_COLUMNS,
                row_of=self.row_of,
                within=self._rows_within,
                all_within=self._all_within,
                folds=(OPEN.strip(), CLOSED.strip()),
                empty=self.EMPTY.format(reserve=keymap_of(self.app).press("reserve")),
                sort=self.SORT,
                clock=self.clock,
                fields=file_vocabulary(),
                id=self.NAME,
                classes="pane list",
            )
            detail = DetailPane(self.HINT, id="about", classes="pane")
            detail.border_title = "Detail"
            yield detail

    # The tree, and which of its nodes are rows

    def ids(self) -> Iterable[str]:
        return () if self._tree is None else (node.address for node in self._folding.rows())

    def row_of(self, row_id: Any) -> FileRow | None:
        node = self._node(row_id)
        return None if node is None else FileRow(node, self._folding.is_open(node), self._is_coarse)

    def _node(self, row_id: Any) -> "HeatNode | None":
        return None if self._tree is None else self._tree.get(row_id)

    def _rows_within(self, row_id: Any) -> Iterable[str]:
        node = self._node(row_id)
        return () if node is None else (each.address for each in self._folding.rows_within(node))

    def _all_within(self, row_id: Any) -> Iterable[str]:
        """Yield every node anywhere below one, whether or not it is a row."""
        node = self._node(row_id)
        waiting = list(node.children) if node is not None else []
        while waiting:
            each = waiting.pop()
            yield each.address
            waiting.extend(each.children)

    # The picture

    def show_whole(self) -> None:
        assert self.live is not None
        self._tree = HeatTree(self.live.swarm, self.live.conflicts)
        self._folding = Folding(self._tree)
        self._is_whole = False
        self._is_as_found = True
        self._count()

    def paint(self, change: "Change") -> None:
        if self._tree is not None:
            self._tree.hear(change.delta, change.conflicts)
            self._count()

    def changed_out_of_sight(self, change: "Change") -> None:
        if self._tree is not None:
            self._tree.hear(change.delta, change.conflicts)
            if self._tree.waiting > WAITING_LIMIT:
                self._count()

    def tick(self) -> None:
        if self._tree is not None:
            self._tree.hear()
            self._count()
        super().tick()

    def show_status(self, status: "FeedStatus") -> None:
        if self._is_whole:
            super().show_status(status)

    def _count(self) -> None:
        """Count what was heard of, unless the next slice of that is on its way."""
        if not self._counting:
            self._go_on_counting()

    def _go_on_counting(self) -> None:
        """Count for one slice of time, and see to it that the rest is counted soon."""
        self._counting = False
        tree, live = self._tree, self.live
        if tree is None or live is None or not self.is_showing:
            return
        ends_at = perf_counter() + SLICE
        deltas = [tree.settle(AT_ONCE)]
        while tree.waiting and perf_counter() < ends_at:
            deltas.append(tree.settle(AT_ONCE))
        if tree.waiting:
            self._counting = True
            soon(self, self._go_on_counting)
        if self._is_whole:
            for delta in deltas:
                self._take_in(delta)
        elif tree.waiting:
            self.table.show_loading(len(tree), 0)
        else:
            self._is_whole = True
            self._open_hottest()
            self._load()
            super().show_status(live.status)
            if self.table.filter_text:
                # It was there before the tree was, and what it finds is to be seen.
                self._before_filter = None
                self.filter_changed()

    def _take_in(self, delta: HeatDelta) -> None:
        """Show what differs in the tree, where it is shown."""
        if not delta or self._tree is None:
            return
        self._folding.forget(delta.left)
        table = self.table
        table.forget_texts((*delta.changed, *delta.left))
        changed = {address for address in delta.changed if table.holds(address)}
        appeared = set()
        for address in delta.appeared:
            node = self._tree.get(address)
            if node is not None and self._folding.is_row(node):
                appeared.add(address)
        left = {address for address in delta.left if table.holds(address)}
        table.apply(appeared, changed, left)
        if delta.appeared and self._is_as_found and table.row_count < FIRST_ROWS:
            self._open_hottest()
            table.apply(address for address in self.ids() if not table.holds(address))
            table.apply((), (address for address in self.ids() if self._is_open(address)))
        self._check_length()
        self._show_title()
        self.show_detail()
        self.selection_changed()

    def _is_open(self, address: str) -> bool:
        node = self._node(address)
        return node is not None and self._folding.is_open(node)

    def _open_hottest(self) -> None:
        self._folding.open_hottest(FIRST_ROWS)

    def _check_length(self) -> None:
        """Put the list in order anew where it has become too long for the exact order, or short enough for it."""
        if (self.table.row_count > EXACT_ROWS) is not self._is_coarse:
            self._load()

    def _load(self) -> None:
        ids = tuple(self.ids())
        self._is_coarse = len(ids) > EXACT_ROWS
        self.table.load(ids)
        self._show_title()
        self.show_detail()
        self.selection_changed()

    def filter_changed(self) -> None:
        """Open what a filter looks through, so that what it finds is seen; close it again when the filter has gone."""
        is_filtered = bool(self.table.filter_text)
        if self._tree is not None and is_filtered and self._before_filter is None and len(self._tree) <= EXACT_ROWS:
            self._before_filter = self._folding.opened()
            self._folding.open_all()
            self._load()
        elif self._before_filter is not None and not is_filtered:
            self._folding.reopen(self._before_filter)
            self._before_filter = None
            self._load()
        super().filter_changed()

    # What a row stands for

    def subject_of(self, row_id: Any) -> Subject | None:
        node = self._node(row_id)
        if self.live is None or node is None or not node.own:
            return None
        there = subject_at(row_id, self.live)
        if there is not None:
            return there
        swarm = self.live.swarm
        for intent_id in sorted(swarm.intents_at(row_id)):
            if self._tree is not None and self._tree.is_announced(intent_id):
                return Subject(SubjectKind.INTENT, intent_id)
        ended = (swarm.reservation(reservation_id) for reservation_id in swarm.ended_at_address(row_id))
        last = max((held for held in ended if held is not None), key=lambda held: held.lease.expires_at, default=None)
        return None if last is None else Subject(SubjectKind.RESERVATION, last.record_id)

    def target(self) -> "Held | None":
        """Return the reservation that keys write to: the selected record, or the only one that holds the address."""
        row_id = self.table.cursor_id
        if self.live is not None and isinstance(row_id, str):
            here = self.live.swarm.at_address(row_id)
            if len(here) == 1:
                return self.live.swarm.reservation(next(iter(here)))
            if here:
                return None  # several: nothing says which one is meant
        return super().target()

    def lines_of(self, row_id: Any) -> "Sequence[Line]":
        node = self._node(row_id)
        if node is None or self.live is None:
            return ()
        found = (self.live.conflicts.conflict(key) for key in conflicts_at(row_id, self.live))
        conflicts = [conflict for conflict in found if conflict is not None]
        return tuple(file_lines(node, holders_at(row_id, self.live, MOST + 1), conflicts, self.live.now()))

    # What a person does

    async def action_open(self) -> None:
        """Open what the row stands for; a row that only leads to others shows or hides them."""
        node = self._node(self.table.cursor_id)
        if node is not None and not node.own:
            self.action_toggle_fold()
        else:
            await super().action_open()

    def action_copy_id(self) -> None:
        """Copy the address: what is under the cursor is a place before it is a record."""
        node = self._node(self.table.cursor_id)
        if node is not None:
            self.copy(node.address)

    def action_unfold(self) -> None:
        node = self._node(self.table.cursor_id)
        if node is None or not node.children:
            return
        if self._folding.is_open(node):
            self.table.action_cursor_down()
        else:
            self.action_toggle_fold()

    def action_fold(self) -> None:
        node = self._node(self.table.cursor_id)
        if node is None:
            return
        if self._folding.is_open(node) and node.children:
            self.action_toggle_fold()
        elif node.parent is not None:
            self.table.select(node.parent.address)

    def action_toggle_fold(self) -> None:
        node = self._node(self.table.cursor_id)
        if node is None or not node.children:
            return
        self._is_as_found = False
        if self._folding.is_open(node):
            self.table.apply((), (node.address,), [row.address for row in self._folding.close(node)])
        else:
            self.table.apply([row.address for row in self._folding.open(node)], (node.address,))
        self._check_length()
        self._show_title()

    @on(TreeTable.Folded)
    def _folded(self) -> None:
        self.action_toggle_fold()

    def action_unfold_all(self) -> None:
        self._is_as_found = False
        self._folding.open_all()
        self._load()

    def action_fold_all(self) -> None:
        node = self._node(self.table.cursor_id)
        self._is_as_found = False
        self._folding.close_all()
        while node is not None and node.parent is not None:
            node = node.parent
        if node is not None:
            self.table.select(node.address)
        self._load()
