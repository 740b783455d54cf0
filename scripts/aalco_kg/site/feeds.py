"""Files by which others find the site: sitemap, robots, browser search, feed of releases, the page for a missing page.

They need whole addresses; where the site is published at an unknown place, links start at the root of the host.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from aalco_kg.files import HOME
from aalco_kg.site.addresses import LANGUAGES
from aalco_kg.site.words import say
from aalco_kg.terms import DATASET
from aalco_kg.views.reference import AUTHORS, LICENCE, TITLE, release_date

if TYPE_CHECKING:
    from aalco_kg.site.pages import Site

_SITEMAP, _XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
_ATOM, _SEARCH = "http://www.w3.org/2005/Atom", "http://a9.com/-/spec/opensearch/1.1/"
_CLOSED = ("sparql", "graphs", "api/", "reconcile")  # what costs a query each time is no food for crawlers
_HEADING = re.compile(r"## (?P<version>[0-9.]+) — (?P<date>[0-9-]{10})")


def sitemap(site: "Site") -> str:
    """Every page in every language, each with its counterparts."""
    root = ET.Element(f"{{{_SITEMAP}}}urlset")
    modified = release_date(site.graph)
    for path in site.pages():
        places = {language: f"{_base(site)}{language}/{path}" for language in LANGUAGES}
        for place in places.values():
            url = ET.SubElement(root, f"{{{_SITEMAP}}}url")
            ET.SubElement(url, f"{{{_SITEMAP}}}loc").text = place
            ET.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = modified
            for language, other in places.items():
                ET.SubElement(url, f"{{{_XHTML}}}link", rel="alternate", hreflang=language, href=other)
    return _xml(root, {"": _SITEMAP, "xhtml": _XHTML})


def robots(site: "Site") -> str:
    """What crawlers are asked to leave alone: answers that are computed for each who asks."""
    base = _base(site)
    folder = "/" + base.split("://", 1)[-1].partition("/")[2]
    closed = "".join(f"Disallow: {folder}{path}\n" for path in _CLOSED)
    return f"User-agent: *\n{closed}\nSitemap: {base}sitemap.xml\n"


def opensearch(site: "Site") -> str:
    """The search of the site, for the address bar of a browser."""
    root = ET.Element(f"{{{_SEARCH}}}OpenSearchDescription")
    for name, value in (
        ("ShortName", "aalco-kg"),
        ("Description", say("en", "International law in cyberspace at AALCO")),
        ("InputEncoding", "UTF-8"),
    ):
        ET.SubElement(root, f"{{{_SEARCH}}}{name}").text = value
    ET.SubElement(root, f"{{{_SEARCH}}}Image", type="image/svg+xml").text = f"{_base(site)}static/icon.svg"
    address = f"{_base(site)}en/search/?q={{searchTerms}}"
    ET.SubElement(root, f"{{{_SEARCH}}}Url", type="text/html", method="get", template=address)
    return _xml(root, {"": _SEARCH})


@dataclass(frozen=True)
class Change:
    """A release with what changed in it."""

    version: str
    date: str
    items: tuple[str, ...]


def changes() -> list[Change]:
    """The releases of the changelog, newest first, as it has them; headings within a release are left out."""
    found = []
    text = (HOME / "CHANGELOG.md").read_text(encoding="utf-8")
    for part in re.split(r"^(?=## )", text, flags=re.MULTILINE):
        if heading := _HEADING.match(part):
            entries = re.split(r"^- ", part, flags=re.MULTILINE)[1:]
            items = [" ".join(entry.partition("\n\n")[0].split()) for entry in entries]
            found.append(Change(heading["version"], heading["date"], tuple(items)))
    return found


def feed(site: "Site") -> str:
    """The releases as an Atom feed."""
    root = ET.Element(f"{{{_ATOM}}}feed")

    def put(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
        element = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
        element.text = text or None
        return element

    put(root, "title", TITLE)
    put(root, "id", DATASET)
    put(root, "updated", f"{release_date(site.graph)}T00:00:00Z")
    put(root, "link", rel="self", href=f"{_base(site)}feed.atom", type="application/atom+xml")
    put(root, "link", rel="alternate", href=f"{_base(site)}en/", type="text/html")
    put(put(root, "author"), "name", AUTHORS)
    put(root, "rights", LICENCE)
    for change in changes():
        entry = put(root, "entry")
        put(entry, "title", f"{TITLE}, release {change.version}")
        put(entry, "id", f"{DATASET}/release/{change.version}")
        put(entry, "updated", f"{change.date}T00:00:00Z")
        put(entry, "link", rel="alternate", href=f"{_base(site)}en/data/", type="text/html")
        put(entry, "content", "\n".join(f"- {item}" for item in change.items), type="text")
    return _xml(root, {"": _ATOM})


def _base(site: "Site") -> str:
    return site.base or "/"


def _xml(root: ET.Element, prefixes: dict[str, str]) -> str:
    for prefix, namespace in prefixes.items():
        ET.register_namespace(prefix, namespace)
    ET.indent(root, " ")
    return (
        ET.tostring(root, encoding="unicode", xml_declaration=True).replace("encoding='us-ascii'", "encoding='UTF-8'")
        + "\n"
    )


_FILES: dict[str, tuple[str, Callable[["Site"], str]]] = {
    "sitemap.xml": ("application/xml; charset=utf-8", sitemap),
    "robots.txt": ("text/plain; charset=utf-8", robots),
    "opensearch.xml": ("application/opensearchdescription+xml; charset=utf-8", opensearch),
    "feed.atom": ("application/atom+xml; charset=utf-8", feed),
    "404.html": ("text/html; charset=utf-8", lambda site: site.missing("404.html", anywhere=True).body.decode()),
}


def file_paths(site: "Site") -> Iterable[str]:
    """Their names."""
    return _FILES


def file(site: "Site", path: str) -> tuple[str, bytes] | None:
    """One of them."""
    if path not in _FILES:
        return None
    media, write = _FILES[path]
    return media, write(site).encode()
