"""How the header tells of the hub: words that cannot be misread at any width, and a reason that fills its room."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from musetui.tui.hub_status import HubStanding, HubStatus
from musetui.tui.presentation.headline import hub_facts
from musetui.tui.widgets.top_bar import Fact, fit

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
REASON = "the hub's answer is not one (records: Input should be a valid list): is there a hub at this address?"
KEYS = {"pull_hub": "p", "push_hub": "P"}.__getitem__


def fact(standing: HubStanding, **known: Any) -> Fact:
    return hub_facts(HubStatus(standing, **known), NOW, KEYS)[0]


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_number_always_says_whether_it_is_behind_or_ahead() -> None:
    away = fact(HubStanding.AWAY, reason=REASON, retry_at=after(12))
    assert away.text.startswith("hub ◐ again in 12s: the hub's answer")
    assert away.short == "hub ◐ in 12s"
    asking = fact(HubStanding.AWAY, reason=REASON, retry_at=after(-7), asked_at=after(-7))
    assert asking.text.startswith("hub ◐ asking, 7s: the hub's answer")
    assert asking.short == "hub ◐ asking"
    synced = fact(HubStanding.SYNCED, synced_at=after(-3))
    assert (synced.text, synced.short) == ("hub ● 3s ago", "hub ●")
    stalled = fact(HubStanding.SYNCED, synced_at=after(-9), asked_at=after(-4))
    assert (stalled.text, stalled.short) == ("hub ● 9s ago, asking", "hub ● asking")


def test_that_a_push_failed_is_told_beside_a_hub_that_answers() -> None:
    why = "the hub at 127.0.0.1:8765 does not let ann do this in bob/orchard: ask its owner to make you a writer"
    status = HubStatus(HubStanding.SYNCED, synced_at=NOW, unpushed=why)
    told = hub_facts(status, NOW, KEYS)[1]
    assert told.text.startswith("! not pushed: the hub at 127.0.0.1:8765")
    assert (told.short, told.whole) == ("! not pushed", f"hub: not pushed: {why}")
    # Of a hub that is away the header says that already.
    assert len(hub_facts(HubStatus(HubStanding.AWAY, reason=REASON, unpushed=why), NOW, KEYS)) == 1


@pytest.mark.parametrize(("seconds", "text", "short"), [(1, "joining", ""), (40, "asking, 40s", " asking")])
def test_a_first_answer_that_takes_long_is_not_joining(seconds: int, text: str, short: str) -> None:
    told = fact(HubStanding.JOINING, asked_at=after(-seconds))
    assert (told.text, told.short) == (f"hub ◌ {text}", f"hub ◌{short}")
    assert bool(told.whole) == (seconds == 40)
    assert "no answer yet" in told.whole or seconds == 1


def test_at_full_length_it_says_how_to_ask_at_once() -> None:
    assert "p asks now" in fact(HubStanding.AWAY, reason=REASON, retry_at=after(52)).whole
    assert "p asks now" in fact(HubStanding.REFUSED, reason=REASON, retry_at=after(52)).whole


@pytest.mark.parametrize("standing", [HubStanding.AWAY, HubStanding.REFUSED])
@pytest.mark.parametrize("width", [100, 120, 140, 160, 200, 240])
def test_a_reason_that_is_cut_fills_the_room_there_is(standing: HubStanding, width: int) -> None:
    others = (Fact("musetui", "name", 9), Fact("repo ⎇ main", "plain", 1, "repo"), Fact("0 conflicts", "dim", 5, "▲ 0"))
    facts = (*others[:2], fact(standing, reason=REASON, retry_at=after(3)), others[2], Fact("40 held " * 5, "dim", 4))
    shown = fit(facts, width)
    used = sum(cell_len(text) + 2 for text, _ in shown)
    [told] = [text for text, fact in shown if fact.rank == 3]
    assert used == width or told.endswith("p asks now)") or (told == "hub ○ refused" and width - used < 18)
    assert "the hub's" in told or width == 100
    assert used <= width
    assert len(shown) == len(facts)


def test_no_room_is_filled_with_the_stump_of_a_reason() -> None:
    away = fact(HubStanding.AWAY, reason=REASON, retry_at=after(3))
    assert [text for text, _ in fit((away,), len("hub ◐ again in 3s: th") + 2)] == ["hub ◐ in 3s"]
