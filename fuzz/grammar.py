"""Grammars of what others write: nearly right, so that it gets far, and wrong where nobody expects it."""

import json
from typing import Any

from hypothesis import strategies as st

from musetui.coordination.batch import FOLDERS
from musetui.records.kinds import OPERATIONS, Kind

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x9b31m",
    "[red]x[/]",
    "[@click=app.quit]x[/]",
    "[link=https://evil.example]x[/link]",
    "a\nb\rc\td",
    "\u202egnp.exe",
    "\u200bzero\u2066wide\u2069",
    "\x00",
    "\ud800",
    "\u0301\u0301\u0301e",
    "東京" * 9,
    "👩‍👩‍👧‍👦",
    "../../../etc/passwd",
    "/abs/olute",
    "a/../b",
    "~/x",
    "-rf",
    "$(reboot)",
    "`reboot`",
    "'; reboot; '",
    "|pipe|`code`](x)<b>&amp;",
    "=1+1",
    "*" * 300,
    "(a+)+$",
    "x" * 5_000,
    "",
    " ",
)
"""Texts that mean something to somebody on the way to a screen, a shell, a page or a sheet."""

texts = st.sampled_from(HOSTILE) | st.text(max_size=30)
runs = st.sampled_from(("agent-1", "agent-2", "agent-3")) | texts
branches = st.sampled_from(("main", "feature/a", "feature/b")) | texts
addresses = st.sampled_from(
    ("src", "src/a.py", "src/a.py::f", "src/a.py::C.f", "src/b.py", "src/b.py::g", "docs/x.md", "src/a.py::f::g")
) | st.builds("{}::{}".format, texts, texts)
ids = st.sampled_from(("r0", "r1", "r2", "t1", "t2")) | texts
moments = (
    st.sampled_from(
        (
            *(
                "2026-03-18T11:00:00+00:00",
                "2026-03-18T11:59:59.999999Z",
                "2026-03-18T12:00:00",
                "2026-03-18T13:00:00Z",
            ),
            *("2026-03-18T14:00:00+14:00", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
            *("2026-02-30T00:00:00Z", "now", "1e999", "-1"),
        )
    )
    | texts
)
junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | texts | st.sampled_from(("1e999", "NaN")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def _record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return records with some of *fields*, one of which may be anything, and something more that nobody asked for."""
    whole = st.fixed_dictionaries(fields)
    some = st.fixed_dictionaries({}, optional=fields)
    spoilt = st.tuples(whole, st.sampled_from(sorted(fields)), junk).map(lambda part: {**part[0], part[1]: part[2]})
    more = st.tuples(whole, st.dictionaries(texts, junk, max_size=2)).map(lambda part: {**part[1], **part[0]})
    return st.one_of(whole, whole, whole, more, some, spoilt)


RECORDS: dict[Kind, st.SearchStrategy[dict[str, Any]]] = {
    Kind.RESERVATION: _record(
        reservation_id=ids,
        run_id=runs,
        branch=branches,
        addresses=st.lists(addresses, max_size=4),
        created_at=moments,
        expires_at=moments,
        operation=st.none() | st.sampled_from(OPERATIONS) | texts,
    ),
    Kind.INTENT: _record(
        intent_id=ids,
        reservation_id=ids,
        run_id=runs,
        branch=branches,
        addresses=st.lists(addresses, max_size=4),
        operation=st.sampled_from(OPERATIONS) | texts,
        created_at=moments,
        detail=texts,
    ),
    Kind.RELEASE: _record(release_id=ids, reservation_id=ids, run_id=runs, released_at=moments, reason=texts),
    Kind.HEARTBEAT: _record(reservation_id=ids, run_id=runs, last_beat_at=moments, extended_expires_at=moments),
    Kind.DEPENDENCY: _record(reservation_id=ids, depends_on=st.lists(ids, max_size=4)),
    Kind.TASK: _record(task_id=ids, run_id=runs, queue=texts, title=texts, created_at=moments, payload=junk),
    Kind.CLAIM: _record(task_id=ids, claimer_run_id=runs, claimed_at=moments, expires_at=moments),
}

_FOLDERS = list(FOLDERS)


def dumped(value: Any) -> bytes:
    """Return *value* as JSON, as a careless writer has it: any character, and what is no number."""
    return json.dumps(value).encode()


def _envelope(kind: Kind, payload: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return _record(
        id=st.integers(-2, 60) | st.integers(),
        kind=st.just(kind.value) | texts,
        record_id=ids,
        run_id=runs,
        payload=payload,
        created_at=moments,
        expires_at=st.none() | moments,
    )


def _placed(folder: str) -> st.SearchStrategy[bytes]:
    kind = FOLDERS[folder][1]
    record = RECORDS[kind]
    whole = record if not folder.startswith("remote/") else _envelope(kind, record) | record
    byte = bytes([_FOLDERS.index(folder)])
    return (whole | junk).map(lambda value: byte + dumped(value).replace(b"\0", b""))


broken = st.tuples(st.binary(max_size=60), st.sampled_from((b"", b"\xff\xfe", b"{" * 300, b"[" * 300, b'{"a":' * 250)))
worlds = st.lists(
    st.one_of(*(_placed(folder) for folder in _FOLDERS), broken.map(b"".join)), min_size=1, max_size=12
).map(b"\0".join)

_envelopes = st.one_of(*(_envelope(kind, RECORDS[kind]) for kind in Kind))
pages = (
    _record(records=st.lists(_envelopes | junk, max_size=6), cursor=st.integers(-1, 99) | junk, hub=texts, more=junk)
    | junk
).map(dumped)
replies = (_record(inserted=st.integers(-1, 9) | junk, skipped=st.integers(-1, 9) | junk, errors=junk) | junk).map(
    dumped
)

_terms = st.sampled_from(
    (
        *("agent", "-", "(", ")", "or", "not", '"', '"two words"', "/a.*b/", "/(a+)+$/", "*", "?", ":", ",", "=", "|"),
        *(
            "run:",
            "run:=x",
            "state:active",
            "age:>2h",
            "left:<10m",
            "has:conflict",
            "holders:>2",
            "age:>",
            "age:<99999999w",
        ),
        *("risk:high", "kind:", "op:delete,rename", "addr:src/*", "-state:expired", "reason:silent", "/", "//", "/[/"),
    )
)
filters = st.lists(_terms | texts, max_size=12).map(
    lambda words: " ".join(words).encode("utf-8", "surrogatepass"),
)

_keys = st.sampled_from(
    (
        *("theme", "poll", "silent_after", "longest_lease", "hub", "owner", "slug", "run_id", "glyphs", "density"),
        *("repo", "state", "identity", "key", "quiet_hours", "records_path", "export_folder", "auto_push"),
    )
)
_toml = st.sampled_from(
    (
        *("true", "1", "-1", '"15m"', '"x"', '""', "[]", "{}", "1979-05-27T07:32:00Z", "inf", "nan", "0x7fffffffffff"),
        *('"musetui-dark"', '"https://musehub.ai"', '"http://evil.example"', '"\\u202e"', '"\\u0000"', "'''\n'''"),
    )
)
_lines = st.one_of(
    st.builds("{} = {}".format, _keys | texts, _toml),
    st.sampled_from(
        (
            *(
                "[keys]",
                "[filters]",
                "[filters.conflicts]",
                "[[commands]]",
                "[[alerts]]",
                "[musetui]",
                "[hub]",
                "[x.y.z]",
            ),
            *('release = "x"', 'undo = ["a", "ctrl+b"]', 'preset = "vi"', 'mine = "run:agent-1"', 'bad = "age:>"'),
            *(
                'name = "x"',
                'run = ["echo", "{run_id}"]',
                'run = "echo {address}"',
                'key = "ctrl+x"',
                'on = "hub_away"',
            ),
            *(
                'when = "risk:high"',
                'webhook = "https://h.example/s"',
                'command = ["x"]',
                "dangerous = true",
                "url = 1",
            ),
        )
    ),
)
settings = st.lists(_lines, max_size=14).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))

typed = (
    st.sampled_from(
        (
            *(
                "-2h",
                "12:30",
                "2026-03-18T12:30",
                "yesterday",
                "1h30m",
                "-99999999999w",
                "24:00",
                "2026-02-30",
                "0s",
                "١h",
            ),
            *(
                "https://musehub.ai",
                "http://127.0.0.1:8765",
                "https://a@b",
                "https://[::1]:1/x",
                "http://0x7f.1",
                "//x",
            ),
        )
    )
    | texts
).map(lambda text: text.encode("utf-8", "surrogatepass"))

plain = texts.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=80)
