"""What if: branches taken for merged and runs taken for done, as a value. To undo is to take the former value again."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from difflib import get_close_matches
from heapq import nsmallest

from musetui.errors import UnknownNameError
from musetui.records.text import safe_text

_COMPARED = 200
"""Names that are looked at closely where none is the one that is meant; the likely ones begin alike."""

_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is supposed to have happened. It changes nothing anywhere: a plan is made with it, or without.

    Attributes:
        merged: branches that are taken for merged, so that nothing is held on them.
        released: ids of runs that are taken to have given back all they hold.
    """

    merged: tuple[str, ...] = ()
    released: tuple[str, ...] = ()

    def toggle_merged(self, branch: str) -> "WhatIf":
        """Return the same with *branch* taken for merged, or no longer."""
        return replace(self, merged=_toggled(self.merged, branch))

    def toggle_released(self, run_id: str) -> "WhatIf":
        """Return the same with the run taken for done, or no longer."""
        return replace(self, released=_toggled(self.released, run_id))

    def among(self, branches: Collection[str], runs: Collection[str]) -> "WhatIf":
        """Return the same without the names that nothing is held by (any more)."""
        return WhatIf(
            tuple(branch for branch in self.merged if branch in branches),
            tuple(run_id for run_id in self.released if run_id in runs),
        )

    def check(self, branches: Collection[str], runs: Collection[str]) -> None:
        """Make sure that every name is one of those.

        Raises:
            UnknownNameError: if one is not; it names the nearest.
        """
        for names, known, what, holder in (
            (self.merged, branches, "branch", "on which anything is held"),
            (self.released, runs, "run", "that holds anything"),
        ):
            for name in names:
                check_name(name, known, f"{what} {holder}")

    def __bool__(self) -> bool:
        return bool(self.merged or self.released)


def check_name(name: str, known: Collection[str], what: str) -> None:
    """Make sure that *name* is one of those *known*; *what* is what they are names of, such as `run`.

    Raises:
        UnknownNameError: if it is not; it names the nearest.
    """
    if name not in known:
        called = f"no {what} is called {safe_text(name, _NAME_LENGTH)!r}"
        raise UnknownNameError(f"{called}: {_nearest(name, known)}")


def _toggled(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name) if name in names else (*names, name)


def _nearest(name: str, known: Collection[str]) -> str:
    if not known:
        return "there is none"
    likely = nsmallest(_COMPARED, known, key=lambda each: (-_alike(name, each), each))
    near = get_close_matches(name, likely, 1, 0.5)
    if near:
        return f"did you mean {safe_text(near[0], _NAME_LENGTH)}?"
    named = ", ".join(safe_text(each, _NAME_LENGTH) for each in sorted(likely)[:3])
    return f"there is {named}" + (f" and {len(known) - 3} more" if len(known) > 3 else "")


def _alike(one: str, other: str) -> int:
    """Return how many characters *one* and *other* begin alike with."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
