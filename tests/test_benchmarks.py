"""What is measured is in the shape of the record, and keeps its rules."""

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from aalco_kg import files
from aalco_kg.checking.engines import ENGINES
from aalco_kg.files import shape_files
from aalco_kg.graph import as_ntriples
from aalco_kg.graph import read as read_turtle
from aalco_kg.terms import BASE, ONTOLOGY

sys.path.insert(0, str(files.HOME / "scripts" / "benchmarks"))
import generate
import measure
import picture
import tables

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def counted(lines: list[str]) -> tuple[Counter[str], Counter[str]]:
    """How many things there are of each class of ours, and statements of each property."""
    parts = [line.split(" ", 2) for line in lines]
    classes = Counter(o.split(">")[0][1:] for s, p, o in parts if p == TYPE and s.startswith(f"<{BASE}"))
    return classes, Counter(p for s, p, o in parts if s.startswith(f"<{BASE}"))


@pytest.mark.slow
@pytest.mark.parametrize("size", [10_000, 150_000])
def test_a_generated_graph_is_as_large_as_asked_and_says_nothing_twice(size: int) -> None:
    lines = list(generate.generate(size))
    assert abs(len(lines) - size) < size * 0.25
    assert len(set(lines)) == len(lines)
    subjects = {line.split(" ", 1)[0] for line in lines}
    pointed = {f"<{BASE}{iri}>" for line in lines for iri in generate._OURS.findall(line)}
    assert {iri for iri in pointed - subjects if "/scheme" not in iri} == set()


@pytest.mark.slow
def test_copies_have_the_fan_outs_and_the_evidence_of_the_real_records() -> None:
    """Between two sizes everything that grows grows alike."""
    few, many = (counted(list(generate.generate(size))) for size in (150_000, 300_000))
    grown = {name: many[0][name] / few[0][name] for name in few[0]}
    still = {name for name, factor in grown.items() if factor == 1}
    assert {ONTOLOGY + "State", ONTOLOGY + "Topic", ONTOLOGY + "City"} <= still
    factor = grown[ONTOLOGY + "AnnualSession"]
    assert factor > 1.5
    assert {name for name, each in grown.items() if not 1 <= each <= factor} == set()
    assert sum(each == factor for each in grown.values()) > 15
    per_session = many[1][f"<{ONTOLOGY}heldIn>"] / many[0][ONTOLOGY + "AnnualSession"]
    assert per_session == pytest.approx(few[1][f"<{ONTOLOGY}heldIn>"] / few[0][ONTOLOGY + "AnnualSession"], rel=0.01)


@pytest.mark.slow
def test_a_generated_graph_keeps_the_rules() -> None:
    lines = [line for line in generate.generate(100_000) if "#searchKey>" not in line and "#broaderTr" not in line]
    assert ENGINES["fast"]("\n".join(lines), as_ntriples(read_turtle(shape_files()))) == []


def test_a_chart_is_a_picture_with_every_marked_line_named() -> None:
    lines = [picture.Line("a < b", [(1e4, 0.5), (1e6, 70)]), picture.Line("grey", [(1e4, 1), (1e6, 2)], False)]
    drawn = ET.fromstring(picture.chart("Times", "triples", "seconds", lines))
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "a < b" in texts
    assert "grey" not in texts
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


def measured(name: str, size: str, triples: int, **told: object) -> tables.Measured:
    return tables.Measured("check", name, size, triples, told, "2026-11-25", 1.0)


def test_what_is_measured_is_kept_and_small_sizes_come_first(tmp_path: Path) -> None:
    assert list(measure.wanted(["10k", "10M"], ["load by Virt", "write by aalco", "parse"])) == [
        ("parse", "pyoxigraph", "10k"),
        ("load", "Virtuoso", "10k"),
        ("write", "aalco fmt", "10k"),
        ("parse", "pyoxigraph", "10M"),
        ("load", "Virtuoso", "10M"),
    ]
    assert measure.kept(tmp_path) == {}
    results = {one.key: one for one in (measured("aalco check", "10k", 10_000, seconds=0.1),)}
    measure.keep(tmp_path, results)
    assert measure.kept(tmp_path) == results


def test_an_aim_is_told_with_what_was_measured_and_what_was_not() -> None:
    results = [
        measured("aalco check", "10k", 10_000, seconds=0.1, memory=1),
        measured("aalco check", "100k", 100_000, seconds=1.0, memory=1),
        measured("pySHACL", "10k", 10_000, seconds=20.0, memory=1),
        measured("pySHACL", "100k", 100_000, longer=600),
    ]
    rows = tables.targets(results).splitlines()
    first = "check, against pySHACL alone, 100k (extrapolated for pySHACL from 10k, in proportion)"
    assert rows[2:4] == [f"| {first} | ≥ 100 | 200.00 times |", "| check, 1M | < 12 | not measured |"]
    assert "| check | aalco check | 0.1 | 1 | 1.00 | 100k | 0 |  |" in tables.jobs(results)
