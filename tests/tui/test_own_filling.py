"""What records fill into the words of own commands: each field of each kind; nothing hostile gets out of its word."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import MuseTuiError
from musetui.placeholders import FillingError
from musetui.swarm.thresholds import Thresholds
from musetui.tui.live import Live
from musetui.tui.own.command import ALL_FIELDS, FIELDS, OwnCommand
from musetui.tui.own.filling import Known, known_of, order_of
from musetui.tui.presentation.claims import ClaimKey
from musetui.tui.subject import Subject, SubjectKind
from tests.conftest import until
from tests.properties import patient

HOSTILE = (
    "$(touch owned)",
    "`touch owned`",
    "'; touch owned; '",
    '"; touch owned; "',
    "a\nb\r\n",
    "\x1b]0;owned\x07\x1b[2J",
    "\u202eowned",
    "{id}{run}",
    "%s %n * ? ~ && || > x < y",
    "a b\tc",
)

SHOW = (sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))")


@pytest.fixture
async def live(muse_root: Path) -> AsyncIterator[Live]:
    """Return a live picture of the repository."""
    (muse_root / "src").mkdir()
    (muse_root / "src" / "a.py").write_text("import x\n\n\nclass C:\n    def total(self): ...\n")
    defects: list[Exception] = []
    live = Live(Repository(muse_root), thresholds=Thresholds(), on_defect=defects.append)
    live.start()
    yield live
    live.stop()
    assert not defects


async def has_read(live: Live, what: Callable[[], object]) -> None:
    live.refresh()
    await until(what, what="the record")


def run(words: tuple[str, ...], folder: Path) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd=folder).stdout


def filled(words: tuple[str, ...], known: Known, root: Path) -> tuple[str, ...]:
    return order_of(OwnCommand("x", words), known, root).words


async def test_every_kind_has_all_its_fields(live: Live, writer: Writer, muse_root: Path) -> None:
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    one = writer.reserve(["src/a.py::C.total", "src/b.py"], "ann", ttl=hour, operation="modify", branch="main", now=now)
    writer.reserve(["src/a.py::C.total"], "bob", ttl=hour, operation="modify", branch="dev", now=now)
    intent = writer.intend(
        ["src/a.py::C"],
        "ann",
        operation="rename",
        detail="to b.py",
        reservation_id=one.reservation_id,
        branch="main",
        now=now,
    )
    folder = muse_root / ".muse" / "coordination"
    (folder / "tasks").mkdir(exist_ok=True)
    (folder / "tasks" / "t1.json").write_text(json.dumps({"task_id": "t1", "title": "Split", "run_id": "ann"}))
    (folder / "claims").mkdir(exist_ok=True)
    claim = {"task_id": "t1", "claimer_run_id": "eve", "claimed_at": now.isoformat()}
    (folder / "claims" / "t1.json").write_text(json.dumps(claim))
    (folder / "reservations" / "bad.json").write_text("{")
    await has_read(live, lambda: live.swarm.claimed("t1") and live.conflicts.keys() and list(live.swarm.problems()))
    claimed = live.swarm.claimed("t1")
    assert claimed is not None
    [conflict] = [key for key in list(live.conflicts.keys()) if key.address == "src/a.py::C.total"]  # not the intent's
    [problem] = live.swarm.problems()
    subjects = {
        "reservation": Subject(SubjectKind.RESERVATION, one.reservation_id),
        "intent": Subject(SubjectKind.INTENT, intent.intent_id),
        "conflict": Subject(SubjectKind.CONFLICT, conflict),
        "task": Subject(SubjectKind.TASK, "t1"),
        "claim": Subject(SubjectKind.CLAIM, ClaimKey("eve", claimed.sightings[0].slot.source, "t1")),
        "run": Subject(SubjectKind.RUN, "ann"),
        "branch": Subject(SubjectKind.BRANCH, "main"),
        "problem": Subject(SubjectKind.PROBLEM, problem),
    }
    found = {}
    for kind, names in FIELDS.items():
        known = known_of(subjects[kind], live)
        words = filled(
            ("x", "--", *(f"{{{name}}}" for name in names if name not in ("addresses", "runs", "branches"))),
            known,
            muse_root,
        )
        assert all(words)
        assert known.about.startswith(kind)
        found[kind] = {name: filled(("x", f"={{{name}}}"), known, muse_root)[1][1:] for name in (*names, "repo")}
        assert found[kind]["repo"] == str(muse_root)
    held = found["reservation"]
    assert (held["id"], held["run"], held["branch"]) == (one.reservation_id, "ann", "main")
    assert (held["address"], held["path"], held["symbol"]) == ("src/a.py::C.total", "src/a.py", "C.total")
    assert (held["file"], held["line"]) == (str((muse_root / "src/a.py").resolve()), "5")
    assert (held["state"], held["operation"], held["reservation"]) == ("active", "modify", one.reservation_id)
    assert datetime.fromisoformat(held["expires"]) == one.expires_at
    assert (found["intent"]["detail"], found["intent"]["reservation"]) == ("to b.py", one.reservation_id)
    assert found["task"] == {"id": "t1", "task": "t1", "title": "Split", "run": "eve", "repo": str(muse_root)}
    assert found["claim"] == found["task"]
    assert found["problem"]["path"] == ".muse/coordination/reservations/bad.json"
    known = known_of(subjects["reservation"], live)
    assert filled(("x", "{addresses}"), known, muse_root) == ("x", "src/a.py::C.total", "src/b.py")
    assert filled(("x", "{runs}", "{branches}"), known_of(subjects["conflict"], live), muse_root)[1:] == (
        *("ann", "bob"),
        *("main", "dev"),
    )
    assert json.loads(known.feed)["reservation_id"] == one.reservation_id
    assert known.feed.isascii()


async def test_a_record_that_has_gone_fills_nothing(live: Live, muse_root: Path) -> None:
    gone = known_of(Subject(SubjectKind.RESERVATION, "gone"), live)
    with pytest.raises(FillingError, match=r"it has no \{run\}"):
        filled(("x", "{run}"), gone, muse_root)
    assert filled(("x", "{repo}"), gone, muse_root) == ("x", str(muse_root))


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_program_sees_it_whole_as_one_argument(
    hostile: str, live: Live, writer: Writer, muse_root: Path
) -> None:
    record = writer.reserve(
        ["src/a.py"], "x", ttl=timedelta(hours=1), operation="modify", branch="main", now=datetime.now(UTC)
    )
    file = muse_root / ".muse" / "coordination" / "reservations" / f"{record.reservation_id}.json"
    said = json.loads(file.read_text()) | {"run_id": hostile, "branch": hostile, "addresses": [hostile]}
    file.write_text(json.dumps(said))
    await has_read(
        live, lambda: (held := live.swarm.reservation(record.reservation_id)) and held.reservation.run_id == hostile
    )
    known = known_of(Subject(SubjectKind.RESERVATION, record.reservation_id), live)
    order = order_of(OwnCommand("x", (*SHOW, "{run}", "on {branch}", "{addresses}")), known, muse_root)
    printed = run(order.words, muse_root)
    assert printed.strip() == ascii([hostile, f"on {hostile}", hostile])
    assert order.line.isprintable()
    assert order.about.isprintable()
    assert not (muse_root / "owned").exists()
    # What the question shows would, pasted into a shell, be that same program with those same words.
    if hostile.isprintable():
        assert run(("sh", "-c", order.line), muse_root) == printed


@given(st.sampled_from(ALL_FIELDS), st.text(min_size=1, alphabet=st.characters(codec="utf-8", exclude_characters="\0")))
@patient(200)
def test_whatever_a_field_says_it_is_one_argument_and_no_option(name: str, value: str) -> None:
    if name in ("path", "file", "line"):
        return  # of these, the next tests
    known = Known({name: value})
    words = filled(("x", f"--flag={{{name}}}", f"a {{{name}}}", "--", f"{{{name}}}"), known, Path("/"))
    assert words == ("x", f"--flag={value}", f"a {value}", "--", value)
    if value.startswith(("-", "+")):
        with pytest.raises(FillingError, match="would be taken for an option"):
            filled(("x", f"{{{name}}}"), known, Path("/"))
    else:
        assert filled(("x", f"{{{name}}}"), known, Path("/")) == ("x", value)


@pytest.mark.parametrize("address", ["/etc/passwd", "../secret", "src/../../secret", "a/..::x"])
def test_no_path_leads_out_of_the_work_tree(address: str, tmp_path: Path) -> None:
    known = Known({"address": address, "path": address.partition("::")[0]})
    for word in ("{path}", "{file}", "x={line}"):
        with pytest.raises(MuseTuiError, match="leads out of the work tree"):
            filled(("x", "--", word), known, tmp_path)


def test_a_link_out_of_the_work_tree_and_a_missing_file_are_told(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (tmp_path / "secret").write_text("x")
    (root / "link").symlink_to(tmp_path / "secret")
    for path, sentence in (("link", "is no file of this work tree"), ("gone", "is not in this work tree")):
        known = Known({"address": path, "path": path})
        assert filled(("x", "{path}"), known, root) == ("x", path)
        with pytest.raises(MuseTuiError, match=sentence):
            filled(("x", "{file}"), known, root)
