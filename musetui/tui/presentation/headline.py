"""The header's facts, from the live picture: pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from musetui.records.text import counted, safe_text
from musetui.tui.bars import BARS
from musetui.tui.hub_status import HubStanding, HubStatus
from musetui.tui.presentation.glyphs import BACK, PLAYING
from musetui.tui.presentation.time_text import ago, countdown, day_text, duration
from musetui.tui.widgets.top_bar import Fact

if TYPE_CHECKING:
    from musetui.coordination.feed import FeedStatus
    from musetui.history.replay import Replay
    from musetui.tui.past import Past
    from musetui.tui.showing import Showing
    from musetui.tui.travel import Travel

SPARK_MINUTES = 12

KeyNames = Callable[[str], str]
"""Tells the key of an action, by its name, as a person knows it."""

_A_MOMENT = timedelta(seconds=1)
"""How long an answer usually takes at most: what is told only for that long would flicker."""

_SOON = timedelta(seconds=3)
"""How long a first answer may take before it is told that it is waited for."""


def sparkline(rates: list[int], width: int = SPARK_MINUTES) -> str:
    """Return the last *width* counts as bars, the highest one full."""
    shown = rates[-width:]
    top = max(shown, default=0)
    return "".join(BARS[0] if not top else BARS[round(rate / top * (len(BARS) - 1))] for rate in shown)


def watching(status: "FeedStatus") -> Fact:
    """Say how the disk is watched: in the kernel's own time, by polling and why, or still reading."""
    if status.silent_for:
        seconds = countdown(timedelta(seconds=status.silent_for))
        return Fact(
            f"! the disk has not answered for {seconds}", "bad", 2, f"! disk silent {seconds}", action="show_problems"
        )
    if not status.settled:
        progress = f"… reading {status.loaded:,} of {status.total:,}" if status.total else "… reading"
        return Fact(progress, "warn", 2, "… reading")
    if status.mode.value == "polling":
        why, reason = (f": {safe_text(status.reason, limit)}" if status.reason else "" for limit in (60, 300))
        whole = f"folders are compared, and the kernel is not asked{reason}" if why else ""
        return Fact(f"◷ polling{why}", "warn", 3, "◷ polling", whole, "show_problems", fill=f"◷ polling{reason}")
    if status.reason:
        return Fact(
            f"! {safe_text(status.reason, 60)}",
            "bad",
            2,
            "! not all is read",
            f"not all is read: {safe_text(status.reason)}",
            "show_problems",
            fill=f"! {safe_text(status.reason, 300)}",
        )
    return Fact("◉ live", "good", 3, action="refresh_disk")


def hub_facts(hub: HubStatus, now: datetime, key: KeyNames) -> list[Fact]:
    """Say how it stands with the hub. A number always has a word that says what it counts, however short it is told."""
    facts: list[Fact] = []
    match hub.standing:
        case HubStanding.NONE:
            return []
        case HubStanding.OFF:
            return [Fact("hub ○ off", "dim", 7, action="show_problems")]
        case HubStanding.JOINING:
            facts.append(_joining(hub, now))
        case HubStanding.SYNCED if hub.synced_at is not None:
            asking = ", asking" if hub.asked_at is not None and now - hub.asked_at >= _A_MOMENT else ""
            short = "hub ● asking" if asking else "hub ●"
            facts.append(Fact(f"hub ● {ago(hub.synced_at, now)}{asking}", "good", 4, short, action="pull_hub"))
        case HubStanding.EMPTY if hub.is_own:
            said = f"hub ○ nothing there yet, {key('push_hub')} pushes"
            facts.append(Fact(said, "warn", 4, "hub ○ empty", f"hub: {hub.reason}", "push_hub"))
        case HubStanding.EMPTY:
            said = "hub ○ not there, or not for you to see"
            facts.append(Fact(said, "warn", 4, "hub ○ not there", f"hub: {hub.reason}", "show_problems"))
        case HubStanding.AWAY:
            facts.append(_away(hub, now, key))
        case _:
            said = f"hub ○ {safe_text(hub.reason, 48)}"
            whole = f"{hub.reason} ({key('pull_hub')} asks now)"
            facts.append(Fact(said, "bad", 3, "hub ○ refused", f"hub: {whole}", "show_problems", fill=f"hub ○ {whole}"))
    if hub.unpushed and hub.standing is HubStanding.SYNCED:
        # Where the hub is away, or says no to all, that is what there is to say.
        said, whole = (f"! not pushed: {safe_text(hub.unpushed, limit)}" for limit in (44, 300))
        facts.append(Fact(said, "bad", 3, "! not pushed", f"hub: {whole[2:]}", "show_problems", fill=whole))
    if hub.progress:
        facts.append(Fact(hub.progress, "warn", 6))
    return facts


def _joining(hub: HubStatus, now: datetime) -> Fact:
    """Say that nothing is known of the hub yet; and since when it is waited for, where that is long."""
    waited = now - hub.asked_at if hub.asked_at is not None else timedelta()
    if waited < _SOON or hub.progress:
        return Fact("hub ◌ joining", "warn", 4, "hub ◌", action="pull_hub")
    whole = f"hub: asked for {hub.name} {duration(waited)} ago, and no answer yet"
    return Fact(f"hub ◌ asking, {countdown(waited)}", "warn", 4, "hub ◌ asking", whole, "show_problems")


def _away(hub: HubStatus, now: datetime, key: KeyNames) -> Fact:
    """Say why nothing comes, and when it is asked again, or since when it is being asked."""
    left = hub.retry_at - now if hub.retry_at is not None else timedelta()
    whole = hub.reason
    if hub.asked_at is not None or countdown(left) == "0s":
        waited = countdown(now - (hub.asked_at or now))
        when, short = f"asking, {waited}", "asking"
    else:
        when, short = f"again in {countdown(left)}", f"in {countdown(left)}"
        whole += f" ({key('pull_hub')} asks now)"
    said, fill = (f"hub ◐ {when}: {reason}" for reason in (safe_text(hub.reason, 44), whole))
    return Fact(said, "warn", 3, f"hub ◐ {short}", f"hub: {whole}", "show_problems", fill=fill)


def unsent_facts(hub: HubStatus) -> list[Fact]:
    """Say how much the hub does not have. That comes and goes: what stands behind it would move under the mouse."""
    is_asked = hub.standing not in (HubStanding.NONE, HubStanding.OFF)
    return [Fact(f"↑{hub.unsent:,}", "warn", 5, action="push_hub")] if hub.unsent and is_asked else []


def past_facts(travel: "Travel", now: datetime) -> tuple[Fact, ...]:
    """Say which moment is shown, if it is not *now*, and what is not known of it."""
    past = travel.past
    if past is None:
        return ()
    at = day_text(past.now())
    then = Fact(f"{BACK} {at} · {ago(past.now(), now)} · read-only", "past", 1, f"{BACK} {at}", action="show_now")
    return (then, *_on_the_way(travel, past))


def _on_the_way(travel: "Travel", past: "Past") -> Iterator[Fact]:
    """Yield how fast time passes, if it does, and what is not known of the moment."""
    if travel.is_playing:
        yield Fact(f"{PLAYING} {travel.speed}×", "past", 3)
    unknown = past.unknown.sentences()
    if unknown:
        doubts = f"? {counted(len(unknown), 'doubt')}"
        yield Fact(f"? {unknown[0]}", "warn", 9, doubts, f"of then: {'; '.join(unknown)}", "show_problems")


def replay_facts(replay: "Replay", travel: "Travel | None", status: "FeedStatus") -> tuple[Fact, ...]:
    """Say that a recording is shown, and which moment of it, or how far its end has been taken in."""
    facts = [Fact("RECORDING · read-only", "past", 1, "RECORDING")]
    past = travel.past if travel is not None else None
    if past is None or travel is None:
        if not status.settled:
            return (*facts, watching(status))
        ends = day_text(replay.ends)
        return (*facts, Fact(f"ends {ends}", "past", 2, ends))
    at = day_text(past.now())
    facts.append(Fact(f"{BACK} {at} · {duration(replay.ends - past.now())} before its end", "past", 1, f"{BACK} {at}"))
    return (*facts, *_on_the_way(travel, past))


def headline(
    name: str,
    branch: str | None,
    shown: "Showing",
    past: Sequence[Fact],
    hub: HubStatus,
    read_only: bool,
    now: datetime,
    key: KeyNames,
    conflict_bars: str = "",
) -> tuple[Fact, ...]:
    """Return the header's facts, in the order they are shown. Of what is stuck, what is medium or worse counts.

    Of a recording the *branch* is None: nobody can know it. Where that or a moment is shown that has passed, *past*
    tells of it in place of how the disk and the hub are followed. *key* tells the key of what a fact advises.
    *conflict_bars* show how the number of conflicts went, minute by minute; "" where it did not change.
    """
    swarm, conflicts = shown.swarm, shown.conflicts
    counts, pressing = swarm.counts(), shown.stale.pressing()
    whose = (
        safe_text(name, 40) if branch is None else f"{safe_text(name, 40)} ⎇ {safe_text(branch, 40) or '(no branch)'}"
    )
    facts = [
        Fact("musetui", "name", 9, action="show_dashboard"),
        Fact(whose, "plain", 1, safe_text(name, 16), action="show_dashboard"),
        *(past or [watching(shown.status), *hub_facts(hub, now, key)]),
    ]
    if read_only and not past:
        facts.append(Fact("READ-ONLY", "warn", 2))
    held = counts.active + counts.expiring
    facts += [
        Fact(f"{held:,} held", "plain", 4, action="show_reservations"),
        Fact(
            f"{counts.expiring:,} expiring",
            "warn" if counts.expiring else "dim",
            6,
            f"{counts.expiring:,} exp",
            action="show_reservations",
        ),
        Fact(
            f"{pressing:,} stale" if shown.is_forecast else "… stale",
            "warn" if pressing else "dim",
            5,
            action="show_stale",
        ),
        Fact("… conflicts", "dim", 5, "▲ …", action="show_conflicts")
        if not shown.is_forecast
        else Fact(
            f"{counted(len(conflicts), 'conflict')} {conflict_bars}".rstrip(),
            "bad" if len(conflicts) else "dim",
            5,
            f"▲ {len(conflicts):,}",
            action="show_conflicts",
        ),
    ]
    if counts.problems:
        facts.append(
            Fact(f"! {counted(counts.problems, 'problem')}", "bad", 4, f"! {counts.problems:,}", action="show_problems")
        )
    if not past and (away := shown.status.set_aside) is not None:
        facts.append(Fact(f"+{away.total:,} older", "dim", 9, whole=away.sentence, action="show_problems"))
    rates = swarm.rate(now)
    facts.append(Fact(f"{sparkline(rates)} {rates[-1]:,}/min", "dim", 8, action="show_timeline"))
    return (*facts, *(unsent_facts(hub) if not past else ()))
