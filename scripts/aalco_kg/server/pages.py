"""The pages of the site, as the site makes them; with links for machines on the page of a thing."""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg.server import sparql
from aalco_kg.server.data import alternates
from aalco_kg.server.negotiate import HTML, RDF, accept, answer, best, language, not_acceptable, refusal, see_other
from aalco_kg.server.service import Service
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.site.pages import Site
from aalco_kg.site.rendering import Page
from aalco_kg.site.sparql import answered
from aalco_kg.terms import BASE
from aalco_kg.views.entity import type_of
from aalco_kg.views.reference import LICENCE

_READABLE = "application/sparql-results+json, text/turtle;q=0.9"  # what the SPARQL page can show


def routes(service: Service) -> Sequence[BaseRoute]:
    """The home of the data set, and whatever page the site has for a path."""
    site = Site(service.graph, service.base + "/")

    def home(request: Request) -> Response:
        media = best(accept(request), (HTML, *RDF))
        if media is None:
            return not_acceptable((HTML, *RDF))
        if media != HTML:
            return see_other("/.well-known/void", "Accept")
        return see_other(f"/{language(request.headers.get('accept-language'), LANGUAGES)}/", "Accept, Accept-Language")

    def page(request: Request) -> Response:
        path = request.path_params["path"]
        made = site.answer(path, request.query_params)
        if made.status != 200:
            return Response(made.body, made.status, {"Content-Type": made.media, "Cache-Control": "no-store"})
        return answer(made.body, made.media.partition(";")[0], links=_signposts(service, path))

    async def sparql_page(request: Request) -> Response:
        language = request.path_params["language"]
        if language not in LANGUAGES:
            raise HTTPException(404)
        query = ""
        try:
            asked = await sparql.asked_by(request, service.limits.body)
            query = asked.query
            made = await sparql.ask(service, asked, _READABLE)
        except sparql.Refused as refused:
            made = refusal(refused.status, refused.what, refused.mend)
        shown = Page(service.graph, f"{language}/sparql/", language, site.base)
        html = await run_in_threadpool(answered, shown, query, made.headers["Content-Type"], bytes(made.body))
        return Response(html, made.status_code, {"Content-Type": f"{HTML}; charset=utf-8", "Cache-Control": "no-store"})

    return [
        Route("/", home),
        Route("/{language}/sparql/", sparql_page, methods=["POST"]),
        Route("/{path:path}", page),
    ]


def _signposts(service: Service, path: str) -> list[str]:
    """FAIR Signposting, level 1: for the page of a thing, its address, data, type and licence."""
    name = path.partition("/")[2].removesuffix("/")
    if name.count("/") < 1 or not service.describes(BASE + name):
        return [f'<{LICENCE}>; rel="license"']
    return [
        f'<{BASE}{name}>; rel="cite-as"',
        f'<{type_of(service.graph, BASE + name)}>; rel="type"',
        *alternates(name),
        f'<{LICENCE}>; rel="license"',
    ]
