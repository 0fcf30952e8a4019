"""The hub's client: one object, one pool of connections, and errors of one family.

Every answer is hostile until it is checked. It is taken as it comes over the wire and never unpacked, so that no few
bytes become many; it is read up to a limit and a time; it never leads elsewhere. Every try is signed anew.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from types import TracebackType

import httpx

from musetui import __version__
from musetui.errors import HubRefusedError, HubRejectedError, HubTooMuchError, HubUnreachableError
from musetui.hub.answers import PassingError, clock_ahead, error_of, reason_of
from musetui.hub.certificates import trusted_by
from musetui.hub.pace import Pace, TooSlowError
from musetui.hub.patience import RETRY_AFTER_LIMIT, Patience
from musetui.hub.replies import PullPage, PushReply, read_pull_page, read_push_reply
from musetui.hub.signing import authorization
from musetui.hub.target import HubTarget
from musetui.hub.threads import in_thread
from musetui.hub.wire import WireRecord
from musetui.records.kinds import Kind
from musetui.records.text import safe_text

# Where debugging is on, it writes down every header of an answer, in which a hub may say a signature back.
logging.getLogger("httpcore").setLevel(logging.WARNING)

WAIT_LIMIT = 30.0
"""Seconds a hub may be asked to wait."""

_log = logging.getLogger("musetui.hub")

ANSWER_LIMIT = 67_108_864
"""Bytes of one answer."""

_ERROR_LIMIT = 65_536
"""Bytes that are read of an answer which is an error."""

_CONNECT, _READ, _WRITE, _POOL = 5.0, 15.0, 15.0, 5.0
_READ_AFTER_WAIT = 10.0
"""Seconds for a connection, for some bytes to come, for some to go, for a free connection; and beyond a wait."""

_WHOLE = 120.0
"""Seconds beyond these for one answer as a whole: one that drips is no answer."""

_KEPT = 4
"""Connections that were kept and are gone, for which one try is made once more; there are seldom more than two."""


class _HungUpError(httpx.RemoteProtocolError):
    """A connection that was kept was no longer there."""


class HubClient:
    """Speaks to one repository at one hub. To be closed with `aclose`, or used in `async with`."""

    def __init__(
        self,
        target: HubTarget,
        *,
        patience: Patience | None = None,
        on_retry: Callable[[str], None] | None = None,
        now: Callable[[], float] = time.time,
        answer_limit: int = ANSWER_LIMIT,
        read_timeout: float = _READ,
    ) -> None:
        """Speak to *target*.

        Args:
            target: the hub, the repository and who one is.
            patience: how much trouble is borne; None for the usual.
            on_retry: told the sentence of a try that failed, before the pause until the next.
            now: seconds since 1970, for signatures.
            answer_limit: the most bytes that are read of an answer.
            read_timeout: seconds in which some bytes of an answer must come.

        Raises:
            HubRefusedError: if no certificates can be read to check the hub's by.
        """
        self._target = target
        self._patience = patience or Patience()
        self._on_retry = on_retry
        self._now = now
        self._answer_limit = answer_limit
        self._read_timeout = read_timeout
        self.ahead: float | None = None
        """Seconds by which this clock is ahead of the hub's, by its last answer; None where none told."""
        self._left_alone_until = 0.0
        self._http = httpx.AsyncClient(
            verify=trusted_by(target.address),
            follow_redirects=False,
            # What the environment says of proxies is about other machines.
            trust_env=not target.address.is_loopback,
            headers={
                "User-Agent": f"musetui/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
        )

    @property
    def target(self) -> HubTarget:
        """What this speaks to."""
        return self._target

    @property
    def asks_to_wait(self) -> float:
        """The seconds (at most 60) that the hub still asks to be left alone, by the last answer of trouble."""
        return max(0.0, self._left_alone_until - time.monotonic())

    async def push(self, records: Sequence[WireRecord], patience: Patience | None = None) -> PushReply:
        """Send one batch (1 to 500 records). To send it again is harmless.

        Raises:
            HubRefusedError: if the hub says no.
            HubUnreachableError: if it gives no answer, or one of trouble, however often it is asked.
            HubRejectedError: if it does not take the batch, or answers what is no answer.
        """
        if self._target.identity is None:
            raise HubRefusedError(
                f"nobody says who you are at {safe_text(self._target.address.netloc, 120)}, and a push is signed: "
                "make an identity for it in ~/.muse/identity.toml"
            )
        body = b'{"records":[' + b",".join(record.data for record in records) + b"]}"
        return read_push_reply(await self._request("POST", "", body, 0.0, patience), len(records))

    async def pull(
        self,
        since_id: int = 0,
        kinds: Collection[Kind] = (),
        limit: int = 500,
        wait: float = 0.0,
        patience: Patience | None = None,
    ) -> PullPage:
        """Get one page of records. Else as `push`.

        Args:
            since_id: records above this id of the hub's.
            kinds: of these kinds; none for all.
            limit: at most this many (1 to 1000).
            wait: seconds (at most 30) that the hub may wait for something new where there is nothing.
            patience: how much trouble is borne; None for the client's own.

        Raises:
            HubTooMuchError: if the answer is too large; a lower *limit* may help.
        """
        query = [("since_id", str(since_id)), ("limit", str(limit)), *(("kinds", kind.value) for kind in kinds)]
        wait = min(wait, WAIT_LIMIT)
        if wait > 0:
            query.append(("wait", f"{wait:g}"))
        body = await self._request(
            "GET", "?" + "&".join(f"{name}={value}" for name, value in query), b"", wait, patience
        )
        # A page may have millions of bytes, which take their time to parse.
        return await in_thread(read_pull_page, body, limit)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def __aenter__(self) -> "HubClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _request(self, method: str, query: str, body: bytes, wait: float, patience: Patience | None) -> bytes:
        patience = patience or self._patience
        began, tried = time.monotonic(), 0
        while True:
            tried += 1
            try:
                return await self._attempt(method, query, body, wait)
            except PassingError as trouble:
                self._left_alone_until = time.monotonic() + min(trouble.retry_after or 0.0, RETRY_AFTER_LIMIT)
                pause = patience.pause(tried, trouble.retry_after, time.monotonic() - began)
                _log.info("try %d: %s", tried, trouble)
                if pause is None:
                    raise HubUnreachableError(str(trouble), trouble.status) from None
                if self._on_retry is not None:
                    # In the place of what it advises, which comes last: there is nothing to be done yet.
                    what = str(trouble).rpartition(": ")[0]
                    self._on_retry(f"{what}: trying again in {pause:.2g}s ({tried + 1} of {patience.tries})")
            await asyncio.sleep(pause)

    async def _attempt(self, method: str, query: str, body: bytes, wait: float) -> bytes:
        read = max(self._read_timeout, wait + _READ_AFTER_WAIT) if wait else self._read_timeout
        timeout = httpx.Timeout(connect=_CONNECT, read=read, write=_WRITE, pool=_POOL)
        hub = f"the hub at {safe_text(self._target.address.netloc, 120)}"
        try:
            async with asyncio.timeout(read + _WHOLE):
                for _ in range(_KEPT):
                    with suppress(_HungUpError):  # each time it is signed anew
                        return await self._exchange(self._signed(method, query, body, timeout))
                return await self._exchange(self._signed(method, query, body, timeout))
        except (httpx.InvalidURL, UnicodeError):
            raise HubRefusedError(f"{hub} has an address that is none: write one such as https://musehub.ai") from None
        except httpx.TimeoutException:
            raise PassingError(f"{hub} gives no answer in time: try again later") from None
        except TooSlowError:
            raise PassingError(f"{hub} gives its answer too slowly: try again later") from None
        except TimeoutError:
            # Waited for long enough, and a hub that takes its time again would have it four times.
            raise HubUnreachableError(f"{hub} gives no whole answer in time: try again later") from None
        except (httpx.ReadError, httpx.RemoteProtocolError) as error:
            reason = safe_text(error, 160)
            said = f" ({reason})" if reason else ""
            raise PassingError(f"{hub} broke off its answer{said}: check that it is a hub, and runs") from None
        except httpx.HTTPError as error:
            reason = reason_of(error)
            if "CERTIFICATE_VERIFY_FAILED" in reason:
                raise HubRefusedError(
                    f"{hub} cannot prove to be it ({reason}): have its certificate mended, name your own authority in "
                    "SSL_CERT_FILE, or check the address"
                ) from None
            said = f" ({reason})" if reason else ""
            raise PassingError(f"{hub} cannot be reached{said}: check that it runs, and the address") from None

    def _signed(self, method: str, query: str, body: bytes, timeout: httpx.Timeout) -> httpx.Request:
        request = self._http.build_request(
            method,
            f"{self._target.url}{self._target.records_path}{query}",
            content=body or None,
            headers={"Content-Type": "application/json"} if body else {},
            timeout=timeout,
        )
        identity = self._target.identity
        if identity is not None:
            # Of the request as it will be sent: not one byte of host or path may differ from what is signed.
            host, path = request.headers["Host"].lower(), request.url.raw_path.decode("ascii")
            request.headers["Authorization"] = authorization(
                identity.handle, identity.key, method, host, path, int(self._now()), body
            )
        return request

    async def _exchange(self, request: httpx.Request) -> bytes:
        _log.debug("asks %s %s", request.method, request.url.path)
        connects = False

        async def trace(event: str, _: object) -> None:
            nonlocal connects
            connects = connects or ".connect_" in event

        request.extensions["trace"] = trace
        try:
            response = await self._http.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            if connects:
                raise
            # Kept from an earlier request, and ended by the hub, as it may at any time. To ask twice is harmless.
            raise _HungUpError(str(error)) from None
        _log.debug("is answered %d", response.status_code)
        try:
            self.ahead = clock_ahead(response.headers.get("date"), time.time())
            self._http.cookies.clear()  # a hub gets nothing back that it did not ask for
            if response.status_code == 200:
                return await self._body(response)
            body = await self._beginning(response)
        finally:
            await response.aclose()
        sent = request.headers.get("Authorization", "")
        secrets = tuple(secret for secret in (sent, sent.partition('sig="')[2].rstrip('"')) if secret)
        raise error_of(response.status_code, response.headers, body, self._target, secrets)

    async def _body(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise HubRejectedError("the hub packs its answer, which nobody asked for: tell its owner")
        chunks, size = [], 0
        pace = Pace(self._read_timeout)
        async for chunk in response.aiter_raw():
            pace.note(len(chunk))
            chunks.append(chunk)
            size += len(chunk)
            if size > self._answer_limit:
                raise HubTooMuchError(f"the hub's answer is larger than {self._answer_limit:,} bytes: ask for less")
        return b"".join(chunks)

    async def _beginning(self, response: httpx.Response) -> bytes:
        """Return what can be had of the body of an error: enough for a sentence, and however little the hub sends."""
        data = b""
        pace = Pace(self._read_timeout)
        try:
            async for chunk in response.aiter_raw():
                pace.note(len(chunk))
                data += chunk
                if len(data) > _ERROR_LIMIT:
                    return b""
        except (httpx.HTTPError, TooSlowError):
            return b""
        return data
