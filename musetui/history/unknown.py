"""What cannot be known about a moment that has passed. It is said, and never guessed."""

from dataclasses import dataclass

from musetui.records.text import counted


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known about a moment.

    Attributes:
        deleted: whether records may have been deleted or replaced since, without a trace: nobody was watching then.
        beats: leases of which a later heartbeat is known but not those before it, as each is written over the last:
            they may have lived longer than the picture shows, and their runs may have been heard of.
        undated: records that do not say when they were written; each is shown from the earliest moment at which it
            can have been: that of what it is about.
        arrivals: records pulled from a hub of which is not known when they came here; each is shown from when the hub
            had it, or where that is not told either, from when it was written.
    """

    deleted: bool = False
    beats: int = 0
    undated: int = 0
    arrivals: int = 0

    def __bool__(self) -> bool:
        return self.deleted or bool(self.beats or self.undated or self.arrivals)

    def sentences(self) -> list[str]:
        """Return what is not known, a sentence each; each stands for itself."""
        said: list[str] = []
        if self.deleted:
            said.append("nobody was recording then: what was deleted since is missing")
        if self.beats:
            said.append(f"{counted(self.beats, 'lease')} may have lived longer: heartbeats of then are overwritten")
        if self.undated:
            said.append(f"{counted(self.undated, 'record')} without a date, shown from the earliest moment possible")
        if self.arrivals:
            said.append(f"{counted(self.arrivals, 'record')} from a hub, whose arrival here is not known")
        return said
