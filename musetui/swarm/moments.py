"""Moments as whole microseconds: small to keep by the hundred thousand, quick to compare, and exact."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Return *moment* (aware) as microseconds since 1970 in UTC."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def span_micros(span: timedelta) -> int:
    """Return the length of *span* in microseconds."""
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def moment_at(at: int) -> datetime:
    """Return the moment that is *at* microseconds after 1970 (aware, UTC)."""
    return _EPOCH + timedelta(microseconds=at)
