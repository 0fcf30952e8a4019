"""The hub: its address, who one is there, whether it answers, and how far the clocks are apart."""

import asyncio
from datetime import timedelta

from musetui.checkup.finding import Finding, fine, note, wrong
from musetui.coordination.repository import Repository
from musetui.durations import format_duration
from musetui.errors import HubError, HubUnknownError, NoHubError
from musetui.settings import Settings

_APART = 25.0
"""Seconds between the clocks from which on a hub, which allows 30, may refuse a signature."""


def check_hub(repository: Repository, settings: Settings, *, offline: bool) -> list[Finding]:
    """Look at the hub that *settings* name; nothing is asked of it if *offline*. It blocks for at most 20 seconds."""
    from musetui.hub.target import find_target

    try:
        target = find_target(repository, settings)
    except NoHubError:
        return [note("hub", "none is named: records stay on this machine", "name one with `hub`, or run `musetui hub`")]
    except HubError as error:
        return [_said("hub", error)]
    if target.identity is None:
        findings = [note("identity", f"nobody says who you are at {target.address.netloc}", "see docs/hub.md, to push")]
    else:
        findings = [fine("identity", f"{target.handle} at {target.address.netloc}")]
    if offline:
        return [*findings, fine("hub", f"{target.url}, not asked")]
    from musetui.hub.client import HubClient
    from musetui.hub.patience import ONCE

    async def ask() -> None:
        async with HubClient(target, patience=ONCE) as client:
            try:
                await client.pull(limit=1)
                findings.append(fine("hub", f"{target.url} answers for {target.name}"))
            except HubUnknownError as error:
                new = note("hub", f"{target.url} has no {target.name} yet", "the first push makes it")
                findings.append(new if target.is_own else _said("hub", error))
            except HubError as error:
                findings.append(_said("hub", error))
            # Also where the hub says no: a clock that is off may be why.
            findings.extend(_clock(client.ahead))

    try:
        asyncio.run(ask())
    except HubError as error:  # no client can be made
        findings.append(_said("hub", error))
    return findings


def _clock(ahead: float | None) -> list[Finding]:
    """Say how far this clock is ahead of the hub's, in seconds."""
    if ahead is None or abs(ahead) < _APART:
        return []
    length = format_duration(timedelta(seconds=abs(ahead)))
    what = f"this clock is {length} {'ahead of' if ahead > 0 else 'behind'} the hub's"
    return [wrong("hub's clock", what, "set it: a hub refuses what is signed half a minute off")]


def _said(subject: str, error: HubError) -> Finding:
    """Return what an error says; its sentence ends in the advice, after a colon."""
    what, _, advice = str(error).rpartition(": ")
    return wrong(subject, what or advice, advice if what else "check its address")
