"""The terms of the ontology: what each means, with examples, rules, questions and counts from the project itself."""

import re
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from aalco_kg import queries
from aalco_kg.files import alignment_files, shape_files
from aalco_kg.graph import SEARCHED, Graph, iri_of, read
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node, natural, predicate_key

EXAMPLES = 6
_OWL, _RDF, _RDFS, _SH, _SKOS = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "sh", "skos"))
_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")


@dataclass(frozen=True)
class Rule:
    """A shape that bears on a term: for a property the class on which it must hold; what is said when it does not."""

    shape: str
    on: str | None
    name: str
    description: str
    message: str
    required: bool


@dataclass(frozen=True)
class Example:
    """A thing of a class, or a thing with a value that it has of a property."""

    subject: str
    value: Node | None = None


@dataclass(frozen=True)
class Term:
    """A class or a property. `kind` is its type in OWL; `aligned` are pairs of a relation and a term elsewhere."""

    iri: str
    kind: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    domain: tuple[str, ...]
    range: tuple[str, ...]
    aligned: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]
    properties: tuple[str, ...]  # of a class: those that its shape names, in the order of a record
    questions: tuple[str, ...]
    count: int
    examples: tuple[Example, ...]

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return self.kind == "Class"


def terms(graph: Graph) -> dict[str, str]:
    """The terms of the ontology, by address in order, each with its type in OWL."""
    found = {}
    for kind in _KINDS:
        for iri in graph.subjects(_RDF + "type", _OWL + kind):
            if iri.startswith(ONTOLOGY):
                found[iri] = kind
    return dict(sorted(found.items(), key=lambda item: (item[1] != "Class", natural(item[0]))))


def schemes(graph: Graph) -> dict[str, int]:
    """The concept schemes with how many concepts each has."""
    found = graph.subjects(_RDF + "type", _SKOS + "ConceptScheme")
    return {scheme: len(graph.subjects(_SKOS + "inScheme", scheme)) for scheme in found}


@lru_cache(maxsize=1024)
def term(graph: Graph, iri: str) -> Term | None:
    """All that the project says of a term; None for what is no term of it."""
    kind = terms(graph).get(iri)
    if kind is None:
        return None
    relation = _RDFS + ("subClassOf" if kind == "Class" else "subPropertyOf")
    found, count = _instances(graph, iri) if kind == "Class" else _statements(graph, iri)
    return Term(
        iri,
        kind,
        tuple(_iris(graph, iri, relation)),
        tuple(other for other in graph.subjects(relation, iri) if other.startswith(ONTOLOGY)),
        tuple(_iris(graph, iri, _RDFS + "domain")),
        tuple(_iris(graph, iri, _RDFS + "range")),
        tuple(_alignments().get(iri, ())),
        tuple(_rules().get(iri, ())),
        tuple(_properties().get(iri, ())),
        tuple(name for name, needed in needs(graph).items() if iri in needed),
        count,
        found,
    )


def _instances(graph: Graph, iri: str) -> tuple[tuple[Example, ...], int]:
    things = [thing for thing in graph.subjects(_RDF + "type", iri) if thing.startswith(BASE)]
    chosen = things[:: max(1, len(things) // EXAMPLES)][:EXAMPLES]
    return tuple(Example(thing) for thing in chosen), len(things)


def _statements(graph: Graph, iri: str) -> tuple[tuple[Example, ...], int]:
    quads = list(graph.store.quads_for_pattern(None, ox.NamedNode(iri), None))
    subjects = sorted({iri_of(quad.subject) for quad in quads}, key=natural)
    chosen = subjects[:: max(1, len(subjects) // EXAMPLES)][:EXAMPLES]
    return tuple(Example(subject, graph.objects(subject, iri)[0]) for subject in chosen), len(quads)


def _iris(graph: Graph, subject: str, path: str) -> list[str]:
    return [str(value.value) for value in graph.objects(subject, path) if isinstance(value, ox.NamedNode)]


@lru_cache(maxsize=1)
def _alignments() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for triple in read(alignment_files()):
        if isinstance(triple.object, ox.NamedNode):
            found.setdefault(triple.subject.value, []).append((triple.predicate.value, triple.object.value))  # type: ignore[union-attr]
    return {iri: sorted(pairs) for iri, pairs in found.items()}


@lru_cache(maxsize=1)
def needs(graph: Graph) -> dict[str, frozenset[str]]:
    """The terms that each canned query needs, by its name.

    These are the terms that it names, the classes to which their values belong or which have them, and behind the
    search key the properties that it is made of.
    """
    known = terms(graph)
    found = {}
    for name, query in queries.catalogue().items():
        text = re.sub(r"NOT IN \([^)]*\)", "", query.text)  # what a question leaves out it does not need
        named = {ONTOLOGY + local for local in re.findall(r"\baalco:([A-Za-z0-9]+)", text)}
        if ONTOLOGY + "searchKey" in named:
            named |= set(SEARCHED)
        ends = {end for iri in named for path in ("domain", "range") for end in _iris(graph, iri, _RDFS + path)}
        found[name] = frozenset((named | ends) & known.keys())
    return found


class _Shapes:
    """The shapes as a store, with the looks-up that rules need."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.store.bulk_extend(ox.Quad(*triple) for triple in read(shape_files()))

    def values(self, subject: str, name: str) -> list[str]:
        quads = self.store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(_SH + name), None)
        return sorted(str(quad.object.value) for quad in quads)  # type: ignore[union-attr]

    def text(self, subject: str, name: str) -> str:
        return next(iter(self.values(subject, name)), "")

    def targeted(self) -> list[tuple[str, str]]:
        """Every shape with a class that it targets."""
        quads = self.store.quads_for_pattern(None, ox.NamedNode(_SH + "targetClass"), None)
        return sorted((quad.subject.value, quad.object.value) for quad in quads)  # type: ignore[union-attr]

    def rule(self, shape: str, on: str | None) -> Rule:
        required = int(self.text(shape, "minCount") or 0) > 0
        name, description, message = (self.text(shape, name) for name in ("name", "description", "message"))
        return Rule(shape, on, name, description, message, required)


@lru_cache(maxsize=1)
def _shapes() -> _Shapes:
    return _Shapes()


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[Rule]]:
    """The rules on each class, and on each property by class."""
    shapes, found = _shapes(), dict[str, list[Rule]]()
    for shape, class_ in shapes.targeted():
        found.setdefault(class_, []).append(shapes.rule(shape, None))
        for part in shapes.values(shape, "property"):
            for path in shapes.values(part, "path"):
                found.setdefault(path, []).append(shapes.rule(part, class_))
    return found


@lru_cache(maxsize=1)
def _properties() -> dict[str, list[str]]:
    """The properties that the record of each class may have, in the order of a record."""
    shapes, found = _shapes(), dict[str, set[str]]()
    for shape, class_ in shapes.targeted():
        parts = shapes.values(shape, "property")
        found.setdefault(class_, set()).update(path for part in parts for path in shapes.values(part, "path"))
    return {class_: sorted(paths, key=predicate_key) for class_, paths in found.items()}
