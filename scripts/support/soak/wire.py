"""HTTP/1.1 on a socket, as raw as it has to be to say things no library says, and strict in what it takes as an answer."""

import asyncio
import json
import time


class NoAnswer(Exception):
    """The request had no answer, or something that isn't one."""


class Answer:
    def __init__(self, status, fields, body, seconds):
        self.status, self.fields, self.body, self.seconds = status, fields, body, seconds

    def field(self, name):
        """The value of a header field that occurs at most once."""
        values = [value for key, value in self.fields if key == name]
        if len(values) > 1:
            raise ValueError(f"{name} occurs {len(values)} times")
        return values[0] if values else None

    @property
    def media_type(self):
        return (self.field("content-type") or "").split(";")[0].strip()

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        fields = "".join(f"\n      {key}: {value}" for key, value in self.fields)
        return f"{self.status} after {self.seconds:.3f} s{fields}\n      {self.body[:600]!r}"


def request_bytes(method, target, fields=(), body=None):
    head = [f"{method} {target} HTTP/1.1", "Host: soak", *(f"{name}: {value}" for name, value in fields)]
    if body is not None:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + (body or b"")


class Connection(asyncio.Protocol):
    """One connection; requests go over it one after the other."""

    # Not used again after so many seconds without a request: the gateway may close it at any time after a while.
    IDLE = 2

    def __init__(self):
        self._buffer = bytearray()
        self._arrived = asyncio.Event()
        self._ended = False
        self._last = time.monotonic()

    @classmethod
    async def open(cls, port, deadline):
        loop = asyncio.get_running_loop()
        try:
            _, connection = await asyncio.wait_for(loop.create_connection(cls, "127.0.0.1", port), deadline)
        except (OSError, asyncio.TimeoutError) as error:
            raise NoAnswer(f"no connection: {error!r}") from None
        return connection

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._buffer += data
        self._arrived.set()

    def connection_lost(self, _):
        self._ended = True
        self._arrived.set()

    @property
    def is_usable(self):
        if self._buffer:
            raise NoAnswer(f"bytes nobody asked for: {bytes(self._buffer[:200])!r}")
        return not self._ended and not self._transport.is_closing() and time.monotonic() - self._last < self.IDLE

    def send(self, data):
        self._transport.write(data)

    def close(self):
        self._transport.abort()

    async def answer(self, deadline, without_body=False):
        """The next answer, within `deadline` seconds. 1xx answers are left out."""
        begin = time.monotonic()
        try:
            async with asyncio.timeout(deadline):
                while True:
                    status, fields = self._head(await self._until(b"\r\n\r\n"))
                    if status >= 200:
                        break
                size = 0 if without_body or status in (204, 304) else self._size(fields)
                while len(self._buffer) < size:
                    await self._more()
        except TimeoutError:
            raise NoAnswer(f"no whole answer within {deadline} s, but {bytes(self._buffer[:200])!r}") from None
        body = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._last = time.monotonic()
        return Answer(status, fields, body, self._last - begin)

    async def end(self, deadline):
        """Waits until the gateway has closed the connection."""
        try:
            async with asyncio.timeout(deadline):
                while not self._ended:
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            raise NoAnswer(f"the connection was not closed within {deadline} s") from None
        if self._buffer:
            raise NoAnswer(f"more than an answer: {bytes(self._buffer[:200])!r}")

    async def _more(self):
        if self._ended:
            raise NoAnswer(f"the connection ended; received {bytes(self._buffer[:200])!r}")
        self._arrived.clear()
        await self._arrived.wait()

    async def _until(self, mark):
        while (end := self._buffer.find(mark)) < 0:
            await self._more()
        head = bytes(self._buffer[:end])
        del self._buffer[:end + len(mark)]
        return head

    @staticmethod
    def _head(head):
        line, *rest = head.decode("latin-1").split("\r\n")
        version, status, *_ = line.split(" ")
        if version != "HTTP/1.1" or not status.isdigit():
            raise NoAnswer(f"no status line: {line[:100]!r}")
        fields = []
        for field in rest:
            name, colon, value = field.partition(":")
            if not colon or not name or name != name.strip():
                raise NoAnswer(f"no header field: {field[:100]!r}")
            fields.append((name.lower(), value.strip()))
        return int(status), fields

    @staticmethod
    def _size(fields):
        sizes = [value for name, value in fields if name == "content-length"]
        if len(sizes) != 1 or not sizes[0].isdigit():
            raise NoAnswer(f"the length of the body is not told: {fields}")
        return int(sizes[0])
