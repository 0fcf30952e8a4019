"""Nesting step by step is the rule of `ancestors`, for any text, and stays cheap for a hostile one."""

from hypothesis import example, given
from hypothesis import strategies as st

from musetui.forecast.nesting import DEEPEST, around
from musetui.records.address import ancestors, nest_key
from tests.properties import patient

texts = st.text(alphabet="ab./:", max_size=14) | st.text(max_size=8)


@patient(1_000)
@given(texts)
@example("src/a.py::C.m")
@example("/abs/a.py::C")
@example("a//b/./c")
@example("p::a..b")
@example("p/::.x.y")
@example("::x")
def test_one_step_at_a_time_meets_what_the_rule_names(text: str) -> None:
    address = nest_key(text)
    assert around(address) == [outer for outer in ancestors(address) if nest_key(outer) == outer]


def test_what_is_around_is_always_shorter() -> None:
    address = "a/b/c.py::C.d.e"
    lengths = [len(outer) for outer in (address, *around(address))]
    assert lengths == sorted(lengths, reverse=True)


def test_a_hostile_depth_costs_no_more_than_a_deep_one() -> None:
    for address in ("a/" * 2_000 + "b", "p::" + "a." * 1_500 + "b", "a/" * 900 + "b::" + "c." * 900 + "d"):
        steps = around(address)
        assert len(steps) <= 2 * DEEPEST + 2
        assert sum(map(len, steps)) < 64 * len(address)


def test_hostile_depths_of_one_root_still_meet_there() -> None:
    deep, deeper = "a/" * 100 + "x", "a/" * 300 + "y"
    assert around(deep)[-1] == around(deeper)[-1] == "a"
