"""The canned queries as RDF, so that a SPARQL editor elsewhere lists our questions."""

import re

import pyoxigraph as ox

from aalco_kg import queries
from aalco_kg.terms import BASE, DATASET, PREFIXES
from aalco_kg.turtle import Node

_RDF, _RDFS, _SH, _DCT = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["sh"], PREFIXES["dcterms"]
ENDPOINT = DATASET + "/sparql"
_PREFIX = re.compile(r"PREFIX\s+([A-Za-z-]+):\s*<([^>]*)>", re.I)


def catalogue() -> list[ox.Triple]:
    """Each canned query as a sh:SPARQLExecutable: question, text, tags, prefixes, and the endpoint that answers it."""
    triples: list[ox.Triple] = []
    spaces: dict[str, str] = {}
    for query in queries.catalogue().values():
        spaces |= dict(_PREFIX.findall(query.text))
        facts: list[tuple[str, Node]] = [
            (_RDF + "type", ox.NamedNode(_SH + "SPARQLExecutable")),
            (_RDF + "type", ox.NamedNode(_SH + "SPARQLSelectExecutable")),
            (_RDFS + "label", ox.Literal(query.name)),
            (_RDFS + "comment", ox.Literal(query.summary, language="en")),
            (_DCT + "description", ox.Literal(query.description, language="en")),
            (_SH + "prefixes", ox.NamedNode(DATASET)),
            (_SH + "select", ox.Literal(query.text)),
            (PREFIXES["schema"] + "target", ox.NamedNode(ENDPOINT)),
            *((PREFIXES["schema"] + "keywords", ox.Literal(tag)) for tag in query.tags),
        ]
        node = ox.NamedNode(f"{BASE}query/{query.name}")
        triples += [ox.Triple(node, ox.NamedNode(path), value) for path, value in facts]
    return triples + _prefixes(spaces)


def _prefixes(spaces: dict[str, str]) -> list[ox.Triple]:
    """The declarations of the prefixes that the queries use, at the data set."""
    triples = []
    for prefix, address in sorted(spaces.items()):
        node = ox.NamedNode(f"{DATASET}/void/prefix/{prefix}")
        space = ox.Literal(address, datatype=ox.NamedNode(PREFIXES["xsd"] + "anyURI"))
        triples += [
            ox.Triple(ox.NamedNode(DATASET), ox.NamedNode(_SH + "declare"), node),
            ox.Triple(node, ox.NamedNode(_SH + "prefix"), ox.Literal(prefix)),
            ox.Triple(node, ox.NamedNode(_SH + "namespace"), space),
        ]
    return triples
