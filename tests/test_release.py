"""`aalco build`: every format carries the same graph, and the same records give the same bytes."""

import hashlib
import json
import re
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from aalco_kg import queries, release
from aalco_kg.errors import UserError
from aalco_kg.graph import as_ntriples, load
from aalco_kg.release.provenance import evidenced


def canonical(triples: list[ox.Triple]) -> str:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return as_ntriples(quad.triple for quad in dataset)


def test_twice_the_same_bytes(built: Path, tmp_path: Path) -> None:
    release.build(tmp_path / "again")
    names = [path.relative_to(built) for path in built.rglob("*") if path.is_file()]
    assert len(names) > 30
    for name in names:
        assert (built / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_every_syntax_parses_back_to_the_graph(built: Path, suffix: str) -> None:
    form = ox.RdfFormat.from_extension(suffix)
    assert form
    triples = [quad.triple for quad in ox.parse((built / f"aalco-kg.{suffix}").read_bytes(), form)]
    assert canonical(triples) == canonical([quad.triple for quad in load().store])


@pytest.mark.slow
def test_a_second_parser_reads_the_turtle(built: Path) -> None:
    assert len(rdflib.Graph().parse(built / "aalco-kg.ttl")) == len(load())


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_named_graphs_hold_what_each_source_states(built: Path, suffix: str) -> None:
    form = ox.RdfFormat.from_extension(suffix)
    assert form
    quads = list(ox.parse((built / f"aalco-kg.{suffix}").read_bytes(), form))
    triples = [quad.triple for quad in load().store]
    assert {(source, fact) for _, source, fact in evidenced(triples)} == {
        (quad.graph_name, quad.triple) for quad in quads if quad.graph_name != ox.DefaultGraph()
    }


def test_reifiers_hold_what_each_piece_of_evidence_states(built: Path) -> None:
    parsed = ox.parse((built / "aalco-kg-rdf12.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    reified = {(quad.subject, quad.object) for quad in parsed if quad.predicate.value.endswith("#reifies")}
    triples = [quad.triple for quad in load().store]
    assert reified == {(node, fact) for node, _, fact in evidenced(triples)}


def test_checksums_and_tables(built: Path) -> None:
    lines = (built / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 30
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((built / name).read_bytes()).hexdigest() == digest
    tables = json.loads((built / "csv-metadata.json").read_text(encoding="utf-8"))["tables"]
    for described in tables:
        header = (built / described["url"]).read_text(encoding="utf-8").splitlines()[0]
        assert header.split(",") == [column["name"] for column in described["tableSchema"]["columns"]]


def test_a_folder_that_is_no_release_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UserError, match="holds something that is not a release"):
        release.build(tmp_path)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "dear"


def test_a_crash_leaves_the_old_release_whole(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (built / "SHA256SUMS").read_bytes()
    monkeypatch.setattr(release, "tables", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        release.build(built)
    assert (built / "SHA256SUMS").read_bytes() == before
    assert [path.name for path in built.parent.iterdir()] == ["dist"]


def test_the_catalogue_has_what_dcat_ap_makes_mandatory(built: Path) -> None:
    shapes = rdflib.Graph().parse(Path(__file__).with_name("dcat-ap.ttl"))
    catalogue = rdflib.Graph().parse(built / "dcat.ttl")
    conforms, _, report = pyshacl.validate(catalogue, shacl_graph=shapes)
    assert conforms, report
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    assert len(list(catalogue.subjects(rdflib.RDF.type, dcat.Distribution))) > 30
    for lost in (rdflib.DCTERMS.description, dcat.accessURL, dcat.endpointURL, rdflib.FOAF.name):
        less = rdflib.Graph()
        for triple in catalogue:
            if triple[1] != lost:
                less.add(triple)
        assert not pyshacl.validate(less, shacl_graph=shapes)[0], lost


def test_the_questions_are_described_with_their_prefixes(built: Path) -> None:
    store = ox.Store()
    store.load(path=str(built / "queries.ttl"))
    text = (
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?text (GROUP_CONCAT(CONCAT(?p, '=', STR(?n))) AS ?declared) "
        "{ ?q a sh:SPARQLExecutable ; sh:select ?text ; sh:prefixes/sh:declare [ sh:prefix ?p ; sh:namespace ?n ] } "
        "GROUP BY ?text"
    )
    rows = list(store.query(text))  # type: ignore[arg-type]
    assert len(rows) == len(queries.catalogue())
    for row in rows:
        used = dict(re.findall(r"PREFIX (\w+): <([^>]*)>", row["text"].value))
        declared = dict(part.split("=") for part in row["declared"].value.split(" "))
        assert used.items() <= declared.items()
