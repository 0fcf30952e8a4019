"""Deadlines against a plain dict: what is due, in which order, and how little is kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from musetui.swarm.deadlines import Deadlines

changes = st.tuples(st.just("set"), st.sampled_from("abcd"), st.none() | st.integers(0, 20))
passing = st.tuples(st.just("due"), st.just(""), st.integers(0, 20))


@settings(deadline=None)
@given(st.lists(changes | passing, max_size=40))
def test_due_is_what_a_plain_dict_says(deeds: list[tuple[str, str, int | None]]) -> None:
    deadlines, plain = Deadlines(), dict[str, int]()
    for deed, key, at in deeds:
        if deed == "due":
            assert at is not None
            due = sorted((when, name) for name, when in plain.items() if when <= at)
            assert list(deadlines.due(at)) == [name for _, name in due]
            plain = {name: when for name, when in plain.items() if when > at}
        else:
            deadlines.set(key, at)
            plain.pop(key, None)
            if at is not None:
                plain[key] = at
        assert len(deadlines) == len(plain)
        assert deadlines.next() == min(plain.values(), default=None)


def test_a_deadline_set_again_while_what_is_due_is_read_is_due_again() -> None:
    deadlines = Deadlines()
    deadlines.set("a", 1)
    seen = []
    for key in deadlines.due(5):
        seen.append(key)
        deadlines.set("a", len(seen) + 3)
    assert seen == ["a", "a", "a"]
    assert deadlines.next() == 6


def test_a_deadline_moved_a_million_times_leaves_nothing_behind() -> None:
    deadlines = Deadlines()
    for at in range(20_000):
        deadlines.set("busy", at)
    assert len(deadlines._heap) < 200
    assert list(deadlines.due(20_000)) == ["busy"]
