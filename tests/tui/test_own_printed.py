"""What programs print, as lines: however it is cut, however much it is, and whatever is in it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.records.text import safe_text
from musetui.tui.own.printed import FIRST_LINES, MOST_LINES, WAITING_BYTES, Printed
from tests.properties import patient


def printed(*pieces: bytes) -> Printed:
    made = Printed()
    for piece in pieces:
        made.hear(piece)
    made.end()
    return made


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.lists(st.integers(0, 200), max_size=5))
@patient(200)
def test_it_does_not_matter_how_it_is_cut(text: str, places: list[int]) -> None:
    data = text.encode()
    cuts = sorted({0, len(data), *(place for place in places if place < len(data))})
    pieces = [data[start:stop] for start, stop in pairwise(cuts)]
    lines = [said.text for said in printed(*pieces).lines]
    assert lines == [said.text for said in printed(data).lines]
    assert all(line.isprintable() for line in lines)
    if text.isprintable():
        assert lines == ([text] if text else [])


def test_escapes_tabs_and_what_is_overwritten() -> None:
    lines = [said.text for said in printed(b"\x1b[31mred\x9b\n", b"a\tb\r\n10%\r20%\rdone\r\n\xff\n").lines]
    assert lines == ["␛[31mred\N{REPLACEMENT CHARACTER}", "a       b", "done", "\N{REPLACEMENT CHARACTER}"]


@pytest.mark.parametrize("cut", [7, 50_000, 10_000_000])
def test_of_too_much_the_beginning_and_the_end_are_kept_and_the_rest_counted(cut: int) -> None:
    data = b"".join(b"%d\n" % number for number in range(100_000)) + b"error: it is \xc3\xa4"
    data = data if cut > 7 else data[-200_000:]
    many = data.count(b"\n") + 1
    every = data.decode().split("\n")
    made = printed(*(data[start : start + cut] for start in range(0, len(data), cut)))
    kept = [said.text for said in made.lines]
    assert kept[:FIRST_LINES] == every[:FIRST_LINES]
    assert made.lines[FIRST_LINES] == (f"… {many - MOST_LINES:,} lines are left out here", True)
    assert kept[FIRST_LINES + 1 :] == every[FIRST_LINES - MOST_LINES :]
    assert made.text().count("\n") == MOST_LINES - 1


def test_just_as_much_as_is_kept_is_whole() -> None:
    made = printed(b"x\n" * MOST_LINES)
    assert [said.is_ours for said in made.lines] == [False] * MOST_LINES


def test_what_is_printed_last_can_be_seen_while_it_goes_on() -> None:
    made = Printed()
    for number in range(30_000):
        made.hear(b"%d\n" % number)
    assert made.catch_up() == FIRST_LINES
    assert (made.lines[0].text, made.lines[-1].text) == ("0", "29999")
    assert made.catch_up() is None, "there is nothing new"


def test_each_program_has_its_own_beginning_and_end() -> None:
    made = Printed()
    for name in ("a", "b"):
        made.say(f"$ {name}")
        made.hear(f"{name}\n".encode() * (MOST_LINES + 5))
        made.end()
    ours = [said.text for said in made.lines if said.is_ours]
    assert ours == ["$ a", "… 5 lines are left out here", "$ b", "… 5 lines are left out here"]
    assert len(made.lines) == 2 * MOST_LINES + 4


def test_much_that_waits_takes_little_room() -> None:
    made = Printed()
    made.hear(b"x\n" * MOST_LINES)
    for _ in range(300):
        made.hear(b"y" * 65_536)
    assert made._waiting_bytes == sum(len(data) for data, _ in made._waiting) <= WAITING_BYTES
    made.hear(b"\nlast\n")
    made.end()
    assert made.lines[-1].text == "last"


def test_a_line_without_an_end_takes_no_room() -> None:
    made = Printed()
    for _ in range(100):
        made.hear(b"x" * 60_000)
    assert len(made._rest) <= 4_000
    made.end()
    assert [len(said.text) for said in made.lines] == [2_000]


def test_first_lines_that_say_something() -> None:
    made = printed(b"\n  \n one \ntwo\nthree\n")
    assert made.first() == "one"
    assert made.first(2) == "one\ntwo"
    assert (made.last(), made.last(2), made.last(9)) == ("three", "two\nthree", "one\ntwo\nthree")
    assert safe_text(made.text()) == "␊  ␊ one ␊two␊three"
