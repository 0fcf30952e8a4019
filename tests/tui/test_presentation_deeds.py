"""Lines about deeds on several reservations: short, safe, and cut where no person reads on."""

from datetime import UTC, datetime, timedelta

import pytest

from musetui.forecast.index import ConflictIndex
from musetui.records.models import Reservation
from musetui.tui.presentation.deeds import (
    MOST,
    addresses_text,
    ending_sentence,
    failure_lines,
    listed,
    reservation_line,
)
from tests.swarm import scene

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)


def reservation(run_id: str = "agent-1", *addresses: str, branch: str = "main") -> Reservation:
    return Reservation(
        reservation_id="r-1",
        run_id=run_id,
        branch=branch,
        addresses=addresses or ("src/a.py",),
        created_at=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (reservation(), "agent-1 on main · src/a.py"),
        (reservation("agent-1", "a", "b", "c", branch=""), "agent-1 · a +2"),
        (reservation("\x1b[31mx", "\u202ea"), "␛[31mx on main · \\u202ea"),
    ],
)
def test_whose_it_is_and_what_it_takes(record: Reservation, line: str) -> None:
    assert reservation_line(record) == line


def test_no_address_is_said() -> None:
    assert addresses_text(()) == "(no address)"


def test_a_long_list_is_cut() -> None:
    assert listed(range(MOST), str) == [str(number) for number in range(MOST)]
    assert listed(range(MOST + 1_234), str)[-2:] == [str(MOST - 1), "… and 1,234 more"]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([], ""),
        ([scene.reservation("r2", "bob")], "1 conflict ends by it."),
        ([scene.reservation("r2", "bob"), scene.reservation("r3", "cy")], "1 conflict has a holder less."),
        (
            [scene.reservation("r2", "bob", "src/a.py", "src"), scene.reservation("r3", "cy")],
            "2 conflicts have a holder less.",
        ),
        (
            [scene.reservation("r2", "bob", "src/a.py", "src/a.py::f"), scene.reservation("r3", "cy", "src/a.py::f")],
            "1 conflict ends by it, and the other has a holder less.",
        ),
        (
            [
                scene.reservation("r2", "bob", "src"),
                scene.reservation("r3", "cy", "src/b"),
                scene.reservation("r4", "dan"),
            ],
            "1 conflict ends by it, and the other has a holder less.",
        ),
        (
            [scene.reservation("r2", "bob", "src/a.py", "src/a.py::f"), scene.reservation("r3", "cy")],
            "2 conflicts have a holder less.",
        ),
    ],
)
def test_it_is_said_which_conflicts_end(others: list[Reservation], said: str) -> None:
    swarm = scene.swarm_of([scene.reservation("r1", "ann"), *others], scene.at(5))
    assert ending_sentence("r1", ConflictIndex(swarm), swarm) == said


def test_of_very_many_conflicts_it_is_not_worked_out_which_end() -> None:
    places = [f"src/{place}.py" for place in range(1_200)]
    swarm = scene.swarm_of([scene.reservation("r1", "ann", *places), scene.reservation("r2", "bob", *places)])
    assert ending_sentence("r1", ConflictIndex(swarm), swarm) == "1,200 conflicts end by it, or have a holder less."


@pytest.mark.parametrize(
    ("done", "failures", "first"),
    [
        (0, 1, "This one was not, and is as it was:"),
        (2, 1, "Released 2 reservations. This one was not, and is as it was:"),
        (1, 2, "Released 1 reservation. These were not, and are as they were:"),
    ],
)
def test_what_failed_is_told_after_what_was_done(done: int, failures: int, first: str) -> None:
    lines = failure_lines(done, "Released", [(reservation(), "it is gone")] * failures)
    assert lines == [first, "", *["agent-1 on main · src/a.py: it is gone"] * failures]
