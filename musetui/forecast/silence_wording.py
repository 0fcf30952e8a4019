"""Wording of a silence: who shows no sign of life, and for how long, as advice and plan tell it alike."""

from collections.abc import Collection
from datetime import datetime, timedelta

from musetui.durations import format_duration
from musetui.forecast.wording import few_names

_HOUR = timedelta(hours=1)


def silent_words(runs: Collection[str], heard: datetime | None, now: datetime) -> str:
    """Say that some runs are silent, and when the last of them was heard of; safe to paint."""
    last = f", last heard of {_length(now - heard)} ago" if heard is not None else ""
    return f"{few_names(runs)} {'is' if len(runs) == 1 else 'are'} silent{last}"


def _length(length: timedelta) -> str:
    return format_duration(length, 1 if length < _HOUR else 2)
