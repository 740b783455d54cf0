"""The queue in front of the workers: who answers next, who has had enough time, who waits, who is told to come back.

A query has a worker to itself. After half a second it counts as slow, and goes behind all others; only so many may be
slow at once, so that quick ones always find a worker. At its limit it is killed with its worker, and a new one started.
"""

import asyncio
import logging
import signal
from collections import deque
from typing import cast

from aalco_kg.server.limits import Limits
from aalco_kg.server.nursery import Nursery
from aalco_kg.server.sandbox import HEAD, Job, Outcome

QUICK = 0.5  # seconds, after which a query counts as slow
_BREATH = 0.2  # seconds before a worker that died at once is replaced
_NARROW = "Narrow the query (fewer unbound patterns, a LIMIT), or take the dump: /release/ has it in every format."
_log = logging.getLogger("aalco")

Answer = tuple[Outcome, bytes]


class Stopped(Exception):
    """A query was stopped, or not begun: what happened, what to do, and after how many seconds to ask again."""

    def __init__(self, what: str, mend: str, after: int) -> None:
        super().__init__(what, mend, after)
        self.what, self.mend, self.after = what, mend, after


class _Lost(Exception):
    """A worker died that nobody here killed."""


class _Worker(asyncio.Protocol):
    """The server's end of a worker: sends a job, collects the answer."""

    def __init__(self, pool: "Pool", number: int) -> None:
        self.pool, self.number = pool, number
        self.answer: asyncio.Future[Answer] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.slow = self.answered = self.dismissed = False
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's own class

    def ask(self, job: Job) -> "asyncio.Future[Answer]":
        """The answer that will come."""
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(job.frame())
        return self.answer

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) < HEAD.size:
            return
        outcome, length = HEAD.unpack_from(self._buffer)
        if len(self._buffer) < HEAD.size + length:
            return
        body, self._buffer = bytes(self._buffer[HEAD.size :]), bytearray()
        self.answered = True
        if self.answer and not self.answer.done():
            self.answer.set_result((Outcome(outcome), body))

    def stop(self, error: Exception) -> None:
        """Give up waiting for the answer."""
        if self.answer and not self.answer.done():
            self.answer.set_exception(error)

    def connection_lost(self, error: Exception | None) -> None:
        self.stop(_Lost())
        self.pool.lost(self)


class Pool:
    """Workers, and the queries that wait for one. Lives in one event loop, from `start` to `stop`."""

    def __init__(self, nursery: Nursery, limits: Limits) -> None:
        self._nursery, self.limits = nursery, limits
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._hiring: set[asyncio.Task[None]] = set()
        self._slow = 0
        self._closing = False

    async def start(self) -> None:
        """Start the workers."""
        await asyncio.gather(*(self._hire() for _ in range(self.limits.workers)))

    def drain(self, seconds: float) -> None:
        """Let queries under way and waiting go on for so long, and then tell whoever asked to come back."""
        asyncio.get_running_loop().call_later(seconds, self._drained)

    def _drained(self) -> None:
        error = Stopped("The server is stopping.", "Ask again in a minute.", 60)
        for worker in self._busy:
            worker.stop(error)
        for future in self._waiting:
            if not future.done():
                future.set_exception(error)

    async def stop(self) -> None:
        """End the workers, whatever they do."""
        self._closing = True
        for task in self._hiring:
            task.cancel()
        await asyncio.to_thread(self._nursery.close)

    async def run(self, job: Job) -> Answer:
        """The answer to a job. Raises Stopped when a limit is reached, or the queue is full."""
        for _ in range(2):  # a worker that somebody else ended is no concern of the client's
            worker = await self._free()
            try:
                return await self._timed(worker, job)
            except _Lost:
                continue
        raise Stopped("The query took more memory than it may.", _NARROW, self.limits.seconds)

    async def _timed(self, worker: _Worker, job: Job) -> Answer:
        """The answer of a worker, which is then free again, or dismissed when it was slow."""
        quick = min(QUICK, self.limits.seconds)
        answer = worker.ask(job)
        self._busy.add(worker)
        worker.timer = asyncio.get_running_loop().call_later(quick, self._slowed, worker, quick)
        try:
            result = await answer
        except BaseException:
            self._dismiss(worker)
            raise
        finally:
            worker.timer.cancel()
            self._busy.discard(worker)
            self._slow -= worker.slow
        if worker.slow:
            self._dismiss(worker)
        else:
            self._give(worker)
        return result

    def _slowed(self, worker: _Worker, quick: float) -> None:
        """Let a slow query go on behind the others, or stop it when too many are slow already."""
        if quick < self.limits.seconds and self._slow < self.limits.slow:
            self._slow += 1
            worker.slow = True
            self._nursery.lower(worker.number)
            late = Stopped(f"The query ran for {self.limits.seconds} seconds, which is the limit.", _NARROW, 60)
            rest = self.limits.seconds - quick
            worker.timer = asyncio.get_running_loop().call_later(rest, worker.stop, late)
        elif quick < self.limits.seconds:
            worker.stop(Stopped(f"{self.limits.slow} slow queries run already.", f"Ask again later. {_NARROW}", 10))
        else:
            worker.stop(Stopped(f"The query ran for {quick:g} seconds, which is the limit.", _NARROW, 60))

    async def _free(self) -> _Worker:
        """A worker without a job."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.transport.is_closing():
                return worker
        self._waiting = deque(future for future in self._waiting if not future.done())
        if len(self._waiting) >= self.limits.queue:
            raise Stopped("The server is busy; the queue is full.", "Ask again in a few seconds.", 5)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Worker] = loop.create_future()
        self._waiting.append(future)
        timer = loop.call_later(self.limits.wait, _expire, future)
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._give(future.result())
            raise
        finally:
            timer.cancel()

    def _give(self, worker: _Worker) -> None:
        """A worker is free: the query that waits longest gets it."""
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_result(worker)
                return
        self._idle.append(worker)

    def _dismiss(self, worker: _Worker) -> None:
        worker.dismissed = True
        self._nursery.kill(worker.number)

    def lost(self, worker: _Worker) -> None:
        """A worker has ended: start another."""
        if worker in self._idle:
            self._idle.remove(worker)
        if not self._closing:
            task = asyncio.create_task(self._hire(0.0 if worker.answered or worker.dismissed else _BREATH))
            self._hiring.add(task)
            task.add_done_callback(self._hiring.discard)

    async def _hire(self, delay: float = 0.0) -> None:
        await asyncio.sleep(delay)
        try:
            number, ours = self._nursery.start()
        except OSError:
            _log.error("The process that starts workers has ended; the server stops.")
            signal.raise_signal(signal.SIGTERM)
            return
        loop = asyncio.get_running_loop()
        _, worker = await loop.create_unix_connection(lambda: _Worker(self, number), sock=ours)
        self._give(worker)


def _expire(future: "asyncio.Future[_Worker]") -> None:
    if not future.done():
        future.set_exception(Stopped("The server is busy.", "Ask again in a few seconds.", 5))
