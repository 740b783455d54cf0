"""The position matrix: which State took which stance on which topic, and what an empty cell can honestly mean.

An empty cell is *silent* only where a source names the State at an occasion at which a source records the topic;
*absent* only where every such occasion has a list of participants that is complete, and the State is on none;
otherwise nothing is known. Topics are matched exactly: nobody is counted silent on a topic for having spoken on a
narrower one.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural

ITEM = BASE + "item/cyberspace"
_TYPE = PREFIXES["rdf"] + "type"
_TREATED = {BASE + "deliberation-status/deliberated", BASE + "deliberation-status/introduced"}


class Known(StrEnum):
    """What is known of a State and a topic."""

    spoke = "spoke"
    silent = "silent"
    absent = "absent"
    unknown = "unknown"


@dataclass(frozen=True)
class Cell:
    """One State on one topic. `positions` and `stances` where it spoke; `occasions` where it was silent or absent."""

    known: Known
    positions: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Occasion:
    """A session, meeting or side event at which the item was treated: who is named there, and on what it was."""

    iri: str
    topics: frozenset[str]
    present: frozenset[str]
    complete: bool  # whether the list of participants is known to be whole


@dataclass(frozen=True)
class Matrix:
    """`groups` are topics by their topmost topic, the item as a whole first; `cells` has every State and topic."""

    states: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    cells: dict[tuple[str, str], Cell]
    holders: int  # how many of the states hold a position; they come first
    occasions: tuple[Occasion, ...]
    unheard: tuple[str, ...] = field(default=())  # members with no position that are named at no occasion

    @property
    def topics(self) -> tuple[str, ...]:
        """Every row, in order."""
        return tuple(topic for _, topics in self.groups for topic in topics)

    def count(self, known: Known) -> int:
        """How many cells are of a kind."""
        return sum(cell.known is known for cell in self.cells.values())


@lru_cache(maxsize=4)
def matrix(graph: Graph) -> Matrix:
    """Every State or organization that holds a position or is named at an occasion, by every topic."""
    spoken = _spoken(graph)
    occasions = tuple(_occasion(graph, iri) for iri in _events(graph))
    present = {state for occasion in occasions for state in occasion.present}
    holders = {holder for holder, _ in spoken}
    states = sorted(
        holders | present, key=lambda iri: (iri not in holders, not _is(graph, iri, "State"), graph.label(iri))
    )
    topics = {topic for _, topic in spoken} | {topic for occasion in occasions for topic in occasion.topics}
    groups = _groups(graph, topics, {topic for _, topic in spoken})
    cells = {
        (state, topic): _cell(graph, spoken.get((state, topic), []), state, topic, occasions)
        for state in states
        for _, rows in groups
        for topic in rows
    }
    unheard = tuple(state for state in members(graph) if state not in states)
    return Matrix(tuple(states), groups, cells, len(holders), occasions, unheard)


def members(graph: Graph) -> list[str]:
    """The States recorded as members of AALCO with no end, by label. A former State has no code, and is left out."""
    found = set()
    for membership in graph.subjects(ONTOLOGY + "memberOf", BASE + "organization/aalco"):
        status = [value.value for value in graph.objects(membership, ONTOLOGY + "membershipStatus")]
        if status == [BASE + "membership-status/member"] and not graph.objects(membership, ONTOLOGY + "endDate"):
            found |= {*_values(graph, membership, "member")}
    return sorted((iri for iri in found if graph.objects(iri, ONTOLOGY + "isoAlpha2")), key=graph.label)


def positions_of(graph: Graph, state: str) -> list[str]:
    """The positions that a State holds, alone or jointly, oldest first."""
    held = [iri for iri in graph.subjects(ONTOLOGY + "holder", state) if _is(graph, iri, "Position")]
    return sorted(held, key=lambda iri: (when(graph, iri), natural(iri)))


def when(graph: Graph, position: str) -> str:
    """The date of a position: its own, else that of its occasion, else that of the document it stands in."""
    for path, then in (("date", None), ("occasion", "startDate"), ("statedIn", "date")):
        for value in graph.objects(position, ONTOLOGY + path):
            dates = graph.objects(value.value, ONTOLOGY + then) if then else [value]
            if dates:
                return dates[0].value
    return ""


def _spoken(graph: Graph) -> dict[tuple[str, str], list[str]]:
    """The positions on each topic by holder; a position without a topic is on the item as a whole."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for position in graph.subjects(_TYPE, ONTOLOGY + "Position"):
        topics = _values(graph, position, "topic") or _values(graph, position, "item")
        for holder in _values(graph, position, "holder"):
            for topic in topics:
                found[holder, topic].append(position)
    return found


def _cell(graph: Graph, positions: list[str], state: str, topic: str, occasions: tuple[Occasion, ...]) -> Cell:
    if positions:
        ordered = sorted(positions, key=lambda iri: (when(graph, iri), natural(iri)))
        stances = dict.fromkeys(stance for iri in ordered for stance in _values(graph, iri, "stance"))
        return Cell(Known.spoke, tuple(ordered), tuple(stances))
    held = [occasion for occasion in occasions if topic in occasion.topics]
    named = tuple(occasion.iri for occasion in held if state in occasion.present)
    if named:
        return Cell(Known.silent, occasions=named)
    if held and all(occasion.complete for occasion in held):
        return Cell(Known.absent, occasions=tuple(occasion.iri for occasion in held))
    return Cell(Known.unknown)


def _events(graph: Graph) -> list[str]:
    """The sessions, meetings and side events at which the item was treated."""
    found = set()
    for thing in graph.subjects(ONTOLOGY + "item", ITEM):
        if _is(graph, thing, "Deliberation"):
            if _TREATED & {*_values(graph, thing, "deliberationStatus")}:
                found |= {*_values(graph, thing, "session")}
        elif _is(graph, thing, "Meeting") or _is(graph, thing, "SideEvent"):
            found.add(thing)
    return sorted(found, key=natural)


def _occasion(graph: Graph, event: str) -> Occasion:
    treated = [iri for iri in graph.subjects(ONTOLOGY + "session", event) if ITEM in _values(graph, iri, "item")]
    treated = [iri for iri in treated if _is(graph, iri, "Deliberation")]
    topics = {topic for iri in (treated or [event]) for topic in _values(graph, iri, "topic")}
    listed = {*_values(graph, event, "participant"), *_values(graph, event, "observer")}
    sent = {
        state
        for delegation in graph.subjects(ONTOLOGY + "atEvent", event)
        for state in _values(graph, delegation, "represents")
    }
    spoke = {holder for iri in graph.subjects(ONTOLOGY + "occasion", event) for holder in _values(graph, iri, "holder")}
    present = {iri for iri in listed | sent | spoke if _is(graph, iri, "State")}
    return Occasion(event, frozenset(topics | {ITEM}), frozenset(present), _complete(graph, [event, *treated], listed))


def _complete(graph: Graph, records: list[str], listed: set[str]) -> bool:
    """Whether a list of participants is whole: as long as the number of States that is recorded, and no gap in it."""
    counted = graph.objects(records[0], ONTOLOGY + "memberStatesPresent")
    states = sum(_is(graph, iri, "State") for iri in listed)
    gaps = [gap for record in records for gap in graph.subjects(ONTOLOGY + "about", record)]
    missing = any(ONTOLOGY + "participant" in _values(graph, gap, "property") for gap in gaps)
    return bool(counted) and counted[0].value == str(states) and not missing


def _groups(graph: Graph, topics: set[str], spoken: set[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Topics by label under their topmost topic; the item first, then what most topics with positions fall under."""
    found: dict[str, list[str]] = defaultdict(list)
    for topic in topics - {ITEM}:
        found[_top(graph, topic)].append(topic)
    groups = [(top, tuple(sorted(rows, key=lambda iri: graph.label(iri).casefold()))) for top, rows in found.items()]
    groups.sort(key=lambda group: (-len(spoken.intersection(group[1])), graph.label(group[0])))
    return ((ITEM, (ITEM,)), *groups)


def _top(graph: Graph, topic: str) -> str:
    while broader := _values(graph, topic, "broader", PREFIXES["skos"]):
        topic = broader[0]
    return topic


def _values(graph: Graph, subject: str, name: str, namespace: str = ONTOLOGY) -> list[str]:
    return [value.value for value in graph.objects(subject, namespace + name) if isinstance(value, ox.NamedNode)]


def _is(graph: Graph, iri: str, name: str) -> bool:
    return any(value.value == ONTOLOGY + name for value in graph.objects(iri, _TYPE))
