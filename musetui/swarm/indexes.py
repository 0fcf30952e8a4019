"""Indexes: from an address, a run, a branch or a reservation to the records that name it."""

from collections.abc import Collection

from musetui.records.address import nest_key
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Dependency, Intent, Reservation
from musetui.swarm.id_index import IdIndex

_UNHELD = tuple(kind for kind in Kind if kind is not Kind.RESERVATION)


class Shelf:
    """Reservations by what they name; one shelf for those held, one for those that have ended."""

    __slots__ = ("at", "of_branch", "of_run")

    def __init__(self) -> None:
        self.at = IdIndex()
        self.of_run = IdIndex()
        self.of_branch = IdIndex()

    def add(self, record_id: str, record: Reservation) -> None:
        """File a reservation under all it names."""
        self.of_run.add(record.run_id, record_id)
        self.of_branch.add(record.branch, record_id)
        self.at.add_all(map(nest_key, record.addresses), record_id)

    def discard(self, record_id: str, record: Reservation) -> None:
        """Take a reservation out again."""
        self.of_run.discard(record.run_id, record_id)
        self.of_branch.discard(record.branch, record_id)
        self.at.discard_all(map(nest_key, record.addresses), record_id)


class Indexes:
    """Every index of the picture. Addresses are filed in the form in which nesting compares them.

    Attributes:
        held: the reservations whose addresses are taken.
        ended: the reservations that are over.
        of_run: the other records by run, one index a kind.
        intents_at: intents by address.
        intents_of_branch: intents by branch.
        intents_of: intents by the reservation they name.
        waiting_on: dependencies by the reservation waited for.
    """

    def __init__(self) -> None:
        self.held = Shelf()
        self.ended = Shelf()
        self.of_run: dict[Kind, IdIndex] = {kind: IdIndex() for kind in _UNHELD}
        self.intents_at = IdIndex()
        self.intents_of_branch = IdIndex()
        self.intents_of = IdIndex()
        self.waiting_on = IdIndex()

    def shelf(self, *, held: bool) -> Shelf:
        """Return where reservations in such a state are filed."""
        return self.held if held else self.ended

    def link(self, kind: Kind, record_id: str, record: AnyRecord) -> None:
        """File a record of any kind but a reservation."""
        self.of_run[kind].add(record.holder, record_id)
        if isinstance(record, Intent):
            self.intents_of_branch.add(record.branch, record_id)
            self.intents_at.add_all(map(nest_key, record.addresses), record_id)
            if record.reservation_id:
                self.intents_of.add(record.reservation_id, record_id)
        elif isinstance(record, Dependency):
            self.waiting_on.add_all(record.depends_on, record_id)

    def unlink(self, kind: Kind, record_id: str, record: AnyRecord) -> None:
        """Take a record of any kind but a reservation out again."""
        self.of_run[kind].discard(record.holder, record_id)
        if isinstance(record, Intent):
            self.intents_of_branch.discard(record.branch, record_id)
            self.intents_at.discard_all(map(nest_key, record.addresses), record_id)
            if record.reservation_id:
                self.intents_of.discard(record.reservation_id, record_id)
        elif isinstance(record, Dependency):
            self.waiting_on.discard_all(record.depends_on, record_id)

    def records_of_run(self, run_id: str) -> dict[Kind, Collection[str]]:
        """Return the ids of every record of a run; kinds it has none of are left out."""
        found: dict[Kind, Collection[str]] = {}
        held, ended = self.held.of_run.get(run_id), self.ended.of_run.get(run_id)
        if held or ended:
            found[Kind.RESERVATION] = {*held, *ended}
        for kind, index in self.of_run.items():
            if ids := index.get(run_id):
                found[kind] = ids
        return found

    def records_of_branch(self, branch: str) -> dict[Kind, Collection[str]]:
        """Return the ids of every reservation and intent of a branch; kinds it has none of are left out."""
        found: dict[Kind, Collection[str]] = {}
        held, ended = self.held.of_branch.get(branch), self.ended.of_branch.get(branch)
        if held or ended:
            found[Kind.RESERVATION] = {*held, *ended}
        if ids := self.intents_of_branch.get(branch):
            found[Kind.INTENT] = ids
        return found

    def runs(self) -> set[str]:
        """Return every run that any record names."""
        named = {*self.held.of_run.keys(), *self.ended.of_run.keys()}
        return named.union(*(index.keys() for index in self.of_run.values())) - {""}

    def branches(self) -> set[str]:
        """Return every branch that a reservation or an intent names."""
        return {*self.held.of_branch.keys(), *self.ended.of_branch.keys(), *self.intents_of_branch.keys()} - {""}

    def addresses(self) -> set[str]:
        """Return every address that a reservation or an intent names."""
        return {*self.held.at.keys(), *self.ended.at.keys(), *self.intents_at.keys()}
