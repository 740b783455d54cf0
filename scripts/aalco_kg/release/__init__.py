"""The release: the graph in every usual syntax, with catalogue, tables and checksums.

The same commit gives the same bytes: everything is sorted, and no clock is read. A release is written beside
the old one and moved into its place in one step, so that a crash leaves the old one whole.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from aalco_kg import turtle
from aalco_kg.files import alignment_files, ontology_files, shape_files
from aalco_kg.folders import renewed
from aalco_kg.graph import load, read
from aalco_kg.release.catalogue import catalogue
from aalco_kg.release.dataset import description
from aalco_kg.release.metadata import dcat
from aalco_kg.release.provenance import evidenced, reified, source_quads
from aalco_kg.release.redirects import REDIRECTS
from aalco_kg.release.syntaxes import FORMATS, put, serialize, stable, text
from aalco_kg.release.tables import tables

MARKER = "SHA256SUMS"  # what only a release holds: a folder without it is never replaced


def build(
    out: Path, progress: Callable[[str], None] = lambda what: None, approve: Callable[[], None] = lambda: None
) -> list[str]:
    """Write the release to the folder `out` and return the names of its files.

    `approve` is called when all is written and nothing is yet in its place; what it raises keeps the old release.
    Raises UserError when `out` holds something that is not a release, or cannot be written.
    """
    with renewed(out, MARKER, "a release") as new:
        names = _write(new, progress)
        approve()
        return names


def _write(folder: Path, progress: Callable[[str], None]) -> list[str]:
    graph = load()
    triples = stable(quad.triple for quad in graph.store)
    progress("the graph in seven syntaxes")
    _syntaxes(folder, "aalco-kg", triples)
    proofs = evidenced(triples)
    quads = source_quads(triples, proofs)
    put(folder, "aalco-kg.nq", "".join(sorted(f"{quad} .\n" for quad in quads)))
    put(folder, "aalco-kg.trig", serialize(quads, ox.RdfFormat.TRIG))
    put(folder, "aalco-kg-rdf12.ttl", serialize(reified(triples, proofs), ox.RdfFormat.TURTLE))
    progress("ontology, shapes, questions")
    _syntaxes(folder, "ontology", stable(read(ontology_files() + alignment_files())))
    put(folder, "shapes.ttl", turtle.canonical(read(shape_files())))
    put(folder, "queries.ttl", turtle.canonical(catalogue()))
    progress("tables")
    tables(folder, graph)
    progress("catalogue and checksums")
    put(folder, "void.ttl", turtle.canonical(description(graph)))
    put(folder, "htaccess", REDIRECTS)
    put(folder, "dcat.ttl", turtle.canonical(dcat(folder)))
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    put(folder, MARKER, sums)
    return [*names, MARKER]


def _syntaxes(folder: Path, name: str, triples: list[ox.Triple]) -> None:
    for suffix in FORMATS:
        put(folder, f"{name}.{suffix}", text(triples, suffix))
