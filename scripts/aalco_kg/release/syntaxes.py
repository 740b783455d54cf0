"""Triples in every usual syntax, in an order that depends on nothing but the triples."""

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from aalco_kg import turtle
from aalco_kg.graph import as_ntriples
from aalco_kg.terms import PREFIXES

FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
_PREFIXES = {name: iri for name, iri in PREFIXES.items() if name != "s"}


def stable(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples in order, their blank nodes (the lists of the ontology) named by RDFC-1.0."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def text(triples: list[ox.Triple], suffix: str) -> str:
    """Stable triples in the syntax that a file name ending stands for: ttl, nt, jsonld or rdf."""
    if suffix == "ttl":
        return turtle.canonical(triples)
    return as_ntriples(triples) if suffix == "nt" else serialize(triples, FORMATS[suffix])


def serialize(items: list[ox.Triple] | list[ox.Quad], form: ox.RdfFormat) -> str:
    """Triples or quads as the engine writes them, in the order given."""
    return str(ox.serialize(items, format=form, prefixes=_PREFIXES).decode())  # type: ignore[union-attr]


def put(folder: Path, name: str, content: str) -> None:
    """Write a file of the release."""
    (folder / name).write_text(content, encoding="utf-8", newline="\n")
