"""What a citation names: the record of a thing in this graph, and the document behind it where there is one.

A record is cited with the release and its date; no clock is read. Titles are in English unless there is none.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, DATASET, ONTOLOGY, PREFIXES, compact
from aalco_kg.views.entity import type_of

TITLE = "AALCO cyberspace-law knowledge graph"
AUTHORS = "The aalco-kg contributors"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# Classes whose things are texts that one cites for themselves.
_TEXTS = frozenset(("Source", "Document", "Resolution", "Declaration", "Decision", "Instrument"))


@dataclass(frozen=True)
class Reference:
    """Something that can be cited. `date` is ISO at the precision known; what is not known is empty."""

    key: str
    title: str
    author: str
    date: str
    url: str
    number: str = ""  # a symbol, such as RES/55/S 17
    container: str = ""  # the work it is part of
    version: str = ""
    language: str = ""


@lru_cache(maxsize=4)
def release_date(graph: Graph) -> str:
    """The date of the release: that of the ontology's last change."""
    dates = graph.objects(ONTOLOGY.rstrip("#"), PREFIXES["dcterms"] + "modified")
    return str(dates[0].value) if dates else ""


def record(graph: Graph, title: str, address: str, key: str = "", language: str = "en") -> Reference:
    """The reference to a page of this graph."""
    name = plain(title) or compact(address)
    return Reference(
        key=_key("aalco-kg", key or address.removeprefix(BASE).removeprefix(ONTOLOGY).removeprefix(DATASET)),
        title=name[0].upper() + name[1:],
        author=AUTHORS,
        date=release_date(graph),
        url=address,
        container=f"{TITLE}, release {__version__}",
        version=__version__,
        language=language,
    )


def document(graph: Graph, iri: str) -> Reference | None:
    """The reference to the text that a thing is, apart from its record here; None for what is no text."""
    if type_of(graph, iri).removeprefix(ONTOLOGY) not in _TEXTS:
        return None

    def first(*names: str) -> str:
        for name in names:
            for term in graph.objects(iri, name):
                value = str(term.value)
                if text := plain(graph.label(value) if value.startswith(BASE) else value):
                    return text
        return ""

    own, dct = ONTOLOGY, PREFIXES["dcterms"]
    number = first(own + "printedSymbol", own + "symbol")
    title = first(dct + "title") or plain(graph.label(iri))
    author = first(own + "author", own + "issuedBy", own + "publisher") or _adopted_by(graph, iri)
    return Reference(
        key=_key("", compact(iri)),
        title=title,
        author=author,
        date=first(own + "date", own + "adoptedOn"),
        url=_address(first(own + "url")),
        number="" if number in title else number,
        language=first(dct + "language"),
    )


def _adopted_by(graph: Graph, iri: str) -> str:
    ours = graph.objects(iri, ONTOLOGY + "atEvent") or graph.objects(iri, ONTOLOGY + "session")
    return "AALCO" if ours else ""


def _address(text: str) -> str:
    return text if text.startswith(("http://", "https://")) else ""


def _key(prefix: str, text: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", text)
    return "-".join(([prefix] if prefix else []) + words) or "x"


def plain(text: str) -> str:
    """Text on one line, without characters that are not seen: controls, and marks that turn the direction."""
    if text.isprintable():
        return " ".join(text.split())
    seen = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join("".join(seen).split())


def references(graph: Graph, iri: str) -> Iterable[Reference]:
    """The references of a thing: its text where it is one, and its record."""
    text = document(graph, iri)
    if text:
        yield text
    yield record(graph, graph.label(iri), iri)
