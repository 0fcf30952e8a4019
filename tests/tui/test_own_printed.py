"""What programs print, as lines: however it is cut, however much it is, and whatever is in it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from musetui.records.text import safe_text
from musetui.tui.own.printed import MOST_LINES, Printed
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


def test_so_much_is_kept_and_the_rest_counted() -> None:
    made = printed(b"x\n" * (MOST_LINES - 1), b"y\nz\n", b"z\n" * 1_000_000)
    assert len(made.lines) == MOST_LINES + 1
    assert made.lines[-2].text == "y"
    assert made.lines[-1] == ("… and 1,000,001 more lines", True)
    assert made.text().count("\n") == MOST_LINES - 1


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
    assert safe_text(made.text()) == "␊  ␊ one ␊two␊three"
