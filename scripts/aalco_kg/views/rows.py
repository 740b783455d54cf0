"""The things that point to a thing, each with what a list shows of it: values, evidence, disputes and gaps."""

from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Mention, Said, Witness, records, witnesses_of


@dataclass(frozen=True)
class Row:
    """A thing in a list. `witnesses` are those for its place in the list, else all there are about it."""

    iri: str
    said: Said
    witnesses: tuple[Witness, ...]
    disputes: int
    gaps: int

    def values(self, name: str) -> tuple[Node, ...]:
        """The values of an own property, by its local name."""
        return tuple(self.said.get(ONTOLOGY + name, ()))


def row(graph: Graph, mention: Mention, iri: str, subject: str, evidence: bool = True) -> Row:
    """A thing that points to `iri`; without `evidence` only its values, which takes less time."""
    said = graph.properties(subject)
    if not evidence:
        return Row(subject, said, (), 0, 0)
    witnesses = witnesses_of(graph, subject)
    here = ox.NamedNode(iri)
    near = tuple(witness for witness in witnesses if witness.bears_out(mention.property, here))
    disputes, gaps = (len(records(graph, subject, name)) for name in ("Dispute", "Gap"))
    return Row(subject, said, near or witnesses, disputes, gaps)


def period(said: Said) -> tuple[str, str, bool]:
    """When something was, for ordering and wording: first and last day, and whether these are only days it is shown.

    >>> period({})
    ('', '', False)
    """

    def first(name: str) -> str:
        return next((str(value.value) for value in said.get(ONTOLOGY + name, ())), "")

    start, end = first("startDate"), first("endDate")
    if start or end:
        return start, end, False
    for name in ("date", "adoptedOn", "introducedOn"):
        if first(name):
            return first(name), first(name), False
    shown = sorted(str(value.value) for value in said.get(ONTOLOGY + "attestedOn", ()))
    return (shown[0], shown[-1], True) if shown else ("", "", False)


def moment(graph: Graph, said: Said) -> str:
    """When something began, else the session or occasion that it belongs to; empty when neither is known."""
    start, _, _ = period(said)
    if start:
        return start
    for name in ("session", "occasion", "atEvent", "duringSession"):
        for event in said.get(ONTOLOGY + name, ()):
            return moment(graph, graph.properties(str(event.value)))
    return ""


def follow(graph: Graph, iri: str, path: str) -> list[Node]:
    """The values at the end of a path of properties, such as `heldIn.country` or `skos:definition`."""
    values: list[Node] = [ox.NamedNode(iri)]
    for step in path.split("."):
        prefix, _, name = step.rpartition(":")
        property_ = PREFIXES[prefix or "aalco"] + name
        values = [value for one in values for value in graph.properties(str(one.value)).get(property_, ())]
    return list(dict.fromkeys(values))
