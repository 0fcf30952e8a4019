"""What holds: the settings after all places have been heard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from musetui.quiet_hours import NEVER, QuietHours
from musetui.records.liveness import (
    ABANDONED_WITHIN,
    FUTURE_TOLERANCE,
    HISTORY,
    LONGEST_LEASE,
    SHORTEST_HISTORY,
    SILENT_AFTER,
)

if TYPE_CHECKING:
    from musetui.settings.tables import Table

Made = TypeVar("Made")

RECORDS_PATH = "/api/v1/repos/{owner}/{slug}/coordination/records"
"""Where a hub takes and gives records, below its address."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can choose.

    Attributes:
        repo: where to look for the repository; None for the current folder.
        read_only: whether nothing is ever written.
        theme: the name of the dashboard's theme; "" for the usual one.
        glyphs: which signs are painted: `unicode`, `ascii`, or `auto`, as the terminal can.
        reduced_motion: whether nothing moves or blinks, and news is painted once a second.
        density: `comfortable` or `compact`.
        silent_after: the time without a sign of life after which a run is silent.
        longest_lease: the length from which on a lease is overlong.
        future_tolerance: how far ahead of the clock a record may be dated.
        abandoned_within: for how long what ran out and was never released is looked at.
        history: for how long what is over is kept in mind.
        poll: compare folders instead of asking the kernel, for network file systems.
        calls: whether sources are read for who calls what another one changes.
        remember: whether what was read is kept in the user's cache folder for the next start.
        run_id: who writes, where a command or form is not told.
        hub: the hub's address; "" for none.
        owner: whose repository it is at the hub; "" for the identity's own.
        slug: the repository's name at the hub; "" for its folder's.
        records_path: where at the hub records are, with `{owner}` and `{slug}` in it.
        identity: the file that says who one is at which hub; None for `~/.muse/identity.toml`.
        key: the file of the private key; None for the one that the identity names.
        auto_push: whether the dashboard pushes local changes without being asked.
        state: the folder where it is remembered what a hub has; None for the user's own.
        export_folder: where exports are written; None for the current folder.
        quiet_hours: when alerts wait, unless their rule says otherwise.
        firm: the plain settings that a flag or the environment said: what was kept of another choice gives way.
        tables: what was made of each table that was there, by its name; asked for with `of`.
    """

    repo: Path | None = None
    read_only: bool = False
    theme: str = ""
    glyphs: str = "auto"
    reduced_motion: bool = False
    density: str = "comfortable"
    silent_after: timedelta = SILENT_AFTER
    longest_lease: timedelta = LONGEST_LEASE
    future_tolerance: timedelta = FUTURE_TOLERANCE
    abandoned_within: timedelta = ABANDONED_WITHIN
    history: timedelta = HISTORY
    poll: bool = False
    calls: bool = True
    remember: bool = True
    run_id: str = ""
    hub: str = ""
    owner: str = ""
    slug: str = ""
    records_path: str = RECORDS_PATH
    identity: Path | None = None
    key: Path | None = None
    auto_push: bool = False
    state: Path | None = None
    export_folder: Path | None = None
    quiet_hours: QuietHours = NEVER
    firm: frozenset[str] = field(default=frozenset(), compare=False)
    tables: Mapping[str, object] = field(default_factory=dict)

    def cutoff(self, moment: datetime) -> datetime:
        """Return before when what was over is not kept in mind at *moment* (aware): whatever can matter still is."""
        kept = max(self.history, self.silent_after, self.longest_lease, self.abandoned_within, SHORTEST_HISTORY)
        return moment - kept

    def of(self, table: "Table[Made]") -> Made:
        """Return what *table* says; what is usual, if it is not there."""
        return cast("Made", self.tables.get(table.name, table.usual))
