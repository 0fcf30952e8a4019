"""`musetui sync push` and `sync pull`: records to a hub and back, once, as Muse's own commands do."""

import asyncio
import sys
import time
from argparse import Namespace
from collections.abc import Iterable
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from musetui.cli.failures import EXIT_FINE, EXIT_USER, CommandError
from musetui.cli.output import say, say_json
from musetui.cli.workspace import Workspace, open_workspace
from musetui.records.kinds import Kind
from musetui.records.text import counted, safe_text

if TYPE_CHECKING:
    from musetui.coordination.batch import Problem, Slot
    from musetui.hub.envelopes import Received
    from musetui.hub.push import PushReport
    from musetui.hub.replies import PullPage
    from musetui.hub.target import HubTarget

NAMED = 5
"""Files or records that are told one by one; of more, the number is told."""


def run_sync_push(args: Namespace) -> int:
    """Send every local record, and tell what the hub made of them."""
    from musetui.hub.gathering import local_slots
    from musetui.hub.push import PushReport
    from musetui.hub.target import find_target, hub_address

    workspace = _open(args, "pushed")
    hub_address(workspace.settings)
    slots, problems = local_slots(workspace.repository, _kinds(args))
    _warn("folder", "cannot be read", problems)
    if not slots:
        return _print_push(PushReport(), "", as_json=args.as_json)
    target = find_target(workspace.repository, workspace.settings)
    report = asyncio.run(_push(workspace, target, slots, tell=not args.as_json))
    _warn("file", "is no record, and was left out", report.left_out)
    return _print_push(report, target.name, as_json=args.as_json)


def run_sync_pull(args: Namespace) -> int:
    """Fetch one page of records, write them, and tell how far the hub was read."""
    from musetui.hub.envelopes import EnvelopeError, check_envelope
    from musetui.hub.landing import LandingPlace
    from musetui.hub.target import find_target

    began = time.monotonic()
    workspace = _open(args, "pulled")
    target = find_target(workspace.repository, workspace.settings)
    page = asyncio.run(_pull(target, args))
    kept: list[Received] = []
    refused: list[str] = []
    for envelope in page.records:
        try:
            kept.append(check_envelope(envelope, kept[-1].hub_id if kept else args.since_id))
        except EnvelopeError as error:
            refused.append(str(error))
    landing = LandingPlace(workspace.repository.coordination).land(kept)
    _note_returned(workspace, target, kept)
    _tell_refused((*refused, *landing.refused))
    # A hub without news may answer 0, which never means to begin again.
    cursor = max(page.cursor, args.since_id)
    duration = time.monotonic() - began
    if args.as_json:
        records = [record.envelope for record in kept]
        say_json({"schema_version": 1, "count": len(kept), "cursor": cursor, "records": records, **_spent(duration)})
    else:
        say(f"✅ Pulled {len(kept)} new record(s) from {target.name} — cursor: {cursor} ({duration:.3f}s)")
    if 0 < page.cursor < args.since_id:
        last = f"the hub's last record is {page.cursor}"
        _tell(f"{last}: if you had more from it, a backup was put back; begin with --since-id 0")
    if page.more or (page.more is None and len(page.records) == args.limit):
        _tell(f"the hub has more: go on with --since-id {cursor}")
    return EXIT_FINE


def _open(args: Namespace, done: str) -> Workspace:
    workspace = open_workspace(args)
    if workspace.settings.read_only:
        raise CommandError(
            f"the settings say read-only, so nothing was {done}: leave --read-only and MUSETUI_READ_ONLY out",
            "read_only",
        )
    return workspace


def _kinds(args: Namespace) -> list[Kind]:
    return list(dict.fromkeys(chain.from_iterable(args.kinds)))


async def _push(workspace: Workspace, target: "HubTarget", slots: "list[Slot]", *, tell: bool) -> "PushReport":
    from musetui.hub.client import HubClient
    from musetui.hub.push import Push
    from musetui.hub.sent import SentLedger, ledger_file

    file = ledger_file(workspace.repository, target, workspace.settings.state)
    with closing(SentLedger(file)) as ledger:
        async with HubClient(target, on_retry=_tell if tell else None) as client:
            push = Push(client, ledger, only_unsent=False, on_error=_tell if tell else None)
            try:
                return await push.run(workspace.repository, slots)
            except asyncio.CancelledError:
                there = f"{target.name} has {push.arrived:,} of {counted(len(slots), 'record')}"
                said = f"stopped: {there} for certain: push again to go on, what is there is skipped"
                if tell:
                    _tell(said)
                else:
                    say_json({"error": said, "status": "interrupted"})
                raise


async def _pull(target: "HubTarget", args: Namespace) -> "PullPage":
    from musetui.hub.client import HubClient

    async with HubClient(target, on_retry=None if args.as_json else _tell) as client:
        return await client.pull(args.since_id, _kinds(args), args.limit)


def _note_returned(workspace: Workspace, target: "HubTarget", kept: "list[Received]") -> None:
    """Note which local records came back: the hub has them, and no dashboard need count them as unsent."""
    from musetui.hub.returned import note_returned
    from musetui.hub.sent import SentLedger, ledger_file

    if not kept:
        return
    with closing(SentLedger(ledger_file(workspace.repository, target, workspace.settings.state))) as ledger:
        note_returned(workspace.repository.coordination, ledger, kept)


def _print_push(report: "PushReport", name: str, *, as_json: bool) -> int:
    if as_json:
        fields = {field: getattr(report, field) for field in ("inserted", "skipped", "total", "failed")}
        say_json({"schema_version": 1, **fields, "errors": report.errors, **_spent(report.duration)})
    elif not report.total:
        say("(no local coordination records to push)")
    else:
        mark = "❌" if report.failed else "✅"
        told = f"inserted: {report.inserted}, skipped: {report.skipped}"
        say(f"{mark} Pushed {report.total} record(s) to {name} — {told} ({report.duration:.3f}s)")
    return EXIT_USER if report.failed else EXIT_FINE


def _spent(duration: float) -> dict[str, float]:
    return {"duration_ms": round(duration * 1_000, 3)}


def _warn(what: str, matter: str, problems: "Iterable[Problem]") -> None:
    listed = list(problems)
    for problem in listed[:NAMED]:
        _tell(f"{problem.path} {matter}: {problem.reason}")
    if len(listed) > NAMED:
        _tell(f"and {counted(len(listed) - NAMED, f'more {what}')} like that: `musetui status` tells")


def _tell_refused(refused: tuple[str, ...]) -> None:
    for sentence in refused[:NAMED]:
        _tell(f"the hub sent what is refused: {sentence}")
    if len(refused) > NAMED:
        _tell(f"and {counted(len(refused) - NAMED, 'more record')} like that")


def _tell(sentence: str) -> None:
    print(f"musetui: {safe_text(sentence)}", file=sys.stderr, flush=True)
