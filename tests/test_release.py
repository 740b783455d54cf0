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


@pytest.mark.slow
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
