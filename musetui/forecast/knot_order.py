"""The order within one knot: the best there is where it is small, else one found by search, with a bound beside it.

This is the linear ordering problem. Exact: the best order of every set of branches, from those of the sets with one
less. Beyond, from several starts: take one out and put it where it costs least, until that gains nothing more.
"""

from collections.abc import Sequence
from itertools import accumulate

from musetui.forecast.knots import Costs

EXACT_LIMIT = 14
"""Branches of a knot ordered exactly: 16,384 sets, each with at most 14 ways to begin; one more is twice that."""

_SWEEPS = 40
"""Rounds over a knot in one search; in practice it comes to rest after fewer than ten."""


_CIRCLES = 100_000
"""Circles of three that are looked at for the bound. It holds with fewer too, and is a little lower then."""


def cost_of(order: Sequence[int], costs: Costs) -> int:
    """Return what an order costs: the sum over every pair, the first before the second."""
    return sum(costs[one][other] for place, one in enumerate(order) for other in order[place + 1 :])


def best_order(members: Sequence[int], costs: Costs) -> list[int]:
    """Return the cheapest order of a few; of equally cheap ones, that which has the earliest of *members* first."""
    count = len(members)
    # For each set of members (a bit each): what its best order costs, worked out from smaller sets to larger ones.
    best = [0] * (1 << count)
    rows = [_sums([costs[one][other] for other in members]) for one in members]
    for chosen in range(1, 1 << count):
        rest = chosen
        lowest = -1
        while rest:
            bit = rest & -rest
            without = chosen ^ bit
            cost = rows[bit.bit_length() - 1][without] + best[without]
            if lowest < 0 or cost < lowest:
                lowest = cost
            rest ^= bit
        best[chosen] = lowest
    order = []
    left = (1 << count) - 1
    while left:
        for place in range(count):
            without = left & ~(1 << place)
            if without != left and rows[place][without] + best[without] == best[left]:
                order.append(members[place])
                left = without
                break
    return order


def _sums(values: Sequence[int]) -> list[int]:
    """Return the sum of every subset of *values*, by the subset's bits."""
    sums = [0]
    for value in values:
        sums += [value + there for there in sums]
    return sums


def good_order(members: Sequence[int], costs: Costs) -> list[int]:
    """Return an order of any number that no single move makes cheaper, the best of three searches."""
    gain = {one: sum(costs[one][other] - costs[other][one] for other in members) for one in members}
    starts = (list(members), sorted(members, key=lambda one: gain[one]), _greedy(members, costs))
    return min((_improved(start, costs) for start in starts), key=lambda order: cost_of(order, costs))


def _greedy(members: Sequence[int], costs: Costs) -> list[int]:
    """Return the order in which each next one costs least before all that are left, against being after them."""
    ahead = {one: sum(costs[one][other] - costs[other][one] for other in members) for one in members}
    order = []
    while ahead:
        one = min(ahead, key=ahead.__getitem__)
        del ahead[one]
        order.append(one)
        for other in ahead:
            ahead[other] -= costs[other][one] - costs[one][other]
    return order


def _improved(order: list[int], costs: Costs) -> list[int]:
    # What it costs more, or less, to have the first one before the second, and not behind it; and the reverse.
    ahead = {one: [costs[one][other] - costs[other][one] for other in range(len(costs))] for one in order}
    behind = {one: [-cost for cost in row] for one, row in ahead.items()}
    for _ in range(_SWEEPS):
        moved = False
        for one in tuple(order):
            at = order.index(one)
            place = _best_place(at, order, ahead[one], behind[one])
            if place != at:
                order.insert(place, order.pop(at))
                moved = True
        if not moved:
            break
    return order


def _best_place(at: int, order: Sequence[int], ahead: Sequence[int], behind: Sequence[int]) -> int:
    """Return where that which stands at *at* costs least; where it stands if nowhere less, else the nearest such place.

    Args:
        at: where it stands.
        order: the order.
        ahead: what it costs more to have it ahead of each one, than behind it.
        behind: the reverse.
    """
    best, lowest = at, 0
    earlier = list(accumulate(map(ahead.__getitem__, order[:at][::-1])))
    if earlier and min(earlier) < lowest:
        lowest = min(earlier)
        best = at - 1 - earlier.index(lowest)
    later = list(accumulate(map(behind.__getitem__, order[at + 1 :])))
    if later and min(later) < lowest:
        best = at + 1 + later.index(min(later))
    return best


def circles_cost(members: Sequence[int], costs: Costs) -> int:
    """Return what circles of three add at least to what every pair must cost: each breaks one preference of the three.

    No part of a preference is counted in two circles, so that the sum is a bound.
    """
    # By how much each one had better be before the others that it had better be before.
    margins = {
        one: {
            other: costs[other][one] - costs[one][other] for other in members if costs[one][other] < costs[other][one]
        }
        for one in members
    }
    total = 0
    left = _CIRCLES
    for one, after in margins.items():
        before = {other for other in members if one in margins[other]}
        for second in after:
            thirds = sorted(before.intersection(margins[second]))[:left]
            left -= len(thirds)
            for third in thirds:
                least = min(after[second], margins[second][third], margins[third][one])
                if least:
                    total += least
                    after[second] -= least
                    margins[second][third] -= least
                    margins[third][one] -= least
    return total
