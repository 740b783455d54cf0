"""What AALCO asked for on an agenda item, of whom, and what became of it."""

from dataclasses import dataclass

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node, natural
from aalco_kg.views.entity import Entity, Fact, Missing, Value, entity
from aalco_kg.views.matrix import ITEM

_TYPE = PREFIXES["rdf"] + "type"
_DATES = ("startDate", "date", "adoptedOn")
_OUTCOMES = ("Resolution", "ResolutionSeries", "Decision", "Declaration")


@dataclass(frozen=True)
class Done:
    """What carried a mandate out: the link with its evidence, and the date of the event, document or outcome."""

    value: Value
    date: Node | None


@dataclass(frozen=True)
class Mandate:
    """A provision: `outcome` is what it is part of, `asked` its subject and `action` its verb, each with evidence."""

    entity: Entity
    outcome: str
    date: Node | None
    action: Fact | None
    asked: Fact | None
    done: tuple[Done, ...]


@dataclass(frozen=True)
class Group:
    """The mandates of one addressee, oldest first; without an addressee where no source names one."""

    addressee: str | None
    mandates: tuple[Mandate, ...]


@dataclass(frozen=True)
class Mandates:
    """`groups` by addressee; `outcomes` on the item, each with what is missing of it."""

    groups: tuple[Group, ...]
    outcomes: tuple[tuple[Entity, tuple[Missing, ...]], ...]

    @property
    def all(self) -> tuple[Mandate, ...]:
        """Every mandate once, in the order of the groups."""
        return tuple(dict.fromkeys(mandate for group in self.groups for mandate in group.mandates))


def mandates(graph: Graph, item: str = ITEM) -> Mandates:
    """The provisions of every outcome on an item, and the outcomes themselves."""
    outcomes = [iri for iri in graph.subjects(ONTOLOGY + "item", item) if _kind(graph, iri) in _OUTCOMES]
    outcomes.sort(key=lambda iri: (_text(date_of(graph, iri)) or "~", natural(iri)))
    found: dict[str | None, list[Mandate]] = {}
    for outcome in outcomes:
        for provision in graph.subjects(ONTOLOGY + "provisionOf", outcome):
            mandate = _mandate(graph, provision, outcome)
            asked_of: list[str | None] = [str(v.value) for v in graph.objects(provision, ONTOLOGY + "addressee")]
            for addressee in asked_of or [None]:
                found.setdefault(addressee, []).append(mandate)
    ordered = sorted(found.items(), key=lambda group: (group[0] is None, graph.label(group[0] or "")))
    shown = [entity(graph, iri) for iri in outcomes]
    return Mandates(
        tuple(Group(addressee, tuple(mandates)) for addressee, mandates in ordered),
        tuple((outcome, outcome.gaps) for outcome in shown),
    )


def date_of(graph: Graph, iri: str) -> Node | None:
    """When an event began, or a document or outcome was issued or adopted."""
    for name in _DATES:
        if dates := graph.objects(iri, ONTOLOGY + name):
            return dates[0]
    return None


def _mandate(graph: Graph, provision: str, outcome: str) -> Mandate:
    shown = entity(graph, provision)
    carried = shown.fact("carriedOutBy")
    done = [Done(value, date_of(graph, str(value.term.value))) for value in (carried.values if carried else ())]
    done.sort(key=lambda each: (_text(each.date), natural(str(each.value.term.value))))
    return Mandate(shown, outcome, date_of(graph, outcome), shown.fact("action"), shown.fact("subject"), tuple(done))


def _kind(graph: Graph, iri: str) -> str:
    types = graph.objects(iri, _TYPE)
    return str(types[0].value).removeprefix(ONTOLOGY) if types else ""


def _text(term: Node | None) -> str:
    return "" if term is None else str(term.value)
