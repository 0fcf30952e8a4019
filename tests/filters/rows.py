"""Rows to filter, and filters of all sorts."""

from typing import NamedTuple

from hypothesis import strategies as st

from musetui.filters.fields import Field, FieldKind, Fields


class Row(NamedTuple):
    """A row with a field of each kind. Moments are seconds since 1970."""

    run: str = "agent-41"
    addresses: tuple[str, ...] = ("src/Billing.py::compute total",)
    state: tuple[str, ...] = ("active",)
    created: float | None = 1_000.0
    ends: float | None = 5_000.0
    ttl: float | None = 4_000.0
    holders: float | None = 3.0
    collides: bool = False


FIELDS: Fields[Row] = Fields(
    "rows",
    (
        Field("run", FieldKind.TEXT, "who", lambda row: row.run),
        Field("addr", FieldKind.TEXT, "where", lambda row: row.addresses, aliases=("address",)),
        Field("state", FieldKind.WORD, "how", lambda row: row.state, words=("active", "expiring", "expired", "silent")),
        Field("age", FieldKind.AGE, "since", lambda row: row.created),
        Field("older", FieldKind.AGE, "since", lambda row: row.created, implied=">"),
        Field("left", FieldKind.LEFT, "until", lambda row: row.ends),
        Field("ttl", FieldKind.LENGTH, "how long", lambda row: row.ttl),
        Field("holders", FieldKind.NUMBER, "how many", lambda row: row.holders),
        Field("has", FieldKind.WORD, "what", tests={"conflict": lambda row: row.collides}, relates=True),
    ),
)

NOW = 9_000.0

_names = st.text("aB/:.-_4ßİ\u202e\x1b ", max_size=12)
_seconds = st.none() | st.floats(0, 10_000)

rows = st.builds(
    Row,
    run=_names,
    addresses=st.lists(_names, max_size=3).map(tuple),
    state=st.sets(st.sampled_from(["active", "expiring", "expired", "silent"]), max_size=2).map(tuple),
    created=_seconds,
    ends=st.none() | st.floats(8_000, 12_000),
    ttl=_seconds,
    holders=st.none() | st.integers(0, 5).map(float),
    collides=st.booleans(),
)
"""Rows of all sorts, with hostile text."""

_terms = st.sampled_from(
    [
        *(
            "a",
            "b",
            "-a",
            '"a b"',
            "a*",
            "*b?",
            "/a.?b/",
            "/^a|4$/",
            "run:a",
            "run:=ab",
            "run:a*",
            "addr:b,a",
            "addr:/b$/",
        ),
        *("state:active", "state:exp", "-state:silent", "has:conflict", "age:>1h", "age:<=8000", "older:2h"),
        *("left:<10m", "left:>=1m", "ttl:>1h", "ttl:=4000", "holders:>2", "holders:3", "holders:<1,>4"),
    ]
)

filters = st.recursive(
    _terms,
    lambda inner: (
        st.tuples(inner, inner).map(" ".join)
        | st.tuples(inner, inner).map(" or ".join)
        | inner.map(lambda text: f"({text})")
        | inner.map(lambda text: f"-({text})")
        | inner.map(lambda text: f"not ({text})")
    ),
    max_leaves=5,
)
"""Filters that mean something."""

_scraps = st.sampled_from(
    [
        *'()-!":/*?,=<>\\[]{}|^$.+ \t\n',
        "or",
        "and",
        "not",
        "run:",
        "state:",
        "age:",
        "left:",
        "has:",
        "nope:",
        "30m",
        "a",
        "::",
    ]
)
typing = st.lists(_scraps | st.text(max_size=3), max_size=14).map("".join) | st.text(max_size=40)
"""Whatever may be typed."""
