"""The hub's own description is true: whatever it allows and forbids is tried, and nothing ever fails with 500."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from musetui.bus.description import describe
from musetui.bus.doorbell import Listener
from musetui.bus.settings import Limits
from tests.bus.conftest import House
from tests.bus.people import Person, record
from tests.properties import patient

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 25


class SignedByHand(requests.auth.AuthBase):
    """Has every request of the `requests` library signed by a person."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        url = urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        header = self._person.header(str(request.method), str(url.netloc), str(request.path_url), body)
        request.headers["Authorization"] = header
        return request


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
def test_the_description_is_true(
    plain_hub: House, monkeypatch: pytest.MonkeyPatch, method: str, mode: schemathesis.GenerationMode
) -> None:
    async def in_vain(self: Listener, seconds: float) -> bool:
        return False  # nobody here has that long

    monkeypatch.setattr(Listener, "wait", in_vain)
    plain_hub.push(record("a"))
    schema = schemathesis.openapi.from_url(f"{plain_hub.url}/openapi.json")
    operation = schema["/api/v1/repos/{owner}/{slug}/coordination/records"][method]
    owner, slug = plain_hub.repository.split("/")
    seen: set[int] = set()

    # Half of what is tried goes to a repository that is there, and is signed by one who may do all.
    @patient(EXAMPLES)
    @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    def try_it(case: Any, there: bool) -> None:
        if there:
            case.path_parameters = {"owner": owner, "slug": slug}
        response = case.call(session=session)
        seen.add(response.status_code)
        case.validate_response(response, checks=CHECKS)
        if there and mode is schemathesis.GenerationMode.POSITIVE:
            assert response.status_code == 200, response.text  # what it says is taken is taken

    with requests.Session() as session:
        session.trust_env = False
        session.auth = SignedByHand(plain_hub.people["alice"])
        try_it()
    assert seen & ({200} if mode is schemathesis.GenerationMode.POSITIVE else {400, 422})


def test_health_and_the_description_are_described(plain_hub: House) -> None:
    schema = schemathesis.openapi.from_url(f"{plain_hub.url}/openapi.json")
    for where in ("/healthz", "/openapi.json"):
        case = schema[where]["GET"].Case()
        case.validate_response(case.call(), checks=CHECKS)


def test_what_it_says_of_limits_are_the_limits() -> None:
    said = describe(Limits(batch=7, page=70))
    assert said["components"]["schemas"]["Push"]["properties"]["records"]["maxItems"] == 7
    pull = said["paths"]["/api/v1/repos/{owner}/{slug}/coordination/records"]["get"]
    limit = next(each for each in pull["parameters"] if each["name"] == "limit")
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 70, "default": 70}
