"""From a template and what it shows to HTML: the Jinja environment, and the helpers that a page has.

Whatever comes from the graph is escaped. Text in another language than the page is marked with its language and
direction, and isolated, so that no label can disturb its surroundings.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.site import metadata
from aalco_kg.site.addresses import LANGUAGES, page_of
from aalco_kg.site.phrases import ABOUT, MISSING, PLURALS, PROPERTIES, STANDINGS
from aalco_kg.site.words import (
    bare,
    day,
    direction,
    elsewhere,
    is_date,
    language_name,
    plain,
    say,
    shortened,
    translated,
)
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact
from aalco_kg.turtle import Node

_LATIN = re.compile("[A-Za-z]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")  # what HTML forbids in text
BRIEFS = ("state", "topic")  # the kinds of things of which there is a printable brief
_CLASS_NAMES = {ONTOLOGY + name: plural for name, plural in PLURALS.items()} | {
    f"{BASE}membership-status/{name}": plural for name, plural in STANDINGS.items()
}
_ALTERNATIVE = PREFIXES["skos"] + "altLabel"


@cache
def environment() -> Environment:
    """The templates, with escaping on and undefined names as errors."""
    made = Environment(
        loader=PackageLoader("aalco_kg.site"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"metadata": metadata.describe, "report": metadata.report}
    return made


class Page:
    """What a template can say: links, labels and words, all as seen from one path in one language."""

    def __init__(self, graph: Graph, path: str, language: str, base: str = "", anywhere: bool = False) -> None:
        """`base` is the address under which the site is published, if that is known; a page shown `anywhere`
        (in the place of any missing one) links by whole addresses."""
        self.graph, self.path, self.language, self.base = graph, path, language, base
        self.direction = direction(language)
        self.version = __version__
        self._root = (base or "/") if anywhere else "../" * path.count("/")
        inside = path.startswith(f"{language}/") and not anywhere
        self._up = self._root[3:] if inside else f"{self._root}{language}/"  # from here to the pages of this language
        self._near = _folders(self.local) if inside else ()

    @property
    def local(self) -> str:
        """The path of the page without its language; empty for the first page."""
        return self.path.removeprefix(f"{self.language}/")

    def say(self, message: str, **values: object) -> str:
        """A message in the language of the page."""
        return say(self.language, message, **values)

    def to(self, there: str) -> str:
        """A link to a page of the site, in the language of this one: `session/53/`, or `` for home."""
        for folder, way in self._near:
            if there.startswith(folder):
                return (way + there[len(folder) :]) or "./"
        return (self._up + there) or "./"

    def at(self, there: str) -> str:
        """A link to what has no language: `static/site.css`, `data/session/53.ttl`."""
        return (self._root + there) or "./"

    def link(self, iri: str) -> str:
        """A link to the page of a thing or term, or the IRI itself when it is not of ours."""
        path = page_of(iri, self.language)
        if path is None:
            return iri
        page, hash_, fragment = path.partition("#")
        return hash_ + fragment if hash_ and page == self.path else self.to(path.partition("/")[2])

    def other_language(self, language: str) -> str:
        """A link to this page in another language."""
        local = self.local if self.path.startswith(f"{self.language}/") else ""
        return self.at(f"{language}/{local}")

    @property
    def printable(self) -> str:
        """The path of the printable brief of what the page shows, without language; empty where there is none."""
        kind, _, slug = self.local.rstrip("/").partition("/")
        return f"brief/{kind}/{slug}/" if kind in BRIEFS and slug and "/" not in slug else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site."""
        return LANGUAGES

    @property
    def nav(self) -> list[tuple[str, str]]:
        """The lists that every page leads to: the first part of their address, and their name."""
        names = ("Sessions", "Resolutions", "Topics", "States", "Documents")
        return list(zip(("session", "resolution", "topic", "state", "document"), map(self.say, names), strict=True))

    @property
    def class_names(self) -> Mapping[str, str]:
        """The name of the things of each class and standing, a message, by its IRI."""
        return _CLASS_NAMES

    def about(self, kind: str) -> str:
        """What a list is about, a message; empty when its name says all."""
        return ABOUT.get(kind, "")

    @property
    def place(self) -> str:
        """The first part of the path, without language: `session` on the page of a session."""
        return self.local.partition("/")[0]

    def label(self, iri: str) -> str:
        """The label of a thing as plain text, in the language of the page where there is one."""
        return self.graph.label(iri, self.language).strip() or compact(iri)

    def title(self, iri: str) -> str:
        """The label of a thing for places that know no markup: without control characters, and not too long."""
        return plain(self.label(iri))

    def name(self, iri: str) -> Markup:
        """The label of a thing, isolated, with its language when that is not the page's."""
        if iri not in self.graph.labels and iri.startswith(("http://", "https://")) and not iri.startswith(BASE):
            return Markup(f'<bdi dir="ltr">{escape(elsewhere(iri) or bare(iri))}</bdi>')
        return self.text(self.label(iri), self.tongue(iri))

    def property(self, iri: str) -> Markup:
        """The name of a property as a heading."""
        return _heading(self.graph, self.language, iri)

    def gap(self, iri: str) -> Markup:
        """The name of a property of which nothing is known, as a heading."""
        short = compact(iri).removeprefix("aalco:")
        return escape(self.say(MISSING[short])) if short in MISSING else self.property(iri)

    def _labels(self, iri: str) -> Mapping[str, str]:
        return self.graph.labels.get(iri, {})

    def other_names(self, iri: str) -> list[Markup]:
        """The other names of a thing: its label in the other language of the site, and its alternative labels."""
        shown = self.label(iri)
        labels: list[tuple[str, str | None]] = []
        labels += [(self._labels(iri)[code], code) for code in LANGUAGES if code in self._labels(iri)]
        labels += [(str(v.value), getattr(v, "language", None)) for v in self.graph.objects(iri, _ALTERNATIVE)]
        return [self.text(text, code) for text, code in dict.fromkeys(labels) if text != shown]

    def translated(self, iri: str) -> bool:
        """Whether the label in the language of the page is the project's own translation."""
        return any(value.value == self.language for value in self.graph.objects(iri, ONTOLOGY + "translated"))

    def way(self, language: str) -> str:
        """The direction of a language."""
        return direction(language)

    def anchor(self, iri: str) -> Markup:
        """A thing as a link that shows its label; what is not ours shows whose it is, or its address."""
        if iri.startswith((BASE, ONTOLOGY)):
            return self.titled(iri, self.label(iri), self.tongue(iri))
        if iri.startswith(("http://", "https://")):
            text = elsewhere(iri) or bare(iri)
            return Markup(f'<a class="out" href="{escape(iri)}"><bdi dir="ltr">{escape(text)}</bdi></a>')
        return Markup(f"<bdi>{escape(iri)}</bdi>")

    def brief(self, iri: str) -> Markup:
        """A thing as a link with its label shortened: enough beside a fact, when the notes give it whole."""
        return self.titled(iri, shortened(self.label(iri)), self.tongue(iri))

    def titled(self, iri: str, text: str, language: str | None) -> Markup:
        """A link to a thing with a text of its own. The style sheet isolates what links show, as <bdi> would."""
        other = "" if language in (None, self.language) else _marked(str(language))
        return Markup(f'<a href="{escape(self.link(iri))}"{other}>{escape(text.strip() or compact(iri))}</a>')

    def tongue(self, iri: str) -> str | None:
        """The language of the label that is shown of a thing."""
        texts = self._labels(iri)
        return self.language if self.language in texts or not texts else "en"

    def out(self, url: str) -> Markup:
        """An address on the web as a link that shows whose site it is; printed, the address stands in its place."""
        if not url.startswith(("http://", "https://")):
            return self.text(url)
        return Markup(
            f'<a class="out" href="{escape(url)}"><bdi dir="ltr">{escape(bare(url).partition("/")[0])}</bdi></a>'
        )

    def text(self, text: str, language: str | None = None) -> Markup:
        """Text, isolated, with its language and direction when that is not the page's."""
        if language is None and self.direction == "rtl" and text.isascii() and _LATIN.search(text):
            language = "en"  # a symbol, or the name of a publisher
        return _isolated(text, None if language == self.language else language)

    def said(self, text: str, language: str | None = "en") -> Markup:
        """A text in the editors' own words: in the language of the page where it has a translation."""
        known = translated(text, self.language) if language == "en" != self.language else None
        return escape(known) if known else self.text(text, language)

    def best(self, values: Iterable[Node]) -> list[Node]:
        """The literals of a property to show: those in the language of the page, else in English, else all."""
        found = list(values)
        for language in (self.language, "en"):
            chosen = [value for value in found if getattr(value, "language", None) == language]
            if chosen:
                return chosen
        return found

    def show(self, term: Node) -> Markup:
        """Any value as a reader wants it: a linked label, a date in words, text in its language."""
        if isinstance(term, ox.NamedNode):
            return self.anchor(term.value)
        assert isinstance(term, ox.Literal)
        if is_date(term):
            return Markup(f'<time datetime="{escape(term.value)}">{escape(self.day(term.value))}</time>')
        if term.value.startswith(("http://", "https://")) and " " not in term.value:
            return self.anchor(term.value)
        return self.said(term.value, term.language)

    def word(self, term: Node) -> Markup:
        """Any value without a link."""
        return self.name(term.value) if isinstance(term, ox.NamedNode) else self.show(term)

    def spoken(self, code: str) -> str:
        """The name of a language, by its code."""
        return language_name(code, self.language)

    def day(self, text: str) -> str:
        """A date in words."""
        return day(text, self.language)

    def compact(self, iri: str) -> str:
        """The short address of a thing."""
        return compact(iri)


def render(template: str, page: Page, content: Mapping[str, object]) -> str:
    """The HTML of a page."""
    html = environment().get_template(template).render(page=page, _=page.say, **content)
    return _UNPRINTABLE.sub("", html)


def _folders(path: str) -> tuple[tuple[str, str], ...]:
    """The folders that a page is in, the nearest first, and the way to each from the page.

    >>> _folders("session/53/")
    (('session/53/', ''), ('session/', '../'))
    """
    parts = path.split("/")[:-1]
    return tuple(("/".join(parts[:n]) + "/", "../" * (len(parts) - n)) for n in range(len(parts), 0, -1))


@lru_cache(1 << 12)
def _heading(graph: Graph, language: str, iri: str) -> Markup:
    short = compact(iri).removeprefix("aalco:")
    if short in PROPERTIES:
        return escape(say(language, PROPERTIES[short]))
    label = graph.label(iri, language).strip() or short
    known = language in graph.labels.get(iri, {})
    label = label[:1].upper() + label[1:]
    return escape(label) if known else _isolated(label, "en" if language != "en" else None)


@lru_cache(1 << 16)
def _isolated(text: str, language: str | None) -> Markup:
    if language is None:
        return Markup(f"<bdi>{escape(text)}</bdi>")
    return Markup(f"<bdi{_marked(language)}>{escape(text)}</bdi>")


def _marked(language: str) -> str:
    return f' lang="{escape(language)}" dir="{direction(language)}"'
