"""What a person reads when a hub says no: each advice once, the hub's own where it gives one."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from musetui.bus import refusals
from musetui.bus.refusals import RefusedRequestError
from musetui.hub.answers import error_of
from musetui.hub.target import HubTarget

OURS = {
    401: "check key and handle, and this clock",
    403: "ask its owner for the right to",
    413: "send smaller records, or ask its owner for larger ones",
    422: "check its address, and that both are up to date",
    429: "try again later",
    503: "try again later",
}


def told(status: int, target: HubTarget, sentence: str, **headers: str) -> str:
    body = json.dumps({"error": sentence, "status": "x"}).encode() if sentence else b""
    return str(error_of(status, headers, body, target))


@pytest.mark.parametrize(("status", "ours"), OURS.items())
def test_our_advice_stands_where_the_hub_gives_none(target: HubTarget, status: int, ours: str) -> None:
    assert told(status, target, "").endswith(f": {ours}")
    assert told(status, target, "no").endswith(f" and says: no: {ours}")
    assert told(status, target, "a rock: roll it").endswith(" and says: a rock: roll it")


@pytest.mark.parametrize(
    "refusal",
    [
        refusals.unsigned("the signature is not of this time (more than 30 s off): set your clock"),
        refusals.forbidden(),
        refusals.too_large(1_000),
        refusals.encoded(),
        refusals.too_many(3),
        refusals.unavailable(),
        refusals.lost(),
        refusals.crowded(),
    ],
    ids=lambda refusal: refusal.status,
)
def test_a_hub_of_our_own_has_the_last_word(target: HubTarget, refusal: RefusedRequestError) -> None:
    sentence = told(refusal.code, target, str(refusal))
    assert sentence.endswith(f" and says: {refusal}")


def test_how_far_the_clock_is_off_is_told_beside_the_hubs_advice(target: HubTarget) -> None:
    for seconds, what in ((600, "behind"), (-600, "ahead of")):
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        for sentence in ("", "late: set your clock"):
            assert f" s {what} the hub's)" in told(401, target, sentence, date=date)
    assert "the hub's)" not in told(401, target, "late: set your clock", date=format_datetime(datetime.now(UTC), True))


def test_a_path_that_the_hub_does_not_know_is_told_apart_from_a_repository(target: HubTarget) -> None:
    body = b'{"error": "there is nothing at this address", "status": "no_address"}'
    assert str(error_of(404, {}, body, target)).endswith(
        " has nothing at this path: leave out what follows its name, or mend records_path"
    )


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://new.example:8443/api/v1/repos/a/b/coordination/records?since_id=0", "(https://new.example:8443)"),
        ("/login", "(/login)"),
        ("https://[evil", "(nowhere)"),
        ("", "(nowhere)"),
    ],
)
def test_what_can_be_named_is_told_of_where_a_hub_sends_us(target: HubTarget, location: str, shown: str) -> None:
    assert shown in str(error_of(307, {"location": location}, b"", target))


def test_who_signs_nothing_is_told_of_the_identity_once(target: HubTarget) -> None:
    nobody = target._replace(identity=None)
    assert told(401, nobody, "sign it").endswith("says: sign it: make an identity for it in ~/.muse/identity.toml")
    assert told(401, nobody, "sign it: make an identity").endswith(" and says: sign it: make an identity")


def test_who_asks_for_anothers_repository_is_told_who_makes_it(target: HubTarget) -> None:
    assert told(404, target, "no such repository").endswith(" to gabriel: check owner and slug, and who you are there")
    anothers = target._replace(owner="alice")
    assert told(404, anothers, "no such repository").endswith("you are there; only alice makes one by that name")
