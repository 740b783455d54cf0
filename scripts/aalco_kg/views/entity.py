"""A thing with all that is recorded of it: facts, who says so, where sources differ, what is missing, what points here.

Values stay RDF terms: command line, pages and API word them, each in its language.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
}
Said = Mapping[str, Sequence[Node]]  # what is said of a thing, by property


@dataclass(frozen=True)
class Witness:
    """One piece of evidence: which source (an IRI), where in it, its words, how far it bears a statement out.

    `states` are the properties it speaks of; `values` the only ones it speaks of, when there are any.
    """

    iri: str
    source: str
    states: tuple[str, ...]
    values: tuple[Node, ...]
    locator: str
    quote: ox.Literal | None
    basis: str | None  # the IRI of a basis other than "stated"
    note: str

    def bears_out(self, path: str, term: Node) -> bool:
        """Whether it speaks of a value of a property."""
        return path in self.states and (not self.values or term in self.values)


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
    locator: str
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
    witnesses: tuple[Witness, ...]

    @property
    def disputes(self) -> tuple[Rejected, ...]:
        """Every rejected value, in the order of the facts."""
        return tuple(other for fact in self.facts for other in fact.disputes)

    @property
    def gaps(self) -> tuple[Missing, ...]:
        """Every gap, in the order of the facts."""
        return tuple(gap for fact in self.facts for gap in fact.gaps)

    def fact(self, name: str) -> Fact | None:
        """The fact of an own property, by its local name."""
        return next((fact for fact in self.facts if fact.property == ONTOLOGY + name), None)


def things(graph: Graph) -> list[str]:
    """Every thing with a record, in natural order; evidence, disputes and gaps are parts of what they are about."""
    typed = {iri_of(quad.subject) for quad in graph.store.quads_for_pattern(None, ox.NamedNode(_TYPE), None)}
    return sorted((iri for iri in typed if iri.startswith(BASE) and "#" not in iri), key=natural)


@lru_cache(maxsize=256)
def entity(graph: Graph, iri: str, only: str | None = None) -> Entity:
    """What is recorded of a thing of the graph; `only` limits the facts to one property (an IRI)."""
    witnesses = witnesses_of(graph, iri)
    disputes, gaps = defaultdict[str, list[Rejected]](list), defaultdict[str, list[Missing]](list)
    for node in records(graph, iri, "Dispute"):
        other = rejected(graph, node)
        disputes[other.property].append(other)
    for node in records(graph, iri, "Gap"):
        gap = missing(graph, node)
        gaps[gap.property].append(gap)
    said = graph.properties(iri)
    properties = said.keys() - _SILENT | disputes.keys() | gaps.keys()
    facts = []
    for path in sorted(properties, key=predicate_key):
        if only in (None, path):
            values = (Value(term, supporting(witnesses, path, term)) for term in said.get(path, ()))
            facts.append(Fact(path, tuple(values), tuple(disputes[path]), tuple(gaps[path])))
    return Entity(iri, type_of(graph, iri), tuple(facts), () if only else _mentions(graph, iri), witnesses)


def type_of(graph: Graph, iri: str) -> str:
    """The class of a thing, an IRI; of several the first in the ontology's order."""
    types = graph.properties(iri).get(_TYPE)
    return types[0].value if types else PREFIXES["rdfs"] + "Resource"


def supporting(witnesses: Iterable[Witness], path: str, term: Node) -> tuple[Witness, ...]:
    """The evidence for a value of a property, the plainest first."""
    return tuple(sorted((one for one in witnesses if one.bears_out(path, term)), key=reserve))


def reserve(witness: Witness) -> tuple[bool, bool, bool]:
    """How much a witness holds back: plain words of the source first, then what a note or a basis qualifies."""
    return witness.basis is not None, bool(witness.note), witness.quote is None


def records(graph: Graph, iri: str, name: str) -> list[str]:
    """The records about a thing of one class (`Evidence`, `Dispute` or `Gap`), in order."""
    about = graph.mentions(iri).get(ONTOLOGY + "about", ())
    return [node for node in about if type_of(graph, node) == ONTOLOGY + name]


def witnesses_of(graph: Graph, iri: str) -> tuple[Witness, ...]:
    """The evidence about a thing, in order."""
    return tuple(witness(graph, node) for node in records(graph, iri, "Evidence"))


def _one(said: Said, name: str) -> Node | None:
    values = said.get(ONTOLOGY + name)
    return values[0] if values else None


def _text(said: Said, name: str) -> str:
    value = _one(said, name)
    return "" if value is None else str(value.value)


def witness(graph: Graph, node: str) -> Witness:
    """A record of evidence."""
    said = graph.properties(node)
    quote = _one(said, "quote")
    return Witness(
        node,
        _text(said, "source"),
        tuple(str(value.value) for value in said.get(ONTOLOGY + "states", ())),
        tuple(said.get(ONTOLOGY + "value", ())),
        _text(said, "locator"),
        quote if isinstance(quote, ox.Literal) else None,
        _text(said, "basis") or None,
        _text(said, "note"),
    )


def rejected(graph: Graph, node: str) -> Rejected:
    """A record of a dispute."""
    said = graph.properties(node)
    value = _one(said, "value")
    assert value is not None  # a shape demands it
    sources = tuple(str(source.value) for source in said.get(ONTOLOGY + "source", ()))
    return Rejected(node, _text(said, "property"), value, sources, _text(said, "locator"), _text(said, "reason"))


def missing(graph: Graph, node: str) -> Missing:
    """A record of a gap."""
    said = graph.properties(node)
    on = _one(said, "searchedOn")
    assert on is not None  # a shape demands it
    return Missing(node, _text(said, "property"), _text(said, "missing"), _text(said, "searched"), on)


def _mentions(graph: Graph, iri: str) -> tuple[Mention, ...]:
    """What points here from other things; from records of evidence, disputes and gaps it does not count."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, subjects in graph.mentions(iri).items():
        if path not in _SILENT:
            for subject in subjects:
                if subject.startswith(BASE) and "#" not in subject:
                    found[path, type_of(graph, subject)].append(subject)
    ordered = sorted(found.items(), key=lambda item: (predicate_key(item[0][0]), item[0][1]))
    return tuple(Mention(path, kind, tuple(things)) for (path, kind), things in ordered)
