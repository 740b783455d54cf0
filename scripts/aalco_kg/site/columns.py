"""The columns of the lists: what the table of each kind of thing shows, and in which order its rows stand."""

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox
from markupsafe import Markup, escape

from aalco_kg.fold import sorting
from aalco_kg.graph import Graph
from aalco_kg.site.listing import ROLES, when
from aalco_kg.site.rendering import Page
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.views.matrix import ITEM
from aalco_kg.views.rows import Row, follow, moment

Cell = Callable[[Page, str], Markup]


@dataclass(frozen=True)
class Column:
    """A column: its heading (a message), what it shows of a thing, and whether that is a number."""

    heading: str
    cell: Cell
    number: bool = False


def _value(heading: str, path: str, linked: bool = False) -> Column:
    def cell(page: Page, iri: str) -> Markup:
        values = page.best(follow(page.graph, iri, path))[:4]
        plain = not linked
        names = [page.name(str(v.value)) if isinstance(v, ox.NamedNode) and plain else page.show(v) for v in values]
        return escape(page.say(", ")).join(names)

    return Column(heading, cell)


def _count(heading: str, property_: str, class_: str) -> Column:
    """How many things of a class point with a property; nothing where there is none."""

    def cell(page: Page, iri: str) -> Markup:
        type_ = ox.NamedNode(ONTOLOGY + class_)
        subjects = page.graph.mentions(iri).get(ONTOLOGY + property_, ())
        number = sum(type_ in page.graph.properties(s).get(PREFIXES["rdf"] + "type", ()) for s in subjects)
        return escape(number or "")

    return Column(heading, cell, number=True)


def _roles(page: Page, iri: str) -> Markup:
    """The offices that a person held, the highest first."""
    offices = page.graph.mentions(iri).get(ONTOLOGY + "holder", ())
    roles = {str(v.value) for one in offices for v in page.graph.properties(one).get(ONTOLOGY + "role", ())}
    ordered = sorted(roles, key=lambda role: (ROLES.get(role.rpartition("/")[2], 99), role))
    return escape(page.say(", ")).join(page.name(role) for role in ordered[:3])


def _membership(page: Page, iri: str) -> Markup:
    """Since when, or for which time, a State is shown to be a member or observer, the latest standing named alone."""
    parts = []
    for one in page.graph.mentions(iri).get(ONTOLOGY + "member", ()):
        said = page.graph.properties(one)
        status = str(said[ONTOLOGY + "membershipStatus"][0].value) if ONTOLOGY + "membershipStatus" in said else ""
        time = when(page, Row(one, said, (), 0, 0))
        other = status and status != group_of(page, "state", iri)
        parts.append(page.label(status) + page.say(": ") + time if other and time else time)
    return escape(page.say("; ").join(part for part in parts if part))


def _country(page: Page, iri: str) -> Markup:
    """The country of a place, or of the city in which a venue stands."""
    values = follow(page.graph, iri, "country") or follow(page.graph, iri, "city.country")
    return escape(page.say(", ")).join(page.name(str(value.value)) for value in values)


def _sessions_at(page: Page, iri: str) -> Markup:
    """How many annual sessions were held in a city or at a venue; nothing where there is none."""
    number = sum(int(_count("", name, "AnnualSession").cell(page, iri) or 0) for name in ("heldIn", "venue"))
    return escape(number or "")


def _terms(page: Page, iri: str) -> Markup:
    return escape(len(page.graph.subjects(PREFIXES["skos"] + "inScheme", iri)))


def _moment(page: Page, iri: str) -> Markup:
    """The date of a thing, or else that of the session or occasion it belongs to."""
    return escape(page.day(moment_of(page.graph, iri)))


def _session(page: Page, iri: str) -> Markup:
    """The number of the session to which something belongs."""
    values = page.graph.properties(iri).get(ONTOLOGY + "session", ())
    return escape(page.say(", ")).join(
        page.titled(str(v.value), str(_number(page.graph, str(v.value))), None) for v in values
    )


def _cyberspace(page: Page, iri: str) -> Markup:
    """What became of the item on cyberspace at a session."""
    deliberation = f"{iri}/deliberation/cyberspace"
    values = page.graph.properties(deliberation).get(ONTOLOGY + "deliberationStatus", ())
    return (
        page.titled(deliberation, page.label(str(values[0].value)), page.tongue(str(values[0].value)))
        if values
        else Markup()
    )


NAME = Column("Name", lambda page, iri: page.anchor(iri))
WHEN = Column("When", lambda page, iri: escape(when(page, Row(iri, page.graph.properties(iri), (), 0, 0))))
CITY, COUNTRY = _value("City", "heldIn", linked=True), _value("Country", "heldIn.country")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "body": (NAME, _value("Part of", "unitOf")),
    "decision": (NAME, WHEN, Column("Session", _session)),
    "declaration": (NAME, WHEN, Column("Session", _session)),
    "document": (NAME, _value("Date", "date"), _value("Kind", "kind"), _value("Symbol", "symbol")),
    "event": (NAME, WHEN, CITY),
    "instrument": (NAME, _value("Adopted", "adoptedOn"), _value("Kind", "kind"), _value("Symbol", "symbol")),
    "item": (
        NAME,
        _value("First on the agenda", "introducedOn"),
        _value("Proposed by", "proposedBy"),
        _count("Sessions", "item", "Deliberation"),
    ),
    "meeting": (NAME, WHEN, CITY),
    "milestone": (NAME, WHEN),
    "norm": (_value("Letter", "letter"), NAME),
    "organization": (NAME, _value("Short name", "acronym")),
    "person": (NAME, Column("Offices and parts", _roles), _value("State", "nationality")),
    "place": (NAME, Column("Country", _country), Column("Sessions", _sessions_at, number=True)),
    "position": (NAME, Column("Date", _moment), _value("Stance", "stance"), _value("Occasion", "occasion")),
    "process": (NAME, WHEN, _value("Kind", "kind")),
    "resolution": (
        NAME,
        _value("Adopted", "adoptedOn"),
        Column("Session", _session),
        _value("Status", "outcomeStatus"),
    ),
    "scheme": (NAME, Column("Terms", _terms, number=True)),
    "session": (
        Column("No.", _value("", "number").cell, number=True),
        NAME,
        WHEN,
        CITY,
        COUNTRY,
        Column("Cyberspace item", _cyberspace),
    ),
    "source": (NAME, _value("Publisher", "publisher"), _value("Date", "date")),
    "state": (
        NAME,
        Column("Membership", _membership),
        _count("Sessions hosted", "host", "AnnualSession"),
        _count("Positions", "holder", "Position"),
    ),
}
CONCEPTS = (NAME, _value("Definition", "skos:definition"))

_NEWEST_FIRST = {
    "decision",
    "declaration",
    "document",
    "event",
    "meeting",
    "milestone",
    "position",
    "resolution",
}


def columns(graph: Graph, kind: str, things: list[str]) -> tuple[Column, ...]:
    """The columns of a kind; a list of terms has their definitions."""
    concept = PREFIXES["skos"] + "definition" in graph.properties(things[0]) if things else False
    return COLUMNS.get(kind) or (CONCEPTS if concept else (NAME,))


def ordered(page: Page, kind: str, things: list[str]) -> list[str]:
    """The things of a kind in the order of their list: the newest first where they have a time, else by name."""
    graph = page.graph
    if kind == "session":
        return sorted(things, key=lambda iri: _number(graph, iri), reverse=True)
    if kind == "norm":
        return sorted(
            things, key=lambda iri: [str(v.value) for v in graph.properties(iri).get(ONTOLOGY + "letter", ())]
        )
    if kind in _NEWEST_FIRST:
        return sorted(things, key=lambda iri: (moment_of(graph, iri), _number(graph, iri)), reverse=True)
    return sorted(things, key=lambda iri: (sorting(page.label(iri)), iri))


def moment_of(graph: Graph, iri: str) -> str:
    """When a thing began, or the session or occasion it belongs to; empty when neither is known."""
    return moment(graph, graph.properties(iri))


def _number(graph: Graph, iri: str) -> int:
    values = graph.properties(iri).get(ONTOLOGY + "number", ())
    return int(str(values[0].value)) if values and str(values[0].value).isdigit() else 0


def group_of(page: Page, kind: str, iri: str) -> str | None:
    """The heading under which a thing stands in its list, an IRI; None for lists without headings."""
    if kind == "state":
        for membership in page.graph.mentions(iri).get(ONTOLOGY + "member", ()):
            values = page.graph.properties(membership).get(ONTOLOGY + "membershipStatus", ())
            return str(values[0].value) if values else None
        return ""
    if kind == "resolution":
        items = {str(value.value) for value in page.graph.properties(iri).get(ONTOLOGY + "item", ())}
        return ITEM if ITEM in items else ""
    if kind == "place":
        return str(page.graph.properties(iri)[PREFIXES["rdf"] + "type"][0].value)
    return BASE
