"""The reconciliation service (API 0.2), by which OpenRefine matches a column of names with our things."""

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pyoxigraph as ox
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg.server.matching import TYPES, Candidate, Matcher
from aalco_kg.server.negotiate import HTML, JSON, answer, refusal
from aalco_kg.server.service import Service
from aalco_kg.server.sparql import Refused, body_of
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact
from aalco_kg.views.entity import Fact, entity
from aalco_kg.views.reference import TITLE

_BATCH = 100  # queries in one request
_MOST = 50  # candidates for one query
_SURE = 100.0  # the score of a name that is the same
Json = dict[str, Any]


def routes(service: Service) -> Sequence[BaseRoute]:
    """The service, its previews, suggestions and further columns."""
    matcher = Matcher(service.graph)

    async def entry(request: Request) -> Response:
        try:
            fields = request.query_params
            if request.method == "POST":
                fields = QueryParams((await body_of(request, service.limits.body)).decode("utf-8", "replace"))
            return _json(await run_in_threadpool(_answered, service, matcher, fields))
        except Refused as refused:
            return refusal(refused.status, refused.what, refused.mend)

    def suggested(find: Callable[[str], list[Json]]) -> Callable[[Request], Response]:
        return lambda request: _json({"result": find(request.query_params.get("prefix", ""))})

    def preview(request: Request) -> Response:
        iri = BASE + request.query_params.get("id", "")
        if iri not in matcher.types:
            return refusal(404, "There is no such thing here.", "")
        return answer(_preview(service, iri).encode(), HTML)

    return [
        Route("/reconcile", entry, methods=["GET", "POST"]),
        Route("/reconcile/suggest/entity", suggested(lambda prefix: _entities(matcher, prefix))),
        Route("/reconcile/suggest/type", suggested(lambda prefix: _holding(_types(matcher), prefix))),
        Route("/reconcile/suggest/property", suggested(lambda prefix: _holding(_properties(matcher), prefix))),
        Route("/reconcile/properties", lambda request: _json(_proposed(matcher, request.query_params))),
        Route("/reconcile/preview", preview),
    ]


def _json(content: Json) -> Response:
    return answer(json.dumps(content, ensure_ascii=False).encode(), JSON, seconds=0)


def _answered(service: Service, matcher: Matcher, fields: QueryParams) -> Json:
    if "queries" in fields:
        queries = _object(fields["queries"])
        if len(queries) > _BATCH:
            raise Refused(400, f"More than {_BATCH} queries in one request.", "Send fewer at a time.")
        return {key: {"result": _matches(matcher, query)} for key, query in queries.items()}
    if "extend" in fields:
        return _extended(matcher, _object(fields["extend"]))
    return _manifest(service, matcher)


def _object(text: str) -> Json:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused(400, "The parameter is no JSON object.", 'For example: {"q0": {"query": "China"}}')
    return found


def _manifest(service: Service, matcher: Matcher) -> Json:
    here = service.base + "/reconcile"
    return {
        "versions": ["0.2"],
        "name": TITLE,
        "identifierSpace": BASE,
        "schemaSpace": ONTOLOGY,
        "defaultTypes": _types(matcher),
        "view": {"url": f"{service.base}/id/{{{{id}}}}"},
        "preview": {"url": here + "/preview?id={{id}}", "width": 480, "height": 240},
        "suggest": {
            name: {"service_url": service.base, "service_path": f"/reconcile/suggest/{name}"}
            for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service.base, "service_path": "/reconcile/properties"},
            "property_settings": [],
        },
    }


def _matches(matcher: Matcher, query: Any) -> list[Json]:
    """The candidates for one query; only one that alone bears the very name is a match."""
    if not isinstance(query, dict) or not isinstance(query.get("query"), str):
        raise Refused(400, "A query has no text.", 'For example: {"q0": {"query": "China", "type": "State"}}')
    type_, limit = query.get("type"), query.get("limit", 5)
    if isinstance(type_, list):
        type_ = type_[0] if len(type_) == 1 else None
    most = min(limit, _MOST) if isinstance(limit, int) and limit > 0 else 5
    found = matcher.candidates(query["query"], type_ or None, _pairs(query.get("properties")), most + 1)
    sure = [one for one in found if one.score >= _SURE]
    return [_candidate(matcher, one, match=len(sure) == 1 and one is sure[0]) for one in found[:most]]


def _pairs(properties: Any) -> dict[str, str]:
    """The properties of a query that have one plain value."""
    pairs = {}
    for item in properties if isinstance(properties, list) else []:
        value = item.get("v") if isinstance(item, dict) else None
        value = value.get("id") if isinstance(value, dict) else value
        if isinstance(value, str | int) and str(item.get("pid", "")).isalnum():
            pairs[str(item["pid"])] = str(value)
    return pairs


def _candidate(matcher: Matcher, one: Candidate, match: bool) -> Json:
    return {
        "id": compact(one.iri),
        "name": matcher.graph.label(one.iri),
        "type": [_type(matcher, one.type)],
        "score": one.score,
        "match": match,
        "features": [{"id": "likeness", "value": one.score}],
    }


def _type(matcher: Matcher, name: str) -> Json:
    return {"id": name, "name": matcher.graph.label(ONTOLOGY + name)}


def _types(matcher: Matcher) -> list[Json]:
    return [_type(matcher, name) for name in TYPES]


def _entities(matcher: Matcher, prefix: str) -> list[Json]:
    return [
        {
            "id": compact(iri),
            "name": matcher.graph.label(iri),
            "notable": [_type(matcher, matcher.types[iri])],
        }
        for iri in matcher.beginning(prefix, 10)
    ]


def _holding(items: list[Json], text: str) -> list[Json]:
    return [item for item in items if text.casefold() in item["name"].casefold()][:10]


def _properties(matcher: Matcher, type_: str | None = None) -> list[Json]:
    """Our properties that things of a class have, in the order of their names."""
    found = {
        quad.predicate.value
        for iri, name in matcher.types.items()
        if type_ in (None, "", name)
        for quad in matcher.graph.store.quads_for_pattern(ox.NamedNode(iri), None, None)
        if quad.predicate.value.startswith(ONTOLOGY) and quad.predicate.value != ONTOLOGY + "searchKey"
    }
    named = [{"id": iri.removeprefix(ONTOLOGY), "name": matcher.graph.label(iri)} for iri in found]
    return sorted(named, key=lambda item: item["name"])


def _proposed(matcher: Matcher, fields: QueryParams) -> Json:
    type_, limit = fields.get("type", ""), fields.get("limit", "")
    properties = _properties(matcher, type_)
    return {"type": type_, "properties": properties[: int(limit) if limit.isdecimal() and len(limit) < 6 else None]}


def _extended(matcher: Matcher, wanted: Json) -> Json:
    """Further columns for things that were matched."""
    ids, properties = wanted.get("ids"), wanted.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list) or len(ids) > 10 * _BATCH:
        raise Refused(400, "The request for columns has no ids or no properties, or too many.", "")
    names = [str(item["id"]) for item in properties if isinstance(item, dict) and str(item.get("id", "")).isalnum()]
    rows = {
        str(id_): {name: _cells(matcher, BASE + str(id_), name) for name in names}
        for id_ in ids
        if BASE + str(id_) in matcher.types
    }
    meta = [{"id": name, "name": matcher.graph.label(ONTOLOGY + name)} for name in names]
    return {"meta": meta, "rows": rows}


def _cells(matcher: Matcher, iri: str, name: str) -> list[Json]:
    cells: list[Json] = []
    for term in matcher.graph.objects(iri, ONTOLOGY + name):
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
            cells.append({"id": compact(term.value), "name": matcher.graph.label(term.value)})
        elif isinstance(term, ox.Literal) and term.datatype.value == PREFIXES["xsd"] + "integer":
            cells.append({"int": int(term.value)})
        elif isinstance(term, ox.Literal) and term.datatype.value == PREFIXES["xsd"] + "date":
            cells.append({"date": term.value})
        else:
            cells.append({"str": str(term.value)})
    return cells


def _preview(service: Service, iri: str) -> str:
    """A few facts about a thing, as a page for a small frame."""
    told = entity(service.graph, iri)
    facts = "".join(
        f"<li>{escape(service.graph.label(fact.property))}: {escape(_words(service, fact))}</li>"
        for fact in told.facts[:5]
        if fact.values
    )
    label = escape(service.graph.label(iri))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{label}</title>'
        f'<body><p><strong><a href="/id/{compact(iri)}" target="_blank">{label}</a></strong></p><ul>{facts}</ul>'
    )


def _words(service: Service, fact: Fact) -> str:
    terms = [held.term for held in fact.values[:5]]
    return ", ".join(service.graph.label(t.value) if isinstance(t, ox.NamedNode) else str(t.value) for t in terms)
