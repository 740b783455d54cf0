"""Ten things a legal adviser comes for, each with its shortest way from the first page and a way through the lists.

Tests walk every one of them. The page `about/tasks/` writes them down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from aalco_kg.graph import Graph
from aalco_kg.queries import catalogue
from aalco_kg.site.home import ASKED
from aalco_kg.site.overviews import OVERVIEWS
from aalco_kg.site.phrases import KINDS
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE

PATH = "about/tasks/"
# The pages to pass from the first page on, in the order of the questions there.
_WALKS = (
    ("item/", "item/cyberspace/"),
    ("views/", "mandates/"),
    ("meeting/", "meeting/oewg-4/"),
    ("session/", "session/58/"),
    ("meeting/", "meeting/oewg-2/"),
    ("state/", "state/cn/", "brief/state/cn/"),
    ("views/", "principles/"),
    ("question/", "question/national-positions/"),
    ("session/", "session/60/"),
    ("session/53/",),
)
_NAMES = {"views/": "Views", "question/": "Questions", "brief/state/cn/": "Printable brief with footnotes"} | {
    overview.path: overview.title for overview in OVERVIEWS
}


@dataclass(frozen=True)
class Task:
    """A question, where its answer stands, and the pages on the way there through the lists."""

    question: str
    there: str
    walk: tuple[str, ...]


TASKS = tuple(Task(question, there, walk) for (question, there), walk in zip(ASKED, _WALKS, strict=True))


def paths(graph: Graph) -> Iterable[str]:
    """The one page."""
    return [PATH]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The tasks with their ways."""
    if path != PATH:
        return None

    def step(there: str) -> Markup:
        kind, _, name = there.rstrip("/").partition("/")
        if kind == "question" and name:
            text = catalogue()[name].words(page.language).summary
        elif there in _NAMES or not name:
            text = page.say(_NAMES.get(there) or KINDS[kind])
        else:
            return page.anchor(f"{BASE}{kind}/{name}")
        return Markup('<a href="{}">{}</a>').format(page.to(there), text)

    return render("tasks.html", page, {"tasks": TASKS, "step": step})
