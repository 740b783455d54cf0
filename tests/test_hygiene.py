"""The hygiene gate: each query finds what its banner says, and both query parsers read it."""

import re

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from aalco_kg import files, graph
from aalco_kg.checking import hygiene
from aalco_kg.terms import BASE, PREFIXES, compact

NAMES = [path.stem for path in files.hygiene_files()]
HOME = "rdfs:isDefinedBy <https://w3id.org/aalco-kg/ontology>"
# For each query a few bad triples, with the subject and the value that have to be found in them.
BAD = {
    "address-unresolved": ("<session/1> rdfs:seeAlso <session/2> .", "session/1", "session/2"),
    "class-missing": ('<session/1> rdfs:label "one"@en .', "session/1", "rdfs:label"),
    "concept-orphan": (
        "<topic/a> a skos:Concept ; skos:inScheme <scheme/a> . <scheme/a> a skos:ConceptScheme .",
        "topic/a",
        "scheme/a",
    ),
    "definition-circular": (
        'aalco:X rdfs:label "meeting"@en ; skos:definition "meeting of people"@en .',
        "aalco:X",
        "meeting of people",
    ),
    "label-twice": (
        f'aalco:X rdfs:label "one"@en ; {HOME} . aalco:Y rdfs:label "one"@en ; {HOME} .',
        "aalco:X",
        "one",
    ),
    "literal-untrimmed": ('aalco:X rdfs:label "two  blanks"@en .', "aalco:X", "two  blanks"),
    "match-twice": (
        "<topic/a> skos:exactMatch <urn:a:b> . <topic/b> skos:exactMatch <urn:a:b> .",
        "topic/a",
        "urn:a:b",
    ),
    "term-unused": (f"aalco:x a owl:ObjectProperty ; {HOME} .", "aalco:x", "owl:ObjectProperty"),
    "undeclared-property": ("aalco:X skos:definitoin aalco:Y .", "aalco:X", "skos:definitoin"),
}


def rows(text: str) -> list[hygiene.Row]:
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return list(hygiene.faults(quad.triple for quad in ox.parse(head + text, ox.RdfFormat.TURTLE, base_iri=BASE)))


def test_every_query_has_a_bad_example() -> None:
    assert sorted(BAD) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_query_finds_its_fault(name: str) -> None:
    text, subject, value = BAD[name]
    found = {(compact(row.subject), compact(row.value)) for row in rows(text) if row.rule == name}
    assert (subject, value) in found
    assert all(value in row.what for row in rows(text) if row.rule == name and compact(row.subject) == subject)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_opens_with_its_sentence_and_both_parsers_read_it(name: str) -> None:
    text = (files.HOME / "ontology" / "hygiene" / f"{name}.rq").read_text(encoding="utf-8")
    assert re.match(r"#\+ summary: [A-Z].*\{value\}.*\. [A-Z].*\.\n", text)
    assert [str(variable) for variable in prepareQuery(text).algebra.PV] == ["subject", "value"]
    assert isinstance(ox.Store().query(text), ox.QuerySolutions)


def test_the_project_is_clean() -> None:
    assert list(hygiene.faults(graph.read(files.turtle_files()))) == []
