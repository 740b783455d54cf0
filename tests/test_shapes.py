"""Every constraint fires: bad records, with all that has to be found in them, and two validators that agree.

`bad/NAME.ttl` holds records with one fault each, named for it; `bad/good.ttl` one complete record of each class
and whatever the bad ones refer to; `bad/expected.csv` each result that is due, and nothing else may be found.
"""

import csv
import io
import os
from functools import cache

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib

from aalco_kg import files, graph, turtle
from aalco_kg.checking import engines
from aalco_kg.checking.engines import Result
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, SHAPES, compact

BAD = files.HOME / "tests" / "bad"
NAMES = sorted(path.stem for path in BAD.glob("*.ttl"))
COLUMNS = ["file", "focus", "shape", "path", "component", "value", "severity", "message"]
SH, TYPE = PREFIXES["sh"], ox.NamedNode(PREFIXES["rdf"] + "type")
# The parameter of each constraint component in use; whatever else a shape may hold is listed below.
PARAMETERS = {
    "sparql": "SPARQLConstraintComponent",
    **{
        name: f"{name[0].upper()}{name[1:]}ConstraintComponent"
        for name in (
            *("class", "datatype", "hasValue", "in", "maxCount", "maxInclusive", "minCount", "minInclusive"),
            *("nodeKind", "not", "or", "pattern", "uniqueLang"),
        )
    },
}
OTHER = {"targetClass", "targetNode", "property", "path", "name", "description", "order", "severity", "message"}


@cache
def read(meta: bool) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """What the bad records stand on, and the shapes that look at them: those of the data or those of the shapes."""
    rules = graph.read(files.shape_files())
    if meta:
        declared = [t for t in rules if t.predicate.value.startswith(SH + "declare") or "#prefix-" in str(t.subject)]
        return [], graph.read(files.meta_shape_files()) + declared
    ground = [path for path in files.ontology_files() if path.stem not in ("topics", "regions")]
    scheme = ox.Triple(ox.NamedNode(BASE + "scheme/topic"), TYPE, ox.NamedNode(PREFIXES["skos"] + "ConceptScheme"))
    # Evidence for concepts stands on sources, which are among the records.
    concepts = [t for t in graph.read(ground) if not str(t.subject).startswith(f"<{BASE}") or "#" not in str(t.subject)]
    return [*concepts, *turtle.parse(BAD / "good.ttl"), scheme], rules


@cache
def results(name: str, engine: str) -> list[Result]:
    ground, shapes = read(name.startswith("meta-"))
    wrong = turtle.parse(BAD / f"{name}.ttl") if name != "good" else []
    return engines.validate(ground + wrong, shapes, engine)


def rows(name: str, engine: str = "fast") -> list[list[str]]:
    """The results as they stand in the table of what is expected."""
    return sorted(
        [name, *(compact(x) for x in (r.focus, r.shape, r.path)), r.component, compact(r.value), r.severity, r.message]
        for r in results(name, engine)
    )


def expected() -> list[list[str]]:
    if os.environ.get("AALCO_WRITE_GOLDEN"):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([COLUMNS, *(row for name in NAMES for row in rows(name))])
        (BAD / "expected.csv").write_text(text.getvalue(), encoding="utf-8")
    with (BAD / "expected.csv").open(encoding="utf-8", newline="") as file:
        head, *found = csv.reader(file)
    assert head == COLUMNS
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_found_and_nothing_else(name: str) -> None:
    assert rows(name) == [row for row in expected() if row[0] == name]


def test_a_complete_record_of_each_class_has_no_fault() -> None:
    assert results("good", "fast") == []
    kinds = {t.object.value for t in turtle.parse(BAD / "good.ttl") if t.predicate == TYPE}
    targets = {t.object.value for t in read(False)[1] if t.predicate.value == SH + "targetClass"}
    assert targets - kinds == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_both_validators_find_the_same(name: str) -> None:
    assert results(name, "pyshacl") == results(name, "fast")


def constraints(shapes: list[ox.Triple]) -> set[tuple[str, str, str]]:
    """Each constraint as shape, path and component, as they stand in the table."""
    component = {SH + parameter: name for parameter, name in PARAMETERS.items()}
    paths = {t.subject.value: compact(t.object.value) for t in shapes if t.predicate.value == SH + "path"}
    kinds = {SH + kind for kind in ("NodeShape", "PropertyShape")}
    nodes = {t.subject.value for t in shapes if t.predicate == TYPE and t.object.value in kinds}
    asked = [t for t in shapes if t.subject.value in nodes and t.predicate.value.startswith(SH)]
    assert {t.predicate.value.removeprefix(SH) for t in asked} <= OTHER | set(PARAMETERS)
    return {
        (compact(t.subject.value), paths.get(t.subject.value, ""), component[t.predicate.value])
        for t in asked
        if t.predicate.value in component
    }


def test_every_constraint_is_broken_by_some_record() -> None:
    """But for the alternatives to which other shapes refer, which never report themselves."""
    shapes = graph.read(files.shape_files() + files.meta_shape_files())
    every = constraints(shapes)
    broken = {(row[2], row[3], row[4]) for row in expected() if row[4] != "SPARQLConstraintComponent"}
    broken |= {(row[2], "", row[4]) for row in expected() if row[4] == "SPARQLConstraintComponent"}
    assert len(every) > 950
    assert {shape for shape, _, _ in every - broken} == {"s:" + name for name in ALTERNATIVES}
    assert broken - every == set()


# Shapes without a target: what a value may be, one among several, and what it must not be.
CHOICES = ["ADocument", "Address", "AnAgendaItem", "AnAgent", "AnEvent", "AnOutcome", "Day", "Month", "Words", "Year"]
ALTERNATIVES = [*CHOICES, "ComputesValue", "HasSpecialGroup", "OfThisGraph", "StartsWithArticle"]


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_needed(name: str) -> None:
    ground, shapes = read(False)
    never = {SH + "datatype": TYPE, SH + "class": TYPE, SH + "nodeKind": ox.NamedNode(SH + "BlankNode")}
    changed = [
        ox.Triple(t.subject, t.predicate, never.get(t.predicate.value, t.object))
        if t.subject.value == SHAPES + name
        else t
        for t in shapes
    ]
    assert {r.component for r in engines.validate(ground, changed)} == {"OrConstraintComponent"}


def test_every_target_is_there_in_the_real_data() -> None:
    store = ox.Store()
    everything = files.ontology_files() + files.alignment_files() + files.data_files()
    shapes = graph.read(files.shape_files() + files.meta_shape_files())
    store.extend(ox.Quad(*t) for t in graph.read(everything) + shapes)
    seen = 0
    for t in shapes:
        if t.predicate.value == SH + "targetClass":
            assert store.query(f"ASK {{ ?x a/<{PREFIXES['rdfs']}subClassOf>* {t.object} }}"), t
            seen += 1
        elif t.predicate.value == SH + "targetNode":
            assert store.query(f"ASK {{ {t.object} ?p ?o }}"), t
            seen += 1
    assert seen > 200


@pytest.mark.slow
def test_the_shapes_are_valid_against_the_shapes_of_shacl_itself() -> None:
    def judged(text: str) -> None:
        shapes = rdflib.Graph().parse(data=text, format="nt")
        pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True, inference="none")

    judged(graph.as_ntriples(read(False)[1] + graph.read(files.meta_shape_files())))
    with pytest.raises(pyshacl.errors.ReportableRuntimeError, match="minCount"):
        judged(
            f'<{SHAPES}Bad> {TYPE} <{SH}PropertyShape> ; <{SH}path> {TYPE} ; <{SH}minCount> "one" .'.replace(
                " ;", f" .\n<{SHAPES}Bad>"
            )
        )


def test_every_class_with_records_has_a_shape(loaded: graph.Graph) -> None:
    targets = {t.object.value for t in read(False)[1] if t.predicate.value == SH + "targetClass"}
    kinds = {quad.object.value for quad in loaded.store.quads_for_pattern(None, TYPE, None)}
    ours = {kind for kind in kinds if kind.startswith(ONTOLOGY)}
    assert len(ours) > 30
    assert ours <= targets


def test_bad_records_are_written_like_good_ones() -> None:
    """Those without an address cannot be, which is what is wrong with them."""
    seen = 0
    for path in sorted(BAD.glob("*.ttl")):
        if path.stem not in ("no-address", "meta-shapes", "meta-ontology"):
            assert turtle.fmt(path) == path.read_text(encoding="utf-8"), path
            seen += 1
    assert seen > 8
