"""The page of a thing: its facts with their evidence, what sources dispute, what is not known, what points here."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from aalco_kg.graph import Graph, iri_of
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, PREFIXES
from aalco_kg.turtle import natural
from aalco_kg.views.entity import entity

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


def paths(graph: Graph) -> Iterable[str]:
    """A path for each thing; evidence, disputes and gaps are parts of the page of what they are about."""
    things = {iri_of(quad.subject) for quad in graph.store.quads_for_pattern(None, _TYPE, None)}
    names = (iri.removeprefix(BASE) for iri in things if iri.startswith(BASE) and "#" not in iri)
    return [f"{name}/" for name in sorted(names, key=natural)]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The page of the thing whose short address is the path."""
    iri = BASE + path.removesuffix("/")
    if path.count("/") < 2 or any(c in path for c in '#<>"{}|^`\\ ') or not page.graph.holds(iri):
        return None
    return render("thing.html", page, {"entity": entity(page.graph, iri)})
