"""A Muse repository on disk: where it is, who it is, what branch it is on.

All that is read here was written by others. Whatever cannot be read is an empty answer, never an exception: the
dashboard goes on without a branch name.
"""

import json
import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ClassVar

from musetui.coordination.files import UnreadableError, read_regular
from musetui.errors import RepositoryError

_HEAD_PREFIX = b"ref: refs/heads/"
_SMALL_FILE_LIMIT = 65_536
"""Bytes of `HEAD` and `repo.json`; real ones have less than one KiB."""

_BRANCH_LIMIT = 512
"""Characters of a branch's name, as in a record."""

_BRANCHES_LIMIT = 10_000
_BRANCH_DEPTH_LIMIT = 32
_ENTRIES_LIMIT = 100_000
"""What one walk below `refs/heads/` takes in, whatever lies there."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A working copy that holds a `.muse/` folder.

    Attributes:
        root: the folder that holds `.muse/` (absolute).
        is_here: whether there is such a folder on this machine.
    """

    root: Path
    is_here: ClassVar[bool] = True

    @property
    def muse(self) -> Path:
        """The `.muse` folder."""
        return self.root / ".muse"

    @property
    def coordination(self) -> Path:
        """The folder that holds all coordination records; it may not exist yet."""
        return self.muse / "coordination"

    @property
    def name(self) -> str:
        """The repository's name: its folder's (hostile text, as any name on disk)."""
        return self.root.name or str(self.root)

    def repo_id(self) -> str:
        """Return `repo_id` of `.muse/repo.json`, or "" if it cannot be read."""
        try:
            content = json.loads(read_regular(self.muse / "repo.json", _SMALL_FILE_LIMIT))
        except (OSError, UnreadableError, ValueError, RecursionError):
            return ""
        repo_id = content.get("repo_id") if isinstance(content, dict) else None
        return repo_id if isinstance(repo_id, str) else ""

    def branch(self) -> str:
        """Return the current branch, or "" if HEAD is detached, hostile or cannot be read."""
        try:
            head = read_regular(self.muse / "HEAD", _SMALL_FILE_LIMIT).strip()
            name = head.removeprefix(_HEAD_PREFIX).decode()
        except (OSError, UnreadableError, UnicodeDecodeError):
            return ""
        return name if head.startswith(_HEAD_PREFIX) and _is_branch_name(name) else ""

    def branches(self) -> list[str]:
        """Return the names of all branches, sorted; at most 10,000 of them, links not followed."""
        heads = self.muse / "refs" / "heads"
        if not all(_is_own_folder(folder) for folder in (heads.parent, heads)):
            return []
        return sorted(islice(filter(_is_branch_name, _files_below(heads)), _BRANCHES_LIMIT))


def find_repository(start: Path | None = None) -> Repository:
    """Return the repository that *start* (default: the current folder) lies in.

    Raises:
        RepositoryError: if neither it nor any folder above it holds a `.muse/` folder.
    """
    try:
        origin = (start or Path.cwd()).expanduser().absolute()
        # Resolved, so that "upwards" means the same as for the kernel where *start* leads through a link.
        origin = origin.resolve(strict=True)
    except FileNotFoundError:
        raise RepositoryError(
            f"{start or 'the current folder'} does not exist: name a folder of a Muse repository"
        ) from None
    except (OSError, RuntimeError) as error:
        raise RepositoryError(f"{start or 'the current folder'} cannot be used: {error}") from None
    for folder in (origin, *origin.parents):
        if _is_folder(folder / ".muse"):
            return Repository(folder)
    raise RepositoryError(
        f"{origin} is not inside a Muse repository: go into one, name one with --repo, or make one with `muse init`"
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no permission to look
        return False


def _is_own_folder(path: Path) -> bool:
    """Return True for a folder that is not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _is_branch_name(name: str) -> bool:
    return 0 < len(name) <= _BRANCH_LIMIT and name.isprintable() and not name.startswith("/") and "//" not in name


def _files_below(top: Path) -> Iterator[str]:
    """Yield the paths, relative to *top*, of the plain files below it, nearest first."""
    waiting = deque([("", 0)])
    seen = 0
    while waiting:
        prefix, depth = waiting.popleft()
        try:
            with os.scandir(top / prefix) as entries:
                for entry in entries:
                    seen += 1
                    if seen > _ENTRIES_LIMIT:
                        return
                    if entry.name.startswith(".") or entry.name.endswith((".lock", ".tmp")):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if depth < _BRANCH_DEPTH_LIMIT:
                            waiting.append((f"{prefix}{entry.name}/", depth + 1))
                    elif entry.is_file(follow_symlinks=False):
                        yield prefix + entry.name
        except OSError:
            continue
