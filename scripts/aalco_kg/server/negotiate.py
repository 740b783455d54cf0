"""Which representation a client wants: media types and languages by preference, and the answers that say so."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

TURTLE, NTRIPLES, JSONLD, RDFXML = "text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"
HTML, JSON, CSV, TEXT = "text/html", "application/json", "text/csv", "text/plain"
RDF = (TURTLE, JSONLD, NTRIPLES, RDFXML)
SUFFIXES = {"ttl": TURTLE, "jsonld": JSONLD, "nt": NTRIPLES, "rdf": RDFXML}
_SUFFIX_OF = {media: suffix for suffix, media in SUFFIXES.items()}
# Other names by which clients ask for a media type.
_ALIASES = {
    "application/x-turtle": (TURTLE,),
    "text/n3": (TURTLE,),
    "text/rdf+n3": (TURTLE,),
    "text/plain": (NTRIPLES,),
    "application/json": ("application/sparql-results+json", JSONLD),
    "application/xml": ("application/sparql-results+xml", RDFXML),
    "text/xml": ("application/sparql-results+xml", RDFXML),
    "application/xhtml+xml": (HTML,),
}
VARY = "Accept, Accept-Language"  # of what is negotiated by both
DAY = 86_400  # seconds


def suffix(media: str) -> str:
    """The file name ending of an RDF media type."""
    return _SUFFIX_OF[media]


@lru_cache(maxsize=1024)
def best(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """The media type of `offered` that an Accept header likes best, the first of equals; None when it takes none.

    >>> best("text/turtle;q=0.5, application/ld+json", ("text/turtle", "application/ld+json"))
    'application/ld+json'
    """
    if not accept or not accept.strip():
        return offered[0]
    ranges = list(_ranges(accept))
    chosen, most = None, 0.0
    for media in offered:
        quality = _quality(media, ranges)
        if quality > most:
            chosen, most = media, quality
    if chosen is None:
        renamed = {media: quality for name, quality in ranges if quality > 0 for media in _ALIASES.get(name, ())}
        chosen = max((media for media in offered if media in renamed), key=renamed.__getitem__, default=None)
    return chosen


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    """The quality that the most specific range gives a media type."""
    family = media.partition("/")[0] + "/*"
    for name in (media, family, "*/*"):
        found = [q for range_, q in ranges if range_ == name]
        if found:
            return max(found)
    return 0.0


def _ranges(header: str) -> Iterable[tuple[str, float]]:
    """The names in a header of preferences with their quality."""
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if match := re.fullmatch(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", parameter):
                quality = min(1.0, float(match[1]))
        if name:
            yield name, quality


@lru_cache(maxsize=1024)
def language(header: str | None, offered: tuple[str, ...]) -> str:
    """The language of `offered` that an Accept-Language header likes best, the first when it likes none.

    >>> language("fr, ar;q=0.8, en;q=0.5", ("en", "ar"))
    'ar'
    """
    chosen, most = offered[0], 0.0
    for name, quality in _ranges(header or ""):
        primary = name.partition("-")[0]
        if primary in offered and quality > most:
            chosen, most = primary, quality
    return chosen


def etag(body: bytes) -> str:
    """A strong validator: the same bytes, the same tag."""
    return f'"{hashlib.blake2b(body, digest_size=15).hexdigest()}"'


def answer(
    body: bytes,
    media: str,
    *,
    vary: str = "",
    links: Sequence[str] = (),
    seconds: int = 300,
) -> Response:
    """A representation that may be kept for `seconds`; `links` are values of Link headers, `vary` names headers."""
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    response = Response(body)
    response.raw_headers += [
        (b"content-type", (media + charset).encode()),
        (b"etag", etag(body).encode()),
        (b"cache-control", b"public, max-age=%d" % seconds if seconds else b"no-cache"),
    ]
    if vary:
        response.raw_headers.append((b"vary", vary.encode()))
    if links:
        response.raw_headers.append((b"link", ", ".join(links).encode()))
    return response


def see_other(path: str, vary: str = "", links: Sequence[str] = ()) -> Response:
    """A 303 to a path of this server."""
    headers = {"Location": path, "Cache-Control": "public, max-age=300"}
    if vary:
        headers["Vary"] = vary
    if links:
        headers["Link"] = ", ".join(links)
    return Response(status_code=303, headers=headers)


def refusal(status: int, what: str, mend: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal in words: what is wrong, and what to do."""
    text = f"{what}\n{mend}\n" if mend else f"{what}\n"
    return Response(
        text.encode("utf-8", "replace"),
        status,
        {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", **(headers or {})},
    )


def not_acceptable(offered: Iterable[str], vary: str = "Accept") -> Response:
    """A 406 with the list of what there is."""
    types = ", ".join(offered)
    return refusal(406, "None of the accepted media types is offered here.", f"Offered: {types}.", {"Vary": vary})


def accept(request: Request) -> str | None:
    """The Accept header, all of its lines together."""
    found = [value for name, value in request.scope["headers"] if name == b"accept"]
    return b", ".join(found).decode("latin-1") or None
