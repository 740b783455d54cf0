"""Who states what: evidence as one named graph for each source, and as RDF 1.2 annotations of statements."""

from collections import defaultdict
from typing import cast

import pyoxigraph as ox

from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node

_RDF = PREFIXES["rdf"]
Proof = tuple[ox.NamedNode, ox.NamedNode, ox.Triple]  # evidence, its source, a statement that it bears out


def evidenced(triples: list[ox.Triple]) -> list[Proof]:
    """Each piece of evidence with its source and each statement that it bears out."""
    values: dict[tuple[object, str], list[Node]] = defaultdict(list)
    for triple in triples:
        values[triple.subject, triple.predicate.value].append(cast(Node, triple.object))
    found = []
    for triple in triples:
        if triple.predicate.value == _RDF + "type" and triple.object == ox.NamedNode(ONTOLOGY + "Evidence"):
            node = triple.subject
            about, source = (values[node, ONTOLOGY + name][0] for name in ("about", "source"))
            limits = values[node, ONTOLOGY + "value"]
            for states in values[node, ONTOLOGY + "states"]:
                for value in values[about, states.value]:
                    if not limits or value in limits:
                        found.append((node, source, ox.Triple(about, states, value)))  # type: ignore[arg-type]
    return found  # type: ignore[return-value]


def source_quads(triples: list[ox.Triple], proofs: list[Proof]) -> list[ox.Quad]:
    """Everything in the default graph, and each evidenced statement also in the graph of each of its sources."""
    quads = [ox.Quad(*triple) for triple in triples]
    named = {
        ox.Quad(statement.subject, statement.predicate, statement.object, source) for _, source, statement in proofs
    }
    return quads + sorted(named, key=str)


def reified(triples: list[ox.Triple], proofs: list[Proof]) -> list[ox.Triple]:
    """Everything, with each piece of evidence as an RDF 1.2 reifier of the statements it bears out."""
    reifies = ox.NamedNode(_RDF + "reifies")
    return triples + sorted((ox.Triple(node, reifies, fact) for node, _, fact in proofs), key=str)
