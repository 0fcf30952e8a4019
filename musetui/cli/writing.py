"""`musetui reserve`, `intent`, `release` and `heartbeat`: each writes one record, as Muse's own commands do."""

import json
import os
import shlex
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from musetui.cli.failures import CommandError, UsageError
from musetui.cli.output import say, say_json
from musetui.cli.reservation_ids import reservation_meant
from musetui.cli.workspace import Workspace, look, open_workspace
from musetui.coordination.encode import encode_record
from musetui.coordination.typed_address import typed_address
from musetui.coordination.writer import Writer
from musetui.durations import format_duration
from musetui.records.address import parse_address
from musetui.records.liveness import LeaseState
from musetui.records.text import safe_text

if TYPE_CHECKING:
    from musetui.forecast.conflict import Conflict
    from musetui.records.models import AnyRecord
    from musetui.swarm.entity import Held

NAMED_CONFLICTS = 5
"""Conflicts that a reservation or an intent is told of in text; of more, it is told the number."""

NAMED_ADDRESSES = 5
"""Addresses of which text tells that they are written as seen from the root of the work tree."""


def run_reserve(args: Namespace) -> int:
    """Write a reservation, and tell what it collides with."""
    from musetui.forecast.index import ConflictIndex

    workspace = _open_for_writing(args)
    branch = _branch(args, workspace)
    swarm = look(workspace)
    run_id = workspace.settings.run_id
    wanted = _typed(args.addresses, workspace)
    conflicts = ConflictIndex(swarm).probe(wanted, run_id, branch=branch, operation=args.operation)
    record = Writer(workspace.repository).reserve(
        wanted, run_id, ttl=args.ttl, operation=args.operation, branch=branch, now=datetime.now(UTC)
    )
    if args.as_json:
        say_json({**_written(record), "conflicts": [conflict.description for conflict in conflicts]})
        return 0
    say(f"reserved {_named(record.addresses)} for {record.run_id} until {_clock(record.expires_at)}")
    say(f"  id  {record.reservation_id}")
    _say_renamed(args.addresses, wanted, workspace.repository.root)
    _say_conflicts(conflicts)
    return 0


def run_intent(args: Namespace) -> int:
    """Write an intent, on its own or on a reservation, and tell what it collides with."""
    from musetui.forecast.index import ConflictIndex

    if not args.addresses and not args.reservation_id:
        raise UsageError("an intent is on something: name an address, or a reservation with --reservation-id")
    workspace = _open_for_writing(args)
    swarm = look(workspace)
    held = reservation_meant(swarm, args.reservation_id) if args.reservation_id else None
    run_id, branch = workspace.settings.run_id, _branch(args, workspace, held)
    typed = _typed(args.addresses, workspace)
    meant = typed or (held.reservation.addresses if held else ())
    conflicts = ConflictIndex(swarm).probe(meant, run_id, branch=branch, operation=args.operation)
    record = Writer(workspace.repository).intend(
        meant,
        run_id,
        operation=args.operation,
        detail=args.detail,
        reservation_id=held.record_id if held else "",
        branch=branch,
        now=datetime.now(UTC),
    )
    if args.as_json:
        say_json({**_written(record), "conflicts": [conflict.description for conflict in conflicts]})
        return 0
    said = f" ({record.detail})" if record.detail else ""
    say(f"announced: {record.run_id} will {record.operation} {_named(record.addresses)}{said}")
    say(f"  id  {record.intent_id}")
    _say_renamed(args.addresses, typed, workspace.repository.root)
    _say_conflicts(conflicts)
    return 0


def _is_there(root: Path, address: str) -> bool:
    path = parse_address(address).path
    return not path or "\0" in path or os.path.lexists(root / path)


def _say_renamed(typed: Sequence[str], meant: Sequence[str], root: Path) -> None:
    """Say which of what was *typed* is written otherwise, because it is named from the root of the work tree."""
    renamed = [(one, other) for one, other in zip(typed, meant, strict=True) if one != other]
    for one, other in renamed[:NAMED_ADDRESSES]:
        say(f"  {safe_text(one, 120)} is {safe_text(other, 120)} as seen from the root of the work tree")
    if len(renamed) > NAMED_ADDRESSES:
        say(f"  and {len(renamed) - NAMED_ADDRESSES} more are named from there too")
    here = Path.cwd().resolve()
    top = root.resolve()
    if here != top and here.is_relative_to(top):
        new = [one for one, other in zip(typed, meant, strict=True) if one == other and not _is_there(top, one)]
        for one in new[:NAMED_ADDRESSES]:
            path = safe_text(one, 120)
            say(f"  {path} is taken from the root of the work tree, where nothing is so called; ./{path} is one here")


def _say_conflicts(conflicts: "Sequence[Conflict]") -> None:
    for conflict in conflicts[:NAMED_CONFLICTS]:
        say(f"  {conflict.risk.value} {conflict.confidence:.2f}  {conflict.description}")
    if len(conflicts) > NAMED_CONFLICTS:
        say(f"  and {len(conflicts) - NAMED_CONFLICTS} more conflicts: `musetui conflicts` prints them")


def _typed(addresses: Sequence[str], workspace: Workspace) -> list[str]:
    """Return what was typed as addresses of the repository's work tree.

    Raises:
        RecordError: if one leads out of it.
    """
    return [typed_address(each, workspace.repository.root, Path.cwd()) for each in addresses]


def run_release(args: Namespace) -> int:
    """Write a release of a reservation, also of one that ran out: somebody has looked after it."""
    workspace = _open_for_writing(args)
    held = reservation_meant(look(workspace), args.id)
    _refuse_ended(held, (LeaseState.RELEASED,), "there is nothing to release")
    _refuse_ending(held)
    record = Writer(workspace.repository).release(
        held.record_id, workspace.settings.run_id, reason=args.reason, now=datetime.now(UTC)
    )
    if args.as_json:
        say_json(_written(record))
    else:
        over = "" if held.is_held else f" until {_clock(held.lease.expires_at)}"
        say(f"released {_named(held.reservation.addresses)}, which {_holder(held)} held{over}")
        if not held.is_local:
            say("  it is held on another machine, which learns of it when this is pushed: `musetui sync push`")
    return 0


def run_heartbeat(args: Namespace) -> int:
    """Write its holder's sign of life, or keep the reservation for longer, or both.

    An agent as a rule gives its own, and need not say who it is. Who says to be another only does the second.
    """
    workspace = _open_for_writing(args)
    held = reservation_meant(look(workspace), args.id)
    _refuse_ended(held, (LeaseState.RELEASED,), "reserve it anew with `musetui reserve`")
    _refuse_ending(held)
    now, writer = datetime.now(UTC), Writer(workspace.repository)
    run_id = args.run_id or held.run_id or workspace.settings.run_id
    is_holders = not held.run_id or run_id == held.run_id
    if args.extension is None:
        _refuse_ended(held, (LeaseState.EXPIRED,), "say with --extension for how long it is to be held again")
        if not is_holders:
            # An id may begin with a hyphen, and must not be taken for an option.
            named = shlex.join((f"--run-id={held.run_id}",) if held.run_id[0] == "-" else ("--run-id", held.run_id))
            raise CommandError(
                f"{_holder(held)} holds {held.record_id}, and not {safe_text(run_id, 60)}: give its sign of life "
                f"with {named}, or hold it for longer with --extension",
                "not_the_holder",
            )
        record = writer.beat(held.record_id, run_id, now=now)
    elif is_holders:
        record = writer.beat(held.record_id, run_id, now=now, extend_to=now + args.extension)
    else:
        # A reservation has one heartbeat, and another run's in its place would take the holder's sign of life away.
        record = writer.extend(held.reservation, run_id, until=now + args.extension, now=now)
    if args.as_json:
        say_json(_written(record))
        return 0
    until = max(held.lease.expires_at, record.extended_expires_at or held.lease.expires_at)
    holds = f"{_holder(held)} holds {_named(held.reservation.addresses)} until {_clock(until)}"
    if is_holders:
        say(f"{run_id} lives: {holds}")
    else:
        say(f"{holds}, extended by {run_id}: that is no sign of life of {_holder(held)}")
    return 0


def _open_for_writing(args: Namespace) -> Workspace:
    workspace = open_workspace(args)
    if workspace.settings.read_only:
        raise CommandError(
            "the settings say read-only, so nothing was written: leave --read-only and MUSETUI_READ_ONLY out",
            "read_only",
        )
    return workspace


def _branch(args: Namespace, workspace: Workspace, held: "Held | None" = None) -> str:
    """Return the branch that is said, else that of the reservation it is about, else the current one."""
    if args.branch is not None:
        return str(args.branch)
    return (held.reservation.branch if held else "") or workspace.repository.branch()


def _refuse_ended(held: "Held", states: tuple[LeaseState, ...], advice: str) -> None:
    if held.state not in states:
        return
    name, addresses = held.record_id, _named(held.reservation.addresses)
    if held.state is LeaseState.EXPIRED:
        sentence = f"{name} ({addresses}) ran out at {_clock(held.lease.expires_at)}: {advice}"
        raise CommandError(sentence, "expired")
    release = held.release
    by = f" by {safe_text(release.run_id, 60)}" if release is not None and release.run_id else ""
    at = f" at {_clock(release.released_at)}" if release is not None and release.released_at is not None else ""
    raise CommandError(f"{name} ({addresses}) was released{by}{at}: {advice}", "released")


def _refuse_ending(held: "Held") -> None:
    """Refuse what is released already, by a release that is dated ahead of this clock."""
    now = datetime.now(UTC)
    if (at := held.release_ahead(now)) is None:
        return
    release = held.release
    by = f" by {safe_text(release.run_id, 60)}" if release is not None and release.run_id else ""
    raise CommandError(
        f"{held.record_id} ({_named(held.reservation.addresses)}) is released{by} already, by a release "
        f"that is dated ahead of this clock: it ends at {_clock(at)}",
        "released",
    )


def _written(record: "AnyRecord") -> dict[str, object]:
    """Return the fields of *record* as they are on disk."""
    fields: dict[str, object] = json.loads(encode_record(record))
    return fields


def _named(addresses: tuple[str, ...]) -> str:
    if not addresses:
        return "no address"
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    return f"{safe_text(addresses[0], 120)}{more}"


def _holder(held: "Held") -> str:
    return safe_text(held.run_id, 60) or "an unnamed run"


def _clock(moment: datetime) -> str:
    """Return *moment* on this machine's clock, with its date and offset, and how far it is from now."""
    # Rounded, so that an hour just begun is an hour.
    seconds = round((moment - datetime.now(UTC)).total_seconds())
    length = format_duration(timedelta(seconds=abs(seconds)), 2)
    told = f"in {length}" if seconds > 0 else f"{length} ago"
    return f"{moment.astimezone().isoformat(sep=' ', timespec='seconds')} ({told})"
