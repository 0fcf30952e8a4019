"""What a hub answers, checked: a reply that is not of the contract is no reply."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from musetui.errors import HubRejectedError
from musetui.records.text import safe_text

PAGE_LIMIT = 1_000
"""Records in one page, at most."""

LARGEST_ID = 2**63 - 1
"""A hub's ids are 64-bit numbers."""

Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST_ID)]
_Reply = TypeVar("_Reply", bound=BaseModel)
HubDataId = Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9_:\-]*$")]


class PushReply(BaseModel):
    """What became of a batch.

    Attributes:
        inserted: how many records were new to the hub.
        skipped: how many it had.
    """

    model_config = ConfigDict(frozen=True)

    inserted: Count
    skipped: Count


class PullPage(BaseModel):
    """One page of records.

    Attributes:
        records: the hub's records, each still to be checked.
        cursor: the hub's id of the last; below the one asked from where there is none.
        hub: which data of this repository the hub has; "" where it does not say.
        more: whether there is more to get now; None where the hub does not say.
    """

    model_config = ConfigDict(frozen=True)

    records: list[Any]
    cursor: Count
    hub: HubDataId = ""
    more: bool | None = None


def read_push_reply(body: bytes, sent: int) -> PushReply:
    """Return the answer to a push of *sent* records.

    Raises:
        HubRejectedError: if it is none, or does not account for every record.
    """
    reply = _read(PushReply, body)
    if reply.inserted + reply.skipped != sent:
        raise HubRejectedError(
            f"the hub's answer accounts for {reply.inserted + reply.skipped} of {sent} records: push again, "
            "and tell its owner if it stays so"
        )
    return reply


def read_pull_page(body: bytes, limit: int) -> PullPage:
    """Return the answer to a pull of at most *limit* records.

    Raises:
        HubRejectedError: if it is none, or holds more than was asked for.
    """
    page = _read(PullPage, body)
    if len(page.records) > limit:
        raise HubRejectedError(f"the hub sent {len(page.records)} records where {limit} were asked for: tell its owner")
    return page


def _read(model: type[_Reply], body: bytes) -> _Reply:
    try:
        whole = from_json(body)
        if isinstance(whole, dict):
            return model.model_validate({name: value for name, value in whole.items() if value is not None})
        reason = "JSON, but no object"
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        reason = f"{place}: {first['msg']}"
    except (ValueError, RecursionError):
        reason = "not JSON"
    raise HubRejectedError(
        f"the hub's answer is not one ({safe_text(reason, 120)}): is there a hub at this address, and this path?"
    )
