"""What the writer writes is what Muse writes, appears whole or not at all, and never takes another's place."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from disk_picture import open_root, unprivileged
from hypothesis import given, settings
from hypothesis import strategies as st

import musetui
from musetui import placing
from musetui.coordination.batch import Problem, Sighting, Slot
from musetui.coordination.reader import load, read_slot
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import RecordError, RecordExistsError
from musetui.records.kinds import Kind
from musetui.records.models import Heartbeat, Release, Reservation
from tests.conftest import wait_until

NOW = datetime(2026, 3, 18, 12, 0, 0, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOON_TEXT = "2026-03-18T12:00:00.250000+00:00"
ONE_TEXT = "2026-03-18T13:00:00.250000+00:00"


@pytest.fixture
def repository(muse_root: Path) -> Repository:
    return Repository(muse_root)


@pytest.fixture
def writer(repository: Repository) -> Writer:
    return Writer(repository)


@pytest.fixture(params=["without a name", "by a link", "where it stays"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write in each way that some file system or other leaves us."""
    if request.param != "without a name":
        monkeypatch.setattr(placing, "_NAMELESS", 0)
    if request.param == "where it stays":

        def refuse(*args: object, **options: object) -> None:
            raise OSError(errno.EPERM, "no hard links here")

        monkeypatch.setattr(os, "link", refuse)
    return str(request.param)


def reserve(writer: Writer, *addresses: str, **fields: Any) -> Reservation:
    given = {"ttl": HOUR, "operation": "modify", "branch": "main", "now": NOW} | fields
    return writer.reserve(addresses or ("src/a.py",), "agent-1", **given)


def only_file(repository: Repository, folder: str) -> Path:
    (path,) = (repository.coordination / folder).iterdir()
    return path


def test_each_record_has_the_fields_of_the_protocol_in_its_order(writer: Writer, repository: Repository) -> None:
    reservation = reserve(writer, "src/a.py::C.m", "src/b.py")
    reservation_id = reservation.reservation_id
    intent = writer.intend(["src/a.py::C.m"], "agent-1", operation="rename", branch="main", now=NOW)
    writer.release(reservation_id, "agent-1", now=NOW)
    writer.beat(reservation_id, "agent-1", now=NOW, extend_to=NOW + HOUR)
    writer.depend(reservation_id, ["r2", "r3", "r2"], "agent-1", now=NOW)
    task = writer.task("Tidy the barn", "chores", "agent-1", now=NOW)
    writer.claim(task.task_id, "agent-2", ttl=HOUR, now=NOW)

    expected: dict[str, dict[str, Any]] = {
        "reservations": {
            "schema_version": 1,
            "reservation_id": reservation_id,
            "run_id": "agent-1",
            "branch": "main",
            "addresses": ["src/a.py::C.m", "src/b.py"],
            "created_at": NOON_TEXT,
            "expires_at": ONE_TEXT,
            "operation": "modify",
        },
        "intents": {
            "schema_version": 1,
            "intent_id": intent.intent_id,
            "reservation_id": "",
            "run_id": "agent-1",
            "branch": "main",
            "addresses": ["src/a.py::C.m"],
            "operation": "rename",
            "created_at": NOON_TEXT,
            "detail": "",
        },
        "releases": {"reservation_id": reservation_id, "run_id": "agent-1", "released_at": NOON_TEXT},
        "heartbeats": {
            "reservation_id": reservation_id,
            "run_id": "agent-1",
            "last_beat_at": NOON_TEXT,
            "extended_expires_at": ONE_TEXT,
        },
        "dependencies": {
            "reservation_id": reservation_id,
            "depends_on": ["r2", "r3"],
            "run_id": "agent-1",
            "created_at": NOON_TEXT,
        },
        "tasks": {
            "task_id": task.task_id,
            "run_id": "agent-1",
            "queue": "chores",
            "title": "Tidy the barn",
            "created_at": NOON_TEXT,
        },
        "claims": {
            "task_id": task.task_id,
            "claimer_run_id": "agent-2",
            "claimed_at": NOON_TEXT,
            "expires_at": ONE_TEXT,
        },
    }
    for folder, fields in expected.items():
        path = only_file(repository, folder)
        assert path.read_text() == json.dumps(fields, indent=2) + "\n"
        assert path.stem in fields.values()


def test_what_is_written_is_read_back_as_it_was_returned(writer: Writer, repository: Repository) -> None:
    reservation = reserve(writer, "src/ü.py::Ä", operation=None)
    returned = [
        reservation,
        writer.intend(["x"], "a", operation="split", detail="two\nlines", reservation_id="r1", branch="", now=NOW),
        writer.release(reservation.reservation_id, "agent-1", reason="done", now=NOW),
        writer.beat(reservation.reservation_id, "agent-1", now=NOW),
        writer.depend(reservation.reservation_id, ["r2"], "agent-1", now=NOW),
        writer.task("title", "", "agent-1", now=NOW),
        writer.claim("t1", "agent-1", ttl=HOUR, now=NOW),
    ]
    batch = load(repository)
    assert not batch.problems
    assert [sighting.record for sighting in batch.found] == returned


def test_a_moment_elsewhere_is_written_in_utc(writer: Writer, repository: Repository) -> None:
    reserve(writer, now=NOW.astimezone(timezone(timedelta(hours=5, minutes=30))))
    assert json.loads(only_file(repository, "reservations").read_text())["created_at"] == NOON_TEXT


def test_a_record_with_more_fields_keeps_them_after_the_known(writer: Writer, repository: Repository) -> None:
    record = Release.model_validate(
        {"note": {"why": [1, None]}, "reservation_id": "r1", "run_id": "a", "released_at": NOW, "reason": "done"}
    )
    assert writer.write_record(record) == Slot("releases", "r1.json")
    fields = json.loads(only_file(repository, "releases").read_text())
    assert list(fields) == ["reservation_id", "run_id", "released_at", "reason", "note"]
    assert read_slot(repository.coordination, Slot("releases", "r1.json")) == Sighting(
        Slot("releases", "r1.json"), record
    )


text = st.text(max_size=600) | st.text(alphabet=st.characters(), max_size=5)


@settings(deadline=None, max_examples=150)
@given(text, text, st.lists(text, max_size=4), st.timedeltas(), st.datetimes(timezones=st.just(UTC)), text)
def test_whatever_is_asked_for_is_refused_or_written_so_that_it_reads_back(
    tmp_path_factory: pytest.TempPathFactory,
    run_id: str,
    branch: str,
    addresses: list[str],
    ttl: timedelta,
    now: datetime,
    detail: str,
) -> None:
    root = tmp_path_factory.mktemp("any")
    (root / ".muse").mkdir()
    repository = Repository(root)
    writer = Writer(repository, durable=False)
    asked: list[Callable[[], Any]] = [
        lambda: writer.reserve(addresses, run_id, ttl=ttl, operation=None, branch=branch, now=now),
        lambda: writer.intend(addresses, run_id, operation="delete", detail=detail, branch=branch, now=now),
        lambda: writer.release(run_id, run_id, reason=detail, now=now),
        lambda: writer.beat(branch, run_id, now=now, extend_to=now),
        lambda: writer.depend("r1", addresses, run_id, now=now),
        lambda: writer.task(detail, branch, run_id, now=now),
        lambda: writer.claim(run_id, branch, ttl=ttl, now=now),
    ]
    written = []
    refusals = []
    for ask in asked:
        try:
            written.append(ask())
        except RecordError as error:
            refusals.append(str(error))
    assert all(refusal.isprintable() for refusal in refusals)
    batch = load(repository)
    assert not batch.problems
    assert [sighting.record for sighting in batch.found] == sorted(
        written, key=lambda record: list(Kind).index(record.kind)
    )


REFUSED: dict[str, tuple[Callable[[Writer], Any], str]] = {
    "no address": (lambda w: w.reserve([], "a", ttl=HOUR, operation=None, branch="", now=NOW), "no address"),
    "an empty address": (lambda w: reserve(w, "src/a.py", " "), "address is empty"),
    "an address of two lines": (lambda w: reserve(w, "a\nb"), "control character"),
    "a long address": (lambda w: reserve(w, "a" * 4_097), "4,097 characters"),
    "a broken address": (lambda w: reserve(w, "\udc80"), "not valid text"),
    "many addresses": (lambda w: reserve(w, *map(str, range(10_001))), "name the folder"),
    "no run": (lambda w: w.release("r1", "  ", now=NOW), "run id is empty"),
    "a long run": (lambda w: w.release("r1", "a" * 513, now=NOW), "513 characters"),
    "a long branch": (lambda w: reserve(w, branch="b" * 513), "513 characters"),
    "a lease too short": (lambda w: reserve(w, ttl=timedelta(seconds=0.9)), "1 second to 10 years"),
    "a lease too long": (lambda w: reserve(w, ttl=timedelta(days=4_000)), "1 second to 10 years"),
    "a lease that is none": (lambda w: reserve(w, ttl=-HOUR), "1 second to 10 years"),
    "a claim too long": (lambda w: w.claim("t", "a", ttl=timedelta.max, now=NOW), "1 second to 10 years"),
    "an unknown operation": (lambda w: reserve(w, operation="explode"), "one of modify, rename"),
    "an unknown intent": (lambda w: w.intend(["a"], "a", operation="", branch="", now=NOW), "one of modify"),
    "an id that is a path": (lambda w: w.release("../../evil", "a", now=NOW), "is no reservation id"),
    "an id with a line feed": (lambda w: w.beat("r1\n", "a", now=NOW), "is no reservation id"),
    "an empty id": (lambda w: w.claim("", "a", ttl=HOUR, now=NOW), "is no task id"),
    "a dependency on nothing": (lambda w: w.depend("r1", [], "a", now=NOW), "waits for something"),
    "a dependency on itself": (lambda w: w.depend("r1", ["r2", "r1"], "a", now=NOW), "wait for itself"),
    "a task without a title": (lambda w: w.task(" ", "q", "a", now=NOW), "title is empty"),
    "a long detail": (lambda w: w.release("r1", "a", reason="x" * 65_537, now=NOW), "65,537 characters"),
    "an extension backwards": (lambda w: w.beat("r1", "a", now=NOW, extend_to=NOW - HOUR), "from now"),
    "a moment too early": (lambda w: reserve(w, now=datetime(1969, 1, 1, tzinfo=UTC)), "clock"),
    "an end past all moments": (
        lambda w: reserve(w, now=datetime(8999, 12, 31, tzinfo=UTC), ttl=timedelta(days=300)),
        "clock",
    ),
    "a record without an id": (lambda w: w.write_record(Heartbeat(run_id="a")), "needs a reservation_id"),
    "a record that is not JSON": (
        lambda w: w.write_record(Release.model_validate({"reservation_id": "r", "x": float("nan")})),
        "cannot be written as JSON",
    ),
    "a record too large": (
        lambda w: w.write_record(Release.model_validate({"reservation_id": "r", "x": "y" * 1_048_576})),
        "larger than",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_reader_would_take_is_refused_in_one_sentence(
    writer: Writer, repository: Repository, case: str
) -> None:
    ask, sentence = REFUSED[case]
    with pytest.raises(RecordError, match=sentence) as caught:
        ask(writer)
    assert str(caught.value).isprintable()
    assert not repository.coordination.exists()


def test_a_mistake_of_the_caller_is_no_record_error(writer: Writer) -> None:
    with pytest.raises(TypeError):
        writer.reserve("src/a.py", "a", ttl=HOUR, operation=None, branch="", now=NOW)
    with pytest.raises(ValueError, match="offset"):
        writer.release("r1", "a", now=datetime(2026, 3, 18))


def test_a_write_once_record_stays_as_it_is(writer: Writer, repository: Repository, way: str) -> None:
    first = writer.release("r1", "first", now=NOW)
    with pytest.raises(RecordExistsError, match=r"releases/r1\.json is there already"):
        writer.release("r1", "second", now=NOW)
    assert [sighting.record for sighting in load(repository).found] == [first]
    assert [path.name for path in (repository.coordination / "releases").iterdir()] == ["r1.json"]


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.symlink_to("x"), os.mkfifo])
def test_whatever_has_the_name_keeps_it(
    writer: Writer, repository: Repository, way: str, make: Callable[[Path], object]
) -> None:
    folder = repository.coordination / "claims"
    folder.mkdir(parents=True)
    make(folder / "t1.json")
    with pytest.raises(RecordExistsError):
        writer.claim("t1", "agent-1", ttl=HOUR, now=NOW)
    assert [path.name for path in folder.iterdir()] == ["t1.json"]


def test_of_many_claims_one_wins(writer: Writer, repository: Repository, way: str) -> None:
    runs = [f"agent-{number}" for number in range(8)]
    for task in range(20):
        winners: list[str] = []
        start = threading.Barrier(len(runs))

        def claim(run: str, task: int = task, winners: list[str] = winners, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                Writer(repository, durable=False).claim(f"t{task}", run, ttl=HOUR, now=NOW)
            except RecordExistsError:
                return
            winners.append(run)

        threads = [threading.Thread(target=claim, args=(run,)) for run in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(winners) == 1
        told = read_slot(repository.coordination, Slot("claims", f"t{task}.json"))
        assert isinstance(told, Sighting)
        assert told.record.holder == winners[0]
    assert len(list((repository.coordination / "claims").iterdir())) == 20


def test_a_reader_never_meets_half_a_heartbeat(writer: Writer, repository: Repository) -> None:
    slot = Slot("heartbeats", "r1.json")
    writer.beat("r1", "agent-1", now=NOW)
    over = threading.Event()
    seen: list[Sighting | Problem | None] = []

    def read() -> None:
        while not over.is_set():
            seen.append(read_slot(repository.coordination, slot))

    thread = threading.Thread(target=read)
    thread.start()
    quick = Writer(repository, durable=False)
    for number in range(400):
        quick.beat("r1", f"agent-{'x' * number}", now=NOW)
    over.set()
    thread.join()
    assert seen
    assert all(isinstance(one, Sighting) for one in seen)


def test_a_beat_keeps_the_extension_of_the_one_before(writer: Writer) -> None:
    assert writer.beat("r1", "a", now=NOW).extended_expires_at is None
    assert writer.beat("r1", "a", now=NOW, extend_to=NOW + 2 * HOUR).extended_expires_at == NOW + 2 * HOUR
    assert writer.beat("r1", "a", now=NOW + HOUR).extended_expires_at == NOW + 2 * HOUR
    later = writer.beat("r1", "a", now=NOW + HOUR, extend_to=NOW + HOUR * 1.5)
    assert (later.extended_expires_at, later.last_beat_at) == (NOW + 2 * HOUR, NOW + HOUR)


@pytest.mark.parametrize("named", ['"run_id": "ann", ', ""])
def test_an_extension_keeps_the_moment_of_the_holders_last_beat(
    writer: Writer, repository: Repository, named: str
) -> None:
    held = writer.reserve(["a"], "ann", ttl=HOUR, operation=None, branch="main", now=NOW)
    (repository.coordination / "heartbeats").mkdir(parents=True)
    beat = repository.coordination / "heartbeats" / f"{held.reservation_id}.json"
    beat.write_text(f'{{{named}"last_beat_at": "{NOW + HOUR / 2}"}}')
    extended = writer.extend(held, "bob", until=NOW + 3 * HOUR, now=NOW + HOUR)
    assert (extended.run_id, extended.last_beat_at) == ("ann", NOW + HOUR / 2)


def test_a_beat_replaces_a_heartbeat_that_is_garbage(writer: Writer, repository: Repository) -> None:
    (repository.coordination / "heartbeats").mkdir(parents=True)
    (repository.coordination / "heartbeats" / "r1.json").write_text("{")
    writer.beat("r1", "a", now=NOW)
    assert not load(repository).problems


@pytest.mark.parametrize(
    ("folder", "write"),
    [
        ("releases", lambda writer: writer.release("r1", "agent-1", now=NOW)),
        ("heartbeats", lambda writer: writer.beat("r1", "agent-1", now=NOW)),
    ],
)
def test_a_disk_that_takes_no_more_leaves_nothing(
    writer: Writer, repository: Repository, way: str, folder: str, write: Callable[[Writer], object]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, hard))
    try:
        with pytest.raises(RecordError, match=rf"{folder}/r1\.json cannot be written: .*large"):
            write(writer)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((repository.coordination / folder).iterdir()) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "read-only"), (errno.EDQUOT, "quota"), (errno.EIO, "error")],
)
def test_what_the_system_refuses_is_said_plainly(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def refuse(*args: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "write", refuse)
    with pytest.raises(RecordError, match=f"tasks/.*cannot be written: .*{words}"):
        writer.task("title", "queue", "a", now=NOW)


def test_a_folder_without_permission_is_said_plainly() -> None:
    with open_root() as root, unprivileged(root):
        repository = Repository(root)
        repository.coordination.chmod(0o500)
        with pytest.raises(RecordError, match="no permission"):
            Writer(repository).task("t", "q", "a", now=NOW)
        repository.coordination.chmod(0o700)


def test_a_linked_folder_is_not_written_into(writer: Writer, repository: Repository, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    repository.coordination.mkdir()
    (repository.coordination / "releases").symlink_to(elsewhere)
    with pytest.raises(RecordError, match=r"\.muse/coordination/releases is of no use \(a symbolic link"):
        writer.release("r1", "a", now=NOW)
    repository.coordination.rename(tmp_path / "moved")
    repository.coordination.symlink_to(tmp_path / "moved")
    with pytest.raises(RecordError, match=r"\.muse/coordination is of no use"):
        writer.task("t", "q", "a", now=NOW)
    assert list(elsewhere.iterdir()) == []


def test_a_repository_that_is_gone_is_said_plainly(repository: Repository, writer: Writer) -> None:
    repository.muse.rename(repository.root / "gone")
    with pytest.raises(RecordError, match="is gone"):
        writer.task("t", "q", "a", now=NOW)
    assert not repository.muse.exists()


def test_only_our_own_old_leftovers_are_cleaned_up(repository: Repository) -> None:
    folder = repository.coordination / "heartbeats"
    folder.mkdir(parents=True)
    ours = folder / ".r1.json.0123456789abcdef.tmp"
    young = folder / ".r2.json.0123456789abcdef.tmp"
    others = [folder / ".r1.json.tmp", folder / "r1.json.tmp", folder / ".swp", folder / "r9.json"]
    linked = folder / ".r3.json.0123456789abcdef.tmp"
    linked.symlink_to(others[2])
    for path in (ours, young, *others):
        path.write_text("{}")
        if path is not young:
            os.utime(path, (time.time() - 4_000,) * 2)
    os.utime(linked, (0, 0), follow_symlinks=False)
    writer = Writer(repository)
    writer.beat("r1", "a", now=NOW)
    assert set(folder.iterdir()) == {young, linked, *others, folder / "r1.json"}
    os.utime(young, (0, 0))
    writer.beat("r1", "a", now=NOW)
    assert young.exists(), "once a folder is enough"


SOURCE = Path(musetui.__file__).parents[1]
ENDLESS = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from musetui import placing
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer

if sys.argv[2] == "named":
    placing._NAMELESS = 0
writer = Writer(Repository(Path(sys.argv[1])), durable=False)
now = datetime.now(UTC)
while True:
    writer.reserve(["src/a.py"] * 1 + ["x" * 3000], "a", ttl=timedelta(hours=1), operation=None, branch="", now=now)
    writer.beat("r1", "a" * 500, now=now)
"""


def wait_for_more(folder: Path, count: int) -> None:
    """Wait for *count* more names: reading all the files would take longer than writing them."""
    least = len(list(folder.iterdir())) + count
    wait_until(lambda: len(list(folder.iterdir())) >= least, what=f"{least} files")


@pytest.mark.parametrize("how", ["nameless", "named"])
def test_a_writer_killed_at_any_moment_leaves_no_half(repository: Repository, how: str) -> None:
    folder = repository.coordination / "reservations"
    folder.mkdir(parents=True)
    for _ in range(3):
        before = len(load(repository).found)
        process = subprocess.Popen([sys.executable, "-c", ENDLESS, str(repository.root), how], cwd=SOURCE)
        wait_for_more(folder, 100)
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        batch = load(repository)
        assert len(batch.found) > before
        assert not batch.problems
