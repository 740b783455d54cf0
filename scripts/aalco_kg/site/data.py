"""What machines take from the site: the data of each thing, the defining documents, and the doors of addresses.

A server answers at `id/session/53` as the client asks; on a static host that address opens a door: a small page that
leads to the page in the reader's language, and names the data.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from aalco_kg.files import alignment_files, ontology_files, shape_files
from aalco_kg.graph import Graph, read
from aalco_kg.release import dataset
from aalco_kg.release.catalogue import catalogue
from aalco_kg.release.syntaxes import FORMATS, stable, text
from aalco_kg.site.metadata import SYNTAXES
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, compact
from aalco_kg.views.entity import things

if TYPE_CHECKING:
    from aalco_kg.site.pages import Site

_MEDIA = {suffix: media + ("; charset=utf-8" if media.startswith("text/") else "") for suffix, media, _ in SYNTAXES}
_DOCUMENTS: dict[str, Callable[[Graph], list[ox.Triple]]] = {
    "ontology": lambda graph: stable(read(ontology_files() + alignment_files())),
    "shapes": lambda graph: stable(read(shape_files())),
    "queries": lambda graph: catalogue(),
    ".well-known/void": dataset.description,
}
_DOORS = {"": "", "ontology/": "ontology/"}  # the first page, and the ontology


def file_paths(site: "Site") -> Iterable[str]:
    """The paths of the data and of the doors."""
    for iri in things(site.graph):
        yield f"id/{compact(iri)}/"
        yield from (f"data/{compact(iri)}.{suffix}" for suffix in FORMATS)
    yield from (f"{name}.{suffix}" for name in _DOCUMENTS for suffix in FORMATS)
    yield from _DOORS


def file(site: "Site", path: str) -> tuple[str, bytes] | None:
    """A file of data, or a door."""
    if path in _DOORS:
        return _door(site, path, _DOORS[path])
    folder, _, name = path.partition("/")
    if folder == "id" and name.endswith("/") and site.graph.holds(BASE + name.rstrip("/")):
        return _door(site, path, name)
    stem, _, suffix = path.rpartition(".")
    if suffix not in FORMATS:
        return None
    iri = BASE + stem.removeprefix("data/")
    if folder == "data" and site.graph.holds(iri):
        return _MEDIA[suffix], text(dataset.describe(_store(site.graph), iri), suffix).encode()
    if stem in _DOCUMENTS:
        return _MEDIA[suffix], text(_document(site.graph, stem), suffix).encode()
    return None


@lru_cache(maxsize=8)
def _document(graph: Graph, name: str) -> list[ox.Triple]:
    return _DOCUMENTS[name](graph)


@lru_cache(maxsize=2)
def _store(graph: Graph) -> ox.Store:
    return dataset.store(graph)


def _door(site: "Site", path: str, name: str) -> tuple[str, bytes]:
    page = Page(site.graph, path, "en", site.base)
    data = [(page.at(f"data/{name.rstrip('/')}.{suffix}"), media, title) for suffix, media, title in SYNTAXES]
    content = {"name": name, "data": data if path.startswith("id/") else [], "iri": BASE + name.rstrip("/")}
    return "text/html; charset=utf-8", render("door.html", page, content).encode()
