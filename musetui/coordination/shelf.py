"""A shelf: of a million files that are of no concern any more, how each looked and what it was about, in 64 bytes.

A dictionary of names would take four times as much. Here a file is a number, the hash of its name, which Python makes
anew for each process: nobody can choose names that share one. Two of a million do by a chance of 1 in 37 million.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

_DRAWERS = 4096
"""Parts of a shelf, so that putting a file among 250 others, in order, is a short step."""

_BITS = (1 << 64) - 1


class Shelf:
    """The files of one folder that were set aside."""

    def __init__(self) -> None:
        self._files: list[_Drawer | None] = [None] * _DRAWERS
        self._subjects: list[_Drawer | None] = [None] * _DRAWERS
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def put(self, name: str, stamp: int, subject: str) -> None:
        """Set a file aside, in place of what was known of it.

        Args:
            name: the file's name.
            stamp: how it looks, a number of 64 bits at most.
            subject: the id of what it is about.
        """
        self.take(name)
        number, about = _number(name), _number(subject)
        _of(self._files, number).put(number, stamp & _BITS, about)
        _of(self._subjects, about).put(about, number, 0)
        self._size += 1

    def looks_like(self, name: str, stamp: int) -> bool:
        """Return whether a file was set aside and looked so."""
        number = _number(name)
        drawer = self._files[number % _DRAWERS]
        place = None if drawer is None else drawer.find(number)
        return drawer is not None and place is not None and drawer.firsts[place] == stamp & _BITS

    def take(self, name: str) -> bool:
        """Forget a file, and return whether it was there."""
        return self._take(_number(name))

    def take_about(self, subject: str) -> int:
        """Forget all files about something, and return how many there were."""
        about = _number(subject)
        drawer = self._subjects[about % _DRAWERS]
        if drawer is None:
            return 0
        numbers = drawer.all(about)
        for number in numbers:
            self._take(number)
        return len(numbers)

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget all files but those of some names."""
        marks = [b"" if drawer is None else bytearray(len(drawer.keys)) for drawer in self._files]
        for name in names:
            number = _number(name)
            drawer = self._files[number % _DRAWERS]
            mark = marks[number % _DRAWERS]
            if drawer is not None and isinstance(mark, bytearray) and (place := drawer.find(number)) is not None:
                mark[place] = 1
        for drawer, mark in zip(self._files, marks, strict=True):
            if drawer is not None:
                for number in [each for each, is_there in zip(drawer.keys, mark, strict=True) if not is_there]:
                    self._take(number)

    def is_about(self, subject: str) -> bool:
        """Return whether any file is about something."""
        about = _number(subject)
        drawer = self._subjects[about % _DRAWERS]
        return drawer is not None and drawer.find(about) is not None

    def _take(self, number: int) -> bool:
        drawer = self._files[number % _DRAWERS]
        place = None if drawer is None else drawer.find(number)
        if drawer is None or place is None:
            return False
        about = drawer.seconds[place]
        drawer.remove(place)
        subjects = _of(self._subjects, about)
        subjects.remove(subjects.place(about, number))
        self._size -= 1
        return True


class Names:
    """Names that were heard of, in some ten bytes each."""

    def __init__(self) -> None:
        self._drawers: list[array[int] | None] = [None] * _DRAWERS

    def add(self, name: str) -> bool:
        """Add a name, and return whether it is new."""
        number = _number(name)
        drawer = self._drawers[number % _DRAWERS]
        if drawer is None:
            drawer = self._drawers[number % _DRAWERS] = array("Q")
        place = bisect_left(drawer, number)
        if place < len(drawer) and drawer[place] == number:
            return False
        drawer.insert(place, number)
        return True

    def __contains__(self, name: str) -> bool:
        number = _number(name)
        drawer = self._drawers[number % _DRAWERS]
        if drawer is None:
            return False
        place = bisect_left(drawer, number)
        return place < len(drawer) and drawer[place] == number


class _Drawer:
    """Some rows of three numbers, in the order of the first two: a key, and what tells rows of one key apart."""

    __slots__ = ("firsts", "keys", "seconds")

    def __init__(self) -> None:
        self.keys = array("Q")
        self.firsts = array("Q")
        self.seconds = array("Q")

    def put(self, key: int, first: int, second: int) -> None:
        begins, ends = self._rows(key)
        place = bisect_left(self.firsts, first, begins, ends)
        self.keys.insert(place, key)
        self.firsts.insert(place, first)
        self.seconds.insert(place, second)

    def find(self, key: int) -> int | None:
        """Return the place of the first row with a key; None if there is none."""
        place = bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else None

    def all(self, key: int) -> "array[int]":
        """Return the first number of each row with a key."""
        begins, ends = self._rows(key)
        return self.firsts[begins:ends]

    def place(self, key: int, first: int) -> int:
        """Return the place of a row that is there."""
        return bisect_left(self.firsts, first, *self._rows(key))

    def remove(self, place: int) -> None:
        for column in (self.keys, self.firsts, self.seconds):
            del column[place]

    def _rows(self, key: int) -> tuple[int, int]:
        return bisect_left(self.keys, key), bisect_right(self.keys, key)


def _number(text: str) -> int:
    return hash(text) & _BITS


def _of(drawers: list[_Drawer | None], key: int) -> _Drawer:
    drawer = drawers[key % _DRAWERS]
    if drawer is None:
        drawer = drawers[key % _DRAWERS] = _Drawer()
    return drawer
