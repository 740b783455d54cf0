"""What every answer goes through: answers already given, conditional requests, headers for browsers.

The graph never changes while the server runs, so an answer that says `public` is kept as bytes, by path, query and
what the client accepts, until the room for it is used up.
"""

from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COMMON = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
]
_PREFLIGHT = [
    *_COMMON,
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
_VARIED = (b"accept", b"accept-language")
_KEPT_304 = (b"etag", b"cache-control", b"vary", b"link", b"content-location", *(name for name, _ in _COMMON))
_LARGEST = 1 / 16  # of the room that one answer may take

Key = tuple[bytes, bytes, bytes, bytes]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class _Kept:
    """An answer already given."""

    start: Message
    body: Message
    etag: bytes
    size: int


class Front:
    """Pure ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, room: int) -> None:
        """`room` is what kept answers may take, in bytes."""
        self._app, self._room, self._used = app, room, 0
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        if method == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
            return
        if method not in ("GET", "HEAD"):
            await self._app(scope, receive, _Sender(send).send)
            return
        accept = language = match = b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = accept + b", " + value if accept else value
            elif name == b"accept-language":
                language = value
            elif name == b"if-none-match":
                match = match + b", " + value if match else value
        key = (scope["raw_path"], scope["query_string"], accept, language)
        kept = self._kept.get(key)
        if kept is None:
            collector = _Sender(send, self, key, match)
            await self._app(scope, receive, collector.send)
            return
        self._kept.move_to_end(key)
        if match and _matches(match, kept.etag):
            await _not_modified(kept.start["headers"], send)
            return
        await send(kept.start)
        await send(kept.body)

    def keep(self, key: Key, start: Message, body: bytes, etag: bytes) -> None:
        """Keep an answer, and let go of what was not asked for longest."""
        size = len(body) + sum(len(part) for part in key) + 1000
        if size > self._room * _LARGEST:
            return
        self._used += size - (self._kept[key].size if key in self._kept else 0)
        self._kept[key] = _Kept(start, {"type": "http.response.body", "body": body}, etag, size)
        while self._used > self._room:
            self._used -= self._kept.popitem(last=False)[1].size


class _Sender:
    """Adds the common headers to an answer, hands it on, and has it kept or cut down to a 304 where that is right."""

    def __init__(self, send: Send, front: Front | None = None, key: Key | None = None, match: bytes = b"") -> None:
        self._send, self._front, self._key, self._match = send, front, key, match
        self._start: Message | None = None
        self._etag = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Headers = [*message.get("headers", ()), *_COMMON]
            message = {"type": "http.response.start", "status": message["status"], "headers": headers}
            found = dict(headers)
            self._etag = found.get(b"etag", b"")
            public = found.get(b"cache-control", b"").startswith(b"public")
            if self._front and message["status"] in (200, 303) and (public or (self._match and self._etag)):
                self._start = message  # sent with the body
                if not public:
                    self._front = None
                return
            self._front = None
            await self._send(message)
            return
        if self._start is not None:
            start, self._start = self._start, None
            if self._front and self._key and not message.get("more_body"):
                self._front.keep(self._key, start, message.get("body", b""), self._etag)
            if self._match and self._etag and _matches(self._match, self._etag):
                await _not_modified(start["headers"], self._send)
                self._send = _nowhere
                return
            await self._send(start)
        await self._send(message)


async def _nowhere(message: Message) -> None:
    """What follows a 304 is not sent."""


def _matches(header: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header names this validator."""
    tags = [tag.strip().removeprefix(b"W/") for tag in header.split(b",")]
    return b"*" in tags or etag in tags


async def _not_modified(headers: Headers, send: Send) -> None:
    kept = [(name, value) for name, value in headers if name in _KEPT_304]
    await send({"type": "http.response.start", "status": 304, "headers": kept})
    await send({"type": "http.response.body", "body": b""})
