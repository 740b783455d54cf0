"""The hygiene gate: each query finds what its banner says, and both query parsers read it."""

import re
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import missing
from rdflib.plugins.sparql import prepareQuery

from aalco_kg import files, graph
from aalco_kg.checking import hygiene
from aalco_kg.terms import BASE, PREFIXES, compact

NAMES = [path.stem for path in files.hygiene_files()]
HOME = "rdfs:isDefinedBy <https://w3id.org/aalco-kg/ontology>"
SCHEME = "skos:inScheme <scheme/topic>"
# For each query a few bad triples, with the subject and the value that have to be found in them.
BAD = {
    "address-unresolved": ("<session/1> rdfs:seeAlso <session/2> .", "session/1", "session/2"),
    "class-circle": ("aalco:X rdfs:subClassOf aalco:Y . aalco:Y rdfs:subClassOf aalco:X .", "aalco:X", "aalco:Y"),
    "class-missing": ('<session/1> rdfs:label "one"@en .', "session/1", "rdfs:label"),
    "class-undeclared": ("aalco:x rdfs:domain aalco:Y .", "aalco:x", "aalco:Y"),
    "concept-label-twice": (
        f'<topic/a> skos:prefLabel "one"@en ; {SCHEME} . <topic/b> skos:altLabel "one"@en ; {SCHEME} .',
        "topic/a",
        "one",
    ),
    "concept-notation-twice": (
        f'<topic/a> skos:notation "1" ; {SCHEME} . <topic/b> skos:notation "1" ; {SCHEME} .',
        "topic/a",
        "1",
    ),
    "concept-orphan": (
        "<topic/a> a skos:Concept ; skos:inScheme <scheme/a> . <scheme/a> a skos:ConceptScheme .",
        "topic/a",
        "scheme/a",
    ),
    "concept-top-below": ("<topic/a> skos:topConceptOf <scheme/a> ; skos:broader <topic/b> .", "topic/a", "topic/b"),
    "definition-circular": (
        'aalco:X rdfs:label "meeting"@en ; skos:definition "meeting of people"@en .',
        "aalco:X",
        "meeting of people",
    ),
    "definition-twice": (
        f'aalco:X skos:definition "one"@en ; {HOME} . aalco:Y skos:definition "one"@en ; {HOME} .',
        "aalco:Y",
        "one",
    ),
    "deprecated-used": ("aalco:X owl:deprecated true . <session/1> a aalco:X .", "session/1", "aalco:X"),
    "domain-twice": ("aalco:x rdfs:domain aalco:X , aalco:Y .", "aalco:x", "aalco:Y"),
    "hierarchy-crossing": (
        f"<topic/a> skos:broader <action/b> ; {SCHEME} . <action/b> skos:inScheme <scheme/action> .",
        "topic/a",
        "action/b",
    ),
    "hierarchy-redundant": (
        "<topic/a> skos:broader <topic/b> , <topic/c> . <topic/b> skos:broader <topic/c> .",
        "topic/a",
        "topic/c",
    ),
    "label-both": ('<state/aa> rdfs:label "one"@en ; skos:altLabel "one"@en .', "state/aa", "one"),
    "label-twice": (
        f'aalco:X rdfs:label "one"@en ; {HOME} . aalco:Y rdfs:label "one"@en ; {HOME} .',
        "aalco:X",
        "one",
    ),
    "literal-unclean": ('aalco:X rdfs:label "soft\u00adhyphen"@en .', "aalco:X", "soft\u00adhyphen"),
    "literal-untrimmed": ('aalco:X rdfs:label "two  blanks"@en .', "aalco:X", "two  blanks"),
    "match-clash": ("<topic/a> skos:exactMatch <urn:a:b> ; skos:closeMatch <urn:a:b> .", "topic/a", "urn:a:b"),
    "match-inside": (f"<topic/a> skos:exactMatch <topic/b> ; {SCHEME} . <topic/b> {SCHEME} .", "topic/a", "topic/b"),
    "match-twice": (
        "<topic/a> skos:exactMatch <urn:a:b> . <topic/b> skos:exactMatch <urn:a:b> .",
        "topic/a",
        "urn:a:b",
    ),
    "property-misplaced": (
        "s:X sh:targetClass aalco:X ; sh:property s:X-a . s:X-a sh:path aalco:a ."
        " <x/1> a aalco:X ; aalco:a 1 ; aalco:b 2 .",
        "x/1",
        "aalco:b",
    ),
    "range-missing": (f"aalco:x a owl:ObjectProperty ; {HOME} .", "aalco:x", "https://w3id.org/aalco-kg/ontology"),
    "standard-term": ("aalco:X a skos:Konzept .", "aalco:X", "skos:Konzept"),
    "subproperty-crossing": (
        "aalco:x a owl:ObjectProperty ; rdfs:subPropertyOf aalco:y . aalco:y a owl:DatatypeProperty .",
        "aalco:x",
        "aalco:y",
    ),
    "term-of-two-kinds": ("aalco:X a owl:Class , owl:ObjectProperty .", "aalco:X", "owl:Class"),
    "term-unused": (f"aalco:x a owl:ObjectProperty ; {HOME} .", "aalco:x", "owl:ObjectProperty"),
    "undeclared-property": ("aalco:X skos:definitoin aalco:Y .", "aalco:X", "skos:definitoin"),
}
# What is right, and near to what is wrong.
GOOD = {
    "class-undeclared": "aalco:Y a owl:Class . aalco:x rdfs:domain aalco:Y ; rdfs:range xsd:date .",
    "hierarchy-crossing": f"<topic/a> skos:broader <topic/b> ; {SCHEME} . <topic/b> {SCHEME} .",
    "property-misplaced": (
        "aalco:Z rdfs:subClassOf aalco:X . s:X sh:targetClass aalco:X ; sh:property s:X-a . s:X-a sh:path aalco:a ."
        " <x/1> a aalco:Z ; aalco:a 1 ."
    ),
    "range-missing": f"aalco:x a owl:ObjectProperty ; {HOME} . s:X-x sh:path aalco:x ; sh:or ( s:A s:B ) .",
    "standard-term": (
        "aalco:X a skos:Concept ; dcterms:title 'one'@en ; sh:class <http://www.w3.org/2004/02/skos/core> ;"
        " eli-dl:unlisted '2014'^^xsd:gYear ; rdfs:seeAlso <http://www.w3.org/ns/shacl#> ."
    ),
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
    assert all(compact(row.value) in row.what for row in rows(text) if row.rule == name)


@pytest.mark.parametrize("name", GOOD)
def test_a_query_leaves_alone_what_is_right(name: str) -> None:
    assert [row for row in rows(GOOD[name]) if row.rule == name] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "aalco:X skos:prefLabell 'one' .",
        "aalco:X rdfs:seeAlso schema:Evnt .",
        "aalco:X dcterms:date '2014'^^xsd:gyear .",
    ],
    ids=["a property", "a thing", "a datatype"],
)
def test_a_term_that_its_vocabulary_lacks_is_found_wherever_it_stands(wrong: str) -> None:
    assert [row.subject for row in rows(wrong) if row.rule == "standard-term"] == [f"{PREFIXES['aalco']}X"]


@pytest.mark.parametrize("name", NAMES)
def test_a_query_opens_with_its_sentence_and_both_parsers_read_it(name: str) -> None:
    text = (files.HOME / "ontology" / "hygiene" / f"{name}.rq").read_text(encoding="utf-8")
    assert re.match(r"#\+ summary: [A-Z].*\{value\}.*\. [A-Z].*\.\n", text)
    assert [str(variable) for variable in prepareQuery(text).algebra.PV] == ["subject", "value"]
    assert isinstance(ox.Store().query(text), ox.QuerySolutions)


@pytest.mark.slow
def test_the_project_is_clean() -> None:
    assert list(hygiene.faults(graph.read(files.turtle_files()))) == []


def test_a_second_parser_reads_the_same_from_every_file(tmp_path: Path) -> None:
    """Raptor, of all files in one, which Turtle allows; blank nodes, which it names anew, are compared by number."""
    if not shutil.which("rapper"):
        missing("rapper, of raptor2-utils")
    paths = files.turtle_files()
    assert len(paths) > 1_000
    (tmp_path / "all.ttl").write_bytes(b"\n".join(path.read_bytes() for path in paths))
    command = ["rapper", "-q", "-i", "turtle", "-o", "ntriples", tmp_path / "all.ttl", BASE]
    lines = subprocess.run(command, check=True, capture_output=True).stdout
    read = [quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES)]
    known = graph.read(paths)
    assert {t for t in read if "_:" not in str(t)} == {t for t in known if "_:" not in str(t)}
    assert sum("_:" in str(t) for t in read) == sum("_:" in str(t) for t in known) > 100


def test_the_table_names_every_query_and_nothing_that_is_not_there() -> None:
    text = (files.HOME / "ontology" / "hygiene" / "README.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([a-z]+-[a-z-]+)`", text)) - {"ill-typed", "unknown-term"}
    assert names == set(NAMES)
    shapes = graph.read(files.shape_files() + files.meta_shape_files())
    known = {compact(str(t.subject.value)) for t in shapes if isinstance(t.subject, ox.NamedNode)}
    assert set(re.findall(r"`(s:[A-Za-z-]+)`", text)) <= known
    for module in re.findall(r"`(test_\w+)`", text):
        assert (files.HOME / "tests" / f"{module}.py").exists()
