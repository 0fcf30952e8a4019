"""What agents write never acts on a terminal: every byte that is sent to a real one is looked at, in every view."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import musetui as package
from tests.pty.terminal import Terminal, musetui

ATTACKS = "\x1b]8;;https://evil.example\x1b\\[@click=app.quit]\x1b[2J\x9b31m\x1b]0;x\x07\u202e\u2066\u200b\x00\r\n\t[/]\\[red]\ud7ff"
ESCAPE = "\x1b[27u"
"""The key, written so that no key behind it is taken for a part of it."""

KINDS = ("run", "branch", "addr", "op", "detail", "reason", "queue", "title", "extra", "file")
SHOWN_IN = {
    "1": ("run", "addr", "op", "detail", "reason"),
    "2": ("branch",),
    "7": ("queue", "title", "extra"),
    "8": ("file",),
}
"""Which view tells what, as far as it fits."""

MARKS = [f"zq{number}{name}" for number, name in enumerate(KINDS)]

OURS = re.compile(
    rb"\x1b(?:"
    rb"\[[0-9;:]*m"  # colours
    rb"|\[[0-9;]*[HfABCDGdJKr]"  # where to paint
    rb"|\[\?[0-9;]+(?:[hl]|\$p)"  # modes
    rb"|\[[<>=]?[0-9;]*[utcq]"  # what the terminal can do
    rb"|[78=>]"
    rb"|\]22;[a-z-]*\a"  # the shape of the pointer
    rb"|P[+=][^\x1b]*\x1b\\"
    rb")"
)
"""Every sequence that Textual sends of its own. None of them links, names, copies or reports what was written."""


def write_world(coordination: Path) -> None:
    """Write a record of each kind, and files that are none, with an attack and a mark of its own in every field."""
    marks = {name: f"{mark}{ATTACKS}" for name, mark in zip(KINDS, MARKS, strict=True)}
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    who: dict[str, Any] = {"run_id": marks["run"], "branch": marks["branch"], marks["extra"]: {marks["extra"]: 1}}
    lease = {"created_at": (now - hour).isoformat(), "expires_at": (now + hour).isoformat()}
    where = {"addresses": [marks["addr"], "src/a.py::f"]}
    files: dict[str, dict[str, Any]] = {
        "reservations/r-1": {"reservation_id": "r-1", **who, **where, **lease, "operation": marks["op"]},
        "reservations/r-2": {**lease, **where, "reservation_id": "r-2", "run_id": "agent-2", "branch": "main"},
        "reservations/r-3": {**lease, **where, **who, "reservation_id": "r-3", "run_id": "agent-3"},
        "intents/i-1": {
            **who,
            **where,
            **lease,
            "intent_id": "i-1",
            "reservation_id": "r-1",
            "operation": marks["op"],
            "detail": marks["detail"],
        },
        "releases/r-3": {**who, "release_id": "r-3", "reservation_id": "r-3", "released_at": now.isoformat()},
        "tasks/t-1": {**who, "task_id": "t-1", "queue": marks["queue"], "title": marks["title"]},
        "claims/t-1": {"task_id": "t-1", "claimer_run_id": marks["run"], "claimed_at": now.isoformat(), **lease},
        "dependencies/r-2": {"reservation_id": "r-2", "depends_on": ["r-1"]},
    }
    files["releases/r-3"]["reason"] = marks["reason"]
    for path, fields in files.items():
        file = coordination / f"{path}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(fields))
    name = marks["file"].translate({0: None, ord("/"): None}).encode("utf-8", "surrogatepass")[:80]
    (coordination / "tasks" / (name.decode(errors="ignore") + ".json")).write_text("{")


def test_no_byte_of_a_record_acts_on_the_terminal(muse_root: Path, tmp_path: Path) -> None:
    write_world(muse_root / ".muse" / "coordination")
    environment = {"PYTHONPATH": str(Path(package.__file__).parents[1]), "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal(musetui("--no-calls"), cwd=muse_root, columns=140, lines=40, env=environment) as terminal:
        for view in "12345678":
            terminal.wait_for("quit")
            terminal.press(view)
            for name in SHOWN_IN.get(view, ()):
                terminal.wait_for(MARKS[KINDS.index(name)])  # nothing is dropped
            for key in ("\r", ESCAPE):
                terminal.press(key)
                terminal.read(0.1)
        for key in ("1", "i", ESCAPE, "r", ESCAPE, "e", ESCAPE, "/", "z", ESCAPE):
            terminal.press(key)
            terminal.read(0.1)
        while terminal.process.isalive():  # out of whatever form the keys have led to
            terminal.press(f"{ESCAPE}q")
            terminal.read(0.3)
        terminal.wait_for_end()
        raw = terminal.raw
    left = OURS.sub(b"", raw)
    assert b"\x1b" not in left, re.findall(rb"\x1b.{0,20}", left)[:5]
    shown = left.decode("utf-8")
    odd = {char for char in shown if not char.isprintable()} - {"\r", "\n", "\b"}
    assert not odd
