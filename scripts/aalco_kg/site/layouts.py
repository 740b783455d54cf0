"""How the page of each class of thing is laid out: its parts in order, each with the facts and the lists it holds.

A member of a part is a property of the thing itself (`heldIn`) or, with a leading `^`, a list of the things of one
class that point to it (`^Deliberation.session`). Facts that no part names stand in the part `record`, lists come last.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A part of a page: its address on the page, its heading (a message), what it holds.

    A part of which nothing is known gives its gaps to a common part at the end, unless it is `kept`.
    """

    id: str
    heading: str
    members: tuple[str, ...]
    kept: bool = False


def _part(id_: str, heading: str, members: str, kept: bool = False) -> Part:
    return Part(id_, heading, tuple(members.split()), kept)


def _first(members: str = "") -> Part:
    return _part("record", "In brief", members)


REST = _part("more", "Also in the record", "")
UNKNOWN = _part("unknown", "Looked for and not found", "")  # what would be parts of their own, were anything known

LAYOUTS: dict[str, tuple[Part, ...]] = {
    "AnnualSession": (
        _first("startDate endDate heldIn venue host organizer mode theme summary eventStatus number url"),
        _part("agenda", "On the agenda", "item ^Deliberation.session ^AgendaItem.introducedAt"),
        _part(
            "outcomes",
            "Resolutions and other outcomes",
            "symbol ^Resolution.session ^Resolution.atEvent ^Declaration.session ^Declaration.atEvent "
            "^Decision.session ^Decision.atEvent",
        ),
        _part("officers", "Officers and speakers", "holder ^OfficeHeld.atEvent"),
        _part("positions", "Positions voiced", "^Position.occasion"),
        _part(
            "meetings",
            "Meetings and events within the session",
            "^Meeting.duringSession ^SideEvent.duringSession ^Milestone.duringSession",
        ),
        _part(
            "people",
            "Who took part",
            "memberStatesPresent observersPresent attendance participant observer ^Delegation.atEvent",
        ),
        _part("documents", "Documents", "^Document.session ^Document.presentedAt ^Document.forEvent"),
        _part("mandates", "Requests that the session carried out", "^Provision.carriedOutBy"),
    ),
    "Meeting": (
        _first("startDate endDate heldIn duringSession meetingOf host organizer kind eventStatus number url"),
        _part("agenda", "What it dealt with", "item topic summary ^Deliberation.inMeeting"),
        _part(
            "outcomes", "What came of it", "symbol atEvent ^Decision.atEvent ^Resolution.atEvent ^Document.presentedAt"
        ),
        _part("documents", "Documents meant for it", "^Document.forEvent"),
        _part("officers", "Officers and speakers", "holder ^OfficeHeld.atEvent"),
        _part("people", "Who took part", "memberStatesPresent participant observer"),
        _part("positions", "Positions voiced", "^Position.occasion"),
        _part("mandates", "Requests that it carried out", "^Provision.carriedOutBy"),
    ),
    "Resolution": (
        _first("symbol printedSymbol item session atEvent adoptedOn outcomeStatus summary url"),
        _part("provisions", "What it says, provision by provision", "provisionOf ^Provision.provisionOf", kept=True),
        _part("documents", "Where the text stands", "^Document.contains"),
    ),
    "ResolutionSeries": (
        _first(),
        _part("provisions", "What they ask, point by point", "^Provision.provisionOf"),
    ),
    "Declaration": (
        _first("symbol item session atEvent adoptedOn outcomeStatus summary topic"),
        _part("provisions", "What it says, provision by provision", "provisionOf ^Provision.provisionOf", kept=True),
        _part("documents", "Where the text stands", "^Document.contains"),
    ),
    "Decision": (
        _first("item session atEvent proposedBy adoptedOn adoptionMode outcomeStatus summary"),
        _part("provisions", "What it asks, point by point", "^Provision.provisionOf"),
    ),
    "Provision": (
        _first("action addressee subject topic provisionOf"),
        _part("outcome", "What came of it", "carriedOutBy"),
    ),
    "Document": (
        _first("symbol printedSymbol kind date issuedBy author proposedBy item session topic summary purpose"),
        _part("versions", "Versions", "revises ^Document.revises basedOn ^Document.basedOn"),
        _part("use", "Where it was put to use", "forEvent presentedAt circulatedTo"),
        _part("contents", "What it contains", "contains ^Norm.normOf"),
        _part("positions", "Positions set out in it", "^Position.statedIn"),
        _part("mandates", "Requests that it carried out", "^Provision.carriedOutBy"),
        _part("context", "Processes that reported in it", "^Process.report"),
        _part("access", "How to get it", "url dcterms:language dcterms:accessRights pages"),
    ),
    "AgendaItem": (
        _first("proposedBy introducedAt introducedOn summary focusArea workingGroup instrument agendaCode url"),
        _part("sessions", "Session by session", "^Deliberation.item"),
        _part(
            "outcomes",
            "Resolutions and other outcomes",
            "^ResolutionSeries.item ^Resolution.item ^Declaration.item ^Decision.item",
        ),
        _part("meetings", "Meetings and events", "^Meeting.item ^SideEvent.item ^Milestone.item"),
        _part("documents", "Documents", "^Document.item"),
        _part("positions", "Positions of States", "occasion ^Position.item"),
        _part("names", "Names it bore", "^Name.nameOf"),
    ),
    "Deliberation": (
        _first("item session agendaCode deliberationStatus date inMeeting"),
        _part("content", "What was said", "summary topic participant"),
    ),
    "Topic": (
        _first("skos:definition skos:scopeNote"),
        _part(
            "places",
            "Where it stands among the topics",
            "skos:broader ^Topic.broader skos:related skos:topConceptOf skos:inScheme",
        ),
        _part("positions", "Positions of States, in time", "^Position.topic"),
        _part("provisions", "What AALCO asked for on it", "^Provision.topic"),
        _part("sessions", "Where AALCO dealt with it", "^AgendaItem.focusArea ^Deliberation.topic ^Meeting.topic"),
        _part("documents", "Documents", "^Document.topic"),
        _part("instruments", "Instruments, articles and norms", "^Instrument.topic ^Article.topic ^Norm.topic"),
        _part(
            "events",
            "Events and bodies",
            "^SideEvent.topic ^ExternalEvent.topic ^Milestone.topic ^Body.topic",
        ),
        _part(
            "links",
            "In other vocabularies",
            "skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch",
        ),
    ),
    "State": (
        _part("membership", "Membership", "^Membership.member"),
        _part("positions", "Positions, in time", "statedIn ^Position.holder"),
        _part("items", "What it proposed", "^AgendaItem.proposedBy ^OfficeHeld.proposedBy ^Decision.proposedBy"),
        _part("hosted", "Sessions and events it hosted", "^AnnualSession.host ^SideEvent.organizer"),
        _part(
            "sessions",
            "Where it took part",
            "^Delegation.represents ^AnnualSession.participant ^AnnualSession.observer ^Meeting.participant "
            "^Milestone.participant ^ExternalEvent.participant ^Process.participant",
        ),
        _part("offices", "Offices", "^OfficeHeld.holder ^OfficeHeld.represents"),
        _part("treaties", "Treaty actions", "^TreatyAction.party ^Instrument.proposedBy"),
        _part("documents", "Documents", "^Document.issuedBy ^Document.proposedBy"),
        _part("people", "People", "^Person.nationality"),
        _part("places", "Places", "^City.country ^Place.country"),
        _part(
            "names",
            "Names and codes",
            "formalName ^Name.nameOf region isoAlpha2 isoAlpha3 m49 summary schema:sameAs",
        ),
    ),
    "Person": (
        _first("nationality affiliation role summary"),
        _part("offices", "Offices and parts, in time", "^OfficeHeld.holder"),
        _part("positions", "Positions voiced", "^Position.voicedBy"),
        _part("works", "Documents and proposals", "^Document.author ^Decision.proposedBy"),
        _part(
            "events",
            "Where this person took part",
            "^Delegation.headOfDelegation ^Delegation.delegate ^AnnualSession.participant ^Meeting.participant "
            "^SideEvent.participant "
            "^ExternalEvent.participant ^Milestone.participant",
        ),
    ),
    "Organization": (
        _first("acronym foundedOn basedIn address summary url"),
        _part("names", "Names it bore", "^Name.nameOf"),
        _part("bodies", "Its bodies", "^Body.unitOf"),
        _part("offices", "Offices", "^OfficeHeld.inBody ^OfficeHeld.represents"),
        _part("positions", "Positions", "^Position.holder"),
        _part("members", "Members", "^Membership.memberOf"),
        _part(
            "events",
            "Events",
            "^AnnualSession.organizer ^AnnualSession.observer ^AnnualSession.participant ^Meeting.host "
            "^Meeting.organizer ^Meeting.participant ^Meeting.observer ^SideEvent.organizer "
            "^ExternalEvent.organizer ^ExternalEvent.participant ^Milestone.organizer ^Milestone.participant "
            "^Process.participant",
        ),
        _part("documents", "Documents and instruments", "^Document.issuedBy ^Instrument.issuedBy"),
    ),
    "Instrument": (
        _first(
            "kind symbol printedSymbol adoptedOn adoptedIn inForceOn date issuedBy proposedBy adoptionMode topic "
            "summary url"
        ),
        _part("articles", "Articles in the record", "^Article.articleOf"),
        _part("parties", "What States did about it", "party ^TreatyAction.instrument"),
        _part(
            "use",
            "Where it is invoked",
            "^AgendaItem.instrument ^Process.mandate ^Process.instrument ^Milestone.instrument",
        ),
    ),
    "Article": (_first("articleOf articleNumber summary topic"),),
    "Process": (
        _first("kind startDate endDate mandate instrument topic summary"),
        _part("reports", "Its reports", "report"),
        _part("people", "Which States of the record took part", "participant holder ^OfficeHeld.inProcess"),
        _part("positions", "Positions voiced", "^Position.inProcess"),
    ),
    "Norm": (_first("normOf letter summary topic"),),
    "Position": (
        _part("content", "What the position is", "summary stance topic"),
        _first("holder date occasion inProcess voicedBy statedIn item"),
    ),
    "City": (
        _first("country"),
        _part("sessions", "Held here", "^AnnualSession.heldIn ^Meeting.heldIn ^SideEvent.heldIn"),
        _part("venues", "Venues in this city", "^Venue.city"),
        _part("events", "Other events here", "^Milestone.heldIn ^ExternalEvent.heldIn ^Instrument.adoptedIn"),
        _part("bodies", "Based here", "^Organization.basedIn ^Body.basedIn"),
        _part("map", "On the map and elsewhere", "lat long schema:sameAs"),
    ),
    "Venue": (
        _first("city address seatOf summary"),
        _part("sessions", "Held here", "^AnnualSession.venue ^Milestone.venue"),
    ),
    "Source": (
        _first("dcterms:title publisher date kind dcterms:language url mirrorOf extentRead note dcterms:license"),
    ),
}
LAYOUTS["SideEvent"] = LAYOUTS["ExternalEvent"] = (
    _first("startDate endDate heldIn venue duringSession organizer host eventStatus mode"),
    _part("content", "What it dealt with", "item topic summary"),
    _part("officers", "Officers and speakers", "^OfficeHeld.atEvent"),
    _part("people", "Who took part", "memberStatesPresent attendance participant"),
    _part("positions", "Positions voiced", "^Position.occasion"),
    _part("documents", "Documents", "^Document.presentedAt"),
)
LAYOUTS["Body"] = (
    _first("unitOf acronym foundedOn basedIn address topic summary"),
    _part("its-item", "Its item", "^AgendaItem.workingGroup"),
    _part("meetings", "Its meetings", "meetingOf number ^Meeting.meetingOf"),
    _part("offices", "Who held office in it", "holder role ^OfficeHeld.inBody"),
    _part("mandates", "What was asked of it", "^Provision.addressee"),
    _part("seats", "Where it has or had its seat", "^Venue.seatOf"),
    *(part for part in LAYOUTS["Organization"] if part.id in ("names", "events", "documents")),
)
LAYOUTS["Place"] = LAYOUTS["City"]


def layout(class_: str) -> tuple[Part, ...]:
    """The parts of the page of a class (its local name); a class without a layout of its own has one part."""
    return LAYOUTS.get(class_, (_first(),))
