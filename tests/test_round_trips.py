"""A release read back: each file by several parsers, its views of the evidence, its tables, and two builds far apart.

rdflib and raptor (`rapper`) read every syntax but the two that they do not know: raptor has no JSON-LD, neither has
RDF 1.2. Apache Jena reads these two besides pyoxigraph, which reads all and wrote most.
"""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest
import rdflib
from conftest import missing

from aalco_kg import files, graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES

REIFIES = ox.NamedNode(PREFIXES["rdf"] + "reifies")
RDF12 = "aalco-kg-rdf12.ttl"
# How each parser calls the syntaxes that it knows.
RDFLIB = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}
RAPTOR = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads", "trig": "trig", "rdf": "rdfxml"}
FILES = [
    *(f"aalco-kg.{suffix}" for suffix in RDFLIB),
    *(f"ontology.{suffix}" for suffix in RDFLIB if suffix not in ("nq", "trig")),
    *("shapes.ttl", "queries.ttl", "void.ttl", "dcat.ttl"),
]
Quads = list[ox.Quad]

pytestmark = pytest.mark.slow


def digest(quads: Iterable[ox.Quad]) -> str:
    """SHA-256 of the canonical N-Quads (RDFC-1.0): equal for the same graph, whatever its blank nodes are called."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256("".join(sorted(f"{quad} .\n" for quad in dataset)).encode()).hexdigest()


def pyoxigraph(path: Path) -> Quads:
    form = ox.RdfFormat.from_extension(path.suffix[1:])
    assert form
    return list(ox.parse(path.read_bytes(), form))


def as_quads(lines: bytes) -> Quads:
    return list(ox.parse(lines, ox.RdfFormat.N_QUADS))


def by_rdflib(path: Path) -> Quads:
    form = RDFLIB[path.suffix[1:]]
    if path.suffix in (".nq", ".trig"):
        return as_quads(rdflib.Dataset().parse(path, format=form).serialize(format="nquads", encoding="utf-8"))
    return as_quads(rdflib.Graph().parse(path, format=form).serialize(format="nt", encoding="utf-8"))


def by_raptor(path: Path) -> Quads:
    if not shutil.which("rapper"):
        missing("rapper, of raptor2-utils")
    command = ["rapper", "-q", "-i", RAPTOR[path.suffix[1:]], "-o", "nquads", path]
    return as_quads(subprocess.run(command, check=True, capture_output=True).stdout)


def by_jena(path: Path) -> Quads:
    command = [sys.executable, Path(__file__).with_name("jena_read.py"), path]
    return as_quads(subprocess.run(command, check=True, capture_output=True).stdout)


# What the release must say, from the files it is made of


@cache
def whole() -> Quads:
    return [ox.Quad(*quad.triple) for quad in graph.load().store]


@cache
def evidence() -> set[tuple[ox.NamedNode, ox.NamedNode, ox.Triple]]:
    """Each piece of evidence with its source and each asserted statement that it bears out."""
    store = ox.Store()
    store.bulk_extend(whole())
    rows = store.query(f"""
        PREFIX aalco: <{ONTOLOGY}>
        SELECT * {{
            ?evidence a aalco:Evidence ; aalco:source ?source ; aalco:about ?s ; aalco:states ?p .
            ?s ?p ?o .
            FILTER(NOT EXISTS {{ ?evidence aalco:value ?any }} || EXISTS {{ ?evidence aalco:value ?o }})
        }}""")
    return {
        (row["evidence"], row["source"], ox.Triple(row["s"], row["p"], row["o"]))  # type: ignore[misc,arg-type]
        for row in cast(ox.QuerySolutions, rows)
    }


def expected(name: str, built: Path) -> Quads:
    """What a file of the release must say."""
    if name in ("aalco-kg.nq", "aalco-kg.trig"):
        return whole() + [ox.Quad(*statement, source) for _, source, statement in evidence()]
    if name.startswith("aalco-kg."):
        return whole()
    if name.startswith("ontology."):
        return [ox.Quad(*triple) for triple in graph.read(files.ontology_files() + files.alignment_files())]
    if name == "shapes.ttl":
        return [ox.Quad(*triple) for triple in graph.read(files.shape_files())]
    return pyoxigraph(built / name)  # made for the release, so that there is nothing else to hold it to


@pytest.fixture(scope="module")
def digests(built: Path) -> dict[str, str]:
    return {name: digest(expected(name, built)) for name in FILES}


# Syntaxes


def test_every_file_of_the_release_in_rdf_is_read_back(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir() if path.suffix[1:] in RDFLIB) == sorted([*FILES, RDF12])


@pytest.mark.parametrize("name", FILES)
def test_pyoxigraph_reads_the_same_graph(name: str, built: Path, digests: dict[str, str]) -> None:
    assert digest(pyoxigraph(built / name)) == digests[name]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib for its own doings
@pytest.mark.parametrize("name", FILES)
def test_rdflib_reads_the_same_graph(name: str, built: Path, digests: dict[str, str]) -> None:
    assert digest(by_rdflib(built / name)) == digests[name]


@pytest.mark.parametrize("name", [name for name in FILES if name.rsplit(".", 1)[1] in RAPTOR])
def test_raptor_reads_the_same_graph(name: str, built: Path, digests: dict[str, str]) -> None:
    assert digest(by_raptor(built / name)) == digests[name]


@pytest.mark.parametrize("name", ["aalco-kg.jsonld", "ontology.jsonld"])
def test_jena_reads_the_same_graph(name: str, built: Path, digests: dict[str, str]) -> None:
    assert digest(by_jena(built / name)) == digests[name]


# Views of the evidence


def test_every_piece_of_evidence_bears_something_out() -> None:
    kind, node = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(ONTOLOGY + "Evidence")
    pieces = {quad.subject for quad in whole() if quad.predicate == kind and quad.object == node}
    assert len(pieces) > 5_000
    assert pieces == {piece for piece, _, _ in evidence()}


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_the_graph_of_a_source_holds_what_it_states_and_nothing_else(suffix: str, built: Path) -> None:
    quads = pyoxigraph(built / f"aalco-kg.{suffix}")
    named = {(quad.graph_name, quad.triple) for quad in quads if quad.graph_name != ox.DefaultGraph()}
    assert named == {(source, statement) for _, source, statement in evidence()}


@pytest.mark.parametrize("read", [pyoxigraph, by_jena])
def test_each_piece_of_evidence_reifies_what_it_bears_out_and_nothing_else(read, built: Path) -> None:
    quads = read(built / RDF12)
    reified = {(quad.subject, quad.object) for quad in quads if quad.predicate == REIFIES}
    assert reified == {(piece, statement) for piece, _, statement in evidence()}
    assert digest(quad for quad in quads if quad.predicate != REIFIES) == digest(whole())


# Tables

# Two columns of a table and what joins them in the graph: the class of the first, and the property.
PAIRS = [
    ("agenda-items", "item", "proposer", "AgendaItem", "aalco:proposedBy"),
    ("documents", "document", "kind", "Document", "aalco:kind"),
    ("documents", "document", "session", "Document", "aalco:session"),
    ("instruments", "instrument", "kind", "Instrument", "aalco:kind"),
    ("positions", "position", "stance", "Position", "aalco:stance"),
    ("positions", "position", "state", "Position", "aalco:holder"),
    ("provisions", "provision", "addressee", "Provision", "aalco:addressee"),
    ("provisions", "provision", "outcome", "Provision", "aalco:provisionOf"),
    ("resolutions", "resolution", "session", "Resolution", "aalco:session"),
    ("resolutions", "resolution", "status", "Resolution", "aalco:outcomeStatus"),
    ("sessions", "session", "city", "AnnualSession", "aalco:heldIn"),
    ("sessions", "session", "number", "AnnualSession", "aalco:number"),
    ("sources", "source", "kind", "Source", "aalco:kind"),
    ("topics", "topic", "broader", "Topic", "<http://www.w3.org/2004/02/skos/core#broader>"),
]
MATRIX = ("state", "topic", "stance")


def rows(built: Path, name: str) -> list[dict[str, str]]:
    with (built / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("name", "column", "other", "kind", "path"), PAIRS)
def test_the_columns_of_a_table_pair_what_the_graph_joins(
    name: str, column: str, other: str, kind: str, path: str, built: Path, loaded: graph.Graph
) -> None:
    answer = loaded.store.query(
        f"PREFIX aalco: <{ONTOLOGY}> SELECT ?thing ?value WHERE"
        f" {{ ?thing a aalco:{kind} OPTIONAL {{ ?thing {path} ?value }} }}"
    )
    joined = {(row["thing"].value, row["value"].value if row["value"] else "") for row in answer}  # type: ignore[union-attr]
    assert joined
    assert {(row[column], row[other]) for row in rows(built, name)} == joined


def test_tables_join_to_the_counts_that_others_give(built: Path) -> None:
    sessions, coverage = rows(built, "sessions"), rows(built, "coverage")
    cities = Counter(row["city"] for row in sessions if row["city"])
    assert len(cities) > 20
    assert {row["place"]: int(row["sessions"]) for row in rows(built, "venues")} == cities
    for column, name in (("missing", "gaps"), ("disputed", "disputes")):
        told = Counter(subject for subject, _ in {(row["subject"], row["property"]) for row in rows(built, name)})
        counts = {row["session"]: int(row[column]) for row in coverage}
        assert sum(counts.values()) > 20
        assert counts == {row["session"]: told[row["session"]] for row in sessions}
    positions = {(*(row[name] for name in MATRIX), row["position"]) for row in rows(built, "positions")}
    stances = Counter(position[:-1] for position in positions)
    assert {tuple(row[n] for n in MATRIX): int(row["positions"]) for row in rows(built, "position-matrix")} == stances


def test_whatever_a_table_names_is_in_the_graph(built: Path, loaded: graph.Graph) -> None:
    named = {
        cell
        for path in built.glob("*.csv")
        for row in rows(built, path.stem)
        for cell in row.values()
        if cell.startswith((BASE, ONTOLOGY))
    }
    assert len(named) > 1_000
    assert [address for address in named if not loaded.holds(address)] == []


# Builds


def test_two_clones_build_the_same_bytes(tmp_path: Path) -> None:
    """In folders of other names, with another time zone and order of sets: the bytes are those of the commit."""
    if not (files.HOME / ".git").exists() or not shutil.which("git"):
        missing("git and the history of the project")

    def build(folder: str, zone: str, seed: str) -> Path:
        clone = tmp_path / folder / "aalco-kg"
        subprocess.run(["git", "clone", "-q", "--depth", "1", files.HOME.as_uri(), clone], check=True)
        environment = {**os.environ, "PYTHONPATH": str(clone / "scripts"), "TZ": zone, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "aalco_kg", "build"]
        subprocess.run(command, check=True, capture_output=True, cwd=clone, env=environment)
        return clone / "dist"

    with ThreadPoolExecutor() as pool:
        releases = list(pool.map(build, ("one", "another place"), ("UTC", "Asia/Tehran"), ("0", "4711")))
    one, other = ({str(p.relative_to(d)): p.read_bytes() for p in d.rglob("*") if p.is_file()} for d in releases)
    assert len(one) > 30
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
