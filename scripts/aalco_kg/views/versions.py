"""The versions of a text: its drafts in order, what led to them, where they were discussed, and where they stand."""

from dataclasses import dataclass

from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Entity, Missing, entity
from aalco_kg.views.mandates import date_of

DRAFTS = BASE + "document-kind/draft-principles"
_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Step:
    """A decision, a draft or a meeting in the life of a text. `date` is its own; a draft without one has None."""

    entity: Entity
    date: Node | None
    draft: bool
    revises: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """`steps` in order of time; `status` is what is not known of the adoption of the text."""

    steps: tuple[Step, ...]
    status: tuple[Missing, ...]
    adopted: bool  # whether any draft or any outcome of its meetings is recorded as adopted

    @property
    def drafts(self) -> tuple[Step, ...]:
        """The versions themselves."""
        return tuple(step for step in self.steps if step.draft)


def versions(graph: Graph, kind: str = DRAFTS) -> Versions:
    """The life of a text whose drafts are the documents of a kind."""
    drafts = [iri for iri in graph.subjects(ONTOLOGY + "kind", kind) if _is(graph, iri, "Document")]
    events = {event for draft in drafts for name in ("forEvent", "presentedAt") for event in _iris(graph, draft, name)}
    asked = {provision for draft in drafts for provision in graph.subjects(ONTOLOGY + "carriedOutBy", draft)}
    origins = {outcome for provision in asked for outcome in _iris(graph, provision, "provisionOf")}
    order = {iri: _place(graph, iri) for iri in {*drafts, *events, *origins}}
    steps = [_step(graph, iri, iri in drafts) for iri in sorted(order, key=lambda iri: (order[iri], iri))]
    gaps = [gap for step in steps for gap in step.entity.gaps]
    status = tuple(gap for gap in gaps if gap.property in (ONTOLOGY + "outcomeStatus", ONTOLOGY + "atEvent"))
    adopted = any(BASE + "outcome-status/adopted" in _iris(graph, draft, "outcomeStatus") for draft in drafts)
    return Versions(tuple(steps), status, adopted)


def _step(graph: Graph, iri: str, draft: bool) -> Step:
    return Step(entity(graph, iri), date_of(graph, iri), draft, tuple(_iris(graph, iri, "revises")))


def _place(graph: Graph, iri: str) -> tuple[str, int]:
    """Where a step stands: at its date; a draft without one just before what revises it or where it was presented."""
    date = date_of(graph, iri)
    if date is not None:
        return (str(date.value), 0)
    later = [*graph.subjects(ONTOLOGY + "revises", iri), *_iris(graph, iri, "presentedAt")]
    places = [_place(graph, other) for other in later if other != iri]
    return (min(places)[0], -1) if places else ("~", 0)


def _iris(graph: Graph, subject: str, name: str) -> list[str]:
    return [str(value.value) for value in graph.objects(subject, ONTOLOGY + name)]


def _is(graph: Graph, iri: str, name: str) -> bool:
    return any(value.value == ONTOLOGY + name for value in graph.objects(iri, _TYPE))
