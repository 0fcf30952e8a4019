"""IdIndex against a dict of sets."""

from hypothesis import given, settings
from hypothesis import strategies as st

from musetui.swarm.id_index import IdIndex

KEYS = ("x", "y")
# As many ids as make it use each of its three forms, and come back from them.
deeds = st.tuples(st.booleans(), st.sampled_from(KEYS), st.integers(0, 12).map(str))


@settings(deadline=None)
@given(st.lists(deeds, max_size=60))
def test_it_holds_what_a_dict_of_sets_holds(done: list[tuple[bool, str, str]]) -> None:
    index, plain = IdIndex(), dict[str, set[str]]()
    for adds, key, record_id in done:
        if adds:
            # Not the same string object twice: equal ids are one id.
            index.add(key, "".join(record_id))
            plain.setdefault(key, set()).add(record_id)
        else:
            index.discard(key, record_id)
            plain.get(key, set()).discard(record_id)
        for each in KEYS:
            assert sorted(index.get(each)) == sorted(plain.get(each, ()))
            assert index.count(each) == len(plain.get(each, ()))
            assert (each in index) == bool(plain.get(each))
        assert set(index.keys()) == {key for key, ids in plain.items() if ids}
        assert {key: set(ids) for key, ids in index.items()} == {key: ids for key, ids in plain.items() if ids}


@settings(deadline=None)
@given(st.lists(st.integers(0, 12).map(str), unique=True), st.lists(deeds, max_size=12))
def test_filled_at_once_is_the_same_as_one_by_one(ids: list[str], done: list[tuple[bool, str, str]]) -> None:
    index, plain = IdIndex(), {"x": set(ids), "y": set[str]()}
    index.fill("x", ids)
    assert sorted(index.get("x")) == sorted(ids)
    for adds, key, record_id in done:
        (index.add if adds else index.discard)(key, record_id)
        (plain[key].add if adds else plain[key].discard)(record_id)
        assert sorted(index.get(key)) == sorted(plain[key])
    for key in KEYS:
        for record_id in plain[key]:
            index.discard(key, record_id)
    assert len(index) == 0
