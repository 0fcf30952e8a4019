"""Knots: the groups in which preferences run in a circle, so that no order can satisfy them all.

For two branches either one is cheaper first, or it makes no difference. Where following these preferences leads from a
branch to another one and back, both are in one knot. Between knots every preference can be satisfied at once, so only
within a knot is there anything to search: an order that is best in each knot is best.
"""

from collections.abc import Sequence

Costs = Sequence[Sequence[int]]
"""What it costs to have the first one anywhere before the second."""


def preferred(costs: Costs) -> list[list[int]]:
    """Return for each one those that it had better be before."""
    everyone = range(len(costs))
    return [[other for other in everyone if costs[one][other] < costs[other][one]] for one in everyone]


def knots(later: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the groups, most of them of one, each in ascending order.

    Args:
        later: for each one those that it had better be before.
    """
    # Tarjan's strongly connected components, with a stack of our own: the depth is the number of branches.
    count = len(later)
    number = [-1] * count
    low = [0] * count
    waiting: list[int] = []
    is_waiting = [False] * count
    found: list[list[int]] = []
    reached = 0
    for root in range(count):
        if number[root] >= 0:
            continue
        path = [(root, 0)]
        while path:
            one, step = path.pop()
            if step == 0:
                number[one] = low[one] = reached
                reached += 1
                waiting.append(one)
                is_waiting[one] = True
            else:
                low[one] = min(low[one], low[later[one][step - 1]])
            for place in range(step, len(later[one])):
                other = later[one][place]
                if number[other] < 0:
                    path += ((one, place + 1), (other, 0))
                    break
                if is_waiting[other]:
                    low[one] = min(low[one], number[other])
            else:
                if low[one] == number[one]:
                    at = waiting.index(one)
                    found.append(sorted(waiting[at:]))
                    for other in waiting[at:]:
                        is_waiting[other] = False
                    del waiting[at:]
    return found
