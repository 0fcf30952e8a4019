"""Which files of a work tree are source files, and which are left alone."""

import os
from pathlib import Path

from musetui.callgraph.languages import language_of
from musetui.callgraph.shapes import FILE_LIMIT
from musetui.callgraph.walk import walk


def make(root: Path, *paths: str) -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x = 1\n")


def test_only_sources_of_the_tree_itself_are_found(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "src/b.py", "notes.txt", ".hidden.py", ".git/c.py", ".muse/d.py", "web/node_modules/e.py")
    make(tmp_path, "venv/f.py", "mine/pyvenv.cfg", "mine/lib/g.py", "build/h.py", "other/.git/HEAD", "other/i.py")
    assert set(walk(tmp_path, language_of).files) == {"a.py", "src/b.py"}


def test_links_and_what_is_no_file_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "real/a.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / "a.py")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    assert set(walk(tmp_path, language_of).files) == {"real/a.py"}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b/c.py", "b/d.py", "z/deep/e.py", "odd::name.py")
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("")
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(FILE_LIMIT + 1)
    found = walk(tmp_path, language_of, limit=2)
    assert list(found.files) == ["a.py", "b/c.py"]
    assert (found.beyond, found.unnamed, found.large) == (2, 2, 1)


def test_a_root_that_is_not_there_is_an_empty_tree(tmp_path: Path) -> None:
    found = walk(tmp_path / "gone", language_of)
    assert (found.files, found.unreadable) == ({}, 1)
