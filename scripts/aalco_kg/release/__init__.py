"""The release: the graph in every usual syntax, with catalogue, tables and checksums.

The same commit gives the same bytes: everything is sorted, and no clock is read. A release is written beside
the old one and moved into its place in one step, so that a crash leaves the old one whole.
"""

import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from aalco_kg import __version__, queries, table, turtle
from aalco_kg.errors import UserError
from aalco_kg.files import HOME, alignment_files, ontology_files, shape_files
from aalco_kg.graph import Graph, as_ntriples, load, read
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node

DATASET = "https://w3id.org/aalco-kg"
_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
Proof = tuple[ox.NamedNode, ox.NamedNode, ox.Triple]  # evidence, its source, a statement that it bears out
_MARKER = "SHA256SUMS"  # what only a release holds: a folder without it is never replaced
_MEDIA = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "csv": "text/csv",
}


def build(out: Path, progress: Callable[[str], None] = lambda what: None) -> list[str]:
    """Write the release to the folder `out` and return the names of its files.

    Raises UserError when `out` holds something that is not a release, or cannot be written.
    """
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or (out / _MARKER).exists())):
        raise UserError(f"{out} holds something that is not a release.", "Name another folder with --out.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "Name another folder with --out.") from None
    try:
        names = _write(new, progress)
        _move(new, out)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "The old release is untouched.", 1) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return names


def _move(new: Path, out: Path) -> None:
    """Put the new folder in the place of the old one."""
    new.chmod(0o755)
    old = out.with_name(f".{out.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _write(folder: Path, progress: Callable[[str], None]) -> list[str]:
    graph = load()
    triples = _stable(quad.triple for quad in graph.store)
    progress("the graph in seven syntaxes")
    _syntaxes(folder, "aalco-kg", triples)
    proofs = evidenced(triples)
    quads = source_quads(triples, proofs)
    _put(folder, "aalco-kg.nq", "".join(sorted(f"{quad} .\n" for quad in quads)))
    _put(folder, "aalco-kg.trig", _serialize(quads, ox.RdfFormat.TRIG))
    _put(folder, "aalco-kg-rdf12.ttl", _serialize(reified(triples, proofs), ox.RdfFormat.TURTLE))
    progress("ontology, shapes, questions")
    _syntaxes(folder, "ontology", _stable(read(ontology_files() + alignment_files())))
    _put(folder, "shapes.ttl", turtle.canonical(read(shape_files())))
    _put(folder, "queries.ttl", turtle.canonical(catalogue()))
    progress("tables")
    _tables(folder, graph)
    progress("catalogue and checksums")
    _put(folder, "void.ttl", turtle.canonical(void(graph)))
    _put(folder, "htaccess", REDIRECTS)
    _put(folder, "dcat.ttl", turtle.canonical(_dcat(folder)))
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    _put(folder, _MARKER, sums)
    return [*names, _MARKER]


def _stable(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples in order, their blank nodes (the lists of the ontology) named by RDFC-1.0."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


def _put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _serialize(items: list[ox.Triple] | list[ox.Quad], form: ox.RdfFormat) -> str:
    prefixes = {name: iri for name, iri in PREFIXES.items() if name != "s"}
    return str(ox.serialize(items, format=form, prefixes=prefixes).decode())  # type: ignore[union-attr]


def _syntaxes(folder: Path, name: str, triples: list[ox.Triple]) -> None:
    _put(folder, f"{name}.ttl", turtle.canonical(triples))
    _put(folder, f"{name}.nt", as_ntriples(triples))
    _put(folder, f"{name}.jsonld", _serialize(triples, ox.RdfFormat.JSON_LD))
    _put(folder, f"{name}.rdf", _serialize(triples, ox.RdfFormat.RDF_XML))


def evidenced(triples: list[ox.Triple]) -> list[Proof]:
    """Each piece of evidence with its source and each statement that it bears out."""
    values: dict[tuple[object, str], list[Node]] = defaultdict(list)
    for triple in triples:
        values[triple.subject, triple.predicate.value].append(cast(Node, triple.object))
    found = []
    for triple in triples:
        if triple.predicate.value == _RDF + "type" and triple.object == ox.NamedNode(ONTOLOGY + "Evidence"):
            node = triple.subject
            about, source = (values[node, ONTOLOGY + name][0] for name in ("about", "source"))
            limits = values[node, ONTOLOGY + "value"]
            for states in values[node, ONTOLOGY + "states"]:
                for value in values[about, states.value]:
                    if not limits or value in limits:
                        found.append((node, source, ox.Triple(about, states, value)))  # type: ignore[arg-type]
    return found  # type: ignore[return-value]


def source_quads(triples: list[ox.Triple], proofs: list[Proof]) -> list[ox.Quad]:
    """Everything in the default graph, and each evidenced statement also in the graph of each of its sources."""
    quads = [ox.Quad(*triple) for triple in triples]
    named = {
        ox.Quad(statement.subject, statement.predicate, statement.object, source) for _, source, statement in proofs
    }
    return quads + sorted(named, key=str)


def reified(triples: list[ox.Triple], proofs: list[Proof]) -> list[ox.Triple]:
    """Everything, with each piece of evidence as an RDF 1.2 reifier of the statements it bears out."""
    reifies = ox.NamedNode(_RDF + "reifies")
    return triples + sorted((ox.Triple(node, reifies, fact) for node, _, fact in proofs), key=str)


def catalogue() -> list[ox.Triple]:
    """The canned queries as RDF (sh:SPARQLExecutable), prefixes included in their text."""
    sh, schema = PREFIXES["sh"], PREFIXES["schema"]
    triples = []
    for query in queries.catalogue().values():
        node = ox.NamedNode(f"{BASE}query/{query.name}")
        facts: list[tuple[str, Node]] = [
            (_RDF + "type", ox.NamedNode(sh + "SPARQLExecutable")),
            (_RDF + "type", ox.NamedNode(sh + "SPARQLSelectExecutable")),
            (PREFIXES["rdfs"] + "label", ox.Literal(query.name)),
            (PREFIXES["rdfs"] + "comment", ox.Literal(query.summary, language="en")),
            (PREFIXES["dcterms"] + "description", ox.Literal(query.description, language="en")),
            (sh + "select", ox.Literal(query.text)),
            *((schema + "keywords", ox.Literal(tag)) for tag in query.tags),
        ]
        triples += [ox.Triple(node, ox.NamedNode(path), value) for path, value in facts]
    return triples


def _tables(folder: Path, graph: Graph) -> None:
    """A CSV table for each question that needs no parameter, and a CSVW description of all."""
    described = []
    for query in queries.catalogue().values():
        if any(parameter.required for parameter in query.parameters):
            continue
        answer = table.run(graph, query.text)
        _put(folder, f"{query.name}.csv", table.write(answer, "csv").replace("\r\n", "\n"))
        columns = [{"name": name, "titles": name, "dc:description": text} for name, text in query.columns.items()]
        described.append(
            {
                "url": f"{query.name}.csv",
                "dc:title": query.summary,
                "dc:description": query.description,
                "tableSchema": {"columns": columns},
            }
        )
    metadata = {"@context": "http://www.w3.org/ns/csvw", "dc:license": LICENCE, "tables": described}
    _put(folder, "csv-metadata.json", json.dumps(metadata, ensure_ascii=False, indent=2) + "\n")


LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TITLE = "AALCO cyberspace-law knowledge graph"
ABOUT = (
    "What the Asian-African Legal Consultative Organization has done on International Law in Cyberspace: sessions, "
    "meetings, resolutions, documents, people and positions, each fact with its evidence. Independent of AALCO."
)
# The redirect with which https://w3id.org/aalco-kg is to be registered; HOST stands for where the site is served.
REDIRECTS = """\
# https://w3id.org/aalco-kg : not yet registered; put the address of the site in the place of HOST
Options +FollowSymLinks
RewriteEngine on
RewriteRule ^ontology/?$ https://HOST/ontology [R=303,L]
RewriteRule ^ontology/([0-9]+[.][0-9]+[.][0-9]+)$ https://HOST/ontology/$1 [R=303,L]
RewriteRule ^shapes/?$ https://HOST/shapes [R=303,L]
RewriteRule ^id/(.+)$ https://HOST/id/$1 [R=303,L]
RewriteRule ^$ https://HOST/ [R=303,L]
"""


def _modified() -> ox.Literal:
    """The date of the ontology's last change, which is that of the release: no clock is read."""
    for triple in read([HOME / "ontology" / "aalco.ttl"]):
        if triple.predicate.value == PREFIXES["dcterms"] + "modified":
            return triple.object  # type: ignore[return-value]
    raise AssertionError("ontology/aalco.ttl has no dcterms:modified")


def _described() -> list[tuple[str, Node]]:
    dct = PREFIXES["dcterms"]
    return [
        (dct + "title", ox.Literal(TITLE, language="en")),
        (dct + "title", ox.Literal("الرسم المعرفي لآلكو بشأن قانون الفضاء السيبراني", language="ar")),
        (dct + "description", ox.Literal(ABOUT, language="en")),
        (dct + "license", ox.NamedNode(LICENCE)),
        (dct + "creator", ox.Literal("The aalco-kg contributors")),
        (dct + "publisher", ox.Literal("The aalco-kg project")),
        (dct + "modified", _modified()),
        (PREFIXES["owl"] + "versionInfo", ox.Literal(__version__)),
    ]


def _statements(subject: str, facts: list[tuple[str, Node]]) -> list[ox.Triple]:
    return [ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value) for path, value in facts]


def void(graph: Graph) -> list[ox.Triple]:
    """The VoID description: size, vocabularies, a partition for each class and for each property."""
    ns = PREFIXES["void"]
    facts = [
        (_RDF + "type", ox.NamedNode(ns + "Dataset")),
        *_described(),
        (ns + "uriSpace", ox.Literal(BASE)),
        (ns + "triples", ox.Literal(len(graph))),
        (ns + "exampleResource", ox.NamedNode(BASE + "session/53")),
        (ns + "sparqlEndpoint", ox.NamedNode(DATASET + "/sparql")),
    ]
    for name in ("aalco", "dcterms", "rdfs", "schema", "skos"):
        facts.append((ns + "vocabulary", ox.NamedNode(PREFIXES[name])))
    triples = _statements(DATASET, facts)
    for kind, path, sparql in (
        ("class", "class", "SELECT ?k (COUNT(?s) AS ?n) { ?s a ?k } GROUP BY ?k"),
        ("property", "property", "SELECT ?k (COUNT(*) AS ?n) { ?s ?k ?o } GROUP BY ?k"),
    ):
        answer = table.run(graph, sparql)
        assert isinstance(answer, table.Table)
        for key, number in answer.rows:
            local = key.value.rsplit("/", 1)[-1].replace("#", "-")  # type: ignore[union-attr]
            node = f"{DATASET}/void/{kind}/{local}"
            counted = "entities" if kind == "class" else "triples"
            triples += _statements(DATASET, [(f"{ns}{kind}Partition", ox.NamedNode(node))])
            triples += _statements(node, [(ns + path, key), (ns + counted, number)])  # type: ignore[list-item]
    return triples


def _dcat(folder: Path) -> list[ox.Triple]:
    """The DCAT description: the data set with a distribution, checksum included, for each file."""
    dcat, dct, spdx = PREFIXES["dcat"], PREFIXES["dcterms"], "http://spdx.org/rdf/terms#"
    triples = _statements(DATASET, [(_RDF + "type", ox.NamedNode(dcat + "Dataset")), *_described()])
    for path in sorted(folder.iterdir()):
        media = _MEDIA.get(path.suffix[1:])
        if media is None:
            continue
        node = f"{DATASET}/release/{__version__}/{path.name}"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        triples += _statements(DATASET, [(dcat + "distribution", ox.NamedNode(node))])
        triples += _statements(
            node,
            [
                (_RDF + "type", ox.NamedNode(dcat + "Distribution")),
                (dct + "title", ox.Literal(path.name)),
                (dct + "license", ox.NamedNode(LICENCE)),
                (dcat + "accessURL", ox.NamedNode(node)),
                (dcat + "downloadURL", ox.NamedNode(node)),
                (dcat + "mediaType", ox.NamedNode(f"https://www.iana.org/assignments/media-types/{media}")),
                (dcat + "byteSize", ox.Literal(path.stat().st_size)),
                (spdx + "checksum", ox.NamedNode(node + "#sha256")),
            ],
        )
        triples += _statements(
            node + "#sha256",
            [
                (_RDF + "type", ox.NamedNode(spdx + "Checksum")),
                (spdx + "algorithm", ox.NamedNode(spdx + "checksumAlgorithm_sha256")),
                (spdx + "checksumValue", ox.Literal(digest, datatype=ox.NamedNode(_XSD + "hexBinary"))),
            ],
        )
    return triples
