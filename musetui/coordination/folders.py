"""The folders below `.muse/coordination/`: opened without following a link, listed, and made where missing."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from musetui.coordination.files import RefusedError, UnreadableError, plain_reason, what_it_is

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0)

_LASTING = (errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.ENAMETOOLONG)
"""What the system says of a folder that is in the wrong; anything else (no descriptors left, a disk error) passes."""

COORDINATION = "."
"""The path of the coordination folder itself, where a problem needs one."""


class FolderError(UnreadableError):
    """A folder on the way cannot be used.

    Attributes:
        path: which one, relative to `.muse/coordination/`; `"."` for that folder itself.
        passing: True if the trouble is the system's and not the folder's, so that what it holds is still there.
    """

    def __init__(self, path: str, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.path = path
        self.passing = passing


@contextmanager
def opened_folder(coordination: Path, folder: str) -> Iterator[int]:
    """Open one folder of `FOLDERS`, or `"."`, and give its descriptor.

    Raises:
        FileNotFoundError: if it, or a folder above it, is not there.
        FolderError: if it, or a folder above it, is no folder or cannot be opened.
    """
    descriptor = open_folder(coordination, folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def open_folder(coordination: Path, folder: str) -> int:
    """Return an open descriptor of one folder, for the caller to close; else as `opened_folder`."""
    descriptor = _open_step(coordination, COORDINATION, None)
    for path in _steps(folder):
        descriptor = _descend(descriptor, path)
    return descriptor


def make_folder(coordination: Path, folder: str) -> int:
    """Return an open descriptor of one folder, made first where it is missing, for the caller to close.

    Raises:
        FileNotFoundError: if there is no `.muse/` folder to hold it.
        FolderError: if something else lies in its place, or it cannot be made.
    """
    _make_step(coordination, COORDINATION, None)
    descriptor = _open_step(coordination, COORDINATION, None)
    for path in _steps(folder):
        try:
            _make_step(path.rpartition("/")[2], path, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        descriptor = _descend(descriptor, path)
    return descriptor


def list_folder(descriptor: int) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what may be records in an open folder: names that end in `.json` and do not start with a dot.

    Beside each name stands the status of what bears it, of a link itself where it is one.

    Raises:
        RefusedError: if the system does not list the folder.
    """
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith(".json") and name[0] != ".":  # is_candidate, without a call for each
                    try:
                        status = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:  # gone since the listing began
                        continue
                    yield name, status
    except OSError as error:
        raise RefusedError(plain_reason(error)) from None


def list_names(descriptor: int) -> list[str]:
    """Return the names that `list_folder` yields, without a look at what bears them; else the same."""
    try:
        return [name for name in os.listdir(descriptor) if is_candidate(name)]
    except OSError as error:
        raise RefusedError(plain_reason(error)) from None


def is_candidate(name: str) -> bool:
    """Return True for a name that could be a record's; others (temporary files, notes) are nobody's business."""
    return name.endswith(".json") and not name.startswith(".")


def _steps(folder: str) -> list[str]:
    """Return the folders to go through, outermost first: `remote/task` gives `remote` and `remote/task`."""
    if folder == COORDINATION:
        return []
    head, slash, _ = folder.partition("/")
    return [head, folder] if slash else [folder]


def _descend(parent: int, path: str) -> int:
    try:
        return _open_step(path.rpartition("/")[2], path, parent)
    finally:
        os.close(parent)


def _open_step(name: str | Path, path: str, parent: int | None) -> int:
    try:
        return os.open(name, _FOLDER_FLAGS, dir_fd=parent)
    except FileNotFoundError:
        raise
    except OSError as error:
        passing = error.errno not in _LASTING
        raise FolderError(path, _folder_reason(name, parent, error), passing=passing) from None


def _make_step(name: str | Path, path: str, parent: int | None) -> None:
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        return
    except FileNotFoundError:
        raise
    except OSError as error:
        raise FolderError(path, plain_reason(error)) from None
    with suppress(OSError):  # so that a power cut cannot take the folder and leave its reader sure of it
        if parent is None:
            sync_folder(Path(name).parent)
        else:
            os.fsync(parent)


def sync_folder(path: Path) -> None:
    """Have the disk remember which names *path* holds.

    Raises:
        OSError: if it cannot.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _folder_reason(name: str | Path, parent: int | None, error: OSError) -> str:
    with suppress(OSError):
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        if stat.S_ISLNK(mode):
            return "a symbolic link, not followed"
        if not stat.S_ISDIR(mode):
            return f"{what_it_is(mode)}, not a folder"
    return plain_reason(error)
