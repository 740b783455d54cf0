"""All disputes and all gaps: `dispute/`, and `gap/` with a page or more for each kind of thing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aalco_kg.graph import Graph
from aalco_kg.site.phrases import KINDS
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural
from aalco_kg.views.entity import missing, rejected

ROWS = 120  # records of a page


@lru_cache(16)
def records(graph: Graph, class_: str) -> dict[str, list[str]]:
    """The records of a class (`Dispute` or `Gap`) by the kind of thing they are about, the largest kind first."""
    found = defaultdict[str, list[str]](list)
    for node in sorted(graph.subjects(PREFIXES["rdf"] + "type", ONTOLOGY + class_), key=natural):
        found[node.removeprefix(BASE).partition("/")[0]].append(node)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def paths(graph: Graph) -> Iterable[str]:
    """The page of disputes, the page that leads to the gaps, and the pages of gaps."""
    yield from ("dispute/", "gap/")
    for kind, nodes in records(graph, "Gap").items():
        yield f"gap/{kind}/"
        for number in range(2, -(-len(nodes) // ROWS) + 1):
            yield f"gap/{kind}/page/{number}/"


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """One of these pages."""
    if path == "dispute/":
        groups = {
            kind: [rejected(page.graph, node) for node in nodes]
            for kind, nodes in records(page.graph, "Dispute").items()
        }
        return render("disputes.html", page, {"groups": groups, "names": KINDS, "known": _known(page.graph)})
    if not path.startswith("gap/"):
        return None
    gaps = records(page.graph, "Gap")
    if path == "gap/":
        return render("gaps.html", page, {"counts": {kind: len(nodes) for kind, nodes in gaps.items()}, "names": KINDS})
    kind, _, rest = path.removeprefix("gap/").partition("/")
    words = rest.split("/")
    number = int(words[1]) if len(words) == 3 and words[0] == "page" and words[1].isdecimal() else 0 if rest else 1
    nodes = gaps.get(kind, [])[max(number - 1, 0) * ROWS : max(number, 0) * ROWS]
    if not nodes or (rest and number < 2):
        return None
    about = defaultdict(list)
    for node in nodes:
        about[node.partition("#")[0]].append(missing(page.graph, node))
    pages = -(-len(gaps[kind]) // ROWS)
    content = {"kind": kind, "names": KINDS, "about": about, "number": number, "pages": pages, "total": len(gaps[kind])}
    return render("gaps-of.html", page, content)


def _known(graph: Graph):  # type: ignore[no-untyped-def]
    """What gives the values that are asserted of a property of a thing."""
    return lambda iri, path: graph.properties(iri).get(path, ())
