"""Every kind of write that musetui does, as something that can be begun, cut off anywhere, and done again."""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from musetui import placing
from musetui.bus.development import ensure_identity
from musetui.callgraph.cache import Cache
from musetui.callgraph.shapes import Extraction
from musetui.cli import main
from musetui.cli.config import make_first_file
from musetui.coordination import writer as writing
from musetui.coordination.batch import Batch, Sighting, Slot
from musetui.coordination.reader import load
from musetui.coordination.repository import Repository
from musetui.coordination.writer import Writer
from musetui.errors import RecordExistsError
from musetui.history.lines import Header
from musetui.history.recorder import Recorder
from musetui.history.recording import read_recording
from musetui.hub.address import read_address
from musetui.hub.cursor import Cursor, read_cursor, save_cursor
from musetui.hub.pull import Pull
from musetui.hub.replies import PullPage
from musetui.hub.sent import SentLedger
from musetui.hub.target import HubTarget
from musetui.hub.wire import WireIdentity, WireRecord
from musetui.records.kinds import Kind
from musetui.records.models import Dependency, Release, Reservation
from musetui.tui.export.file import write_new
from musetui.tui.filter_shelf import Touched
from musetui.tui.looks import Chosen, read_choices
from musetui.tui.looks_kept import write_choices
from musetui.tui.shelf_file import read_shelf, write_shelf

NOON = datetime(2026, 3, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RESERVATIONS = ".muse/coordination/reservations"
ADDRESSES = ["src/billing.py::Invoice.total", "src/" + "x" * 400]
TARGET = HubTarget(read_address("http://127.0.0.1:8765"), "gabriel", "orchard", "/records", None)
PAGES, PAGE = 2, 3


@dataclass(frozen=True)
class Place:
    """Where a job works: a repository, and a folder for what is kept outside of it."""

    root: Path

    @property
    def repository(self) -> Repository:
        """The repository."""
        return Repository(self.root)

    @property
    def state(self) -> Path:
        """The folder beside it."""
        return self.root / "state"


def fix_ids() -> None:
    """Have this process write the same record every time, so that its file can be compared."""
    writing.uuid4 = lambda: UUID(int=7)


def nothing(place: Place) -> None:
    """Neither prepare nor look at anything."""


@dataclass(frozen=True)
class Job:
    """One kind of write.

    Attributes:
        name: what it is called.
        act: does it. To do it again where it was done changes nothing; it may say so by a `MuseTuiError`.
        prepare: makes what is there before.
        look: asserts what must be true after a kill at any moment, and after the whole of it.
        folder: where its temporary files are, below the place's root.
        judged: what neither is old nor new on its way: its look alone says what must be true of it.
        below_python: whether it writes by a library of its own, so that only system calls show it.
    """

    name: str
    act: Callable[[Place], object]
    prepare: Callable[[Place], object] = nothing
    look: Callable[[Place], None] = nothing
    folder: str = ""
    judged: tuple[str, ...] = ()
    below_python: bool = False


# Records, by the writer and by the commands


def written(write: Callable[[Writer], object]) -> Callable[[Place], object]:
    """Return what writes as an agent does."""
    return lambda place: write(Writer(place.repository))


def typed(*words: str) -> Callable[[Place], object]:
    """Return what types a command."""

    def run(place: Place) -> None:
        code = main([*words, "--repo", str(place.root), "--run-id", "agent-1"])
        assert code in (0, 1, 2), code

    return run


def held(place: Place) -> None:
    """Have the place hold a reservation, and a heartbeat of it."""
    writer = Writer(place.repository, durable=False)
    writer.write_record(
        Reservation(
            reservation_id="r1",
            run_id="agent-1",
            branch="main",
            addresses=("src/a.py",),
            created_at=datetime.now(UTC),
            expires_at=datetime.now(UTC) + HOUR,
            operation=None,
        )
    )
    writer.beat("r1", "agent-1", now=NOON, extend_to=NOON + HOUR)


def whole(place: Place) -> None:
    """Every record there is can be read."""
    assert load(place.repository).problems == []


def nameless_off(act: Callable[[Place], object]) -> Callable[[Place], object]:
    """Return *act* on a file system that knows no files without a name."""

    def run(place: Place) -> None:
        before, placing._NAMELESS = placing._NAMELESS, 0
        try:
            act(place)
        finally:
            placing._NAMELESS = before

    return run


def reserve(writer: Writer) -> object:
    """Reserve."""
    return writer.reserve(ADDRESSES, "agent-1", ttl=HOUR, operation="modify", branch="main", now=NOON)


def intend(writer: Writer) -> object:
    """Announce."""
    return writer.intend(ADDRESSES, "agent-1", operation="rename", detail="x" * 300, branch="main", now=NOON)


def beat(writer: Writer) -> object:
    """Give another sign of life."""
    return writer.beat("r1", "agent-1", now=NOON + HOUR, extend_to=NOON + 2 * HOUR)


def many(writer: Writer) -> None:
    """Write what else an agent may."""
    for record in (
        Dependency(reservation_id="r1", depends_on=("r2",), run_id="agent-1", created_at=NOON),
        Release(reservation_id="r1", run_id="agent-1", released_at=NOON, reason="done"),
    ):
        with suppress(RecordExistsError):
            writer.write_record(record)
    for act in (
        lambda: writer.claim("t1", "agent-1", ttl=HOUR, now=NOON),
        lambda: writer.task("title", "queue", "agent-1", now=NOON),
    ):
        with suppress(RecordExistsError):
            act()


RECORDS = (
    Job("a reservation", written(reserve), held, whole, RESERVATIONS),
    Job("a reservation by name", nameless_off(written(reserve)), held, whole, RESERVATIONS),
    Job("the first record of all", written(intend), nothing, whole, ".muse/coordination/intents"),
    Job("a heartbeat anew", written(beat), held, whole, ".muse/coordination/heartbeats"),
    Job("a release, a claim, a task", nameless_off(written(many)), held, whole, ".muse/coordination/claims"),
    Job(
        "musetui reserve",
        typed("reserve", *ADDRESSES, "--branch", "main"),
        held,
        whole,
        RESERVATIONS,
    ),
    Job("musetui intent", typed("intent", "src/a.py", "--op", "delete"), held, whole, ".muse/coordination/intents"),
    Job("musetui release", typed("release", "r1"), held, whole, ".muse/coordination/releases"),
    Job("musetui heartbeat", typed("heartbeat", "r1"), held, whole, ".muse/coordination/heartbeats"),
)


# The exchange with a hub


def envelope(number: int) -> dict[str, Any]:
    """Return a record as the hub gives it."""
    payload = {"reservation_id": f"h{number}", "run_id": "agent-9", "branch": "main", "addresses": ["src/a.py"]}
    payload |= {"schema_version": 1, "created_at": NOON.isoformat(), "expires_at": (NOON + HOUR).isoformat()}
    fields = {"id": number, "kind": "reservation", "record_id": f"h{number}", "run_id": "agent-9", "payload": payload}
    return fields | {"expires_at": None, "created_at": NOON.isoformat()}


class Pages:
    """A hub's pages, without the way there."""

    target = TARGET

    async def pull(self, since_id: int, kinds: object, limit: int, wait: float) -> PullPage:
        """Give the next page."""
        last = PAGES * PAGE
        records = [envelope(number) for number in range(since_id + 1, min(since_id + PAGE, last) + 1)]
        return PullPage(records=records, cursor=min(since_id + PAGE, last), hub="data", more=since_id + PAGE < last)


def pull(place: Place) -> None:
    """Pull all pages."""
    asyncio.run(Pull(Pages(), place.repository).run())  # type: ignore[arg-type]


def pulled(place: Place) -> None:
    """All that the cursor has passed is there, as the hub gave it."""
    whole(place)
    passed = read_cursor(place.repository.coordination, TARGET).since_id
    for number in range(1, passed + 1):
        file = place.repository.coordination / "remote" / "reservation" / f"h{number}.json"
        assert json.loads(file.read_bytes()) == envelope(number)
    others = TARGET._replace(records_path="/others")
    assert read_cursor(place.repository.coordination, others) == Cursor(90, "theirs")


def cursor_of_another(place: Place) -> None:
    """Have another hub been read already."""
    save_cursor(place.repository.coordination, TARGET._replace(records_path="/others"), Cursor(90, "theirs"))


def sent(*numbers: int) -> list[WireRecord]:
    """Return records that a hub has acknowledged."""
    return [
        WireRecord(WireIdentity(Kind.RESERVATION, f"r{number}", ""), b"{}", number.to_bytes(16, "big"))
        for number in numbers
    ]


def mark(place: Place) -> None:
    """Note what the hub has, in two batches."""
    ledger = SentLedger(place.state / "ledger.sqlite")
    ledger.mark(sent(*range(10, 60)))
    ledger.mark(sent(*range(60, 110)))
    ledger.close()


def marked_before(place: Place) -> None:
    """Have some been noted."""
    ledger = SentLedger(place.state / "ledger.sqlite")
    ledger.mark(sent(*range(10)))
    ledger.close()


def noted(place: Place) -> None:
    """What was noted before is known, and of a batch all or nothing."""
    ledger = SentLedger(place.state / "ledger.sqlite")
    assert len(ledger) in (10, 60, 110), len(ledger)
    assert all(ledger.is_sent(record.identity, record.digest) for record in sent(*range(10)))
    ledger.close()


HUB = (
    Job(
        "a pull of two pages",
        pull,
        cursor_of_another,
        pulled,
        ".muse/coordination/remote/reservation",
        judged=(".muse/coordination/remote/.musetui-cursor.json",),
    ),
    Job(
        "where a pull has come to",
        lambda place: save_cursor(place.repository.coordination, TARGET, Cursor(7, "data")),
        cursor_of_another,
        nothing,
        ".muse/coordination/remote",
    ),
    Job("what was pushed", mark, marked_before, noted, judged=("state/ledger.sqlite",), below_python=True),
)


# What is kept outside of records


def save(*names: str) -> Callable[[Place], object]:
    """Return what keeps filters of these names."""
    touched: Touched = {"reservations": {name: f"run:{name}*" for name in names}}
    return lambda place: write_shelf(place.state / "filters.json", touched, {"reservations": ["older:30m"]})


def shelved(place: Place) -> None:
    """The filters saved before are there."""
    assert "mine" in read_shelf(place.state / "filters.json").saved["reservations"]


def look_chosen(place: Place) -> None:
    """The choices made before are there."""
    assert read_choices(place.state / "looks.json")["theme"] == Chosen("nord", None)


def sighting(number: int) -> Sighting:
    """Return a record as a recorder sees it."""
    record = Dependency(reservation_id=f"r{number}", depends_on=("r0",), run_id="agent-1", created_at=NOON)
    return Sighting(Slot("dependencies", f"r{number}.json"), record)


def recording(numbers: Iterable[int], minute: int) -> Callable[[Place], None]:
    """Return what sees records, one after the other."""

    def run(place: Place) -> None:
        recorder = Recorder(place.state / "day.jsonl", Header("orchard", "7d6c"))
        now = NOON + minute * timedelta(minutes=1)
        recorder.take_in(Batch(found=[sighting(0)]), now)
        for number in numbers:
            recorder.take_in(Batch(found=[sighting(number)]), now + timedelta(seconds=number))
        recorder.looked(now + timedelta(seconds=30))
        recorder.take_in(Batch(found=[sighting(50 + minute)]), now + timedelta(seconds=40))
        recorder.close(now + timedelta(seconds=50))

    return run


def recorded(place: Place) -> None:
    """What was recorded before is told, and nothing of it is damaged."""
    told = read_recording(place.state / "day.jsonl")
    assert not told.damaged
    assert {"r0", "r1", "r2", "r50"} <= {each.slot.stem for each in told.trail.batch().found}


def begun(place: Place) -> None:
    """Whoever begins again with what is there gets on."""
    recorder = Recorder(place.state / "day.jsonl", Header("orchard", "7d6c"))
    recorder.looked(NOON + HOUR)
    assert not recorder.failure
    recorder.close(NOON + HOUR)
    assert not read_recording(place.state / "day.jsonl").damaged


def settings(place: Place) -> None:
    """Have the settings file made that explains all settings."""
    make_first_file(place.state / "config.toml")


def export(place: Place) -> None:
    """Export, into a folder that is there."""
    write_new(place.state / "musetui-stale.csv", b"why,run\n" + b"silent,agent-1\n" * 400, may_number=False)


def identity(place: Place) -> None:
    """Have a hub for oneself make an identity."""
    ensure_identity(place.state / "home", "127.0.0.1:8765", "gabriel")


def another_identity(place: Place) -> None:
    """Have an identity for another hub."""
    ensure_identity(place.state / "home", "127.0.0.1:1", "gabriel")


def known(place: Place) -> None:
    """Whoever needs the identity next has it, or gets one."""
    ensure_identity(place.state / "home", "127.0.0.1:8765", "gabriel")


def remember(place: Place) -> None:
    """Remember what was found in sources."""
    cache = Cache(place.state / "cache")
    cache.keep([("python", b"%d" % number, Extraction("python")) for number in range(30)])
    cache.tidy()
    cache.close()


def remembered(place: Place) -> None:
    """What is remembered is right, if it is anything."""
    cache = Cache(place.state / "cache")
    assert all(cache.find("python", b"%d" % number) in (None, Extraction("python")) for number in range(30))
    cache.close()


STATE = (
    Job("saved filters", save("mine", "theirs"), save("mine"), shelved, "state"),
    Job(
        "chosen columns",
        lambda place: write_choices(place.state / "looks.json", {"columns.stale": Chosen(["run"], None)}),
        lambda place: write_choices(place.state / "looks.json", {"theme": Chosen("nord", None)}),
        look_chosen,
        "state",
    ),
    Job("a recording begun", recording((1, 2), 0), nothing, begun, judged=("state/day.jsonl",)),
    Job(
        "a recording gone on with",
        recording((1, 2, 50, 3, 4), 1),
        recording((1, 2), 0),
        recorded,
        judged=("state/day.jsonl",),
    ),
    Job("the first settings file", settings, nothing, nothing, "state"),
    Job("an export", export, nothing, nothing, "state"),
    Job("an export by name", nameless_off(export), nothing, nothing, "state"),
    Job("the first identity", identity, nothing, known, "state/home", judged=("state/home/",)),
    Job("one more identity", identity, another_identity, known, "state/home"),
    Job("what was found in sources", remember, nothing, remembered, judged=("state/cache/",), below_python=True),
)

JOBS = {job.name: job for job in (*RECORDS, *HUB, *STATE)}
