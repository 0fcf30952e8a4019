"""Signs: one shape for each state, risk and source, so that nothing is told by colour alone."""

from typing import TYPE_CHECKING

from musetui.records.liveness import LeaseState
from musetui.tui.presentation.cells import Cell, Span, Style

if TYPE_CHECKING:
    from musetui.swarm.entity import Entity, Held

STATES: dict[str, tuple[str, Style]] = {
    LeaseState.ACTIVE: ("●", Style.ACTIVE),
    LeaseState.EXPIRING: ("◔", Style.EXPIRING),
    LeaseState.RELEASED: ("○", Style.RELEASED),
    LeaseState.EXPIRED: ("✕", Style.EXPIRED),
    "silent": ("◌", Style.SILENT),
}

RISKS: dict[str, tuple[str, Style]] = {
    "high": ("▲", Style.HIGH),
    "medium": ("◆", Style.MEDIUM),
    "low": ("▽", Style.LOW),
}

BACK = "«"
PLAYING = "▶"

LANE: dict[str, tuple[str, Style]] = {
    "one": ("━", Style.ACTIVE),
    "several": ("▬", Style.ACTIVE),
    "elsewhere": ("▭", Style.DIM),
    "ahead": ("╌", Style.DIM),
    "beat": ("┿", Style.ACTIVE),
    "beat high": ("╪", Style.HIGH),
    "beat medium": ("╪", Style.MEDIUM),
    "beat low": ("╪", Style.LOW),
    "released": ("○", Style.RELEASED),
    "expired": ("✕", Style.SILENT),
    "high": ("▓", Style.HIGH),
    "medium": ("▒", Style.MEDIUM),
    "low": ("░", Style.LOW),
    "at": ("│", Style.MATCH),
    "now": ("┊", Style.DIM),
    "nothing": (" ", Style.PLAIN),
}
"""What stands in a cell of the timeline: leases, what was held elsewhere before it was heard of here, ends of leases
and signs of life, also in a conflict, conflicts by risk, and moments."""

SHARED = "⇄"
PULLED = "⇣"

_BAR = 5
_FULL, _SPENT = "▰", "▱"


def state_word(held: "Held") -> str:
    """Return the state as it is shown: silence is told before anything else of a lease that is held."""
    return "silent" if held.silent and held.state.is_held else held.state.value


def state_cell(word: str) -> Cell:
    """Return a state's sign and its word, such as `● active`."""
    sign, style = STATES[word]
    return (Span(f"{sign} {word}", style),)


def held_cell(held: "Held") -> Cell:
    """Return the sign and word of a reservation's state; one that is silent and about to expire has both signs."""
    shown = state_cell(state_word(held))
    if held.silent and held.state is LeaseState.EXPIRING:
        sign, style = STATES[LeaseState.EXPIRING]
        return (*shown, Span(f" {sign}", style))
    return shown


def risk_cell(risk: str, confidence: float) -> Cell:
    """Return a risk's sign, its word and the confidence behind it, such as `▲ high 1.00`."""
    sign, style = RISKS.get(risk, ("?", Style.PLAIN))
    return (Span(f"{sign} {risk:<6}", style), Span(f" {confidence:.2f}", Style.DIM))


def source_cell(entity: "Entity") -> Cell:
    """Return where a record lies: `⇄` here and among what was pulled, `⇣` among that alone, nothing if only here.

    A hub that was emptied since may have it no more: of that the header tells, by what is to be pushed.
    """
    if entity.is_shared:
        return (Span(SHARED, Style.REMOTE),)
    return () if entity.is_local else (Span(PULLED, Style.REMOTE),)


def bar(share: float) -> str:
    """Return five cells that show *share*, from 0 to 1, of something; what is not nothing shows at least one."""
    full = 0 if share <= 0 else min(max(round(share * _BAR), 1), _BAR)
    return _FULL * full + _SPENT * (_BAR - full)
