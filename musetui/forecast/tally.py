"""Tallies: how often each of some names counts, small where most tallies have one name that counts once."""

from typing import TypeAlias

Tally: TypeAlias = str | dict[str, int] | None
"""Nothing, one name that counts once, or names with how often each counts."""


def more(tally: Tally, name: str) -> Tally:
    """Return *tally* with *name* counted once more; a tally that is a dictionary is changed in place."""
    if tally is None:
        return name
    if isinstance(tally, str):
        return {name: 2} if tally == name else {tally: 1, name: 1}
    tally[name] = tally.get(name, 0) + 1
    return tally


def fewer(tally: Tally, name: str) -> Tally:
    """Return *tally* with *name*, which must be in it, counted once less."""
    if not isinstance(tally, dict):
        return None
    if tally[name] > 1:
        tally[name] -= 1
    else:
        del tally[name]
    return next(iter(tally)) if len(tally) == 1 and 1 in tally.values() else tally


def names_in(tally: Tally) -> int:
    """Return how many different names there are."""
    if tally is None:
        return 0
    return 1 if isinstance(tally, str) else len(tally)


def counts_of(tally: Tally) -> dict[str, int]:
    """Return how often each name counts; to be read at once and not kept."""
    if tally is None:
        return {}
    return {tally: 1} if isinstance(tally, str) else tally
