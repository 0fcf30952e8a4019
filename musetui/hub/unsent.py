"""What the hub is not known to have, followed as local records come and go; no record is read twice for it."""

from collections.abc import Iterable

from musetui.coordination.batch import Batch, Slot, Source
from musetui.hub.sent import SentLedger
from musetui.hub.wire import WireIdentity, digest_of, wire_identity


class Unsent:
    """The local records that a push would bring to the hub. To be used by one thread, as a swarm is."""

    def __init__(self, ledger: SentLedger) -> None:
        """Judge by *ledger*."""
        self._ledger = ledger
        self._known: dict[Slot, tuple[WireIdentity, bytes]] = {}
        self._unsent: set[Slot] = set()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._unsent)

    @property
    def knows_any(self) -> bool:
        """Whether there are local records at all."""
        return bool(self._known)

    def slots(self) -> tuple[Slot, ...]:
        """Return where they lie, as `HubLink.push_unsent` takes them."""
        return tuple(self._unsent)

    def apply(self, batch: Batch) -> None:
        """Take in news from disk, as a swarm does; pulled records are passed over."""
        for slot in batch.gone:
            self._known.pop(slot, None)
            self._unsent.discard(slot)
        for sighting in batch.found:
            if sighting.slot.source is Source.LOCAL:
                self._known[sighting.slot] = wire_identity(sighting), digest_of(sighting.record)
                self._judge((sighting.slot,))

    def recheck(self) -> None:
        """Take in what the ledger learned of: after a push or a pull only less can be unsent."""
        self._judge(tuple(self._unsent))

    def recheck_all(self) -> None:
        """Take in a ledger that may have forgotten: the hub was emptied, or another process wrote."""
        self._judge(self._known)

    def _judge(self, slots: Iterable[Slot]) -> None:
        for slot in slots:
            if self._ledger.is_sent(*self._known[slot]):
                self._unsent.discard(slot)
            else:
                self._unsent.add(slot)
