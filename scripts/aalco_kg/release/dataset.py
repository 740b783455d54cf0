"""The data set as an endpoint serves it: facts, questions and description by default, a named graph for each source."""

import pyoxigraph as ox

from aalco_kg.graph import Graph
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


def _facts(graph: Graph) -> list[ox.Triple]:
    return [quad.triple for quad in graph.store]
