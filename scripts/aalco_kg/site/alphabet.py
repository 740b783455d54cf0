"""The index of names by first letter, for whoever would rather look than search: `index/a/`, `index/alif/`."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from aalco_kg.fold import sorting
from aalco_kg.graph import Graph
from aalco_kg.site.rendering import Page, render
from aalco_kg.terms import ONTOLOGY
from aalco_kg.turtle import natural
from aalco_kg.views.search import index

# Arabic letters as they stand after folding, with the names under which their pages are found.
_ARABIC = dict(
    zip(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
        [
            "alif",
            "ba",
            "ta",
            "tha",
            "jim",
            "hah",
            "kha",
            "dal",
            "dhal",
            "ra",
            "zay",
            "sin",
            "shin",
            "sad",
            "dad",
            "tah",
            "zah",
            "ayn",
            "ghayn",
            "fa",
            "qaf",
            "kaf",
            "lam",
            "mim",
            "nun",
            "ha",
            "waw",
            "ya",
        ],
        strict=True,
    )
)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
OTHER = "other"
# What has a name of its own; offices, memberships and the like are found on the page of whom they concern.
_KINDS = frozenset(
    [
        "AnnualSession",
        "State",
        "Topic",
        "AgendaItem",
        "Meeting",
        "Resolution",
        "Organization",
        "Body",
        "Person",
        "Document",
        "Instrument",
        "Declaration",
        "Decision",
        "Process",
        "Norm",
        "City",
        "Venue",
        "Place",
        "ExternalEvent",
        "SideEvent",
        "ResolutionSeries",
        "Position",
    ]
)
Name = tuple[str, str, str]  # the name, its language, the address of the thing


@lru_cache(maxsize=4)
def letters(graph: Graph) -> dict[str, dict[str, list[Name]]]:
    """The names under each letter, in order, by alphabet (`en`, `ar`) and by the name of the letter's page."""
    found: dict[str, dict[str, list[Name]]] = {
        "en": {letter: [] for letter in [*_LATIN, OTHER]},
        "ar": {name: [] for name in _ARABIC.values()},
    }
    for entry in index(graph).entries:
        if entry.type in _KINDS:
            for text, language in _names(graph, entry.iri, entry.names):
                put = found["ar"].get(_ARABIC.get(_first(text), "")) if language == "ar" else None
                if put is None:
                    put = found["en"][first if (first := _first(text)) in _LATIN else OTHER]
                put.append((text, language, entry.iri))
    for alphabet in found.values():
        for names in alphabet.values():
            names.sort(key=lambda name: natural(sorting(name[0])))
    return {language: {k: v for k, v in alphabet.items() if v} for language, alphabet in found.items()}


def _names(graph: Graph, iri: str, others: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    labels = graph.labels.get(iri, {})
    for language in ("en", "ar"):
        if language in labels:
            yield labels[language], language
    for name in others:
        if name not in labels.values() and _first(name) in _LATIN:
            yield name, "en"


def _first(text: str) -> str:
    return sorting(text)[:1] or OTHER


def paths(graph: Graph) -> Iterable[str]:
    """The page with the letters, and one for each letter that begins a name."""
    return ["index/", *(f"index/{letter}/" for alphabet in letters(graph).values() for letter in alphabet)]


def html(page: Page, path: str, query: Mapping[str, str]) -> str | None:
    """The letters, or the names under one."""
    place, _, letter = path.rstrip("/").partition("/")
    if place != "index":
        return None
    alphabets = letters(page.graph)
    names = next((alphabet[letter] for alphabet in alphabets.values() if letter in alphabet), None)
    if letter and names is None:
        return None
    shown = {name: arabic for arabic, name in _ARABIC.items()} | {OTHER: "0–9"}
    content = {"alphabets": alphabets, "letter": letter, "names": names or [], "shown": shown}
    return render("index.html", page, content | {"kind_of": _kinds_of(page.graph)})


@lru_cache(maxsize=4)
def _kinds_of(graph: Graph) -> dict[str, str]:
    return {entry.iri: ONTOLOGY + entry.type for entry in index(graph).entries}
