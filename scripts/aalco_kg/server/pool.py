"""The queue in front of the workers: who answers next, who has had enough time, who waits, who is told to come back.

A query that has just come may stand in line at a worker that has just begun with another, since a worker that need not
sleep between queries answers far more. Who stands behind a query that turns out not to be quick is moved elsewhere.
After half a second a query counts as slow, and goes behind all others; only so many may be slow at once, so that quick
ones always find a worker. At its limit a query is killed with its worker, and a new one is started.
"""

import asyncio
import logging
import os
import signal
from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import cast

from aalco_kg.server.limits import Limits
from aalco_kg.server.nursery import Nursery
from aalco_kg.server.sandbox import HEAD, Job, Outcome

FRESH = 0.01  # seconds, for which others may stand behind a query
QUICK = 0.5  # seconds, after which a query counts as slow
_TICK = 0.005  # seconds between looks at how long each query has taken
_LINE = 8  # queries at one worker at most
_PROCESSORS = os.cpu_count() or 1
_BREATH = 0.2  # seconds before a worker that died at once is replaced
_NARROW = "Narrow the query (fewer unbound patterns, a LIMIT), or take the dump: /release/ has it in every format."
_log = logging.getLogger("aalco")

Answer = tuple[Outcome, bytes]


class Stopped(Exception):
    """A query was stopped, or not begun: what happened, what to do, and after how many seconds to ask again."""

    def __init__(self, what: str, mend: str, after: int) -> None:
        super().__init__(what, mend, after)
        self.what, self.mend, self.after = what, mend, after


@dataclass(eq=False, slots=True)
class _Asked:
    """A job on its way to its answer: when it came, and how many workers have died at it."""

    job: Job
    answer: "asyncio.Future[Answer]"
    since: float
    deaths: int = 0

    def fail(self, error: Stopped) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class _Worker(asyncio.Protocol):
    """The server's end of a worker, with what stands in line there; it works at the first. None was moved elsewhere."""

    def __init__(self, pool: "Pool", number: int) -> None:
        self.pool, self.number = pool, number
        self.line: deque[_Asked | None] = deque()
        self.begun = 0.0  # when it began with the first
        self.slow = self.answered = self.dismissed = False
        self._in = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's own class

    def take(self, asked: _Asked, now: float) -> None:
        """Put a job in line. Behind another it is answered only if it can be begun soon."""
        if not self.line:
            self.begun = now
        if not self.transport.is_closing():  # else whoever stands here asks another worker in a moment
            self.transport.write(asked.job.frame(self.begun + FRESH if self.line else None))
        self.line.append(asked)

    def data_received(self, data: bytes) -> None:
        self._in += data
        while len(self._in) >= HEAD.size:
            outcome, length = HEAD.unpack_from(self._in)
            if len(self._in) < HEAD.size + length:
                return
            body = bytes(self._in[HEAD.size : HEAD.size + length])
            del self._in[: HEAD.size + length]
            self._answered(Outcome(outcome), body)

    def _answered(self, outcome: Outcome, body: bytes) -> None:
        asked = self.line.popleft()
        self.answered = True
        self.begun = monotonic()
        if asked and outcome is Outcome.late:
            self.pool.again(asked)
        elif asked and not asked.answer.done():
            asked.answer.set_result((outcome, body))
        if self.slow:
            self.pool.dismiss(self)
        elif not self.line:
            self.pool.rested(self)

    def behind(self) -> list[_Asked]:
        """Those behind the first, who leave the line."""
        found = [asked for asked in list(self.line)[1:] if asked]
        for place in range(1, len(self.line)):
            self.line[place] = None
        return found

    def connection_lost(self, error: Exception | None) -> None:
        self.pool.lost(self)


class Pool:
    """Workers, and the queries that wait for one. Lives in one event loop, from `start` to `stop`."""

    def __init__(self, nursery: Nursery, limits: Limits) -> None:
        self._nursery, self.limits = nursery, limits
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._waiting: deque[_Asked] = deque()
        self._hiring: set[asyncio.Task[None]] = set()
        self._slow = 0
        self._watching = self._closing = False

    async def start(self) -> None:
        """Start the workers."""
        self._loop = asyncio.get_running_loop()
        await asyncio.gather(*(self._hire() for _ in range(self.limits.workers)))

    def drain(self, seconds: float) -> None:
        """Let queries under way and waiting go on for so long, and then tell whoever asked to come back."""
        asyncio.get_running_loop().call_later(seconds, self._drained)

    def _drained(self) -> None:
        error = Stopped("The server is stopping.", "Ask again in a minute.", 60)
        for asked in [*self._waiting, *(asked for worker in self._busy for asked in worker.line)]:
            if asked:
                asked.fail(error)

    async def stop(self) -> None:
        """End the workers, whatever they do."""
        self._closing = True
        for task in self._hiring:
            task.cancel()
        await asyncio.to_thread(self._nursery.close)

    async def run(self, job: Job) -> Answer:
        """The answer to a job. Raises Stopped when a limit is reached, or the queue is full."""
        return await self.ask(job)

    def ask(self, job: Job) -> "asyncio.Future[Answer]":
        """The answer to a job, when it comes; or Stopped."""
        asked = _Asked(job, self._loop.create_future(), monotonic())
        self._place(asked, asked.since)
        return asked.answer

    def _place(self, asked: _Asked, now: float) -> None:
        """Find a worker for a job: one that is free, has begun with another this moment, or is free next."""
        worker = self._ready(now)
        if worker:
            self._busy.add(worker)
            worker.take(asked, now)
        elif len(self._waiting) < self.limits.queue:
            self._waiting.append(asked)
        else:
            asked.fail(Stopped("The server is busy; the queue is full.", "Ask again in a few seconds.", 5))
        if not self._watching:
            self._watching = True
            self._loop.call_later(_TICK, self._watch)

    def _ready(self, now: float) -> _Worker | None:
        while self._idle and self._idle[-1].transport.is_closing():
            self._idle.pop()
        fresh = [worker for worker in self._busy if worker.begun > now - FRESH]
        if self._idle and len(fresh) < _PROCESSORS:
            return self._idle.pop()
        shortest = min(fresh, key=lambda worker: len(worker.line), default=None)
        if shortest and len(shortest.line) < _LINE:
            return shortest
        return self._idle.pop() if self._idle else None

    def again(self, asked: _Asked) -> None:
        """A job has to go to another worker, through no fault of its own."""
        if not asked.answer.done():
            self._place(asked, monotonic())

    def _watch(self) -> None:
        """See how long each query has taken, and each that waits has waited."""
        now = monotonic()
        for worker in list(self._busy):
            if now - worker.begun > FRESH:
                self._judge(worker, now - worker.begun)
        self._waiting = deque(asked for asked in self._waiting if not asked.answer.done())
        while self._waiting and now - self._waiting[0].since > self.limits.wait:
            self._waiting.popleft().fail(Stopped("The server is busy.", "Ask again in a few seconds.", 5))
        self._watching = bool(self._busy or self._waiting)
        if self._watching:
            self._loop.call_later(_TICK, self._watch)

    def _judge(self, worker: _Worker, seconds: float) -> None:
        """What becomes of a worker whose query is not quick."""
        asked = worker.line[0]
        for other in worker.behind():
            self.again(other)
        if asked is None or asked.answer.done():  # nobody wants the answer any more
            self.dismiss(worker)
        elif seconds > self.limits.seconds:
            asked.fail(Stopped(f"The query ran for {self.limits.seconds} seconds, which is the limit.", _NARROW, 60))
            self.dismiss(worker)
        elif seconds > QUICK and not worker.slow and self._slow >= self.limits.slow:
            asked.fail(Stopped(f"{self.limits.slow} slow queries run already.", f"Ask again later. {_NARROW}", 10))
            self.dismiss(worker)
        elif seconds > QUICK and not worker.slow:
            worker.slow = True
            self._slow += 1
            self._nursery.lower(worker.number)

    def rested(self, worker: _Worker) -> None:
        """A worker is free: the query that waits longest gets it."""
        while self._waiting:
            asked = self._waiting.popleft()
            if not asked.answer.done():
                self._busy.add(worker)
                worker.take(asked, monotonic())
                return
        self._busy.discard(worker)
        self._idle.append(worker)

    def dismiss(self, worker: _Worker) -> None:
        """End a worker; another will be started when it has ended."""
        self._forget(worker)
        worker.dismissed = True
        self._nursery.kill(worker.number)

    def _forget(self, worker: _Worker) -> None:
        self._busy.discard(worker)
        self._slow -= worker.slow
        worker.slow = False
        if worker in self._idle:
            self._idle.remove(worker)

    def lost(self, worker: _Worker) -> None:
        """A worker has ended: whoever stood there asks another, and a new one is started."""
        self._forget(worker)
        first, others = (worker.line[0] if worker.line else None), worker.behind()
        if first:
            first.deaths += 1
            if first.deaths < 2:  # a worker that somebody else ended is no concern of the client's
                self.again(first)
            else:
                first.fail(Stopped("The query took more memory than it may.", _NARROW, self.limits.seconds))
        for other in others:
            self.again(other)
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
        self.rested(worker)
