"""A server that keeps nothing and checks nothing, for what sockets and HTTP alone cost: `python -m benchmarks.bare`.

Requests are read and answered at once, but a GET with `wait=` is answered with the body of the next POST.
"""

import asyncio

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"


class Bare:
    """The connections that wait."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: list[asyncio.StreamWriter] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection to its end."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                _, found, length = head.partition(b"content-length:")
                body = await reader.readexactly(int(length.split(b"\r", 1)[0])) if found else b""
                if b"wait=" in head.split(b"\r", 1)[0]:
                    self._waiting.append(writer)
                    continue
                writer.write(HEAD % (2, b"{}"))
                if head.startswith(b"post"):
                    waiting, self._waiting = self._waiting, []
                    for each in waiting:
                        each.write(HEAD % (len(body), body))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main() -> None:
    """Serve until terminated."""
    server = await asyncio.start_server(Bare().answer, "127.0.0.1", 0, backlog=2_048)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
