"""Finding things as a reader types: names and codes in English and Arabic, misspelt or unfinished, best first.

The browser ranks with the same rules on the same index (`site/static/search.js`); a test holds the two together.
Points are whole numbers, so that both count alike.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import cast

import pyoxigraph as ox
from rapidfuzz.distance import OSA

from aalco_kg import queries
from aalco_kg.fold import fold
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES
from aalco_kg.views.entity import things, type_of
from aalco_kg.views.vocabulary import terms

LABEL, NAME, NEAR = 10, 9, 3  # what a word counts for in a label, in another name, code, place or year, in what is near
WHOLE, KIND = 600, 150  # points for a name that is the whole query, for each step in the order of kinds
_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)\Z")
_ARTICLE = re.compile("(?:[وفبك]?ال|لل)(?=...)")  # the Arabic article, with a particle before it
_COMMON = frozenset(_WORD.findall("a an and at by de for from in is of on or the to في من علي الي عن و"))
QUESTION, TERM = "Question", "Term"  # the kinds of what is no thing: a canned query, a term of the ontology
# Kinds that a reader means first, when names are alike; all others stand behind them, sources last.
_FIRST = ("AnnualSession", "State", "Topic", "AgendaItem", "Meeting", "Resolution", "Organization", "Body", "Person")
_LAST = ("Deliberation", "Delegation", "OfficeHeld", "Membership", "TreatyAction", "Source", QUESTION)
_LEFT_OUT = ("Name", "Evidence", "Dispute", "Gap")
_CODES = ("symbol", "printedSymbol", "acronym", "isoAlpha2", "isoAlpha3", "articleNumber", "number")
_DATES = ("startDate", "adoptedOn", "date", "memberSince")
_HELD = ("heldIn",)
_AROUND = ("session", "atEvent", "holder")


@dataclass(frozen=True)
class Entry:
    """A thing, a question or a term that can be found. `codes` are symbols and numbers; `held` is where it took place
    and `near` what it belongs to, as numbers of other entries."""

    iri: str
    type: str  # local name of its class, else QUESTION or TERM
    year: int  # 0 where no date is known
    labels: tuple[str, str]  # English and Arabic
    names: tuple[str, ...]
    codes: tuple[str, ...]
    held: tuple[int, ...]
    near: tuple[int, ...]

    @property
    def points(self) -> int:
        """What its kind counts for."""
        if self.type in _FIRST:
            return KIND * 2
        if self.type == TERM:  # a word of ours is what readers ask for by the same word least
            return -WHOLE
        return 0 if self.type in _LAST else KIND


@dataclass(frozen=True)
class Found:
    """What was found, best first, and how many there are of each kind and year.

    `kinds` counts what the year leaves, `years` what the kind leaves: what choosing another one would show.
    """

    entries: tuple[Entry, ...]
    kinds: dict[str, int]
    years: dict[int, int]


def words(text: str) -> list[str]:
    """The words of a text as they are compared: folded, numbers for ordinals, Arabic without the article.

    >>> words("RES/55/S 17"), words("the 58th Session")
    (['res', '55', 's', '17'], ['the', '58', 'session'])
    """
    found = (_ORDINAL.sub(r"\1", word) for word in _WORD.findall(fold(text)))
    return [_ARTICLE.sub("", word, count=1) if _ARTICLE.match(word) else word for word in found]


def likeness(sought: str, word: str) -> int:
    """How well a word answers one that is sought, from 0 to 100: equal, begun, misspelt, contained."""
    if sought == word:
        return 100
    if word.startswith(sought):
        return 60 + 30 * len(sought) // len(word)
    if len(sought) >= 4 and not sought.isdigit():
        allowed = 1 if len(sought) < 8 else 2
        whole = OSA.distance(sought, word, score_cutoff=allowed)
        if whole <= allowed:
            return 60 - 15 * whole
        if len(word) > len(sought) and word[0] == sought[0]:
            ends = (len(sought) - 1, len(sought), len(sought) + 1)
            if any(OSA.distance(sought, word[:end], score_cutoff=1) <= 1 for end in ends):
                return 40
    return 30 if len(sought) >= 3 and sought in word else 0


class Index:
    """The entries of a graph, and where each word stands."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)

    @cached_property
    def postings(self) -> dict[str, dict[int, int]]:
        """For each word the entries that have it, and what it counts for there."""
        found: dict[str, dict[int, int]] = {}

        def put(number: int, texts: Iterable[str], weight: int) -> None:
            for text in texts:
                for word in words(text):
                    at = found.setdefault(word, {})
                    at[number] = max(weight, at.get(number, 0))

        for number, entry in enumerate(self.entries):
            put(number, entry.labels, LABEL)
            put(number, (*entry.names, *entry.codes), NAME)
            put(number, [str(entry.year)] if entry.year else [], NAME)
            put(number, (text for other in entry.held for text in self.entries[other].labels), NAME)
            put(number, (text for other in entry.near for text in self.entries[other].labels), NEAR)
        return found

    def search(self, text: str, kind: str = "", year: int = 0) -> Found:
        """The entries that answer every word of `text`, or failing that as many as any; all, when it has none."""
        ranked = self._ranked(text)
        kinds = Counter(entry.type for entry in ranked if year in (0, entry.year))
        years = Counter(entry.year for entry in ranked if entry.year and kind in ("", entry.type))
        chosen = (entry for entry in ranked if kind in ("", entry.type) and year in (0, entry.year))
        return Found(tuple(chosen), dict(kinds), dict(years))

    def _ranked(self, text: str) -> list[Entry]:
        all_words = words(text)
        sought = [word for word in all_words if word not in _COMMON] or all_words
        if not sought:
            return list(self.entries) if not text.strip() else []
        points, hits = Counter[int](), Counter[int]()
        for word in dict.fromkeys(sought):
            best: dict[int, int] = {}
            for known, at in self.postings.items():
                if like := likeness(word, known):
                    for number, weight in at.items():
                        best[number] = max(best.get(number, 0), like * weight)
            points.update(best)
            hits.update(best.keys())
        most = max(hits.values(), default=0)
        whole = " ".join(all_words)
        score = {number: points[number] + self._bonus(number, whole) for number, n in hits.items() if n == most}
        return [self.entries[number] for number in sorted(score, key=lambda number: (-score[number], number))]

    def _bonus(self, number: int, whole: str) -> int:
        """What an entry gets beside its words: for its kind, for being all that was asked, for being short."""
        entry = self.entries[number]
        names = self._wholes[number]
        shortest = min((name.count(" ") + 1 for name in names if name), default=1000)
        return entry.points + (WHOLE if whole in names else 0) + 100 // shortest

    @cached_property
    def _wholes(self) -> list[set[str]]:
        return [{" ".join(words(name)) for name in (*e.labels, *e.names, *e.codes)} for e in self.entries]


@lru_cache(maxsize=4)
def index(graph: Graph) -> Index:
    """The index of a graph: its things in the order of kinds and addresses, the questions, the terms."""
    kinds = {iri: type_of(graph, iri).removeprefix(ONTOLOGY) for iri in things(graph)}
    chosen = [iri for iri in kinds if "/" not in kinds[iri] and kinds[iri] not in _LEFT_OUT]
    places = {iri: number for number, iri in enumerate(chosen)}
    found = (_entry(graph, iri, kinds[iri], places) for iri in chosen)
    return Index([*found, *_questions(), *_terms(graph)])


def _questions() -> Iterable[Entry]:
    for query in queries.catalogue().values():
        labels = (query.summary, query.words("ar").summary)
        names = (query.name,) if "-" in query.name else ()  # `session` alone means the things, not the question
        yield Entry(f"{BASE}query/{query.name}", QUESTION, 0, labels, names, (), (), ())


def _terms(graph: Graph) -> Iterable[Entry]:
    for iri in terms(graph):
        labels = (graph.label(iri), graph.label(iri, "ar"))
        yield Entry(iri, TERM, 0, labels, (), (iri.removeprefix(ONTOLOGY),), (), ())


def _entry(graph: Graph, iri: str, kind: str, places: dict[str, int]) -> Entry:
    def texts(path: str) -> list[str]:
        return [str(term.value) for term in graph.objects(iri, path)]

    labels = (graph.label(iri), graph.label(iri, "ar"))
    others = [*texts(PREFIXES["rdfs"] + "label"), *texts(PREFIXES["skos"] + "altLabel"), *_dated_names(graph, iri)]
    names = dict.fromkeys(name for name in others if name not in labels and name.strip())
    codes = dict.fromkeys(code for path in _CODES for code in texts(ONTOLOGY + path) if code.strip())
    held, near = (
        tuple(dict.fromkeys(places[value] for path in paths for value in texts(ONTOLOGY + path) if value in places))
        for paths in (_HELD, _AROUND)
    )
    return Entry(iri, kind, year_of(graph, iri), labels, tuple(names), tuple(codes), held, near)


def _dated_names(graph: Graph, iri: str) -> list[str]:
    nodes = graph.subjects(ONTOLOGY + "nameOf", iri)
    return [str(text.value) for node in nodes for text in graph.objects(node, ONTOLOGY + "text")]


def year_of(graph: Graph, iri: str) -> int:
    """The year of a thing, or of the event or session it belongs to; 0 where none is known."""
    for path in _DATES:
        for term in graph.objects(iri, ONTOLOGY + path):
            if isinstance(term, ox.Literal) and re.match("[0-9]{4}", term.value):
                return int(term.value[:4])
    for path in ("atEvent", "session", "occasion"):
        for term in graph.objects(iri, ONTOLOGY + path):
            if isinstance(term, ox.NamedNode) and term.value != iri and (year := _own_year(graph, term.value)):
                return year
    return 0


def _own_year(graph: Graph, iri: str) -> int:
    starts = graph.objects(iri, ONTOLOGY + "startDate")
    return int(cast(ox.Literal, starts[0]).value[:4]) if starts else 0
