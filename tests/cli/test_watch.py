"""`musetui watch`: a line for everything that happens, in a process of its own, however that is ended."""

import fcntl
import json
import os
import re
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from musetui.alerts.notice import Notice
from musetui.alerts.rule import Rule
from musetui.cli.commands import COMMANDS
from musetui.cli.parser import parse
from musetui.cli.watch import notice_line
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.news.kinds import NewsKind
from musetui.news.news import News
from tests.conftest import wait_until

HOUR = timedelta(hours=1)
ESCAPE = "\x1b[31mred\x07\n\u202e"


class Watch:
    """A watch in a process of its own, and what it printed."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert process.stdout is not None
        self.out = process.stdout
        self._read = b""

    def line(self) -> str:
        """Return the next line, waiting for it; "" at the end."""
        while b"\n" not in self._read:
            assert select.select([self.out], [], [], 20)[0], f"waited in vain for a line; there is {self._read!r}"
            data = os.read(self.out.fileno(), 65_536)
            if not data:
                return ""
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        return line.decode() + "\n"

    def json(self) -> dict[str, Any]:
        """Return the next line as what it says."""
        said: dict[str, Any] = json.loads(self.line())
        return said

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it, and return its exit code and what it said beside."""
        self.process.send_signal(number)
        assert self.process.stderr is not None
        said = self.process.stderr.read().decode()
        return self.process.wait(20), said


Watching = Callable[..., Any]


@pytest.fixture
def watching(muse_root: Path, put: Any) -> Watching:
    """Return what starts a watch that has read all there is, one problem, which it told of."""

    @contextmanager
    def start(*words: str, env: dict[str, str] | None = None) -> Iterator[Watch]:
        put("tasks", "no-record").write_text("[]")
        command = [sys.executable, "-m", "musetui", "watch", "--initial", *words]
        process = subprocess.Popen(
            command,
            cwd=muse_root,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            watch = Watch(process)
            try:
                assert "problem" in watch.line()
                yield watch
            finally:
                process.kill()

    return start


@pytest.fixture
def writer(muse_root: Path) -> Writer:
    """Return a writer into the repository, as an agent has one."""
    return Writer(Repository(muse_root), durable=False)


def take(writer: Writer, run_id: str, *addresses: str) -> str:
    now = datetime.now(UTC)
    return writer.reserve(addresses, run_id, now=now, ttl=HOUR, operation="modify", branch="main").reservation_id


def test_what_happens_is_a_line_each(watching: Watching, writer: Writer) -> None:
    with watching() as watch:
        held = take(writer, "agent-1", "src/a.py::f")
        line = watch.line()
        assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  reserved  ", line)
        assert line.endswith("agent-1             src/a.py::f  modify, 1h\n")
        take(writer, "agent-2", "src/a.py::f")
        assert "agent-2" in watch.line()
        assert "  conflict          agent-1, agent-2    src/a.py::f  high 2 runs hold src/a.py::f" in watch.line()
        writer.release(held, "agent-1", now=datetime.now(UTC), reason="done")
        assert "  released          agent-1             src/a.py::f  done\n" in watch.line()
        assert "  conflict ended    agent-1, agent-2    src/a.py::f  high address overlap\n" in watch.line()
        assert watch.end() == (128 + signal.SIGTERM, "")


def test_json_is_one_object_a_line_with_the_same_names(watching: Watching, writer: Writer) -> None:
    with watching("--json") as watch:
        held = take(writer, "agent-1", "src/a.py", "src/b.py")
        reserved = watch.json()
        assert (reserved["event"], reserved["runs"], reserved["record_id"]) == ("reserved", ["agent-1"], held)
        assert (reserved["addresses"], reserved["address_count"]) == (["src/a.py", "src/b.py"], 2)
        assert (reserved["schema_version"], reserved["initial"], reserved["source"]) == (1, False, "local")
        now = datetime.now(UTC)
        writer.beat(held, "agent-1", now=now)
        writer.beat(held, "agent-1", now=now + timedelta(seconds=1), extend_to=now + 2 * HOUR)
        extended = watch.json()
        assert (extended["event"], extended["reservation_id"]) == ("extended", held)
        assert datetime.fromisoformat(extended["expires_at"]) == now + 2 * HOUR
        writer.intend(["src/a.py"], "agent-2", operation="delete", branch="main", now=now)
        assert watch.json()["event"] == "intent"
        conflict = watch.json()
        assert (conflict["event"], conflict["conflict_type"]) == ("conflict", "operation_conflict")
        assert (conflict["risk"], conflict["was_risk"], conflict["severity"]) == ("high", None, None)
        assert set(reserved) == set(extended) == set(conflict)


def test_the_chosen_kinds_alone(watching: Watching, writer: Writer) -> None:
    with watching("--json", "--only", "conflict-ended,problem", "beat") as watch:
        held = take(writer, "agent-1", "src/a.py")
        other = take(writer, "agent-2", "src/a.py")
        now = datetime.now(UTC)
        writer.beat(held, "agent-1", now=now)
        assert watch.json()["event"] == "beat"
        writer.release(other, "agent-2", now=now)
        ended = watch.json()
        assert (ended["event"], ended["risk"], ended["addresses"]) == ("conflict_ended", "high", ["src/a.py"])
        assert ended["runs"] == ["agent-1", "agent-2"]  # though nobody was told when it came
        assert ended["since"] is not None


def test_what_there_is_already_comes_first_and_only_where_that_is_asked_for(
    watching: Watching, writer: Writer, reserve: Any, muse_root: Path
) -> None:
    for run_id in ("agent-1", "agent-2"):
        take(writer, run_id, "src/a.py")
    reserve("r3", "agent-3", ("src/c.py",), now=datetime.now(UTC), age=HOUR)
    command = [sys.executable, "-m", "musetui", "watch", "--json"]
    with subprocess.Popen([*command, "--initial"], cwd=muse_root, stdout=subprocess.PIPE) as process:
        watch = Watch(process)
        first, stuck = watch.json(), watch.json()
        assert (first["event"], first["initial"], first["runs"]) == ("conflict", True, ["agent-1", "agent-2"])
        assert (stuck["event"], stuck["initial"], stuck["reason"]) == ("stale", True, "silent")
        take(writer, "agent-4", "src/z.py")
        assert watch.json()["initial"] is False
        process.kill()
    with subprocess.Popen(command, cwd=muse_root, stdout=subprocess.PIPE) as process:
        watch = Watch(process)
        number = 0
        while not select.select([watch.out], [], [], 0.1)[0]:  # until it has begun
            take(writer, "agent-5", f"src/{(number := number + 1)}.py")
        assert watch.json()["event"] == "reserved"
        process.kill()


def test_polling_finds_the_same(watching: Watching, writer: Writer) -> None:
    with watching("--json", "--poll") as watch:
        take(writer, "agent-1", "src/a.py")
        assert watch.json()["runs"] == ["agent-1"]
        assert watch.end()[1] == ""


def test_a_storm_is_told_whole(watching: Watching, writer: Writer) -> None:
    with watching("--json", "--only", "reserved", "problem") as watch:
        ids = {take(writer, f"agent-{number % 7}", f"src/{number}.py") for number in range(600)}
        assert {watch.json()["record_id"] for _ in ids} == ids


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_without_a_word(watching: Watching, number: signal.Signals) -> None:
    with watching() as watch:
        assert watch.end(number) == (128 + number, "")
        assert watch.line() == ""


def test_a_signal_ends_it_while_nobody_takes_what_it_prints(watching: Watching, writer: Writer) -> None:
    """As behind `| less`, when that has read enough."""
    with watching("--json") as watch:
        assert sys.platform != "linux" or fcntl.fcntl(watch.out, fcntl.F_SETPIPE_SZ, 4_096) == 4_096
        for number in range(200):
            take(writer, "agent-1", f"src/{number}.py")
        wait_until(lambda: _is_blocked(watch.process.pid), what="a full pipe")
        code, said = watch.end()
        assert (code, said) == (128 + signal.SIGTERM, "")


def _is_blocked(pid: int) -> bool:
    """Return whether a process waits for somebody to read from its pipe."""
    wchan = Path(f"/proc/{pid}/wchan")
    if wchan.exists() and wchan.read_text() not in ("", "0"):
        return "pipe" in wchan.read_text()
    return Path(f"/proc/{pid}/syscall").read_text().startswith("1 ")


def test_a_reader_that_goes_away_ends_it_though_nothing_happens(watching: Watching) -> None:
    with watching() as watch:
        watch.out.close()
        assert watch.process.wait(20) == 141
        assert watch.process.stderr is not None
        assert watch.process.stderr.read() == b""


def test_hostile_text_is_told_as_text(watching: Watching, put: Any, reserve: Any) -> None:
    with watching() as watch:
        reserve("r1", ESCAPE, (ESCAPE,), now=datetime.now(UTC), age=timedelta(0), operation=ESCAPE)
        line = watch.line().rstrip("\n")
        assert "␛[31mred␇␊\\u202e" in line
        assert line.isprintable()
        put("tasks", "t1", task_id="t1", title=ESCAPE, run_id=ESCAPE)
        assert watch.line().rstrip("\n").isprintable()
    with watching("--json") as watch:
        put("tasks", "t2", task_id="t2", title=ESCAPE, run_id=ESCAPE)
        assert watch.json()["runs"] == [ESCAPE]


@pytest.fixture
def rules(tmp_path: Path) -> Callable[[str], None]:
    """Return what writes the settings file."""

    def write(text: str) -> None:
        file = tmp_path / "configuration" / "musetui" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(text)

    return write


def test_alerts_are_lines_too(watching: Watching, writer: Writer, rules: Callable[[str], None], tmp_path: Path) -> None:
    told = tmp_path / "told"
    rules(
        '[[alerts]]\non = "conflict"\nname = "trouble"\nwhat = ["toast", "bell", "desktop"]\n'
        f'command = ["sh", "-c", "cat > {told}; exit 3"]\n[[alerts]]\non = "hub_away"\n'
    )
    with watching("--json", "--only", "alert,problem") as watch:
        for run_id in ("agent-1", "agent-2"):
            for number in range(5):
                take(writer, run_id, f"src/{number}.py")
        alert = watch.json()
        assert (alert["event"], alert["rule"], alert["count"], alert["repository"]) == (
            "alert",
            "trouble",
            5,
            "orchard",
        )
        assert alert["text"].startswith("5 new conflicts; the first: 2 runs hold src/0.py")
        assert [news["event"] for news in alert["news"]] == ["conflict"] * 3
        wait_until(lambda: told.exists() and told.read_text().endswith("\n"), what="the command")
        assert json.loads(told.read_text()) == alert
        assert watch.process.stderr is not None
        said = [watch.process.stderr.readline().decode() for _ in range(2)]
    assert said == [
        "musetui: what is about the hub is told only with --pull\n",
        "musetui: The alert 'trouble' did not get through: sh ended with 3.\n",
    ]


def test_an_alert_as_a_line() -> None:
    at = datetime(2026, 3, 18, 12, tzinfo=UTC)
    kinds = frozenset({NewsKind.CONFLICT})
    news = News(NewsKind.CONFLICT, at, "2 runs hold src/a.py")
    line = notice_line(Notice(Rule(kinds), at, at, 1, 0, 0, (news,)))
    assert line == f"{at.astimezone():%Y-%m-%d %H:%M:%S}  alert             New conflict: 2 runs hold src/a.py"


def test_alerts_without_a_rule(run: Any) -> None:
    outcome = run("watch", "--alerts")
    assert (outcome.code, outcome.out) == (1, "")
    assert "there are no rules for alerts: write [[alerts]] into" in outcome.err


def test_it_never_imports_what_draws(muse_root: Path) -> None:
    script = (
        "import os, signal, sys, threading, time\n"
        "from musetui.cli import main\n"
        "from musetui.news.reporter import Reporter\n"
        "look = Reporter.look\n"
        "Reporter.look = lambda self: (os.kill(os.getpid(), signal.SIGTERM), look(self))[1]\n"
        "code = main(['watch', '--initial', '--only', 'conflict'])\n"
        "print(code, *{name.partition('.')[0] for name in sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=muse_root, capture_output=True, check=True, timeout=60, text=True
    )
    code, *loaded = done.stdout.split()
    assert code == "143"
    assert not {"textual", "rich", "httpx"} & set(loaded)


@pytest.mark.parametrize("example", COMMANDS["watch"].examples)
def test_examples_are_understood(example: str) -> None:
    _, *words = shlex.split(example.partition("|")[0])
    assert parse(words)[1].only in ([], [["conflict"], ["stale"], ["hub"]], [["alert"]])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--only", "conflit"), "'conflit' is no kind of news: did you mean conflict?"),
        (("--only", "conflict,nothing"), "'nothing' is no kind of news: use one of conflict, "),
        (("--pull",), "no hub is named"),
    ],
)
def test_what_it_cannot_be_told(run: Any, words: tuple[str, ...], sentence: str) -> None:
    outcome = run("watch", *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert sentence in outcome.err


def test_pulling_where_nothing_may_be_written(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSETUI_READ_ONLY", "1")
    monkeypatch.setenv("MUSETUI_HUB", "https://hub.example")
    assert "--pull writes what it pulls" in run("watch", "--pull").err


def test_the_hub_is_told_of_where_it_is_asked(
    watching: Watching, tmp_path: Path, muse_root: Path, writer: Writer
) -> None:
    from musetui.bus.database import sqlite_url
    from musetui.bus.development import ensure_identity
    from musetui.bus.server import serve_in_thread
    from musetui.bus.settings import HubSettings

    owner = ensure_identity(tmp_path / "identity", "127.0.0.1", "ann")
    hub = serve_in_thread(HubSettings(sqlite_url(tmp_path / "hub.db"), port=0, owners=(owner,), quiet=True))
    env = {
        "MUSETUI_HUB": hub.url,
        "MUSETUI_IDENTITY": str(tmp_path / "identity" / "identity.toml"),
        "MUSETUI_STATE": str(tmp_path / "state"),
    }
    with watching("--json", "--pull", "--only", "hub", "problem", env=env) as watch:
        hub.stop()
        away = watch.json()
        assert (away["event"], away["runs"]) == ("hub_away", [])
        assert "the hub at 127.0.0.1" in away["text"]


def test_a_filter_tells_some_of_it(watching: Watching, writer: Writer) -> None:
    with watching("--json", "--filter", "event:problem or run:ann -addr:src/b* event:reserved or risk:high") as watch:
        take(writer, "eve", "src/a.py::f")
        take(writer, "ann", "src/b.py")
        take(writer, "ann", "src/a.py::f")
        told = sorted((watch.json() for _ in range(2)), key=lambda said: str(said["event"]))
        assert [said["event"] for said in told] == ["conflict", "reserved"]
        assert (told[1]["runs"], told[1]["addresses"]) == (["ann"], ["src/a.py::f"])
