"""The courier: real programs, a real server, and a terminal that is only written to."""

import asyncio
import json
import logging
import os
import shlex
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from musetui.alerts import courier, webhook
from musetui.alerts.courier import Courier
from musetui.alerts.notice import Notice
from musetui.alerts.rule import Rule
from musetui.alerts.terminal_notice import desktop_notice
from musetui.alerts.ways import Way
from musetui.news.kinds import NewsKind
from musetui.news.news import News
from tests.conftest import until

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
ESCAPE = "\x1b]0;x\x07;\n\u202e"


class Person:
    """Sees what a face shows."""

    def __init__(self) -> None:
        self.in_front: bool | None = None
        self.toasts: list[Notice] = []
        self.written: list[str] = []
        self.complaints: list[str] = []
        self.defects: list[Exception] = []

    def toast(self, notice: Notice) -> None:
        self.toasts.append(notice)

    def ring(self, sequence: str) -> None:
        self.written.append(sequence)

    def complain(self, sentence: str) -> None:
        self.complaints.append(sentence)


def notice(text: str = "2 runs hold src/a.py", **rule: Any) -> Notice:
    news = News(NewsKind.CONFLICT, NOON, text, ("agent-1",), ("main",), (ESCAPE,))
    return Notice(Rule(frozenset({NewsKind.CONFLICT}), ways=(), **rule), NOON, NOON, 1, 0, 0, (news,), "orchard")


async def deliver(given: Notice, tmp_path: Path, person: Person | None = None, **environment: str) -> Person:
    """Deliver a notice and wait until all that came of it is over."""
    person = person or Person()
    here = Courier(person, tmp_path, {"PATH": os.environ["PATH"], **environment}, person.defects.append)
    here.deliver(given)
    await until(lambda: not here._under_way, what="the end of the delivery")
    assert person.defects == []
    return person


def script(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / "script.py"
    file.write_text(text)
    return (sys.executable, str(file))


async def test_a_command_gets_words_variables_and_json(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = script(
        tmp_path,
        "import json, os, sys\n"
        "said = {name: text for name, text in os.environ.items() if name.startswith('ALERT_')}\n"
        f"open({str(told)!r}, 'w').write(json.dumps([sys.argv[1:], said, json.load(sys.stdin), os.getcwd()]))\n",
    )
    given = notice(command=(*program, "--", "{title}", "at {count} {event}: {text}"), name="billing")
    person = await deliver(given, tmp_path, HOME=str(tmp_path))
    words, variables, piped, folder = json.loads(told.read_text())
    text = "New conflict: 2 runs hold src/a.py"
    assert words == ["--", "billing", f"at 1 conflict: {text}"]
    assert variables == {
        "ALERT_TITLE": "billing",
        "ALERT_TEXT": text,
        "ALERT_COUNT": "1",
        "ALERT_EVENT": "conflict",
        "ALERT_RULE": "billing",
        "ALERT_REPO": str(tmp_path),
    }
    assert piped == given.fields()
    assert piped["news"][0]["addresses"] == [ESCAPE]
    assert folder == str(tmp_path.resolve())
    assert person.complaints == []


@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        ("print('no such channel\\x1b[31m'); raise SystemExit(3)", "ended with 3 and said 'no such channel␛[31m'."),
        ("raise SystemExit(4)", "ended with 4."),
        ("print('x' * 10_000_000); raise SystemExit(5)", "ended with 5 and said 'xxxx"),
        ("import os; os.kill(os.getpid(), 9)", "ended with -9."),
    ],
)
async def test_a_command_that_fails_is_told_of(tmp_path: Path, program: str, complaint: str) -> None:
    person = await deliver(notice(command=script(tmp_path, program)), tmp_path)
    (said,) = person.complaints
    assert said.startswith("The alert 'New conflict' did not get through: ")
    assert complaint in said
    assert said.isprintable()
    assert len(said) < 400


async def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    person = await deliver(notice(command=("/no/such", "x")), tmp_path)
    assert "/no/such cannot be started (no such file or directory)." in person.complaints[0]


async def test_a_command_that_does_not_end_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "COMMAND_SECONDS", 0.5)
    lock = tmp_path / "lock"
    held = f"flock -n {shlex.quote(str(lock))} sleep 300"
    person = await deliver(notice(command=("sh", "-c", f"{held} & trap '' TERM; wait; {held}")), tmp_path)
    assert "sh took more than 0.5 s, and was ended." in person.complaints[0]
    checked = await asyncio.create_subprocess_exec("flock", "-w", "10", str(lock), "true")
    assert await checked.wait() == 0


async def test_closing_ends_what_is_under_way(tmp_path: Path) -> None:
    person, lock = Person(), tmp_path / "lock"
    here = Courier(person, tmp_path, dict(os.environ), person.defects.append)
    for _ in range(6):
        here.deliver(notice(command=("sh", "-c", f"flock -s {shlex.quote(str(lock))} sleep 300; true")))
    await until(lock.exists)
    await asyncio.wait_for(here.aclose(), 60)
    assert not here._under_way
    assert (person.complaints, person.defects) == ([], [])
    checked = await asyncio.create_subprocess_exec("flock", "-w", "10", str(lock), "true")
    assert await checked.wait() == 0


async def test_what_a_command_leaves_behind_holds_nobody_up(tmp_path: Path) -> None:
    """As a program does that opens a window and returns."""
    told, gate = tmp_path / "told", tmp_path / "gate"
    os.mkfifo(gate)
    line = f"(read line < {shlex.quote(str(gate))}; echo $line > {shlex.quote(str(told))}) & echo started"
    person = await deliver(notice(command=("sh", "-c", line)), tmp_path)
    assert person.complaints == []
    gate.write_text("still there\n")
    await until(told.exists)


class _Hook(BaseHTTPRequestHandler):
    """Takes what is posted to `/good/…`, and makes all kinds of trouble elsewhere."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.taken.append((self.path, json.loads(body)))
        if self.path.startswith("/elsewhere"):
            self.send_response(302)
            self.send_header("Location", "/good/elsewhere")
        elif self.path.startswith("/hang"):
            server.released.wait(30)
            return
        else:
            self.send_response(204 if self.path.startswith("/good") else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    server.taken, server.released = [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_webhook_gets_json(tmp_path: Path, hook: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    given = notice(webhook="$HOOK")
    person = await deliver(given, tmp_path, HOOK=f"{hook.url}/good/SECRET?wait=true")
    ((path, said),) = hook.taken
    assert path == "/good/SECRET?wait=true"
    assert said == {**given.fields(), "content": given.text}
    assert person.complaints == []
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("/bad/SECRET", "did not take it (500)"),
        ("/elsewhere/SECRET", "wants to be looked for elsewhere, which is not done (302)"),
        ("/hang/SECRET", "gives no answer in time"),
    ],
)
async def test_a_webhook_that_fails_is_told_of_without_its_secret(
    tmp_path: Path, hook: Any, path: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "SECONDS", 1.0)
    person = await deliver(notice(webhook=f"{hook.url}{path}"), tmp_path)
    (said,) = person.complaints
    assert complaint in said
    assert "SECRET" not in said
    assert len(hook.taken) == 1


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({}, "$HOOK, which is to hold the webhook's address, is not set"),
        ({"HOOK": "http://hooks.example/SECRET"}, "$HOOK holds no webhook's address: write an address with https"),
        ({"HOOK": "https://127.0.0.1:1/SECRET"}, "the webhook at 127.0.0.1:1 cannot be reached (ConnectError)"),
    ],
)
async def test_a_webhook_that_is_none(tmp_path: Path, variables: dict[str, str], complaint: str) -> None:
    person = await deliver(notice(webhook="$HOOK"), tmp_path, **variables)
    assert complaint in person.complaints[0]
    assert "SECRET" not in person.complaints[0]


@pytest.mark.parametrize(("in_front", "shown"), [(True, 0), (False, 1), (None, 1)])
async def test_a_desktop_notice_is_for_who_looks_elsewhere(tmp_path: Path, in_front: bool | None, shown: int) -> None:
    person = Person()
    person.in_front = in_front
    given = notice()
    rule = Rule(given.rule.on, ways=(Way.DESKTOP,))
    await deliver(Notice(rule, NOON, NOON, 1, 0, 0, given.news), tmp_path, person)
    assert len(person.written) == shown
    await deliver(
        Notice(Rule(rule.on, ways=(Way.OSC9, Way.BELL, Way.TOAST), in_front=True), NOON, NOON, 1, 0, 0, given.news),
        tmp_path,
        person,
    )
    assert person.written[shown:] == ["\a", "\x1b]9;musetui: New conflict: 2 runs hold src/a.py\a"]
    assert len(person.toasts) == 1


@pytest.mark.parametrize(
    ("environment", "way", "sequence"),
    [
        ({"TERM": "xterm-kitty"}, Way.DESKTOP, "\x1b]9;musetui: T: a, b\a"),
        ({"TERM": "foot"}, Way.DESKTOP, "\x1b]777;notify;musetui: T;a, b\a"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, Way.DESKTOP, "\x1b]777;notify;musetui: T;a, b\a"),
        ({"TERM": "foot"}, Way.OSC9, "\x1b]9;musetui: T: a, b\a"),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"},
            Way.OSC777,
            "\x1bPtmux;\x1b\x1b]777;notify;musetui: T;a, b\a\x1b\\",
        ),
        ({"TERM": "screen", "STY": "1.x"}, Way.DESKTOP, "\x1bP\x1b]9;musetui: T: a, b\a\x1b\\"),
    ],
)
def test_the_sequences_of_terminals(environment: dict[str, str], way: Way, sequence: str) -> None:
    assert desktop_notice("T", "a; b", environment, way) == sequence


@pytest.mark.parametrize("way", [Way.OSC9, Way.OSC777])
def test_nothing_hostile_gets_out_of_its_sequence(way: Way) -> None:
    sequence = desktop_notice(ESCAPE * 99, ESCAPE * 99, {}, way)
    assert sequence.count("\x1b") == 1
    assert sequence.count("\a") == 1
    assert sequence.count(";") == (3 if way is Way.OSC777 else 1)
    assert sequence[1:-1].isprintable()
    assert len(sequence) < 400
