"""The endpoint described in RDF: what it speaks, and the graphs that it holds."""

from collections import Counter

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from aalco_kg.release.syntaxes import text
from aalco_kg.server.negotiate import HTML, RDF, VARY, accept, answer, best, language, not_acceptable, see_other, suffix
from aalco_kg.server.service import Service
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.terms import DATASET, PREFIXES

_SD, _VOID, _RDF = "http://www.w3.org/ns/sparql-service-description#", PREFIXES["void"], PREFIXES["rdf"]
_FORMATS = "http://www.w3.org/ns/formats/"
_KNOWN = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_SYNTAXES = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")


def service_description(service: Service, request: Request) -> Response:
    """The description in the syntax that the client likes best; a browser is led to the page for queries."""
    media = best(accept(request), (*RDF, HTML))
    if media is None:
        return not_acceptable(RDF)
    if media == HTML:
        return see_other(f"/{language(request.headers.get('accept-language'), LANGUAGES)}/sparql/", VARY)
    body = text(sorted(describe(service.store, service.base + "/sparql"), key=str), suffix(media))
    return answer(body.encode(), media, vary=VARY)


def describe(store: ox.Store, endpoint: str) -> list[ox.Triple]:
    """The endpoint at an address, its data set, and how many triples each of its graphs has."""
    sizes = Counter(quad.graph_name for quad in store)
    node, dataset, default = endpoint + "#service", endpoint + "#dataset", endpoint + "#default"
    facts: list[tuple[str, str, ox.NamedNode | ox.Literal]] = [
        (node, _RDF + "type", _sd("Service")),
        (node, _SD + "endpoint", ox.NamedNode(endpoint)),
        (node, _SD + "supportedLanguage", _sd("SPARQL11Query")),
        *((node, _SD + "resultFormat", ox.NamedNode(_FORMATS + name)) for name in _KNOWN + _SYNTAXES),
        (node, _SD + "defaultDataset", ox.NamedNode(dataset)),
        (dataset, _RDF + "type", _sd("Dataset")),
        (dataset, PREFIXES["dcterms"] + "isPartOf", ox.NamedNode(DATASET)),
        (dataset, _SD + "defaultGraph", ox.NamedNode(default)),
        (default, _RDF + "type", _sd("Graph")),
        (default, _VOID + "triples", ox.Literal(sizes.pop(ox.DefaultGraph()))),
    ]
    for name, size in sizes.items():
        assert isinstance(name, ox.NamedNode)
        named = f"{endpoint}#{name.value.rpartition('/')[2]}"
        facts += [
            (dataset, _SD + "namedGraph", ox.NamedNode(named)),
            (named, _RDF + "type", _sd("NamedGraph")),
            (named, _SD + "name", name),
            (named, _SD + "graph", ox.NamedNode(named + "-graph")),
            (named + "-graph", _RDF + "type", _sd("Graph")),
            (named + "-graph", _VOID + "triples", ox.Literal(size)),
        ]
    return [ox.Triple(ox.NamedNode(s), ox.NamedNode(p), o) for s, p, o in facts]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
