"""Watching: whether the kernel tells of what agents write, and how much of its watching is used up."""

import sys
from collections.abc import Iterator
from pathlib import Path

from musetui.checkup.disk import file_system, is_network
from musetui.checkup.finding import Finding, fine, note, wrong
from musetui.coordination.files import plain_reason
from musetui.coordination.repository import Repository
from musetui.coordination.watcher import Bell, Watcher

_LIMITS = Path("/proc/sys/fs/inotify")
_NEARLY = 0.8
_POLL = "set `poll = true`, or start with --poll: folders are then compared every few seconds"


def check_watching(repository: Repository, *, polling: bool) -> list[Finding]:
    """Watch the folders of *repository* for a moment, as the dashboard does; *polling* if the settings say so."""
    if polling:
        return [fine("watching", "folders are compared, as the settings say")]
    kind = file_system(repository.root)
    if kind is not None and is_network(kind):
        what = f"the kernel does not hear what other machines write on {kind}"
        return [wrong("watching", what, _POLL), *_used_up()]
    try:
        watcher = Watcher(repository, Bell())
        try:
            watcher.rearm()
        finally:
            watcher.close()
    except OSError as error:
        what = f"the kernel does not tell of changes ({plain_reason(error)}): folders are compared instead"
        return [wrong("watching", what, "raise fs.inotify.max_user_instances and max_user_watches"), *_used_up()]
    return [fine("watching", "the kernel tells of every change"), *_used_up()]


def _used_up() -> Iterator[Finding]:
    if sys.platform != "linux":
        return
    limit = _limit("max_user_instances")
    used = _instances()
    if limit and used >= limit * _NEARLY:
        yield note(
            "inotify",
            f"{used} of {limit} instances are in use by this user's programs",
            "raise fs.inotify.max_user_instances",
        )
    elif limit:
        watches, queued = _limit("max_user_watches"), _limit("max_queued_events")
        yield fine("inotify", f"{used} of {limit} instances in use; {watches:,} watches, {queued:,} queued events")


def _limit(name: str) -> int:
    try:
        return int((_LIMITS / name).read_bytes())
    except (OSError, ValueError):
        return 0


def _instances() -> int:
    """Return how many inotify instances this user's programs have, as far as the system lets see."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            for handle in folder.iterdir():
                try:
                    count += str(handle.readlink()) == "anon_inode:inotify"
                except OSError:
                    continue
        except OSError:  # somebody else's, or gone
            continue
    return count
