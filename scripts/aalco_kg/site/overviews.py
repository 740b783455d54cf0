"""Pages that show the whole at a glance: positions, mandates, versions, coverage, topics, time and place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from aalco_kg import queries
from aalco_kg.graph import Graph
from aalco_kg.site import positions
from aalco_kg.site.chart import chart
from aalco_kg.site.notes import Notes, url_of
from aalco_kg.site.rendering import Page, render
from aalco_kg.site.world import world
from aalco_kg.terms import ONTOLOGY
from aalco_kg.views.coverage import coverage
from aalco_kg.views.mandates import mandates
from aalco_kg.views.places import host_cities
from aalco_kg.views.timeline import timeline
from aalco_kg.views.tree import tree
from aalco_kg.views.versions import versions


@dataclass(frozen=True)
class Overview:
    """A page of its own. `title` and `about` are messages, `question` is the canned query whose rows it shows."""

    path: str
    title: str
    about: str
    template: str
    content: Callable[[Page], Mapping[str, object]]
    question: str


def paths(graph: Graph) -> Iterable[str]:
    """The list of overviews, and each of them."""
    return ["views/", *(overview.path for overview in OVERVIEWS)]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The overview at a path, or the list of all."""
    if path == "views/":
        return render("views.html", page, {"overviews": OVERVIEWS})
    for overview in OVERVIEWS:
        if overview.path == path:
            shared = {
                "overview": overview,
                "question": queries.named(overview.question),
                "notes": Notes(page.graph),
                "url_of": lambda source: url_of(page.graph, source),
            }
            return render(overview.template, page, {**shared, **overview.content(page)})
    return None


def _mandates(page: Page) -> Mapping[str, object]:
    return {"mandates": mandates(page.graph)}


def _principles(page: Page) -> Mapping[str, object]:
    return {"versions": versions(page.graph), "shown_properties": [ONTOLOGY + name for name in _TOLD]}


# What the page of versions tells of a draft, in this order.
_TOLD = ("author", "circulatedTo", "purpose", "forEvent", "presentedAt", "summary", "outcomeStatus")


def _coverage(page: Page) -> Mapping[str, object]:
    rows = coverage(page.graph)
    return {"rows": rows, "widest": max(row.known + row.disputed + row.missing for row in rows)}


def _timeline(page: Page) -> Mapping[str, object]:
    events = timeline(page.graph)
    return {"events": events, "chart": chart(page, events)}


def _map(page: Page) -> Mapping[str, object]:
    cities = host_cities(page.graph)
    return {"cities": cities, "world": world(page, cities)}


def _topics(page: Page) -> Mapping[str, object]:
    return {"tree": tree(page.graph, page.language)}


OVERVIEWS = (
    Overview(
        "positions/",
        "Positions of States, topic by topic",
        "Who took which stance on what, and what an empty cell means: present and silent, not there, or not known.",
        "positions.html",
        positions.whole,
        "position-matrix",
    ),
    Overview(
        "mandates/",
        "Mandates and what became of them",
        "What AALCO asked for on the item, of whom, and what later carried it out.",
        "mandates.html",
        _mandates,
        "mandates-and-outcomes",
    ),
    Overview(
        "principles/",
        "Versions of the principles text",
        "The drafts of principles of international law in cyberspace, what is known of each, and how far the text got.",
        "principles.html",
        _principles,
        "document-versions",
    ),
    Overview(
        "timeline/",
        "Timeline of the item",
        "Every dated session, meeting, document and outcome on the item since 2014.",
        "timeline.html",
        _timeline,
        "item-timeline",
    ),
    Overview(
        "map/",
        "Host cities of the annual sessions",
        "Where the annual sessions of AALCO were held, and how often.",
        "map.html",
        _map,
        "venues",
    ),
    Overview(
        "topic/",
        "Topics",
        "The topics by which the record is indexed, what each includes, and how often each was taken up.",
        "topic-tree.html",
        _topics,
        "topics",
    ),
    Overview(
        "coverage/",
        "What is known of each session",
        "For each annual session how much has evidence, how much is disputed, and what was looked for and not found.",
        "coverage.html",
        _coverage,
        "coverage",
    ),
)
