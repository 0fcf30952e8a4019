"""`musetui doctor`: it says what is wrong and what to do, whatever else is wrong, and it writes nothing."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from musetui.checkup import disk, surroundings, watching
from musetui.checkup.disk import is_network, mounted_at
from musetui.coordination import watcher
from tests.hub.conftest import make_identity
from tests.hub.hub import Answering, Hub, running

HOSTILE = "\x1b[31mred\x07\u202e"


@pytest.fixture(autouse=True)
def _a_state_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Serve a hub that knows the user."""
    key = Ed25519PrivateKey.generate()
    with running(Hub()) as hub:
        make_identity(tmp_path / "home", f"127.0.0.1:{hub.port}", key=key)
        hub.keys = {"gabriel": key.public_key()}
        hub.private = True
        yield hub


def found(run: Any, *words: str) -> dict[str, list[tuple[str, str, str]]]:
    """Run it, and return verdict, finding and advice by subject."""
    outcome = run("doctor", "--json", *words)
    told: dict[str, list[tuple[str, str, str]]] = {}
    for each in outcome.json["findings"]:
        told.setdefault(each["subject"], []).append((each["verdict"], each["what"], each["advice"] or ""))
    is_bad = any(verdict == "wrong" for each in told.values() for verdict, _, _ in each)
    assert outcome.json["ok"] is not is_bad
    assert outcome.code == (1 if is_bad else 0)
    return told


def tree(root: Path) -> dict[Path, int]:
    return {path: path.lstat().st_mtime_ns for path in root.rglob("*")}


def test_all_is_well(run: Any, hub: Hub, reserve: Any, muse_root: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    reserve("a", now=now)
    before = tree(tmp_path)
    told = found(run, "--hub", hub.url)
    assert told["repository"] == [("fine", str(muse_root), "")]
    assert told["records"] == [("fine", "1 record, 1 reservations held", "")]
    assert told["watching"] == [("fine", "the kernel tells of every change", "")]
    assert told["identity"] == [("fine", f"gabriel at 127.0.0.1:{hub.port}", "")]
    assert told["hub"] == [("fine", f"{hub.url} answers for gabriel/{muse_root.name}", "")]
    assert told["clock"] == [("fine", "nothing is dated ahead of this clock", "")]
    assert {"musetui", "settings", "memory", "writing", "room", "terminal", "editor", "muse"} <= set(told)
    assert tree(tmp_path) == before


def test_it_is_printed_for_people(run: Any, reserve: Any) -> None:
    outcome = run("doctor")
    assert outcome.code == 0
    assert re.search(r"^ok +watching +the kernel tells of every change$", outcome.out, re.M)
    assert re.search(r"^note +hub +none is named.*\n +→ name one with `hub`", outcome.out, re.M)
    assert re.search(r"^Nothing is wrong; \d notes\.$", outcome.out, re.M)


def test_without_a_repository_the_rest_is_told(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    told = found(run)
    (verdict, what, advice), *more = told["repository"]
    assert (verdict, more) == ("wrong", [])
    assert what.endswith("is not inside a Muse repository")
    assert "muse init" in advice
    assert "editor" in told


def test_a_wrong_setting_is_told_and_the_rest_examined(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSETUI_SILENT_AFTER", "soon")
    told = found(run)
    assert told["settings"][0][0] == "wrong"
    assert "MUSETUI_SILENT_AFTER" in told["settings"][0][1]
    assert told["watching"][0][0] == "fine"


def test_what_is_no_record_is_told_and_cannot_act_on_the_terminal(run: Any, muse_root: Path) -> None:
    folder = muse_root / ".muse" / "coordination" / "reservations"
    folder.mkdir(parents=True)
    for number in range(5):
        (folder / f"{HOSTILE}{number}.json").write_text("{")
    told = found(run)["records"]
    assert [verdict for verdict, _, _ in told] == ["fine", "note", "note", "note", "note"]
    assert told[-1][1] == "2 more files are no records"
    out = run("doctor").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "red" in out


def test_a_folder_that_cannot_be_read(run: Any, muse_root: Path, reserve: Any) -> None:
    reserve("a", now=datetime.now(UTC))
    intents = muse_root / ".muse" / "coordination" / "intents"
    intents.symlink_to("/nowhere")
    assert ("wrong", "intents cannot be read (a symbolic link, not followed)") in [
        told[:2] for told in found(run)["records"]
    ]


def test_clocks_that_are_ahead(run: Any, reserve: Any, muse_root: Path) -> None:
    path = reserve("a", "agent-9", now=datetime.now(UTC) + timedelta(hours=2))
    later = datetime.now(UTC).timestamp() + 3_660
    os.utime(path.parent, (later, later))
    records, files = (what for _, what, _ in found(run)["clock"])
    assert records == "records of agent-9 are dated ahead of this clock"
    assert re.fullmatch(r"files are dated 1h\S* ahead of this clock", files)


def test_no_watching_is_left(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(bell: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(watcher.Watcher.__init__, "__defaults__", (none_left,))
    (verdict, what, advice), *_ = found(run)["watching"]
    assert verdict == "wrong"
    assert "folders are compared instead" in what
    assert "max_user_instances" in advice


def test_a_network_file_system_is_to_be_compared(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "file_system", lambda place: "nfs4")
    (verdict, what, advice), *_ = found(run)["watching"]
    assert (verdict, what) == ("wrong", "the kernel does not hear what other machines write on nfs4")
    assert "--poll" in advice
    monkeypatch.setenv("MUSETUI_POLL", "true")
    assert found(run)["watching"] == [("fine", "folders are compared, as the settings say", "")]


def test_instances_that_are_nearly_used_up(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_instances", lambda: 127)
    monkeypatch.setattr(watching, "_limit", lambda name: 128)
    assert found(run)["inotify"][0][:2] == ("note", "127 of 128 instances are in use by this user's programs")


class Room:
    """What `statvfs` tells of a disk in trouble."""

    f_flag, f_frsize, f_bavail, f_files, f_favail = 0, 4_096, 100, 1_000, 10


@pytest.mark.parametrize(
    ("field", "value", "subject", "verdict", "what"),
    [
        ("f_bavail", 0, "room", "wrong", "the disk is full"),
        ("f_bavail", 2_560, "room", "note", "10 MiB free"),
        ("f_favail", 0, "room", "wrong", "no inode is left"),
        ("f_flag", os.ST_RDONLY, "writing", "wrong", "mounted read-only"),
    ],
)
def test_a_disk_in_trouble(
    run: Any, monkeypatch: pytest.MonkeyPatch, field: str, value: int, subject: str, verdict: str, what: str
) -> None:
    monkeypatch.setattr(disk.os, "statvfs", lambda place: type("Told", (Room,), {field: value})())
    told = found(run)[subject][0]
    assert told[0] == verdict
    assert what in told[1]
    assert told[2]


def test_a_hub_that_is_away(run: Any) -> None:
    with running(Hub()) as gone:
        url = gone.url
    (verdict, what, advice), *_ = found(run, "--hub", url, "--owner", "gabriel")["hub"]
    assert verdict == "wrong"
    assert "cannot be reached" in what
    assert "check that it runs" in advice


def test_offline_no_hub_is_asked(run: Any, hub: Hub) -> None:
    assert found(run, "--hub", hub.url, "--offline")["hub"] == [("fine", f"{hub.url}, not asked", "")]
    assert not hub.requests


def test_a_key_that_is_open_to_others(run: Any, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "home/.muse/gabriel.pem").chmod(0o644)
    (verdict, what, advice), *_ = found(run, "--hub", hub.url)["hub"]
    assert verdict == "wrong"
    assert "is open to others" in what
    assert advice == "close it with `chmod 600`"


@pytest.mark.parametrize(("seconds", "words"), [(-120, "ahead of"), (120, "behind")])
def test_a_hub_with_another_clock(run: Any, hub: Hub, seconds: int, words: str) -> None:
    def answer(answering: Answering) -> bool:
        body = b'{"records": [], "cursor": 0}'
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        answering.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: %s\r\nContent-Length: %d\r\n\r\n%s"
            % (date.encode(), len(body), body)
        )
        return True

    hub.trouble = answer
    (verdict, what, _), *_ = found(run, "--hub", hub.url)["hub's clock"]
    assert verdict == "wrong"
    assert re.fullmatch(rf"this clock is \S+ {words} the hub's", what)


def test_a_secret_is_not_printed(run: Any, hub: Hub, tmp_path: Path) -> None:
    pem = (tmp_path / "home/.muse/gabriel.pem").read_text().splitlines()[1]
    out = run("doctor", "--hub", hub.url).out + run("doctor", "--hub", f"http://me:{pem[:20]}@127.0.0.1:1").out
    assert pem[:20] not in out


TABLE = rb"""
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:30 / /home rw - nfs4 server:/home rw
31 22 0:31 / /mnt/a\040b rw shared:1 - 9p share rw
32 22 0:32 / /home/local rw - xfs /dev/sdb rw
33 22 0:33 / /home/local rw - btrfs /dev/sdc rw
damaged
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (b"/", "ext4"),
        (b"/homes/x", "ext4"),
        (b"/home", "nfs4"),
        (b"/home/me/orchard", "nfs4"),
        (b"/home/local/x", "btrfs"),
        (b"/mnt/a b/x", "9p"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(place: bytes, kind: str) -> None:
    assert mounted_at(TABLE, place) == kind


def test_without_a_table_no_kind_is_known() -> None:
    assert mounted_at(b"", b"/") is None
    assert [kind for kind in ("ext4", "nfs", "fuse.sshfs", "fuseblk", "overlay", "cifs") if is_network(kind)] == [
        "nfs",
        "fuse.sshfs",
        "cifs",
    ]


class Screen:
    """Stands for a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("environment", "size", "bad"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}, (160, 45), {}),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, (60, 20), {"terminal": "60x20"}),
        ({"TERM": "xterm-256color"}, (80, 24), {"colours": "256"}),
        ({"TERM": "xterm", "LANG": "C"}, (80, 24), {"colours": "16", "signs": "ASCII"}),
        ({"TERM": "xterm", "NO_COLOR": "1"}, (80, 24), {"colours": "NO_COLOR"}),
        ({"TERM": "dumb"}, (80, 24), {"terminal": "dumb"}),
    ],
)
def test_terminals(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], size: tuple[int, int], bad: dict[str, str]
) -> None:
    monkeypatch.setattr(surroundings.sys, "stdout", Screen())
    monkeypatch.setattr(surroundings.os, "get_terminal_size", lambda handle: os.terminal_size(size))
    told = {each.subject: each for each in surroundings.check_terminal(environment) if each.verdict != "fine"}
    assert set(told) == set(bad)
    for subject, words in bad.items():
        assert words in told[subject].what
        assert told[subject].advice


def test_an_editor_that_is_not_there() -> None:
    told = {each.subject: each for each in surroundings.check_programs({"VISUAL": "no-such-editor -w", "PATH": ""})}
    assert told["editor"].what == "'no-such-editor -w' cannot be found"
    told = {each.subject: each for each in surroundings.check_programs({"EDITOR": "sh -c 'un"})}
    assert told["editor"].verdict == "note"
