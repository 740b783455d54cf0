"""The topics as a tree, each with how often it was taken up."""

from dataclasses import dataclass

from aalco_kg.fold import sorting
from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES

_BROADER = PREFIXES["skos"] + "broader"
_TYPE = PREFIXES["rdf"] + "type"
_COUNTED = {
    "Deliberation": "deliberations",
    "Meeting": "meetings",
    "SideEvent": "meetings",
    "Position": "positions",
    "Document": "documents",
}


@dataclass(frozen=True)
class Branch:
    """A topic with what it includes. A topic with several broader ones stands under each, its own branches once.

    `elsewhere` says that these are shown where the topic stands first.
    """

    topic: str
    counts: dict[str, int]  # deliberations, meetings, positions, documents that name the topic itself
    branches: tuple["Branch", ...] = ()
    elsewhere: bool = False


def tree(graph: Graph, language: str = "en") -> tuple[Branch, ...]:
    """The topmost topics, in the order of their labels in a language."""
    topics = graph.subjects(_TYPE, ONTOLOGY + "Topic")
    tops = [topic for topic in topics if not graph.objects(topic, _BROADER)]
    seen: set[str] = set()
    return tuple(_branch(graph, topic, seen, language) for topic in _sorted(graph, tops, language))


def _branch(graph: Graph, topic: str, seen: set[str], language: str) -> Branch:
    narrower = graph.subjects(_BROADER, topic)
    if topic in seen and narrower:
        return Branch(topic, _counts(graph, topic), elsewhere=True)
    seen.add(topic)
    branches = (_branch(graph, each, seen, language) for each in _sorted(graph, narrower, language))
    return Branch(topic, _counts(graph, topic), tuple(branches))


def _counts(graph: Graph, topic: str) -> dict[str, int]:
    counts = dict.fromkeys(_COUNTED.values(), 0)
    for thing in graph.subjects(ONTOLOGY + "topic", topic):
        for kind in graph.objects(thing, _TYPE):
            if name := _COUNTED.get(str(kind.value).removeprefix(ONTOLOGY)):
                counts[name] += 1
    return counts


def _sorted(graph: Graph, topics: list[str], language: str) -> list[str]:
    return sorted(topics, key=lambda iri: sorting(graph.label(iri, language)))
