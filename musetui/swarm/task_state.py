"""The state of a task: what its claims make of it."""

from enum import StrEnum

from musetui.swarm.claims import Claimed


class TaskState(StrEnum):
    """The one state a task is in, in the order in which they need a person.

    That a claim is over stands last: no record ever says that a task is done, so that it mostly is.
    """

    DOUBLE = "double claim"
    OPEN = "open"
    CLAIMED = "claimed"
    OVER = "claim over"


def task_state(claimed: Claimed | None) -> TaskState:
    """Return the state of a task with these claims (None for no claim at all), as of the swarm's moment."""
    if claimed is None or not claimed.sightings:
        return TaskState.OPEN
    runs = {sighting.record.holder for sighting in claimed.in_force}
    if len(runs) > 1:
        return TaskState.DOUBLE
    return TaskState.CLAIMED if runs else TaskState.OVER
