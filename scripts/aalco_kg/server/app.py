"""The application: the routes of every part, behind one front. `create` makes it, `serve` runs it."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from types import ModuleType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from aalco_kg.server import api, data, dumps, graphs, pages, reconcile, sparql
from aalco_kg.server.bucket import sharing
from aalco_kg.server.front import Front
from aalco_kg.server.negotiate import refusal
from aalco_kg.server.service import Service

# Every part of the server: a module with `routes(service)`. The first that fits a path answers; pages come last.
PARTS = (sparql, api, data, dumps, graphs, reconcile, pages)


def create(service: Service, parts: Sequence[ModuleType] = PARTS) -> Front:
    """The application of a service, behind its front. The pool of the service starts and stops with it."""
    routes: list[BaseRoute] = []
    for part in parts:
        routes += part.routes(service)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await service.pool.start()
        yield
        await service.pool.stop()

    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused}, lifespan=lifespan)
    shared = sharing(_straight(app, sparql.routes(service)[0]), service.limits)
    return Front(shared, room=service.limits.cache * 1_000_000)


def _straight(app: ASGIApp, route: Route) -> ASGIApp:
    """The application, with one route taken straight: that of the endpoint, which is asked most and raises nothing."""

    async def found(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == route.path and scope["method"] in (route.methods or ()):
            response = await route.endpoint(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await app(scope, receive, send)

    return found


async def _refused(request: Request, error: Exception) -> Response:
    """A wrong path or method, in words."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
        return refusal(405, f"{request.method} is not taken here.", f"Taken are {headers['Allow']}.", headers)
    return refusal(error.status_code, str(error.detail), "The first page has the ways in: /", headers)
