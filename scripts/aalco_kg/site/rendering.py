"""From a template and what it shows to HTML: the Jinja environment, and the helpers that a page has.

Whatever comes from the graph is escaped. Text in another language than the page is marked with its language and
direction, and isolated, so that no label can disturb its surroundings.
"""

from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.site.addresses import LANGUAGES, page_of, relative
from aalco_kg.site.words import day, direction, is_date, say
from aalco_kg.terms import BASE, ONTOLOGY, compact
from aalco_kg.turtle import Node


@cache
def environment() -> Environment:
    """The templates, with escaping on and undefined names as errors."""
    return Environment(
        loader=PackageLoader("aalco_kg.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Page:
    """What a template can say: links, labels and words, all as seen from one path in one language."""

    def __init__(self, graph: Graph, path: str, language: str) -> None:
        self.graph, self.path, self.language = graph, path, language
        self.direction = direction(language)
        self.version = __version__

    def say(self, message: str, **values: object) -> str:
        """A message in the language of the page."""
        return say(self.language, message, **values)

    def to(self, there: str) -> str:
        """A link to a page of the site, in the language of this one: `session/53/`, or `` for home."""
        return relative(self.path, f"{self.language}/{there}")

    def at(self, there: str) -> str:
        """A link to what has no language: `static/site.css`, `data/session/53.ttl`."""
        return relative(self.path, there)

    def link(self, iri: str) -> str:
        """A link to the page of a thing or term, or the IRI itself when it is not of ours."""
        path = page_of(iri, self.language)
        return relative(self.path, path) if path else iri

    def other_language(self, language: str) -> str:
        """A link to this page in another language."""
        return relative(self.path, language + self.path[len(self.language) :])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site."""
        return LANGUAGES

    def label(self, iri: str) -> str:
        """The label of a thing as plain text, in the language of the page where there is one."""
        return self.graph.label(iri, self.language)

    def name(self, iri: str) -> Markup:
        """The label of a thing, isolated, with its language when that is not the page's."""
        texts = self.graph.labels.get(iri, {})
        return self.text(self.label(iri), self.language if self.language in texts or not texts else "en")

    def anchor(self, iri: str) -> Markup:
        """A thing as a link that shows its label; what is not ours shows its address."""
        if iri.startswith((BASE, ONTOLOGY)):
            return Markup('<a href="{}">{}</a>').format(self.link(iri), self.name(iri))
        if iri.startswith(("http://", "https://")):
            return Markup('<a class="out" href="{}" dir="ltr">{}</a>').format(iri, _bare(iri))
        return Markup("<bdi>{}</bdi>").format(iri)

    def text(self, text: str, language: str | None = None) -> Markup:
        """Text, isolated, with its language and direction when that is not the page's."""
        if language in (None, self.language):
            return Markup("<bdi>{}</bdi>").format(text)
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(language, direction(str(language)), text)

    def show(self, term: Node) -> Markup:
        """Any value as a reader wants it: a linked label, a date in words, text in its language."""
        if isinstance(term, ox.NamedNode):
            return self.anchor(term.value)
        assert isinstance(term, ox.Literal)
        if is_date(term):
            return Markup('<time datetime="{}">{}</time>').format(term.value, day(term.value, self.language))
        return self.text(term.value, term.language)

    def day(self, text: str) -> str:
        """A date in words."""
        return day(text, self.language)

    def compact(self, iri: str) -> str:
        """The short address of a thing."""
        return compact(iri)


def render(template: str, page: Page, content: Mapping[str, object]) -> str:
    """The HTML of a page."""
    return environment().get_template(template).render(page=page, _=page.say, **content)


def _bare(iri: str) -> str:
    """A web address as people write it."""
    text = iri.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return text if len(text) <= 70 else text[:67] + "…"
