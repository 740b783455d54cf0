"""HTTP/1.1 on a connection: bounds on what may come before an answer, and a short way for answers already given.

A client that asks the same again sends the same bytes: when these are known, the answer goes out without the request
being read. A query by GET goes straight to a worker. Everything else takes the usual way through uvicorn.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from aalco_kg.server.direct import Direct, Exchange
from aalco_kg.server.front import RAW, Kept
from aalco_kg.server.negotiate import refusal

HEAD = 64_000  # bytes that the head of a request may have: address, query and headers
CONNECTIONS = 2_000  # open at once; more are told to come back
PATIENCE = 20  # seconds in which a request must have come whole
_ADVICE = b"The head of the request is too long.\nPost the query, in the body.\n"
_FULL = refusal(
    503,
    f"More than {CONNECTIONS} connections are open.",
    "Ask again in a few seconds, and over fewer connections.",
    {"Retry-After": "10", "Connection": "close", "Access-Control-Allow-Origin": "*"},
)
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n\r\n%s" % (len(_ADVICE), _ADVICE)
)


class Protocol(HttpToolsProtocol):
    """A connection."""

    def __init__(self, direct: Direct, **named: Any) -> None:
        super().__init__(**named)
        self._direct: Direct | None = direct
        self._known = direct.front.known
        self._whole = True  # no request has come in part
        self._begun = 0  # requests that began in the bytes being read
        self._head = 0  # bytes of an unfinished head
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > CONNECTIONS:
            self.app, self._direct, self._known = _FULL, None, {}

    def data_received(self, data: bytes) -> None:
        idle = self._whole and self._idle()
        if idle and (kept := self._known.get(data)):
            self._stop_waiting()
            self._unset_keepalive_if_required()
            self._send(kept)
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
            return
        self._begun = 0
        super().data_received(data)
        if self._whole:
            self._stop_waiting()
            if idle and self._begun == 1 and isinstance(self.cycle, Exchange):
                self.cycle.raw = data
            elif idle and self._begun == 1 and self.scope["method"] == "GET" and self.cycle.keep_alive:
                self.scope["extensions"] = {RAW: {"bytes": data}}
        elif self._head > HEAD:
            self.send_400_response("")
        elif self._clock is None:
            self._wait()

    def _idle(self) -> bool:
        """Whether all that was asked is answered, and taken by the client."""
        return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

    def _send(self, kept: Kept, last: bool = False) -> None:
        """A whole answer in one write; `last` closes the connection."""
        parts = [STATUS_LINE[kept.start["status"]]]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        if last:
            parts.append(b"connection: close\r\n")
        parts += (kept.head, kept.body)
        self.transport.write(b"".join(parts))

    def _answer(self, exchange: Exchange, kept: Kept) -> None:
        """The end of an exchange."""
        exchange.response_complete = True
        if self.transport.is_closing():
            return
        self._send(kept, last=not exchange.keep_alive)
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun += 1
        self._whole, self._head = False, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._head += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._head += len(name) + len(value)

    def on_headers_complete(self) -> None:
        if self._head > HEAD:
            raise ValueError("too long")
        if not self._directly():
            super().on_headers_complete()

    def _directly(self) -> bool:
        """Whether a request is a query for which a worker can be asked straight away."""
        parser = self.parser
        usual = parser.get_method() == b"GET" and parser.should_keep_alive() and parser.get_http_version() == "1.1"
        if not usual or not self._direct or not self._idle():
            return False
        exchange = self._direct.exchange(self.url, self.headers, self.client[0] if self.client else "")
        if exchange:
            self.cycle = exchange  # type: ignore[assignment]  # of which uvicorn asks no more than what it has
        return exchange is not None

    def send_400_response(self, msg: str) -> None:
        if self._head <= HEAD:
            super().send_400_response(msg)
        elif not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._whole = True
        if isinstance(self.cycle, Exchange) and not self.cycle.started:
            self.cycle.start(self._answer)

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(error)

    def _wait(self) -> None:
        self._clock = self.loop.call_later(PATIENCE, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._clock:
            self._clock.cancel()
            self._clock = None
