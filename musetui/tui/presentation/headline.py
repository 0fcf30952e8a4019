"""The header's facts, from the live picture: pure."""

from collections.abc import Iterator, Sequence
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
        why = f": {safe_text(status.reason, 60)}" if status.reason else ""
        whole = f"folders are compared, and the kernel is not asked: {safe_text(status.reason)}" if why else ""
        return Fact(f"◷ polling{why}", "warn", 3, "◷ polling", whole, "show_problems")
    if status.reason:
        return Fact(
            f"! {safe_text(status.reason, 60)}",
            "bad",
            2,
            "! not all is read",
            f"not all is read: {safe_text(status.reason)}",
            "show_problems",
        )
    return Fact("◉ live", "good", 3, action="refresh_disk")


def hub_facts(hub: HubStatus, now: datetime) -> list[Fact]:
    """Say how it stands with the hub."""
    waiting = countdown(hub.retry_at - now) if hub.retry_at is not None else "0s"
    facts: list[Fact] = []
    match hub.standing:
        case HubStanding.NONE:
            return []
        case HubStanding.OFF:
            return [Fact("hub ○ off", "dim", 7, action="show_problems")]
        case HubStanding.JOINING:
            facts.append(Fact("hub ◌ joining", "warn", 4, "hub ◌", action="pull_hub"))
        case HubStanding.SYNCED if hub.synced_at is not None:
            facts.append(Fact(f"hub ● {ago(hub.synced_at, now)}", "good", 4, "hub ●", action="pull_hub"))
        case HubStanding.EMPTY if hub.is_own:
            facts.append(Fact("hub ○ nothing there yet, P pushes", "warn", 4, "hub ○ empty", action="push_hub"))
        case HubStanding.EMPTY:
            facts.append(
                Fact("hub ○ not there, or not for you to see", "warn", 4, "hub ○ not there", action="show_problems")
            )
        case HubStanding.AWAY:
            again = f"again in {waiting}" if waiting != "0s" else "asking again"
            facts.append(
                Fact(
                    f"hub ◐ {again}: {safe_text(hub.reason, 44)}",
                    "warn",
                    3,
                    f"hub ◐ {waiting}",
                    f"hub: {hub.reason}",
                    "show_problems",
                )
            )
        case _:
            said = f"hub ○ {safe_text(hub.reason, 48)}"
            facts.append(Fact(said, "bad", 3, "hub ○ refused", f"hub: {hub.reason}", "show_problems"))
    if hub.progress:
        facts.append(Fact(hub.progress, "warn", 6))
    return facts


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
    conflict_bars: str = "",
) -> tuple[Fact, ...]:
    """Return the header's facts, in the order they are shown. Of what is stuck, what is medium or worse counts.

    Of a recording the *branch* is None: nobody can know it. Where that or a moment is shown that has passed, *past*
    tells of it in place of how the disk and the hub are followed.
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
        *(past or [watching(shown.status), *hub_facts(hub, now)]),
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
