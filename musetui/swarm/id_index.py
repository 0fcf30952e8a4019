"""IdIndex: from a key to the ids filed under it, small where most keys have one id."""

from collections.abc import Collection, Iterable, Iterator, KeysView, Sequence

_TUPLE_LIMIT = 8
"""Ids of one key that a tuple holds (the smallest dict takes twice its room)."""


class IdIndex:
    """Ids by key.

    One id is kept bare, a few in a tuple, more in a dict without values, which takes a third of the room of a set.
    Those that `fill` brought are in a tuple too, however many.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, str | tuple[str, ...] | dict[str, None]] = {}

    def add(self, key: str, record_id: str) -> None:
        """File *record_id* under *key*; twice is once."""
        there = self._ids.setdefault(key, record_id)
        if there is record_id:
            return
        if isinstance(there, str):
            if there != record_id:
                self._ids[key] = (there, record_id)
        elif isinstance(there, dict):
            there[record_id] = None
        elif record_id not in there:
            ids = (*there, record_id)
            self._ids[key] = ids if len(ids) <= _TUPLE_LIMIT else dict.fromkeys(ids)

    def fill(self, key: str, record_ids: Sequence[str]) -> None:
        """File all the ids of a key that has none yet; none comes twice."""
        if len(record_ids) == 1:
            self._ids[key] = record_ids[0]
        elif record_ids:
            self._ids[key] = tuple(record_ids)

    def add_all(self, keys: Iterable[str], record_id: str) -> None:
        """File *record_id* under each of *keys*."""
        ids = self._ids
        for key in keys:
            if ids.setdefault(key, record_id) is not record_id:
                self.add(key, record_id)

    def discard_all(self, keys: Iterable[str], record_id: str) -> None:
        """Take *record_id* from under each of *keys*."""
        for key in keys:
            self.discard(key, record_id)

    def discard(self, key: str, record_id: str) -> None:
        """Take *record_id* from under *key*, if it is there."""
        there = self._ids.get(key)
        if there is None:
            return
        if isinstance(there, tuple) and len(there) > _TUPLE_LIMIT:
            there = self._ids[key] = dict.fromkeys(there)
        if isinstance(there, str):
            if there == record_id:
                del self._ids[key]
        elif isinstance(there, dict):
            there.pop(record_id, None)
            if len(there) <= 2:
                self._shrink(key, tuple(there))
        else:
            self._shrink(key, tuple(other for other in there if other != record_id))

    def _shrink(self, key: str, ids: tuple[str, ...]) -> None:
        self._ids[key] = ids[0] if len(ids) == 1 else ids

    def get(self, key: str) -> Collection[str]:
        """Return the ids under *key*, in no order: a live view, to be read at once and not kept."""
        there = self._ids.get(key, ())
        return (there,) if isinstance(there, str) else there

    def count(self, key: str) -> int:
        """Return how many ids are under *key*."""
        return len(self.get(key))

    def keys(self) -> KeysView[str]:
        """Return the keys that have ids, in no order."""
        return self._ids.keys()

    def items(self) -> Iterator[tuple[str, Collection[str]]]:
        """Yield each key with its ids."""
        for key, there in self._ids.items():
            yield key, (there,) if isinstance(there, str) else there

    def __contains__(self, key: str) -> bool:
        return key in self._ids

    def __len__(self) -> int:
        return len(self._ids)
