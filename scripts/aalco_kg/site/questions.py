"""The canned queries as pages: `question/`, `question/positions/`, `question/positions/state/cn/`.

The pages of answers made beforehand need no query string; the server answers any other choice of the form too
(`question/positions/?state=cn&topic=…`). Longer answers go on at `…/page/2/`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import pyoxigraph as ox
from markupsafe import Markup

from aalco_kg.errors import UserError
from aalco_kg.evidence import day
from aalco_kg.graph import Graph
from aalco_kg.queries import Parameter, Query, catalogue
from aalco_kg.site.answers import Asked, by_path, choices, ready, rows, usual
from aalco_kg.site.rendering import Page, render
from aalco_kg.table import Table, Term
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact, expand
from aalco_kg.things import find
from aalco_kg.views.entity import type_of
from aalco_kg.views.reference import release_date

# The subjects of the list, by the first tag of a query, in its order.
SUBJECTS = {
    "item": "The item",
    "sessions": "Annual sessions",
    "meetings": "Working group",
    "outcomes": "Resolutions and mandates",
    "positions": "Positions of States",
    "topics": "Topics of the item",
    "documents": "Papers and texts",
    "members": "Membership",
    "people": "People and offices",
    "places": "Places and hosts",
    "organization": "The organization",
    "context": "The United Nations and treaties",
    "evidence": "Evidence, disputes and gaps",
    "links": "Links elsewhere",
    "search": "Finding a thing",
}
ROWS = 25  # rows of an answer on one page
_PAGE = re.compile(r"(?P<path>.+)/page/(?P<number>[1-9][0-9]{0,4})\Z")


@dataclass(frozen=True)
class Choice:
    """A parameter as the form shows it: `options` are pairs of a value and its name, empty where text is typed."""

    parameter: Parameter
    options: tuple[tuple[str, str], ...]
    given: str


@dataclass(frozen=True)
class Shown:
    """An answer as a page shows it: headings with what they mean, cells as HTML, and which of the rows these are."""

    headings: tuple[tuple[str, str], ...]
    cells: tuple[tuple[Markup, ...], ...]
    first: int
    total: int
    before: str | None
    after: str | None


def paths(graph: Graph) -> Iterable[str]:
    """The list, each query, each answer made beforehand, and the further pages of long ones."""
    yield "question/"
    starts = {name: Asked(name) for name in catalogue()} | {asked.path: asked for asked in ready(graph)}
    for path, asked in starts.items():
        yield f"question/{path}/"
        known = asked if asked.path in by_path(graph) else usual(asked.query)
        pages = -(-len(rows(graph, known).rows) // ROWS) if known else 1
        yield from (f"question/{path}/page/{number}/" for number in range(2, pages + 1))


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The list of queries, or one query with an answer."""
    if path == "question/":
        return render("questions.html", page, {"tags": _by_tag(), "subjects": SUBJECTS})
    if not path.startswith("question/"):
        return None
    name = path.removeprefix("question/").removesuffix("/")
    match = _PAGE.match(name)
    name, number = (match["path"], int(match["number"])) if match else (name, 1)
    given = {key: value for key, value in query.items() if value.strip() and key != "page"}
    asked = by_path(page.graph).get(name) or (Asked(name) if name in catalogue() else None)
    if asked is None:
        return None
    if given and asked.name == name:
        given = {key: _address(page.graph, asked.query, key, value) for key, value in given.items()}
        text = query.get("page", "1")
        number = int(text) if re.fullmatch("[1-9][0-9]{0,4}", text) else 1
        return _page(page, name, Asked(name, tuple(given.items())), given, number)
    if asked.name == name:
        return _page(page, name, usual(asked.query), {}, number)
    return _page(page, asked.name, asked, dict(asked.given), number)


def _address(graph: Graph, query: Query, name: str, text: str) -> str:
    """The short address of the thing that a reader gave, however it was called; any other text as it is."""
    parameter = next((p for p in query.parameters if p.name == name), None)
    if parameter is None or parameter.type != "iri":
        return text.strip()
    try:
        return compact(find(graph, text, parameter.kind))
    except UserError:  # which the answer will tell
        return text


def _by_tag() -> dict[str, list[Query]]:
    found: dict[str, list[Query]] = {}
    for query in catalogue().values():
        found.setdefault(query.tags[0], []).append(query)
    return {tag: found[tag] for tag in SUBJECTS if tag in found}


def _page(page: Page, name: str, asked: Asked | None, given: dict[str, str], number: int) -> str | None:
    """A query with an answer; `given` is what the reader chose, empty where `asked` is as usual."""
    query = catalogue()[name]
    shown, wrong, sparql = None, None, query.text
    if asked:
        try:
            shown = _shown(page, asked, given, number)
            sparql = query.bind(page.graph, dict(asked.given))
        except UserError as error:
            wrong = f"{error.what} {error.mend}".replace("--", "")
    if number > 1 and shown is not None and not shown.cells:
        return None
    content = {
        "query": query,
        "words": query.words(page.language),
        "heading": heading,
        "command": (asked or Asked(name)).command,
        "picked": _picked(page, asked) if asked else (),
        "example": bool(asked and asked.given and not given),
        "choices": tuple(_choice(page, query, parameter, given) for parameter in query.parameters),
        "answers": _ready(page, query) if number == 1 else {},
        "shown": shown,
        "wrong": wrong,
        "sparql": sparql,
        "released": day(release_date(page.graph)),
        "file": f"answers/{asked.path}" if asked and asked.path in by_path(page.graph) else None,
        "api": f"api/queries/{name}" + ("?" + urlencode(asked.given) if asked and asked.given else ""),
        "here": _link(page, asked or Asked(name), given, 1),
        "editor": "sparql/?" + urlencode({"query": sparql}),
    }
    return render("question.html", page, content)


def _picked(page: Page, asked: Asked) -> tuple[tuple[str, str, str], ...]:
    """What was given: the name of the parameter, the text, and what a reader calls it."""
    types = {parameter.name: parameter for parameter in asked.query.parameters}
    return tuple((name, text, _name(page, types[name], text) if name in types else text) for name, text in asked.given)


def _choice(page: Page, query: Query, parameter: Parameter, given: dict[str, str]) -> Choice:
    options = ((value, _name(page, parameter, value)) for value in choices(page.graph, query.name, parameter))
    ordered = options if parameter.type == "integer" else sorted(options, key=lambda option: option[1].casefold())
    return Choice(parameter, tuple(ordered), given.get(parameter.name, ""))


def _ready(page: Page, query: Query) -> dict[str, list[tuple[str, str]]]:
    """The answers made beforehand for each parameter: path and name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, asked in by_path(page.graph).items():
        if asked.name == query.name and asked.given:
            [(name, value), *_] = asked.given
            parameter = next(p for p in query.parameters if p.name == name)
            found.setdefault(name, []).append((f"question/{path}/", _name(page, parameter, value)))
    return found


def _name(page: Page, parameter: Parameter, value: str) -> str:
    iri = expand(value) if parameter.type == "iri" else None
    return page.label(iri) if iri and page.graph.holds(iri) else value


def _shown(page: Page, asked: Asked, given: dict[str, str], number: int) -> Shown:
    answer = rows(page.graph, asked)
    first = (number - 1) * ROWS
    keep = [name for name in answer.columns if not (name == "sources" and "source" in answer.columns)]
    words = asked.query.words(page.language)
    headings = tuple((page.say(heading(name)), words.columns[name]) for name in keep)
    cells = tuple(tuple(_cell(page, answer, row, name) for name in keep) for row in answer.rows[first : first + ROWS])
    total = len(answer.rows)
    return Shown(
        headings,
        cells,
        first + 1,
        total,
        _link(page, asked, given, number - 1) if number > 1 else None,
        _link(page, asked, given, number + 1) if total > first + ROWS else None,
    )


def heading(name: str) -> str:
    """The name of a column as words.

    >>> heading("outcomeDate")
    'Outcome date'
    """
    words = re.sub(r"(?<=[a-z])([A-Z])", lambda match: " " + match[1].lower(), name)
    return _NAMES.get(name, words[0].upper() + words[1:])


# Columns whose name is no word, or not the right one.
_NAMES = {
    "after": "Not before",
    "alpha2": "Two-letter code",
    "alpha3": "Three-letter code",
    "head": "Head of delegation",
    "lat": "Latitude",
    "long": "Longitude",
    "m49": "M49 code",
    "original": "Copy of",
    "otherwise": "Other number",
    "read": "Part that was read",
    "through": "By way of",
    "url": "Address on the web",
}


def _link(page: Page, asked: Asked, given: dict[str, str], number: int) -> str:
    if given and asked.path not in by_path(page.graph):
        return page.to(f"question/{asked.name}/") + "?" + urlencode({**given, "page": number})
    path = asked.path if given else asked.name
    return page.to(f"question/{path}/" + (f"page/{number}/" if number > 1 else ""))


def _cell(page: Page, answer: Table, row: tuple[Term | None, ...], name: str) -> Markup:
    term = row[answer.columns.index(name)]
    if name == "source" and isinstance(term, ox.Literal):
        return _source(page, answer, row, term.value)
    if term is None:
        return Markup("")
    if isinstance(term, ox.Literal) and name in _ENGLISH and not term.language:
        return page.said(term.value)
    if isinstance(term, ox.Literal) and _DATE.fullmatch(term.value):  # the last of several dates has no type
        term = ox.Literal(term.value, datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))
    assert not isinstance(term, ox.BlankNode)  # there are none in the data
    return page.show(term)


_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")

# Columns of plain text that queries take from English labels and summaries.
_ENGLISH = frozenset(
    {
        *("asked", "basis", "change", "class", "detail", "kind", "label", "missing", "part", "relation", "searched"),
        *("subject", "summary", "title"),
    }
)


def _source(page: Page, answer: Table, row: tuple[Term | None, ...], title: str) -> Markup:
    """A source, linked, and how many more there are, linked to the sources of the thing that the row is about."""
    iri = _sources(page.graph).get(title)
    shown = page.anchor(iri) if iri else page.text(title, "en")
    counted = row[answer.columns.index("sources")] if "sources" in answer.columns else None
    more = int(counted.value) - 1 if isinstance(counted, ox.Literal) else 0
    things = (t.value for t in row if isinstance(t, ox.NamedNode) and t.value.startswith(BASE))
    subject = next((iri for iri in things if type_of(page.graph, iri) != PREFIXES["skos"] + "Concept"), None)
    if more < 1 or subject is None:
        return shown
    words = page.say("and {number} more", number=more)
    return shown + Markup(' <a class="count" href="{}">{}</a>').format(page.link(subject + "#notes"), words)


@lru_cache(maxsize=4)
def _sources(graph: Graph) -> dict[str, str]:
    """The sources by their English title."""
    sources = graph.subjects(PREFIXES["rdf"] + "type", ONTOLOGY + "Source")
    return {graph.labels[source]["en"]: source for source in sources}
