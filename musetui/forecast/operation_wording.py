"""Wording: why operations clash, and what to do, each in one sentence that is safe to paint."""

from collections.abc import Sequence

from musetui.forecast.conflict import Holder
from musetui.forecast.holders import by_start
from musetui.forecast.operations import EDIT, Clash, kind_of
from musetui.forecast.wording import DRAW, is_draw
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


def advise_operations(address: str, clash: Clash, strong: Sequence[Holder], met: Sequence[Holder]) -> str:
    """Say what to do about the same: who deletes is asked first, and edits go before a change of place.

    That is the order in which a merge plan has them too, by what each costs the other.
    """
    place = safe_text(address, _ADDRESS_LENGTH)
    everyone = sorted([*strong, *met], key=by_start)
    if clash.taxonomy in ("delete_use", "delete_delete"):
        # Of a crowd those who delete may not be listed.
        deleting = [each for each in strong if each.operation == "delete"] or list(strong[:1])
        doers, others = _runs(deleting), _runs(_but_for(deleting, everyone))
        if not others:
            return f"let {_run(deleting[0].run_id)} delete {place}, and the others leave it out"
        return f"ask {doers} whether {place} is still to go: if so, let {others} stop, else let {doers} give it up"
    first, rivals = strong[0], _but_for(strong[:1], strong)
    editing = _but_for(strong, met)
    if editing:
        turns = ", one after the other" if rivals else ""
        why = "what changes its place takes an edit along, but an edit does not follow"
        return f"let {_runs(editing)} go first and merge, then {_runs(strong)} rebase{turns}: {why}"
    came = DRAW if is_draw(first, rivals) else f"{_run(first.run_id)} started first"
    return f"{came}: let {_runs(rivals)} wait for {_run(first.run_id)}, and begin anew from what is then there"


def _deeds(holders: Sequence[Holder], what: str) -> str:
    """Name the runs by what they do: `agent-1 (main) deletes and agent-2 (dev) renames it`."""
    deeds: dict[str, list[str]] = {}
    for each in holders:
        names = deeds.setdefault(_verb(each), [])
        name = _run(each.run_id)
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


def _but_for(some: Sequence[Holder], holders: Sequence[Holder]) -> list[Holder]:
    """Return those of *holders* that are of other runs than *some*."""
    runs = {each.run_id for each in some}
    return [each for each in holders if each.run_id not in runs]


def _runs(holders: Sequence[Holder]) -> str:
    return _several(list(dict.fromkeys(_run(each.run_id) for each in holders)))


def _run(run_id: str) -> str:
    return safe_text(run_id, _NAME_LENGTH) or "an unnamed run"
