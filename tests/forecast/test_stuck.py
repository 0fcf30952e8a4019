"""Stuck against a plain set of keys."""

from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.stale import StaleKey, StaleReason
from musetui.forecast.stale_delta import StaleDelta
from musetui.forecast.stuck import Stuck
from musetui.records.kinds import Kind
from tests.properties import patient

KINDS = (Kind.TASK, Kind.CLAIM)
REASON = StaleReason.FROM_THE_FUTURE
ids = st.sets(st.sampled_from("abcd"))


@patient(200)
@given(ids, st.lists(st.tuples(st.sampled_from(KINDS), ids, ids), max_size=6))
def test_it_tells_what_came_went_and_is_to_be_told_anew(
    filled: set[str], looks: list[tuple[Kind, set[str], set[str]]]
) -> None:
    stuck, plain = Stuck(REASON, *KINDS), {StaleKey(REASON, Kind.TASK, each) for each in filled}
    stuck.fill(Kind.TASK, filled)
    for kind, looked_at, now in looks:
        told = StaleDelta()
        stuck.compare(kind, looked_at, now, told)
        seen = {StaleKey(REASON, kind, each) for each in looked_at}
        there = {StaleKey(REASON, kind, each) for each in looked_at & now}
        assert told.appeared == there - plain
        assert told.changed == there & plain
        assert told.left == (seen & plain) - there
        plain = (plain - seen) | there
        assert set(stuck) == plain
        assert len(stuck) == len(plain)
        assert {key for kind in Kind for each in "abcd" if (key := StaleKey(REASON, kind, each)) in stuck} == plain
    assert StaleKey(StaleReason.SILENT, Kind.TASK, "a") not in stuck
    assert StaleKey(REASON, Kind.TASK, "a", ("a",)) not in stuck
