"""Every page as a function of its path: the server answers with it, the export writes it to files.

A section owns the paths that begin with its name; what no section owns is a thing of the graph.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from aalco_kg.graph import Graph
from aalco_kg.site import (
    about,
    alphabet,
    answers,
    brief,
    cite,
    comparing,
    data,
    feeds,
    home,
    lists,
    ontology,
    overviews,
    positions,
    questions,
    records,
    search,
    sparql,
    tasks,
    things,
)
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.site.rendering import Page, render

_MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Section:
    """A part of the site. `paths` gives its pages without their language (`topic/`), `html` one of them.

    `html` gets the page, the path without language, and the query of the address; None when there is no such page.
    """

    paths: Callable[[Graph], Iterable[str]]
    html: Callable[[Page, str, Mapping[str, str]], str | None]


SECTIONS: tuple[Section, ...] = (
    Section(home.paths, home.html),
    Section(search.paths, search.html),
    Section(alphabet.paths, alphabet.html),
    Section(brief.paths, brief.html),
    Section(about.paths, about.html),
    Section(tasks.paths, tasks.html),
    Section(overviews.paths, overviews.html),
    Section(positions.paths, positions.html),
    Section(ontology.paths, ontology.html),
    Section(sparql.paths, sparql.html),
    Section(comparing.paths, comparing.html),
    Section(questions.paths, questions.html),
    Section(records.paths, records.html),
    Section(lists.paths, lists.html),
    Section(things.paths, things.html),
)


@dataclass(frozen=True)
class Files:
    """A family of files that are no pages. `paths` gives their whole paths, `file` media type and bytes of one."""

    paths: Callable[["Site"], Iterable[str]]
    file: Callable[["Site", str], tuple[str, bytes] | None]


FILES: tuple[Files, ...] = (
    Files(lambda site: search.file_paths(site.graph), lambda site, path: search.file(site.graph, path)),
    Files(answers.file_paths, answers.file),
    Files(sparql.file_paths, sparql.file),
    Files(data.file_paths, data.file),
    Files(feeds.file_paths, feeds.file),
)


@dataclass(frozen=True)
class Response:
    """What a path answers."""

    status: int
    media: str
    body: bytes


class Site:
    """All pages of a graph. `base` is the address under which they are published, with a slash at its end, if known."""

    def __init__(self, graph: Graph, base: str = "") -> None:
        self.graph: Graph = graph
        self.base = base

    def paths(self) -> Iterator[str]:
        """The path of every page and file, in order; what is made of a page comes right after it."""
        for name in sorted(_static()):
            yield f"static/{name}"
        for family in FILES:
            yield from family.paths(self)
        for path in self.pages():
            for language in LANGUAGES:
                yield f"{language}/{path}"
            yield from cite.files_of(path)

    def pages(self) -> Iterator[str]:
        """The path of every page, without its language."""
        for section in SECTIONS:
            yield from section.paths(self.graph)

    def answer(self, path: str, query: Mapping[str, str] | None = None) -> Response:
        """The page or file at a path; a page of its own, with status 404, where there is none."""
        folder, _, rest = path.partition("/")
        if folder == "static" and rest in (static := _static()):
            suffix = rest[rest.rindex(".") :]
            return Response(200, f"{_MEDIA[suffix]}; charset=utf-8", static[rest])
        if folder in LANGUAGES and (rest.endswith("/") or not rest):
            shown = self._page(path, query) if query else _usual(self, path)
            if shown is not None:
                return shown
        for file in (cite.file, *(family.file for family in FILES)):
            if (made := file(self, path)) is not None:
                return Response(200, *made)
        return self.missing(path)

    def _page(self, path: str, query: Mapping[str, str]) -> Response | None:
        language, _, local = path.partition("/")
        page = Page(self.graph, path, language, self.base)
        made = (section.html(page, local, query) for section in SECTIONS)
        html = next((html for html in made if html is not None), None)
        return None if html is None else _html(200, html)

    def missing(self, path: str, anywhere: bool = False) -> Response:
        """What is answered in the place of a page that is not there; with whole addresses when shown `anywhere`."""
        folder = path.partition("/")[0]
        page = Page(self.graph, path, folder if folder in LANGUAGES else LANGUAGES[0], self.base, anywhere)
        return _html(404, render("missing.html", page, {"path": path}))


@lru_cache(maxsize=8)
def _usual(site: Site, path: str) -> Response | None:
    """A page without a query, for its citations too: only the page itself knows its title."""
    return site._page(path, {})


def _html(status: int, html: str) -> Response:
    return Response(status, "text/html; charset=utf-8", html.encode())


@cache
def _static() -> dict[str, bytes]:
    """The site's own files, by name. Style sheets and scripts are kept in parts, in the order of their names, and each
    sent as one."""
    folder = files("aalco_kg.site").joinpath("static")
    found = {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}
    for kind in ("css", "js"):
        parts = sorted(folder.joinpath(kind).iterdir(), key=lambda item: item.name)
        found[f"site.{kind}"] = b"".join(item.read_bytes() for item in parts)
    return {name: _packed(name, content) for name, content in found.items()}


def _packed(name: str, content: bytes) -> bytes:
    """A style sheet without blanks that mean nothing, a script without indentation and lines of comment."""
    if name.endswith(".css"):
        return re.sub(rb"\s*([{};])\s*", rb"\1", content)
    return re.sub(rb"^(\s+|//.*\n)+", b"", content, flags=re.MULTILINE) if name.endswith(".js") else content
