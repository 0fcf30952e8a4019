"""What Muse says of merging two branches, in lines of a label and what there is to say."""

from typing import TYPE_CHECKING

from musetui.records.text import counted
from musetui.tui.presentation.cells import Span, Style, cell
from musetui.tui.presentation.detail import Line

if TYPE_CHECKING:
    from musetui.coordination.muse_command import SemanticPlan

SHOWN_SYMBOLS = 500
"""Symbols that are shown; of more, it tells the number."""


def semantic_sentence(answer: "SemanticPlan") -> str:
    """Return what it comes to."""
    return (
        f"{counted(answer.conflicts, 'conflict')}, {answer.clean:,} clean of {counted(answer.total_symbols, 'symbol')}"
    )


def semantic_lines(answer: "SemanticPlan", ours: str, theirs: str) -> list[Line]:
    """Return what Muse says of two branches, called *ours* and *theirs*."""
    lines = [
        Line("ours", cell(ours, Style.STRONG)),
        Line("theirs", cell(theirs, Style.STRONG)),
        Line("in all", (Span(semantic_sentence(answer), Style.MEDIUM if answer.conflicts else Style.ACTIVE),)),
    ]
    for item in answer.items[:SHOWN_SYMBOLS]:
        lines += [
            Line("", (Span(" "),)),
            Line("symbol", cell(item.address, Style.STRONG, limit=600)),
            Line("conflict", cell(item.conflict_type, Style.HIGH)),
            Line("ours", cell(item.ours_change or "—")),
            Line("theirs", cell(item.theirs_change or "—")),
        ]
        if item.recommendation:
            lines.append(Line("do", cell(item.recommendation, Style.MEDIUM, limit=1_000)))
    if len(answer.items) > SHOWN_SYMBOLS:
        lines += [Line("", (Span(" "),)), Line("", (Span(f"… and {len(answer.items) - SHOWN_SYMBOLS:,} more"),))]
    return lines
