"""Two sessions or two States side by side: `compare/`, `compare/session/57/58/`, `compare/state/cn/ir/`.

Pages are made for neighbouring sessions, for every two sessions that had the item before them, and for every two States
with a position; the server answers any other two (`compare/?kind=session&one=1&other=63`).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import combinations, pairwise

from aalco_kg.graph import Graph
from aalco_kg.site.notes import Notes
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural
from aalco_kg.views.compare import compare
from aalco_kg.views.matrix import ITEM

KINDS = {"session": "AnnualSession", "state": "State"}
_TYPE = PREFIXES["rdf"] + "type"


def paths(graph: Graph) -> Iterable[str]:
    """The form, and each pair made beforehand."""
    yield "compare/"
    for kind in KINDS:
        for one, other in _pairs(graph, kind):
            yield f"compare/{kind}/{one}/{other}/"


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """Two things side by side, or the form to choose them."""
    place, _, rest = path.partition("/")
    if place != "compare":
        return None
    kind, one, other = query.get("kind", ""), query.get("one", ""), query.get("other", "")
    if rest:
        parts = rest.rstrip("/").split("/")
        if len(parts) != 3:
            return None
        kind, one, other = parts
    known = kind in KINDS and all(slug in _slugs(page.graph, kind) for slug in (one, other))
    if rest and not known:
        return None
    content: dict[str, object] = {
        "chosen": (kind, one, other),
        "unknown": not known and bool(one or other),
        "kinds": {kind: _options(page, kind) for kind in KINDS},
        "ready": {kind: _pairs(page.graph, kind) for kind in KINDS},
        "comparison": None,
        "BASE": BASE,
    }
    if known:
        shown = compare(page.graph, f"{BASE}{kind}/{one}", f"{BASE}{kind}/{other}")
        things = {iri for shared in shown.topics for iri in shared.left + shared.right}
        stances = {iri: page.graph.objects(iri, ONTOLOGY + "stance") for iri in things}
        items = {iri: _item(page.graph, iri) for iri in things if "/deliberation/" in iri}
        content |= {"comparison": shown, "notes": Notes(page.graph), "stances": stances, "items": items}
    return render("compare.html", page, content)


def _item(graph: Graph, deliberation: str) -> str:
    """What a deliberation was on; its session is named at the head of the column."""
    return str(graph.objects(deliberation, ONTOLOGY + "item")[0].value)


@lru_cache(maxsize=8)
def _slugs(graph: Graph, kind: str) -> list[str]:
    things = graph.subjects(_TYPE, ONTOLOGY + KINDS[kind])
    return [iri.removeprefix(f"{BASE}{kind}/") for iri in sorted(things, key=natural)]


def _options(page: Page, kind: str) -> list[tuple[str, str]]:
    options = [(slug, page.label(f"{BASE}{kind}/{slug}")) for slug in _slugs(page.graph, kind)]
    return options if kind == "session" else sorted(options, key=lambda option: option[1])


@lru_cache(maxsize=8)
def _pairs(graph: Graph, kind: str) -> list[tuple[str, str]]:
    """The pairs of which pages are made, each once, in order."""
    return list(dict.fromkeys(_session_pairs(graph) if kind == "session" else _state_pairs(graph)))


def _session_pairs(graph: Graph) -> Iterator[tuple[str, str]]:
    deliberations = [
        iri for iri in graph.subjects(ONTOLOGY + "item", ITEM) if "/deliberation/" in iri and "/session/" in iri
    ]
    had = {str(value.value) for iri in deliberations for value in graph.objects(iri, ONTOLOGY + "session")}
    yield from combinations([slug for slug in _slugs(graph, "session") if f"{BASE}session/{slug}" in had], 2)
    yield from pairwise(_slugs(graph, "session"))


def _state_pairs(graph: Graph) -> Iterator[tuple[str, str]]:
    holders = (slug for slug in _slugs(graph, "state") if _holds(graph, f"{BASE}state/{slug}"))
    return combinations(holders, 2)


def _holds(graph: Graph, state: str) -> bool:
    held = graph.subjects(ONTOLOGY + "holder", state)
    return any(value.value == ONTOLOGY + "Position" for iri in held for value in graph.objects(iri, _TYPE))
