"""A process that answers queries and may be killed: confined, fed one job at a time over a socket.

It inherits the store by fork and shares its memory. It can open no file and no connection (so SERVICE and LOAD
reach nothing), has a ceiling of memory and processor time, and ends when the server's end of the socket closes.
"""

import contextlib
import csv
import io
import marshal
import resource
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from time import monotonic
from typing import TYPE_CHECKING

import pyoxigraph as ox

from aalco_kg.server.limits import Limits
from aalco_kg.terms import BASE, PREFIXES

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LENGTH = struct.Struct("!I")  # of a job, in bytes
HEAD = struct.Struct("!BI")  # of an answer: its Outcome, its length in bytes

RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
_CHUNK = 1 << 16  # bytes read at once
_LIFE = 3600  # seconds of processor time, after which a worker ends, and another is started
_LEAST = 2  # bytes: the shortest that a row can be in any results format
_PREFIXES = {name: iri for name, iri in PREFIXES.items() if name != "s"}


class Outcome(IntEnum):
    """How a job ended."""

    rows = 0
    graph = 1
    unacceptable_rows = 2  # the client takes no results format
    unacceptable_graph = 3
    not_sparql = 4
    refused = 5
    too_many = 6
    too_long = 7
    late = 8  # not begun, since the time for that is over


@dataclass(frozen=True)
class Job:
    """A query, the media types in which its answer is wanted, and its dataset where the protocol gives one."""

    query: str
    rows: str | None
    graph: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def frame(self, until: float | None = None) -> bytes:
        """The job as it is sent; after the moment `until` of the monotonic clock it must not be begun any more."""
        job = (self.query, self.rows, self.graph, self.default_graphs, self.named_graphs)
        body = marshal.dumps((until, job))
        return LENGTH.pack(len(body)) + body


class _TooLong(Exception):
    """The answer has more bytes than allowed."""


class _TooMany(Exception):
    """The answer has more rows than allowed."""


class _Bounded(io.BytesIO):
    """A file in memory that holds so many bytes and no more."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._room = most

    def write(self, data: "ReadableBuffer", /) -> int:
        written = super().write(data)
        self._room -= written
        if self._room < 0:
            raise _TooLong
        return written


def serve(server: socket.socket, store: ox.Store, limits: Limits) -> None:
    """Answer jobs until the other end closes.

    A thread does it, since a thread has a heap of its own: in the one that came with the fork, which is full of holes
    from loading the graph, finding room takes longer than a query about one thing.
    """
    thread = threading.Thread(target=_answer_all, args=(server, store, limits))
    thread.start()
    thread.join()


def _answer_all(server: socket.socket, store: ox.Store, limits: Limits) -> None:
    _confine(limits)
    for frame in _frames(server):
        until, job = marshal.loads(frame)
        late = until is not None and monotonic() > until
        outcome, answer = (Outcome.late, b"") if late else run(store, Job(*job), limits)
        server.sendall(HEAD.pack(outcome, len(answer)) + answer)


def _frames(server: socket.socket) -> Iterator[bytes]:
    """The jobs as they were sent, until the other end closes."""
    data = b""
    while more := server.recv(_CHUNK):
        data += more
        while len(data) >= LENGTH.size and len(data) >= (end := LENGTH.size + LENGTH.unpack_from(data)[0]):
            yield data[LENGTH.size : end]
            data = data[end:]


def _confine(limits: Limits) -> None:
    """Give up what answering needs not: new files and connections, memory without end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_LIFE, _LIFE + 1))
    room = _address_space() + limits.memory * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # what is open stays open; nothing more can be opened


def _address_space() -> int:
    """The bytes of address space in use; more than enough where the system does not tell."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
    return 4_000_000_000


def run(store: ox.Store, job: Job, limits: Limits) -> tuple[Outcome, bytes]:
    """The outcome of a job and the bytes of its answer, or of a message about what is wrong."""
    try:
        return _answer(store, job, limits)
    except SyntaxError as error:
        return Outcome.not_sparql, str(error.args[0]).encode()
    except _TooMany:
        return Outcome.too_many, b""
    except _TooLong:
        return Outcome.too_long, b""
    except (OSError, ValueError, RuntimeError) as error:
        return Outcome.refused, str(error).encode("utf-8", "replace")


def _answer(store: ox.Store, job: Job, limits: Limits) -> tuple[Outcome, bytes]:
    given = bool(job.default_graphs or job.named_graphs)
    result = store.query(
        job.query,
        base_iri=BASE,
        default_graph=[ox.NamedNode(iri) for iri in dict.fromkeys(job.default_graphs)] if given else None,
        named_graphs=[ox.NamedNode(iri) for iri in job.named_graphs] if given else None,
    )
    out = _Bounded(limits.bytes)
    if isinstance(result, ox.QueryTriples):
        if job.graph is None:
            return Outcome.unacceptable_graph, b""
        triples = _counted(result, limits.rows)
        ox.serialize(triples, out, GRAPHS[job.graph], prefixes=_PREFIXES)
        return Outcome.graph, out.getvalue()
    if job.rows is None:
        return Outcome.unacceptable_rows, b""
    result.serialize(out, format=RESULTS[job.rows])
    body = out.getvalue()
    if len(body) > _LEAST * limits.rows and _rows(body, job.rows) > limits.rows:
        raise _TooMany
    return Outcome.rows, body


def _counted(triples: ox.QueryTriples, most: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(triples, 1):
        if number > most:
            raise _TooMany
        yield triple


def _rows(body: bytes, media: str) -> int:
    """How many rows a written answer has."""
    if media == "text/csv":
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    parsed = ox.parse_query_results(body, format=RESULTS[media])
    return 1 if isinstance(parsed, ox.QueryBoolean) else sum(1 for _ in parsed)
