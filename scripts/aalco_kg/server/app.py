"""The application: the routes of every part, behind one front. `create` makes it, `serve` runs it."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from types import ModuleType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from aalco_kg.server import api, data, dumps, graphs, pages, reconcile, sparql
from aalco_kg.server.bucket import Buckets, sharing
from aalco_kg.server.direct import Direct
from aalco_kg.server.front import Front
from aalco_kg.server.negotiate import refusal
from aalco_kg.server.service import Service

# Every part of the server: a module with `routes(service)`. The first that fits a path answers; pages come last.
PARTS = (sparql, api, data, dumps, graphs, reconcile, pages)


def create(service: Service, parts: Sequence[ModuleType] = PARTS) -> Direct:
    """The application of a service, behind its front, with the direct way for queries. Its pool starts and stops with
    it."""
    routes: list[BaseRoute] = []
    for part in parts:
        routes += part.routes(service)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await service.pool.start()
        yield
        await service.pool.stop()

    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused}, lifespan=lifespan)
    buckets = Buckets(service.limits.rate, service.limits.burst)
    front = Front(sharing(app, buckets, service.limits), room=service.limits.cache * 1_000_000)
    return Direct(service, buckets, front)


async def _refused(request: Request, error: Exception) -> Response:
    """A wrong path or method, in words."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
        return refusal(405, f"{request.method} is not taken here.", f"Taken are {headers['Allow']}.", headers)
    return refusal(error.status_code, str(error.detail), "The first page has the ways in: /", headers)
