"""Who may do what: signatures, the owners and members of a repository, and what a stranger can find out."""

import re
import socket
from dataclasses import replace

import httpx
import pytest

from musetui.bus.administration import add_owner, remove_owner, set_member, set_public
from musetui.bus.database import Database
from musetui.bus.msign import REPLAY_WINDOW
from musetui.bus.repositories import Role
from tests.bus.conftest import FREELY, House, Open, administer
from tests.bus.people import Person, path, push_body, record

BODY = push_body(record("a"))


def post(hub: House, header: str | None, *, body: bytes = BODY, target: str = "") -> httpx.Response:
    """Push with an Authorization header of the test's own making."""
    headers = {} if header is None else {"authorization": header}
    return hub.client(None).post(target or hub.path, content=body, headers=headers)


def refused(answer: httpx.Response, *, code: int = 401) -> str:
    """Check that *answer* refuses as it must, and return its sentence."""
    assert answer.status_code == code, answer.text
    assert answer.json().keys() == {"error", "status"}
    assert (answer.headers.get("www-authenticate") == 'MSign realm="musehub"') is (code == 401)
    return str(answer.json()["error"])


@pytest.mark.parametrize("age", [0, REPLAY_WINDOW - 5, 5 - REPLAY_WINDOW])
def test_a_signature_of_this_time_is_taken(plain_hub: House, age: float) -> None:
    header = plain_hub.people["alice"].header("POST", plain_hub.host, plain_hub.path, BODY, age=age)
    assert post(plain_hub, header).json() == {"inserted": 1, "skipped": 0}
    # The same request once more, within the window, is harmless.
    assert post(plain_hub, header).json() == {"inserted": 0, "skipped": 1}


@pytest.mark.parametrize("age", [REPLAY_WINDOW + 2, -REPLAY_WINDOW - 2, 1e9])
def test_a_signature_of_another_time_is_not(plain_hub: House, age: float) -> None:
    header = plain_hub.people["alice"].header("POST", plain_hub.host, plain_hub.path, BODY, age=age)
    assert "set your clock" in refused(post(plain_hub, header))


def test_a_signature_covers_all_of_the_request(plain_hub: House) -> None:
    alice, host, where = plain_hub.people["alice"], plain_hub.host, plain_hub.path
    right = alice.header("POST", host, where, BODY)
    ts = int(re.search(r"ts=(\d+)", right)[1])  # type: ignore[index]
    others = {
        "method": alice.header("PUT", host, where, BODY),
        "host": alice.header("POST", "hub.example.org", where, BODY),
        "path": alice.header("POST", host, where + "s", BODY),
        "query": alice.header("POST", host, where + "?a=1", BODY),
        "body": alice.header("POST", host, where, BODY + b" "),
        "no body": alice.header("POST", host, where),
        "time": right.replace(f"ts={ts}", f"ts={ts - 1}"),
        "handle": right.replace('"alice"', '"bob"'),
        "key": plain_hub.people["bob"].header("POST", host, where, BODY).replace('"bob"', '"alice"'),
    }
    for what, header in others.items():
        assert "does not fit" in refused(post(plain_hub, header)), what
    assert post(plain_hub, right).status_code == 200


def test_a_query_is_signed_as_it_was_sent(plain_hub: House) -> None:
    plain_hub.push(record("a"))
    target = f"{plain_hub.path}?kinds=task%2Cclaim&since_id=0&kinds=reservation&x=%20+y"
    header = plain_hub.people["alice"].header("GET", plain_hub.host, target)
    assert plain_hub.client(None).get(target, headers={"authorization": header}).status_code == 200


def test_the_older_form_is_not_taken(plain_hub: House) -> None:
    alice = plain_hub.people["alice"]
    right = alice.header("POST", plain_hub.host, plain_hub.path, BODY)
    assert "newer client" in refused(post(plain_hub, right.replace(' alg="ed25519"', "")))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "MSign",
        "Basic YWxpY2U6c2VjcmV0",
        'MSign handle="alice"',
        'MSign handle="alice" alg="none" ts=TS sig="SIG"',
        'MSign handle="alice" alg="ed25519" ts=TS sig=""',
        'MSign handle="alice" alg="ed25519" ts=1e3 sig="SIG"',
        'MSign handle="alice" alg="ed25519" ts=-1 sig="SIG"',
        'MSign handle="alice" alg="ed25519" ts=TS ts=TS sig="SIG"',
        'MSign handle="../alice" alg="ed25519" ts=TS sig="SIG"',
        'MSign handle="al\\"ice" alg="ed25519" ts=TS sig="SIG"',
        'MSign handle="alice" alg="ed25519" ts=TS sig="SIG" more="1"',
        'MSign handle="alice" alg="ed25519" ts=TS sig="SIG' + "A" * 5_000,
        "MSign " + " " * 900 + "x",
    ],
)
def test_what_is_no_signature(plain_hub: House, header: str) -> None:
    right = plain_hub.people["alice"].header("POST", plain_hub.host, plain_hub.path, BODY)
    ts, sig = re.search(r'ts=(\d+) sig="(.+)"', right).groups()  # type: ignore[union-attr]
    refused(post(plain_hub, header.replace("TS", ts).replace("SIG", sig)))


def test_the_parts_of_a_signature_may_stand_in_any_order(plain_hub: House) -> None:
    right = plain_hub.people["alice"].header("POST", plain_hub.host, plain_hub.path, BODY)
    parts = right.removeprefix("MSign ").split(" ")
    assert post(plain_hub, "msign  " + ", ".join(reversed(parts))).status_code == 200


def test_strangers_and_the_nameless_do_not_write(plain_hub: House) -> None:
    plain_hub.push(record("a"))
    mallory = plain_hub.people["mallory"].header("POST", plain_hub.host, plain_hub.path, BODY)
    assert "keeper" in refused(post(plain_hub, mallory))
    for where in (plain_hub.path, path("alice/nothing"), path("nobody/nothing")):
        refused(post(plain_hub, None, target=where))


def test_nobody_learns_who_is_known_by_asking(plain_hub: House, people: dict[str, Person]) -> None:
    """A signature of a stranger's, and one that somebody who is known did not make, are answered alike."""
    stranger = Person("mallory")
    forged = Person("alice")
    for method, body in (("POST", BODY), ("GET", b"")):
        told = set()
        for who in (stranger, forged):
            header = {"authorization": who.header(method, plain_hub.host, plain_hub.path, body)}
            answer = plain_hub.client(None).request(method, plain_hub.path, content=body, headers=header)
            told.add((refused(answer), str(sorted(answer.headers.keys()))))
        assert len(told) == 1, told


@pytest.mark.parametrize("handle", ["mallory", "alice"])
def test_nor_by_keeping_back_what_is_signed(open_hub: Open, sqlite: str, handle: str) -> None:
    hub = open_hub(sqlite, replace(FREELY, body_seconds=0.2))
    name, port = hub.host.split(":")
    header = Person(handle).header("POST", hub.host, hub.path, BODY)
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        head = f"POST {hub.path} HTTP/1.1\r\nhost: {hub.host}\r\nauthorization: {header}\r\n"
        connection.sendall(f"{head}content-length: {len(BODY)}\r\n\r\n".encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 408 ")


def test_a_private_repository_is_not_there_for_others(plain_hub: House) -> None:
    plain_hub.push(record("a"))
    answers = []
    for where in (plain_hub.path, path("alice/nothing"), path("nobody/nothing"), path("bad~owner/%00")):
        answers += [plain_hub.client(who).get(where) for who in ("bob", None)]
        answers.append(plain_hub.client("bob").post(where, content=BODY))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    known = [{name: value for name, value in a.headers.items() if name != "date"} for a in answers]
    assert all(headers == known[0] for headers in known)


def test_nobody_makes_a_repository_for_another(plain_hub: House) -> None:
    assert plain_hub.client("bob").post(path("alice/new"), content=BODY).status_code == 404
    assert plain_hub.client("alice").get(path("alice/new")).status_code == 404


def test_members_read_and_write_as_far_as_they_may(open_hub: Open, database: str) -> None:
    hub = open_hub(database)
    hub.push(record("a"))
    administer(database, set_member, "alice", "orchard", "bob", Role.READER)
    administer(database, set_member, "alice", "orchard", "carol", Role.WRITER)
    assert hub.pull(who="bob") == hub.pull(who="alice")
    assert "ask its owner" in refused(hub.client("bob").post(hub.path, content=BODY), code=403)
    assert hub.push(record("b"), who="carol")["inserted"] == 1
    administer(database, set_member, "alice", "orchard", "carol", Role.READER)
    assert hub.client("carol").post(hub.path, content=BODY).status_code == 403
    administer(database, set_member, "alice", "orchard", "carol", None)
    assert hub.client("carol").get(hub.path).status_code == 404


def test_anybody_reads_what_is_public_and_members_alone_write(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, public=True)
    hub.push(record("a"))
    assert hub.pull(who=None) == hub.pull(who="bob") == hub.pull()
    assert hub.client("bob").post(hub.path, content=BODY).status_code == 403
    administer(sqlite, set_public, "alice", "orchard", public=False)
    assert hub.client(None).get(hub.path).status_code == 404
    administer(sqlite, set_public, "alice", "orchard", public=True)
    assert hub.client(None).get(hub.path).status_code == 200


def test_who_signs_wrongly_reads_what_anybody_may_and_no_more(open_hub: Open, sqlite: str) -> None:
    """A stranger who has a key for this hub, or a clock that is off, may do what they may without either."""
    hub = open_hub(sqlite, public=True)
    hub.push(record("a"))
    everything = hub.pull()
    eve = Person("eve")
    for header in (
        eve.header("GET", hub.host, hub.path),
        eve.header("GET", hub.host, hub.path, age=1e6),
        "MSign nonsense",
    ):
        answer = hub.client(None).get(hub.path, headers={"authorization": header})
        assert (answer.status_code, answer.json()) == (200, everything)
        for where in (hub.path, path("alice/nothing")):
            post = hub.client(None).post(where, content=BODY, headers={"authorization": header})
            assert post.status_code == 401
    administer(sqlite, set_public, "alice", "orchard", public=False)
    for where in (hub.path, path("alice/nothing")):  # and nobody learns by it which names exist
        answer = hub.client(None).get(where, headers={"authorization": eve.header("GET", hub.host, where)})
        assert answer.status_code == 401


def test_rights_end_with_who_had_them(open_hub: Open, sqlite: str, people: dict[str, Person]) -> None:
    """Who is known by that handle next is somebody else, as far as anybody knows."""
    hub = open_hub(sqlite)
    hub.push(record("a"))
    administer(sqlite, set_member, "alice", "orchard", "bob", Role.WRITER)
    assert hub.client("bob").get(hub.path).status_code == 200
    assert administer(sqlite, remove_owner, "bob") == (1, 0)
    assert administer(sqlite, add_owner, people["bob"].owner) == 0
    assert hub.client("bob").get(hub.path).status_code == 404
    assert administer(sqlite, remove_owner, "alice") == (0, 1)
    assert administer(sqlite, add_owner, people["alice"].owner) == 1


def test_a_key_that_was_taken_back_signs_nothing(open_hub: Open, sqlite: str, people: dict[str, Person]) -> None:
    hub = open_hub(sqlite)
    hub.push(record("a"))
    administer(sqlite, add_owner, Person("alice").owner, replace=True)
    refused(hub.client().get(hub.path))
    administer(sqlite, add_owner, people["alice"].owner, replace=True)
    assert hub.client().get(hub.path).status_code == 200
    administer(sqlite, remove_owner, "alice")
    refused(hub.client().get(hub.path))


def test_a_hub_that_knows_its_names_takes_no_signature_for_another(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite, names=("hub.example.org",))
    for host, code in (("other.example.org", 401), ("hub.example.org", 200), ("HUB.example.org", 200)):
        header = hub.people["alice"].header("POST", host.lower(), hub.path, BODY)
        answer = hub.client(None).post(hub.path, content=BODY, headers={"authorization": header, "host": host})
        assert answer.status_code == code, host


def test_a_database_is_only_ever_read_by_one_statement_for_a_stranger(
    plain_hub: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there and what is not costs the same."""
    plain_hub.push(record("a"))
    looks: list[str] = []
    reading = Database.reading
    monkeypatch.setattr(Database, "reading", lambda self: looks.append("look") or reading(self))  # type: ignore[func-returns-value]
    for where in (plain_hub.path, path("alice/nothing")):
        looks.clear()
        assert plain_hub.client("bob").get(where).status_code == 404
        assert looks == ["look"]


def test_neither_keys_nor_signatures_are_logged(open_hub: Open, sqlite: str) -> None:
    hub = open_hub(sqlite)
    hub.push(record("a"))
    hub.client("bob").get(hub.path + "?since_id=%1B[31m")
    hub.client(None).get(hub.path)
    header = hub.people["alice"].header("POST", hub.host, hub.path, BODY)
    post(hub, header.replace("ts=", "ts=1"))
    hub.running.stop()
    first, *_, last = hub.lines()
    assert first.keys() == {"at", "method", "path", "status", "ms", "handle", "bytes"}
    assert (first["method"], first["path"], first["status"], first["handle"]) == ("POST", hub.path, 200, "alice")
    assert [line["handle"] for line in hub.lines()] == ["alice", "bob", "-", "-"]
    assert last["status"] == 401
    log = hub.log.getvalue()
    assert "sig" not in log
    assert "MSign" not in log
    assert "\\u001b" not in log
