"""The hygiene gate: SPARQL queries whose rows are faults of ontology, shapes and records taken together.

Each `ontology/hygiene/NAME.rq` opens with one sentence, what is wrong and how to mend it, in which `{value}` stands
for the value of the row. The graph STANDARD holds the terms of the vocabularies that rdflib knows whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.files import hygiene_files
from aalco_kg.terms import PREFIXES, compact

_BANNER = "#+ summary: "
STANDARD = "https://w3id.org/aalco-kg/standard"


@dataclass(frozen=True, order=True)
class Row:
    """One fault: the query that found it, the thing, the value, and the sentence."""

    rule: str
    subject: str
    value: str
    what: str


def faults(triples: Iterable[ox.Triple]) -> Iterator[Row]:
    """The rows of every query on these triples, by query and subject."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    store.bulk_extend(_standard())
    for path in hygiene_files():
        text = path.read_text(encoding="utf-8")
        banner = text.splitlines()[0].removeprefix(_BANNER)
        for row in store.query(text):  # type: ignore[union-attr]
            subject, value = (row[name].value for name in ("subject", "value"))
            yield Row(path.stem, subject, value, banner.replace("{value}", compact(value)))


def _standard() -> list[ox.Quad]:
    """The standard vocabularies, and each of their terms, said to be defined by its vocabulary."""
    from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VANN, VOID, XSD

    known = (DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VANN, VOID, XSD)
    kind, path = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["rdfs"] + "isDefinedBy")
    graph, found = ox.NamedNode(STANDARD), []
    for vocabulary in known:
        home = ox.NamedNode(str(vocabulary))
        terms = [*dir(vocabulary), *(vocabulary[name] for name in vocabulary._extras)]  # those that Python keeps
        found.append(ox.Quad(home, kind, ox.NamedNode(PREFIXES["owl"] + "Ontology"), graph))
        found += [ox.Quad(ox.NamedNode(str(term)), path, home, graph) for term in terms]
    return found
