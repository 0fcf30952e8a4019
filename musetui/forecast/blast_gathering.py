"""Gathering a blast radius: who changes the symbol, who holds what it reaches, and by which calls."""

from collections.abc import Callable, Sequence

from musetui.callgraph.edges import Edge
from musetui.callgraph.reached import Reached
from musetui.forecast.blast_radius import BlastRadius
from musetui.forecast.conflict import HOLDERS_LIMIT, Conflict, ConflictKey, Holder
from musetui.forecast.holders import by_start, second_run_at
from musetui.forecast.wording import named_runs
from musetui.records.text import counted, safe_text

CALLS_LIMIT = 20
"""Chains of calls that one conflict tells."""

_SIDE_LIMIT = HOLDERS_LIMIT // 2
_ADDRESS_LENGTH = 120


def gather_blast(
    key: ConflictKey,
    radius: BlastRadius,
    holders_at: Callable[[str, int], tuple[list[Holder], bool]],
    advise: Callable[[Conflict], str],
) -> Conflict | None:
    """Return the conflict, or None if the change reaches nobody else.

    Args:
        key: whose address is that of the symbol changed.
        radius: knows whom it reaches.
        holders_at: returns the holders of exactly an address, at most so many, and whether these are all.
        advise: returns what to do about a conflict.
    """
    changers, complete = holders_at(key.address, _SIDE_LIMIT)
    ways: list[tuple[str, Reached]] = []
    reached: list[Holder] = []
    for place, way in radius.met(key.address):
        found, whole = holders_at(place, _SIDE_LIMIT)
        complete = complete and whole
        # A run that alone changes the symbol is not hurt by it.
        hurt = [each for each in found if any(other.run_id != each.run_id for other in changers)]
        if hurt:
            ways.append((place, way))
            reached += hurt
        if len(reached) >= _SIDE_LIMIT:
            complete = False
            break
    changers = [each for each in changers if any(other.run_id != each.run_id for other in reached)]
    if not changers or not reached:
        return None
    changers.sort(key=by_start)
    reached.sort(key=by_start)
    holders = sorted({*changers, *reached}, key=by_start)
    return Conflict(
        key=key,
        confidence=radius.confidence(key.address),
        since=max(second_run_at(holders), changers[0].created_at, reached[0].created_at),
        holders=tuple(holders),
        complete=complete,
        addresses=(key.address, *dict.fromkeys(place for place, _ in ways)),
        runs=tuple(dict.fromkeys(each.run_id for each in holders)),
        branches=tuple(dict.fromkeys(each.branch for each in holders if each.branch)),
        sources=tuple(sorted({each.source for each in holders})),
        description=_describe(key.address, changers, reached, ways),
        advise=advise,
        calls=tuple(map(_calls, (way for _, way in ways[:CALLS_LIMIT]))),
    )


def _describe(
    address: str, changers: Sequence[Holder], reached: Sequence[Holder], ways: Sequence[tuple[str, Reached]]
) -> str:
    place, way = ways[0]
    through = "calls" if way.distance == 1 else f"calls through {way.distance - 1} more"
    more = f" and {counted(len(ways) - 1, 'more place')}" if len(ways) > 1 else ""
    return (
        f"{named_runs(changers)} may change {_place(address)}, which {_place(place)}{more}, "
        f"held by {named_runs(reached)}, {through}: {_calls(way)}"
    )


def _calls(way: Reached) -> str:
    """Say a chain of calls: `src/api.py:9 process_payment calls compute_total`."""
    return ", ".join(map(_call, way.chain))


def _call(edge: Edge) -> str:
    line = f":{edge.lines[0]}" if edge.lines else ""
    return f"{safe_text(edge.path, _ADDRESS_LENGTH)}{line} {_name(edge.caller)} calls {_name(edge.callee)}"


def _name(address: str) -> str:
    return safe_text(address.partition("::")[2] or "the module", _ADDRESS_LENGTH)


def _place(address: str) -> str:
    return safe_text(address, _ADDRESS_LENGTH)
