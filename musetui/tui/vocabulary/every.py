"""Everything that can be named anywhere in the dashboard: for the documentation, and to check what settings say."""

from typing import Any

from musetui.filters.fields import Fields
from musetui.filters.vocabulary.conflicts import conflict_vocabulary
from musetui.filters.vocabulary.entities import intent_vocabulary, record_vocabulary
from musetui.filters.vocabulary.reservations import reservation_vocabulary
from musetui.filters.vocabulary.stale import stale_vocabulary
from musetui.filters.vocabulary.standing import Standing
from musetui.tui.vocabulary.files import file_vocabulary
from musetui.tui.vocabulary.lanes import lane_vocabulary
from musetui.tui.vocabulary.life import life_vocabulary, related_vocabulary
from musetui.tui.vocabulary.log import event_vocabulary, problem_vocabulary
from musetui.tui.vocabulary.news import news_vocabulary
from musetui.tui.vocabulary.plan import branch_run_vocabulary, branch_vocabulary, hotspot_vocabulary
from musetui.tui.vocabulary.runs import run_vocabulary
from musetui.tui.vocabulary.tasks import task_vocabulary, wait_vocabulary


def lists() -> list[Fields[Any]]:
    """Return what can be named in each list of the dashboard."""
    return [
        reservation_vocabulary(lambda: None),
        conflict_vocabulary(),
        intent_vocabulary(lambda: None),
        event_vocabulary(),
        run_vocabulary(),
        file_vocabulary(),
        stale_vocabulary(),
        branch_vocabulary(),
        branch_run_vocabulary(),
        hotspot_vocabulary(),
        task_vocabulary(),
        wait_vocabulary(),
        lane_vocabulary(),
        problem_vocabulary(),
        life_vocabulary(),
        related_vocabulary(),
    ]


def commands() -> list[Fields[Any]]:
    """Return what can be named of what commands print that is in no list of the dashboard."""
    return [records(), news_vocabulary()]


def records() -> Fields[Any]:
    """Return what can be named by `musetui list` of the kinds of record that have no list of their own."""
    return record_vocabulary(lambda _entity: Standing(None, False, None))
