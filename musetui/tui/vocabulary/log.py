"""What can be named of what happened, and of what on disk is no record."""

from typing import TYPE_CHECKING

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.filters.vocabulary import common
from musetui.records.kinds import Kind
from musetui.swarm.activity import Verb
from musetui.tui.presentation.activity import event_text
from musetui.tui.presentation.problems import ProblemRow

if TYPE_CHECKING:
    from musetui.swarm.activity import Event


def event_vocabulary() -> "Fields[Event]":
    """Return the fields of what happened."""
    what: Field[Event] = Field(
        "what",
        FieldKind.TEXT,
        "what it was about",
        lambda event: (event.text, "".join(span.text for span in event_text(event))),
    )
    return Fields(
        "activity",
        (
            common.words("verb", "what happened", [verb.value for verb in Verb], lambda event: str(event.verb), "what"),
            common.words("kind", "the kind of record that tells of it", [each.value for each in Kind], _kind, "what"),
            common.run(lambda event: event.run_id),
            common.addr(lambda event: getattr(event.record, "addresses", ()), "what"),
            what,
            *common.ages(lambda event: event.at, "since it happened", "time"),
            common.words("source", "where its record lies", ("local", "remote"), _source),
        ),
        lambda event: common.some("remote" if _source(event) == ("remote",) else ""),
    )


def _kind(event: "Event") -> str:
    return event.kind.value


def _source(event: "Event") -> tuple[str, ...]:
    return common.some(event.source)


def problem_vocabulary() -> Fields[ProblemRow]:
    """Return the fields of what on disk is no record."""
    path: Field[ProblemRow] = Field("file", FieldKind.TEXT, "its path", lambda row: row.path, ("path", "addr"))
    reason: Field[ProblemRow] = Field("reason", FieldKind.TEXT, "why it is no record", lambda row: row.reason)
    return Fields("problems", (path, reason))
