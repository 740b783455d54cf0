"""What search engines read first: robots.txt, and a sitemap of every page in each language."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from aalco_kg.server.negotiate import TEXT, answer
from aalco_kg.server.service import Service
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.site.pages import Site

# What costs a query each time is no food for crawlers.
_CLOSED = ("/sparql", "/graphs", "/api/", "/reconcile")


def routes(service: Service) -> Sequence[BaseRoute]:
    """The two files."""

    def robots(request: Request) -> Response:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _CLOSED), f"Sitemap: {service.base}/sitemap.xml"]
        return answer("\n".join([*lines, ""]).encode(), TEXT)

    def sitemap(request: Request) -> Response:
        return answer(_sitemap(service).encode(), "application/xml")

    return [Route("/robots.txt", robots), Route("/sitemap.xml", sitemap)]


def _sitemap(service: Service) -> str:
    """The address of each page, with those of the same page in the other languages."""
    first = LANGUAGES[0] + "/"
    names = [path.removeprefix(first) for path in Site(service.graph).paths() if path.startswith(first)]
    lines = []
    for name in names:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{service.base}/{language}/{name}"/>'
            for language in LANGUAGES
        )
        lines += [f"<url><loc>{service.base}/{language}/{name}</loc>{others}</url>" for language in LANGUAGES]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
            *lines,
            "</urlset>",
            "",
        ]
    )
