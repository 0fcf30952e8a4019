"""Knots: the groups in which preferences run in a circle, so that no order can satisfy them all.

For two branches either one is cheaper first, or it makes no difference. Where following these preferences leads from a
branch to another one and back, both are in one knot. Between knots every preference can be satisfied at once, so only
within a knot is there anything to search: an order that is best in each knot is best.
"""

from collections.abc import Sequence

from musetui.forecast.cycles import strong_components

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
    return [sorted(group) for group in strong_components(range(len(later)), later.__getitem__)]
