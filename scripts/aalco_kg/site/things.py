"""The page of a thing: its facts with their evidence, what sources dispute, what is not known, what points here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox
from markupsafe import Markup, escape

from aalco_kg.graph import Graph
from aalco_kg.site.layouts import REST, UNKNOWN, layout
from aalco_kg.site.listing import FOLD, FOLD_NAMES, Shown, in_rows, shown, titles, when
from aalco_kg.site.notes import Beside, Notes, url_of
from aalco_kg.site.phrases import PLURALS, pointing
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact
from aalco_kg.turtle import Node, natural
from aalco_kg.views.drawn import Drawn, drawn
from aalco_kg.views.entity import Entity, Fact, Mention, entity
from aalco_kg.views.rows import Row, follow
from aalco_kg.views.series import neighbours, versions

_TYPE, _SKOS = PREFIXES["rdf"] + "type", PREFIXES["skos"]
_MUTUAL = (_SKOS + "related", _SKOS + "hasTopConcept")  # what is said of both ends, and shown once
_ECHOES = {_SKOS + "topConceptOf", _SKOS + "hasTopConcept"}  # what says no more than its counterpart

# What a thing is in one line below its name, by class: properties, `when` for its time.
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
    "Membership": ("membershipStatus", "when"),
    "Milestone": ("heldIn", "when"),
    "OfficeHeld": ("role", "inBody", "when"),
    "Person": ("nationality",),
    "Position": ("holder", "stance", "when"),
    "Process": ("kind", "when"),
    "Provision": ("action", "addressee"),
    "Resolution": ("symbol", "session", "when"),
    "SideEvent": ("heldIn", "when", "duringSession"),
    "Source": ("publisher", "when", "kind"),
    "TreatyAction": ("party", "instrument", "when"),
    "Venue": ("city", "city.country"),
}
_BADGES = ("eventStatus", "outcomeStatus", "deliberationStatus", "membershipStatus")

DRAWN = 60  # things shown on a page of what is drawn from a source


@dataclass(frozen=True)
class Claim:
    """Values that rest on the same evidence, with what of it stands beside them."""

    values: tuple[Node, ...]
    beside: Beside | None


@dataclass(frozen=True)
class FactShown:
    """A fact as a page shows it. `open` when sources differ and nothing is asserted."""

    id: str
    fact: Fact
    claims: tuple[Claim, ...]

    @property
    def open(self) -> bool:
        """Whether sources differ and nothing is asserted."""
        return bool(self.fact.disputes) and not self.claims

    @property
    def evident(self) -> tuple[Claim, ...]:
        """The claims with evidence, else all: the project's own translation of a name is no side of a dispute."""
        return tuple(claim for claim in self.claims if claim.beside) or self.claims

    @property
    def unknown(self) -> bool:
        """Whether all there is are gaps."""
        return not self.claims and not self.fact.disputes


@dataclass(frozen=True)
class Listing:
    """The things of one class that point here: rows, or names alone, and in either case a first few and the rest."""

    heading: str
    rows: tuple[Shown, ...] = ()
    rest: tuple[Shown, ...] = ()
    names: tuple[Markup, ...] = ()
    more: tuple[Markup, ...] = ()
    points: tuple[tuple[str, tuple[FactShown, ...]], ...] = ()

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.rows) + len(self.rest) + len(self.names) + len(self.more) + len(self.points)


@dataclass(frozen=True)
class Section:
    """A part of the page with what it holds here: facts, lists, and last the facts of which nothing is known."""

    id: str
    heading: str
    facts: tuple[FactShown, ...]
    lists: tuple[Listing, ...] = ()
    unknown: tuple[FactShown, ...] = ()


def paths(graph: Graph) -> Iterable[str]:
    """A path for each thing; evidence, disputes and gaps are parts of the page of what they are about."""
    things = {str(quad.subject.value) for quad in graph.store.quads_for_pattern(None, ox.NamedNode(_TYPE), None)}  # type: ignore[union-attr]
    for name in sorted(
        (iri.removeprefix(BASE) for iri in things if iri.startswith(BASE) and "#" not in iri), key=natural
    ):
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
    from_it = drawn(page.graph, iri) if _local(thing.type) == "Source" else []
    if number > _pages(from_it):
        return None
    notes = Notes(page.graph, thing)
    before, after = neighbours(page.graph, iri)
    content = {
        "entity": thing,
        "owner": _owner(page.graph, iri),
        "kind": _local(thing.type),
        "plurals": PLURALS,
        "strap": strap(page, thing),
        "badges": _badges(page.graph, iri),
        "sections": tuple(_sections(page, thing, notes)),
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
        if name == "when":
            text = when(page, Row(thing.iri, said, (), 0, 0))
            found += [escape(text)] if text else []
            continue
        values = follow(page.graph, thing.iri, name)
        if values and len(values) <= 4:
            found.append(Markup(page.say(", ")).join(page.show(value) for value in values))
    return found


def _badges(graph: Graph, iri: str) -> list[str]:
    said = graph.properties(iri)
    return [str(value.value) for name in _BADGES for value in said.get(ONTOLOGY + name, ())]


def _owner(graph: Graph, iri: str) -> str | None:
    """The thing whose record a thing is part of: `session/53` of `session/53/deliberation/cyberspace`."""
    owner = BASE + "/".join(iri.removeprefix(BASE).split("/")[:2])
    return owner if owner != iri and graph.holds(owner) else None


def _sections(page: Page, thing: Entity, notes: Notes) -> Iterator[Section]:
    parts = layout(thing.type.removeprefix(ONTOLOGY))
    facts = {_short(fact.property): fact for fact in thing.facts if fact.property != _SKOS + "topConceptOf"}
    lists = {f"^{_local(m.type)}.{_local(m.property)}": m for m in thing.mentions if m.property not in _ECHOES}
    named = {member for part in parts for member in part.members}
    last = tuple(name for name in lists if name not in named)
    first = tuple(name for name in facts if name not in named)
    said = page.graph.properties(thing.iri)
    seen = {str(value.value) for path in _MUTUAL for value in said.get(path, ())}
    unknown: list[FactShown] = []
    for i, part in enumerate((*parts, REST)):
        notes.begin()
        members = part.members + (first if i == 0 else ()) + (last if part is REST else ())
        found = [_fact(facts[name], notes) for name in members if name in facts]
        listings = tuple(_listings(page, thing, [lists[name] for name in members if name in lists], notes, seen))
        known, gaps = (tuple(fact for fact in found if fact.unknown is empty) for empty in (False, True))
        if known or listings or (gaps and part.kept):
            yield Section(part.id, part.heading, known, listings, gaps)
        else:
            unknown += gaps
    if unknown:
        yield Section(UNKNOWN.id, UNKNOWN.heading, tuple(unknown))


def _fact(fact: Fact, notes: Notes) -> FactShown:
    by_evidence = groupby(fact.values, key=lambda value: value.witnesses)
    claims = [Claim(tuple(value.term for value in values), notes.beside(found)) for found, values in by_evidence]
    return FactShown(_short(fact.property).replace(":", "-"), fact, tuple(claims))


def _listings(page: Page, thing: Entity, mentions: list[Mention], notes: Notes, seen: set[str]) -> Iterator[Listing]:
    for mention in mentions:
        subjects = [subject for subject in mention.subjects if subject not in seen]
        if not subjects:
            continue
        seen.update(subjects)
        class_, property_ = _local(mention.type), _local(mention.property)
        heading = pointing(class_, property_)
        if property_ == "provisionOf":
            points = ((one, tuple(_points(page, one, notes))) for one in subjects)
            yield Listing(heading, points=tuple(points))
        elif in_rows(class_, property_, thing.type.startswith(PREFIXES["skos"])):
            rows = tuple(shown(page, thing.iri, mention, subjects, notes))
            fold = len(rows) if len(rows) <= FOLD + 3 else FOLD
            yield Listing(heading, rows[:fold], rows[fold:])
        else:
            names = tuple(titles(page, mention, subjects))
            fold = len(names) if len(names) <= FOLD_NAMES + 10 else FOLD_NAMES
            yield Listing(heading, names=names[:fold], more=names[fold:])


def _points(page: Page, iri: str, notes: Notes) -> Iterator[FactShown]:
    """The facts of a provision, for the page of the outcome it is part of."""
    facts = {_short(fact.property): fact for fact in entity(page.graph, iri).facts}
    asked = [name for name in ("subject", "addressee", "action") if name in facts]
    for fact in (facts[name] for name in (*asked, *(name for name in facts if name not in asked))):
        if fact.property != ONTOLOGY + "provisionOf":
            shown_fact = _fact(fact, notes)
            yield FactShown(f"{iri.rsplit('/', 1)[1]}-{shown_fact.id}", fact, shown_fact.claims)


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


def _local(iri: str) -> str:
    """The local name of a term: `heldIn`, `Concept`."""
    return compact(iri).rpartition(":")[2]


def _short(iri: str) -> str:
    """The name of a property as layouts write it: `heldIn`, `skos:related`."""
    return compact(iri).removeprefix("aalco:")
