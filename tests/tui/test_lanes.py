"""Lanes of the timeline, and the axis they are drawn over: pure, so no terminal is needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.forecast.conflict import ConflictKey, ConflictType, Risk
from musetui.history.episodes import Episode
from musetui.history.leases import Lease
from musetui.records.models import LATEST, AnyRecord, Heartbeat, Reservation
from musetui.swarm.moments import micros, moment_at
from musetui.swarm.picture import Swarm
from musetui.tui.presentation.glyphs import LANE
from musetui.tui.presentation.lane_gathering import LaneGathering
from musetui.tui.presentation.lanes import Clash, Grouping, Lane, drawn, lane_lines, leases_of, signs
from musetui.tui.presentation.time_axis import SECOND, Axis, nearest_moment
from musetui.tui.presentation.time_text import clock_text
from tests.properties import patient
from tests.swarm.scene import found, local

AXIS = Axis(0, 10 * SECOND, 10)


def lease(number: int, begins: int, expires: int, **options: object) -> Lease:
    """Return a lease; moments are seconds."""
    released = options.pop("released", None)
    beats = [beat * SECOND for beat in options.pop("beats", ())]  # type: ignore[attr-defined]
    return Lease(
        f"r{number}",
        str(options.get("run", "ann")),
        str(options.get("branch", "main")),
        ("src/a.py::f", "src/b.py"),
        begins * SECOND,
        int(str(options.get("known", begins))) * SECOND,
        expires * SECOND,
        None if released is None else int(str(released)) * SECOND,
        beats=beats,
    )


def lanes(leases: list[Lease], episodes: dict[ConflictKey, list[Episode]], grouping: Grouping) -> dict[str, Lane]:
    """Return the lanes by name."""
    gathering = LaneGathering(leases, episodes, grouping)
    list(gathering.steps())
    return gathering.lanes


def episode(begins: int, ends: int | None, risk: Risk, runs: set[str]) -> Episode:
    """Return an episode in which nothing differed; moments are microseconds."""
    made = Episode(begins)
    made.follow(begins, risk, runs)
    if ends is not None:
        made.end(ends)
    return made


def shown(*leases: Lease, clashes: tuple[Clash, ...] = (), now: int = 7) -> str:
    """Return how a lane looks over ten seconds."""
    names = signs(Lane(("ann",), leases, len(leases), clashes), AXIS, now * SECOND)
    return "".join(LANE[name][0] for name in names)


def test_a_lane_shows_leases_their_ends_and_signs_of_life() -> None:
    assert shown(lease(1, 1, 4)) == " ━━━✕     "
    assert shown(lease(1, 1, 9, released=5)) == " ━━━━○    "
    assert shown(lease(1, 1, 6, beats=[3])) == " ━━┿━━✕   "
    assert shown(lease(1, 5, 20)) == "     ━━━╌╌"
    assert shown(lease(1, 1, 20), lease(2, 3, 5)) == " ━━▬▬✕━━╌╌"
    assert shown(lease(1, -9, -5), lease(2, 30, 40)) == " " * 10


def test_what_was_held_elsewhere_before_it_was_heard_of_has_a_sign_of_its_own() -> None:
    assert shown(lease(1, 1, 6, known=3)) == " ▭▭━━━✕   "
    assert shown(lease(1, 1, 20, known=4, released=4)) == " ▭▭▭○     "
    assert shown(lease(1, 1, 20, known=6, released=3)) == " ▭▭○      "
    assert shown(lease(1, 1, 20, known=30, released=3), lease(2, 2, 5)) == " ▭━○━✕    "
    assert shown(lease(1, -9, 20, known=-4)) == "━━━━━━━━╌╌"
    assert shown(lease(1, -9, 20, known=30, released=40), now=60) == "▭" * 10


def test_a_sign_of_life_is_seen_in_a_conflict() -> None:
    high = Clash(2 * SECOND, 4 * SECOND, Risk.HIGH)
    assert shown(lease(1, 1, 6, beats=[1, 3]), clashes=(high,)) == " ┿▓╪▓━✕   "


def test_what_had_ended_before_it_began_was_never_held() -> None:
    assert shown(lease(1, 6, 20, released=2)) == "  ○       "
    assert shown(lease(1, 30, 40, released=2)) == "  ○       "
    assert shown(lease(1, 6, 4)) == "    ✕     "


def test_conflicts_cover_leases_but_not_their_ends() -> None:
    high, low = Clash(2 * SECOND, 4 * SECOND, Risk.HIGH), Clash(1 * SECOND, None, Risk.LOW)
    assert shown(lease(1, 1, 4), clashes=(high, low)) == " ░▓▓✕░░░  "


def test_the_line_of_the_moment_stands_before_all_that_of_now_behind() -> None:
    names = signs(Lane(("ann",), (lease(1, 1, 4),), 1), AXIS, 7 * SECOND)
    assert "".join(span.text for span in drawn(names, 2, 7)) == " ━│━✕  ┊  "
    assert "".join(span.text for span in drawn(names, 40, 3)) == " ━━━✕     "


def test_a_lane_is_in_a_conflict_while_it_takes_part_and_as_badly_as_it_was_then() -> None:
    key, made = ConflictKey(ConflictType.ADDRESS_OVERLAP, "a.py"), Episode(2)
    made.follow(2, Risk.LOW, {"ann", "bob"})
    made.follow(4, Risk.HIGH, {"ann", "bob", "cy"})
    made.follow(6, Risk.HIGH, {"ann", "cy"})
    made.follow(8, Risk.MEDIUM, {"ann", "bob", "cy"})
    made.end(9)
    held_then = [held(run, run, 0, 20, "a.py") for run in ("ann", "bob", "cy")]
    by_agent = lanes(held_then, {key: [made]}, Grouping.AGENT)
    low, high, medium = Clash(2, 4, Risk.LOW), Clash(4, 8, Risk.HIGH, True), Clash(8, 9, Risk.MEDIUM, True)
    assert by_agent["ann"].clashes == (low, high, medium)
    assert by_agent["bob"].clashes == (low, Clash(4, 6, Risk.HIGH, True), medium)
    assert by_agent["cy"].clashes == (Clash(4, 8, Risk.HIGH), medium)
    assert lanes(held_then, {key: [made]}, Grouping.FILE)["a.py"].clashes == (low, high, medium)
    early = held("ann", "early", 0, 3, "a.py")
    assert lanes([early], {key: [made]}, Grouping.BRANCH)["early"].clashes == (Clash(2, 3, Risk.LOW),)


def test_lanes_are_by_agent_branch_or_file() -> None:
    held = [lease(1, 1, 4), lease(2, 0, 9, run="bob", branch="topic")]
    clash = {ConflictKey(ConflictType.ADDRESS_OVERLAP, "src/a.py::f"): [episode(2, 5, Risk.HIGH, {"ann", "bob"})]}
    by_agent = lanes(held, clash, Grouping.AGENT)
    assert {name: lane.size for name, lane in by_agent.items()} == {"ann": 1, "bob": 1}
    assert by_agent["bob"].clashes == (Clash(2, 5, Risk.HIGH),)
    assert set(lanes(held, clash, Grouping.BRANCH)) == {"main", "topic"}
    by_file = lanes(held, clash, Grouping.FILE)
    assert [each.reservation_id for each in by_file["src/a.py"].leases] == ["r2", "r1"]
    assert (by_file["src/a.py"].clashes, by_file["src/b.py"].clashes) == ((Clash(2, 5, Risk.HIGH),), ())
    assert [row.path for row in leases_of(by_file["src/b.py"])] == [("src/b.py", "r2"), ("src/b.py", "r1")]


def held(run: str, branch: str, begins: int, expires: int, *addresses: str) -> Lease:
    """Return a lease; moments are microseconds."""
    return Lease(f"{run}-{begins}-{branch}-{addresses}", run, branch, addresses, begins, begins, expires)


def marked(leases: list[Lease], key: ConflictKey, episode: Episode) -> set[str]:
    """Return the branches on whose lanes a conflict is marked."""
    return {name for name, lane in lanes(leases, {key: [episode]}, Grouping.BRANCH).items() if lane.clashes}


def test_a_conflict_is_marked_on_the_branches_that_held_the_address_then() -> None:
    leases = [
        held("ann", "main", 0, 20, "src/a.py::f"),
        held("ann", "other", 1, 20, "src/z.py"),
        held("bob", "topic", 2, 20, "src/a.py::f"),
        held("cy", "early", 3, 4, "src/a.py::f"),
    ]
    overlap = ConflictKey(ConflictType.ADDRESS_OVERLAP, "src/a.py::f")
    assert marked(leases, overlap, episode(5, 9, Risk.HIGH, {"ann", "bob"})) == {"main", "topic"}
    nesting = ConflictKey(ConflictType.CONTAINMENT_OVERLAP, "src")
    leases.append(held("di", "outer", 6, 20, "src/"))
    assert marked(leases, nesting, episode(6, None, Risk.HIGH, {"di", "ann"})) == {"main", "other", "topic", "outer"}
    claim = ConflictKey(ConflictType.DOUBLE_CLAIM, "t1")
    assert marked(leases, claim, episode(6, None, Risk.HIGH, {"di", "ann"})) == set()


spans = st.tuples(st.integers(0, 30), st.integers(1, 12))


@patient(100)
@given(
    st.lists(st.tuples(st.sampled_from(("main", "dev", "")), spans), max_size=12),
    st.tuples(st.integers(0, 40), st.none() | st.integers(0, 12)),
)
def test_a_branch_is_marked_if_it_held_the_address_at_any_time_of_the_conflict(
    laid: list[tuple[str, tuple[int, int]]], when: tuple[int, int | None]
) -> None:
    leases = [held("ann", branch, begins, begins + length, "a.py") for branch, (begins, length) in laid]
    leases.sort(key=lambda lease: lease.begins)
    begins, length = when
    clash = episode(begins, None if length is None else begins + length, Risk.LOW, {"ann"})
    ends = float("inf") if length is None else begins + max(length, 1)
    then = {lease.branch for lease in leases if lease.begins < ends and lease.ends > begins}
    assert marked(leases, ConflictKey(ConflictType.ADDRESS_OVERLAP, "a.py"), clash) == then


def test_a_lane_is_another_one_once_a_lease_of_it_has_come_to_its_end() -> None:
    changing = held("ann", "main", 0, 9, "a.py")
    before = lanes([changing], {}, Grouping.AGENT)["ann"]
    assert lanes([changing], {}, Grouping.AGENT)["ann"] == before
    changing.beats.append(3)
    later = lanes([changing], {}, Grouping.AGENT)["ann"]
    assert later != before
    changing.released = 5
    assert lanes([changing], {}, Grouping.AGENT)["ann"] != later
    assert list(leases_of(later)) != list(leases_of(lanes([changing], {}, Grouping.AGENT)["ann"]))


def test_the_detail_tells_what_was_held_then() -> None:
    lane = Lane(("ann",), (lease(1, 1, 9), lease(2, 2, 9, known=4)), 2, (Clash(2 * SECOND, None, Risk.MEDIUM),))

    def told(second: int, *records: AnyRecord) -> list[str]:
        swarm = Swarm()
        swarm.apply(found(*map(local, records)), moment_at(second * SECOND))
        lines = lane_lines(lane, second * SECOND, swarm)
        return ["".join(span.text for span in line.spans) for line in lines]

    def made(name: str, ends: int) -> Reservation:
        begins = moment_at(SECOND)
        expires = moment_at(ends * SECOND)
        return Reservation(
            reservation_id=name, run_id="ann", addresses=("src/a.py",), created_at=begins, expires_at=expires
        )

    assert told(5, made("r1", 9), made("r2", 9))[1] == "2 leases held, 1 conflict, medium at worst"
    assert told(3, made("r1", 9))[1] == "1 lease held, 1 conflict, medium at worst, 1 not known here yet"
    assert told(1, made("r1", 9))[1] == "1 lease held"
    # What extended it later, and is drawn, was not known of then.
    assert told(5, made("r1", 6))[2].endswith(f"{clock_text(moment_at(6 * SECOND))} (runs out)")
    assert told(7, made("r1", 6))[1] == "0 leases held, 1 conflict, medium at worst"
    beat = Heartbeat(reservation_id="r1", last_beat_at=moment_at(2 * SECOND), extended_expires_at=moment_at(8 * SECOND))
    after = f"{clock_text(moment_at(8 * SECOND))} (runs out), heard of {clock_text(moment_at(2 * SECOND))}"
    assert told(5, made("r1", 6), beat)[2].endswith(after)


@pytest.mark.parametrize(
    "length", [10, 90, 3_600, 86_400, 40 * 86_400, 3 * 365 * 86_400, 300 * 365 * 86_400, 7_000 * 365 * 86_400]
)
@pytest.mark.parametrize("columns", [1, 20, 77, 200])
@pytest.mark.parametrize("begins", [1_773_835_200, -30_000_000_000])
def test_labels_stand_apart_and_inside(length: int, columns: int, begins: int) -> None:
    labels = Axis(begins * SECOND, (begins + length) * SECOND, columns).labels()
    ends = -1
    for place, text in labels:
        assert ends < place
        ends = place + len(text)
    assert ends <= columns
    assert labels or columns < 40


def test_an_axis_beyond_all_dates_has_labels_where_there_are_dates() -> None:
    axis = Axis(-10 * micros(LATEST), 10 * micros(LATEST), 200)
    assert "1970" in {text for _, text in axis.labels()}
    assert nearest_moment(axis.begins) < nearest_moment(0) < nearest_moment(axis.ends)


@given(
    st.integers(-(10**12), 10**12),
    st.integers(1, 10**13),
    st.integers(1, 300),
    st.floats(0.1, 10),
    st.floats(-0.5, 1.5),
)
def test_zooming_keeps_the_moment_and_moving_shows_it(
    begins: int, length: int, columns: int, factor: float, share: float
) -> None:
    axis = Axis(begins, begins + length, columns)
    at = begins + int(length * share)
    zoomed = axis.zoomed(factor, at)
    assert zoomed.begins <= at <= zoomed.ends
    if length >= 20:
        moved = axis.showing(at)
        assert 0 <= moved.column(at) < max(columns, 1)
        assert moved.ends - moved.begins == length
        assert moved.showing(at) == moved
