"""What can be named of a task, and of a line of who waits for whom."""

from datetime import datetime

from musetui.coordination.batch import Source
from musetui.filters.fields import Field, FieldKind, Fields, Known
from musetui.filters.vocabulary import common
from musetui.filters.vocabulary.entities import TASK_WORDS
from musetui.records.liveness import LeaseState
from musetui.swarm.task_state import TaskState
from musetui.tui.presentation.tasks import TaskRow
from musetui.tui.presentation.waiting import WaitRow


def task_vocabulary() -> Fields[TaskRow]:
    """Return the fields of tasks."""
    queue: Field[TaskRow] = Field("queue", FieldKind.TEXT, "its queue", lambda row: row.queue, known=Known.QUEUES)
    title: Field[TaskRow] = Field("title", FieldKind.TEXT, "what it is called", lambda row: row.title)
    return Fields(
        "tasks",
        (
            common.words("state", "whether it is open, claimed or claimed twice", TASK_WORDS.values(), _state),
            queue,
            title,
            common.run(lambda row: [claimant.run_id for claimant in row.claimants], "claimed"),
            common.left(lambda row: None if row.state is TaskState.OVER else row.ends, "until a claim ends"),
            *common.ages(lambda row: row.created_at, "since it was queued", "created"),
            common.has(
                {
                    "claim": lambda row: bool(row.claimants),
                    "silent": lambda row: any(claimant.silent for claimant in row.claimants),
                }
            ),
            common.source(_sources),
            common.ident(lambda row: row.task_id),
        ),
        lambda row: common.some(row.state.value),
    )


def _state(row: TaskRow) -> str:
    return TASK_WORDS[row.state]


def _sources(row: TaskRow) -> tuple[str, ...]:
    places = (Source.LOCAL if claimant.is_here else Source.REMOTE for claimant in row.claimants)
    return common.sources(place.value for place in places)


def wait_vocabulary() -> Fields[WaitRow]:
    """Return the fields of the lines of who waits for whom."""
    states = (*(state.value for state in LeaseState), "silent", "unknown")
    return Fields(
        "waits",
        (
            common.words("state", "how it stands with the reservation", states, _states),
            common.run(lambda row: row.held.run_id if row.held is not None else ""),
            common.addr(lambda row: row.held.reservation.addresses if row.held is not None else (), "tree"),
            common.left(_ends, "until its lease ends"),
            common.words("stuck", "why nothing comes of waiting", ("circle", "vain"), _stuck, "note"),
            common.ident(lambda row: row.reservation_id),
        ),
        _states,
    )


def _states(row: WaitRow) -> tuple[str, ...]:
    if row.held is None:
        return ("unknown",)
    return (row.held.state.value, "silent") if row.held.silent else (row.held.state.value,)


def _ends(row: WaitRow) -> datetime | None:
    return row.held.lease.expires_at if row.held is not None and row.held.is_held else None


def _stuck(row: WaitRow) -> tuple[str, ...]:
    return common.some("circle" if row.circle else "", "vain" if row.in_vain else "")
