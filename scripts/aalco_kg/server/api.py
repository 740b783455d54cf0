"""The API: canned queries by name, and things with their evidence, as JSON that stays as it is.

Refusals are problem details (RFC 9457). `openapi` describes it all.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg import queries
from aalco_kg.errors import UserError
from aalco_kg.queries import Query
from aalco_kg.results import read
from aalco_kg.server import answers, entities, openapi
from aalco_kg.server.data import NAME
from aalco_kg.server.negotiate import JSON, accept, answer, best
from aalco_kg.server.openapi import LARGEST, LONGEST
from aalco_kg.server.pool import Stopped
from aalco_kg.server.sandbox import Job, Outcome
from aalco_kg.server.service import Service
from aalco_kg.table import Table
from aalco_kg.terms import BASE
from aalco_kg.views.entity import entity

_PAGING = ("page", "per_page")


class Problem(Exception):
    """A request that is not answered."""

    def __init__(self, status: int, what: str, mend: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, what, mend, headers)
        self.status, self.what, self.mend, self.headers = status, what, mend, headers

    def response(self) -> Response:
        """The problem in JSON."""
        body = {"title": self.what, "detail": self.mend, "status": self.status}
        headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store", **(self.headers or {})}
        return Response(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), self.status, headers)


def routes(service: Service) -> Sequence[BaseRoute]:
    """Questions, things, and what describes the API."""

    def listed(request: Request) -> Response:
        return _json([described(query) for query in queries.catalogue().values()])

    async def asked(request: Request) -> Response:
        try:
            return await _asked(service, request)
        except Problem as problem:
            return problem.response()

    def thing(request: Request) -> Response:
        name = request.path_params["name"]
        iri = BASE + name
        if not NAME.fullmatch(name) or not service.graph.holds(iri):
            return Problem(404, "The graph says nothing of such a thing.", "See /api/queries/search?text=…").response()
        return _json(entities.as_json(service.graph, entity(service.graph, iri)))

    return [
        Route("/api/queries", listed),
        Route("/api/queries/{name}", asked),
        Route("/api/things/{name:path}", thing),
        Route("/api/thing.schema.json", lambda request: _json(entities.schema(), "application/schema+json")),
        Route("/openapi.json", lambda request: _json(openapi.document(service.base))),
    ]


def _json(content: Any, media: str = JSON) -> Response:
    return answer(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), media)


def described(query: Query) -> dict[str, Any]:
    """A canned query: what it asks, takes and gives."""
    return {
        "name": query.name,
        "question": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "parameters": [
            {"name": p.name, "type": p.type, "required": p.required, "help": p.help, "kind": p.kind}
            for p in query.parameters
        ],
        "columns": query.columns,
        "url": f"/api/queries/{query.name}",
    }


async def _asked(service: Service, request: Request) -> Response:
    query = queries.catalogue().get(request.path_params["name"])
    if query is None:
        raise Problem(404, "No query has this name.", "/api/queries lists all.")
    media = best(accept(request), answers.MEDIA)
    if media is None:
        raise Problem(406, "None of the accepted media types is offered here.", ", ".join(answers.MEDIA))
    given, span = _given(query, request)
    rows = await ask(service, query, given)
    links = [*span.links(request.url.path, given, len(rows.rows)), '</openapi.json>; rel="service-desc"']
    body = await run_in_threadpool(answers.written, service.graph, query, given, rows, span, media)
    return answer(body, media, vary="Accept", links=links)


def _given(query: Query, request: Request) -> tuple[dict[str, str], answers.Span]:
    """The parameters of a query, and the wanted page."""
    known = [parameter.name for parameter in query.parameters]
    given: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        if name not in (*known, *_PAGING):
            raise Problem(400, f"{query.name} has no parameter {name!r}.", f"It takes {', '.join([*known, *_PAGING])}.")
        if name in given:
            raise Problem(400, f"{name} is given twice.", "Give it once.")
        if not 0 < len(text) <= LONGEST:
            raise Problem(
                400, f"{name} takes from 1 to {LONGEST} characters, not {len(text)}.", "Shorten it, or omit it."
            )
        given[name] = text
    page, size = _number("page", given.pop("page", "1"), 10**9), given.pop("per_page", None)
    for parameter in query.parameters:
        if parameter.required and parameter.name not in given:
            raise Problem(400, f"{query.name} needs {parameter.name}: {parameter.help}.", "Add it to the address.")
    return given, answers.Span(page, _number("per_page", size, LARGEST) if size else None)


def _number(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 1 <= int(text) <= most):
        raise Problem(400, f"{name} takes a whole number from 1 to {most}, not {text[:50]!r}.", "")
    return int(text)


async def ask(service: Service, query: Query, given: dict[str, str]) -> Table:
    """The rows of a canned query. Raises Problem when a parameter is wrong or a limit is reached."""
    try:
        text = await asyncio.to_thread(query.bind, service.graph, given)
    except UserError as error:
        status = 404 if error.what.startswith("There is no") else 400
        raise Problem(status, error.what.replace("--", ""), error.mend.replace("--", "")) from None
    try:
        outcome, body = await service.pool.run(Job(text, "application/sparql-results+json", None))
    except Stopped as stopped:
        raise Problem(503, stopped.what, stopped.mend, {"Retry-After": str(stopped.after)}) from None
    if outcome is not Outcome.rows:
        raise Problem(400, "The query cannot be answered with these parameters.", body.decode()[:200])
    rows = await run_in_threadpool(read, body)
    assert isinstance(rows, Table)
    return rows
