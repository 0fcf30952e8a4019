"""A PostgreSQL server of the test run's own: real, on a Unix socket alone, gone with the run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import pytest

from tests.conftest import wait_until


def find_postgres() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest there is."""
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda each: int(each.parts[-3]))
    return Path(on_path).resolve().parent if on_path else debian[-1].parent if debian else None


class Postgres:
    """A running server."""

    def __init__(self, programs: Path, folder: Path, user: int | None) -> None:
        self._programs = programs
        self._folder = folder
        self._user = user

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"hub_{token_hex(6)}"
        self.run("createdb", "-h", str(self._folder), "-U", "musetui", name)
        return f"postgresql://musetui@/{name}?host={self._folder}"

    def end_connections(self, url: str) -> None:
        """Cut every connection to a database, as a restart of the server would."""
        name = url.partition("@/")[2].partition("?")[0]
        self.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Have the server's keeper say something to it."""
        self.run("psql", "-h", str(self._folder), "-U", "musetui", "-d", database, "-c", statement)

    def answers(self) -> bool:
        """Return True if it takes connections, which it does a moment after its socket is there."""
        return self._run("pg_isready", "-h", str(self._folder)).returncode == 0

    def run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs to its end, as the server's user."""
        done = self._run(program, *words)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def _run(self, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self._programs / program), *words],
            user=self._user,
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )


FOR_TESTS = ("fsync=off", "default_transaction_isolation=serializable")
"""Its data is thrown away. Its own default is as strict as it gets, since the hub must not depend on a lenient one."""


@contextmanager
def running_postgres(options: Sequence[str] = FOR_TESTS) -> Iterator[Postgres]:
    """Start a server with *options*; skip the test where there is none to start, but never in CI."""
    programs = find_postgres()
    if programs is None:
        why = "no PostgreSQL here: install Debian's package postgresql, or put postgres and initdb on the PATH"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(why)
        pytest.skip(why)
    user = _server_user()
    folder = Path(tempfile.mkdtemp(prefix="musetui-pg-"))  # short: the path of a Unix socket has 107 characters
    try:
        if user is not None:
            os.chown(folder, user, -1)
        server = Postgres(programs, folder, user)
        server.run("initdb", "-D", str(folder / "data"), "-U", "musetui", "-A", "trust", "-E", "UTF8", "--no-sync")
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-h", ""]
        command += [word for option in options for word in ("-c", option)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=folder)
        try:
            wait_until(lambda: server.answers() or process.poll() is not None, seconds=60, what="PostgreSQL")
            assert process.poll() is None, (folder / "log").read_text()
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: its data is thrown away
            process.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> int | None:
    """Return who runs the server where root may not: PostgreSQL refuses to."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return 65_534
