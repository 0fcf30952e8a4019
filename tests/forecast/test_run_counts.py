"""RunCounts against a counter for each key."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.run_counts import RunCounts, Runs, Several
from tests.properties import patient

KEYS = ("a", "b")
runs = st.sampled_from(("ann", "bob", "cy", Several.RUNS))


def plainly(holds: Counter[str | Several]) -> Runs:
    """Return whose some holds are."""
    if len(holds) > 1:
        return Several.RUNS
    return next(iter(holds), None)


@patient(200)
@given(
    st.lists(runs, max_size=5),
    st.lists(st.tuples(st.booleans(), st.sampled_from(KEYS), runs), max_size=20),
)
def test_it_counts_what_a_counter_counts_however_it_began(
    filled: list[str | Several], done: list[tuple[bool, str, str | Several]]
) -> None:
    counts, plain = RunCounts(), {"a": Counter(filled), "b": Counter[str | Several]()}
    if filled:
        assert counts.fill("a", tuple(filled)) == plainly(plain["a"])
    for adds, key, who in done:
        if adds:
            counts.add(key, who)
            plain[key][who] += 1
        elif plain[key][who]:
            counts.discard(key, who)
            plain[key] -= Counter([who])
        for each in KEYS:
            assert counts.of(each) == plainly(+plain[each])
            assert (each in counts) == bool(+plain[each])
        assert set(counts.keys()) == {each for each in KEYS if +plain[each]}
        assert set(counts.crowded()) == {each for each in KEYS if len(+plain[each]) > 1}
