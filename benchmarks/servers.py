"""What the benchmarks of the hub share: hubs in processes of their own, a bare server, and requests made barely."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.common import ROOT
from musetui.bus.database import sqlite_url
from musetui.coordination.repository import Repository
from musetui.hub.address import read_address
from musetui.hub.signing import authorization
from musetui.hub.target import HubTarget, find_target
from musetui.settings import Settings

_STOP_SECONDS = 30
_LOOK_SECONDS, _QUIET_LOOKS = 0.05, 10
"""A server that computes nothing in so many looks is idle."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs.

    Attributes:
        url: where it is.
        pid: its process.
        home: where the identity is kept that it knows.
    """

    url: str
    pid: int
    home: Path

    def target(self, slug: str) -> HubTarget:
        """Return what a client speaks to, for a repository of that name."""
        identity = self.home / "identity.toml"
        return find_target(Repository(self.home), Settings(hub=self.url, slug=slug, identity=identity))

    def in_place_of(self, target: HubTarget) -> HubTarget:
        """Return *target* with the same paths and the same signer, here."""
        return target._replace(address=read_address(self.url))

    def memory(self) -> float:
        """Return its resident memory in MiB."""
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True)
        return int(told.stdout) / 1_024

    async def idle(self) -> None:
        """Return when it has had nothing to do for a while."""
        spent, quiet = self._cpu(), 0
        while quiet < _QUIET_LOOKS:
            await asyncio.sleep(_LOOK_SECONDS)
            before, spent = spent, self._cpu()
            quiet = quiet + 1 if spent == before else 0

    def _cpu(self) -> int:
        """Return the time that it has computed so far, in ticks of the system's."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])


@contextmanager
def hub(folder: Path, database: str = "") -> Iterator[Server]:
    """Run `musetui hub` on *database*, or on an SQLite file in *folder*; as fast as anybody may ask it."""
    words = ["musetui", "hub", "--dev", "--dev-home", str(folder), "--database", database or sqlite_url(folder / "db")]
    words += ["--port", "0", "--public", "--quiet", "--rate", "0", "--anonymous-rate", "0"]
    with _running(folder, words) as server:
        yield server


@contextmanager
def bare_server(folder: Path) -> Iterator[Server]:
    """Run a server that keeps nothing and checks nothing; see `benchmarks.bare`."""
    with _running(folder, ["benchmarks.bare"]) as server:
        yield server


@contextmanager
def _running(folder: Path, words: list[str]) -> Iterator[Server]:
    """Run a module that says its URL at the end of its first line, and stop it at the end, whatever end that is."""
    command = [sys.executable, "-m", "benchmarks.tethered", *words]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                errors.seek(0)
                raise RuntimeError(f"{words[0]} did not start: {errors.read().decode(errors='replace')}")
            yield Server(line.split()[-1], process.pid, folder)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except BaseException:  # it does not end, or nobody waits for it any more
                process.kill()
                raise


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is nobody else's, and is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="musetui-bench-") as folder:
        yield Path(os.path.realpath(folder))


def bare_client() -> httpx.AsyncClient:
    """Return a client that goes to this machine alone."""
    return httpx.AsyncClient(trust_env=False, timeout=120, limits=httpx.Limits(max_connections=None))


async def post(client: httpx.AsyncClient, target: HubTarget, body: bytes) -> None:
    """Push a body that is ready, with a signature and nothing else done for it."""
    headers = {"Authorization": _signed(target, "POST", "", body), "Content-Type": "application/json"}
    answer = await client.post(f"{target.url}{target.records_path}", content=body, headers=headers)
    answer.raise_for_status()


async def fetch(client: httpx.AsyncClient, target: HubTarget, query: str) -> bytes:
    """Pull a page, and do nothing with it."""
    headers = {"Authorization": _signed(target, "GET", query, b""), "Accept-Encoding": "identity"}
    answer = await client.get(f"{target.url}{target.records_path}{query}", headers=headers)
    answer.raise_for_status()
    return answer.content


def _signed(target: HubTarget, method: str, query: str, body: bytes) -> str:
    assert target.identity is not None
    who, path = target.identity, f"{target.records_path}{query}"
    return authorization(who.handle, who.key, method, target.address.netloc, path, int(time.time()), body)
