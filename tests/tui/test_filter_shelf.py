"""What is remembered of filters: by name and by use, in a file that may say anything."""

import asyncio
import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.errors import MuseTuiError
from musetui.filters.saved import LONGEST, NAME_LIMIT
from musetui.settings import Settings, read_settings
from musetui.tui.filter_shelf import REMEMBERED, SAVED, FilterShelf
from musetui.tui.filters_kept import FiltersKept
from musetui.tui.shelf_file import Kept, read_shelf, shelf_file, write_shelf
from tests.conftest import until
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


def test_what_is_no_sort_of_rows_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[filters.qqqqqq]\nmine = "run:a"')
    (slip,) = read_settings({}, {}, user_file=file).problems
    assert "qqqqqq is no sort of rows: the sorts of rows are any, reservations" in str(slip)


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
    write_shelf(file, {"rows": {"mine": "run:a"}}, kept.used)
    write_shelf(file, {"rows": {"mine": "run:a"}}, kept.used)
    assert read_shelf(file) == kept
    assert [each.name for each in file.parent.iterdir()] == ["filters.json"]


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(MuseTuiError, match="filters cannot be kept in"):
        write_shelf(shelf_file(tmp_path / "state"), {}, {})


def test_what_another_dashboard_saved_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "filters.json"
    write_shelf(file, {"rows": {"mine": "run:a", "old": "run:o"}}, {"rows": ["a"]})
    theirs, ours = FilterShelf({}), FilterShelf({})
    for shelf in (theirs, ours):
        shelf.put(*read_shelf(file))
    theirs.keep(FIELDS, "theirs", "run:t")
    theirs.use(FIELDS, "t")
    write_shelf(file, theirs.take_touched(), theirs.used)
    ours.keep(FIELDS, "ours", "run:u")
    ours.keep(FIELDS, "old", "")
    ours.use(FIELDS, "u")
    write_shelf(file, ours.take_touched(), ours.used)
    assert read_shelf(file).saved == {"rows": {"mine": "run:a", "theirs": "run:t", "ours": "run:u"}}
    assert read_shelf(file).used == {"rows": ["t", "a", "u"]}


def test_dashboards_that_save_at_the_same_moment_keep_all(tmp_path: Path) -> None:
    file = tmp_path / "filters.json"

    def save(name: str) -> None:
        for number in range(5):
            write_shelf(file, {"rows": {f"{name}{number}": "run:a"}}, {})

    with ThreadPoolExecutor(3) as dashboards:
        list(dashboards.map(save, "abc"))
    assert len(read_shelf(file).saved["rows"]) == 15


def test_what_cannot_be_read_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "filters.json"
    write_shelf(file, {"rows": {"mine": "run:a"}}, {})
    with monkeypatch.context() as patch:
        patch.setattr(os, "read", _refuse)
        assert read_shelf(file) == Kept({}, {})
        with pytest.raises(MuseTuiError, match="which cannot be read"):
            write_shelf(file, {"rows": {"more": "run:b"}}, {})
    assert read_shelf(file).saved == {"rows": {"mine": "run:a"}}


def _refuse(*args: object) -> bytes:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_what_is_saved_before_all_is_read_is_kept(tmp_path: Path) -> None:
    write_shelf(shelf_file(tmp_path), {"rows": {"old": "run:o"}}, {})
    kept = FiltersKept(Settings(state=tmp_path), lambda *_: None)
    kept.shelf.keep(FIELDS, "early", "run:a")
    keeping = asyncio.create_task(kept.run())
    await until(lambda: read_shelf(shelf_file(tmp_path)).saved == {"rows": {"old": "run:o", "early": "run:a"}})
    keeping.cancel()


async def test_what_the_disk_refused_is_kept_as_soon_as_it_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musetui.tui.keeping.AGAIN_AFTER", 0.01)
    said: list[str] = []
    state = tmp_path / "state"
    state.write_text("a file where a folder should be")
    kept = FiltersKept(Settings(state=state), lambda sentence, _: said.append(sentence))
    keeping = asyncio.create_task(kept.run())
    await until(lambda: kept.shelf.keep(FIELDS, "mine", "run:a") == "" and said)
    state.unlink()
    await until(lambda: read_shelf(shelf_file(state)).saved == {"rows": {"mine": "run:a"}})
    assert len(said) == 1, "one trouble is told once, however often it is met"
    keeping.cancel()


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
