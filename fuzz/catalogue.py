"""Every target, by name, with the grammar that makes its inputs and seeds for a search that coverage leads."""

import json
from typing import Any

from hypothesis import strategies as st

from fuzz import grammar, targets, trees
from fuzz.targets import Target
from musetui.history.lines import Header, header_line

_RESERVATION = {
    "reservation_id": "r0",
    "run_id": "agent-1",
    "branch": "main",
    "addresses": ["src/a.py::f", "src/a.py"],
    "created_at": "2026-03-18T11:00:00+00:00",
    "expires_at": "2026-03-18T13:00:00+00:00",
    "operation": "rename",
}
_ENVELOPE = {"id": 7, "kind": "reservation", "record_id": "r0", "run_id": "agent-1", "payload": _RESERVATION}
_WORLD = b"\0".join(
    (
        b"\0" + json.dumps(_RESERVATION).encode(),
        b"\0" + json.dumps({**_RESERVATION, "run_id": "agent-2", "operation": "delete"}).encode(),
        b"\7" + json.dumps(_ENVELOPE).encode(),
    )
).lstrip(b"\0")
_NAMES = tuple(f'"{name}"'.encode() for name in (*_RESERVATION, *_ENVELOPE, "cursor", "records", "inserted", "skipped"))

_SETTINGS = b'theme = "musetui-dark"\n[keys]\nrelease = "x"\n[[alerts]]\n'
_IDENTITY = b'["hub.example"]\nhandle = "me"\nkey_path = "key"\nalgorithm = "ed25519"\n'
_PYTHON = b"import a\nclass C:\n    def f(self): return a.g(C().f)\n"

TARGETS: dict[str, Target] = {
    "world": Target(targets.world, (_WORLD,), (*_NAMES, b"::", b"\0\0", b"\0\1", b'"delete"', b'"move"')),
    "pull": Target(targets.pull, (json.dumps({"records": [_ENVELOPE], "cursor": 7}).encode(),), _NAMES),
    "push": Target(targets.push, (b'{"inserted": 5, "skipped": 2}',), _NAMES),
    "filters": Target(targets.filters, (b'run:agent-4* -state:expired age:>2h (a or "b c") /x.*/',), (b"or", b"not")),
    "settings": Target(
        targets.settings, (b'theme = "musetui-dark"\n[keys]\nrelease = "x"\n[[alerts]]\n',), (b"[[", b"]]")
    ),
    "recording": Target(targets.recording, (header_line(Header("orchard", "7d6c")),), _NAMES),
    "identity": Target(
        targets.identity, (b'["hub.example"]\nhandle = "me"\nkey_path = "key"\nalgorithm = "ed25519"\n',)
    ),
    "typed": Target(targets.typed, (b"2026-03-18T12:30", b"-2h30m", b"https://musehub.ai/x")),
    "sources": Target(
        targets.sources, (b"import a\nclass C:\n    def f(self): return a.g(C().f)\n", b"fn f() { a::b(); }")
    ),
    "repository": Target(targets.repository, (b"ref: refs/heads/main\n", b'{"repo_id": "7d6c"}')),
    "memory": Target(targets.memory, (b'{"theme": {"value": "x", "instead_of": null}, "last": {}, "saved": {}}',)),
    "muse": Target(targets.muse, (b'{"ours": "a", "theirs": "b", "conflicts": 1, "items": [{"address": "a.py::f"}]}',)),
    "signature": Target(targets.signature, (b'MSign handle="me",alg="ed25519",ts="1773835200",sig="QUJD"',)),
    "tree": Target(trees.tree, (bytes(range(60)), b"\2\0\4\2\0\0", b"\2\0\1\3\1\3")),
    "texts": Target(targets.texts, (b"plain", b"\x1b[31m", "東京\u202e".encode())),
}

GRAMMARS: dict[str, st.SearchStrategy[Any]] = {
    "world": grammar.worlds,
    "pull": grammar.pages,
    "push": grammar.replies,
    "filters": grammar.filters,
    "settings": grammar.settings,
    "recording": grammar.worlds.map(
        lambda data: header_line(Header("orchard", "7d6c")) + b"\n".join(part[1:] for part in data.split(b"\0"))
    ),
    "identity": grammar.settings,
    "typed": grammar.typed,
    "sources": grammar.plain,
    "repository": grammar.plain | grammar.junk.map(grammar.dumped),
    "memory": grammar.junk.map(grammar.dumped),
    "muse": grammar.junk.map(grammar.dumped),
    "signature": grammar.plain,
    "tree": st.binary(max_size=60),
    "texts": grammar.plain,
}
