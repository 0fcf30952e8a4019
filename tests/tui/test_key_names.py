"""Names of keys: what people write becomes what a terminal really sends, and is shown as they know it."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key

from musetui.tui.actions import ACTIONS
from musetui.tui.key_names import read_key, sent_as, shown_key
from musetui.tui.presets import PRESETS
from tests.properties import patient


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("x", "x", "x"),
        ("X", "X", "X"),
        ("shift+x", "X", "X"),
        ("?", "question_mark", "?"),
        ("question_mark", "question_mark", "?"),
        ("\\", "backslash", "\\"),
        ("-", "minus", "-"),
        ("+", "plus", "+"),
        ("ctrl++", "ctrl+plus", "ctrl++"),
        ("é", "é", "é"),
        ("§", "section_sign", "§"),
        ("section_sign", "section_sign", "§"),
        ("Esc", "escape", "esc"),
        ("PgDn", "pagedown", "PgDn"),
        ("F5", "f5", "F5"),
        ("↓", "down", "↓"),
        (" ", "space", "space"),
        ("Ctrl+X", "ctrl+x", "ctrl+x"),
        ("ctrl+ x", "ctrl+x", "ctrl+x"),
        ("shift+ctrl+left", "ctrl+shift+left", "ctrl+shift+←"),
        ("alt+X", "alt+shift+x", "alt+shift+x"),
        ("alt+<", "alt+less_than_sign", "alt+<"),
        ("backtab", "shift+tab", "shift+tab"),
        ("ctrl+space", "ctrl+space", "ctrl+space"),
    ],
)
def test_names_of_keys(written: str, key: str, shown: str) -> None:
    assert read_key(written) == key
    assert shown_key(key) == shown


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("", "write a character, or a name such as f5, space, pagedown, shift+tab or ctrl+x"),
        ("xx", "write a character, or a name such as f5, space, pagedown, shift+tab or ctrl+x"),
        ("\x1b", "write a character, or a name such as f5, space, pagedown, shift+tab or ctrl+x"),
        ("\u202e", "write a character, or a name such as f5, space, pagedown, shift+tab or ctrl+x"),
        ("ctrl+", "write a character, or a name such as f5, space, pagedown, shift+tab or ctrl+x"),
        ("ctrl-x", "did you mean ctrl+x?"),
        ("C-x", "did you mean ctrl+x?"),
        ("M-x", "did you mean alt+x?"),
        ("control+x", "did you mean ctrl+x?"),
        ("spcae", "did you mean space?"),
        ("ctrl+pagdown", "did you mean ctrl+pagedown?"),
        ("shfit+tab", "did you mean shift+tab?"),
        ("questionmark", "did you mean question_mark?"),
        ("j,down", 'write several keys as ["j", "down"], and a comma as "comma"'),
        ("ctrl+i", "a terminal sends the same for it as for tab: write tab"),
        ("ctrl+[", "a terminal sends the same for it as for escape: write escape"),
    ],
)
def test_what_is_no_key_is_told_with_the_nearest(written: str, advice: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_key(written)
    assert str(caught.value) == advice


def pressed(sequence: str) -> list[str]:
    """Return the keys that Textual hears when a terminal sends *sequence*."""
    parser = XTermParser()
    heard = [*parser.feed(sequence), *parser.feed("")]
    return [event.key for event in heard if isinstance(event, events.Key)]


def sequences() -> Iterator[str]:
    """Yield what terminals send: old codes, letters with alt, and, as newer ones do, codes with any modifiers."""
    yield from ANSI_SEQUENCES_KEYS
    yield from (chr(code) for code in range(0x20, 0x7F))
    yield from (f"\x1b{chr(code)}" for code in (*range(0x41, 0x5B), *range(0x61, 0x7B)))
    for modifiers in range(2, 17):
        yield from (f"\x1b[{code};{modifiers}u" for code in range(0x20, 0x7F))
        yield from (f"\x1b[1;{modifiers}{end}" for end in "ABCDFHPQS")
        yield from (f"\x1b[{number};{modifiers}~" for number in (2, 3, 5, 6, *range(11, 25)))


HEARD = {key for sequence in sequences() for key in pressed(sequence)}


def test_every_key_of_the_registry_and_the_presets_can_be_pressed() -> None:
    keys = {key for action in ACTIONS for key in action.keys}
    keys |= {key for preset in PRESETS.values() for each in preset.values() for key in each}
    assert {key for key in keys if not set(sent_as(key)) & HEARD} == set()
    assert {key: read_key(shown_key(key)) for key in keys} == {key: key for key in keys}


MODIFIERS = st.sets(st.sampled_from(["ctrl", "alt", "shift"]))
BASES = st.one_of(
    st.sampled_from([chr(code) for code in range(0x21, 0x7F)]),
    st.sampled_from(["up", "left", "home", "end", "pageup", "pagedown", "delete", "f1", "f5", "space"]),
)


@given(MODIFIERS, BASES)
@patient(400)
def test_what_is_taken_can_be_pressed(modifiers: set[str], base: str) -> None:
    try:
        key = read_key("+".join([*modifiers, base]))
    except ValueError:
        return
    # Shift with a character that is no letter is another character, on most keyboards; a few terminals tell of it.
    assert "shift" in modifiers or set(sent_as(key)) & HEARD


@given(st.text(max_size=12))
@patient(400)
def test_any_text_is_a_key_or_is_told(text: str) -> None:
    try:
        key = read_key(text)
    except ValueError:
        return
    # The name of a key has lost the hyphens of its character's name, and so no way back to it.
    assert any("-" in unicodedata.name(character, "") for character in text) or read_key(shown_key(key)) == key


@given(st.characters(min_codepoint=0x21))
@patient(400)
def test_characters_are_spelt_as_textual_does(character: str) -> None:
    if character in "↑↓←→" or not character.isprintable() or unicodedata.category(character) == "Zs":
        return
    assert read_key(character) == _character_to_key(character)
