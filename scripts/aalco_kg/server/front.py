"""What every answer goes through: answers already given, conditional requests, headers for browsers.

The graph never changes while the server runs, so an answer that says `public` is kept as bytes, by path, query and
what the client accepts, until the room for it is used up.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

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
]
_KEPT_304 = (b"etag", b"cache-control", b"vary", b"link", *(name for name, _ in _COMMON))
_LARGEST = 16  # an answer may take one part in so many of the room
_OVERHEAD = 3000  # bytes that an answer takes beside its body
_KNOWN = 4096  # whole requests that are known by their bytes
RAW = "aalco.request"  # the extension of the scope by which the protocol hands on the bytes of a whole GET request

Key = tuple[bytes, bytes, bytes, bytes]
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Kept:
    """A whole answer; one that says that it lasts is given again."""

    start: Message
    body: bytes
    etag: bytes

    @cached_property
    def head(self) -> bytes:
        """Its headers as they are sent, from the first to the empty line."""
        return b"".join(b"%s: %s\r\n" % header for header in self.start["headers"]) + b"\r\n"

    @property
    def lasting(self) -> bool:
        """Whether it may be given to others too."""
        return self.start["status"] in (200, 303) and any(
            name == b"cache-control" and value.startswith(b"public") for name, value in self.start["headers"]
        )

    @property
    def size(self) -> int:
        """What it takes, about, in bytes."""
        return len(self.body) + _OVERHEAD


class Front:
    """An ASGI application around the real one. `known` has the answers to whole requests by their bytes."""

    def __init__(self, app: ASGIApp, room: int) -> None:
        """`room` is what kept answers may take, in bytes."""
        self._app, self._room, self._used = app, room, 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.known: dict[bytes, Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await self._get(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await send({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, _Passing(send).send)

    async def _get(self, scope: Scope, receive: Receive, send: Send) -> None:
        accepted, languages, match = preferences(scope["headers"])
        key = (scope["raw_path"], scope["query_string"], accepted, languages)
        raw = scope.get("extensions", {}).get(RAW, {}).get("bytes", b"") if not match else b""
        kept = self._kept.get(key)
        if kept is None:
            passing = _Passing(send, match)
            await self._app(scope, receive, passing.send)
            if passing.kept:
                self.keep(key, passing.kept, raw)
            return
        self._kept.move_to_end(key)
        if match and _matches(match, kept.etag):
            await _not_modified(kept.start["headers"], send)
        else:
            await send(kept.start)
            await send({"type": "http.response.body", "body": kept.body})
        self._know(raw, kept)

    def has(self, key: Key) -> bool:
        """Whether an answer is kept."""
        return key in self._kept

    def keep(self, key: Key, kept: Kept, raw: bytes) -> None:
        """Keep an answer, and let go of what was not asked for longest. `raw` are the bytes of the request, or none."""
        if kept.size > self._room // _LARGEST:
            return
        replaced = self._kept.pop(key, None)
        self._used += kept.size - (replaced.size if replaced else 0)
        self._kept[key] = kept
        while self._used > self._room:
            self._used -= self._kept.popitem(last=False)[1].size
            self.known.clear()
        if key in self._kept:
            self._know(raw, kept)

    def _know(self, raw: bytes, kept: Kept) -> None:
        if not raw:
            return
        if len(self.known) >= _KNOWN:
            self.known.clear()
        self.known[raw] = kept


def kept(status: int, headers: Headers, body: bytes) -> Kept:
    """A whole answer, from what is its own."""
    etag = next((value for name, value in headers if name == b"etag"), b"")
    return Kept({"type": "http.response.start", "status": status, "headers": [*headers, *_COMMON]}, body, etag)


def preferences(headers: Headers) -> tuple[bytes, bytes, bytes]:
    """What a request accepts, in which languages, and the validators that it has: three headers."""
    accepted = languages = match = b""
    for name, value in headers:
        if name == b"accept":
            accepted = accepted + b", " + value if accepted else value
        elif name == b"accept-language":
            languages = languages + b", " + value if languages else value
        elif name == b"if-none-match":
            match = match + b", " + value if match else value
    return accepted, languages, match


class _Passing:
    """An answer on its way: gets the common headers; one that may be kept is collected, and cut to a 304 if asked."""

    def __init__(self, send: Send, match: bytes | None = None) -> None:
        self._send, self._match = send, match
        self._start: Message | None = None
        self.kept: Kept | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], *_COMMON]
            self._start = {"type": "http.response.start", "status": message["status"], "headers": headers}
            return
        if self._start is None:
            await self._send(message)
            return
        start, self._start = self._start, None
        etag = next((value for name, value in start["headers"] if name == b"etag"), b"")
        answer = Kept(start, message.get("body", b""), etag)
        whole = self._match is not None and not message.get("more_body")
        if whole and answer.lasting:
            self.kept = answer
        if whole and self._match and etag and start["status"] == 200 and _matches(self._match, etag):
            await _not_modified(start["headers"], self._send)
            return
        await self._send(start)
        await self._send(message)


def _matches(header: bytes, etag: bytes) -> bool:
    """Whether an If-None-Match header names this validator."""
    tags = [tag.strip().removeprefix(b"W/") for tag in header.split(b",")]
    return b"*" in tags or etag in tags


async def _not_modified(headers: Headers, send: Send) -> None:
    kept = [(name, value) for name, value in headers if name in _KEPT_304]
    await send({"type": "http.response.start", "status": 304, "headers": kept})
    await send({"type": "http.response.body", "body": b""})
