"""The collector of cycles: what has come in is set aside, garbage is found, and all is undone at the end.

Run by `test_collecting.py`.
"""

import gc
import weakref
from collections.abc import Iterator

import pytest
from textual._styles_cache import StylesCache
from textual.color import Color

from musetui.tui import collecting
from musetui.tui.collecting import Collecting


class Knot:
    """An object that only the collector frees."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[Collecting]:
    """Return a collector at work, of whose blocks none are the garbage of other tests."""
    gc.unfreeze()
    gc.collect()
    made = Collecting()
    yield made
    made.end()


def test_what_has_come_in_is_gone_through_no_more(collector: Collecting) -> None:
    before = gc.get_freeze_count()
    picture = [[number] for number in range(10_000)]
    collector.came(499)
    assert gc.get_freeze_count() < before + len(picture) // 2  # what others leave to be freed may go meanwhile
    collector.came(1)
    assert gc.get_freeze_count() > before + len(picture) // 2


def test_garbage_is_found_now_and_then(collector: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = weakref.ref(Knot())
    gc.collect(0)
    gc.collect(1)
    gone_later = weakref.ref(Knot())
    collector.tick()
    assert gone_later() is not None  # a minute has not passed
    monkeypatch.setattr(collecting, "_EVERY", -1.0)
    collector.tick()
    assert gone() is None
    assert gone_later() is None


def test_what_a_widget_painted_goes_with_it(collector: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_EVERY", -1.0)
    painted = StylesCache()
    painted.get_inner_outer(Color(0, 0, 0), Color(9, 9, 9))
    gone = weakref.ref(painted)
    del painted
    collector.tick()
    assert gone() is None


def test_garbage_of_calm_times_is_not_set_aside(collector: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_CALM", -1.0)
    gone = weakref.ref(Knot())
    collector.came(1_000)
    assert gone() is None


def test_what_was_set_aside_and_became_garbage_is_found_while_nobody_types(
    collector: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_MORE", 1_000)
    monkeypatch.setattr(collecting, "_SHARE", 1_000_000)
    monkeypatch.setattr(collecting, "_CALM", -1.0)
    monkeypatch.setattr(collecting, "_OF_A_RECORD", 0)
    collector.tick()
    knots = [Knot() for _ in range(50_000)]
    gone = weakref.ref(knots[0])
    collector.came(1_000)
    knots.clear()
    gc.collect()
    assert gone() is not None, "what is set aside is not gone through"
    collector.tick()
    assert gone() is not None, "somebody may be typing"
    monkeypatch.setattr(collecting, "_IDLE", -1.0)
    collector.tick()
    assert gone() is None
    aside = gc.get_freeze_count()
    full = gc.get_stats()[2]["collections"]
    collector.tick()
    assert gc.get_stats()[2]["collections"] == full, "once is enough"
    assert aside > 10_000, "and all there is, is set aside again"


def test_what_is_set_aside_is_never_counted_one_by_one(collector: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    monkeypatch.setattr(gc, "get_freeze_count", lambda: counted.append(1) or 0)
    monkeypatch.setattr(collecting, "_CALM", -1.0)
    monkeypatch.setattr(collecting, "_IDLE", -1.0)
    collector.tick()
    assert not counted


def test_records_that_come_and_go_are_not_taken_for_ever_more(
    collector: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all garbage of a long night would pass for records."""
    monkeypatch.setattr(collecting, "_CALM", -1.0)
    expected = collector._expected
    for _ in range(50):
        collector.came(400, 390)
    assert collector._expected == expected + 500 * collecting._OF_A_RECORD


def test_records_that_have_come_in_are_not_taken_for_garbage(
    collector: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "_CALM", -1.0)
    monkeypatch.setattr(collecting, "_MORE", 1_000)
    monkeypatch.setattr(collecting, "_SHARE", 1_000_000_000)
    monkeypatch.setattr(collecting, "_OF_A_RECORD", 10)
    monkeypatch.setattr(collecting, "_IDLE", -1.0)
    monkeypatch.setattr(collecting, "_MUCH", 1_000_000_000)
    full = gc.get_stats()[2]["collections"]
    picture = [[[number + 1_000_000]] for number in range(5_000)]
    collector._fresh = -5_000  # what came in is not set aside here, which looks at all as well
    collector.came(5_000)
    collector.tick()
    assert gc.get_stats()[2]["collections"] == full
    others = [[[number + 1_000_000]] for number in range(5_000)]
    collector.tick()
    assert gc.get_stats()[2]["collections"] == full + 1
    yet_others = [[[number + 1_000_000]] for number in range(5_000)]
    collector.read_on()
    collector.tick()
    assert gc.get_stats()[2]["collections"] == full + 1, "what is read at the start was expected, too"
    assert len(picture) == len(others) == len(yet_others)


def test_a_full_collection_never_comes_by_itself(collector: Collecting) -> None:
    full = gc.get_stats()[2]["collections"]
    kept = [[number] for number in range(300_000)]
    assert gc.get_stats()[2]["collections"] == full
    assert len(kept) == 300_000


def test_the_end_leaves_the_collector_as_it_was() -> None:
    # An app of another test that ended while it began may have left it otherwise.
    found = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    before = gc.get_threshold()
    made = Collecting()
    assert gc.get_threshold() != before
    made.end()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    gc.set_threshold(*found)
