"""The printable brief on a State or a topic: `brief/state/cn/`, two pages of A4 for most, with footnotes."""

from collections.abc import Iterable, Mapping

from aalco_kg.graph import Graph
from aalco_kg.site import cite
from aalco_kg.site.lists import kinds
from aalco_kg.site.rendering import BRIEFS, Page, render
from aalco_kg.terms import BASE, ONTOLOGY
from aalco_kg.views.brief import brief

# Headings by property and class of what is listed; the messages are translated with the page.
HEADINGS = {
    ("holder", "Position"): "What it said",
    ("topic", "Position"): "What States said",
    ("member", "Membership"): "Membership of AALCO",
    ("proposedBy", "AgendaItem"): "Agenda items it proposed",
    ("proposedBy", "Decision"): "Decisions it proposed",
    ("topic", "Provision"): "What AALCO asked for",
    ("topic", "Deliberation"): "Where AALCO deliberated on it",
    ("topic", "Meeting"): "Meetings on it",
    ("host", "AnnualSession"): "Sessions it hosted",
    ("participant", "Meeting"): "Meetings it took part in",
    ("participant", "AnnualSession"): "Sessions it is recorded at",
    ("represents", "OfficeHeld"): "Offices held for it",
    ("holder", "OfficeHeld"): "Offices it held",
    ("represents", "Delegation"): "Its delegations",
    ("issuedBy", "Document"): "Documents it issued",
    ("topic", "Document"): "Documents",
    ("party", "TreatyAction"): "Treaties",
    ("participant", "Process"): "United Nations processes it took part in",
    ("topic", "Instrument"): "Instruments",
    ("topic", "Norm"): "Norms",
}


def paths(graph: Graph) -> Iterable[str]:
    """A brief for each State and each topic."""
    things = kinds(graph)
    return [f"brief/{iri.removeprefix(BASE)}/" for kind in BRIEFS for iri in things.get(kind, ())]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The brief on a thing."""
    place, _, name = path.rstrip("/").partition("/")
    kind = name.partition("/")[0]
    if place != "brief" or kind not in BRIEFS or BASE + name not in kinds(page.graph).get(kind, ()):
        return None

    def heading(property: str, type: str) -> str:
        return page.say(HEADINGS[property.removeprefix(ONTOLOGY), type.removeprefix(ONTOLOGY)])

    content = {"brief": brief(page.graph, BASE + name), "heading": heading, "oscola": cite.oscola}
    content |= {"thing": f"{name}/", "used": {}}  # the footnotes already referred to
    return render("brief.html", page, content)
