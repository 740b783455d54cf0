"""The first page: what this is and is not, and the ways in."""

from collections.abc import Iterable, Mapping

from aalco_kg.graph import Graph
from aalco_kg.site.rendering import Page, render


def paths(graph: Graph) -> Iterable[str]:
    """The home page alone."""
    return [""]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The home page."""
    return render("home.html", page, {}) if path == "" else None
