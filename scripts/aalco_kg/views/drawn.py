"""What is drawn from a source: the things it speaks of, with what it says of each and where."""

from dataclasses import dataclass
from itertools import groupby

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY
from aalco_kg.turtle import natural
from aalco_kg.views.entity import Rejected, Witness, rejected, type_of, witness


@dataclass(frozen=True)
class Drawn:
    """A thing of which a source speaks: the evidence it gives, and the values of it that are not asserted."""

    iri: str
    type: str
    witnesses: tuple[Witness, ...]
    disputes: tuple[Rejected, ...]


def drawn(graph: Graph, source: str) -> list[Drawn]:
    """All that is drawn from a source, by class and then by address."""
    nodes = graph.mentions(source).get(ONTOLOGY + "source", ())
    by_thing = groupby(sorted(nodes, key=natural), key=lambda node: node.partition("#")[0])
    found = []
    for iri, about in by_thing:
        records = [(node, type_of(graph, node).removeprefix(ONTOLOGY)) for node in about]
        witnesses = tuple(witness(graph, node) for node, kind in records if kind == "Evidence")
        disputes = tuple(rejected(graph, node) for node, kind in records if kind == "Dispute")
        found.append(Drawn(iri, type_of(graph, iri), witnesses, disputes))
    return sorted(found, key=lambda one: (one.type, natural(one.iri)))
