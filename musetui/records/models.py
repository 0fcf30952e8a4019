"""The seven kinds of record and the hub's envelope, as they are on disk and on the wire.

All are frozen. Reservations and intents are certain in their fields; the other five are read leniently: a missing
field is unknown, an extra one is kept (`model_extra`) and shown. Limits keep one hostile record from costing more
than a record should.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from musetui.records.kinds import ID_PATTERN, Kind
from musetui.records.lean import Lean

ADDRESSES_LIMIT = 10_000
"""Addresses in one record; an agent that wants more means the whole folder."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Outside these a moment is a mistake, and arithmetic with offsets could overflow."""

_In_range = Field(ge=EARLIEST, le=LATEST)


def _assume_utc(moment: datetime) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not EARLIEST <= moment <= LATEST:
        raise ValueError("should lie between the years 1970 and 9000")
    return moment


# The first branch never leaves the validator's compiled code; only a moment without an offset takes the second.
Moment = Annotated[
    Annotated[AwareDatetime, _In_range] | Annotated[datetime, AfterValidator(_assume_utc)],
    Field(union_mode="left_to_right"),
]
"""A point in time, aware; text without an offset is read as UTC."""


def _assume_utc_and_clamp(moment: datetime) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment, EARLIEST), LATEST)


Expiry = Annotated[
    Annotated[AwareDatetime, _In_range] | Annotated[datetime, AfterValidator(_assume_utc_and_clamp)],
    Field(union_mode="left_to_right"),
]
"""The end of a lease, as `Moment`; one beyond all bounds, as people write who mean "never", is the last there is."""

RecordId = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
OptionalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_:\-]{0,128}$")]
Name = Annotated[str, StringConstraints(max_length=512)]
AddressText = Annotated[str, StringConstraints(max_length=4_096)]
Addresses = Annotated[tuple[AddressText, ...], Field(max_length=ADDRESSES_LIMIT)]
Prose = Annotated[str, StringConstraints(max_length=65_536)]


class Record(Lean):
    """What all kinds share. `schema_version` is Muse's own version string, or the integer 1 in older records."""

    kind: ClassVar[Kind]

    schema_version: Annotated[int, Field(ge=0, le=2**31)] | Name = 1

    @property
    def record_id(self) -> str:
        """The id under which the record is known; "" if the record does not carry one."""
        raise AttributeError(f"{type(self).__name__} names no id")

    @property
    def holder(self) -> str:
        """The run that wrote the record; "" if unknown."""
        return str(getattr(self, "run_id", ""))

    @property
    def moment(self) -> datetime | None:
        """When what the record tells happened, or None if unknown (aware)."""
        return None


class Reservation(Record):
    """An advisory lease of one run on some addresses, until `expires_at` or longer while heartbeats extend it."""

    kind: ClassVar[Kind] = Kind.RESERVATION

    reservation_id: OptionalId = ""
    run_id: Name
    branch: Name = ""
    addresses: Addresses
    created_at: Moment
    expires_at: Expiry
    operation: Name | None = None

    @property
    def record_id(self) -> str:
        return self.reservation_id

    @property
    def moment(self) -> datetime:
        return self.created_at


class Intent(Record):
    """What a run says it will do to some addresses; `reservation_id` may be empty."""

    kind: ClassVar[Kind] = Kind.INTENT

    intent_id: OptionalId = ""
    reservation_id: OptionalId = ""
    run_id: Name
    branch: Name = ""
    addresses: Addresses
    operation: Name
    created_at: Moment
    detail: Prose = ""

    @property
    def record_id(self) -> str:
        return self.intent_id

    @property
    def moment(self) -> datetime:
        return self.created_at


class Release(Record):
    """The end of a reservation before its expiry."""

    kind: ClassVar[Kind] = Kind.RELEASE

    release_id: OptionalId = ""
    reservation_id: OptionalId = ""
    run_id: Name = ""
    released_at: Moment | None = None
    reason: Prose = ""

    @property
    def record_id(self) -> str:
        return self.release_id or self.reservation_id

    @property
    def moment(self) -> datetime | None:
        return self.released_at


class Heartbeat(Record):
    """A run's sign of life on a reservation, which may extend it. The hub knows it by its run id."""

    kind: ClassVar[Kind] = Kind.HEARTBEAT

    reservation_id: OptionalId = ""
    run_id: Name = ""
    last_beat_at: Moment | None = None
    extended_expires_at: Expiry | None = None

    @property
    def record_id(self) -> str:
        return self.reservation_id

    @property
    def moment(self) -> datetime | None:
        return self.last_beat_at


class Dependency(Record):
    """A reservation that waits for others."""

    kind: ClassVar[Kind] = Kind.DEPENDENCY

    reservation_id: OptionalId = ""
    depends_on: Annotated[tuple[OptionalId, ...], Field(max_length=ADDRESSES_LIMIT)] = ()
    run_id: Name = ""
    created_at: Moment | None = None

    @property
    def record_id(self) -> str:
        return self.reservation_id

    @property
    def moment(self) -> datetime | None:
        return self.created_at


class Task(Record):
    """Work that waits in a queue for a run to claim it."""

    kind: ClassVar[Kind] = Kind.TASK

    task_id: OptionalId = ""
    run_id: Name = ""
    queue: Name = ""
    title: Prose = ""
    created_at: Moment | None = None

    @property
    def record_id(self) -> str:
        return self.task_id

    @property
    def moment(self) -> datetime | None:
        return self.created_at


class Claim(Record):
    """A run's exclusive hold on a task."""

    kind: ClassVar[Kind] = Kind.CLAIM

    task_id: OptionalId = ""
    claimer_run_id: Name = ""
    claimed_at: Moment | None = None
    expires_at: Expiry | None = None

    @property
    def record_id(self) -> str:
        return self.task_id

    @property
    def holder(self) -> str:
        return self.claimer_run_id

    @property
    def moment(self) -> datetime | None:
        return self.claimed_at


AnyRecord = Reservation | Intent | Release | Heartbeat | Dependency | Task | Claim

MODELS: dict[Kind, type[AnyRecord]] = {
    Kind.RESERVATION: Reservation,
    Kind.INTENT: Intent,
    Kind.RELEASE: Release,
    Kind.HEARTBEAT: Heartbeat,
    Kind.DEPENDENCY: Dependency,
    Kind.TASK: Task,
    Kind.CLAIM: Claim,
}

ID_FIELDS: dict[Kind, str] = {
    Kind.RESERVATION: "reservation_id",
    Kind.INTENT: "intent_id",
    Kind.RELEASE: "reservation_id",
    Kind.HEARTBEAT: "reservation_id",
    Kind.DEPENDENCY: "reservation_id",
    Kind.TASK: "task_id",
    Kind.CLAIM: "task_id",
}
"""The field that the file's name stands in for where a record lacks it."""


class Envelope(BaseModel):
    """A record as a hub keeps it, and as it lies below `remote/`.

    Attributes:
        id: the hub's own number, ever growing.
        payload: the whole local record, exactly as its writer wrote it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    id: int | None = None
    kind: Name
    record_id: RecordId
    run_id: Name = ""
    payload: dict[str, Any]
    expires_at: Expiry | None = None
    created_at: Moment | None = None
