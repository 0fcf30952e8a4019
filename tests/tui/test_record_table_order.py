"""The order of rows: the same as sorting all of them anew, after whatever came, changed and went."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.tui.widgets.row_order import RowId, RowOrder

IDS = st.one_of(st.sampled_from([f"r{n}" for n in range(12)]))
STEPS = st.lists(st.tuples(st.dictionaries(IDS, st.integers(0, 3)), st.sets(IDS)), max_size=12)


def in_order(keys: dict[Any, int], reverse: bool) -> list[Any]:
    return [row_id for _, row_id in sorted(((key, row_id) for row_id, key in keys.items()), reverse=reverse)]


@given(STEPS, st.booleans(), st.integers(0, 200))
def test_changes_give_the_same_order_as_sorting_all(
    steps: list[tuple[dict[str, int], set[str]]], reverse: bool, others: int
) -> None:
    # With many others, changes go in one by one; with few, all is sorted anew. Neither may be told apart.
    model: dict[Any, int] = {f"z{n:03}": n % 5 for n in range(others)}
    order = RowOrder(reverse=reverse)
    order.replace(model.items())
    for rows, left in steps:
        order.update(rows.items(), left)
        model.update({row_id: key for row_id, key in rows.items() if row_id not in left})
        for row_id in left:
            model.pop(row_id, None)
        expected = in_order(model, reverse)
        assert list(order) == expected
        assert [order.at(index) for index in range(len(order))] == expected
        assert [order.index(row_id) for row_id in expected] == list(range(len(expected)))
        assert order.between(1, 4) == expected[1:4]
        assert order.between(-5, 1000) == expected


@given(st.dictionaries(IDS, st.integers(0, 3), min_size=1), st.booleans(), st.data())
def test_the_place_of_a_row_that_left_is_its_neighbours(
    keys: dict[str, int], reverse: bool, data: st.DataObject
) -> None:
    order = RowOrder(reverse=reverse)
    order.replace(keys.items())
    expected = in_order(keys, reverse)
    row_id = data.draw(st.sampled_from(expected))
    mark, index = order.mark(row_id), expected.index(row_id)
    order.update((), [row_id])
    assert order.place(mark) == index


def test_ids_of_any_kind_are_told_apart() -> None:
    ids: list[RowId] = [("address_overlap", "b"), ("address_overlap", "a"), frozenset({1}), None]
    order = RowOrder()
    order.replace((row_id, 0) for row_id in ids)
    assert set(order) == set(ids)
    order.update((), [ids[0]])
    assert len(order) == 3
    assert ids[0] not in order


def test_there_is_nothing_past_the_end() -> None:
    order = RowOrder()
    order.replace([("a", 1)])
    with pytest.raises(IndexError):
        order.at(1)
    with pytest.raises(KeyError):
        order.index("b")
    assert order.between(1, 5) == []
