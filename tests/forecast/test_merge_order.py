"""The order of merges: never dearer than any other, and where it is not the best for sure, honest about it."""

from itertools import pairwise, permutations
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from musetui.forecast.knot_order import EXACT_LIMIT, circles_cost, cost_of, good_order
from musetui.forecast.merge_order import order_merges, order_merges_by
from tests.properties import patient

Table = list[list[int]]


@st.composite
def tables(draw: st.DrawFn, most: int) -> Table:
    """What each order of two costs: mostly nothing or little, so that ties, knots and free branches come up."""
    count = draw(st.integers(0, most))
    cost = st.sampled_from((0, 0, 0, 1, 2, 3, 10))
    return [[0 if one == other else draw(cost) for other in range(count)] for one in range(count)]


def all_pairs(costs: Table) -> int:
    """Return what every pair costs at least."""
    return sum(min(costs[one][other], costs[other][one]) for one in range(len(costs)) for other in range(one))


@patient(60)
@given(tables(8))
@example([[0, 0, 5], [5, 0, 0], [0, 5, 0]])
def test_no_order_is_cheaper(costs: Table) -> None:
    order = order_merges(costs)
    cheapest = min(cost_of(places, costs) for places in permutations(range(len(costs))))
    assert sorted(order.places) == list(range(len(costs)))
    assert order.cost == order.bound == cheapest == cost_of(order.places, costs)


@patient(60)
@given(tables(7))
def test_the_search_and_its_bound_hold_the_truth_between_them(costs: Table) -> None:
    everyone = range(len(costs))
    cheapest = order_merges(costs).cost
    assert all_pairs(costs) + circles_cost(everyone, costs) <= cheapest <= cost_of(good_order(everyone, costs), costs)


@patient(60)
@given(tables(8))
def test_a_choice_goes_to_the_lower_number(costs: Table) -> None:
    places = order_merges(costs).places
    for place, (one, other) in enumerate(pairwise(places)):
        if one > other:
            swapped = (*places[:place], other, one, *places[place + 2 :])
            assert cost_of(swapped, costs) > cost_of(places, costs)


def test_nothing_to_lose_is_no_reason_to_move() -> None:
    assert order_merges([]) == ((), 0, 0, ())
    assert order_merges([[0] * 5 for _ in range(5)]) == ((0, 1, 2, 3, 4), 0, 0, ())


def test_a_circle_is_broken_where_it_is_weakest() -> None:
    #  0 had better be before 1, 1 before 2, and 2 before 0, but that least.
    order = order_merges([[0, 0, 2], [5, 0, 0], [0, 5, 0]])
    assert order == ((0, 1, 2), 2, 2, ((0, 1, 2),))


def test_a_knot_is_no_larger_than_its_circle() -> None:
    #  3 had better be before all others, and is in no circle.
    order = order_merges([[0, 0, 2, 9], [5, 0, 0, 9], [0, 5, 0, 9], [0, 0, 0, 0]])
    assert order == ((3, 0, 1, 2), 2, 2, ((0, 1, 2),))


def test_a_large_knot_is_searched_the_same_every_time_and_comes_with_a_bound() -> None:
    random = Random(3)
    count = 3 * EXACT_LIMIT
    costs = [[0 if one == other else random.randrange(20) for other in range(count)] for one in range(count)]
    order = order_merges(costs)
    assert order == order_merges(costs)
    assert [len(knot) for knot in order.knots] == [count]
    assert all_pairs(costs) < order.bound <= order.cost <= order.bound * 1.1
    for place, one in enumerate(order.places):
        rest = [*order.places[:place], *order.places[place + 1 :]]
        moved = ([*rest[:to], one, *rest[to:]] for to in range(count))
        assert all(cost_of(each, costs) >= order.cost for each in moved)


def test_a_large_knot_keeps_every_wait_too() -> None:
    random = Random(5)
    count = 2 * EXACT_LIMIT
    for _ in range(10):
        costs = [[0 if one == other else random.randrange(9) for other in range(count)] for one in range(count)]
        line = random.sample(range(count), 8)
        # Each waits for all after it in the line.
        waits = {(one, other) for place, one in enumerate(line) for other in line[place + 1 :]}
        found = order_merges_by(range(count), costs, waits)
        assert all(found.places.index(other) < found.places.index(one) for one, other in waits)
        assert found.bound <= found.cost == cost_of(found.places, costs)
