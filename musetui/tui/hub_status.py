"""How it stands with the hub, as the header tells it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HubStanding(StrEnum):
    """How it stands."""

    NONE = "none"
    OFF = "off"
    JOINING = "joining"
    SYNCED = "synced"
    EMPTY = "empty"
    AWAY = "away"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class HubStatus:
    """What a person should know about the hub.

    Attributes:
        standing: how it stands.
        name: the repository at the hub, `owner/slug`; safe text.
        is_own: whether it belongs to whoever signs here, whose first push makes it.
        reason: why nothing comes; one sentence, safe text.
        synced_at: when the hub last answered (aware).
        retry_at: when it is asked again after a failure (aware).
        asked_at: since when a question is out that is to be answered at once (aware); None while there is none.
        unpushed: why the last push did not send all; one sentence, safe text; "" where it did.
        unsent: local records that the hub is not known to have.
        progress: what is under way, such as `pulled 1,200`; safe text.
    """

    standing: HubStanding = HubStanding.NONE
    name: str = ""
    is_own: bool = False
    reason: str = ""
    synced_at: datetime | None = None
    retry_at: datetime | None = None
    asked_at: datetime | None = None
    unpushed: str = ""
    unsent: int = 0
    progress: str = ""
