"""The parts of the page of a thing, each with its facts and lists, as the layout of its class has them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from aalco_kg.site.layouts import REST, UNKNOWN, layout
from aalco_kg.site.listing import FOLD, FOLD_NAMES, SOME_NAMES, Shown, fields, in_rows, shown, titles
from aalco_kg.site.notes import Beside, Notes
from aalco_kg.site.phrases import pointing
from aalco_kg.site.rendering import Page
from aalco_kg.terms import ONTOLOGY, PREFIXES, compact
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Entity, Fact, Mention, entity

SIDES = 3  # claims that can stand beside a value that is not asserted
_SKOS = PREFIXES["skos"]
_MUTUAL = (_SKOS + "related", _SKOS + "hasTopConcept")  # what is said of both ends, and shown once
_ECHOES = {_SKOS + "topConceptOf", _SKOS + "hasTopConcept"}  # what says no more than its counterpart


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
    def facing(self) -> bool:
        """Whether what is asserted is little enough to stand beside what is not."""
        return bool(self.fact.disputes) and len(self.evident) <= SIDES

    @property
    def unknown(self) -> bool:
        """Whether all there is are gaps."""
        return not self.claims and not self.fact.disputes


@dataclass(frozen=True)
class Listing:
    """The things of one class that point here: rows, or names alone, and in either case a first few and the rest.

    `all` is the path of the list that holds them all, where only some are named here.
    """

    heading: str
    rows: tuple[Shown, ...] = ()
    rest: tuple[Shown, ...] = ()
    names: tuple[Markup, ...] = ()
    more: tuple[Markup, ...] = ()
    points: tuple[tuple[str, tuple[FactShown, ...]], ...] = ()
    all: str = ""
    total: int = 0

    @property
    def number(self) -> int:
        """How many there are."""
        return self.total or len(self.rows) + len(self.rest) + len(self.names) + len(self.more) + len(self.points)


@dataclass(frozen=True)
class Section:
    """A part of the page with what it holds here: facts, lists, and last the facts of which nothing is known."""

    id: str
    heading: str
    facts: tuple[FactShown, ...]
    lists: tuple[Listing, ...] = ()
    unknown: tuple[FactShown, ...] = ()


def sections(page: Page, thing: Entity, notes: Notes) -> Iterator[Section]:
    """The parts of the page of a thing, in order; sources are numbered by `notes` as they come up."""
    parts = layout(thing.type.removeprefix(ONTOLOGY))
    facts = {_short(fact.property): fact for fact in thing.facts if fact.property != _SKOS + "topConceptOf"}
    if "session" in facts and "atEvent" in facts and _alike(facts["session"], facts["atEvent"]):
        del facts["atEvent"]
    lists = {f"^{local(m.type)}.{local(m.property)}": m for m in thing.mentions if m.property not in _ECHOES}
    named = {member for part in parts for member in part.members}
    last = tuple(name for name in lists if name not in named)
    loose = tuple(name for name in facts if name not in named)
    home = next((part.id for part in parts if part.id == "record"), parts[0].id)
    said = page.graph.properties(thing.iri)
    seen = {str(value.value) for path in _MUTUAL for value in said.get(path, ())}
    unknown: list[FactShown] = []
    for part in (*parts, REST):
        notes.begin()
        members = part.members + (loose if part.id == home else ()) + (last if part is REST else ())
        found = [_fact(facts[name], notes) for name in members if name in facts]
        listings = tuple(_listings(page, thing, [lists[name] for name in members if name in lists], notes, seen))
        known, gaps = (tuple(fact for fact in found if fact.unknown is empty) for empty in (False, True))
        if known or listings or (gaps and part.kept):
            yield Section(part.id, part.heading, known, listings, gaps)
        else:
            unknown += gaps
    if unknown:
        yield Section(UNKNOWN.id, UNKNOWN.heading, tuple(unknown))


def _alike(one: Fact, other: Fact) -> bool:
    """Whether two facts have the same values on the same evidence, and nothing in dispute or unknown."""
    said = [(tuple(value.term for value in fact.values), fact.disputes, fact.gaps) for fact in (one, other)]
    witnesses = [{witness.iri for value in fact.values for witness in value.witnesses} for fact in (one, other)]
    return said[0] == said[1] and said[0][1:] == ((), ()) and witnesses[0] == witnesses[1]


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
        class_, property_ = local(mention.type), local(mention.property)
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
            what = fields(class_, property_)
            if what and what.all and len(names) > SOME_NAMES:
                yield Listing(heading, names=names[:SOME_NAMES], all=what.all, total=len(names))
                continue
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


def local(iri: str) -> str:
    """The local name of a term: `heldIn`, `Concept`."""
    return compact(iri).rpartition(":")[2]


def _short(iri: str) -> str:
    """The name of a property as layouts write it: `heldIn`, `skos:related`."""
    return compact(iri).removeprefix("aalco:")
