"""The door: whoever has neither token nor cookie, or comes by way of somebody else's name or page, stays out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musetui.web.door import Door, Knock, Verdict, hosts_of, is_loopback
from tests.properties import patient

HERE = "127.0.0.1:8766"
DOOR = Door(hosts_of("127.0.0.1", 8766))

_hosts = st.sampled_from((HERE, "localhost:8766", "[::1]:8766", "127.0.0.1", "evil.example:8766", "", "127.0.0.1:80"))
_secrets = st.sampled_from(("", DOOR.token, DOOR.session, DOOR.token[:-1], DOOR.session + "x", "é\ud800")) | st.text()
_origins = st.sampled_from(("", f"http://{HERE}", f"https://{HERE}", "http://evil.example", "null", "file://"))
_knocks = st.builds(Knock, _hosts | st.text(), _origins | st.text(), _secrets, _secrets, st.booleans())


@given(_knocks)
@patient(400)
def test_nobody_comes_in_who_should_not(knock: Knock) -> None:
    verdict = DOOR.judge(knock)
    is_here = knock.host.lower() in hosts_of("127.0.0.1", 8766)
    if verdict is Verdict.WELCOME:
        assert is_here
        assert knock.cookie == DOOR.session
    if verdict is Verdict.GREET:
        assert is_here
        assert knock.token == DOOR.token
        assert not knock.is_socket
    if verdict in (Verdict.WELCOME, Verdict.GREET) and (knock.is_socket or knock.origin):
        assert knock.origin.lower().partition("://")[2] == knock.host.lower()


def test_who_comes_in() -> None:
    assert DOOR.judge(Knock(HERE, token=DOOR.token)) is Verdict.GREET
    assert DOOR.judge(Knock(HERE, cookie=DOOR.session)) is Verdict.WELCOME
    assert DOOR.judge(Knock("LOCALHOST:8766", cookie=DOOR.session)) is Verdict.WELCOME
    mine = Knock(HERE, f"http://{HERE}", cookie=DOOR.session, is_socket=True)
    assert DOOR.judge(mine) is Verdict.WELCOME


def test_who_does_not() -> None:
    assert DOOR.judge(Knock(HERE)) is Verdict.STRANGER
    assert DOOR.judge(Knock(HERE, token=DOOR.session, cookie=DOOR.token)) is Verdict.STRANGER
    assert DOOR.judge(Knock("evil.example:8766", cookie=DOOR.session)) is Verdict.WRONG_HOST
    assert DOOR.judge(Knock("10.0.0.7:8766", cookie=DOOR.session)) is Verdict.WRONG_HOST
    assert DOOR.judge(Knock(HERE, cookie=DOOR.session, is_socket=True)) is Verdict.WRONG_PAGE
    theirs = Knock(HERE, "http://evil.example", cookie=DOOR.session, is_socket=True)
    assert DOOR.judge(theirs) is Verdict.WRONG_PAGE
    by_token = Knock(HERE, f"http://{HERE}", token=DOOR.token, is_socket=True)
    assert DOOR.judge(by_token) is Verdict.STRANGER


def test_a_server_for_all_is_known_by_its_addresses_and_by_no_name() -> None:
    door = Door(hosts_of("0.0.0.0", 80, "https://swarm.example.org"), any_address=80)
    for host in ("10.0.0.7", "[fe80::1]", "10.0.0.7:80", "localhost", "swarm.example.org"):
        assert door.judge(Knock(host, cookie=door.session)) is Verdict.WELCOME, host
    for host in ("evil.example", "10.0.0.7:81", "10.0.0.7.evil.example", "[fe80::1%a;b]", "10.0.0.7:x", ":80", "[]"):
        assert door.judge(Knock(host, cookie=door.session)) is Verdict.WRONG_HOST, host


def test_no_token_still_means_our_own_pages_alone() -> None:
    door = Door(hosts_of("127.0.0.1", 8766), needs_token=False)
    assert door.judge(Knock(HERE)) is Verdict.WELCOME
    assert door.judge(Knock("evil.example:8766")) is Verdict.WRONG_HOST
    assert door.judge(Knock(HERE, "http://evil.example", is_socket=True)) is Verdict.WRONG_PAGE


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("box", False)],
)
def test_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
