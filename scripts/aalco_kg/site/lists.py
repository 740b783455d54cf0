"""A list of the things of each kind, by name: `session/`, `state/`, `topic/`."""

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from aalco_kg.graph import Graph, iri_of
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, PREFIXES
from aalco_kg.turtle import natural

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


def kinds(graph: Graph) -> dict[str, list[str]]:
    """The things of each kind (the first part of their address), parts of others left out, in natural order."""
    found: dict[str, set[str]] = {}
    for quad in graph.store.quads_for_pattern(None, _TYPE, None):
        name = iri_of(quad.subject).removeprefix(BASE)
        if name.count("/") == 1 and "#" not in name:
            found.setdefault(name.partition("/")[0], set()).add(BASE + name)
    return {kind: sorted(found[kind], key=natural) for kind in sorted(found)}


def paths(graph: Graph) -> Iterable[str]:
    """A path for each kind."""
    return [f"{kind}/" for kind in kinds(graph)]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The list of a kind."""
    if path.count("/") != 1:
        return None
    things = kinds(page.graph).get(path[:-1])
    return render("list.html", page, {"kind": path[:-1], "things": things}) if things else None
