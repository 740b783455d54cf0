"""What is measured is in the shape of the record, and keeps its rules."""

import sys
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from aalco_kg import files
from aalco_kg.checking.engines import ENGINES
from aalco_kg.files import shape_files
from aalco_kg.graph import as_ntriples
from aalco_kg.graph import read as read_turtle
from aalco_kg.terms import BASE, ONTOLOGY

sys.path.insert(0, str(files.HOME / "scripts" / "benchmarks"))
import generate
import picture

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def counted(lines: list[str]) -> tuple[Counter[str], Counter[str]]:
    """How many things there are of each class of ours, and statements of each property."""
    parts = [line.split(" ", 2) for line in lines]
    classes = Counter(o.split(">")[0][1:] for s, p, o in parts if p == TYPE and s.startswith(f"<{BASE}"))
    return classes, Counter(p for s, p, o in parts if s.startswith(f"<{BASE}"))


@pytest.mark.parametrize("size", [10_000, 150_000])
def test_a_generated_graph_is_as_large_as_asked_and_says_nothing_twice(size: int) -> None:
    lines = list(generate.generate(size))
    assert abs(len(lines) - size) < size * 0.25
    assert len(set(lines)) == len(lines)
    subjects = {line.split(" ", 1)[0] for line in lines}
    pointed = {f"<{BASE}{iri}>" for line in lines for iri in generate._OURS.findall(line)}
    assert {iri for iri in pointed - subjects if "/scheme" not in iri} == set()


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
