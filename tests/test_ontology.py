"""The ontology: complete, and with a shape for every class; what reasoners make of it is in test_reasoning."""

from collections import Counter

import pyoxigraph as ox
import pytest

from aalco_kg import files, graph, turtle
from aalco_kg.terms import ONTOLOGY, PREFIXES

OWL, RDFS, SKOS = PREFIXES["owl"], PREFIXES["rdfs"], PREFIXES["skos"]
TERMS = {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty"}


def values(triples: list[ox.Triple], subject: str, path: str) -> list[ox.Literal]:
    return [t.object for t in triples if t.subject == ox.NamedNode(subject) and t.predicate == ox.NamedNode(path)]


@pytest.fixture(scope="module")
def core() -> list[ox.Triple]:
    return turtle.parse(files.HOME / "ontology" / "aalco.ttl")


def own_terms(core: list[ox.Triple]) -> list[str]:
    return sorted(
        t.subject.value
        for t in core
        if t.predicate.value.endswith("#type")
        and t.object.value.removeprefix(OWL) in TERMS
        and t.subject.value.startswith(ONTOLOGY)
    )


def test_every_term_is_labelled_defined_exemplified_and_has_a_home(core: list[ox.Triple]) -> None:
    terms = own_terms(core)
    assert len(terms) > 100
    labels = []
    for term in terms:
        names = values(core, term, RDFS + "label")
        assert sorted(name.language for name in names) == ["ar", "en"], term
        labels += [(name.language, name.value) for name in names]
        [definition] = values(core, term, SKOS + "definition")
        assert not definition.value.lower().startswith(("a ", "an ", "the ")), term
        assert not definition.value.endswith("."), term
        assert values(core, term, SKOS + "example"), term
        assert values(core, term, RDFS + "isDefinedBy"), term
    assert sorted(labels) == sorted(set(labels)), "two terms bear one label"


def test_dates_have_no_range_and_nothing_is_imported(core: list[ox.Triple]) -> None:
    ranges = {t.object.value for t in core if t.predicate.value == RDFS + "range"}
    assert not {PREFIXES["xsd"] + name for name in ("date", "gYear", "gYearMonth")} & ranges
    assert not [t for t in core if t.predicate.value == OWL + "imports"]


def test_every_shape_says_what_it_is_for(core: list[ox.Triple]) -> None:
    shapes = graph.read(files.shape_files())
    sh = PREFIXES["sh"]
    nodes = {t.subject.value for t in shapes if t.object.value in (sh + "NodeShape", sh + "PropertyShape")}
    assert len(nodes) > 300
    said = Counter((t.subject.value, t.predicate.value) for t in shapes)
    for node in nodes:
        for name in ("name", "description", "severity", "message"):
            assert said[node, sh + name] == 1, (node, name)


def test_every_class_with_records_has_a_shape(loaded: graph.Graph) -> None:
    shapes = graph.read(files.shape_files())
    targets = {t.object.value for t in shapes if t.predicate.value == PREFIXES["sh"] + "targetClass"}
    kinds = {
        quad.object.value
        for quad in loaded.store.quads_for_pattern(None, ox.NamedNode(PREFIXES["rdf"] + "type"), None)
        if quad.object.value.startswith(ONTOLOGY)
    }
    assert len(kinds) > 30
    assert kinds <= targets
