"""A brief on a State or a topic: what is recorded of it, in the order of a legal adviser's questions, with footnotes.

A footnote is a place in a source; the sources cited make the bibliography. What is disputed and what is not known
belongs to the brief as much as what is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Entity, Fact, Mention, Missing, Rejected, Witness, entity
from aalco_kg.views.reference import Reference, document

_SKOS = PREFIXES["skos"]
# What a brief leads with: facts of the thing itself.
_FACTS = (
    *(_SKOS + name for name in ("definition", "scopeNote", "broader", "related")),
    *(ONTOLOGY + name for name in ("formalName", "summary")),
)
# What follows, by property and class of what points here, in this order; what is not listed has no place in a brief.
_PARTS = (
    ("holder", "Position"),
    ("topic", "Position"),
    ("member", "Membership"),
    ("proposedBy", "AgendaItem"),
    ("proposedBy", "Decision"),
    ("topic", "Provision"),
    ("topic", "Deliberation"),
    ("topic", "Meeting"),
    ("host", "AnnualSession"),
    ("participant", "Meeting"),
    ("participant", "AnnualSession"),
    ("represents", "OfficeHeld"),
    ("holder", "OfficeHeld"),
    ("represents", "Delegation"),
    ("issuedBy", "Document"),
    ("topic", "Document"),
    ("party", "TreatyAction"),
    ("participant", "Process"),
    ("topic", "Instrument"),
    ("topic", "Norm"),
)
_WHEN = ("date", "startDate", "adoptedOn")
_MOST_NOTES = 4  # at one line
_OCCASION = ("occasion", "statedIn", "atEvent", "session")


@dataclass(frozen=True)
class Note:
    """A footnote: a place in a source, and what it says there."""

    number: int
    witness: Witness


@dataclass(frozen=True)
class Line:
    """Something recorded: when, what thing, further terms (stance, topics, occasion), our words, footnote numbers."""

    when: str
    iri: str
    terms: tuple[Node, ...]
    words: tuple[Node, ...]
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """Lines of one kind, oldest first: the property with which they point here, and their class."""

    property: str
    type: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Statement:
    """A fact of the thing itself: its values, each with footnote numbers."""

    property: str
    values: tuple[tuple[Node, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Brief:
    """All of it. `sources` are the references of the sources cited, in alphabetical order, with their addresses."""

    iri: str
    type: str
    facts: tuple[Statement, ...]
    parts: tuple[Part, ...]
    disputes: tuple[tuple[str, Rejected], ...]
    gaps: tuple[tuple[str, Missing], ...]
    notes: tuple[Note, ...]
    sources: tuple[tuple[str, Reference], ...]


class _Notes:
    """Footnotes as they are made: the same place in the same source is one."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str, str, str], Note] = {}

    def of(self, witnesses: Iterable[Witness]) -> tuple[int, ...]:
        """The numbers of the first few: more would hide the line they stand at."""
        numbers = []
        for witness in islice(witnesses, _MOST_NOTES):
            place = (witness.source, witness.locator, str(witness.quote or ""), witness.basis or "")
            note = self.made.setdefault(place, Note(len(self.made) + 1, witness))
            numbers.append(note.number)
        return tuple(sorted(set(numbers)))


def brief(graph: Graph, iri: str) -> Brief:
    """The brief on a thing of the graph."""
    main, notes = entity(graph, iri), _Notes()
    facts = tuple(_statement(fact, notes) for fact in main.facts if fact.property in _FACTS and fact.values)
    parts, near = [], [main]
    for mention in _ordered(main.mentions):
        things = [entity(graph, subject) for subject in mention.subjects]
        things.sort(key=lambda thing: _when(graph, thing))
        near += things
        lines = tuple(_line(graph, thing, iri, mention, notes) for thing in things)
        parts.append(Part(mention.property, mention.type, lines))
    made = tuple(notes.made.values())
    return Brief(
        iri,
        main.type,
        facts,
        tuple(parts),
        tuple((thing.iri, dispute) for thing in near for dispute in thing.disputes if _ours(thing, main)),
        tuple((thing.iri, gap) for thing in near for gap in thing.gaps if _ours(thing, main)),
        made,
        _bibliography(graph, made),
    )


def _ours(thing: Entity, main: Entity) -> bool:
    """Whether the disputes and gaps of a thing are about the subject of the brief: those of whole sessions are not."""
    return thing is main or thing.type.removeprefix(ONTOLOGY) in ("Position", "Membership", "Provision")


def _ordered(mentions: Iterable[Mention]) -> list[Mention]:
    places = {(ONTOLOGY + path, ONTOLOGY + kind): number for number, (path, kind) in enumerate(_PARTS)}
    chosen = [mention for mention in mentions if (mention.property, mention.type) in places]
    return sorted(chosen, key=lambda mention: places[mention.property, mention.type])


def _statement(fact: Fact, notes: _Notes) -> Statement:
    return Statement(fact.property, tuple((value.term, notes.of(value.witnesses)) for value in fact.values))


def _line(graph: Graph, thing: Entity, about: str, mention: Mention, notes: _Notes) -> Line:
    linking = next((fact for fact in thing.facts if fact.property == mention.property), None)
    bearing = [
        witness
        for value in (linking.values if linking else ())
        if isinstance(value.term, ox.NamedNode) and value.term.value == about
        for witness in value.witnesses
    ]
    terms = [term for name in ("stance", "membershipStatus", "topic", *_OCCASION) for term in _values(thing, name)]
    others = tuple(term for term in terms if term != ox.NamedNode(about))
    summary = thing.fact("summary") if mention.type in (ONTOLOGY + "Position", ONTOLOGY + "Provision") else None
    words = tuple(value.term for value in summary.values) if summary else ()
    bearing += [witness for value in (summary.values if summary else ()) for witness in value.witnesses]
    return Line(_when(graph, thing), thing.iri, others, words, notes.of(bearing))


def _values(thing: Entity, name: str) -> list[Node]:
    fact = thing.fact(name)
    return [value.term for value in fact.values] if fact else []


def _when(graph: Graph, thing: Entity) -> str:
    """The date of a thing, else that of its occasion, as ISO text; empty when neither is known."""
    for name in _WHEN:
        for term in _values(thing, name):
            return str(term.value)
    for name in _OCCASION:
        for term in _values(thing, name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                for path in _WHEN:
                    for date in graph.objects(term.value, ONTOLOGY + path):
                        return str(date.value)
    return ""


def _bibliography(graph: Graph, notes: Iterable[Note]) -> tuple[tuple[str, Reference], ...]:
    cited = {note.witness.source for note in notes}
    found = [(iri, reference) for iri in cited if (reference := document(graph, iri))]
    return tuple(sorted(found, key=lambda item: (item[1].author.casefold(), item[1].title.casefold(), item[0])))
