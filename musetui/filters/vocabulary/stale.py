"""What can be named of something that is stuck."""

from typing import TYPE_CHECKING, Any

from musetui.filters.fields import Fields
from musetui.filters.vocabulary import common
from musetui.forecast.stale import Severity, StaleReason
from musetui.records.kinds import Kind

if TYPE_CHECKING:
    from datetime import datetime


def stale_vocabulary() -> Fields[Any]:
    """Return the fields of findings, be they whole or only as much of one as a row shows."""
    return Fields(
        "stale",
        (
            common.words(
                "severity", "how bad it is", [each.value for each in Severity], lambda row: row.severity.value
            ),
            common.words("reason", "why it is stuck", [each.value for each in StaleReason], _reason),
            common.words("kind", "the kind of record that is stuck", [kind.value for kind in Kind], _kind),
            common.run(lambda row: row.run_id),
            common.branch(lambda row: row.branch),
            common.addr(lambda row: row.addresses, "what"),
            *common.ages(_since, "for how long it has been so"),
            common.source(lambda row: row.source.value, "where"),
            common.ident(lambda row: row.record_id),
        ),
        lambda row: common.some(row.severity.value, row.key.reason.words, getattr(row, "title", "")),
    )


def _reason(row: Any) -> str:
    reason: StaleReason = row.key.reason
    return reason.value


def _kind(row: Any) -> str:
    kind: Kind = row.key.kind
    return kind.value


def _since(row: Any) -> "datetime":
    since: datetime = row.since
    return since
