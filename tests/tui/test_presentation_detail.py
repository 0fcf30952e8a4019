"""One record whole: every fact of it is told, within limits, and nothing of it acts on the terminal."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Source
from musetui.forecast.index import ConflictIndex
from musetui.records.kinds import Kind
from musetui.records.models import Claim, Dependency, Heartbeat, Intent, Release, Task
from musetui.records.parse import parse_record
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.claims import ClaimKey, claim_lines
from musetui.tui.presentation.detail import Line, conflict_lines, intent_lines, problem_lines, reservation_lines
from tests.tui.test_presentation_rows import MINUTE, NOON, beat, intent, reservation, sighted, swarm_of


def told(lines: Sequence[Line]) -> dict[str, list[str]]:
    """Return what stands at each label; lines without one belong to the label above."""
    found: dict[str, list[str]] = {}
    label = ""
    for line in lines:
        label = line.label or label
        found.setdefault(label, []).append("".join(span.text for span in line.spans))
    return found


def about(swarm: Swarm, conflicts: ConflictIndex, reservation_id: str, now: datetime = NOON) -> dict[str, list[str]]:
    held = swarm.reservation(reservation_id)
    assert held is not None
    found = [conflicts.conflict(key) for key in sorted(conflicts.of_reservation(reservation_id))]
    return told(reservation_lines(held, swarm, [conflict for conflict in found if conflict], now))


def test_a_reservation_whole() -> None:
    swarm, conflicts = swarm_of(
        sighted(reservation("r1", addresses=("src/a.py", "src/b.py"), note={"ticket": 7})),
        sighted(reservation("r2", run_id="agent-7", addresses=("src/b.py",), branch="dev")),
        beat("r1", at=NOON - MINUTE, until=NOON + 65 * MINUTE),
        intent("i1", reservation_id="r1", run_id="agent-41", addresses=("src/a.py",)),
        sighted(Dependency(reservation_id="r1", depends_on=("r2", "gone"), run_id="agent-41")),
        sighted(Dependency(reservation_id="r3", depends_on=("r1",), run_id="agent-9")),
    )
    lines = about(swarm, conflicts, "r1")
    assert lines["reservation"] == ["r1"]
    assert lines["state"] == ["● active  1h05 left ▰▰▰▰▱"]
    assert lines["run"] == ["agent-41"]
    assert lines["branch"] == ["main"]
    assert lines["operation"] == ["modify"]
    assert lines["addresses"] == ["src/a.py", "src/b.py"]
    assert lines["expires"][0].endswith("(in 1h05), extended by 15m")
    assert lines["heartbeat"][0].startswith("the last at ")
    assert lines["intents"] == ["agent-41 will rename src/a.py: → invoice_total"]
    assert lines["waits for"] == ["gone (unknown here)", "● active agent-7 src/b.py r2"]
    assert lines["awaited by"] == ["r3 (unknown here)"]
    assert lines["note"] == ['{"ticket": 7}']
    assert lines["file"] == [".muse/coordination/reservations/r1.json"]
    assert len(lines["conflicts"]) == 2
    assert lines["conflicts"][0].startswith("▲ high")
    assert "src/b.py" in lines["conflicts"][0]
    assert lines["conflicts"][1].startswith("  → ")


def test_a_reservation_that_is_over_says_how_it_ended() -> None:
    swarm, conflicts = swarm_of(
        sighted(reservation("r1")),
        sighted(reservation("r2", expires_at=NOON - 3 * MINUTE)),
        sighted(Release(reservation_id="r1", run_id="agent-9", released_at=NOON - 2 * MINUTE, reason="crashed\x1b[0m")),
    )
    lines = about(swarm, conflicts, "r1")
    assert lines["state"] == ["○ released  ended 2m ago"]
    assert lines["released"][0].endswith("(2m ago) by agent-9: crashed␛[0m")
    assert about(swarm, conflicts, "r2")["state"] == ["✕ expired  ended 3m ago"]


def test_what_is_unknown_is_said() -> None:
    swarm, conflicts = swarm_of(
        sighted(reservation("r1", addresses=(), branch="", operation=None)),
        sighted(Heartbeat(reservation_id="r1", run_id="agent-41")),
        sighted(Release(reservation_id="r1")),
    )
    lines = about(swarm, conflicts, "r1")
    assert lines["addresses"] == ["none"]
    assert lines["branch"] == lines["operation"] == ["–"]
    assert lines["heartbeat"] == ["at a time unknown"]
    assert lines["released"] == ["at a time unknown"]
    assert "conflicts" not in lines


def test_long_lists_are_cut_and_say_so() -> None:
    swarm, conflicts = swarm_of(
        sighted(reservation("r1", addresses=tuple(f"src/f{n}.py" for n in range(10_000)))),
        *(intent(f"i{n}", reservation_id="r1") for n in range(33)),
    )
    lines = about(swarm, conflicts, "r1")
    assert len(lines["addresses"]) == 201
    assert lines["addresses"][-1] == "… and 9,800 more"
    assert lines["intents"][-1] == "… and 13 more"


def test_an_intent_whole() -> None:
    swarm, _ = swarm_of(
        intent("i1", reservation_id="r1", mood="calm"), intent("i2", detail=""), sighted(reservation("r1"))
    )
    first, second = swarm.entity(Kind.INTENT, "i1"), swarm.entity(Kind.INTENT, "i2")
    assert first is not None
    assert second is not None
    lines = told(intent_lines(first, swarm, [], NOON))
    assert lines["intent"] == ["i1"]
    assert lines["operation"] == ["rename"]
    assert lines["run"] == ["agent-42"]
    assert lines["addresses"] == ["src/billing.py::total"]
    assert lines["detail"] == ["→ invoice_total"]
    assert lines["created"][0].endswith("(1h05 ago)")
    assert lines["reservation"] == ["● active agent-41 src/billing.py::total r1"]
    assert lines["mood"] == ['"calm"']
    lines = told(intent_lines(second, swarm, [], NOON))
    assert lines["detail"] == ["–"]
    assert lines["reservation"] == ["none named"]
    assert "conflicts" not in lines


def test_an_intent_tells_its_conflicts_and_where_it_happens() -> None:
    swarm, conflicts = swarm_of(
        intent("i1", branch="feature/z", reservation_id="r1"),
        sighted(reservation("r1", run_id="agent-42", branch="dev")),
        sighted(reservation("r2", run_id="agent-7")),
    )
    entity = swarm.entity(Kind.INTENT, "i1")
    assert entity is not None
    lines = told(intent_lines(entity, swarm, conflicts.each(conflicts.of_intent("i1")), NOON))
    assert lines["branch"] == ["feature/z", "it happens on dev, where its reservation is"]
    assert any("agent-42 (dev) renames src/billing.py::total" in line for line in lines["conflicts"])
    assert any(line.startswith("  → ") for line in lines["conflicts"])


def test_a_conflict_whole() -> None:
    _, conflicts = swarm_of(
        *(sighted(reservation(f"r{n:03}", run_id=f"agent-{n:03}", branch=f"b{n:03}")) for n in range(300)),
    )
    (key,) = conflicts.keys()
    conflict = conflicts.conflict(key)
    assert conflict is not None
    lines = told(conflict_lines(conflict, NOON))
    assert lines["conflict"] == ["address_overlap   ▲ high   1.00"]
    # A small screen shows the first lines alone: what to do must not be below a list of any length.
    assert list(lines)[:3] == ["conflict", "why", "do"]
    assert lines["addresses"] == ["src/billing.py::total"]
    assert lines["why"] == [conflict.description]
    assert lines["do"] == [conflict.advice]
    assert lines["since"][0].endswith("(10m ago)")
    assert lines["branches"][0].endswith(" and 280 more")
    assert lines["held by"][0] == "agent-000 on b000 has src/billing.py::total"
    assert lines["held by"][-1] == "… and 100 more"


def test_a_conflict_with_a_record_of_the_hub_says_so() -> None:
    _, conflicts = swarm_of(
        sighted(reservation("r1", branch="")), sighted(reservation("r2", run_id="far"), "remote/reservation")
    )
    conflict = conflicts.conflict(next(iter(conflicts.keys())))
    assert conflict is not None
    assert told(conflict_lines(conflict, NOON))["held by"] == [
        "agent-41 has src/billing.py::total",
        "far on main has src/billing.py::total (from the hub)",
    ]


def test_a_double_claim_and_each_of_its_claims_whole() -> None:
    swarm, conflicts = swarm_of(
        sighted(Claim(task_id="t1", claimer_run_id="ann", claimed_at=NOON - 9 * MINUTE, expires_at=NOON + 5 * MINUTE)),
        sighted(Claim(task_id="t1", claimer_run_id="bob", claimed_at=NOON - 4 * MINUTE), "remote/claim"),
        sighted(Task(task_id="t1", title="Fix\x1b it")),
    )
    conflict = conflicts.conflict(next(iter(conflicts.keys())))
    assert conflict is not None
    lines = told(conflict_lines(conflict, NOON))
    assert (lines["task"], lines["title"]) == (["t1"], ["Fix␛ it"])
    assert "branches" not in lines
    ann, bob = lines["claimed by"]
    assert ann.startswith("ann claimed it at ")
    assert ann.endswith("(9m ago)")
    assert bob.endswith("(4m ago) (from the hub)")

    mine = told(claim_lines(ClaimKey("ann", Source.LOCAL, "t1"), swarm, NOON))
    assert (mine["claim"], mine["run"], mine["task"]) == (["t1"], ["ann"], ["Fix␛ it"])
    assert mine["state"] == ["● active  5m00 left"]
    assert mine["file"] == [".muse/coordination/claims/t1.json"]
    theirs = told(claim_lines(ClaimKey("bob", Source.REMOTE, "t1"), swarm, NOON))
    assert (theirs["state"], theirs["expires"]) == (["● active"], ["never"])
    assert theirs["file"] == [".muse/coordination/remote/claim/t1.json"]
    later = told(claim_lines(ClaimKey("ann", Source.LOCAL, "t1"), swarm, NOON + 6 * MINUTE))
    assert later["state"] == ["✕ expired  ended 1m ago"]
    assert not claim_lines(ClaimKey("ann", Source.REMOTE, "t1"), swarm, NOON)
    assert not claim_lines(ClaimKey("ann", Source.LOCAL, "t2"), swarm, NOON)


def test_a_problem_whole() -> None:
    lines = told(problem_lines("reservations/x\x07.json", "empty file"))
    assert lines["file"] == [".muse/coordination/reservations/x␇.json"]
    assert lines["problem"] == ["empty file"]
    assert lines["do"]


TEXT = st.text(max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(TEXT, children, max_size=3),
    max_leaves=6,
)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(8999, 1, 1), timezones=st.just(UTC))


@given(
    extra=st.dictionaries(TEXT, JSON, max_size=3),
    run_id=TEXT,
    addresses=st.lists(TEXT, max_size=3),
    created_at=MOMENTS,
    expires_at=MOMENTS,
    now=MOMENTS,
)
def test_whatever_an_agent_writes_its_detail_is_printable(
    extra: dict[str, Any],
    run_id: str,
    addresses: list[str],
    created_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> None:
    known = {
        "reservation_id": "r1",
        "run_id": run_id,
        "addresses": addresses,
        "created_at": created_at.isoformat(),
        "expires_at": expires_at.isoformat(),
    }
    fields = {key: value for key, value in extra.items() if key not in ("branch", "operation", "schema_version")}
    record = parse_record(Kind.RESERVATION, json.dumps({**fields, **known}).encode(), "r1")
    swarm, _ = swarm_of(sighted(record), now=now)
    held = swarm.reservation("r1")
    assert held is not None
    for line in reservation_lines(held, swarm, (), now + timedelta(seconds=1)):
        assert line.label.isprintable()
        assert all(span.text.isprintable() for span in line.spans)


def test_an_intent_of_another_world_is_printable() -> None:
    record = Intent(
        intent_id="i1", run_id="\u202e", addresses=("\x1b]0;x\x07",), operation="[/]", created_at=NOON, detail="\n" * 9
    )
    swarm, _ = swarm_of(sighted(record))
    entity = swarm.entity(Kind.INTENT, "i1")
    assert entity is not None
    for line in intent_lines(entity, swarm, [], NOON):
        assert all(span.text.isprintable() for span in line.spans)
