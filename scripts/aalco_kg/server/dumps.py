"""The files of the release, and the catalogue that describes them."""

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg import __version__
from aalco_kg.release import MARKER
from aalco_kg.release.metadata import media_type
from aalco_kg.release.syntaxes import text
from aalco_kg.server.negotiate import DAY, RDF, SUFFIXES, TEXT, accept, answer, best, not_acceptable, refusal, suffix
from aalco_kg.server.service import Service
from aalco_kg.views.reference import LICENCE


def routes(service: Service) -> Sequence[BaseRoute]:
    """Dumps and catalogue."""

    def file(request: Request) -> Response:
        if request.path_params["version"] != __version__:
            raise HTTPException(404, f"This server has release {__version__} only.")
        if not service.release.exists():
            return _not_yet()
        path = service.release / request.path_params["name"]
        if path.name not in _names(service.release):
            raise HTTPException(404, f"The release has no such file; /release/{__version__}/{MARKER} lists all.")
        media = media_type(path.name) or TEXT
        return answer(path.read_bytes(), media, links=[f'<{LICENCE}>; rel="license"'], seconds=DAY)

    def catalogue(request: Request) -> Response:
        if not service.release.exists():
            return _not_yet()
        ending = request.url.path.removeprefix("/dcat").removeprefix(".")
        media = SUFFIXES[ending] if ending else best(accept(request), RDF)
        if media is None:
            return not_acceptable(RDF)
        triples = [quad.triple for quad in ox.parse((service.release / "dcat.ttl").read_bytes(), ox.RdfFormat.TURTLE)]
        body = text(sorted(triples, key=str), suffix(media)).encode()
        return answer(body, media, vary="" if ending else "Accept")

    return [
        Route("/release/{version}/{name}", file),
        Route("/dcat", catalogue),
        *(Route(f"/dcat.{ending}", catalogue) for ending in SUFFIXES),
    ]


def _names(release: Path) -> set[str]:
    return {path.name for path in release.iterdir()}


def _not_yet() -> Response:
    return refusal(503, "The dumps are being written.", "Ask again in a few seconds.", {"Retry-After": "3"})
