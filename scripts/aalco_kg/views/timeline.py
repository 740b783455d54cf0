"""What happened on the agenda item, in order of time."""

from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg import queries, table
from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES

_TYPE = PREFIXES["rdf"] + "type"
# In which lane of the drawing a class of event stands.
_LANES = {
    "AnnualSession": "sessions",
    "Meeting": "meetings",
    "SideEvent": "meetings",
    "Resolution": "outcomes",
    "Decision": "outcomes",
    "Declaration": "outcomes",
}
LANES = ("sessions", "meetings", "outcomes", "documents")


@dataclass(frozen=True)
class Event:
    """An event, document or outcome; `date` at the precision of its source, `lane` one of LANES."""

    iri: str
    type: str
    kind: str | None  # a concept: which kind of meeting or document
    date: ox.Literal
    place: str | None
    session: str | None
    lane: str
    sources: int


def timeline(graph: Graph) -> tuple[Event, ...]:
    """The rows of the question item-timeline, one for each event, with how many sources speak of it."""
    answer = table.run(graph, queries.named("item-timeline").text)
    assert isinstance(answer, table.Table)
    events: dict[str, Event] = {}
    for row in answer.rows:
        found = dict(zip(answer.columns, row, strict=True))
        date, iri = found["date"], found["event"]
        assert isinstance(date, ox.Literal)
        assert isinstance(iri, ox.NamedNode)
        kind = graph.objects(iri.value, ONTOLOGY + "kind")
        type_ = str(graph.objects(iri.value, _TYPE)[0].value)
        events.setdefault(
            iri.value,
            Event(
                iri.value,
                type_,
                str(kind[0].value) if kind else None,
                date,
                _iri(found["place"]),
                _iri(found["session"]),
                _LANES.get(type_.removeprefix(ONTOLOGY), "documents"),
                int(table.plain(found["sources"]) or 0),
            ),
        )
    return tuple(events.values())


def _iri(term: table.Term | None) -> str | None:
    return term.value if isinstance(term, ox.NamedNode) else None
