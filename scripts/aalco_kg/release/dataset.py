"""The data set as an endpoint serves it: facts, questions and description by default, a named graph for each source."""

import pyoxigraph as ox

from aalco_kg.graph import Graph, iri_of
from aalco_kg.release.catalogue import catalogue
from aalco_kg.release.metadata import void
from aalco_kg.release.provenance import evidenced, source_quads


def description(graph: Graph) -> list[ox.Triple]:
    """The VoID description of the default graph."""
    return void([*_facts(graph), *catalogue()])


def store(graph: Graph) -> ox.Store:
    """A store that holds the data set."""
    facts = _facts(graph)
    asked = catalogue()
    store = ox.Store()
    store.bulk_extend(source_quads([*facts, *asked, *void([*facts, *asked])], evidenced(facts)))
    return store


def describe(store: ox.Store, iri: str) -> list[ox.Triple]:
    """The statements with a thing as subject or object, and those of its own records, in order."""
    node, default = ox.NamedNode(iri), ox.DefaultGraph()
    pointing = [quad.triple for quad in store.quads_for_pattern(None, None, node, default)]
    own = {iri} | {iri_of(t.subject) for t in pointing if iri_of(t.subject).startswith(iri + "#")}
    stated = [quad.triple for name in own for quad in store.quads_for_pattern(ox.NamedNode(name), None, None, default)]
    return sorted({*pointing, *stated}, key=str)


def _facts(graph: Graph) -> list[ox.Triple]:
    return [quad.triple for quad in graph.store]
