"""`musetui sync push` and `sync pull`: flag for flag, output for output, exit code for exit code."""

import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from musetui.cli.parser import parse
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.hub.sent import SentLedger, ledger_file
from musetui.hub.target import find_target
from musetui.records.kinds import Kind
from musetui.settings import Settings
from tests.hub.conftest import make_identity, pulled, wired
from tests.hub.hub import Answering, Hub, running
from tests.records.samples import UUID, WHOLE

TIME = r"\([0-9]+\.[0-9]{3}s\)"


@pytest.fixture(autouse=True)
def _a_state_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def hub(tmp_path: Path, muse_root: Path) -> Iterator[Hub]:
    """Serve a hub, name it in the repository, and make the user somebody there."""
    key = Ed25519PrivateKey.generate()
    with running(Hub()) as hub:
        make_identity(tmp_path / "home", f"127.0.0.1:{hub.port}", key=key)
        hub.keys = {"gabriel": key.public_key()}
        (muse_root / ".muse" / "config.toml").write_text(f'[hub]\nurl = "{hub.url}"\n')
        yield hub


@pytest.fixture
def records(put: Any) -> None:
    """Write a record of every kind."""
    for kind, fields in WHOLE.items():
        put(kind.folder, UUID, **fields)


def test_push_tells_what_became_of_it(run: Any, hub: Hub, records: None) -> None:
    outcome = run("sync", "push")
    assert (outcome.code, outcome.err) == (0, "")
    assert re.fullmatch(rf"✅ Pushed 7 record\(s\) to gabriel/orchard — inserted: 7, skipped: 0 {TIME}\n", outcome.out)
    assert "inserted: 0, skipped: 7" in run("sync", "push").out
    as_json = run("sync", "push", "--json")
    assert (as_json.code, as_json.err) == (0, "")
    fields = as_json.json
    assert fields.pop("duration_ms") > 0
    assert fields == {"schema_version": 1, "inserted": 0, "skipped": 7, "total": 7, "failed": 0, "errors": []}
    assert {row["kind"] for row in hub.records} == {kind.value for kind in Kind}


def test_the_ledger_is_kept_where_a_person_says(
    run: Any, hub: Hub, records: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSETUI_STATE", str(tmp_path / "elsewhere"))
    assert run("sync", "push", "--hub", hub.url).code == 0
    assert list((tmp_path / "elsewhere" / "sent").iterdir())
    assert not (tmp_path / "state").exists()


def test_nothing_to_push(run: Any, hub: Hub) -> None:
    assert run("sync", "push") == (0, "(no local coordination records to push)\n", "")
    assert run("sync", "push", "-j").json == {
        "schema_version": 1,
        "inserted": 0,
        "skipped": 0,
        "total": 0,
        "failed": 0,
        "errors": [],
        "duration_ms": 0,
    }
    assert hub.requests == []


@pytest.mark.parametrize(
    "kinds", [["--kinds", "task,claim"], ["--kinds", "task", "claim"], ["--kinds", "tasks", "--kinds", "claim"]]
)
def test_kinds_as_a_list_or_again_and_again(run: Any, hub: Hub, records: None, kinds: list[str]) -> None:
    assert run("sync", "push", *kinds).code == 0
    assert {row["kind"] for row in hub.records} == {"task", "claim"}
    run("sync", "push")
    assert {record["kind"] for record in run("sync", "pull", *kinds, "--json").json["records"]} == {"task", "claim"}


def test_a_batch_that_failed_is_told_at_once_and_exits_with_1(run: Any, hub: Hub, records: None) -> None:
    def reject(answering: Answering) -> bool:
        if b'"claim"' not in answering.body:
            return False
        answering.say(422, {"error": "no claims here"})
        return True

    hub.trouble = reject
    outcome = run("sync", "push")
    assert outcome.code == 1
    assert outcome.out.startswith("❌ Pushed 7 record(s) to gabriel/orchard — inserted: 6, skipped: 0 (")
    assert outcome.err.count("\n") == 1
    assert f"claim {UUID}: " in outcome.err
    assert "no claims here" in outcome.err
    as_json = run("sync", "push", "--json")
    assert (as_json.code, as_json.err, as_json.json["failed"], len(as_json.json["errors"])) == (1, "", 1, 1)


@pytest.mark.parametrize("command", ["push", "pull"])
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_try_that_failed_is_told_while_it_is_tried_again(
    run: Any, hub: Hub, records: None, command: str, flags: tuple[str, ...]
) -> None:
    def once(answering: Answering) -> bool:
        hub.trouble = None
        answering.say(503, {"error": "being \x1b[31m mended: come \n again", "status": "x"})
        return True

    hub.trouble = once
    outcome = run("sync", command, *flags)
    assert outcome.code == 0
    assert len(hub.requests) == 2
    assert outcome.json if flags else len(outcome.out.splitlines()) == 1
    told = r"musetui: the hub at 127\.0\.0\.1:\d+ is in trouble \(503\) and says: being .*mended: trying again in "
    told += r"0\.[0-9]+s \(2 of 4\)\n"
    assert re.fullmatch("" if flags else told, outcome.err)


def test_pull_makes_one_request_and_keeps_no_cursor(run: Any, hub: Hub, records: None, muse_root: Path) -> None:
    run("sync", "push")
    hub.requests.clear()
    outcome = run("sync", "pull", "--limit", "5")
    assert (outcome.code, outcome.err) == (0, "musetui: the hub has more: go on with --since-id 5\n")
    assert re.fullmatch(rf"✅ Pulled 5 new record\(s\) from gabriel/orchard — cursor: 5 {TIME}\n", outcome.out)
    assert len(hub.requests) == 1
    fields = run("sync", "pull", "--since-id", "5", "--json").json
    assert fields.pop("duration_ms") > 0
    assert fields == {"schema_version": 1, "count": 2, "cursor": 7, "records": hub.records[5:]}
    assert len(pulled(muse_root)) == 7
    assert not list((muse_root / ".muse" / "coordination" / "remote").glob(".*"))
    hub.is_muse = True
    assert run("sync", "pull", "--since-id", "7", "--json").json["cursor"] == 7


def test_what_the_hub_sends_and_is_refused_is_told(run: Any, hub: Hub, muse_root: Path) -> None:
    def page(answering: Answering) -> bool:
        hostile = [wired("../../etc/passwd", number) for number in range(1, 8)]
        answering.say(200, {"records": [*hostile, wired("good", 9)], "cursor": 9})
        return True

    hub.trouble = page
    outcome = run("sync", "pull", "--json")
    assert (outcome.code, outcome.json["count"]) == (0, 1)
    assert len(outcome.err.splitlines()) == 6
    assert "../../etc/passwd: that is no id" in outcome.err
    assert list(pulled(muse_root)) == ["reservation/good.json"]


@pytest.mark.parametrize("command", ["push", "pull"])
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--hub", "http://hub.example"), "plain http"),
        (("--hub", "https://me:secret@hub.example"), "name or password"),
        (("--hub", "hub"), "is no hub's address"),
        (("--owner", "x" * 257), "is no name at a hub"),
        (("--owner", ""), "is no name at a hub"),
        (("--slug", "a/b"), "is no name at a hub"),
        (("--slug", ".."), "is no name at a hub"),
        (("--kinds", "reservation,tusk"), "'tusk' is no kind: did you mean task?"),
        (("--kinds", ","), "'' is no kind"),
        (("--kinds",), "expected at least one argument"),
        (("--bogus",), "unrecognized arguments"),
    ],
)
def test_arguments_are_checked_before_anything_is_read(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)  # where there is no repository
    outcome = run("sync", command, *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert sentence in outcome.err
    assert "secret" not in outcome.err
    as_json = run("sync", command, *words, "--json")
    assert (as_json.code, as_json.err, as_json.json["status"]) == (1, "", "bad_args")


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (("--since-id", "-1"), False),
        (("--since-id", "x"), False),
        (("--since-id", "9" * 19), False),
        (("--since-id", str(2**63)), False),
        (("--since-id", str(2**63 - 1)), True),
        (("--limit", "0"), False),
        (("--limit", "1"), True),
        (("--limit", "1000"), True),
        (("--limit", "1001"), False),
    ],
)
def test_numbers_of_pull(run: Any, words: tuple[str, ...], right: bool) -> None:
    if right:
        parse(["sync", "pull", *words])
    else:
        assert run("sync", "pull", *words, "-j").json["status"] == "bad_args"
    assert run("sync", "push", *words, "-j").json["status"] == "bad_args"


@pytest.mark.parametrize("command", ["push", "pull"])
def test_no_hub(run: Any, records: None, command: str) -> None:
    outcome = run("sync", command)
    assert (outcome.code, outcome.out) == (1, "")
    assert "--hub" in outcome.err
    assert run("sync", command, "--json").json["status"] == "no_hub_url"


@pytest.mark.parametrize("command", ["push", "pull"])
def test_outside_a_repository(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run("sync", command, "--json")
    assert (outcome.code, outcome.json["status"]) == (2, "not_a_repository")


@pytest.mark.parametrize("command", ["push", "pull"])
def test_a_hub_that_says_no(run: Any, hub: Hub, records: None, command: str) -> None:
    def refuse(answering: Answering) -> bool:
        answering.say(404, {"error": "no such repository"})
        return True

    hub.trouble = refuse
    outcome = run("sync", command, "--slug", "other")
    assert (outcome.code, outcome.out) == (1, "")
    assert "shows no repository gabriel/other to gabriel" in outcome.err
    as_json = run("sync", command, "--json")
    assert (as_json.code, as_json.err, as_json.json["status"]) == (1, "", "hub_error")


def test_flags_go_before_the_environment_and_that_before_the_repository(
    run: Any, hub: Hub, records: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "to gabriel/orchard " in run("sync", "push").out
    monkeypatch.setenv("MUSETUI_SLUG", "of-environment")
    assert "to gabriel/of-environment " in run("sync", "push").out
    assert "to me/of-flag " in run("sync", "push", "--slug", "of-flag", "--owner", "me").out
    assert "/repos/me/of-flag/coordination/records" in hub.requests[-1][1]
    monkeypatch.setenv("MUSETUI_HUB", "http://127.0.0.1:1")
    monkeypatch.setenv("MUSETUI_OWNER", "me")
    before = len(hub.requests)
    assert run("sync", "push", "--hub", hub.url).code == 0
    assert len(hub.requests) == before + 1


@pytest.mark.parametrize("command", ["push", "pull"])
def test_read_only(run: Any, hub: Hub, records: None, command: str) -> None:
    assert run("--read-only", "sync", command, "--json").json["status"] == "read_only"
    assert hub.requests == []


def test_sync_alone(run: Any) -> None:
    assert run("sync") == (1, "", "musetui: `musetui sync` is followed by push or pull\n")
    assert "did you mean push?" in run("sync", "psh").err
    outcome = run("sync", "--help")
    assert outcome.code == 0
    assert "sync push  send the local records to the hub" in outcome.out
    assert "did you mean sync?" in run("snyc", "push").err


def test_who_begins_beyond_the_hubs_end_is_told(run: Any, hub: Hub, records: None) -> None:
    assert run("sync", "push").code == 0
    beyond = run("sync", "pull", "--since-id", "99")
    assert (beyond.code, "cursor: 99" in beyond.out) == (0, True)
    assert beyond.err == (
        "musetui: the hub's last record is 7: if you had more from it, a backup was put back; begin with --since-id 0\n"
    )


def test_what_comes_back_is_known_to_be_there(
    run: Any, hub: Hub, records: None, muse_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was sent from another account, or before this one forgot."""
    assert run("sync", "push").code == 0
    monkeypatch.setenv("MUSETUI_STATE", str(tmp_path / "another"))
    assert run("sync", "pull").code == 0
    repository = Repository(muse_root)
    target = find_target(repository, Settings(hub=hub.url, identity=tmp_path / "home" / ".muse" / "identity.toml"))
    ledger = SentLedger(ledger_file(repository, target, tmp_path / "another"))
    local = [each for each in load(repository).found if each.hub_id is None]
    assert len(local) == 7
    assert all(map(ledger.has, local))
    ledger.close()


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_who_stops_a_push_is_told_how_far_it_came(run: Any, hub: Hub, put: Any, how: tuple[str, ...]) -> None:
    for number in range(501):
        put("tasks", f"t-{number}", task_id=f"t-{number}")
    stopped = threading.Event()

    def stop_the_second(answering: Answering) -> bool:
        if len(hub.requests) < 2:
            return False
        os.kill(os.getpid(), signal.SIGINT)  # ctrl+c
        return stopped.wait(20)

    hub.trouble = stop_the_second
    outcome = run("sync", "push", *how)
    stopped.set()
    said = "stopped: gabriel/orchard has 500 of 501 records for certain: push again to go on, what is there is skipped"
    assert outcome.code == 130
    if how:
        assert (outcome.json, outcome.err) == ({"error": said, "status": "interrupted"}, "")
    else:
        assert (outcome.out, outcome.err) == ("", f"musetui: {said}\n")
    hub.trouble = None
    assert "inserted: 1, skipped: 500" in run("sync", "push").out


def test_in_a_process_with_files_that_are_no_records(spawn: Any, hub: Hub, records: None, put: Any) -> None:
    put("tasks", "broken").write_text("{")
    outcome = spawn("sync", "push", env={"LC_ALL": "C"})
    assert outcome.code == 0
    assert "✅ Pushed 7 record(s)" in outcome.out
    assert outcome.err.startswith("musetui: tasks/broken.json is no record, and was left out: ")
    as_json = spawn("sync", "pull", "--json")
    assert (as_json.code, as_json.err, len(json.loads(as_json.out)["records"])) == (0, "", 7)
