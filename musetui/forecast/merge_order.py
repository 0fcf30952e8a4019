"""The order in which merges cost least rework, and how much cheaper another one could be at most.

cost(order) = Σ over every pair, a before b, of cost[a][b]

Who waits for another one already goes after it, whatever that costs: an order that breaks a wait counts as dearer than
any that breaks none.
"""

from collections.abc import Collection, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from musetui.forecast.knot_order import EXACT_LIMIT, best_order, circles_cost, cost_of, good_order
from musetui.forecast.knots import Costs, knots, preferred


class MergeOrder(NamedTuple):
    """An order.

    Attributes:
        places: which one is first, second and so on.
        cost: what it costs.
        bound: what any order costs at least; the same as *cost* where it is the best there is for sure.
        knots: the groups of more than one whose preferences run in a circle, each in this order.
    """

    places: tuple[int, ...]
    cost: int
    bound: int
    knots: tuple[tuple[int, ...], ...]


def order_merges_by(
    preferred: Sequence[int], costs: Costs, waits: Collection[tuple[int, int]] = frozenset()
) -> MergeOrder:
    """Return the cheapest order; where the cost leaves a choice, the one that comes first in *preferred* goes first.

    Args:
        preferred: all of them, in an order.
        costs: what it costs to have the first one before the second.
        waits: which one waits for which other one: by way of others too, and none in a circle.
    """
    if waits:
        preferred, costs = _waiting_last(preferred, waits), _keeping(costs, waits)
    found = order_merges([[costs[one][other] for other in preferred] for one in preferred])
    knots = (tuple(preferred[one] for one in knot) for knot in found.knots)
    places = tuple(preferred[one] for one in found.places)
    return MergeOrder(places, found.cost, found.bound, tuple(sorted(knots)))


def _keeping(costs: Costs, waits: Collection[tuple[int, int]]) -> Costs:
    """Return the costs with which an order that breaks any of the *waits* is dearer than all that break none."""
    dear = 1 + sum(map(sum, costs))
    kept = [list(row) for row in costs]
    for one, other in waits:
        kept[one][other] += dear
    return kept


def _waiting_last(preferred: Sequence[int], waits: Collection[tuple[int, int]]) -> list[int]:
    """Return the same order, but for whoever *waits* for one after it: so that a search begins with no wait broken."""
    place_of = {one: place for place, one in enumerate(preferred)}
    later: list[list[int]] = [[] for _ in preferred]
    for one, other in waits:
        later[place_of[other]].append(place_of[one])
    return [preferred[place] for place in _one_by_one(later, [(place,) for place in range(len(preferred))])]


def order_merges(costs: Costs) -> MergeOrder:
    """Return the cheapest order, exact while no knot has more than `EXACT_LIMIT`.

    Where the cost leaves a choice, the lower number goes first.
    """
    count = len(costs)
    bound = sum(min(costs[one][other], costs[other][one]) for one in range(count) for other in range(one))
    later = preferred(costs)
    places = _one_by_one(later, [(one,) for one in range(count)])
    if len(places) == count:
        # Every preference is kept, and no order costs less than that.
        return MergeOrder(tuple(places), bound, bound, ())
    chains = []
    for members in knots(later):
        if len(members) == 1:
            chain = list(members)
        elif len(members) <= EXACT_LIMIT:
            chain = best_order(members, costs)
            bound += _excess(chain, costs)
        else:
            chain = good_order(members, costs)
            bound += min(_excess(chain, costs), circles_cost(members, costs))
        chains.append(chain)
    places = _one_by_one(later, chains)
    tangled = tuple(tuple(chain) for chain in chains if len(chain) > 1)
    return MergeOrder(tuple(places), cost_of(places, costs), bound, tuple(sorted(tangled)))


def _excess(chain: Sequence[int], costs: Costs) -> int:
    """Return what an order costs beyond what every pair must."""
    return sum(
        max(costs[one][other] - costs[other][one], 0) for place, one in enumerate(chain) for other in chain[place + 1 :]
    )


def _one_by_one(later: Sequence[Sequence[int]], chains: Sequence[Sequence[int]]) -> list[int]:
    """Return all in an order that keeps each chain and every preference between chains, the lowest number first.

    What is in a circle of preferences, or after one, is left out.
    """
    chain_of = {one: place for place, chain in enumerate(chains) for one in chain}
    after = [[other for other in others if chain_of[other] != chain_of[one]] for one, others in enumerate(later)]
    for chain in chains:
        for one, other in pairwise(chain):
            after[one].append(other)
    before = [0] * len(after)
    for others in after:
        for other in others:
            before[other] += 1
    ready = [one for one, count in enumerate(before) if not count]
    heapify(ready)
    order = []
    while ready:
        one = heappop(ready)
        order.append(one)
        for other in after[one]:
            before[other] -= 1
            if not before[other]:
                heappush(ready, other)
    return order
