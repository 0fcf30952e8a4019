"""Films of a terminal: each shows what the terminal showed, whatever that was."""

import json
from xml.etree import ElementTree

import pyte
from hypothesis import given
from hypothesis import strategies as st

from screenshots.film import Frame, cast, photograph, svg
from tests.properties import patient

COLUMNS, LINES = 12, 3
NAME = "{http://www.w3.org/2000/svg}"

_text = st.text("ab<&\"'é▓ ", min_size=1, max_size=6)
_colours = st.sampled_from(("0", "1", "3", "4", "7", "31", "42", "38;2;1;200;3", "48;2;9;9;99"))
_strokes = st.tuples(st.integers(1, LINES), st.integers(1, COLUMNS), _colours, _text)


def filmed(strokes: list[tuple[int, int, str, str]]) -> tuple[list[Frame], list[pyte.Screen]]:
    """Return a film of a screen after each stroke, and the screens themselves."""
    frames, screens = [], []
    for count in range(1, len(strokes) + 1):
        screen = pyte.Screen(COLUMNS, LINES)
        stream = pyte.Stream(screen)
        for y, x, colour, text in strokes[:count]:
            stream.feed(f"\x1b[{y};{x}H\x1b[0;{colour}m{text}\x1b[0m")
        frames.append(Frame(photograph(screen), 0.5))
        screens.append(screen)
    return frames, screens


@patient(60)
@given(st.lists(_strokes, min_size=1, max_size=6))
def test_a_recording_paints_what_was_there(strokes: list[tuple[int, int, str, str]]) -> None:
    frames, screens = filmed(strokes)
    head, *events = (json.loads(line) for line in cast(frames, COLUMNS, "a film").splitlines())
    assert (head["version"], head["width"], head["height"]) == (2, COLUMNS, LINES)
    assert [event[0] for event in events] == [0.5 * number for number in range(len(frames) + 1)]
    seen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.Stream(seen)
    for frame, screen, (_, kind, painted) in zip(frames, screens, events, strict=False):
        assert kind == "o"
        stream.feed(painted)
        assert seen.display == screen.display
        assert photograph(seen) == frame.lines


@patient(60)
@given(st.lists(_strokes, min_size=1, max_size=6))
def test_a_picture_holds_all_frames_side_by_side(strokes: list[tuple[int, int, str, str]]) -> None:
    frames, screens = filmed(strokes)
    picture = ElementTree.fromstring(svg(frames, COLUMNS, "a <film>"))
    lines = {group.get("id"): group for group in picture.iter(f"{NAME}g")}
    shown = picture.findall(f"{NAME}g/{NAME}svg")
    assert len(shown) == len(frames)
    for frame, screen in zip(shown, screens, strict=True):
        used = [lines[str(use.get("href")).removeprefix("#")] for use in frame.iter(f"{NAME}use")]
        text = "".join("".join(line.itertext()) for line in used)
        assert text.replace(" ", "") == "".join(screen.display).replace(" ", "")
