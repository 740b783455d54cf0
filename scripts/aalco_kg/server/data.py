"""Linked data: from the address of a thing to its page or its data, and the documents that define our terms.

A thing is described by what it states, what points to it, and its records of evidence, disputes and gaps.
"""

import re
from collections.abc import Callable, Sequence

import pyoxigraph as ox
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg import __version__
from aalco_kg.files import alignment_files, ontology_files, shape_files
from aalco_kg.graph import read
from aalco_kg.release import dataset
from aalco_kg.release.catalogue import catalogue
from aalco_kg.release.syntaxes import stable, text
from aalco_kg.server.negotiate import (
    HTML,
    RDF,
    SUFFIXES,
    VARY,
    accept,
    answer,
    best,
    language,
    not_acceptable,
    see_other,
)
from aalco_kg.server.negotiate import suffix as suffix_of
from aalco_kg.server.service import Service
from aalco_kg.site.addresses import LANGUAGES, page_of
from aalco_kg.terms import BASE
from aalco_kg.views.reference import LICENCE

NAME = re.compile(r"[a-z][a-z-]*(?:/[A-Za-z0-9-]+)+")  # the short address of a thing
_NAME = re.compile(rf"(?P<name>{NAME.pattern})(?:\.(?P<suffix>ttl|jsonld|nt|rdf|html))?")


def routes(service: Service) -> Sequence[BaseRoute]:
    """Things, their data, and the defining documents."""

    async def thing(request: Request) -> Response:
        name, suffix = _found(service, request)
        iri = BASE + name
        media = {**SUFFIXES, "html": HTML}.get(suffix) or best(accept(request), (HTML, *RDF))
        if media is None:
            return not_acceptable((HTML, *RDF), VARY)
        links = [f'<{iri}>; rel="cite-as"', *alternates(name)]
        if media == HTML:
            page = page_of(iri, language(request.headers.get("accept-language"), LANGUAGES))
            return see_other(f"/{page}", VARY, links)
        return see_other(f"/data/{name}.{suffix_of(media)}", VARY, links)

    async def document(request: Request) -> Response:
        name, suffix = _found(service, request)
        if suffix not in SUFFIXES:
            raise HTTPException(404, f"Data has one of the endings {', '.join(SUFFIXES)}.")
        body = text(dataset.describe(service.store, BASE + name), suffix).encode()
        links = [
            f'<{BASE}{name}>; rel="describes"',
            f'</{page_of(BASE + name, LANGUAGES[0])}>; rel="describes"; type="text/html"',
            f'<{LICENCE}>; rel="license"',
        ]
        return answer(body, SUFFIXES[suffix], links=links)

    return [
        Route("/id/{name:path}", thing),
        Route("/data/{name:path}", document),
        *_defining(service),
    ]


def _found(service: Service, request: Request) -> tuple[str, str]:
    """The short address of a thing that the graph knows, and the ending, which may be empty."""
    match = _NAME.fullmatch(request.path_params["name"])
    if match and service.describes(BASE + match["name"]):
        return match["name"], match["suffix"] or ""
    raise HTTPException(404, "The graph says nothing of such a thing.")


def alternates(name: str) -> list[str]:
    """Links to the data of a thing in each syntax."""
    return [
        f'</data/{name}.{suffix}>; rel="describedby alternate"; type="{media}"' for suffix, media in SUFFIXES.items()
    ]


def _defining(service: Service) -> list[BaseRoute]:
    """The documents that define terms, shapes, questions and the data set, each in every syntax."""
    documents: dict[str, Callable[[], list[ox.Triple]]] = {
        "ontology": lambda: stable(read(ontology_files() + alignment_files())),
        f"ontology/{__version__}": lambda: stable(read(ontology_files() + alignment_files())),
        "shapes": lambda: stable(read(shape_files())),
        "queries": catalogue,
        ".well-known/void": lambda: dataset.description(service.graph),
    }
    found: list[BaseRoute] = []
    for name, triples in documents.items():
        page = "ontology/" if name.startswith("ontology") else None
        found.append(Route(f"/{name}", _negotiated(name, triples, page)))
        found += [Route(f"/{name}.{suffix}", _negotiated(name, triples, None, suffix)) for suffix in SUFFIXES]
    return found


def _negotiated(
    name: str, triples: Callable[[], list[ox.Triple]], page: str | None, suffix: str | None = None
) -> Callable[[Request], Response]:
    """The endpoint of a document: in the syntax of its ending, or else in the one that the client likes best."""
    offered = (HTML, *RDF) if page else RDF

    def endpoint(request: Request) -> Response:
        media = SUFFIXES[suffix] if suffix else best(accept(request), offered)
        if media is None:
            return not_acceptable(offered)
        if media == HTML:
            return see_other(f"/{language(request.headers.get('accept-language'), LANGUAGES)}/{page}", VARY)
        links = [f'<{LICENCE}>; rel="license"']
        links += [f'</{name}.{end}>; rel="alternate"; type="{kind}"' for end, kind in SUFFIXES.items()]
        body = text(triples(), suffix_of(media)).encode()
        return answer(body, media, vary="" if suffix else VARY if page else "Accept", links=links)

    return endpoint
