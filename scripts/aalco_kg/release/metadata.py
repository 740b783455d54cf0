"""What the data set is: a VoID description of its content, and a DCAT-AP description of its files and services."""

import hashlib
from pathlib import Path

import pyoxigraph as ox

from aalco_kg import __version__
from aalco_kg.files import HOME
from aalco_kg.graph import read
from aalco_kg.release.catalogue import ENDPOINT
from aalco_kg.release.partitions import sizes, structure
from aalco_kg.terms import BASE, DATASET, PREFIXES
from aalco_kg.turtle import Node
from aalco_kg.views.reference import LICENCE, TITLE

TITLE_AR = "الرسم المعرفي لآلكو بشأن قانون الفضاء السيبراني"
ABOUT = (
    "What the Asian-African Legal Consultative Organization has done on International Law in Cyberspace: sessions, "
    "meetings, resolutions, documents, people and positions, each fact with its evidence. Independent of AALCO."
)
CATALOGUE, PUBLISHER = DATASET + "/catalogue", DATASET + "/void/publisher"
_MEDIA = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "csv": "text/csv",
    "json": "application/json",
}
# The same types as the EU's table of file types knows them, for portals that harvest by it.
_EU = "http://publications.europa.eu/resource/authority/"
_THEME = _EU + "data-theme/JUST"
_FILE_TYPES = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
    "jsonld": "JSON_LD",
    "rdf": "RDF_XML",
    "csv": "CSV",
    "json": "JSON",
}
_RDF, _DCAT, _DCT, _FOAF = PREFIXES["rdf"], PREFIXES["dcat"], PREFIXES["dcterms"], PREFIXES["foaf"]
_VOID, _XSD, _SPDX = PREFIXES["void"], PREFIXES["xsd"], "http://spdx.org/rdf/terms#"
Facts = list[tuple[str, Node]]


def media_type(name: str) -> str | None:
    """The media type of a file of the release, by its ending; None for what is no distribution of the data."""
    return _MEDIA.get(name.rpartition(".")[2])


def _modified() -> ox.Literal:
    """The date of the ontology's last change, which is that of the release: no clock is read."""
    for triple in read([HOME / "ontology" / "aalco.ttl"]):
        if triple.predicate.value == _DCT + "modified":
            return triple.object  # type: ignore[return-value]
    raise AssertionError("ontology/aalco.ttl has no dcterms:modified")


def _named(title: str, description: str) -> Facts:
    return [
        (_DCT + "title", ox.Literal(title, language="en")),
        (_DCT + "description", ox.Literal(description, language="en")),
        (_DCT + "license", ox.NamedNode(LICENCE)),
        (_DCT + "publisher", ox.NamedNode(PUBLISHER)),
    ]


def _described() -> Facts:
    return [
        *_named(TITLE, ABOUT),
        (_DCT + "title", ox.Literal(TITLE_AR, language="ar")),
        (_DCT + "creator", ox.NamedNode(PUBLISHER)),
        (_DCT + "modified", _modified()),
        (PREFIXES["owl"] + "versionInfo", ox.Literal(__version__)),
    ]


def _statements(subject: str, facts: Facts) -> list[ox.Triple]:
    return [ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value) for path, value in facts]


def _publisher() -> list[ox.Triple]:
    return _statements(
        PUBLISHER,
        [
            (_RDF + "type", ox.NamedNode(_FOAF + "Agent")),
            (_FOAF + "name", ox.Literal("The aalco-kg contributors", language="en")),
        ],
    )


def void(content: list[ox.Triple]) -> list[ox.Triple]:
    """The VoID description of a default graph that holds `content` and the description itself.

    It counts its own statements too, so that what it says is what the endpoint answers: partitions are added until
    none is missing. Which property leads from what to what is told of `content` alone.
    """
    nested = structure(content)
    description: list[ox.Triple] = []
    while True:
        again = _void(content + description) + nested
        if len(again) == len(description):
            return again
        description = again


def _void(content: list[ox.Triple]) -> list[ox.Triple]:
    facts: Facts = [
        (_RDF + "type", ox.NamedNode(_VOID + "Dataset")),
        *_described(),
        (_VOID + "uriSpace", ox.Literal(BASE)),
        (_VOID + "triples", ox.Literal(len(content))),
        (_VOID + "exampleResource", ox.NamedNode(BASE + "session/53")),
        (_VOID + "sparqlEndpoint", ox.NamedNode(ENDPOINT)),
        *((_VOID + "vocabulary", ox.NamedNode(PREFIXES[n])) for n in ("aalco", "dcterms", "rdfs", "schema", "skos")),
    ]
    return _statements(DATASET, facts) + _publisher() + sizes(content)


def dcat(folder: Path) -> list[ox.Triple]:
    """The DCAT-AP description: catalogue, data set, the endpoint as a service, and each file with its checksum."""
    triples = _statements(
        CATALOGUE,
        [
            (_RDF + "type", ox.NamedNode(_DCAT + "Catalog")),
            *_named(f"{TITLE}: catalogue", f"The data set and its services. {ABOUT}"),
            (_DCT + "modified", _modified()),
            (_DCAT + "dataset", ox.NamedNode(DATASET)),
            (_DCAT + "service", ox.NamedNode(ENDPOINT)),
            (PREFIXES["foaf"] + "homepage", ox.NamedNode(DATASET + "/")),
        ],
    )
    triples += _statements(
        DATASET,
        [
            (_RDF + "type", ox.NamedNode(_DCAT + "Dataset")),
            *_described(),
            (_DCAT + "version", ox.Literal(__version__)),
            (_DCAT + "landingPage", ox.NamedNode(DATASET + "/")),
            (_DCT + "identifier", ox.Literal(DATASET)),
            *((_DCAT + "keyword", ox.Literal(word, language="en")) for word in _KEYWORDS),
            (_DCAT + "theme", ox.NamedNode(_THEME)),
            *((_DCT + "language", ox.NamedNode(f"{_EU}language/{code}")) for code in ("ENG", "ARA")),
        ],
    )
    triples += _statements(
        ENDPOINT,
        [
            (_RDF + "type", ox.NamedNode(_DCAT + "DataService")),
            *_named(f"{TITLE}: SPARQL endpoint", "The data set by SPARQL 1.1, a named graph for each source."),
            (_DCAT + "endpointURL", ox.NamedNode(ENDPOINT)),
            (_DCAT + "servesDataset", ox.NamedNode(DATASET)),
            (_DCT + "conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
        ],
    )
    for path in sorted(folder.iterdir()):
        triples += _distribution(path)
    return triples + _publisher() + _typed(triples)


def _typed(triples: list[ox.Triple]) -> list[ox.Triple]:
    """The classes that DCAT-AP wants of the things, not ours, that a description points to."""
    label = ox.Literal("Justice, legal system and public safety", language="en")
    return _statements(_THEME, [(PREFIXES["skos"] + "prefLabel", label)]) + [
        triple
        for path, class_ in _RANGES.items()
        for node in dict.fromkeys(t.object for t in triples if t.predicate.value == path)
        if isinstance(node, ox.NamedNode)
        for triple in _statements(node.value, [(_RDF + "type", ox.NamedNode(class_))])
    ]


_RANGES = {
    _DCT + "license": _DCT + "LicenseDocument",
    _DCT + "language": _DCT + "LinguisticSystem",
    _DCT + "format": _DCT + "MediaTypeOrExtent",
    _DCT + "conformsTo": _DCT + "Standard",
    _DCAT + "mediaType": _DCT + "MediaType",
    _DCAT + "theme": PREFIXES["skos"] + "Concept",
    _DCAT + "landingPage": _FOAF + "Document",
    _FOAF + "homepage": _FOAF + "Document",
}
_KEYWORDS = ("AALCO", "cyberspace", "international law", "Asia", "Africa")


def _distribution(path: Path) -> list[ox.Triple]:
    media = media_type(path.name)
    if media is None:
        return []
    node = f"{DATASET}/release/{__version__}/{path.name}"
    kind = ox.NamedNode(f"{_EU}file-type/{_FILE_TYPES[path.suffix[1:]]}")
    facts: Facts = [
        (_RDF + "type", ox.NamedNode(_DCAT + "Distribution")),
        (_DCT + "title", ox.Literal(path.name)),
        (_DCT + "license", ox.NamedNode(LICENCE)),
        (_DCT + "format", kind),
        (_DCAT + "accessURL", ox.NamedNode(node)),
        (_DCAT + "downloadURL", ox.NamedNode(node)),
        (_DCAT + "mediaType", ox.NamedNode(f"https://www.iana.org/assignments/media-types/{media}")),
        (
            _DCAT + "byteSize",
            ox.Literal(str(path.stat().st_size), datatype=ox.NamedNode(_XSD + "nonNegativeInteger")),
        ),
        (_SPDX + "checksum", ox.NamedNode(node + "#sha256")),
    ]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    checksum: Facts = [
        (_RDF + "type", ox.NamedNode(_SPDX + "Checksum")),
        (_SPDX + "algorithm", ox.NamedNode(_SPDX + "checksumAlgorithm_sha256")),
        (_SPDX + "checksumValue", ox.Literal(digest, datatype=ox.NamedNode(_XSD + "hexBinary"))),
    ]
    return (
        _statements(DATASET, [(_DCAT + "distribution", ox.NamedNode(node))])
        + _statements(node, facts)
        + _statements(node + "#sha256", checksum)
    )
