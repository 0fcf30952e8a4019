"""What is remembered of filters: by name and by use, in a file that may say anything."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import MuseTuiError
from musetui.filters.saved import LONGEST, NAME_LIMIT
from musetui.tui.filter_shelf import REMEMBERED, SAVED, FilterShelf
from musetui.tui.shelf_file import Kept, read_shelf, shelf_file, write_shelf
from tests.filters.rows import FIELDS
from tests.properties import patient

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["run:a", "x" * (LONGEST + 1)]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["saved", "used", "rows", "any", "name", " ", ""]), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_those_of_the_settings_come_first_and_are_replaced_by_name() -> None:
    shelf = FilterShelf({"rows": {"mine": "run:a"}, "any": {"b": "billing"}, "others": {"c": "x"}})
    assert shelf.of(FIELDS) == {"b": "billing", "mine": "run:a"}
    assert shelf.keep(FIELDS, "mine", "run:b") == ""
    assert shelf.of(FIELDS) == {"b": "billing", "mine": "run:b"}
    shelf.keep(FIELDS, "mine", "")
    shelf.keep(FIELDS, "new", "age:>2h")
    assert shelf.of(FIELDS) == {"b": "billing", "new": "age:>2h"}
    shelf.keep(FIELDS, "new", "")
    assert shelf.of(FIELDS) == {"b": "billing"}


def test_what_means_nothing_here_is_not_offered() -> None:
    assert FilterShelf({"any": {"a": "severity:high", "b": "x" * (LONGEST + 1), "c": "run:x"}}).of(FIELDS) == {
        "c": "run:x"
    }


def test_there_is_an_end_to_what_is_saved_and_remembered() -> None:
    shelf = FilterShelf({})
    for number in range(SAVED):
        assert shelf.keep(FIELDS, f"n{number}", "x") == ""
    assert "remove one first" in shelf.keep(FIELDS, "more", "x")
    assert shelf.keep(FIELDS, "n3", "y") == ""
    for name in ("", " a", "a" * (NAME_LIMIT + 1), "a\n"):
        assert "a name has" in shelf.keep(FIELDS, name, "x")
    for number in range(2 * REMEMBERED):
        shelf.use(FIELDS, f"x{number}")
    shelf.use(FIELDS, f"x{REMEMBERED + 5}")
    history = shelf.history(FIELDS)
    assert (len(history), history[-1], history[0]) == (REMEMBERED, f"x{REMEMBERED + 5}", f"x{REMEMBERED}")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = shelf_file(tmp_path / "deep" / "state")
    kept = Kept({"rows": {"mine": "run:a"}}, {"rows": ["a", "b"]})
    assert read_shelf(file) == Kept({}, {})
    write_shelf(file, kept)
    write_shelf(file, kept)
    assert read_shelf(file) == kept
    assert [each.name for each in file.parent.iterdir()] == ["filters.json"]


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(MuseTuiError, match="filters cannot be kept in"):
        write_shelf(shelf_file(tmp_path / "state"), Kept({}, {}))


@given(JSON)
@patient(300)
def test_whatever_the_file_says_something_usable_is_read(tmp_path_factory: pytest.TempPathFactory, whole: Any) -> None:
    file = tmp_path_factory.mktemp("shelf") / "filters.json"
    file.write_text(json.dumps(whole))
    kept = read_shelf(file)
    shelf = FilterShelf({})
    shelf.put(kept.saved, kept.used)
    assert all(len(text) <= LONGEST for text in (*shelf.of(FIELDS).values(), *shelf.history(FIELDS)))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_forgotten(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "filters.json"
    file.write_bytes(content)
    assert read_shelf(file) == Kept({}, {})
