"""What can be named of a place in the tree of files."""

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.filters.vocabulary import common
from musetui.forecast.conflict import Risk
from musetui.forecast.tally import Tally, counts_of, names_in
from musetui.tui.presentation.files import FileRow

_MICRO = 1e-6


def file_vocabulary() -> Fields[FileRow]:
    """Return the fields of folders, files and symbols; what is below one counts for it."""
    left: Field[FileRow] = Field("left", FieldKind.LEFT, "until the next hold ends", _soonest, column="ends")
    return Fields(
        "files",
        (
            common.addr(lambda row: row.node.address, "name"),
            common.run(lambda row: _either(row.node.runs, row.node.announcers), "holders"),
            common.op(lambda row: _either(row.node.operations, row.node.announced), "deeds"),
            common.number("heat", "how much goes on there", lambda row: row.node.heat),
            common.number("holds", "how many holds there are", lambda row: row.node.holds, "heat"),
            common.number("runs", "how many runs hold something", lambda row: names_in(row.node.runs), "holders"),
            common.number("conflicts", "how many conflicts there are", lambda row: row.node.conflicts),
            common.words("risk", "the worst of its conflicts", [risk.value for risk in Risk], _risk, "conflicts"),
            left,
            common.has(
                {
                    "conflict": lambda row: bool(row.node.conflicts),
                    "hold": lambda row: bool(row.node.holds),
                    "intent": lambda row: bool(row.node.announcements),
                }
            ),
        ),
    )


def _either(held: Tally, announced: Tally) -> tuple[str, ...]:
    """Return the names of both, each once."""
    return tuple(dict.fromkeys((*counts_of(held), *counts_of(announced))))


def _risk(row: FileRow) -> tuple[str, ...]:
    return common.some(row.node.worst)


def _soonest(row: FileRow) -> float | None:
    return None if row.node.soonest is None else row.node.soonest * _MICRO
