"""Wording: why operations clash, in one sentence that is safe to paint."""

from collections.abc import Sequence

from musetui.forecast.conflict import Holder
from musetui.forecast.operations import EDIT, Clash, kind_of
from musetui.forecast.wording import run_name
from musetui.records.text import safe_text

_NAMED = 3
_NAME_LENGTH = 60
_ADDRESS_LENGTH = 120


def describe_operations(
    address: str, clash: Clash, strong: Sequence[Holder], met: Sequence[Holder], *, complete: bool
) -> str:
    """Say who does what. *strong* do what clashes; *met* change the same or what is within; both earliest first."""
    place = safe_text(address, _ADDRESS_LENGTH)
    first = _deeds(strong, place)
    more = "" if complete else " and more"
    if not met:
        return f"{first}{more}: {clash.why}"
    within = sorted({safe_text(each.address, _ADDRESS_LENGTH) for each in met if each.address != address})
    what = "it" if not within else f"{_several(within)} within it"
    return f"{first}, while {_deeds(met, what)}{more}: {clash.why}"


def _deeds(holders: Sequence[Holder], what: str) -> str:
    """Name the runs by what they do: `agent-1 (main) deletes and agent-2 (dev) renames it`."""
    deeds: dict[str, list[str]] = {}
    for each in holders:
        names = deeds.setdefault(_verb(each), [])
        name = run_name(each.run_id)
        branch = f" ({safe_text(each.branch, _NAME_LENGTH)})" if each.branch else ""
        if f"{name}{branch}" not in names:
            names.append(f"{name}{branch}")
    parts = [f"{_several(names)} {verb if len(names) == 1 else _plural(verb)}" for verb, names in deeds.items()]
    return f"{' and '.join(parts)} {what}"


def _verb(holder: Holder) -> str:
    operation = kind_of(holder.operation)
    if operation == EDIT:
        return "edits" if holder.operation else "holds"
    return f"{operation}s"


def _plural(verb: str) -> str:
    return verb[:-1]


def _several(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{names[0]} and {len(names) - 1} more"
    return " and ".join(names)
