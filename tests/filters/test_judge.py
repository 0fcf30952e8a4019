"""Judging rows: what a filter shows, that its opposite is its complement, and when the answer turns."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from musetui.filters.judge import judge, narrows
from musetui.filters.parser import parse
from tests.filters.rows import FIELDS, NOW, Row, filters, rows
from tests.properties import patient

ROW = Row()


def shows(typed: str, row: Row = ROW, now: float = NOW) -> bool:
    return judge(typed, FIELDS).keeps_now(row, now)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "agent",
            "billing 41",
            "41 BILLING",
            '"compute total"',
            '"compute tot',
            "run:41",
            "-main",
            "::c",
            "-",
        ),
        *("nothing or agent", "run:=agent-41", "run:nobody,agent", "addr:billing.py*", "addr:src/*", "agent-4?"),
        *("/bill.*total$/", "run:/^AGENT-\\d+$/", "age:>2h", "age:<3h", "older:2h", "ttl:>=4000", "ttl:=4000"),
        *(
            "holders:>2",
            "holders:3",
            "holders:<1,>2",
            "-has:conflict",
            "-(main or nobody)",
            "not not agent",
            "state:act",
        ),
    ],
)
def test_it_is_shown_by(typed: str) -> None:
    assert shows(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("agent main", "run:billing", "-agent", "-run:41", '"total compute"', "run:=agent-4", "illing*"),
        *("addr:*ill", "state:exp", "has:conflict", "age:>3h", "age:<2h", "older:3h", "left:<10m", "left:>1s"),
        *("holders:>3", "ttl:<1h", "agent -billing", "/total.*bill/", '"agent-41 src"'),
    ],
)
def test_it_is_not_shown_by(typed: str) -> None:
    assert not shows(typed)


def test_what_is_left_is_told_while_something_is() -> None:
    assert shows("left:<1h", now=4_000.0)
    assert not shows("left:<1h", now=5_000.0)


@given(filters, rows)
@patient(500)
def test_the_opposite_is_the_complement(typed: str, row: Row) -> None:
    assert shows(f"-({typed})", row) is not shows(typed, row)


@given(filters, filters, rows)
@patient(300)
def test_both_and_either_are_what_they_say(one: str, other: str, row: Row) -> None:
    assert shows(f"({one}) ({other})", row) == (shows(one, row) and shows(other, row))
    assert shows(f"({one}) or ({other})", row) == (shows(one, row) or shows(other, row))


@given(filters, rows, st.floats(0, 20_000), st.floats(0, 20_000))
@patient(1_000)
def test_between_two_turns_the_answer_stays(typed: str, row: Row, one: float, other: float) -> None:
    now, later = sorted((one, other))
    judging = judge(typed, FIELDS)
    turns = judging.turns_at(row, now)
    assume(turns is None or later < turns)
    assert judging.keeps_now(row, now) == judging.keeps_now(row, later)
    assert judging.is_timed or turns is None


@pytest.mark.parametrize(
    ("typed", "now", "turns"),
    [
        ("age:>2h", 8_199.0, 8_200.0),
        ("age:<2h", 8_199.0, 8_200.0),
        ("age:>=2h or age:<1h", 1_500.0, 4_600.0),
        ("left:<10m", 4_399.0, 4_400.0),
        ("left:<10m", 4_401.0, 5_000.0),
        ("-left:>1h", 1_000.0, 1_400.0),
        ("age:>2h", 8_201.0, None),
        ("left:<10m", 5_001.0, None),
        ("agent ttl:>1h", 1_000.0, None),
    ],
)
def test_the_answer_turns_at_that_moment_and_not_before(typed: str, now: float, turns: float | None) -> None:
    judging = judge(typed, FIELDS)
    assert judging.turns_at(ROW, now) == (None if turns is None else pytest.approx(turns, abs=1e-4))
    if turns is not None:
        assert judging.keeps_now(ROW, turns - 0.01) is judging.keeps_now(ROW, now)
        assert judging.keeps_now(ROW, turns + 0.01) is not judging.keeps_now(ROW, now)


@given(filters, filters, rows)
@patient(1_000)
def test_what_narrows_shows_nothing_more(one: str, other: str, row: Row) -> None:
    for new, old in ((one, other), (f"{one} {other}", one), (one, one)):
        if narrows(parse(new, FIELDS), parse(old, FIELDS)):
            assert shows(old, row) or not shows(new, row)


@pytest.mark.parametrize(
    ("new", "old"),
    [("ag", "a"), ("run:ag", "run:a"), ("a b", "b"), ("a", ""), ("bill age:>2h", "bi age:>2h"), ("-a b", "-a")],
)
def test_a_letter_more_narrows(new: str, old: str) -> None:
    assert narrows(parse(new, FIELDS), parse(old, FIELDS))


@pytest.mark.parametrize(
    ("new", "old"), [("a", "ag"), ("-ag", "-a"), ("a or b", "a"), ("age:>1h", "age:>2h"), ("a*b", "a*")]
)
def test_these_do_not(new: str, old: str) -> None:
    assert not narrows(parse(new, FIELDS), parse(old, FIELDS))


def test_what_is_wanted_is_marked_in_its_column() -> None:
    sought = judge('bill -main run:agent* state:act -(x or -"y z") age:>2h', FIELDS).sought()
    found = [(each.column, [*each.pattern.places("agent-41 billing active y z x main")]) for each in sought]
    assert found == [("", [(9, 13)]), ("run", [(0, 34)]), ("state", [(17, 20)]), ("", [(24, 27)])]


def test_words_alone_are_told() -> None:
    assert judge("Bill total", FIELDS).words == ("bill", "total")
    assert judge("bill -total", FIELDS).words is None
    assert judge("bill or total", FIELDS).words is None


@given(rows, st.text(max_size=30))
@patient(300)
def test_hostile_text_is_searched_as_it_is_shown(row: Row, hostile: str) -> None:
    text = FIELDS.text(row._replace(run=hostile))
    assert all(char == "\n" or char.isprintable() for char in text)
