"""What can be named of news, as `musetui watch` tells them."""

from musetui.filters.fields import Field, FieldKind, Fields
from musetui.filters.vocabulary import common
from musetui.forecast.conflict import ConflictType, Risk
from musetui.forecast.stale import Severity, StaleReason
from musetui.news.kinds import GROUPS, NewsKind
from musetui.news.news import News
from musetui.records.kinds import Kind


def news_vocabulary() -> Fields[News]:
    """Return the fields of news."""
    text: Field[News] = Field("text", FieldKind.TEXT, "what there is to say of it", lambda news: news.text)
    return Fields(
        "news",
        (
            common.words("event", "what happened", (*NewsKind, *GROUPS), _events),
            common.run(lambda news: news.runs),
            common.branch(lambda news: news.branches),
            common.addr(lambda news: news.addresses),
            common.op(lambda news: news.operation),
            common.words("kind", "the kind of its record", Kind, lambda news: common.some(news.record_kind)),
            common.words("type", "of a conflict: which", ConflictType, lambda news: common.some(news.conflict_type)),
            common.words("risk", "of a conflict: how bad", Risk, lambda news: common.some(news.risk)),
            common.words("severity", "of what is stuck: how bad", Severity, lambda news: common.some(news.severity)),
            common.words("reason", "of what is stuck: why", StaleReason, lambda news: common.some(news.reason)),
            text,
            common.words("source", "where its record lies", ("local", "remote"), lambda news: common.some(news.source)),
            common.ident(lambda news: common.some(news.record_id, news.reservation_id)),
        ),
        lambda news: common.some(news.kind.words, news.risk, news.severity),
    )


def _events(news: News) -> tuple[str, ...]:
    return (news.kind.value, *(name for name, kinds in GROUPS.items() if news.kind in kinds))
