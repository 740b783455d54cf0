"""What a list shows of each thing: a lead (a date, a code), a title, details, and a summary in our words.

Which properties these are depends on the class, and on how the thing points here: a deliberation in the list of a
session is called by its item, in the list of an item by its session.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from markupsafe import Markup, escape

from aalco_kg.fold import sorting
from aalco_kg.site.notes import Beside, Notes
from aalco_kg.site.rendering import Page
from aalco_kg.site.words import days
from aalco_kg.terms import ONTOLOGY
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Mention
from aalco_kg.views.rows import Row, moment, period, row

PERIOD, YEAR = "period", "year"  # leads that are no property: own dates, and the year of the session or occasion
FOLD = 15  # rows shown in full before the rest is folded and shortened
MOST = 3  # values of a detail
# The order of offices, by the last part of their address; others follow.
_RANKED = (
    *("president", "chair", "vice-president", "vice-chair", "rapporteur", "secretary-general"),
    *("deputy-secretary-general", "organizing-chair", "opener", "keynote-speaker", "moderator"),
)
ROLES = {name: place for place, name in enumerate(_RANKED)}
FOLD_NAMES = 60  # names shown before the rest is folded
SOME_NAMES = 20  # names shown where another list has them all


@dataclass(frozen=True)
class Fields:
    """What a list shows: `lead`, `title` (the label when empty), `details`, `texts`, and whether with evidence.

    Evidence stands beside what belongs to the record of the thing itself, not beside what merely refers to it: that
    has a page of its own. `brief` lists show titles alone, and of many only some when another list has them `all`.
    """

    lead: str = PERIOD
    title: str = ""
    details: tuple[str, ...] = ()
    texts: tuple[str, ...] = ("summary",)
    evidence: bool = True
    brief: bool = False
    all: str = ""


def _reference(lead: str = PERIOD, details: tuple[str, ...] = ()) -> Fields:
    return Fields(lead, "", details, (), evidence=False)


@dataclass(frozen=True)
class Shown:
    """A row as a template shows it."""

    row: Row
    lead: Markup
    title: Markup
    details: tuple[Markup, ...]
    texts: tuple[Node, ...]
    beside: Beside | None


FIELDS = {
    "AgendaItem": _reference(),
    "AgendaItem.introducedAt": Fields("", "", (), (), evidence=False, brief=True),
    "AnnualSession": _reference(YEAR, ("heldIn",)),
    "Article": Fields("articleNumber"),
    "Body": _reference("acronym"),
    "Decision": Fields(details=("outcomeStatus",)),
    "Declaration": Fields(details=("outcomeStatus",)),
    "Delegation": Fields(YEAR, "", ("headOfDelegation",), ("composition", "summary")),
    "Delegation.atEvent": Fields("", "represents", ("headOfDelegation",), ("composition", "summary")),
    "Delegation.represents": Fields(YEAR, "atEvent", ("headOfDelegation",), ("composition", "summary")),
    "Deliberation": Fields("deliberationStatus", "", ("agendaCode",)),
    "Deliberation.item": Fields(YEAR, "session", ("deliberationStatus", "agendaCode")),
    "Deliberation.session": Fields("deliberationStatus", "item", ("agendaCode", "inMeeting", "date")),
    "Deliberation.topic": _reference(YEAR, ("deliberationStatus",)),
    "Document": _reference("date", ("kind", "symbol")),
    "Document.contains": Fields("date", "", ("kind", "symbol")),
    "Document.kind": _reference("date", ("issuedBy", "symbol")),
    "Document.presentedAt": Fields("date", "", ("kind", "symbol")),
    "Document.session": Fields("date", "", ("kind", "symbol")),
    "ExternalEvent": _reference(details=("heldIn",)),
    "Instrument": _reference("adoptedOn", ("kind", "symbol")),
    "Meeting": _reference(details=("heldIn", "kind")),
    "Meeting.duringSession": Fields(details=("heldIn",)),
    "Meeting.meetingOf": Fields(details=("heldIn",)),
    "Membership.member": Fields(PERIOD, "memberOf", ("membershipStatus",)),
    "Membership.memberOf": Fields("", "member", (), (), evidence=False, brief=True, all="state/"),
    "Milestone": _reference(details=("heldIn",)),
    "Milestone.duringSession": Fields(),
    "Milestone.participant": Fields(brief=True),
    "Name": Fields(PERIOD, "text"),
    "Norm": Fields("letter"),
    "Norm.topic": _reference("letter"),
    "OfficeHeld": Fields(details=("role",)),
    "OfficeHeld.atEvent": Fields("role", "holder", ("represents", "inBody")),
    "OfficeHeld.holder": Fields(PERIOD, "role", ("inBody", "atEvent", "represents")),
    "OfficeHeld.inBody": Fields(PERIOD, "holder", ("role",)),
    "OfficeHeld.inProcess": Fields(PERIOD, "holder", ("role",)),
    "Position": Fields("date", "", ("stance", "topic")),
    "Position.item": _reference("date", ("stance",)),
    "Position.holder": Fields("date", "", ("stance", "topic", "occasion", "statedIn")),
    "Position.topic": Fields("date", "holder", ("stance", "occasion", "statedIn")),
    "Process": _reference(details=("kind",)),
    "Provision": Fields("action", "", ("provisionOf",), ("subject",)),
    "Resolution": Fields("adoptedOn", "", ("outcomeStatus",)),
    "ResolutionSeries": Fields(),
    "SideEvent": _reference(details=("organizer",)),
    "SideEvent.duringSession": Fields(details=("organizer",)),
    "Source": _reference("date", ("publisher",)),
    "Venue.seatOf": Fields(),
    "TreatyAction.instrument": Fields(PERIOD, "party", ("kind",)),
    "TreatyAction.party": Fields(PERIOD, "instrument", ("kind",)),
}


def fields(class_: str, property_: str) -> Fields | None:
    """What a list of such things shows; None when names alone are enough."""
    return FIELDS.get(f"{class_}.{property_}") or FIELDS.get(class_)


def in_rows(class_: str, property_: str, of_term: bool) -> bool:
    """Whether such things are listed in rows and not by name alone; the page of a term does so where it is said how."""
    what = FIELDS.get(f"{class_}.{property_}") if of_term else fields(class_, property_)
    return what is not None and not what.brief


def shown(page: Page, iri: str, mention: Mention, subjects: Sequence[str], notes: Notes) -> Iterator[Shown]:
    """The rows of a list in the order of time, where there is one, else of the addresses."""
    what = fields(_local(mention.type), _local(mention.property)) or Fields()
    rows = [row(page.graph, mention, iri, subject, what.evidence) for subject in subjects]
    most = FOLD if len(rows) > FOLD + 3 else len(rows)
    if what.lead in (PERIOD, "date", "adoptedOn"):
        rows.sort(key=lambda one: moment(page.graph, one.said) or "9999")
    if what.lead == "role":
        rows.sort(key=_rank)
    for number, one in enumerate(rows):
        details = [detail for name in what.details if (detail := _values(page, one, name, iri))]
        title, first = _title(page, one, what.title), lead(page, one, what.lead)
        if number >= most:
            yield Shown(one, first, title, tuple(details), (), None)
            continue
        texts = [term for name in what.texts for term in page.best(one.values(name))]
        yield Shown(one, first, title, tuple(details), tuple(texts), notes.beside(one.witnesses))


def _rank(one: Row) -> int:
    return min((ROLES.get(str(role.value).rpartition("/")[2], 99) for role in one.values("role")), default=99)


def titles(page: Page, mention: Mention, subjects: Sequence[str]) -> list[Markup]:
    """The things of a list by name alone, in the order of the alphabet, sessions in that of their numbers."""
    what = fields(_local(mention.type), _local(mention.property)) or Fields()
    if _local(mention.type) == "AnnualSession":
        return [page.anchor(iri) for iri in subjects]
    named = [(sorting(page.title(iri)), _title(page, _bare(page, iri), what.title)) for iri in subjects]
    return [title for _, title in sorted(named)]


def lead(page: Page, one: Row, name: str) -> Markup:
    """What stands before a title: a day or a period, the year of the session, or a value such as a code."""
    if name == PERIOD:
        return escape(when(page, one))
    if name == YEAR or (name == "date" and not one.values(name)):
        return escape(moment(page.graph, one.said)[:4])
    return _values(page, one, name) if name else Markup()


def when(page: Page, one: Row) -> str:
    """The time of a thing in words."""
    start, end, only_shown = period(one.said)
    if only_shown:
        return page.say("attested {days}", days=days(start, end, page.language))
    if start and end:
        return days(start, end, page.language)
    ongoing = ONTOLOGY + "eventStatus" not in one.said
    if start:
        return page.say("from {day}", day=page.day(start)) if ongoing else page.day(start)
    return page.say("until {day}", day=page.day(end)) if end else ""


def _bare(page: Page, iri: str) -> Row:
    return Row(iri, page.graph.properties(iri), (), 0, 0)


def _local(iri: str) -> str:
    return iri.removeprefix(ONTOLOGY)


def _title(page: Page, one: Row, name: str) -> Markup:
    values = page.best(one.values(name)) if name else []
    if not values:
        return page.anchor(one.iri)
    things = [str(value.value) for value in values if isinstance(value, ox.NamedNode)]
    if things:
        return page.titled(one.iri, page.say(", ").join(map(page.label, things)), page.tongue(things[0]))
    return page.titled(one.iri, str(values[0].value), getattr(values[0], "language", None))


def _values(page: Page, one: Row, name: str, here: str = "") -> Markup:
    """The values of a property, without the thing whose page this is."""
    values = [value for value in page.best(one.values(name)) if value.value != here]
    most = len(values) if len(values) <= MOST else MOST - 1
    show = [page.name(v.value) if isinstance(v, ox.NamedNode) else page.show(v) for v in values[:most]]
    more = [escape("…")] if len(values) > most else []
    return Markup(page.say(", ")).join([*show, *more])
