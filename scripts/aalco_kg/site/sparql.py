"""The SPARQL page: a plain form for the endpoint of the server, with the canned queries as examples.

The form is sent to the page itself, which the server answers with what its endpoint says (`answered`); with JavaScript
the endpoint is asked directly.

Where the editor of the npm package @zazuko/yasgui is installed for the tests, it takes the place of the plain text
field; nothing needs it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
from markupsafe import Markup

from aalco_kg.errors import UserError
from aalco_kg.files import HOME
from aalco_kg.graph import Graph
from aalco_kg.queries import catalogue
from aalco_kg.results import read
from aalco_kg.site.answers import usual
from aalco_kg.site.rendering import Page, render
from aalco_kg.table import Table, Term
from aalco_kg.terms import PREFIXES

if TYPE_CHECKING:
    from aalco_kg.site.pages import Site

ROWS = 1000  # rows of an answer that the page shows
_EDITOR = HOME / "tests/node/node_modules/@zazuko/yasgui/build"
_MEDIA = {"yasgui.min.js": "text/javascript; charset=utf-8", "yasgui.min.css": "text/css; charset=utf-8"}
_FIRST = """\
PREFIX aalco: <https://w3id.org/aalco-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?session ?city WHERE {
    ?session a aalco:AnnualSession ; aalco:number ?number ; aalco:heldIn ?city .
}
ORDER BY ?number
"""


def paths(graph: Graph) -> Iterable[str]:
    """The page alone."""
    return ["sparql/"]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The form, with the query of the address, with a canned one, or with a first example."""
    if path != "sparql/":
        return None
    written = query.get("query") or _canned(page.graph, query.get("question", "")) or _FIRST
    return _render(page, written, None)


def answered(page: Page, query: str, media: str, body: bytes) -> str:
    """The page with the answer of the endpoint to a query: rows in JSON, anything else as it is."""
    answer = read(body) if media.startswith("application/sparql-results+json") else None
    content: dict[str, object] = {"yes": answer if isinstance(answer, bool) else None, "text": None, "total": 0}
    if isinstance(answer, Table):
        cells = [[_cell(page, term) for term in row] for row in answer.rows[:ROWS]]
        content |= {"columns": answer.columns, "cells": cells, "total": len(answer.rows)}
    elif answer is None:
        content["text"] = body.decode("utf-8", "replace")
    return _render(page, query or _FIRST, content)


def _cell(page: Page, term: Term | None) -> Markup:
    if term is None:
        return Markup("")
    return page.text(str(term)) if isinstance(term, ox.BlankNode) else page.show(term)


def _render(page: Page, written: str, result: Mapping[str, object] | None) -> str:
    content = {
        "written": written,
        "result": result,
        "queries": catalogue().values(),
        "prefixes": PREFIXES,
        "editor": bool(_editor()),
    }
    return render("sparql.html", page, content)


def _canned(graph: Graph, name: str) -> str | None:
    """The text of a canned query with the examples of its header in the place of its parameters."""
    query = catalogue().get(name)
    if query is None:
        return None
    try:
        asked = usual(query)
        return query.bind(graph, dict(asked.given)) if asked else query.text
    except UserError:  # an example that this graph does not hold
        return query.text


@cache
def _editor() -> dict[str, Path]:
    """The files of the editor, where it is installed."""
    found = {name: _EDITOR / name for name in _MEDIA}
    return found if all(path.is_file() for path in found.values()) else {}


def file_paths(site: "Site") -> Iterable[str]:
    """A path for each file of the editor."""
    return [f"static/editor/{name}" for name in _editor()]


def file(site: "Site", path: str) -> tuple[str, bytes] | None:
    """Media type and bytes of a file of the editor."""
    name = path.removeprefix("static/editor/")
    found = _editor().get(name)
    return (_MEDIA[name], found.read_bytes()) if found and path != name else None
