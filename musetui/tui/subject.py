"""What can be selected, and what the screens say about it."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from musetui.forecast.conflict import ConflictKey
    from musetui.swarm.activity import Event
    from musetui.swarm.picture import Swarm
    from musetui.tui.presentation.claims import ClaimKey
    from musetui.tui.presentation.detail import Line
    from musetui.tui.showing import Showing


class SubjectKind(StrEnum):
    """The kinds of thing a cursor can stand on."""

    RESERVATION = "reservation"
    INTENT = "intent"
    CLAIM = "claim"
    CONFLICT = "conflict"
    PROBLEM = "problem"
    RUN = "run"
    TASK = "task"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that is selected.

    Attributes:
        key: a reservation's, an intent's, a task's or a run's id, a claim's or a conflict's key, a problem's path, or
            the name of a branch, which cannot be opened.
    """

    kind: SubjectKind
    key: Hashable

    @classmethod
    def of_event(cls, event: "Event") -> "Subject | None":
        """Return the record that *event* is about, or None if it is of a kind that cannot be selected."""
        if event.kind.value in ("reservation", "intent"):
            return cls(SubjectKind(event.kind.value), event.record_id)
        if event.kind.value == "claim" and event.source is not None:
            from musetui.tui.presentation.claims import ClaimKey

            return cls(SubjectKind.CLAIM, ClaimKey(event.run_id, event.source, event.record_id))
        if event.kind.value in ("task", "claim"):
            return cls(SubjectKind.TASK, event.record_id)
        return None

    @property
    def copied(self) -> str:
        """What copying it puts on the clipboard: the id, the address or task in conflict, or the path."""
        return str(self.key[-1]) if isinstance(self.key, tuple) else str(self.key)

    def reservation_id(self, swarm: "Swarm") -> str:
        """Return the id of the reservation it stands for, or "": an intent stands for the one it extends."""
        if self.kind is SubjectKind.RESERVATION:
            return str(self.key)
        if self.kind is SubjectKind.INTENT:
            from musetui.records.kinds import Kind

            entity = swarm.entity(Kind.INTENT, str(self.key))
            return str(getattr(entity.record, "reservation_id", "")) if entity else ""
        return ""

    def addresses(self, live: "Showing") -> tuple[str, ...]:
        """Return the addresses it is about; none for a claim or a problem."""
        from musetui.records.kinds import Kind

        if self.kind is SubjectKind.CONFLICT:
            conflict = live.conflicts.conflict(cast("ConflictKey", self.key))
            return () if conflict is None or conflict.title else conflict.addresses
        if self.kind in (SubjectKind.RESERVATION, SubjectKind.INTENT):
            entity = live.swarm.entity(Kind(self.kind.value), str(self.key))
            return tuple(getattr(entity.record, "addresses", ())) if entity is not None else ()
        return ()

    def lines(self, live: "Showing", now: datetime) -> "Sequence[Line]":
        """Return what there is to say about it now; nothing if it has gone."""
        from musetui.records.kinds import Kind
        from musetui.tui.presentation import detail
        from musetui.tui.presentation.claims import claim_lines

        swarm = live.swarm
        if self.kind is SubjectKind.RESERVATION:
            held = swarm.reservation(str(self.key))
            if held is None:
                return ()
            found = live.conflicts.each(sorted(live.conflicts.of_reservation(str(self.key))))
            conflicts = [live.advised(conflict) for conflict in found]
            return detail.reservation_lines(held, swarm, conflicts, now)
        if self.kind is SubjectKind.INTENT:
            entity = swarm.entity(Kind.INTENT, str(self.key))
            if entity is None:
                return ()
            found = live.conflicts.each(sorted(live.conflicts.of_intent(str(self.key))))
            conflicts = [live.advised(conflict) for conflict in found]
            return detail.intent_lines(entity, swarm, conflicts, now)
        if self.kind is SubjectKind.CLAIM:
            return claim_lines(cast("ClaimKey", self.key), swarm, now)
        if self.kind is SubjectKind.TASK:
            from musetui.tui.presentation.tasks import task_lines

            return task_lines(str(self.key), live, now)
        if self.kind is SubjectKind.RUN:
            from musetui.tui.presentation.run_life import run_lines

            return run_lines(str(self.key), live, now)
        if self.kind is SubjectKind.CONFLICT:
            conflict = live.conflicts.conflict(cast("ConflictKey", self.key))
            return detail.conflict_lines(live.advised(conflict), now) if conflict else ()
        reason = swarm.problem(str(self.key))
        return detail.problem_lines(str(self.key), reason) if reason is not None else ()
