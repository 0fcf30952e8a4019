"""A small real hub over loopback HTTP: it keeps records in memory by the contract, and can be told to misbehave."""

import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from musetui.hub.heartbeats import is_newer
from tests.hub.msign import checked_handle

RECORDS = re.compile(r"/api/v1/repos/([^/]+)/([^/]+)/coordination/records")
Trouble = Callable[["Answering"], bool]


class Hub:
    """What a hub keeps, and what it was asked.

    Attributes:
        trouble: acts in the stead of an answer, if it returns True; it may write anything to the connection.
        requests: method, path with query and headers of all requests.
        connections: how many were made to it.
        keys: the public keys of those who may sign, by handle; None to look at no signature.
        private: whether a pull too must be signed.
        is_muse: whether it answers as Muse's own hub: cursor 0 where there is nothing, no name for its data, no wait.
    """

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.trouble: Trouble | None = None
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.keys: dict[str, Ed25519PublicKey] | None = None
        self.connections = 0
        self.private = False
        self.is_muse = False
        self.port = 0
        self.scheme = "http"
        self.reset()

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def reset(self) -> None:
        """Empty it; what comes next is other data."""
        with self.lock:
            self.rows: dict[tuple[str, ...], dict[str, Any]] = {}
            self.last_id = 0
            self.data_id = f"data-{time.monotonic_ns()}"

    def put_back(self, last_id: int) -> None:
        """Put a backup back, of when *last_id* was the last, without a word to anybody."""
        with self.lock:
            self.rows = {key: row for key, row in self.rows.items() if row["id"] <= last_id}
            self.last_id = last_id

    @property
    def records(self) -> list[dict[str, Any]]:
        """Its records, in the order of their ids."""
        with self.lock:
            return sorted(self.rows.values(), key=lambda row: row["id"])

    def push(self, records: list[dict[str, Any]]) -> dict[str, int]:
        """Take *records* by the contract."""
        inserted = 0
        with self.lock:
            for record in records:
                beat = record["kind"] == "heartbeat"
                lane = record["payload"].get("reservation_id", "") if beat else ""
                key = (record["kind"], record["record_id"], lane)
                there = self.rows.get(key)
                if there is not None and not (beat and is_newer(record["payload"], there["payload"])):
                    continue
                self.last_id += 1
                self.rows[key] = {"id": self.last_id, **record, "created_at": "2026-03-18T12:00:05+00:00"}
                inserted += 1
            self.lock.notify_all()
        return {"inserted": inserted, "skipped": len(records) - inserted}

    def pull(self, since_id: int, limit: int, kinds: list[str], wait: float) -> dict[str, Any]:
        """Give a page by the contract."""

        def found() -> list[dict[str, Any]]:
            rows = (row for row in self.rows.values() if row["id"] > since_id and (not kinds or row["kind"] in kinds))
            return sorted(rows, key=lambda row: row["id"])

        with self.lock:
            if wait and not self.is_muse:
                self.lock.wait_for(found, wait)
            rows = found()
            page = rows[:limit]
            if self.is_muse:
                return {"records": page, "cursor": page[-1]["id"] if page else 0}
            cursor = page[-1]["id"] if page else min(since_id, self.last_id)
            return {"records": page, "cursor": cursor, "hub": self.data_id, "more": len(rows) > limit}


class Answering(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: Hub
    body: bytes

    def setup(self) -> None:
        """Begin with a connection."""
        with self.hub.lock:
            self.hub.connections += 1
        super().setup()

    def _answer(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        hub = self.hub
        with hub.lock:
            hub.requests.append((self.command, self.path, dict(self.headers)))
            hub.lock.notify_all()
        if hub.trouble is not None and hub.trouble(self):
            return
        parts = urlsplit(self.path)
        if not RECORDS.fullmatch(parts.path):
            self.say(404, {"error": "there is nothing here", "status": "not_found"})
        elif hub.keys is not None and (self.command == "POST" or hub.private) and not self._is_signed(hub.keys):
            self.say(401, {"error": "sign it", "status": "unsigned"}, {"WWW-Authenticate": 'MSign realm="musehub"'})
        elif self.command == "POST":
            self.say(200, hub.push(json.loads(self.body)["records"]))
        else:
            query = parse_qs(parts.query)
            kinds = [kind for text in query.get("kinds", []) for kind in text.split(",")]
            since_id, limit = int(query["since_id"][0]), int(query["limit"][0])
            self.say(200, hub.pull(since_id, limit, kinds, float(query.get("wait", ["0"])[0])))

    do_GET = do_POST = _answer  # noqa: N815 - the names that http.server looks for

    def _is_signed(self, keys: dict[str, Ed25519PublicKey]) -> bool:
        try:
            header = self.headers.get("Authorization", "")
            checked_handle(header, keys, self.command, self.headers["Host"], self.path, self.body)
        except (InvalidSignature, ValueError):
            return False
        return True

    def say(self, status: int, content: object, headers: dict[str, str] | None = None) -> None:
        """Answer with *content*: bytes as they are, all else as JSON."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running(hub: Hub, context: ssl.SSLContext | None = None) -> Iterator[Hub]:
    """Serve *hub* on a free port of loopback; over TLS, with *context*."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that was killed is no news."""

    server = Server(("127.0.0.1", 0), type("Bound", (Answering,), {"hub": hub}))
    hub.port = server.server_address[1]
    if context is not None:
        hub.scheme = "https"
        # The handshake is left to each connection's own thread.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
