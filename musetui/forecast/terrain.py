"""Terrain: the addresses that plans are about, and those around them, each by its place, a number.

Places are handed out once and never taken back, so that what was worked out of them holds for the next plan too. A set
of places is one large integer with a bit for each: two branches are compared in a few steps, however much they hold.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from itertools import chain, compress, count, islice

from musetui.forecast.nesting import parent
from musetui.forecast.rework import IN_FILE, IN_FOLDER, IN_SYMBOL
from musetui.records.address import SYMBOL_MARK, nest_key

NOWHERE = -1
"""Stands where the place around an address would, for what lies in nothing."""

_FEW = 64
"""Places within one that are gone through each time they are asked for; of more, the set is kept. And places of a set
that are found bit by bit."""

_TRUTH = bytes.maketrans(b"01", b"\0\1")

_SPARSE = 512
"""Places up to which a set is made bit by bit."""


class Terrain:
    """Numbered addresses, and how they nest.

    An address is *named* if a record names it; the others are there because they are around one.

    Attributes:
        addresses: the address of each place, as nesting compares.
    """

    def __init__(self) -> None:
        self.addresses: list[str] = []
        # Whoever is looked up and new gets the next place.
        self._place_of: defaultdict[str, int] = defaultdict(count().__next__)
        self._around: list[int] = []
        self._within: dict[int, list[int]] = {}
        self._paths: set[int] = set()
        self._named: set[int] = set()
        self._outer: set[int] = set()
        self._inside: dict[int, tuple[int, int]] = {}
        # The nearest named places around what lies right within each place: of a symbol the symbol, the file and the
        # folder beyond, of a path the folder.
        self._symbol = {NOWHERE: NOWHERE}
        self._file = {NOWHERE: NOWHERE}
        self._beyond = {NOWHERE: NOWHERE}
        self._folder = {NOWHERE: NOWHERE}
        # Names as records write them, numbered as they come, and the place of each.
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._places: list[int] = []

    def read(self, names: Iterable[str]) -> list[int]:
        """Return the numbers of some names; `settle` finds places for those that are new."""
        return list(map(self._numbers.__getitem__, names))

    def places(self, numbers: Iterable[int]) -> list[int]:
        """Return the places of names that `read` has numbered and `settle` has placed, in that order."""
        return list(map(self._places.__getitem__, numbers))

    def place(self, address: str) -> int:
        """Return the place of an address, as nesting compares; it must have one."""
        return self._place_of[address]

    def settle(self) -> set[int]:
        """Find places for the names that are new; return the places that were not named before."""
        new = _latest(self._numbers, len(self._places))
        if not new:
            return set()
        places = list(map(self._place_of.__getitem__, map(nest_key, new)))
        self._places += places
        while new := _latest(self._place_of, len(self.addresses)):
            self._add(new)
        fresh = set(places) - self._named
        self._named |= fresh
        self._outer = self._named & self._within.keys()
        self._find_nearest(fresh)
        for place in fresh if self._inside else ():
            for outer in self.outward(place):
                self._inside.pop(outer, None)
        return fresh

    def _add(self, addresses: list[str]) -> None:
        """Add addresses that have got their places; what is around them gets its own by that, if it has none."""
        first, place_of, within = len(self.addresses), self._place_of, self._within
        self.addresses += addresses
        self._paths.update([place for place, address in enumerate(addresses, first) if SYMBOL_MARK not in address])
        around = [NOWHERE if up is None else place_of[up] for up in map(parent, addresses)]
        self._around += around
        for place, outer in enumerate(around, first):
            if outer in within:
                within[outer].append(place)
            elif outer != NOWHERE:
                within[outer] = [place]

    def _find_nearest(self, fresh: Set[int]) -> None:
        """Find the nearest named places anew, where something came to lie within, or *fresh* ones are named now."""
        known = len(self._symbol) - 1
        concerned = set(islice(reversed(self._within), len(self._within) - known))
        if known:
            for place in fresh & self._outer:
                concerned.update((place, *(self._within.keys() & set(self.below(place)))))
        symbol, file, beyond, folder = self._symbol, self._file, self._beyond, self._folder
        # What is around an address is always the shorter text, so by length it comes first.
        for place in sorted(concerned, key=lambda place: len(self.addresses[place])):
            up, here = self._around[place], place if place in self._named else NOWHERE
            if place in self._paths:
                symbol[place], file[place], beyond[place] = NOWHERE, here, folder[up]
                folder[place] = folder[up] if here == NOWHERE else here
            else:
                symbol[place] = symbol[up] if here == NOWHERE else here
                file[place], beyond[place] = file[up], beyond[up]

    def near(self, fresh: Iterable[int]) -> int:
        """Return the set of what is around or within some places: what it may matter to that they are named now."""
        return as_set({near for place in fresh for near in chain(self.below(place), self.outward(place))})

    def outward(self, place: int) -> Iterator[int]:
        """Yield the places around one, nearest first."""
        outer = self._around[place]
        while outer != NOWHERE:
            yield outer
            outer = self._around[outer]

    def outside(self, touched: Set[int]) -> dict[int, set[int]]:
        """Return the named places around any of those *touched*, by how sure a meeting there is, in tenths."""
        around = self._around.__getitem__
        symbols = touched - self._paths
        of_symbols = set(map(around, symbols))
        in_folder = set(map(self._beyond.__getitem__, of_symbols))
        if len(symbols) < len(touched):
            in_folder |= set(map(self._folder.__getitem__, map(around, touched & self._paths)))
        in_file = set(map(self._file.__getitem__, of_symbols))
        in_file.discard(NOWHERE)
        return {
            IN_SYMBOL: self._and_beyond(set(map(self._symbol.__getitem__, of_symbols)), self._symbol),
            IN_FILE: in_file,
            IN_FOLDER: self._and_beyond(in_folder, self._folder),
        }

    def _and_beyond(self, places: set[int], nearest: dict[int, int]) -> set[int]:
        """Return named places of one kind, and those around them."""
        level = places
        level.discard(NOWHERE)
        while level:
            level = set(map(nearest.__getitem__, map(self._around.__getitem__, level))) - places
            level.discard(NOWHERE)
            places |= level
        return places

    def inside(self, touched: Set[int]) -> dict[int, int]:
        """Return the sets of the named places within any of those *touched*, by how sure a meeting there is."""
        few: dict[int, list[int]] = defaultdict(list)
        found: dict[int, int] = defaultdict(int)
        for outer in touched & self._outer:
            right_in = IN_FILE if outer in self._paths else IN_SYMBOL
            kept = self._inside.get(outer)
            if kept is None:
                symbols, entries = self._parted(outer)
                if len(symbols) + len(entries) <= _FEW:
                    few[right_in] += symbols
                    few[IN_FOLDER] += entries
                    continue
                kept = self._inside[outer] = as_set(symbols), as_set(entries)
            found[right_in] |= kept[0]
            found[IN_FOLDER] |= kept[1]
        for sure, places in few.items():
            found[sure] |= as_set(places)
        return found

    def _parted(self, outer: int) -> tuple[list[int], list[int]]:
        """Return the named places within one: those of its own symbols, and those of and in what lies below a path."""
        symbols: list[int] = []
        entries: list[int] = []
        for place in self._within[outer]:
            part = entries if place in self._paths else symbols
            if place in self._within:
                part += self._named.intersection((place, *self.below(place)))
            else:
                part.append(place)  # what has nothing within is there because it is named
        return symbols, entries

    def below(self, outer: int) -> Iterator[int]:
        """Yield the places within one."""
        waiting = list(self._within.get(outer, ()))
        while waiting:
            place = waiting.pop()
            yield place
            waiting += self._within.get(place, ())


def _latest(numbers: dict[str, int], known: int) -> list[str]:
    """Return the keys that came after the first *known*, in order."""
    return list(islice(reversed(numbers), len(numbers) - known))[::-1]


def is_in(places: int) -> Callable[[int], bool]:
    """Return what tells whether a place is in a set of places."""
    there = places.to_bytes(places.bit_length() // 8 + 1, "little")
    length = len(there)
    return lambda place: place >> 3 < length and there[place >> 3] >> (place & 7) & 1 == 1


def as_places(places: int) -> list[int]:
    """Return the places of a set, in ascending order."""
    if places.bit_count() <= _FEW:
        found = []
        while places:
            lowest = places & -places
            found.append(lowest.bit_length() - 1)
            places ^= lowest
        return found
    digits = f"{places:b}"[::-1].encode().translate(_TRUTH)
    return list(compress(count(), digits))


def as_set(places: Collection[int]) -> int:
    """Return the set of these places."""
    if not places:
        return 0
    most = max(places)
    if len(places) <= _SPARSE:
        bits = bytearray((most >> 3) + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")
    # As binary digits: one short step a place, and the machine does the rest.
    digits = bytearray(b"0" * (most + 1))
    for place in places:
        digits[place] = 49
    digits.reverse()
    return int(digits, 2)
