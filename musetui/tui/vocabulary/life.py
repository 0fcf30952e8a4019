"""What can be named of a line of a run's life, and of what relates to a record."""

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.filters.vocabulary import common
from musetui.records.models import EARLIEST
from musetui.tui.presentation.cells import Cell
from musetui.tui.presentation.related import Related
from musetui.tui.presentation.run_life import LifeRow
from musetui.tui.subject import SubjectKind

_KINDS = tuple(kind.value for kind in SubjectKind if kind is not SubjectKind.BRANCH)


def _shown(cell: Cell) -> str:
    return "".join(span.text for span in cell)


def _deed(help_text: str) -> Field[LifeRow]:
    return Field("deed", FieldKind.TEXT, help_text, lambda row: row.word, column="word")


def life_vocabulary() -> Fields[LifeRow]:
    """Return the fields of the lines of a run's life."""
    what: Field[LifeRow] = Field("what", FieldKind.TEXT, "to what", lambda row: _shown(row.what))
    state: Field[LifeRow] = Field("state", FieldKind.TEXT, "how that stands now", lambda row: _shown(row.state))
    return Fields(
        "life",
        (
            _deed("what it does or did: holds, collides, reserved, …"),
            what,
            state,
            common.words("kind", "the kind of record", _KINDS, lambda row: row.subject.kind.value, "word"),
            *common.ages(lambda row: None if row.at == EARLIEST else row.at, "since when", "when"),
        ),
    )


def related_vocabulary() -> Fields[Related]:
    """Return the fields of what relates to a record."""
    why: Field[Related] = Field("why", FieldKind.TEXT, "why it relates", lambda row: row.why)
    what: Field[Related] = Field("what", FieldKind.TEXT, "what it is about", lambda row: row.what)
    state: Field[Related] = Field("state", FieldKind.TEXT, "how it stands with it", lambda row: row.state)
    return Fields(
        "related",
        (
            why,
            common.words("kind", "the kind of record", _KINDS, lambda row: row.subject.kind.value),
            common.run(lambda row: row.who, "who"),
            what,
            state,
        ),
        lambda row: (row.subject.kind.value,),
    )
