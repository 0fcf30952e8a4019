"""Tables: a room says what may stand in its own, and what is wrong there is told with its line."""

from pathlib import Path
from typing import Any

import pytest

from musetui.errors import SettingsError
from musetui.settings import Reading, load_settings, read_settings
from musetui.settings.tables import Complain, Setting, Table
from musetui.settings.values import FLAG, LINE, Value, choice, one_or_more, whole
from tests.settings.conftest import Room

COLOURS = choice("red", "green", "blue")


def in_one_line(values: dict[str, Any], complain: Complain) -> str:
    if values.get("lines", 1) > 1 and "colour" in values:
        complain(("lines",), "goes with no colour: leave one of them out")
    return " ".join(f"{key}={value}" for key, value in values.items())


PEN = Table(
    name="pen",
    means="How things are written.",
    usual="nothing",
    make=in_one_line,
    settings=(
        Setting("colour", COLOURS, "which colour"),
        Setting("lines", whole(1, 9), "how many lines"),
        Setting("names", one_or_more(LINE), "who may use it"),
    ),
)


def each_name(entries: list[dict[str, Any]], complain: Complain) -> list[str]:
    names = [entry["name"] for entry in entries]
    for place, name in enumerate(names):
        if name in names[:place]:
            complain((place, "name"), f"is {name}, as another one is: give it a name of its own")
    return names


BELLS = Table(
    name="bells",
    means="What rings.",
    usual=[],
    make=each_name,
    settings=(Setting("name", LINE, "what it is called", required=True), Setting("loud", FLAG, "whether it is loud")),
    repeated=True,
    personal=False,
)


def read(user_file: Path, text: str) -> Reading:
    user_file.write_text(text)
    return read_settings({}, {}, user_file=user_file)


def told(reading: Reading) -> list[str]:
    """Return what is wrong, without the folder of the file."""
    return [str(problem).rpartition("/")[2] for problem in reading.problems]


def test_a_table_is_what_its_room_makes_of_it(room: Room, user_file: Path) -> None:
    room(PEN)
    reading = read(user_file, 'poll = true\n[pen]\ncolour = "red"\nnames = ["a", "b"]\n')
    assert not reading.problems
    assert reading.settings.of(PEN) == "colour=red names=('a', 'b')"
    assert reading.settings.poll


def test_without_it_what_is_usual_holds(room: Room, user_file: Path) -> None:
    room(PEN)
    assert read(user_file, "poll = true").settings.of(PEN) == "nothing"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ('[pen]\n\ncolor = "red"', ["config.toml:3: pen.color is no setting: did you mean colour?"]),
        ("[pen]\nzzz = 1", ["config.toml:2: pen.zzz is no setting: the settings are colour, lines, names"]),
        ('[pen]\ncolour = "gren"', ["config.toml:2: pen.colour is gren: did you mean green?"]),
        ('[pen]\ncolour = "#fff"', ["config.toml:2: pen.colour is #fff: write one of red, green, blue"]),
        ("[pen]\nlines = 10", ["config.toml:2: pen.lines is 10: write a whole number from 1 to 9"]),
        ("[pen]\nlines = true", ["config.toml:2: pen.lines is True: write a whole number from 1 to 9"]),
        (
            '[pen]\nnames = [\n"a",\n""]',
            ["config.toml:2: pen.names is ['a', '']: write one line of text of at most 512 characters"],
        ),
        (
            "pen = 3",
            ["config.toml:1: pen is no table: write `[pen]` on a line of its own, and what belongs to it below"],
        ),
        (
            "[[pen]]",
            ["config.toml:1: pen is no table: write `[pen]` on a line of its own, and what belongs to it below"],
        ),
        (
            '[pen]\ncolour = "red"\n\ntheme = "nord"',
            [
                "config.toml:4: pen.theme is no setting: the setting of that name stands above the first line in "
                "brackets"
            ],
        ),
        (
            '[pen]\ncolour = "red"\nlines = 2',
            ["config.toml:3: pen.lines goes with no colour: leave one of them out"],
        ),
        (
            '[pen]\ncolour = "rd"\nlines = 0\nnam = 1',
            [
                "config.toml:2: pen.colour is rd: did you mean red?",
                "config.toml:3: pen.lines is 0: write a whole number from 1 to 9",
                "config.toml:4: pen.nam is no setting: did you mean names?",
            ],
        ),
        ("[pens]", ["config.toml:1: pens is no setting: did you mean pen?"]),
        (
            "pol = true\n[pen]\nline = 1",
            [
                "config.toml:1: pol is no setting: did you mean poll?",
                "config.toml:3: pen.line is no setting: did you mean lines?",
            ],
        ),
    ],
)
def test_a_slip_is_told_with_its_line(room: Room, user_file: Path, text: str, sentences: list[str]) -> None:
    room(PEN)
    reading = read(user_file, text)
    assert told(reading) == sentences
    assert reading.settings.of(PEN) in ("nothing", "colour=red lines=2")


def test_the_first_of_many_mistakes_stops_a_command(room: Room, user_file: Path) -> None:
    room(PEN)
    user_file.write_text("pol = true\n[pen]\nline = 1\nzzz = 2")
    with pytest.raises(SettingsError) as caught:
        load_settings({}, {}, user_file=user_file)
    assert str(caught.value) == (
        f"{user_file}:1: pol is no setting: did you mean poll? (and 2 more: `musetui config check` lists them)"
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ('[[bells]]\nname = "a"\n[[bells]]\nloud = true', ["config.toml:3: bells lacks name: what it is called"]),
        (
            '[[bells]]\nname = "a"\n[[bells]]\nname = "b"\n[[bells]]\n\nname = "a"',
            ["config.toml:7: bells.name is a, as another one is: give it a name of its own"],
        ),
        (
            '[[bells]]\nname = "a"\n[[bells]]\nnam = "b"\nname = "c"',
            ["config.toml:4: bells.nam is no setting: did you mean name?"],
        ),
        (
            "[bells]",
            [
                "config.toml:1: bells is no array of tables: write `[[bells]]` on a line of its own, and what belongs "
                "to it below"
            ],
        ),
        (
            "bells = [1]",
            [
                "config.toml:1: bells is no array of tables: write `[[bells]]` on a line of its own, and what "
                "belongs to it below"
            ],
        ),
    ],
)
def test_a_slip_in_one_of_many_tables(room: Room, user_file: Path, text: str, sentences: list[str]) -> None:
    room(BELLS)
    assert told(read(user_file, text)) == sentences


def test_a_repositorys_tables_come_first_and_give_way(room: Room, user_file: Path, repository_file: Path) -> None:
    room(BELLS)
    room(Table(name="pen", means=PEN.means, usual="", make=in_one_line, settings=PEN.settings, personal=False))
    repository_file.write_text('[musetui.pen]\ncolour = "red"\nnames = "a"\n[[musetui.bells]]\nname = "here"\n')
    user_file.write_text('[pen]\ncolour = "blue"\n[[bells]]\nname = "mine"\n')
    reading = read_settings({}, {}, user_file=user_file, repository_file=repository_file)
    assert not reading.problems
    assert reading.settings.tables == {"pen": "colour=blue names=('a',)", "bells": ["here", "mine"]}
    assert {where: str(origin) for where, origin in reading.origins.items()} == {
        ("pen", "colour"): f"{user_file}:2",
        ("pen", "names"): f"{repository_file}:3",
        ("bells", 0, "name"): f"{repository_file}:5",
        ("bells", 1, "name"): f"{user_file}:4",
    }


def test_what_does_not_go_together_is_told_where_it_was_said(
    room: Room, user_file: Path, repository_file: Path
) -> None:
    room(Table(name="pen", means=PEN.means, usual="", make=in_one_line, settings=PEN.settings, personal=False))
    repository_file.write_text("[musetui.pen]\n\nlines = 2\n")
    user_file.write_text('[pen]\ncolour = "blue"\n')
    reading = read_settings({}, {}, user_file=user_file, repository_file=repository_file)
    assert told(reading) == ["config.toml:3: musetui.pen.lines goes with no colour: leave one of them out"]
    assert reading.problems[0].origin.file is not None
    assert reading.problems[0].origin.file.path == repository_file


def test_a_repository_has_no_say_in_what_is_personal(room: Room, repository_file: Path) -> None:
    room(PEN)
    repository_file.write_text('[musetui]\n[musetui.pen]\ncolour = "red"\n')
    reading = read_settings({}, {}, repository_file=repository_file)
    assert told(reading) == [
        "config.toml:2: musetui.pen is for a person's own settings, not for a repository's: take it out"
    ]
    assert reading.settings.of(PEN) == "nothing"


def test_keys_that_a_person_makes_up(room: Room, user_file: Path) -> None:
    room(
        Table(
            name="saved",
            means="What was kept.",
            usual={},
            make=lambda values, _complain: values,
            any_name=Setting("NAME", LINE, "a text"),
        )
    )
    table = Table(name="saved", means="", usual={}, make=lambda values, _complain: values)
    assert read(user_file, '[saved]\n"two words" = "x"\nb = "y"').settings.of(table) == {"two words": "x", "b": "y"}
    assert told(read(user_file, '[saved]\nb = ""')) == [
        "config.toml:2: saved.b is an empty text: write one line of text of at most 512 characters"
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a = 1\nb = \n", "config.toml:2: this is not TOML (Invalid value): mend that line"),
        (b"poll = true\npoll = true\n", "config.toml:2: this is not TOML (Cannot overwrite a value): mend that line"),
        (b'theme = "x', "config.toml:1: this is not TOML (Unterminated string): mend that line"),
        (b'theme = "x"\nrun_id = "\xff"', "config.toml:2: this is not UTF-8: save the file as that"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(user_file: Path, data: bytes, sentence: str) -> None:
    user_file.write_bytes(data)
    assert told(read_settings({}, {}, user_file=user_file)) == [sentence]


def test_what_is_nested_too_deep_is_told_without_a_line(user_file: Path) -> None:
    reading = read(user_file, f"zzz = {'[' * 400}{']' * 400}")
    assert len(reading.problems) == 1
    assert "zzz is no setting" in str(reading.problems[0])


def test_a_hostile_key_is_shown_and_does_nothing(user_file: Path) -> None:
    reading = read(user_file, '"\\u001b[31m\\u202e" = 1\n')
    assert told(reading)[0].startswith("config.toml:1: ␛[31m\\u202e is no setting")


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        (whole(1, 9), "7", 7),
        (whole(-5, 9), "-5", -5),
        (choice("a", "b"), "b", "b"),
        (one_or_more(LINE), "a", ("a",)),
        (one_or_more(LINE), [], ()),
    ],
)
def test_kinds_of_values(kind: Value, written: object, meant: object) -> None:
    assert kind.read(written) == meant
