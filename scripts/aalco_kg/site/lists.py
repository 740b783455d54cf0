"""A list of the things of each kind: `session/`, `state/`, `topic/`; long ones on several pages (`source/page/2/`)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import pyoxigraph as ox

from aalco_kg.graph import Graph, iri_of
from aalco_kg.site.columns import columns, group_of, ordered
from aalco_kg.site.phrases import KINDS
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, PREFIXES
from aalco_kg.turtle import natural

ROWS = 130  # rows of a page of a list
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


@lru_cache(8)
def kinds(graph: Graph) -> dict[str, list[str]]:
    """The things of each kind (the first part of their address), parts of others left out, in natural order."""
    found: dict[str, set[str]] = {}
    for quad in graph.store.quads_for_pattern(None, _TYPE, None):
        name = iri_of(quad.subject).removeprefix(BASE)
        if name.count("/") == 1 and "#" not in name:
            found.setdefault(name.partition("/")[0], set()).add(BASE + name)
    return {kind: sorted(found[kind], key=natural) for kind in sorted(found)}


def paths(graph: Graph) -> Iterable[str]:
    """A path for each page of the list of each kind."""
    for kind, things in kinds(graph).items():
        if kind == "topic":  # an overview of its own
            continue
        yield f"{kind}/"
        for number in range(2, _pages(things) + 1):
            yield f"{kind}/page/{number}/"


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """A page of the list of a kind."""
    kind, _, rest = path.partition("/")
    number = 1 if not rest else _number(rest)
    things = kinds(page.graph).get(kind)
    if not things or not 1 <= number <= _pages(things):
        return None
    content = {"kind": kind, "heading": KINDS.get(kind) or scheme_of(page, things[0]), "number": number}
    rows = ordered(page, kind, things)
    shown = rows[(number - 1) * ROWS : number * ROWS]
    groups: dict[str | None, list[str]] = {}
    for iri in shown:
        groups.setdefault(group_of(page, kind, iri), []).append(iri)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]) if item[0] else 0)
    content |= {"columns": columns(page.graph, kind, things), "groups": ranked, "total": len(things)}
    return render("list.html", page, content | {"pages": _pages(things)})


def scheme_of(page: Page, concept: str) -> str:
    """The name of the list of terms that a concept belongs to."""
    schemes = page.graph.objects(concept, PREFIXES["skos"] + "inScheme")
    return page.label(str(schemes[0].value)) if schemes else ""


def _number(rest: str) -> int:
    """The number in `page/2/`, else 0."""
    words = rest.split("/")
    return int(words[1]) if len(words) == 3 and words[0] == "page" and words[1].isdecimal() and words[1] != "1" else 0


def _pages(things: list[str]) -> int:
    return -(-len(things) // ROWS)
