"""A thing with all that is recorded of it: facts, who says so, where sources differ, what is missing, what points here.

Values stay RDF terms: command line, pages and API word them, each in its language.
"""

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.graph import Graph, iri_of
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node, natural, predicate_key

_TYPE = PREFIXES["rdf"] + "type"
_SILENT = {  # what a reader is not told as a fact: type, labels and their making
    _TYPE,
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
    PREFIXES["skos"] + "broaderTransitive",
    ONTOLOGY + "searchKey",
    ONTOLOGY + "translated",
    ONTOLOGY + "note",
}
_RECORDS = ("Evidence", "Dispute", "Gap")


@dataclass(frozen=True)
class Witness:
    """One piece of evidence: which source (an IRI), where in it, its words, how far it bears a statement out."""

    iri: str
    source: str
    locator: str
    quote: ox.Literal | None
    basis: str | None  # the IRI of a basis other than "stated"
    note: str


@dataclass(frozen=True)
class Value:
    """A value that is asserted, with the evidence for it."""

    term: Node
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True)
class Rejected:
    """A value that sources give and that is not asserted."""

    iri: str
    property: str
    term: Node
    sources: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Missing:
    """Something looked for and not found."""

    iri: str
    property: str
    what: str
    searched: str
    on: Node


@dataclass(frozen=True)
class Fact:
    """A property of a thing (an IRI): what is asserted, disputed and missing of it."""

    property: str
    values: tuple[Value, ...]
    disputes: tuple[Rejected, ...] = ()
    gaps: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Mention:
    """The things of one class that point here with one property, in natural order."""

    property: str
    type: str
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class Entity:
    """All that is recorded of a thing. `facts` are in the order of the shapes; a fact may have gaps only."""

    iri: str
    type: str
    facts: tuple[Fact, ...]
    mentions: tuple[Mention, ...]

    @property
    def disputes(self) -> tuple[Rejected, ...]:
        """Every rejected value, in the order of the facts."""
        return tuple(rejected for fact in self.facts for rejected in fact.disputes)

    @property
    def gaps(self) -> tuple[Missing, ...]:
        """Every gap, in the order of the facts."""
        return tuple(gap for fact in self.facts for gap in fact.gaps)

    def fact(self, name: str) -> Fact | None:
        """The fact of an own property, by its local name."""
        return next((fact for fact in self.facts if fact.property == ONTOLOGY + name), None)


def entity(graph: Graph, iri: str, only: str | None = None) -> Entity:
    """What is recorded of a thing of the graph; `only` limits the facts to one property (an IRI)."""
    records = _records(graph, iri)
    witnesses = [_witness(graph, node) for node in records["Evidence"]]
    disputes, gaps = defaultdict[str, list[Rejected]](list), defaultdict[str, list[Missing]](list)
    for node in records["Dispute"]:
        rejected = _rejected(graph, node)
        disputes[rejected.property].append(rejected)
    for node in records["Gap"]:
        gap = _missing(graph, node)
        gaps[gap.property].append(gap)
    quads = graph.store.quads_for_pattern(ox.NamedNode(iri), None, None)
    properties = {quad.predicate.value for quad in quads} - _SILENT | disputes.keys() | gaps.keys()
    facts = []
    for path in sorted(properties, key=predicate_key):
        if only in (None, path):
            values = (Value(term, _supporting(witnesses, path, term)) for term in graph.objects(iri, path))
            facts.append(Fact(path, tuple(values), tuple(disputes[path]), tuple(gaps[path])))
    return Entity(iri, type_of(graph, iri), tuple(facts), () if only else _mentions(graph, iri))


def type_of(graph: Graph, iri: str) -> str:
    """The class of a thing, an IRI; of several the first in the ontology's order."""
    types = graph.objects(iri, _TYPE)
    return types[0].value if types else PREFIXES["rdfs"] + "Resource"


def _supporting(witnesses: list[tuple[set[str], list[Node], Witness]], path: str, term: Node) -> tuple[Witness, ...]:
    found = (w for states, values, w in witnesses if path in states and (not values or term in values))
    return tuple(sorted(found, key=_reserve))


def _reserve(witness: Witness) -> tuple[bool, bool, bool]:
    """How much a witness holds back: plain words of the source first, then what a note or a basis qualifies."""
    return witness.basis is not None, bool(witness.note), witness.quote is None


def _records(graph: Graph, iri: str) -> dict[str, list[str]]:
    """Evidence, disputes and gaps about a thing, by class, in order."""
    found: dict[str, list[str]] = {name: [] for name in _RECORDS}
    for node in graph.subjects(ONTOLOGY + "about", iri):
        found[type_of(graph, node).removeprefix(ONTOLOGY)].append(node)
    return found


def _one(graph: Graph, iri: str, name: str) -> Node | None:
    values = graph.objects(iri, ONTOLOGY + name)
    return values[0] if values else None


def _text(graph: Graph, iri: str, name: str) -> str:
    value = _one(graph, iri, name)
    return "" if value is None else str(value.value)


def _witness(graph: Graph, node: str) -> tuple[set[str], list[Node], Witness]:
    states = {value.value for value in graph.objects(node, ONTOLOGY + "states")}
    quote = _one(graph, node, "quote")
    witness = Witness(
        node,
        _text(graph, node, "source"),
        _text(graph, node, "locator"),
        quote if isinstance(quote, ox.Literal) else None,
        _text(graph, node, "basis") or None,
        _text(graph, node, "note"),
    )
    return states, graph.objects(node, ONTOLOGY + "value"), witness


def _rejected(graph: Graph, node: str) -> Rejected:
    value = _one(graph, node, "value")
    assert value is not None  # a shape demands it
    sources = tuple(source.value for source in graph.objects(node, ONTOLOGY + "source"))
    return Rejected(node, _text(graph, node, "property"), value, sources, _text(graph, node, "reason"))


def _missing(graph: Graph, node: str) -> Missing:
    on = _one(graph, node, "searchedOn")
    assert on is not None  # a shape demands it
    return Missing(
        node, _text(graph, node, "property"), _text(graph, node, "missing"), _text(graph, node, "searched"), on
    )


def _mentions(graph: Graph, iri: str) -> tuple[Mention, ...]:
    """What points here from other things; from records of evidence, disputes and gaps it does not count."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for quad in graph.store.quads_for_pattern(None, None, ox.NamedNode(iri)):
        subject, path = iri_of(quad.subject), quad.predicate.value
        if subject.startswith(BASE) and path not in _SILENT and "#" not in subject:
            found[path, type_of(graph, subject)].add(subject)
    ordered = sorted(found.items(), key=lambda item: (predicate_key(item[0][0]), item[0][1]))
    return tuple(Mention(path, kind, tuple(sorted(things, key=natural))) for (path, kind), things in ordered)
