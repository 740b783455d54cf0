"""Every page as a function of its path: the server answers with it, the export writes it to files.

A section owns the paths that begin with its name; what no section owns is a thing of the graph.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aalco_kg.graph import Graph
from aalco_kg.site import home, lists, things
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
    Section(lists.paths, lists.html),
    Section(things.paths, things.html),
)


@dataclass(frozen=True)
class Response:
    """What a path answers."""

    status: int
    media: str
    body: bytes


class Site:
    """All pages of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def paths(self) -> Iterator[str]:
        """The path of every page and file, in order."""
        for name in sorted(_static()):
            yield f"static/{name}"
        for language in LANGUAGES:
            for section in SECTIONS:
                for path in section.paths(self.graph):
                    yield f"{language}/{path}"

    def answer(self, path: str, query: Mapping[str, str] | None = None) -> Response:
        """The page or file at a path; a page of its own, with status 404, where there is none."""
        folder, _, rest = path.partition("/")
        if folder == "static" and rest in (static := _static()):
            suffix = rest[rest.rindex(".") :]
            return Response(200, f"{_MEDIA[suffix]}; charset=utf-8", static[rest])
        language = folder if folder in LANGUAGES else LANGUAGES[0]
        if folder in LANGUAGES and (rest.endswith("/") or not rest):
            page = Page(self.graph, path, language)
            for section in SECTIONS:
                html = section.html(page, rest, query or {})
                if html is not None:
                    return _html(200, html)
        return _html(404, render("missing.html", Page(self.graph, f"{language}/", language), {"path": path}))


def _html(status: int, html: str) -> Response:
    return Response(status, "text/html; charset=utf-8", html.encode())


@cache
def _static() -> dict[str, bytes]:
    """The site's own files, by name. Style sheets are kept in parts, in the order of their names, and sent as one."""
    folder = files("aalco_kg.site").joinpath("static")
    found = {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}
    parts = sorted(folder.joinpath("css").iterdir(), key=lambda item: item.name)
    return found | {"site.css": b"".join(item.read_bytes() for item in parts)}
