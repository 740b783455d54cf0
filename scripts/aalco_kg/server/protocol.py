"""HTTP/1.1 on a connection: bounds on what may come before an answer, and a short way for answers already given.

A client that asks the same again sends the same bytes: when these are known, the answer goes out without the request
being read. Everything else takes the usual way through uvicorn.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from aalco_kg.server.front import RAW, Front, Kept

HEAD = 64_000  # bytes that the head of a request may have: address, query and headers
PATIENCE = 20  # seconds in which a request must have come whole
_ADVICE = b"The head of the request is too long.\nPost the query, in the body.\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n\r\n%s" % (len(_ADVICE), _ADVICE)
)


class Protocol(HttpToolsProtocol):
    """A connection. Its application is a Front."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        assert isinstance(self.app, Front)
        self._known = self.app.known
        self._whole = True  # no request has come in part
        self._begun = 0  # requests that began in the bytes being read
        self._head = 0  # bytes of an unfinished head
        self._clock: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        idle = self._whole and (self.cycle is None or self.cycle.response_complete)
        if idle and (kept := self._known.get(data)) and not self.flow.write_paused:
            self._send(kept)
            return
        self._begun = 0
        super().data_received(data)
        if self._whole:
            self._stop_waiting()
            if idle and self._begun == 1 and self.scope["method"] == "GET" and self.cycle.keep_alive:
                self.scope["extensions"] = {RAW: {"bytes": data}}
        elif self._head > HEAD:
            self.send_400_response("")
        elif self._clock is None:
            self._wait()

    def _send(self, kept: Kept) -> None:
        """An answer already given, in one write."""
        self._stop_waiting()
        parts = [STATUS_LINE[kept.start["status"]]]
        for name, value in self.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parts += (kept.head, kept.body)
        self.transport.write(b"".join(parts))
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

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
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        if self._head <= HEAD:
            super().send_400_response(msg)
        elif not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._whole = True

    def connection_lost(self, error: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(error)

    def _wait(self) -> None:
        self._clock = self.loop.call_later(PATIENCE, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._clock:
            self._clock.cancel()
            self._clock = None
