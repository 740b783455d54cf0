"""Two things of one kind side by side: what is asserted of each, what belongs to each, and topic by topic."""

from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural, predicate_key
from aalco_kg.views.entity import Entity, Value, entity

# What brings a topic to a session, and what to a State: properties that point to it.
_TREATMENTS = ("session", "duringSession", "atEvent", "occasion")
_HELD = ("holder",)
_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Pair:
    """A property with its values on either side; `type` is the class of things that point here with it."""

    path: str
    type: str | None
    left: tuple[Value, ...]
    right: tuple[Value, ...]

    @property
    def same(self) -> bool:
        """Whether both sides say the same."""
        return {value.term for value in self.left} == {value.term for value in self.right}


@dataclass(frozen=True)
class Shared:
    """A topic with what brings it to either side: deliberations, meetings and documents, or positions."""

    topic: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two things: `facts` in the order of a record, `belonging` by property and class, `topics` by label."""

    left: Entity
    right: Entity
    facts: tuple[Pair, ...]
    belonging: tuple[Pair, ...]
    topics: tuple[Shared, ...]


def compare(graph: Graph, left: str, right: str) -> Comparison:
    """Two things of the graph, of one class."""
    one, other = entity(graph, left), entity(graph, right)
    values = [{fact.property: fact.values for fact in side.facts if fact.values} for side in (one, other)]
    facts = tuple(
        Pair(path, None, values[0].get(path, ()), values[1].get(path, ()))
        for path in sorted(values[0].keys() | values[1].keys(), key=predicate_key)
    )
    return Comparison(one, other, facts, _belonging(one, other), _topics(graph, one, other))


def _belonging(one: Entity, other: Entity) -> tuple[Pair, ...]:
    sides = [
        {
            (mention.property, mention.type): tuple(Value(ox.NamedNode(iri), ()) for iri in mention.subjects)
            for mention in side.mentions
        }
        for side in (one, other)
    ]
    keys = sorted(sides[0].keys() | sides[1].keys(), key=lambda key: (predicate_key(key[0]), key[1]))
    return tuple(
        Pair(path, kind, sides[0].get((path, kind), ()), sides[1].get((path, kind), ())) for path, kind in keys
    )


def _topics(graph: Graph, one: Entity, other: Entity) -> tuple[Shared, ...]:
    sides = [_by_topic(graph, side) for side in (one, other)]
    topics = sorted(sides[0].keys() | sides[1].keys(), key=lambda iri: graph.label(iri).casefold())
    return tuple(Shared(topic, sides[0].get(topic, ()), sides[1].get(topic, ())) for topic in topics)


def _by_topic(graph: Graph, side: Entity) -> dict[str, tuple[str, ...]]:
    paths = _HELD if side.type == ONTOLOGY + "State" else _TREATMENTS
    things = {thing for path in paths for thing in graph.subjects(ONTOLOGY + path, side.iri)} | {side.iri}
    found: dict[str, list[str]] = {}
    for thing in sorted(things, key=natural):
        for topic in graph.objects(thing, ONTOLOGY + "topic"):
            if ONTOLOGY + "Topic" in [str(kind.value) for kind in graph.objects(str(topic.value), _TYPE)]:
                found.setdefault(str(topic.value), []).append(thing)
    return {topic: tuple(things) for topic, things in found.items()}
