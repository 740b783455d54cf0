"""The first page: what this is and is not, what advisers ask first, the ways in, what is missing, what is newest."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from aalco_kg.graph import Graph
from aalco_kg.site.chart import chart
from aalco_kg.site.columns import moment_of
from aalco_kg.site.lists import kinds
from aalco_kg.site.phrases import KINDS
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural
from aalco_kg.views.entity import records
from aalco_kg.views.timeline import timeline

ITEM = BASE + "item/cyberspace"
NEWEST = 8  # entries in the list of the newest
_TYPE = PREFIXES["rdf"] + "type"

# What advisers ask first, each with the place that answers it.
ASKED = (
    ("Who proposed the item?", "item/cyberspace/#proposedBy"),
    (
        "What did the resolutions ask of the Secretariat, and what came of it?",
        "series/cyberspace-resolutions/#provisions",
    ),
    ("Who took part in the Hangzhou meeting?", "meeting/oewg-4/#people"),
    ("What did the 58th session discuss?", "session/58/#agenda"),
    ("Where was the second meeting of the working group, and why is that disputed?", "meeting/oewg-2/#heldIn"),
    ("What has China said, session by session?", "state/cn/#positions"),
    ("What is the status of the principles text?", "principles/"),
    ("Which States published national positions?", "question/national-positions/"),
    ("What is known about the 60th session, and what is not?", "session/60/"),
    ("Where does a fact come from, and how is it cited?", "session/53/#heldIn"),
)
_WAYS = ("session", "meeting", "resolution", "document", "position", "topic", "state", "person", "instrument", "source")


def paths(graph: Graph) -> Iterable[str]:
    """The home page alone."""
    return [""]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The home page."""
    if path:
        return None
    lists = {kind: len(things) for kind, things in kinds(page.graph).items()}
    content = {
        "asked": ASKED,
        "item": ITEM,
        "events": _events(page.graph),
        "chart": chart(page, timeline(page.graph)),
        "lists": lists,
        "ways": [kind for kind in _WAYS if kind in lists],
        "others": [kind for kind in KINDS if kind in lists and kind not in _WAYS],
        "names": KINDS,
        "known": _known(page.graph),
        "newest": _newest(page.graph),
    }
    return render("home.html", page, content)


@lru_cache(8)
def _known(graph: Graph) -> dict[str, int]:
    """How much is in the graph, and how much is known to be missing."""
    sessions = graph.subjects(_TYPE, ONTOLOGY + "AnnualSession")
    resolutions = graph.subjects(_TYPE, ONTOLOGY + "Resolution")
    memberships = [one for one in graph.subjects(_TYPE, ONTOLOGY + "Membership")]
    return {
        "evidence": len(graph.subjects(_TYPE, ONTOLOGY + "Evidence")),
        "sources": len(graph.subjects(_TYPE, ONTOLOGY + "Source")),
        "disputes": len(graph.subjects(_TYPE, ONTOLOGY + "Dispute")),
        "gaps": len(graph.subjects(_TYPE, ONTOLOGY + "Gap")),
        "sessions": len(sessions),
        "resolutions": len(resolutions),
        "textless": sum(_lacks(graph, one, "provisionOf") for one in resolutions),
        "uncounted": sum(_lacks(graph, one, "memberStatesPresent") for one in sessions),
        "memberships": len(memberships),
        "undated": sum(_lacks(graph, one, "startDate") for one in memberships),
    }


def _lacks(graph: Graph, iri: str, name: str) -> bool:
    """Whether a thing has a gap on an own property and no value of it."""
    path = ONTOLOGY + name
    if path in graph.properties(iri):
        return False
    gaps = (graph.properties(node) for node in records(graph, iri, "Gap"))
    return any(str(gap[ONTOLOGY + "property"][0].value) == path for gap in gaps)


def _events(graph: Graph) -> list[tuple[str, str, str]]:
    """The sessions and working-group meetings of the item in time: year, event, and what became of the item there."""
    found = []
    for one in graph.subjects(ONTOLOGY + "item", ITEM):
        type_ = str(graph.properties(one)[_TYPE][0].value).removeprefix(ONTOLOGY)
        said = graph.properties(one)
        if type_ == "Deliberation":
            session, status = (str(said[ONTOLOGY + name][0].value) for name in ("session", "deliberationStatus"))
            found.append((moment_of(graph, session), session, status))
        elif type_ == "Meeting" and ONTOLOGY + "meetingOf" in said:
            found.append((moment_of(graph, one), one, str(said[ONTOLOGY + "eventStatus"][0].value)))
    return sorted(found, key=lambda event: (event[0], natural(event[1])))


@lru_cache(8)
def _newest(graph: Graph) -> list[tuple[str, str]]:
    """The things with the latest dates, which says what the record reaches to: (date, thing)."""
    names = (
        "AnnualSession",
        "Meeting",
        "Milestone",
        "Document",
        "Position",
        "ExternalEvent",
        "SideEvent",
        "Resolution",
    )
    dated = [(moment_of(graph, one), one) for name in names for one in graph.subjects(_TYPE, ONTOLOGY + name)]
    return sorted(dated, key=lambda pair: (pair[0], natural(pair[1])), reverse=True)[:NEWEST]
