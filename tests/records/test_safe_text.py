"""The one door for text: whatever comes in, what goes out is one printable line, and nothing vanished on the way."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.records.text import TEXT_LIMIT, printable, safe_text
from tests.properties import patient

PATIENT = patient(500)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
C0 = "".join(map(chr, range(0x20)))
C1 = "".join(map(chr, range(0x7F, 0xA0)))
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\U000e0041\u2028\u2029\u0085"

hostile = st.text(alphabet=st.sampled_from("ab…␛ \\u" + BIDI + C0 + C1 + INVISIBLE + "\ud800日\U0001f600e\u0301"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("naïve 日本 😀", "naïve 日本 😀"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\r\nb\tc\0", "a␍␊b␉c␀"),
        ("\x7f", "␡"),
        ("\x9b31m", "\\u009b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b", "a\\u2028b"),
        ("a\u00a0b\u3000c", "a b c"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        (None, "None"),
        (["\x1b"], "['\\x1b']"),
    ],
)
def test_known_tricks_become_visible(text: object, shown: str) -> None:
    assert safe_text(text) == shown


@given(st.text() | hostile)
@PATIENT
def test_what_comes_out_is_one_printable_line(text: str) -> None:
    shown = safe_text(text)
    assert shown.isprintable()
    assert len(shown.splitlines()) <= 1
    assert not set(shown) & set(C0 + C1 + BIDI + INVISIBLE)


@given(st.text() | hostile, st.integers(0, 30))
@PATIENT
def test_it_is_capped_and_says_so(text: str, limit: int) -> None:
    shown = safe_text(text, limit)
    assert len(shown) <= limit
    if len(text) > limit > 0:
        assert shown.endswith("…")


@given(st.text() | hostile)
@PATIENT
def test_printable_text_passes_unchanged(text: str) -> None:
    printable = "".join(char for char in text if char.isprintable())
    assert safe_text(printable) == printable
    assert safe_text(safe_text(text)) == safe_text(text)


@given(st.text(max_size=150) | hostile)
@PATIENT
def test_nothing_is_dropped(text: str) -> None:
    """Every character comes out as something, in its place: read back from the front, the whole text is used up."""
    shown = safe_text(text)
    for char in text:
        piece = safe_text(char)
        assert piece
        assert shown.startswith(piece)
        shown = shown[len(piece) :]
    assert shown == ""


@given(st.characters(), st.characters())
@PATIENT
def test_two_characters_look_alike_only_if_they_are_spaces(one: str, other: str) -> None:
    pictures = {chr(code) for code in range(0x2400, 0x2422)}
    if one != other and not {one, other} & pictures and safe_text(one) == safe_text(other):
        assert {unicodedata.category(one), unicodedata.category(other)} == {"Zs"}


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary(), st.lists, max_leaves=5))
@PATIENT
def test_any_value_can_be_shown(value: object) -> None:
    assert safe_text(value).isprintable()


def test_values_that_python_refuses_to_print() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert safe_text(deep) == "(nested too deep to print)"
    assert safe_text(10**5_000) == "(a number too long to print)"
    while deep:
        deep = deep.pop()  # type: ignore[assignment]  # taken apart by hand: the collector would recurse


def test_the_limit_is_there_without_asking() -> None:
    assert len(safe_text("x" * 1_000_000)) == TEXT_LIMIT
    assert len(safe_text("\x1b" * 1_000_000)) == TEXT_LIMIT
    assert len(safe_text("\u202e" * 1_000_000)) == TEXT_LIMIT


@given(hostile)
@PATIENT
def test_what_is_edited_keeps_every_character_in_its_place(text: str) -> None:
    painted = printable(text)
    assert painted.isprintable()
    assert len(painted) == len(text)
    assert all(new == old for new, old in zip(painted, text, strict=True) if old.isprintable())
