"""The names of things: namespaces, prefixes, compact and full IRIs."""

import re

ONTOLOGY = "https://w3id.org/aalco-kg/ontology#"
BASE = "https://w3id.org/aalco-kg/id/"
SHAPES = "https://w3id.org/aalco-kg/shapes#"
DATASET = "https://w3id.org/aalco-kg"

# The prefixes that records, ontology and shapes may use; the canonical form writes no others.
PREFIXES = {
    "aalco": ONTOLOGY,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eli-dl": "http://data.europa.eu/eli/eli-draft-legislation-ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "s": SHAPES,
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


def compact(iri: str) -> str:
    """The shortest usual way to write an IRI: `session/53`, `aalco:heldIn`, or the IRI itself.

    >>> compact("https://w3id.org/aalco-kg/id/session/53")
    'session/53'
    """
    if iri.startswith(BASE):
        return iri[len(BASE) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(name: str) -> str | None:
    """The IRI behind `session/53`, `aalco:heldIn`, `<…>` or a full IRI; None when it is none of these.

    >>> expand("aalco:heldIn")
    'https://w3id.org/aalco-kg/ontology#heldIn'
    """
    name = name.strip()
    if name.startswith("<") and name.endswith(">"):
        name = name[1:-1]
    if re.search(r'[\s<>"{}|^`\\]', name):
        return None
    if name.startswith(("http://", "https://")):
        return name
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES and _LOCAL.match(local):
        return PREFIXES[prefix] + local
    if re.fullmatch(r"[a-z-]+(/[A-Za-z0-9-]+)+(#[a-z][0-9]+)?", name):
        return BASE + name
    return None


def with_prefixes(sparql: str) -> str:
    """A query with declarations for the prefixes of ours that it uses and does not declare, on its first line.

    >>> with_prefixes("ASK { ?s a skos:Concept }")
    'PREFIX skos: <http://www.w3.org/2004/02/skos/core#> ASK { ?s a skos:Concept }'
    """
    declared = set(re.findall(r"\bPREFIX\s+([\w-]*):", sparql, re.I))
    used = [prefix for prefix in PREFIXES if prefix not in declared and re.search(rf"(?<![\w-]){prefix}:", sparql)]
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in used) + sparql
