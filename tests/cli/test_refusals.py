"""What the writing commands refuse, and that nothing is written then."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from musetui.records.kinds import INTENT_OPERATIONS, OPERATIONS
from tests.cli.conftest import UUID, on_disk


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("reserve", "a", "--op", "modfy"), "argument --op: 'modfy' is no operation: did you mean modify?"),
        (("reserve", "a", "--op", "merge"), f"'merge' is no operation: use one of {', '.join(OPERATIONS)}"),
        (("intent", "a", "--op", "DELETE"), "'DELETE' is no operation: did you mean delete?"),
        (("intent", "a", "--op", "zzz"), f"'zzz' is no operation: use one of {', '.join(INTENT_OPERATIONS)}"),
        (("intent", "a"), "the following arguments are required: --op"),
        (("reserve",), "the following arguments are required: ADDRESS"),
        (("reserve", "a", "--ttl", "soon"), "--ttl: 'soon' is no length of time: write it like 45s, 90m, 1h30m or 2d"),
        (("reserve", "a", "--ttl", "-5m"), "argument --ttl: expected one argument"),
        (("release",), "the following arguments are required: ID"),
        (("release", "a", "b"), "unrecognized arguments: b"),
        (("heartbeat", "aaaa", "--extension", "x"), "argument --extension: 'x' is no length of time"),
        (("list",), "say of which kind: reservation, intent, release, heartbeat, dependency, task, claim ("),
        (("list", "res"), "'res' is no kind: did you mean reservation?"),
        (("list", "re"), "'re' is no kind: did you mean reservation or release?"),
        (("list", "beat"), "'beat' is no kind: did you mean heartbeat?"),
        (("list", "tsak"), "'tsak' is no kind: did you mean task?"),
        (("list", "task", "--limit", "-1"), "argument --limit: '-1' is no whole number from 1 to 999999999"),
        (("list", "task", "--limit", "0"), "argument --limit: '0' is no whole number from 1 to 999999999"),
        (("stale", "--reason", "deadlock"), "'deadlock' is no reason: did you mean waits_in_a_circle?"),
        (("stale", "--reason", "ghost"), "'ghost' is no reason: did you mean claimed_by_a_ghost?"),
        (("stale", "--reason", "zzz"), "'zzz' is no reason: use one of silent, abandoned, orphan_intent"),
        (("conflicts", "--risk", "hi"), "'hi' is no risk: did you mean high?"),
        (("status", "--read-only"), "--read-only stands before the command: `musetui --read-only …`"),
        (("reserve", "a", "--run", "x"), "unrecognized arguments: --run x"),
    ],
)
def test_words_that_mean_nothing(run: Any, muse_root: Path, words: tuple[str, ...], sentence: str) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert outcome.out == ""
    assert sentence in outcome.err
    assert len(outcome.err.splitlines()) == 1
    as_json = run(*words, "--json")
    assert (as_json.code, as_json.err, as_json.json["status"]) == (1, "", "bad_args")
    assert sentence in as_json.json["error"]
    assert not (muse_root / ".muse" / "coordination").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("reserve", ""),
        ("reserve", "  "),
        ("reserve", "a\nb"),
        ("reserve", "\x1b[31m"),
        ("reserve", "x" * 5_000),
        ("reserve", "a", "--ttl", "0"),
        ("reserve", "a", "--ttl", "99y"),
        ("reserve", "a", "--ttl", "20000d"),
        ("reserve", "a", "--run-id", ""),
        ("reserve", "a", "--run-id", "x" * 600),
        ("reserve", "a", "--branch", "a\x07b"),
        ("intent", "a", "--op", "modify", "--detail", "x" * 70_000),
        ("reserve", "\udcff"),
    ],
)
def test_what_no_record_may_say(run: Any, muse_root: Path, words: tuple[str, ...]) -> None:
    outcome = run(*words)
    assert outcome.code == 1
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.rstrip("\n").isprintable()
    as_json = run(*words, "--json")
    assert as_json.code == 1
    assert set(as_json.json) == {"error", "status"}
    assert on_disk(muse_root, "reservations") == on_disk(muse_root, "intents") == []


@pytest.mark.parametrize(
    "words",
    [("reserve", "a"), ("intent", "a", "--op", "modify"), ("release", UUID), ("heartbeat", UUID)],
)
def test_read_only_writes_nothing(
    run: Any, reserve: Any, muse_root: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve(UUID)
    outcome = run("--read-only", *words)
    assert outcome.code == 1
    assert "nothing was written" in outcome.err
    monkeypatch.setenv("MUSETUI_READ_ONLY", "1")
    assert run(*words, "--json").json["status"] == "read_only"
    assert [path.name for path in (muse_root / ".muse" / "coordination").iterdir()] == ["reservations"]


def test_a_folder_that_is_none(run: Any, muse_root: Path) -> None:
    (muse_root / ".muse" / "coordination").mkdir()
    (muse_root / ".muse" / "coordination" / "reservations").write_text("")
    outcome = run("reserve", "a", "--json")
    assert outcome.code == 1
    assert outcome.json["status"] == "not_written"
    assert "cannot be written" in outcome.json["error"]


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="nothing is forbidden to root")
def test_a_folder_that_may_only_be_read(spawn: Any, reserve: Any, muse_root: Path) -> None:
    reserve("aaaa-1")
    folder = muse_root / ".muse" / "coordination" / "reservations"
    folder.chmod(0o555)
    # Root may write everywhere, unless it gives that up.
    humbly = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    try:
        refused = spawn("reserve", "a", before=humbly)
        assert (refused.code, refused.out) == (1, "")
        assert "cannot be written: no permission" in refused.err
        assert spawn("reserve", "a", "--json", before=humbly).json["status"] == "not_written"
        listed = spawn("list", "reservation", "--json", before=humbly)
        assert listed.json["total"] == 1
    finally:
        folder.chmod(0o755)
