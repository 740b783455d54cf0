"""What comes before and after a thing: in a numbered series, and among the versions of a document."""

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.views.entity import type_of

# Classes whose things follow one another, in the order of their addresses: with what they have in common.
_SERIES = {
    "AnnualSession": None,
    "Article": "articleOf",
    "Deliberation": "item",
    "Meeting": "meetingOf",
    "Norm": "normOf",
    "Provision": "provisionOf",
}


def neighbours(graph: Graph, iri: str) -> tuple[str | None, str | None]:
    """The things before and after this one, where its class has an order."""
    name = type_of(graph, iri).removeprefix(ONTOLOGY)
    if name not in _SERIES:
        return None, None
    common = _SERIES[name]
    if common is None:
        siblings = graph.subjects(PREFIXES["rdf"] + "type", ONTOLOGY + name)
    else:
        values = graph.objects(iri, ONTOLOGY + common)
        siblings = graph.subjects(ONTOLOGY + common, str(values[0].value)) if values else [iri]
        siblings = [one for one in siblings if type_of(graph, one) == ONTOLOGY + name]
    place = siblings.index(iri)
    return (siblings[place - 1] if place else None), (siblings[place + 1] if place + 1 < len(siblings) else None)


def versions(graph: Graph, iri: str) -> list[str]:
    """The versions of a document from first to last, itself among them; one alone when nothing else is known."""
    path = ONTOLOGY + "revises"
    found = [iri]
    while (before := graph.objects(found[0], path)) and str(before[0].value) not in found:
        found.insert(0, str(before[0].value))
    while (after := graph.subjects(path, found[-1])) and after[0] not in found:
        found.append(after[0])
    return found
