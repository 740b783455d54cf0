"""Positions of States: the matrix of all (`positions/`), and on a page for each who is in it what stands behind its
column (`positions/state/cn/`)."""

from collections.abc import Iterable, Mapping

from aalco_kg.graph import Graph
from aalco_kg.site.notes import Notes, url_of
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE
from aalco_kg.views.entity import entity
from aalco_kg.views.matrix import Known, Matrix, matrix, positions_of, when

FOLDER = "positions/"

# How a stance is drawn.
_SIGNS = {
    "supports": "+",
    "supports-with-reservation": "±",
    "proposes": "▲",
    "affirms": "●",
    "calls-for-study": "◇",
    "opposes": "−",
    "neutral": "○",
    "not-stated": "…",
}


def paths(graph: Graph) -> Iterable[str]:
    """The page of each State or organization that has a column."""
    return [FOLDER + state.removeprefix(BASE) + "/" for state in matrix(graph).states]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """What one State said and where it was silent."""
    state = BASE + path.removeprefix(FOLDER).rstrip("/")
    shown = matrix(page.graph)
    if not path.startswith(FOLDER) or state not in shown.states:
        return None
    held = positions_of(page.graph, state)
    content = {
        "state": state,
        "entities": [entity(page.graph, iri) for iri in held],
        "dates": {iri: when(page.graph, iri) for iri in held},
        "silent": _silent(shown, state),
        "signs": signs(shown),
        "notes": Notes(page.graph),
        "url_of": lambda source: url_of(page.graph, source),
    }
    return render("positions-of.html", page, content)


def whole(page: Page) -> Mapping[str, object]:
    """What the page of the matrix shows."""
    shown = matrix(page.graph)
    numbers = {state: len(positions_of(page.graph, state)) for state in shown.states}
    return {"matrix": shown, "numbers": numbers, "Known": Known, "signs": signs(shown)}


def signs(shown: Matrix) -> dict[str, str]:
    """The sign of each stance that is taken."""
    stances = {stance for cell in shown.cells.values() for stance in cell.stances}
    return {stance: _SIGNS.get(stance.rpartition("/")[2], "●") for stance in sorted(stances)}


def _silent(shown: Matrix, state: str) -> dict[str, list[str]]:
    """The topics on which nothing is recorded of a State, by the occasions at which it is named."""
    found: dict[str, list[str]] = {}
    for topic in shown.topics:
        cell = shown.cells[state, topic]
        for occasion in cell.occasions if cell.known is Known.silent else ():
            found.setdefault(occasion, []).append(topic)
    return found
