"""Finding a repository, and reading its name and branch, whatever lies in its files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from musetui.coordination import repository as module
from musetui.coordination.repository import Repository, find_repository
from musetui.errors import RepositoryError


def test_the_nearest_folder_upwards_is_found(muse_root: Path) -> None:
    deep = muse_root / "src" / "deep"
    deep.mkdir(parents=True)
    assert find_repository(deep) == Repository(muse_root.resolve())
    assert find_repository(muse_root) == Repository(muse_root.resolve())
    (deep / ".muse").mkdir()
    assert find_repository(deep) == Repository(deep.resolve())


def test_the_current_folder_is_the_default(muse_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(muse_root / ".muse")
    assert find_repository().root == muse_root.resolve()


def test_a_file_named_muse_is_no_repository(muse_root: Path) -> None:
    inner = muse_root / "inner"
    inner.mkdir()
    (inner / ".muse").write_text("no folder")
    assert find_repository(inner).root == muse_root.resolve()


def test_outside_of_any_repository_one_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="not inside a Muse repository"):
        find_repository(tmp_path)


def test_a_folder_that_does_not_exist_is_not_looked_for_upwards(muse_root: Path) -> None:
    with pytest.raises(RepositoryError, match="does not exist"):
        find_repository(muse_root / "missing")


def test_name_and_id_and_folders(muse_root: Path) -> None:
    repository = Repository(muse_root)
    assert repository.name == "orchard"
    assert repository.repo_id() == "7d6c"
    assert repository.coordination == muse_root / ".muse" / "coordination"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"repo_id": 7}', b"\xff\xfe", b"[" * 60_000, b"1" * 100_000],
    ids=["empty", "a list", "a number", "binary", "deep", "huge"],
)
def test_an_id_that_cannot_be_read_is_empty(muse_root: Path, content: bytes) -> None:
    (muse_root / ".muse" / "repo.json").write_bytes(content)
    assert Repository(muse_root).repo_id() == ""


def test_the_branch_may_hold_slashes(muse_root: Path) -> None:
    repository = Repository(muse_root)
    assert repository.branch() == "main"
    (muse_root / ".muse" / "HEAD").write_text("ref: refs/heads/feature/billing")
    assert repository.branch() == "feature/billing"


def _huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 50 * 1024 * 1024)


HOSTILE_HEADS: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a link": lambda path: path.symlink_to(path.with_name("real-head")),
    "empty": lambda path: path.write_bytes(b""),
    "huge": _huge,
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "detached": lambda path: path.write_bytes(b"sha256:" + b"0" * 64),
    "not utf-8": lambda path: path.write_bytes(b"ref: refs/heads/\xff\xfe"),
    "an escape sequence": lambda path: path.write_bytes(b"ref: refs/heads/\x1b[2Jmain"),
    "two lines": lambda path: path.write_bytes(b"ref: refs/heads/main\nref: refs/heads/other"),
    "no name": lambda path: path.write_bytes(b"ref: refs/heads/\n"),
    "a long name": lambda path: path.write_bytes(b"ref: refs/heads/" + b"a" * 10_000),
}


@pytest.mark.parametrize("case", HOSTILE_HEADS)
def test_a_hostile_head_names_no_branch(muse_root: Path, case: str) -> None:
    head = muse_root / ".muse" / "HEAD"
    head.unlink()
    head.with_name("real-head").write_text("ref: refs/heads/main\n")
    HOSTILE_HEADS[case](head)
    assert Repository(muse_root).branch() == ""


def test_branches_are_sorted_and_links_are_not_followed(muse_root: Path, tmp_path: Path) -> None:
    heads = muse_root / ".muse" / "refs" / "heads"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "stolen").touch()
    (heads / "linked").symlink_to(elsewhere)
    (heads / "linked-file").symlink_to(elsewhere / "stolen")
    (heads / "main.lock").touch()
    os.mkfifo(heads / "pipe")
    (heads / "a\x1bb").touch()
    assert Repository(muse_root).branches() == ["feature/billing", "main"]


def test_branches_are_capped_in_number_and_depth(muse_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = muse_root / ".muse" / "refs" / "heads"
    (heads / "/".join("d" * 60)).mkdir(parents=True)
    (heads / "/".join("d" * 60) / "too-deep").touch()
    for number in range(30):
        (heads / f"b{number}").touch()
    assert len(Repository(muse_root).branches()) == 32
    monkeypatch.setattr(module, "_BRANCHES_LIMIT", 20)
    assert len(Repository(muse_root).branches()) == 20


def test_refs_that_lead_elsewhere_have_no_branches(muse_root: Path) -> None:
    refs = muse_root / ".muse" / "refs"
    refs.rename(muse_root / "refs")
    refs.symlink_to(muse_root / "refs")
    assert Repository(muse_root).branches() == []
    refs.unlink()
    assert Repository(muse_root).branches() == []
