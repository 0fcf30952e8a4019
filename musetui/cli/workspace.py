"""What a command works on: the repository that is meant, the settings that hold there, and a look at its records."""

import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from musetui.cli.failures import UsageError
from musetui.coordination.files import plain_reason
from musetui.coordination.repository import Repository, find_repository
from musetui.errors import MuseTuiError, RepositoryError
from musetui.records.text import safe_text
from musetui.settings import Reading, Settings, read_settings, user_settings_file

if TYPE_CHECKING:
    from pathlib import Path

    from musetui.coordination.attic import SetAside
    from musetui.swarm.picture import Swarm


class Workspace(NamedTuple):
    """A repository, and what the settings that hold in it say.

    Attributes:
        at: the moment that is asked about (aware), or None for this one.
        recording: the recording that is to be used, or None for the one that is kept of the repository, if any is.
    """

    repository: Repository
    reading: Reading
    at: datetime | None = None
    recording: "Path | None" = None

    @property
    def settings(self) -> Settings:
        """The settings that hold there."""
        return self.reading.settings


def read_outside(args: Namespace) -> Reading:
    """Read the settings that hold outside any repository."""
    return read_settings(_flags(args), os.environ, user_file=user_settings_file())


def open_workspace(args: Namespace) -> Workspace:
    """Return the repository that *args* and the settings mean, and the settings that hold there.

    Raises:
        RepositoryError: if there is none.
        MuseTuiError: if a setting means nothing, or the moment that is asked about.
    """
    at = _moment(args)
    repository = find_workplace(read_outside(args).checked())
    reading = read_inside(args, repository)
    reading.checked()
    return Workspace(repository, reading, at, getattr(args, "recording", None))


def _moment(args: Namespace) -> datetime | None:
    """Return the moment that *args* ask about, or None for this one."""
    text = getattr(args, "at", None)
    if text is None:
        if getattr(args, "recording", None) is not None:
            raise UsageError("--recording is about a moment that has passed: name one with --at")
        return None
    from musetui.typed_moments import parse_moment

    try:
        return parse_moment(text, datetime.now(UTC))
    except MuseTuiError as error:
        raise UsageError(f"argument --at: {error}") from None


def find_workplace(settings: Settings) -> Repository:
    """Return the repository that *settings* mean.

    Raises:
        RepositoryError: if there is none.
    """
    start = settings.repo
    try:
        is_folder = start is None or start.is_dir()
    except OSError as error:
        raise RepositoryError(f"{safe_text(start)} cannot be looked at: {plain_reason(error)}") from None
    if not is_folder:
        # The search goes upwards, and would find another repository around a folder that is not there.
        raise RepositoryError(f"{safe_text(start)} is no folder: name one in a Muse repository with --repo")
    return find_repository(start)


def read_inside(args: Namespace, repository: Repository) -> Reading:
    """Read the settings that hold in *repository*."""
    repository_file = repository.muse / "config.toml"
    return read_settings(_flags(args), os.environ, user_file=user_settings_file(), repository_file=repository_file)


def look(workspace: Workspace) -> "Swarm":
    """Read every record of the repository, once. What whole folders cannot be read is said on stderr."""
    swarm = look_silently(workspace)
    _tell_unread(swarm)
    return swarm


def look_at_all(workspace: Workspace) -> "Swarm":
    """As `look`, and say on stderr too what is left out because it was over too long ago."""
    swarm, away = look_around(workspace)
    _tell_unread(swarm)
    if away is not None:
        print(f"musetui: left out: {away.sentence}", file=sys.stderr)
    return swarm


def _tell_unread(swarm: "Swarm") -> None:
    for path, reason in unread(swarm).items():
        print(f"musetui: not read: {path}: {reason}", file=sys.stderr)


def unread(swarm: "Swarm") -> dict[str, str]:
    """Return the folders of which nothing could be read, each with the reason; both are safe to print."""
    from musetui.coordination.batch import FOLDERS

    found = {}
    for folder in (".", "remote", *FOLDERS):
        reason = swarm.problem(folder)
        if reason is not None:
            found[coordination_path(folder)] = safe_text(reason, 200)
    return found


def coordination_path(path: str) -> str:
    """Return the *path* of a problem as a person looks for it in the repository."""
    return f".muse/coordination/{path}".removesuffix("/.")


def look_silently(workspace: Workspace) -> "Swarm":
    """As `look`, and nothing is said but what is not known of a moment that has passed."""
    return look_around(workspace)[0]


def look_around(workspace: Workspace) -> "tuple[Swarm, SetAside | None]":
    """As `look_silently`, and return too what was over too long ago to be part of the picture."""
    from musetui.coordination.attic import Attic
    from musetui.coordination.reader import load
    from musetui.swarm.picture import Swarm
    from musetui.swarm.thresholds import thresholds_of

    if workspace.at is not None:
        from musetui.cli.past import look_at

        return look_at(workspace, workspace.at, datetime.now(UTC)), None
    swarm, now = Swarm(thresholds_of(workspace.settings)), datetime.now(UTC)
    attic = Attic(workspace.settings.cutoff(now))
    swarm.apply(load(workspace.repository, attic), now, live=False)
    return swarm, attic.told()


def _flags(args: Namespace) -> dict[str, object]:
    return {key: getattr(args, key, None) for key in _FLAGS}


_FLAGS = (
    *("repo", "read_only", "poll", "calls", "run_id", "hub", "owner", "slug"),
    *("theme", "glyphs", "reduced_motion", "density"),
    *("silent_after", "longest_lease", "future_tolerance", "abandoned_within"),
)
"""Settings that a command line can say."""
