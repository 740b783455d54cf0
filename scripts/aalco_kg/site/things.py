"""The page of a thing: its facts with their evidence, what sources dispute, what is not known, what points here."""

from collections.abc import Iterable, Mapping
from itertools import groupby

import pyoxigraph as ox
from markupsafe import Markup, escape

from aalco_kg.graph import Graph, iri_of
from aalco_kg.site.listing import when
from aalco_kg.site.notes import Notes, url_of
from aalco_kg.site.phrases import PLURALS
from aalco_kg.site.rendering import Page, render
from aalco_kg.site.sections import local, sections
from aalco_kg.site.words import plain
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural
from aalco_kg.views.drawn import Drawn, drawn
from aalco_kg.views.entity import Entity, entity
from aalco_kg.views.rows import Row, follow
from aalco_kg.views.series import neighbours, versions

_TYPE = ox.NamedNode(
    PREFIXES["rdf"] + "type"
)  # What a thing is in one line below its name, by class: properties, `when` for its time.
_STRAPS = {
    "AnnualSession": ("heldIn", "heldIn.country", "when"),
    "Article": ("articleOf",),
    "Decision": ("atEvent", "session", "when"),
    "Declaration": ("session", "when"),
    "Delegation": ("represents", "atEvent"),
    "Deliberation": ("session", "agendaCode"),
    "Document": ("kind", "symbol", "when", "issuedBy"),
    "Instrument": ("kind", "symbol", "when"),
    "Meeting": ("heldIn", "when", "duringSession"),
    "Membership": ("when",),
    "Milestone": ("heldIn", "when"),
    "OfficeHeld": ("role", "inBody", "when"),
    "Person": ("nationality",),
    "Position": ("holder", "stance", "when"),
    "Process": ("kind", "when"),
    "Provision": ("action", "addressee"),
    "Resolution": ("symbol", "session", "when"),
    "State": ("standing", "region"),
    "SideEvent": ("heldIn", "when", "duringSession"),
    "Source": ("publisher", "when", "kind"),
    "TreatyAction": ("party", "instrument", "when"),
    "Venue": ("city", "city.country"),
}
_BADGES = ("eventStatus", "outcomeStatus", "deliberationStatus", "membershipStatus")

DRAWN = 60  # things shown on a page of what is drawn from a source


def paths(graph: Graph) -> Iterable[str]:
    """A path for each thing; evidence, disputes and gaps are parts of the page of what they are about."""
    things = {iri_of(quad.subject) for quad in graph.store.quads_for_pattern(None, _TYPE, None)}
    names = (iri.removeprefix(BASE) for iri in things if iri.startswith(BASE) and "#" not in iri)
    for name in sorted(names, key=natural):
        yield f"{name}/"
        if name.startswith("source/"):
            for number in range(2, _pages(drawn(graph, BASE + name)) + 1):
                yield f"{name}/page/{number}/"


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The page of the thing whose short address is the path; of a source with much drawn from it, one of its pages."""
    name, number = _numbered(path)
    iri = BASE + name.removesuffix("/")
    if name.count("/") < 2 or any(c in path for c in '#<>"{}|^`\\ ') or not page.graph.holds(iri):
        return None
    thing = entity(page.graph, iri)
    from_it = drawn(page.graph, iri) if local(thing.type) == "Source" else []
    if number > _pages(from_it):
        return None
    notes = Notes(page.graph, thing)
    line = strap(page, thing)
    before, after = neighbours(page.graph, iri)
    content = {
        "entity": thing,
        "owner": _owner(page.graph, iri),
        "kind": local(thing.type),
        "plurals": PLURALS,
        "strap": line,
        "description": plain(" · ".join([page.label(iri), *(part.striptags() for part in line)])),
        "badges": _badges(page.graph, iri),
        "sections": tuple(sections(page, thing, notes)),
        "before": before,
        "after": after,
        "versions": versions(page.graph, iri),
        "drawn": _grouped(from_it[(number - 1) * DRAWN : number * DRAWN]),
        "number": number,
        "pages": _pages(from_it),
        "notes": notes,
        "url_of": None if notes.long else lambda source: url_of(page.graph, source),
    }
    return render("thing.html", page, content)


def strap(page: Page, thing: Entity) -> list[Markup]:
    """A thing in one line: where, when, of whom."""
    said = page.graph.properties(thing.iri)
    found = []
    for name in _STRAPS.get(thing.type.removeprefix(ONTOLOGY), ()):
        if name == "standing":
            found += _standings(page, thing.iri)
            continue
        if name == "when":
            text = when(page, Row(thing.iri, said, (), 0, 0))
            found += [escape(text)] if text else []
            continue
        values = follow(page.graph, thing.iri, name)
        if values and len(values) <= 4:
            found.append(Markup(page.say(", ")).join(page.show(value) for value in values))
    return found


def _standings(page: Page, state: str) -> list[Markup]:
    """What a State is in AALCO, and since when or for which time."""
    found = []
    for one in page.graph.mentions(state).get(ONTOLOGY + "member", ()):
        said = page.graph.properties(one)
        names = [page.anchor(str(status.value)) for status in said.get(ONTOLOGY + "membershipStatus", ())]
        time = when(page, Row(one, said, (), 0, 0))
        found.append(Markup(page.say(", ")).join([*names, *([escape(time)] if time else [])]))
    return found


def _badges(graph: Graph, iri: str) -> list[str]:
    said = graph.properties(iri)
    return [str(value.value) for name in _BADGES for value in said.get(ONTOLOGY + name, ())]


def _owner(graph: Graph, iri: str) -> str | None:
    """The thing whose record a thing is part of: `session/53` of `session/53/deliberation/cyberspace`."""
    owner = BASE + "/".join(iri.removeprefix(BASE).split("/")[:2])
    return owner if owner != iri and graph.holds(owner) else None


def _numbered(path: str) -> tuple[str, int]:
    """A path without its page number, and that number: `source/x/page/2/` is page 2 of `source/x/`."""
    name, found, rest = path.partition("/page/")
    number = rest.removesuffix("/")
    return (name + "/", int(number)) if found and number.isdecimal() and 1 < int(number) < 100 else (path, 1)


def _pages(from_it: list[Drawn]) -> int:
    return max(1, -(-len(from_it) // DRAWN))


def _grouped(from_it: list[Drawn]) -> list[tuple[str, list[Drawn]]]:
    """What is drawn from a source, by class."""
    return [(kind, list(group)) for kind, group in groupby(from_it, key=lambda one: one.type)]
