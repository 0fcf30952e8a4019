"""Records to cells: a table of input and what each column shows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.forecast.index import ConflictIndex
from musetui.records.kinds import Kind
from musetui.records.models import AnyRecord, Claim, Heartbeat, Intent, Release, Reservation, Task
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.activity import ACTIVITY_COLUMNS
from musetui.tui.presentation.cells import Cell, Column
from musetui.tui.presentation.conflicts import CONFLICT_COLUMNS
from musetui.tui.presentation.deeds import reservation_line
from musetui.tui.presentation.detail import reservation_lines
from musetui.tui.presentation.intents import INTENT_COLUMNS
from musetui.tui.presentation.problems import PROBLEM_COLUMNS, ProblemRow
from musetui.tui.presentation.reservations import RESERVATION_COLUMNS

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def reservation(reservation_id: str = "r1", **fields: Any) -> Reservation:
    whole: dict[str, Any] = {
        "reservation_id": reservation_id,
        "run_id": "agent-41",
        "branch": "main",
        "addresses": ("src/billing.py::total",),
        "created_at": NOON - 10 * MINUTE,
        "expires_at": NOON + 50 * MINUTE,
        "operation": "modify",
    }
    return Reservation(**{**whole, **fields})


def sighted(record: AnyRecord, folder: str = "") -> Sighting:
    return Sighting(Slot(folder or record.kind.folder, f"{record.record_id}.json"), record)


def swarm_of(*sightings: Sighting, now: datetime = NOON) -> tuple[Swarm, ConflictIndex]:
    swarm = Swarm()
    conflicts = ConflictIndex(swarm)
    conflicts.update(swarm.apply(Batch(found=sightings), now, live=False))
    return swarm, conflicts


def text(cell: Cell) -> str:
    return "".join(span.text for span in cell)


def shown(columns: "Sequence[Column[Any]]", row: object, now: datetime = NOON) -> dict[str, str]:
    """Return what each column shows of *row*."""
    return {column.key: text(column.cell(row, now)) for column in columns}


def style(columns: "Sequence[Column[Any]]", key: str, row: object) -> str:
    return next(column for column in columns if column.key == key).cell(row, NOON)[0].style


def ids_by(columns: "Sequence[Column[Any]]", key: str, rows: dict[str, Any]) -> list[str]:
    column = next(column for column in columns if column.key == key)
    return sorted(rows, key=lambda row_id: (column.sort_key(rows[row_id]), row_id))


def beat(reservation_id: str, *, at: datetime = NOON, until: datetime | None = None) -> Sighting:
    record = Heartbeat(reservation_id=reservation_id, run_id="agent-41", last_beat_at=at, extended_expires_at=until)
    return sighted(record)


def release(reservation_id: str, at: datetime | None) -> Sighting:
    return sighted(Release(reservation_id=reservation_id, run_id="agent-41", released_at=at))


@pytest.mark.parametrize(
    ("fields", "others", "expected"),
    [
        (
            {},
            [],
            {
                "state": "● active",
                "run": "agent-41",
                "source": "",
                "address": "src/billing.py::total",
                "op": "modify",
                "left": "▰▰▰▰▱   50m",
                "branch": "main",
                "age": "10m",
            },
        ),
        ({"expires_at": NOON + 4 * MINUTE}, [], {"state": "◔ expiring", "left": "▰▱▱▱▱  4m00"}),
        ({"expires_at": NOON - 3 * MINUTE}, [], {"state": "✕ expired", "left": "3m ago"}),
        ({}, [release("r1", NOON - 2 * MINUTE)], {"state": "○ released", "left": "2m ago"}),
        ({}, [release("r1", None)], {"state": "○ released", "left": "10m ago"}),
        ({"expires_at": NOON - 5 * MINUTE}, [beat("r1", until=NOON + 65 * MINUTE)], {"left": "▰▰▰▰▱  1h05"}),
        (
            {"created_at": NOON - 20 * MINUTE},
            [],
            {"state": "◌ silent", "left": "▰▰▰▰▱   50m", "age": "20m"},
        ),
        ({"created_at": NOON - 20 * MINUTE}, [beat("r1")], {"state": "● active"}),
        ({"created_at": NOON + 5 * MINUTE}, [], {"state": "● active", "age": "+5m", "left": "▰▰▰▰▰   50m"}),
        ({"created_at": NOON + 90 * MINUTE}, [], {"age": "+1h30", "left": "▱▱▱▱▱   50m"}),
        ({"addresses": ("a.py", "b.py", "c.py")}, [], {"address": "a.py +2"}),
        ({"addresses": ()}, [], {"address": "(no address)"}),
        ({"operation": None, "branch": ""}, [], {"op": "–", "branch": ""}),
        ({"run_id": "[/]\x1b]0;x\x07", "operation": "a\u202eb"}, [], {"run": "[/]␛]0;x␇", "op": "a\\u202eb"}),
        ({}, [sighted(reservation(), "remote/reservation")], {"source": "⇄"}),
    ],
)
def test_a_reservation_as_cells(fields: dict[str, Any], others: list[Sighting], expected: dict[str, str]) -> None:
    swarm, _ = swarm_of(sighted(reservation(**fields)), *others)
    cells = shown(RESERVATION_COLUMNS, swarm.reservation("r1"))
    assert {key: cells[key] for key in expected} == expected


def test_a_pulled_reservation_is_marked_and_an_ended_one_is_dim() -> None:
    swarm, _ = swarm_of(
        sighted(reservation("far"), "remote/reservation"), sighted(reservation("over", expires_at=NOON - MINUTE))
    )
    assert shown(RESERVATION_COLUMNS, swarm.reservation("far"))["source"] == "⇣"
    assert style(RESERVATION_COLUMNS, "run", swarm.reservation("far")) == "strong"
    for key in ("run", "address", "branch", "left"):
        assert style(RESERVATION_COLUMNS, key, swarm.reservation("over")) == "dim"


def test_reservations_that_need_a_person_stand_first() -> None:
    swarm, _ = swarm_of(
        sighted(reservation("late", expires_at=NOON + 55 * MINUTE)),
        sighted(reservation("soon", expires_at=NOON + 40 * MINUTE)),
        sighted(reservation("ending", expires_at=NOON + MINUTE)),
        sighted(reservation("quiet", run_id="agent-7", created_at=NOON - 40 * MINUTE)),
        sighted(reservation("over", expires_at=NOON - MINUTE)),
        sighted(reservation("long-over", expires_at=NOON - 9 * MINUTE)),
        sighted(reservation("given-back")),
        release("given-back", NOON - MINUTE),
    )
    rows = {row_id: swarm.reservation(row_id) for row_id in swarm.ids(Kind.RESERVATION)}
    ended = ["given-back", "over", "long-over"]
    assert ids_by(RESERVATION_COLUMNS, "state", rows) == ["ending", "quiet", "soon", "late", *ended]
    assert ids_by(RESERVATION_COLUMNS, "left", rows)[:4] == ["ending", "soon", "quiet", "late"]
    assert ids_by(RESERVATION_COLUMNS, "left", rows)[-1] == "long-over"
    assert ids_by(RESERVATION_COLUMNS, "age", rows)[-1] == "quiet"
    for column in RESERVATION_COLUMNS:
        assert len(ids_by(RESERVATION_COLUMNS, column.key, rows)) == 7


def intent(intent_id: str, **fields: Any) -> Sighting:
    whole: dict[str, Any] = {
        "intent_id": intent_id,
        "run_id": "agent-42",
        "branch": "dev",
        "addresses": ("src/billing.py::total",),
        "operation": "rename",
        "created_at": NOON - 65 * MINUTE,
        "detail": "→ invoice_total",
    }
    return sighted(Intent(**{**whole, **fields}))


def test_an_intent_as_cells() -> None:
    swarm, _ = swarm_of(intent("i1"), intent("i2", created_at=NOON, detail="two\nlines"))
    rows = {row_id: swarm.entity(Kind.INTENT, row_id) for row_id in ("i1", "i2")}
    assert shown(INTENT_COLUMNS, rows["i1"]) == {
        "op": "rename",
        "run": "agent-42",
        "source": "",
        "address": "src/billing.py::total",
        "detail": "→ invoice_total",
        "branch": "dev",
        "age": "1h05",
    }
    assert shown(INTENT_COLUMNS, rows["i2"])["detail"] == "two␊lines"
    assert ids_by(INTENT_COLUMNS, "age", rows) == ["i2", "i1"]
    for column in INTENT_COLUMNS:
        assert len(ids_by(INTENT_COLUMNS, column.key, rows)) == 2


def test_a_conflict_as_cells() -> None:
    holders = [
        sighted(reservation(f"r{n}", run_id=f"agent-{n}", branch=f"b{n}", created_at=NOON - (9 - n) * MINUTE))
        for n in range(5)
    ]
    inner = sighted(reservation("in", run_id="agent-8", addresses=("src/api.py::f",)))
    outer = sighted(reservation("out", run_id="agent-9", addresses=("src/api.py",)))
    _, conflicts = swarm_of(*holders, inner, outer)
    found = [conflicts.conflict(key) for key in list(conflicts.keys())]
    rows = {conflict.key.address: conflict for conflict in found if conflict}
    assert shown(CONFLICT_COLUMNS, rows["src/billing.py::total"]) == {
        "risk": "▲ high  ",
        "sure": "1.00",
        "kind": "overlap",
        "address": "src/billing.py::total",
        "who": "agent-0 +4",
        "branches": "b0 +4",
        "since": "8m",
    }
    nested = shown(CONFLICT_COLUMNS, rows["src/api.py"])
    assert (nested["risk"], nested["sure"]) == ("◆ medium", "0.80")
    assert nested["kind"] == "nesting"
    assert nested["address"] == "src/api.py +1"
    assert ids_by(CONFLICT_COLUMNS, "risk", rows) == ["src/billing.py::total", "src/api.py"]
    for column in CONFLICT_COLUMNS:
        assert len(ids_by(CONFLICT_COLUMNS, column.key, rows)) == 2


def test_a_double_claim_as_cells() -> None:
    _, conflicts = swarm_of(
        sighted(Claim(task_id="t1", claimer_run_id="ann", claimed_at=NOON - 9 * MINUTE)),
        sighted(Claim(task_id="t1", claimer_run_id="bob", claimed_at=NOON - 4 * MINUTE), "remote/claim"),
        sighted(Task(task_id="t1", title="Fix\nit")),
    )
    (conflict,) = conflicts.conflicts()
    assert shown(CONFLICT_COLUMNS, conflict) == {
        "risk": "▲ high  ",
        "sure": "1.00",
        "kind": "claim",
        "address": "t1 Fix␊it",
        "who": "ann, ⇣bob",
        "branches": "",
        "since": "4m",
    }


@pytest.mark.parametrize(
    ("here", "there", "who"),
    [
        (("ann", "bob"), (), "ann, bob"),
        (("ann",), ("bob",), "ann, ⇣bob"),
        (("bob",), ("ann",), "⇣ann, bob"),
        (("ann", "bob"), ("bob",), "ann, bob"),
        (("ann", "bob"), ("cid",), "ann +2 ⇣"),
        (("bob", "cid"), ("ann",), "⇣ann +2"),
    ],
)
def test_who_is_known_from_the_hub_alone_is_marked_in_a_conflict(here: tuple[str], there: tuple[str], who: str) -> None:
    begins = {"ann": 9, "bob": 8, "cid": 7}
    _, conflicts = swarm_of(
        *(
            sighted(
                reservation(f"{place[:3]}-{run_id}", run_id=run_id, created_at=NOON - begins[run_id] * MINUTE), place
            )
            for place, runs in (("reservations", here), ("remote/reservation", there))
            for run_id in runs
        )
    )
    (conflict,) = conflicts.conflicts()
    assert shown(CONFLICT_COLUMNS, conflict)["who"] == who


def test_a_run_that_is_called_nothing_leaves_no_hole() -> None:
    swarm, conflicts = swarm_of(
        sighted(reservation("r1", run_id="")), sighted(reservation("r2", run_id=" ")), intent("i1", run_id="")
    )
    held, blank = (swarm.reservation(each) for each in ("r1", "r2"))
    announced = swarm.entity(Kind.INTENT, "i1")
    assert held is not None
    assert shown(RESERVATION_COLUMNS, held)["run"] == shown(INTENT_COLUMNS, announced)["run"] == "(unnamed)"
    assert style(RESERVATION_COLUMNS, "run", held) == "dim"
    assert shown(RESERVATION_COLUMNS, blank)["run"] == "(blank)"
    conflict = conflicts.conflict(next(iter(conflicts)))
    assert shown(CONFLICT_COLUMNS, conflict)["who"] == "(unnamed), (blank)"
    assert reservation_line(held.reservation).startswith("(unnamed) on ")
    assert "(unnamed)" in text(
        next(line.spans for line in reservation_lines(held, swarm, (), NOON) if line.label == "run")
    )


def test_a_problem_as_cells() -> None:
    row = ProblemRow("reservations/\x1b.json", "not JSON: [/]")
    assert shown(PROBLEM_COLUMNS, row) == {"file": "reservations/␛.json", "reason": "not JSON: [/]"}
    assert ids_by(PROBLEM_COLUMNS, "reason", {"a": ProblemRow("a", "z"), "b": ProblemRow("b", "y")}) == ["b", "a"]


def test_what_happened_reads_like_a_sentence() -> None:
    claim = Claim(task_id="t1", claimer_run_id="agent-7", claimed_at=NOON, expires_at=NOON + 90 * MINUTE)
    long_id = "0b7c1f0a-5d51-4c35-b1c0-9a2d6b0f3a11"
    swarm, _ = swarm_of(
        sighted(reservation(addresses=("a.py", "b.py"), expires_at=NOON + 170 * MINUTE)),
        intent("i1"),
        sighted(claim),
        beat(long_id),
    )
    said = {
        event.record_id: f"{shown(ACTIVITY_COLUMNS, event)['run']} {shown(ACTIVITY_COLUMNS, event)['what']}"
        for event in swarm.activity
    }
    assert said["r1"] == "agent-41 reserved a.py (1 more, modify, 3h00)"
    assert said["i1"] == "agent-42 intends src/billing.py::total (rename, → invoice_total)"
    assert said["t1"] == "agent-7 claimed t1 (1h30)"
    assert said[long_id] == "agent-41 beat 0b7c1f0a-5d51…"
    events = list(swarm.activity)
    for column in ACTIVITY_COLUMNS:
        assert len(ids_by(ACTIVITY_COLUMNS, column.key, {str(n): event for n, event in enumerate(events)})) == 4


def test_what_happened_long_ago_is_told_without_the_time_of_day() -> None:
    swarm, _ = swarm_of(sighted(reservation()))
    event = next(iter(swarm.activity))
    assert shown(ACTIVITY_COLUMNS, event)["time"].count(":") == 2
    assert shown(ACTIVITY_COLUMNS, event, NOON + timedelta(days=3))["time"] == "3d ago"


NAMES = st.text(max_size=20)


@given(run_id=NAMES, branch=NAMES, operation=st.none() | NAMES, addresses=st.lists(NAMES, max_size=3))
def test_whatever_an_agent_writes_every_cell_is_printable(
    run_id: str, branch: str, operation: str | None, addresses: list[str]
) -> None:
    row = reservation(run_id=run_id, branch=branch, operation=operation, addresses=tuple(addresses))
    swarm, _ = swarm_of(sighted(row))
    for cells in (
        shown(RESERVATION_COLUMNS, swarm.reservation("r1")),
        *(shown(ACTIVITY_COLUMNS, event) for event in swarm.activity),
    ):
        assert all(value.isprintable() for value in cells.values())
