"""What a page says of itself to machines: addresses, languages, citation, schema.org; and its tools for a reader."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from aalco_kg.evidence import day
from aalco_kg.site import cite, structured
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.site.words import say
from aalco_kg.terms import BASE, compact
from aalco_kg.views.reference import Reference, document, plain, record

if TYPE_CHECKING:
    from aalco_kg.site.rendering import Page

# The syntaxes in which the data of a thing is offered: file name ending, media type, name.
SYNTAXES = (
    ("ttl", "text/turtle", "Turtle"),
    ("jsonld", "application/ld+json", "JSON-LD"),
    ("nt", "application/n-triples", "N-Triples"),
    ("rdf", "application/rdf+xml", "RDF/XML"),
)


@dataclass(frozen=True)
class Metadata:
    """The metadata of a page. Links of the site are relative; `canonical` and `alternates` are whole addresses, there
    only when it is known where the site is published. `iri` is empty where no single thing is shown."""

    iri: str
    title: str
    address: str  # the lasting one
    canonical: str
    alternates: tuple[tuple[str, str], ...]
    reference: Reference
    text: Reference | None  # the document that the page is about, where it is about one
    highwire: tuple[tuple[str, str], ...]
    schema: Markup
    data: tuple[tuple[str, str, str], ...]  # link, media type, name
    citations: tuple[tuple[str, str, str], ...]  # link, media type, name

    @property
    def released(self) -> str:
        """The date of the release in English words."""
        return day(self.reference.date)

    @property
    def text_oscola(self) -> str:
        """The citation of the document that the page is about, or nothing."""
        return cite.oscola(self.text) if self.text else ""


def describe(page: "Page", title: str) -> Metadata:
    """The metadata of a page with a title."""
    graph, local, language, base = page.graph, page.local, page.language, page.base
    lasting = cite.address(graph, local, language, base)
    iri = lasting if lasting.startswith(BASE) else ""
    name = plain(title) or compact(lasting)
    reference = record(
        graph, graph.label(iri) if iri else name, lasting, cite.name_of(local), "en" if iri else language
    )
    return Metadata(
        iri=iri,
        title=name,
        address=lasting,
        canonical=base + page.path if base else "",
        alternates=tuple((other, f"{base}{other}/{local}") for other in LANGUAGES) if base else (),
        reference=reference,
        text=document(graph, iri) if iri else None,
        highwire=_highwire(reference, base + page.path if base else lasting),
        schema=_script(structured.page(graph, iri or None, name, language)),
        data=_data(page, iri),
        citations=tuple(
            (page.at(f"{cite.name_of(local)}.{suffix}"), media.partition(";")[0], name)
            for suffix, (name, media, _) in cite.FORMATS.items()
        ),
    )


def _data(page: "Page", iri: str) -> tuple[tuple[str, str, str], ...]:
    if not iri:
        return ()
    return tuple((page.at(f"data/{compact(iri)}.{suffix}"), media, name) for suffix, media, name in SYNTAXES)


def _highwire(reference: Reference, address: str) -> tuple[tuple[str, str], ...]:
    """The tags that reference managers and Google Scholar read."""
    fields = (
        ("citation_title", reference.title),
        ("citation_author", reference.author),
        ("citation_publication_date", reference.date.replace("-", "/")),
        ("citation_inbook_title", reference.container),
        ("citation_language", reference.language),
        ("citation_public_url", address),
    )
    return tuple((name, value) for name, value in fields if value)


def _script(fields: structured.Fields) -> Markup:
    """JSON for a script element: nothing in it can end the element."""
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def report(page: "Page", meta: Metadata) -> str:
    """The text of a report of an error, ready to be completed."""
    lines = (
        say(page.language, "Thing: {name} ({address})", name=meta.title, address=meta.address),
        say(page.language, "Release: {version} of {date}", version=page.version, date=page.day(meta.reference.date)),
        say(page.language, "Fact (property, or #fragment of the page):"),
        say(page.language, "What is wrong:"),
        say(page.language, "Source that shows it (title, address, page):"),
    )
    return "\n".join(lines)
