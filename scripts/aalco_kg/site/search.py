"""Search and the index that the browser searches: `search/?q=…&kind=…&year=…`, `static/search-index.js`.

The server answers the form; on a static host the script does, from the same index, which is loaded as a script so
that a copy opened from disk can search too.
"""

import json
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from aalco_kg.graph import Graph
from aalco_kg.site.addresses import LANGUAGES, page_of
from aalco_kg.site.rendering import Page, render
from aalco_kg.site.words import say
from aalco_kg.terms import ONTOLOGY
from aalco_kg.views.search import QUESTION, TERM, Entry, index

INDEX = "static/search-index.js"
MOST = 100  # results on a page
_KINDS = {QUESTION: "question", TERM: "term of the ontology"}
_LENGTH = 200  # characters of a query that are looked at


def paths(graph: Graph) -> Iterable[str]:
    """The page with the form."""
    return ["search/"]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The form with what it found."""
    if path != "search/":
        return None
    text, kind, year = (query.get(name, "").strip()[:_LENGTH] for name in ("q", "kind", "year"))
    number = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
    asked = bool(text or kind or number)
    found = index(page.graph).search(text, kind, number) if asked else None

    def link(**changes: str) -> str:
        wanted = {"q": text, "kind": kind, "year": str(number or "")} | changes
        return "?" + urlencode({name: value for name, value in wanted.items() if value})

    content = {"text": text, "kind": kind, "year": number, "found": found, "most": MOST, "link": link}
    return render("search.html", page, content | {"kind_name": kind_name})


def kind_name(graph: Graph, kind: str, language: str) -> str:
    """What a kind of entries is called: as its class, or in our words where it is none."""
    return say(language, _KINDS[kind]) if kind in _KINDS else graph.label(ONTOLOGY + kind, language)


def file_paths(graph: Graph) -> Iterable[str]:
    """The path of the index."""
    return [INDEX]


def file(graph: Graph, path: str) -> tuple[str, bytes] | None:
    """The index as a script."""
    return ("text/javascript; charset=utf-8", script(graph).encode()) if path == INDEX else None


def script(graph: Graph) -> str:
    """The entries as a script that sets `aalcoIndex`: kinds with their names and points, and a row for each entry."""
    entries = index(graph).entries
    kinds = {entry.type: [kind_name(graph, entry.type, language) for language in LANGUAGES] for entry in entries}
    points = {entry.type: entry.points for entry in entries}
    places = {kind: number for number, kind in enumerate(kinds)}
    content = {
        "kinds": [[kind, *names, points[kind]] for kind, names in kinds.items()],
        "rows": [_row(entry, places[entry.type]) for entry in entries],
    }
    return f"aalcoIndex={json.dumps(content, ensure_ascii=False, separators=(',', ':'))};\n"


def _row(entry: Entry, kind: int) -> list[object]:
    return [
        str(page_of(entry.iri, "")).strip("/"),
        kind,
        entry.year,
        *entry.labels,
        entry.names,
        entry.codes,
        entry.held,
        entry.near,
    ]
