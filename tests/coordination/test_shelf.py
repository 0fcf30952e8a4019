"""A shelf holds what a dictionary of names would."""

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination import shelf as shelf_module
from musetui.coordination.shelf import Shelf

NAMES = st.sampled_from("abcdefghij")
STAMPS = st.integers(-(2**63), 2**63 - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), NAMES, STAMPS, NAMES),
        st.tuples(st.just("take"), NAMES),
        st.tuples(st.just("take_about"), NAMES),
        st.tuples(st.just("keep_only"), st.text("abcdefghij", max_size=10)),
    ),
    max_size=60,
)


@given(STEPS, st.sampled_from([1, 2, 4096]))
def test_it_holds_what_was_put_and_not_taken(steps: list[tuple[object, ...]], drawers: int) -> None:
    kept = shelf_module._DRAWERS
    shelf_module._DRAWERS = drawers  # with few of them, rows of many keys lie in one
    try:
        shelf, plain = Shelf(), dict[str, tuple[int, str]]()
        for what, name, *more in steps:
            assert isinstance(name, str)
            if what == "put":
                stamp, subject = more
                assert isinstance(stamp, int)
                assert isinstance(subject, str)
                shelf.put(name, stamp, subject)
                plain[name] = stamp, subject
            elif what == "take":
                assert shelf.take(name) == (plain.pop(name, None) is not None)
            elif what == "keep_only":
                shelf.keep_only(name)
                plain = {each: row for each, row in plain.items() if each in name}
            else:
                about = [each for each, (_, subject) in plain.items() if subject == name]
                assert shelf.take_about(name) == len(about)
                for each in about:
                    del plain[each]
            assert len(shelf) == len(plain)
            for each in "abcdefghij":
                assert shelf.is_about(each) == any(subject == each for _, subject in plain.values())
        for each, (stamp, _) in plain.items():
            assert shelf.looks_like(each, stamp)
            assert not shelf.looks_like(each, stamp ^ 1)
    finally:
        shelf_module._DRAWERS = kept
