"""`musetui hub` as a person starts it: what it prints, what it makes, and how it ends."""

import asyncio
import io
import json
import os
import shlex
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from musetui.bus.database import open_database
from musetui.bus.development import ensure_identity
from musetui.bus.server import serve_in_thread
from musetui.bus.settings import HubSettings
from musetui.cli.commands import COMMANDS
from musetui.cli.hub_greeting import greet
from musetui.cli.parser import parse
from musetui.errors import BusError
from musetui.hub.address import read_address
from tests.bus.people import Person, Signed, path, push_body, record
from tests.cli.conftest import Run
from tests.conftest import wait_until


@contextmanager
def started(*words: str, cwd: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `musetui hub`; give the process and its URL."""
    command = [sys.executable, "-m", "musetui", "hub", "--port", "0", *words]
    hub = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd)
    assert hub.stdout is not None
    try:
        first = hub.stdout.readline()
        assert first.startswith("musetui hub listens on http://")
        yield hub, first.split()[-1]
    finally:
        if hub.poll() is None:
            hub.kill()
            hub.communicate()


@pytest.fixture
def said(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return what runs `musetui hub` in this process, stops it once it has said where it is, and gives what it said."""

    def greet_and_end(*words: Any) -> None:
        greet(*words)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("musetui.cli.hub_greeting.greet", greet_and_end)

    def run_it(*words: str) -> str:
        outcome = run("hub", "--port", "0", "--quiet", *words)
        assert (outcome.code, outcome.err) == (0, "")
        return outcome.out

    return run_it


def serving(stack: ExitStack, database: str) -> str:
    """Serve *database* in a thread until *stack* ends, for what is asked of it only; give the URL."""
    return stack.enter_context(serve_in_thread(HubSettings(database, port=0), log=io.StringIO())).url


def rest_of(hub: "subprocess.Popen[str]") -> tuple[str, str]:
    """Wait for the end, and return what was printed since the first line, and what was logged."""
    assert hub.stdout is not None
    assert hub.stderr is not None
    hub.wait(30)
    return hub.stdout.read(), hub.stderr.read()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".muse"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_cleanly(muse_root: Path, tmp_path: Path, how: int) -> None:
    database = f"sqlite:///{tmp_path}/hub.db"
    with started("--database", database, cwd=muse_root) as (hub, url):
        assert httpx.get(f"{url}/healthz", trust_env=False).json() == {"status": "ok"}
        hub.send_signal(how)
        out, err = rest_of(hub)
    assert hub.returncode == 0
    assert f'[hub]\n  url = "{url}"\n  owner = "OWNER"\n  slug = "orchard"\n' in out
    assert "add-owner" in out
    (line,) = [json.loads(line) for line in err.splitlines()]
    assert (line["path"], line["status"], line["handle"]) == ("/healthz", 200, "-")


@pytest.mark.parametrize(
    ("host", "names", "url", "says", "says_not"),
    [
        ("127.0.0.1:8765", (), "http://127.0.0.1:8765", "sync push", "TLS"),
        ("[::1]:8765", (), "http://[::1]:8765", "sync push", "TLS"),
        ("0.0.0.0:8765", (), "https://build-7", 'itself, url = "http://127.0.0.1:8765" will do', "https://0.0.0.0"),
        ("[::]", (), "https://build-7", 'itself, url = "http://[::1]" will do', "https://[::]"),
        ("10.0.0.5:8765", (), "https://10.0.0.5", "A proxy that speaks TLS", "itself"),
        ("[2001:db8::5]:8765", (), "https://[2001:db8::5]", "docs/hub.md", "itself"),
        ("0.0.0.0:8765", ("hub.example.org", "x"), "https://hub.example.org", "A proxy that speaks TLS", "itself"),
        ("127.0.0.1:8765", ("hub.example.org:8443",), "https://hub.example.org:8443", "docs/hub.md", "itself"),
        ("127.0.0.1:8765", ("localhost:8765",), "http://localhost:8765", "sync push", "TLS"),
    ],
)
def test_it_says_how_it_is_reached(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    host: str,
    names: tuple[str, ...],
    url: str,
    says: str,
    says_not: str,
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Build-7")
    greet(host, names, "alice")
    out = capsys.readouterr().out
    assert f'\n  url = "{url}"\n  owner = "alice"\n' in out
    assert says in out
    assert says_not not in out
    # Whoever cannot be reached without a proxy is for others, and they meet other hubs with the same key.
    assert ("--name" in out) is (url.startswith("https:") and not names)
    read_address(url)  # and no client refuses to speak to it


def test_what_it_says_to_type_is_for_its_own_database(run: Any, said: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "PUBLIC_KEY.pem").write_bytes(Person("alice").public_pem)
    database = f"sqlite:///{tmp_path}/the team's.db"
    out = said("--name", "Hub.example.test", "--database", database)
    assert '\n  url = "https://hub.example.test"\n' in out
    (line,) = [line for line in out.splitlines() if "add-owner" in line]
    _, *words = shlex.split(line.replace("PUBLIC_KEY.pem", str(tmp_path / "PUBLIC_KEY.pem")))
    assert run(*words).out == "OWNER is known by this key\n"
    assert run("hub", "remove-owner", "OWNER", "--database", database).code == 0


def test_the_usual_database_need_not_be_named(said: Callable[..., str]) -> None:
    assert "\n  musetui hub add-owner OWNER --key PUBLIC_KEY.pem\n" in said()


@pytest.mark.parametrize("name", ["localhost", "", "a b", "127.0.0.1"])
def test_a_machine_without_a_name_is_called_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: name)
    greet("0.0.0.0:8765", (), "alice")
    assert 'url = "https://THIS-MACHINE"' in capsys.readouterr().out


def test_a_hub_for_others_answers_where_it_says(muse_root: Path, tmp_path: Path) -> None:
    with started("--host", "0.0.0.0", "--database", f"sqlite:///{tmp_path}/hub.db", cwd=muse_root) as (hub, url):
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(f"{here}/healthz", trust_env=False).json() == {"status": "ok"}
        hub.terminate()
        out, _ = rest_of(hub)
    assert f'On this machine itself, url = "{here}" will do.' in out


def test_dev_makes_all_that_is_needed_to_push(muse_root: Path, tmp_path: Path, home: Path) -> None:
    with started("--dev", "--quiet", cwd=muse_root) as (hub, url):
        identity = tomllib.loads((home / "identity.toml").read_text())[url.removeprefix("http://")]
        assert identity.keys() == {"type", "handle", "algorithm", "fingerprint", "key_path"}
        person = Person(identity["handle"])
        person.key = load_pem_private_key(Path(identity["key_path"]).read_bytes(), None)  # type: ignore[assignment]
        with httpx.Client(base_url=url, auth=Signed(person), trust_env=False) as client:
            where = path(f"{person.handle}/orchard")
            assert client.post(where, content=push_body(record("a"))).json() == {"inserted": 1, "skipped": 0}
        hub.terminate()
        out, err = rest_of(hub)
    assert (hub.returncode, err) == (0, "")
    assert f'owner = "{person.handle}"' in out
    assert "PRIVATE" not in out
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for file in (home / "identity.toml", Path(identity["key_path"])):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.rglob("hub.db"))  # by default in the user's data folder, here below HOME


def test_an_identity_that_is_kept_elsewhere_is_told_of(said: Callable[..., str], tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    out = said("--dev", "--dev-home", str(elsewhere))
    assert f"  export MUSETUI_IDENTITY='{elsewhere}/identity.toml'\n" in out


def test_hubs_that_start_at_once_each_leave_their_identity(home: Path) -> None:
    hosts = [f"127.0.0.1:{port}" for port in range(9_000, 9_016)]
    together = threading.Barrier(len(hosts))

    def start(host: str) -> bytes:
        together.wait(20)
        return ensure_identity(home, host, "alice").public_key

    with ThreadPoolExecutor(len(hosts)) as pool:
        keys = set(pool.map(start, hosts))
    assert set(tomllib.loads((home / "identity.toml").read_text())) == set(hosts)
    assert len(keys) == 1


def test_an_identity_file_is_never_written_by_half(home: Path) -> None:
    home.mkdir(parents=True, mode=0o700)
    file = home / "identity.toml"
    before = "# mine\n" * 100_000 + '["elsewhere"]\nhandle = "bob"\n'
    file.write_text(before)
    with pytest.raises(BusError, match="is larger than"):
        ensure_identity(home, "127.0.0.1:1", "alice")
    assert file.read_text() == before


def test_an_identity_that_is_there_stays(home: Path) -> None:
    made = ensure_identity(home, "127.0.0.1:1", "alice")
    before = (home / "identity.toml").read_bytes(), (home / "musetui-dev.pem").read_bytes()
    assert ensure_identity(home, "127.0.0.1:1", "bob") == made
    assert ((home / "identity.toml").read_bytes(), (home / "musetui-dev.pem").read_bytes()) == before
    other = ensure_identity(home, "127.0.0.1:2", "alice")
    assert other == made  # one key for every hub of this machine
    assert (home / "identity.toml").read_bytes().startswith(before[0])
    assert tomllib.loads((home / "identity.toml").read_text()).keys() == {"127.0.0.1:1", "127.0.0.1:2"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "is not TOML"),
        ('"127.0.0.1:1" = 7', "is no table"),
        ('["127.0.0.1:1"]\nhandle = "alice"\n', "lacks handle or key_path"),
        ('["127.0.0.1:1"]\nhandle = "alice"\nkey_path = "gone.pem"\n', "holds no Ed25519 private key"),
    ],
)
def test_an_identity_that_cannot_be_used_is_told_and_kept(home: Path, text: str, says: str) -> None:
    home.mkdir(parents=True)
    (home / "identity.toml").write_text(text)
    with pytest.raises(BusError, match=says):
        ensure_identity(home, "127.0.0.1:1", "alice")
    assert (home / "identity.toml").read_text() == text


def make_database(url: str) -> None:
    """Do what the first start of a hub does."""

    async def open_and_close() -> None:
        async with open_database(url):
            pass

    asyncio.run(open_and_close())


def test_the_keeper_says_who_may_do_what(run: Any, tmp_path: Path) -> None:
    person = Person("alice")
    make_database(f"sqlite:///{tmp_path}/hub.db")
    (tmp_path / "alice.pem").write_bytes(person.public_pem)
    on = ("--database", f"sqlite:///{tmp_path}/hub.db")
    add = ("hub", "add-owner", "alice", "--key", str(tmp_path / "alice.pem"), *on)
    assert run(*add) == (0, "alice is known by this key\n", "")
    assert "say --replace" in run(*add).err
    assert run(*add, "--replace").code == 0
    assert (
        "its owner's first push makes it" in run("hub", "add-member", "alice/x", "alice", "--role", "reader", *on).err
    )
    assert "its owner's first push makes it" in run("hub", *on, "make-public", "alice/x").err
    assert run("hub", *on, "restored").out == "the readers of 0 repositories will begin anew\n"
    assert run("hub", "remove-owner", "alice", *on) == (0, "alice is not known any more\n", "")
    assert "nobody is known here as alice" in run("hub", "remove-owner", "alice", *on).err


def test_the_keeper_manages_a_repository(run: Any, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/hub.db"
    alice = Person("alice")
    (tmp_path / "alice.pem").write_bytes(alice.public_pem)
    with ExitStack() as stack:
        url = serving(stack, database)
        assert run("hub", "add-owner", "alice", "--key", str(tmp_path / "alice.pem"), "--database", database).code == 0
        with httpx.Client(base_url=url, auth=Signed(alice), trust_env=False) as client:
            client.post(path(), content=push_body(record("a")))
        for word, code in (("make-public", 200), ("make-private", 404)):
            assert run("hub", word, "alice/orchard", "--database", database).code == 0
            assert httpx.get(url + path(), trust_env=False).status_code == code
        said = run("hub", "add-member", "alice/orchard", "alice", "--role", "reader", "--database", database)
        assert (said.code, said.err) == (1, "musetui: alice owns it, and may do all there: name somebody else\n")


def test_the_keeper_is_told_who_is_known_and_what_is_there(run: Any, tmp_path: Path) -> None:
    on = ("--database", f"sqlite:///{tmp_path}/hub.db")
    people = {name: Person(name) for name in ("bob", "alice", "carol")}
    with ExitStack() as stack:
        url = serving(stack, on[1])
        nothing = run("hub", "list", *on)
        assert (nothing.code, nothing.err) == (0, "")
        assert "nobody is known here" in nothing.out
        assert "no repositories" in nothing.out
        for name, person in people.items():
            (tmp_path / "key.pem").write_bytes(person.public_pem)
            run("hub", "add-owner", name, "--key", str(tmp_path / "key.pem"), "--type", "agent", *on)
        for name, count in (("alice/zebra", 1), ("alice/orchard", 2)):
            with httpx.Client(base_url=url, auth=Signed(people["alice"]), trust_env=False) as client:
                client.post(path(name), content=push_body(*(record(str(number)) for number in range(count))))
        for handle, role in (("carol", "writer"), ("bob", "reader")):
            run("hub", "add-member", "alice/orchard", handle, "--role", role, *on)
        run("hub", "make-public", "alice/zebra", *on)
        keys = {name: f"sha256:{sha256(person.owner.public_key).hexdigest()}" for name, person in people.items()}
        assert run("hub", "list", "--json", *on).json == {
            "schema_version": 1,
            "owners": [{"handle": name, "type": "agent", "fingerprint": keys[name]} for name in sorted(people)],
            "repositories": [
                {
                    "owner": "alice",
                    "slug": "orchard",
                    "public": False,
                    "records": 2,
                    "members": [{"handle": "bob", "role": "reader"}, {"handle": "carol", "role": "writer"}],
                },
                {"owner": "alice", "slug": "zebra", "public": True, "records": 1, "members": []},
            ],
        }
        assert [line.split() for line in run("hub", "list", *on).out.splitlines()] == [
            ["OWNER", "TYPE", "KEY"],
            ["alice", "agent", keys["alice"]],
            ["bob", "agent", keys["bob"]],
            ["carol", "agent", keys["carol"]],
            [],
            ["REPOSITORY", "READABLE", "RECORDS", "MEMBER", "ROLE"],
            ["alice/orchard", "private", "2", "bob", "reader"],
            ["carol", "writer"],
            ["alice/zebra", "public", "1"],
        ]
        said = run("hub", "remove-owner", "carol", *on).out
        assert said == "carol is not known any more, nor a member of 1 repository\n"
        assert "carol" not in run("hub", "list", *on).out
        assert run("hub", "remove-owner", "alice", *on).out == (
            "alice is not known any more; 2 repositories stay, owned by whoever is added as alice next\n"
        )
        (tmp_path / "key.pem").write_bytes(people["alice"].public_pem)
        said = run("hub", "add-owner", "alice", "--key", str(tmp_path / "key.pem"), *on).out
        assert said.startswith("alice is known by this key, and owns the 2 repositories that are here by that name: ")
    with closing(sqlite3.connect(tmp_path / "hub.db")) as database, database:
        database.execute("UPDATE owners SET type = 'a\x1b[31m' WHERE handle = 'bob'")
    assert "\x1b" not in run("hub", "list", *on).out
    assert "\x1b" not in run("hub", "list", "--json", *on).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--dev", "--host", "0.0.0.0"), "--dev is for this machine alone"),
        (("--dev-home", "x"), "say --dev too"),
        (("--port", "65536"), "from 0 to 65535"),
        (("--rate", "nan"), "0 for any"),
        (("--name", ""), "is no host: write one such as"),
        (("--name", "https://hub.example.org"), "without https://"),
        (("--name", "hub.example.org/x"), "is no host"),
        (("--database", "mysql://x"), "is no database for a hub"),
        (("--trusted-proxy", "*"), "such as 10.0.0.5"),
        (("--trusted-proxy", "10.0.0.5/8"), "such as 10.0.0.0/24"),
        (("--max-body", "0"), "from 1024"),
        (("--database", "nonsense"), "cannot be read"),  # though the port be another's
        (("--host", "256.0.0.1"), "cannot listen"),
        (("--nonsense",), "--nonsense"),
        (("paint",), "paint"),
        (("make-public", "orchard"), "OWNER/SLUG"),
    ],
)
def test_what_a_hub_cannot_be(run: Any, words: tuple[str, ...], says: str) -> None:
    outcome = run("hub", *words)
    assert (outcome.code, outcome.out) == (1, "")
    assert says in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_private_key_is_not_taken_for_a_public_one(run: Any, home: Path, tmp_path: Path) -> None:
    ensure_identity(home, "127.0.0.1:1", "alice")
    make_database(f"sqlite:///{tmp_path}/hub.db")
    words = ("hub", "--database", f"sqlite:///{tmp_path}/hub.db", "add-owner", "alice", "--key")
    assert "stays with its owner" in run(*words, str(home / "musetui-dev.pem")).err
    assert "cannot be read" in run(*words, "nowhere.pem").err


KEEPERS_WORDS = (
    ("list",),
    ("add-owner", "alice", "--key", "alice.pem"),
    ("remove-owner", "alice"),
    ("add-member", "alice/x", "alice", "--role", "reader"),
    ("make-public", "alice/x"),
    ("make-private", "alice/x"),
    ("restored",),
)


@pytest.mark.parametrize("words", KEEPERS_WORDS, ids=lambda words: words[0])
def test_a_slip_in_the_address_makes_no_database(run: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder, foreign = tmp_path / "data", tmp_path / "music.db"
    outcome = run("hub", *words, "--database", f"sqlite:///{folder}/none.db")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"there is no database {folder}/none.db: name the running hub's with --database" in outcome.err
    assert not folder.exists()
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    before = foreign.read_bytes()
    outcome = run("hub", *words, "--database", f"sqlite:///{foreign}")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"the database sqlite:///{foreign} is no hub's" in outcome.err
    assert foreign.read_bytes() == before


@pytest.mark.parametrize("words", [("list",), ("remove-owner", "alice"), ("restored",)], ids=lambda words: words[0])
def test_a_database_in_trouble_is_no_defect_of_musetui(run: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "hub.db"
    make_database(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as database, database:
        # Opened in peace, in trouble once it is asked.
        for table in ("owners", "repositories"):
            database.execute(f"DROP TABLE {table}")
            database.execute(f"CREATE VIEW {table} AS SELECT * FROM gone")
    outcome = run("hub", *words, "--database", f"sqlite:///{file}")
    assert (outcome.code, outcome.out) == (1, "")
    assert f"the database sqlite:///{file} is in trouble (no such table: main.gone)" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_without_an_address_a_keeper_makes_none_either(run: Any, tmp_path: Path) -> None:
    assert "there is no database" in run("hub", "restored").err
    assert not list(tmp_path.rglob("hub.db"))


def test_a_taken_port_is_told(run: Any, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/hub.db"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = run("hub", "--database", database, "--port", str(taken.getsockname()[1]))
    assert (outcome.code, outcome.out) == (1, "")
    assert "address already in use" in outcome.err


def test_examples_are_understood() -> None:
    for example in COMMANDS["hub"].examples:
        _, args = parse(example.split()[1:])
        assert args.port == 8_765


def test_ctrl_c_while_somebody_waits(muse_root: Path, home: Path) -> None:
    """A waiting reader is answered, and does not keep the hub from ending."""
    with started("--dev", "--public", cwd=muse_root) as (hub, url):
        identity = tomllib.loads((home / "identity.toml").read_text())[url.removeprefix("http://")]
        person = Person(identity["handle"])
        person.key = load_pem_private_key(Path(identity["key_path"]).read_bytes(), None)  # type: ignore[assignment]
        where = path(f"{person.handle}/orchard")
        with httpx.Client(base_url=url, auth=Signed(person), trust_env=False) as client:
            client.post(where, content=push_body(record("a")))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(httpx.get, f"{url}{where}?since_id=1&wait=30", timeout=60, trust_env=False)
            wait_until(lambda: len(_connections(hub.pid)) >= 1, what="the waiting reader")
            hub.send_signal(signal.SIGINT)
            assert hub.wait(25) == 0
            assert waiting.result(30).json()["records"] == []


def _connections(pid: int) -> list[str]:
    """Return the established connections of a process, as Linux lists them: all sockets but the listening one."""
    sockets = [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]
    inodes = {name[8:-1] for name in sockets if name.startswith("socket:")}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return [fields[9] for fields in lines if fields[9] in inodes and fields[3] == "01"]
