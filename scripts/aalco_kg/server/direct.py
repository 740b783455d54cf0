"""The way of a query by GET: straight from its connection to a worker and back, with one write.

Most requests for something new are such queries, and the frames that lead through a web framework cost more than the
answer. Whatever is unusual in a request leaves it to the usual way, which says the same.
"""

import asyncio
import logging
from collections.abc import Callable

from starlette.responses import Response

from aalco_kg.server import sparql
from aalco_kg.server.bucket import Buckets, client_of, refused
from aalco_kg.server.front import Front, Headers, Kept, Key, kept, preferences
from aalco_kg.server.negotiate import refusal
from aalco_kg.server.pool import Answer, Stopped
from aalco_kg.server.sandbox import Job
from aalco_kg.server.service import Service

_UNUSUAL = {b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"if-none-match"}
_START = sparql.PATH.encode() + b"?"
_log = logging.getLogger("aalco")


class _Nobody:
    """Stands for the event at which uvicorn's cycles wait for more of a request."""

    def set(self) -> None:
        pass


class Exchange:
    """A query and its answer, in the place of uvicorn's cycle of a request and its response."""

    message_event = _Nobody()
    body = b""  # a GET has none

    def __init__(self, direct: "Direct", key: Key, client: str) -> None:
        self.direct, self.key, self.client = direct, key, client
        self.raw = b""  # the bytes of the request, where they came alone
        self.keep_alive = self.more_body = True
        self.started = self.response_complete = self.disconnected = False
        self._send: Callable[[Exchange, Kept], None]

    def start(self, send: "Callable[[Exchange, Kept], None]") -> None:
        """Ask a worker; `send` gets the answer, now or later."""
        self.started, self._send = True, send
        limits = self.direct.service.limits
        if wait := self.direct.buckets.take(self.client):
            self._finish(refused(sparql.PATH, limits, wait))
            return
        try:
            asked = sparql.asked_in(self.key[1])
            job, words = sparql.prepared(asked, self.key[2].decode("latin-1") or None)
        except sparql.Refused as error:
            self._finish(refusal(error.status, error.what, error.mend))
            return
        future = self.direct.service.pool.ask(job)
        future.add_done_callback(lambda done: self._answered(job, words, done))

    def _answered(self, job: Job, words: set[str], done: "asyncio.Future[Answer]") -> None:
        try:
            response = sparql.replied(self.direct.service, job, words, *done.result())
        except Stopped as stopped:
            response = sparql.stopped(stopped)
        except Exception:  # a fault of ours: the client must not wait for ever
            _log.exception("A query was not answered: %s", job.query[:1000])
            response = refusal(500, "The server failed at this query.", "Please report it.")
        self._finish(response)

    def _finish(self, response: Response) -> None:
        answer = kept(response.status_code, response.raw_headers, bytes(response.body))
        if answer.lasting:
            self.direct.front.keep(self.key, answer, self.raw)
        self._send(self, answer)


class Direct:
    """What exchanges share: the service, what each client may still ask, the answers already given."""

    def __init__(self, service: Service, buckets: Buckets, front: Front) -> None:
        self.service, self.buckets, self.front = service, buckets, front

    def exchange(self, url: bytes, headers: Headers, client: str) -> Exchange | None:
        """An exchange for a GET request, or None when it is to take the usual way."""
        if not url.startswith(_START) or b"#" in url or not _UNUSUAL.isdisjoint([name for name, _ in headers]):
            return None
        accepted, languages, _ = preferences(headers)
        path, _, query = url.partition(b"?")
        key = (path, query, accepted, languages)
        if not query or self.front.has(key):
            return None
        return Exchange(self, key, client_of(client, headers))
