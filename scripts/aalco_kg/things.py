"""Finding the thing a user means: by kind and slug, label, compact or full IRI."""

import re
from typing import cast

import pyoxigraph as ox

from aalco_kg.errors import UserError, nearest
from aalco_kg.fold import fold
from aalco_kg.graph import Graph, iri_of
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact, expand

_ALT = ox.NamedNode(PREFIXES["skos"] + "altLabel")


def find(graph: Graph, text: str, kind: str | None = None) -> str:
    """The IRI of the thing that `text` names; `kind` (such as `topic`) limits and completes a bare slug.

    Accepts `session/53`, `53` with kind `session`, a label or other name in any language, `aalco:heldIn`, or an
    IRI. Raises UserError, with the nearest names, when nothing or more than one thing answers.
    """
    if not text.strip():
        raise UserError(f"An empty name was given for {kind or 'a thing'}.", "Give a label or an address.")
    names = [text]
    if kind and re.fullmatch(r"[A-Za-z0-9-]+", text):
        names.insert(0, f"aalco:{text}" if kind == "property" else f"{kind}/{text}")
    for name in names:
        iri = expand(name)
        if iri and graph.holds(iri) and (_fits(iri, kind) or (kind is None and ":" in text)):
            return iri
    hits = sorted({iri for iri, label in _names(graph, kind) if fold(label) == fold(text)})
    if len(hits) == 1:
        return hits[0]
    if hits:
        choices = ", ".join(compact(iri) for iri in hits[:6])
        raise UserError(f"{text!r} names {len(hits)} things.", f"Say which: {choices}.")
    raise UserError(f"There is no {kind or 'thing'} called {text!r}.", _advice(graph, text, kind))


def _advice(graph: Graph, text: str, kind: str | None) -> str:
    names = dict[str, str]()
    for iri, label in _names(graph, kind):
        names.setdefault(label, iri)
        names.setdefault(compact(iri), iri)
    near = nearest(text, names)
    if not near:
        return "Give a label, an address such as session/53, or see `aalco queries` for what can be asked."
    return "The nearest: " + "; ".join(f"{compact(names[name])} ({graph.label(names[name])})" for name in near) + "."


def _fits(iri: str, kind: str | None) -> bool:
    if kind == "property":
        return iri.startswith(ONTOLOGY)
    return iri.startswith(f"{BASE}{kind}/" if kind else BASE)


def _names(graph: Graph, kind: str | None) -> list[tuple[str, str]]:
    named = [(iri, text) for iri, texts in graph.labels.items() for text in texts.values()]
    named += [
        (iri_of(quad.subject), cast(ox.Literal, quad.object).value)
        for quad in graph.store.quads_for_pattern(None, _ALT, None)
    ]
    return [(iri, text) for iri, text in named if _fits(iri, kind)]
