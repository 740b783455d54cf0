"""The SPARQL 1.1 Graph Store Protocol, read-only: one graph as a document, by `?default` or `?graph=IRI`."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg.server.negotiate import RDF, accept, best, not_acceptable, refusal
from aalco_kg.server.service import Service
from aalco_kg.server.sparql import Asked, ask
from aalco_kg.terms import expand


def routes(service: Service) -> Sequence[BaseRoute]:
    """The graph store."""

    async def store(request: Request) -> Response:
        fields = parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=100)
        if len(fields) != 1 or fields[0][0] not in ("default", "graph"):
            return refusal(400, "Which graph?", "Ask for /graphs?default, or /graphs?graph=IRI.")
        if best(accept(request), RDF) is None:
            return not_acceptable(RDF)
        name, value = fields[0]
        if name == "default":
            query = "CONSTRUCT WHERE { ?s ?p ?o }"
        else:
            iri = expand(value)
            if iri is None or not service.store.contains_named_graph(ox.NamedNode(iri)):
                return refusal(404, "There is no such graph.", "The description at /sparql lists them.")
            query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
        return await ask(service, Asked(query), accept(request))

    return [Route("/graphs", store, methods=["GET"])]
