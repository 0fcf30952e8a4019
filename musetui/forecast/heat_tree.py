"""The heat tree: every address that is held, announced or was held lately, with the sum of what is below, kept live.

What happens is heard at once and counted later, as much at a time as a caller has time for: so a swarm of any size is
taken in slice by slice, at the start and in a storm alike. Counting looks at the swarm as it is by then, so the order
does not matter, and what changed twice is counted once. One record costs the addresses around its own, no more.
"""

from collections.abc import Iterator, ValuesView

from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.forecast.conflict_delta import ConflictDelta
from musetui.forecast.heat import HeatNode, Part
from musetui.forecast.heat_delta import HeatDelta
from musetui.forecast.heat_shares import Share, forgotten_at, share_of_intent, share_of_reservation
from musetui.forecast.index import ConflictIndex
from musetui.forecast.live_intents import LiveIntents
from musetui.forecast.nesting import parent
from musetui.forecast.tally import fewer, more
from musetui.records.kinds import Kind
from musetui.swarm.deadlines import Deadlines
from musetui.swarm.delta import Delta
from musetui.swarm.moments import micros
from musetui.swarm.picture import Swarm


class HeatTree:
    """The nodes by address. Nothing is counted before `settle`.

    Args:
        swarm: the picture.
        conflicts: its conflicts; those on tasks are left out, for a task has no address.
    """

    def __init__(self, swarm: Swarm, conflicts: ConflictIndex) -> None:
        self._swarm = swarm
        self._conflicts = conflicts
        self._intents = LiveIntents(swarm, ())
        self._nodes: dict[str, HeatNode] = {}
        self._roots: dict[str, HeatNode] = {}
        self._shares: dict[Kind, dict[str, Share]] = {Kind.RESERVATION: {}, Kind.INTENT: {}}
        self._risks: dict[ConflictKey, Risk] = {}
        self._late = Deadlines()
        self._now = swarm.now
        self._waiting_reservations = set(swarm.ids(Kind.RESERVATION))
        self._waiting_intents = set(swarm.ids(Kind.INTENT))
        self._waiting_conflicts = set(conflicts.unranked())

    # What is in it

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, address: str) -> bool:
        return address in self._nodes

    def get(self, address: str) -> HeatNode | None:
        """Return the node of an address, or None if there is none."""
        return self._nodes.get(address)

    def nodes(self) -> ValuesView[HeatNode]:
        """Return every node, in no order."""
        return self._nodes.values()

    def roots(self) -> ValuesView[HeatNode]:
        """Return the nodes that nothing is around, in no order."""
        return self._roots.values()

    def is_announced(self, intent_id: str) -> bool:
        """Return whether an intent counts here."""
        return intent_id in self._shares[Kind.INTENT]

    @property
    def waiting(self) -> int:
        """How much was heard of and is not counted yet."""
        return len(self._waiting_reservations) + len(self._waiting_intents) + len(self._waiting_conflicts)

    # What happens to it

    def hear(self, delta: Delta | None = None, conflicts: ConflictDelta | None = None) -> None:
        """Hear what differs in the swarm and among its conflicts, and what time it is there."""
        if delta is not None:
            self._waiting_reservations |= delta.touched(Kind.RESERVATION)
            self._waiting_intents |= self._intents.concerned(delta)
        if conflicts is not None:
            self._waiting_conflicts |= conflicts.appeared | conflicts.changed | conflicts.left
        now = self._swarm.now
        if now < self._now:
            # By a clock set back, what was over for long may be over just now.
            self._waiting_reservations.update(self._swarm.ids(Kind.RESERVATION))
        self._now = now
        self._waiting_reservations.update(self._late.due(micros(now)))

    def settle(self, limit: int) -> HeatDelta:
        """Count at most *limit* of what was heard of, and return what that makes different."""
        found = HeatDelta()
        while limit > 0 and self._waiting_reservations:
            record_id = self._waiting_reservations.pop()
            self._count(Kind.RESERVATION, record_id, self._held(record_id), found)
            limit -= 1
        while limit > 0 and self._waiting_intents:
            record_id = self._waiting_intents.pop()
            self._count(Kind.INTENT, record_id, self._announced(record_id), found)
            limit -= 1
        while limit > 0 and self._waiting_conflicts:
            self._weigh(self._waiting_conflicts.pop(), found)
            limit -= 1
        return found

    def _held(self, reservation_id: str) -> Share | None:
        """Return what a reservation adds now."""
        held = self._swarm.reservation(reservation_id)
        over = None if held is None else forgotten_at(held)
        is_over = over is not None and over <= micros(self._swarm.now)
        self._late.set(reservation_id, None if is_over else over)
        return None if held is None or is_over else share_of_reservation(held)

    def _announced(self, intent_id: str) -> Share | None:
        """Return what an intent adds now."""
        live = self._intents.look(intent_id)
        return None if live is None else share_of_intent(live)

    def _count(self, kind: Kind, record_id: str, new: Share | None, found: HeatDelta) -> None:
        old = self._shares[kind].pop(record_id, None)
        if new is not None:
            self._shares[kind][record_id] = new
        if old == new:
            return
        if old is not None and new is not None and old == new._replace(ends=old.ends):
            # A heartbeat: as a rule the commonest news, and the cheapest.
            for address in new.addresses:
                _set_end(self._nodes[address], f"-{record_id}", new.ends, found)
            return
        # What is new comes first: a node that only changes its holder must not go in between.
        if new is not None:
            for address in new.addresses:
                node = self._node(address, found)
                node.own += 1
                _add(node, new, found)
        if old is not None:
            for address in old.addresses:
                node = self._nodes[address]
                node.own -= 1
                # An intent may go by the id of a reservation there, whose end is not its to take.
                if old.ends is not None:
                    _set_end(node, f"-{record_id}", None, found)
                _take(node, old, found)
        if new is not None and new.ends is not None:
            for address in new.addresses:
                _set_end(self._nodes[address], f"-{record_id}", new.ends, found)
        if old is not None:
            for address in old.addresses:
                self._prune(self._nodes.get(address), found)

    def _node(self, address: str, found: HeatDelta) -> HeatNode:
        """Return the node of *address*, made now where there is none, and all around it."""
        missing: list[str] = []
        up: str | None = address
        while up is not None and up not in self._nodes:
            missing.append(up)
            up = parent(up)
        outer = None if up is None else self._nodes[up]
        for name in reversed(missing):
            node = self._nodes[name] = HeatNode(name, outer)
            if outer is None:
                self._roots[name] = node
            else:
                if isinstance(outer.children, tuple):
                    outer.children = set()
                outer.children.add(node)
            found.note_new(name)
            outer = node
        return self._nodes[address]

    def _prune(self, node: HeatNode | None, found: HeatDelta) -> None:
        """Take out a node at and below which nothing is any more, and what is around it for no other's sake."""
        while node is not None and not node.own and not node.children:
            del self._nodes[node.address]
            found.note_gone(node.address)
            outer = node.parent
            if outer is None:
                del self._roots[node.address]
            elif isinstance(outer.children, set):
                outer.children.discard(node)
                outer.children = outer.children or ()
            node = outer

    def _weigh(self, key: ConflictKey, found: HeatDelta) -> None:
        """Count a conflict at its address with the risk it has now."""
        if key.conflict_type is ConflictType.DOUBLE_CLAIM:
            return
        before = self._risks.pop(key, None)
        risk = self._conflicts.risk(key) if key in self._conflicts else None
        if risk is not None:
            self._risks[key] = risk
        if before is risk:
            return
        node = self._node(key.address, found)
        for each in _upwards(node):
            if risk is not None:
                each.risks = more(each.risks, risk)
            if before is not None:
                each.risks = fewer(each.risks, before)
            found.note_changed(each.address)
        node.own += (risk is not None) - (before is not None)
        self._prune(node, found)


def _upwards(node: HeatNode) -> Iterator[HeatNode]:
    """Yield *node* and every node around it."""
    each: HeatNode | None = node
    while each is not None:
        yield each
        each = each.parent


def _add(node: HeatNode, share: Share, found: HeatDelta) -> None:
    """Add a share to *node* and to all around it."""
    for each in _upwards(node):
        if share.part is Part.HELD:
            each.holds += 1
            each.runs = more(each.runs, share.run_id)
            each.operations = more(each.operations, share.operation)
        elif share.part is Part.ANNOUNCED:
            each.announcements += 1
            each.announcers = more(each.announcers, share.run_id)
            each.announced = more(each.announced, share.operation)
        else:
            each.late += 1
        found.note_changed(each.address)


def _take(node: HeatNode, share: Share, found: HeatDelta) -> None:
    """Take a share back from *node* and from all around it."""
    for each in _upwards(node):
        if share.part is Part.HELD:
            each.holds -= 1
            each.runs = fewer(each.runs, share.run_id)
            each.operations = fewer(each.operations, share.operation)
        elif share.part is Part.ANNOUNCED:
            each.announcements -= 1
            each.announcers = fewer(each.announcers, share.run_id)
            each.announced = fewer(each.announced, share.operation)
        else:
            each.late -= 1
        found.note_changed(each.address)


def _set_end(node: HeatNode, key: str, at: int | None, found: HeatDelta) -> None:
    """Set when the hold *key* at *node* runs out, and climb as far as that is the soonest."""
    before = node.soonest
    node.set_end(key, at)
    while node.soonest != before:
        found.note_changed(node.address)
        outer = node.parent
        if outer is None:
            return
        before = outer.soonest
        outer.set_end(node.name, node.soonest)
        node = outer
