"""`aalco build`: every format carries the same graph, and the same records give the same bytes."""

import hashlib
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from aalco_kg import release
from aalco_kg.errors import UserError
from aalco_kg.graph import as_ntriples, load


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
    assert {(source, fact) for _, source, fact in release.evidenced(triples)} == {
        (quad.graph_name, quad.triple) for quad in quads if quad.graph_name != ox.DefaultGraph()
    }


def test_reifiers_hold_what_each_piece_of_evidence_states(built: Path) -> None:
    parsed = ox.parse((built / "aalco-kg-rdf12.ttl").read_bytes(), ox.RdfFormat.TURTLE)
    reified = {(quad.subject, quad.object) for quad in parsed if quad.predicate.value.endswith("#reifies")}
    triples = [quad.triple for quad in load().store]
    assert reified == {(node, fact) for node, _, fact in release.evidenced(triples)}


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
