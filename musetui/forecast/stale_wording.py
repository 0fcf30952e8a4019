"""Wording: what to do about something stuck, in one sentence that is safe to paint, and the command that does it.

Nothing here is urgent by force: where a run may still be at work, it is asked first, and what takes something from it
is for the case that nobody answers.
"""

from collections.abc import Sequence
from datetime import timedelta

from musetui.durations import format_duration
from musetui.forecast.wording import few_names
from musetui.records.liveness import LeaseState
from musetui.records.shell import shell_words
from musetui.records.text import counted, safe_text

_NAMED = 4
"""Reservations of a circle, and dead ends, that a sentence names; it counts the rest."""

_NAME_LENGTH = 60
_ID_LENGTH = 20
_TITLE_LENGTH = 80


def advise_silent(run_id: str, waiters: int, ahead: timedelta | None, *, in_conflict: bool) -> str:
    """Say what to do about a silent reservation; *ahead*, how far ahead of the clock a record of its run is dated."""
    ask = f"ask {_run(run_id)} whether it still works, and release this if nobody answers"
    if ahead is not None:
        ask = f"look at the clocks first: a record of this run is dated {_length(ahead)} ahead; then {ask}"
    if waiters:
        return f"{ask}: {counted(waiters, 'other')} wait{'s' if waiters == 1 else ''} for it"
    return f"{ask}: others are in conflict with it" if in_conflict else ask


def advise_released_ahead(run_id: str, ahead: timedelta) -> str:
    """Say what to do about what is held until its release, which is dated *ahead* of this clock, comes to pass."""
    return f"{_run(run_id)} gave it back, by a release dated {_length(ahead)} ahead of this clock: it ends then"


def advise_abandoned(run_id: str, branch: str) -> str:
    """Say what to do about a reservation that ran out while its run was gone."""
    where = f" on {safe_text(branch, _NAME_LENGTH)}" if branch else ""
    return f"look for work that {_run(run_id)} left half done{where}, and then release this"


def advise_overlong(run_id: str, longest: timedelta, left: timedelta) -> str:
    """Say what to do about a lease that is too long and has *left* to go."""
    return (
        f"ask {_run(run_id)} to release this, which it would hold for {_length(left)} more, and to reserve for "
        f"{_length(longest)} at most and extend as it goes"
    )


def advise_orphan(
    run_id: str, operation: str, reservation_id: str, state: LeaseState | None, others: Sequence[str] = ()
) -> str:
    """Say what to do about an intent whose reservation is in *state*, or unknown (None).

    Args:
        run_id: whose it is.
        operation: what is meant to be done.
        reservation_id: the reservation that it names.
        state: of that one.
        others: who else holds what it names, or something around or within it.
    """
    ask = f"ask {_run(run_id)} whether it still means to {safe_text(operation, _NAME_LENGTH)} this"
    met = f", and {few_names(others)} {'holds' if len(others) == 1 else 'hold'} what it is about" if others else ""
    return f"{ask}: its reservation {_fate(reservation_id, state)}{met}"


def advise_ahead(run_id: str, ahead: timedelta) -> str:
    """Say what to do about a record that is dated *ahead* of this clock."""
    return f"set the clock of {_run(run_id)}'s machine, or this one: this is dated {_length(ahead)} ahead of it"


def advise_waiter(run_id: str, dead: Sequence[tuple[str, LeaseState | None]], alive: int) -> str:
    """Say what to do about a reservation that waits for *dead* ones, by id and state, and for *alive* others."""
    what = f"to {_others(alive)}" if alive else "to go on"
    return f"tell {_run(run_id)} {what}, and release this if nobody answers: {_ends(dead)}"


def advise_freed(run_id: str, released: Sequence[tuple[str, LeaseState | None]], alive: int) -> str:
    """Say what to do about a reservation that waits for what was *released*, and for *alive* others."""
    what = f"need only {_others(alive)}" if alive else "can go on"
    return f"nothing, where {_run(run_id)} knows that it {what}: {_ends(released)}"


def _others(alive: int) -> str:
    return f"wait for the other{'' if alive == 1 else 's'} alone"


def advise_circle(run_id: str, circle: Sequence[str], freed: str, *, silent: bool) -> str:
    """Say what to do about a *circle*: *freed* of *run_id* is best released, as it is silent or else the youngest."""
    if len(circle) == 1:
        return f"release this of {_run(run_id)}: it waits for itself"
    why = "whose run is silent" if silent else "the youngest"
    names = [_id(each) for each in circle[:_NAMED]]
    more = [f"{len(circle) - _NAMED} more"] if len(circle) > _NAMED else []
    chain = " waits for ".join([*names, *more, _id(circle[0])])
    return f"release {_id(freed)} of {_run(run_id)}, {why}, so that the others can go on: {chain}"


def advise_ghost(run_id: str, task_id: str, title: str, others: Sequence[str] = (), *, in_force: bool) -> str:
    """Say what to do about a task whose claim is held by a silent run, or else is over.

    Args:
        run_id: whose claim it is.
        task_id: the task.
        title: what it is called; "" where that is not known.
        others: who claims it as well, and is heard of.
        in_force: whether the claim is.
    """
    task = f"{_id(task_id)} ({safe_text(title, _TITLE_LENGTH)})" if title else _id(task_id)
    if others:
        named = few_names(others)
        verb, keeps = ("claims", "keep") if len(others) == 1 else ("claim", "settle who keeps")
        ask = f"ask {_run(run_id)} whether it still works on {task}, which {named} {verb} too"
        return f"{ask}: if nobody answers, let {named} {keeps} it"
    if in_force:
        return f"ask {_run(run_id)} whether it still works on {task}, and let another run take it if nobody answers"
    return f"let another run take {task}: the claim of {_run(run_id)} is over, and nobody has taken it since"


def release_command(reservation_id: str, reason: str) -> tuple[str, ...]:
    """Return the words that release a reservation."""
    return _command("release", reservation_id, "--reason", reason)


def with_push(advice: str) -> str:
    """Say beside *advice* to release what another machine holds that the release has to reach it."""
    return f"{advice}; it is held on another machine, so push the release: `musetui sync push`"


def shell_line(command: Sequence[str], repo: str | None = None) -> str:
    """Return the *command* of a finding as it is typed, quoted for a shell; *repo* is where it looks, if not here."""
    program, name, *words = command
    return shell_words([program, name, *(("--repo", repo) if repo else ()), *words])


def _command(name: str, record_id: str, *options: str) -> tuple[str, ...]:
    # An id may begin with a hyphen, and must not be taken for an option.
    if record_id.startswith("-"):
        return ("musetui", name, *options, "--", record_id)
    return ("musetui", name, record_id, *options)


def _ends(ends: Sequence[tuple[str, LeaseState | None]]) -> str:
    more = f" and {len(ends) - _NAMED} more" if len(ends) > _NAMED else ""
    return f"{', '.join(_fate(reservation_id, state) for reservation_id, state in ends[:_NAMED])}{more}"


def _fate(reservation_id: str, state: LeaseState | None) -> str:
    name = _id(reservation_id)
    if state is LeaseState.RELEASED:
        return f"{name} was released"
    return f"{name} ran out" if state is LeaseState.EXPIRED else f"{name} is not known here"


def _length(length: timedelta) -> str:
    return format_duration(length, 2)


def _id(record_id: str) -> str:
    return safe_text(record_id, _ID_LENGTH)


def _run(run_id: str) -> str:
    return safe_text(run_id, _NAME_LENGTH) or "an unnamed run"
