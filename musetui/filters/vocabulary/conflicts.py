"""What can be named of a conflict."""

from typing import TYPE_CHECKING

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.filters.vocabulary import common
from musetui.forecast.conflict import ConflictType, Risk

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict

SHORT_KINDS = {
    ConflictType.ADDRESS_OVERLAP: "overlap",
    ConflictType.CONTAINMENT_OVERLAP: "nesting",
    ConflictType.DOUBLE_CLAIM: "claim",
    ConflictType.OPERATION_CONFLICT: "clash",
    ConflictType.BLAST_RADIUS_OVERLAP: "calls",
}
"""How the kinds of conflict are called in lists; Muse's own names mean the same."""


def conflict_vocabulary() -> "Fields[Conflict]":
    """Return the fields of conflicts."""
    kinds = (*SHORT_KINDS.values(), *(kind.value for kind in ConflictType))
    since: tuple[Field[Conflict], ...] = common.ages(lambda each: each.since, "since it is one", "since")
    task: Field[Conflict] = Field(
        "title", FieldKind.TEXT, "what a task is called", lambda each: each.title, column="address"
    )
    return Fields(
        "conflicts",
        (
            common.words("risk", "how bad it is", [risk.value for risk in Risk], lambda each: each.risk.value),
            common.words("kind", "why it is one; Muse's own names, too", kinds, _kinds),
            common.number("confidence", "how likely it is to hurt, 0 to 1", lambda each: each.confidence, "sure"),
            common.addr(lambda each: each.addresses),
            common.run(lambda each: each.runs, "who"),
            common.branch(lambda each: each.branches, "branches"),
            common.number("runs", "how many runs take part", lambda each: len(each.runs), "who"),
            common.op(lambda each: {holder.operation for holder in each.holders}, "kind"),
            *since,
            common.source(lambda each: common.sources(source.value for source in each.sources)),
            task,
        ),
        lambda each: (each.risk.value, *_kinds(each)),
    )


def _kinds(conflict: "Conflict") -> tuple[str, str]:
    return SHORT_KINDS[conflict.conflict_type], conflict.conflict_type.value
