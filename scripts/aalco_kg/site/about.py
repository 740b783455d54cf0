"""Pages about the site itself: how facts get in and what to rely on, accessibility, the data and how to load it."""

from collections.abc import Iterable, Mapping

from aalco_kg.graph import Graph
from aalco_kg.release.syntaxes import FORMATS
from aalco_kg.site.feeds import changes
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import DATASET, ONTOLOGY, PREFIXES
from aalco_kg.views.reference import LICENCE, release_date

_TEMPLATES = {
    "about/": "about.html",
    "about/accessibility/": "accessibility.html",
    "data/": "data.html",
}
# Whole dumps, each with what it holds.
DUMPS = (
    ("aalco-kg.ttl", "the graph in Turtle"),
    ("aalco-kg.nt", "the same, sorted, one line for each triple"),
    ("aalco-kg.nq", "with a named graph for each source (N-Quads)"),
    ("aalco-kg.trig", "the same in TriG"),
    ("aalco-kg.jsonld", "the graph in JSON-LD"),
    ("aalco-kg.rdf", "the graph in RDF/XML"),
    ("aalco-kg-rdf12.ttl", "with evidence as annotations (RDF 1.2)"),
    ("csv-metadata.json", "the list of the CSV tables, with their columns described"),
    ("dcat.ttl", "the catalogue of all files"),
    ("SHA256SUMS", "checksums"),
)


def paths(graph: Graph) -> Iterable[str]:
    """The paths of the pages."""
    return _TEMPLATES


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """One of the pages."""
    if path not in _TEMPLATES:
        return None
    content = {
        "counts": {name: len(page.graph.subjects(PREFIXES["rdf"] + "type", ONTOLOGY + name)) for name in _COUNTED},
        "dumps": DUMPS,
        "suffixes": list(FORMATS),
        "changes": changes(),
        "dataset": DATASET,
        "licence": LICENCE,
        "released": release_date(page.graph),
    }
    return render(_TEMPLATES[path], page, content)


_COUNTED = ("Source", "Evidence", "Dispute", "Gap")
