"""Which thing a name means: candidates by likeness, whatever the language, case, accents or Arabic spelling."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from aalco_kg.fold import fold
from aalco_kg.graph import Graph, iri_of
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES

# The classes of things that a column of a spreadsheet may name.
TYPES = ("State", "Topic", "AnnualSession", "Instrument", "Document", "Resolution")
LEAST = 50.0  # of 100: what is less alike is no candidate
_KEY = ox.NamedNode(ONTOLOGY + "searchKey")
_LONGEST = 500  # characters of a name that are looked at


@dataclass(frozen=True)
class Candidate:
    """A thing that a name may mean. `score` is 100 for a name that is the same; `type` is a local class name."""

    iri: str
    type: str
    score: float


class Matcher:
    """Names of the things of a graph, ready to be compared."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def types(self) -> dict[str, str]:
        """The class of each thing that may be meant, in the order of `TYPES`."""
        kind = ox.NamedNode(PREFIXES["rdf"] + "type")
        return {
            iri_of(quad.subject): name
            for name in TYPES
            for quad in self.graph.store.quads_for_pattern(None, kind, ox.NamedNode(ONTOLOGY + name))
        }

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        """The things that bear each folded name."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self.graph.store.quads_for_pattern(None, _KEY, None):
            iri = iri_of(quad.subject)
            if iri in self.types:
                for name in cast(ox.Literal, quad.object).value.split("\n"):
                    found[name].append(iri)
        for quad in self.graph.store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + "number"), None):
            if self.types.get(iri_of(quad.subject)) == "AnnualSession":
                found[cast(ox.Literal, quad.object).value].append(iri_of(quad.subject))
        return found

    def candidates(self, text: str, type_: str | None, properties: dict[str, str], most: int) -> list[Candidate]:
        """The likeliest things, best first. `properties` (local names with values) raise a thing that has them.

        `type_` limits the class. A name that is itself an address or its end, such as `state/cn`, is exact.
        """
        sought = fold(text[:_LONGEST])
        if not sought:
            return []
        scores: dict[str, float] = {}
        for name, score, _ in process.extract(sought, self._names.keys(), scorer=_likeness, limit=200):
            for iri in self._names[name]:
                scores[iri] = max(score, scores.get(iri, 0.0))
        exact = BASE + text.removeprefix(BASE)
        if exact in self.types:
            scores[exact] = 100.0
        found = [
            Candidate(iri, self.types[iri], self._with(iri, score, properties))
            for iri, score in scores.items()
            if score >= LEAST and type_ in (None, self.types[iri])
        ]
        return sorted(found, key=lambda one: (-one.score, one.iri))[:most]

    def _with(self, iri: str, score: float, properties: dict[str, str]) -> float:
        """A score of which a quarter depends on the properties, where there are any."""
        if not properties:
            return round(score, 1)
        agreeing = sum(
            fold(value) in {name for term in self.graph.objects(iri, ONTOLOGY + path) for name in self._forms(term)}
            for path, value in properties.items()
        )
        return round(0.75 * score + 25.0 * agreeing / len(properties), 1)

    def _forms(self, term: object) -> set[str]:
        """The folded texts that a value is recognized by."""
        if isinstance(term, ox.NamedNode):
            labels = self.graph.labels.get(term.value, {})
            return {fold(text) for text in (*labels.values(), term.value, term.value.removeprefix(BASE))}
        return {fold(str(getattr(term, "value", term)))}

    def beginning(self, prefix: str, most: int) -> list[str]:
        """The things with a name that holds the text, those that begin with it first."""
        sought = fold(prefix[:_LONGEST])
        found: dict[str, tuple[bool, int]] = {}
        for name, things in self._names.items():
            if sought and sought in name:
                for iri in things:
                    rank = (not name.startswith(sought), len(name))
                    found[iri] = min(rank, found.get(iri, rank))
        return sorted(found, key=lambda iri: (found[iri], iri))[:most]


def _likeness(sought: str, name: str, **options: object) -> float:
    """How alike two folded names are, 0 to 100: words in any order, a little wrong, or left out."""
    if sought == name:
        return 100.0
    whole, words = fuzz.ratio(sought, name), fuzz.token_sort_ratio(sought, name)
    part = 0.0
    if min(len(sought), len(name)) > 3:
        part = 0.6 * max(fuzz.token_set_ratio(sought, name), fuzz.partial_ratio(sought, name)) + 0.4 * words
    return float(min(99.0, max(whole, words, part)))
