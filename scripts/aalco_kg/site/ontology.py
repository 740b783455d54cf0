"""The ontology as pages: `ontology/`, `ontology/class/Topic/`, `ontology/property/heldIn/`."""

from collections.abc import Iterable, Mapping

from aalco_kg.graph import Graph
from aalco_kg.queries import catalogue
from aalco_kg.site.addresses import page_of
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import ONTOLOGY
from aalco_kg.views.vocabulary import schemes, term, terms


def paths(graph: Graph) -> Iterable[str]:
    """The model on a page, and each term."""
    yield "ontology/"
    for iri in terms(graph):
        path = page_of(iri, "")
        assert path is not None  # terms are ours
        yield path.removeprefix("/")


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The model on a page, or a term."""
    if path == "ontology/":
        shown = [term(page.graph, iri) for iri in terms(page.graph)]
        classes = [one for one in shown if one and one.is_class]
        properties = [one for one in shown if one and not one.is_class]
        content = {"classes": classes, "properties": properties, "schemes": schemes(page.graph)}
        return render("ontology.html", page, content)
    parts = path.split("/")
    if len(parts) != 4 or parts[0] != "ontology":
        return None
    found = term(page.graph, ONTOLOGY + parts[2])
    if found is None or page_of(found.iri, "") != "/" + path:
        return None
    return render("term.html", page, {"term": found, "questions": [catalogue()[name] for name in found.questions]})
