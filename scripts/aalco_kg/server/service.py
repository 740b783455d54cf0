"""What every part of the server shares: the graph, the release, the pool of workers, the limits, the public address."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from aalco_kg.graph import Graph
from aalco_kg.server.bucket import Buckets
from aalco_kg.server.limits import Limits
from aalco_kg.server.negotiate import refusal
from aalco_kg.server.pool import Pool


@dataclass(frozen=True)
class Service:
    """`graph` holds the facts, `store` the whole data set; `release` is the folder of the dumps, complete as soon as it
    exists; `base` is where the server is reached from outside, without a slash at its end."""

    graph: Graph
    store: ox.Store
    release: Path
    pool: Pool
    limits: Limits
    base: str
    buckets: Buckets

    def describes(self, iri: str) -> bool:
        """Whether the data set says anything of a thing."""
        about = self.store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())
        return next(iter(about), None) is not None

    def wait(self, request: Request) -> tuple[str, str, dict[str, str]] | None:
        """Why a client that asks more than its share has to wait, what to do, and headers; None for others."""
        seconds = self.buckets.take(_client(request))
        if not seconds:
            return None
        return (
            f"More than {self.limits.rate} queries a second came from your address.",
            "Ask more slowly, or take the dump: /release/ has it in every format.",
            {"Retry-After": str(int(seconds) + 1)},
        )

    def too_often(self, request: Request) -> Response | None:
        """The refusal for such a client, in words."""
        refused = self.wait(request)
        return refusal(429, *refused) if refused else None


def _client(request: Request) -> str:
    """The address of a client; a proxy on this machine is believed when it names the one it speaks for."""
    host = request.client.host if request.client else ""
    if host in ("127.0.0.1", "::1") and (forwarded := request.headers.get("x-forwarded-for")):
        return forwarded.rpartition(",")[2].strip()
    return host
