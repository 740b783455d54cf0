"""Who says so: evidence, disputes and gaps for a thing, or for one of its facts.

`explain` gathers, `as_text` words. Neither opens a file nor prints.
"""

from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact
from aalco_kg.turtle import Node, predicate_key

_SILENT = {  # what a reader is not told as a fact: type, labels and their making
    PREFIXES["rdf"] + "type",
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
    PREFIXES["skos"] + "broaderTransitive",
    ONTOLOGY + "searchKey",
    ONTOLOGY + "translated",
    ONTOLOGY + "note",
}


@dataclass(frozen=True)
class Witness:
    """One piece of evidence: which source, where in it, its words, and how far it bears the statement out."""

    iri: str
    source: str
    locator: str
    quote: str
    basis: str  # stated, inferred or planned
    note: str


@dataclass(frozen=True)
class Fact:
    """One property of a thing with the values asserted, each with the evidence for it."""

    property: str
    values: tuple[tuple[str, tuple[Witness, ...]], ...]


@dataclass(frozen=True)
class Rejected:
    """A value that sources give and that is not asserted."""

    property: str
    value: str
    sources: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Missing:
    """Something looked for and not found."""

    property: str
    what: str
    searched: str
    on: str


@dataclass(frozen=True)
class Explanation:
    """All that is recorded of a thing, or of one of its properties."""

    iri: str
    label: str
    kind: str
    facts: tuple[Fact, ...]
    disputes: tuple[Rejected, ...]
    gaps: tuple[Missing, ...]


def explain(graph: Graph, iri: str, only: str | None = None) -> Explanation:
    """What is known of a thing and who says so; `only` limits it to one property (an IRI)."""
    witnesses = _witnesses(graph, iri)
    facts: dict[str, list[tuple[str, tuple[Witness, ...]]]] = {}
    quads = graph.store.quads_for_pattern(ox.NamedNode(iri), None, None)
    properties = sorted({quad.predicate.value for quad in quads} - _SILENT, key=predicate_key)
    for path in properties:
        if only in (None, path):
            for value in graph.objects(iri, path):
                seen = tuple(w for states, values, w in witnesses if path in states and (not values or value in values))
                facts.setdefault(path, []).append((worded(graph, value), seen))
    return Explanation(
        iri,
        graph.label(iri),
        graph.label(graph.objects(iri, PREFIXES["rdf"] + "type")[0].value),
        tuple(Fact(graph.label(path), tuple(values)) for path, values in facts.items()),
        tuple(_disputes(graph, iri, only)),
        tuple(_gaps(graph, iri, only)),
    )


def worded(graph: Graph, term: Node | None) -> str:
    """A term as a reader wants it: a label, a date as people write it, or the text."""
    if isinstance(term, ox.NamedNode):
        return graph.label(term.value) if term.value.startswith((BASE, ONTOLOGY)) else compact(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(PREFIXES["xsd"]):
        return day(term.value)
    return "" if term is None else str(term.value)


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(text: str) -> str:
    """An ISO date as people write it; any other text unchanged.

    >>> day("2014-09-15"), day("2014-09"), day("2014")
    ('15 September 2014', 'September 2014', '2014')
    """
    parts = text.split("-")
    if len(parts) in (2, 3) and len(parts[0]) == 4 and all(part.isdigit() for part in parts):
        month = _MONTHS[int(parts[1]) - 1]
        return f"{int(parts[2])} {month} {parts[0]}" if len(parts) == 3 else f"{month} {parts[0]}"
    return text


def _text(graph: Graph, iri: str, name: str) -> str:
    values = graph.objects(iri, ONTOLOGY + name)
    return worded(graph, values[0]) if values else ""


def _about(graph: Graph, iri: str, kind: str, only: str | None) -> list[str]:
    """The disputes or gaps about a thing, in order."""
    nodes = [
        node
        for node in graph.subjects(ONTOLOGY + "about", iri)
        if any(value.value == ONTOLOGY + kind for value in graph.objects(node, PREFIXES["rdf"] + "type"))
    ]
    if only is None:
        return nodes
    return [node for node in nodes if any(p.value == only for p in graph.objects(node, ONTOLOGY + "property"))]


def _witnesses(graph: Graph, iri: str) -> list[tuple[set[str], list[Node], Witness]]:
    found = []
    for node in _about(graph, iri, "Evidence", None):
        states = {value.value for value in graph.objects(node, ONTOLOGY + "states")}
        source = graph.objects(node, ONTOLOGY + "source")[0].value
        witness = Witness(
            node,
            graph.label(source),
            _text(graph, node, "locator"),
            _text(graph, node, "quote"),
            _text(graph, node, "basis") or "stated",
            _text(graph, node, "note"),
        )
        found.append((states, graph.objects(node, ONTOLOGY + "value"), witness))
    return found


def _disputes(graph: Graph, iri: str, only: str | None) -> list[Rejected]:
    return [
        Rejected(
            _text(graph, node, "property"),
            _text(graph, node, "value"),
            tuple(graph.label(source.value) for source in graph.objects(node, ONTOLOGY + "source")),
            _text(graph, node, "reason"),
        )
        for node in _about(graph, iri, "Dispute", only)
    ]


def _gaps(graph: Graph, iri: str, only: str | None) -> list[Missing]:
    return [
        Missing(
            _text(graph, node, "property"),
            _text(graph, node, "missing"),
            _text(graph, node, "searched"),
            _text(graph, node, "searchedOn"),
        )
        for node in _about(graph, iri, "Gap", only)
    ]


def as_text(explanation: Explanation) -> str:
    """The explanation in sentences, with a footnote number for each source."""
    notes: list[str] = []

    def cite(witness: Witness) -> str:
        parts = [witness.source]
        if witness.locator:
            parts.append(witness.locator)
        if witness.quote:
            parts.append(f"“{witness.quote}”")
        text = ", ".join(parts)
        if witness.basis != "stated":
            text += f" ({'said before the event' if witness.basis == 'planned' else 'inferred'})"
        if witness.note:
            text += f" — {witness.note}"
        if text not in notes:
            notes.append(text)
        return f"[{notes.index(text) + 1}]"

    article = "an" if explanation.kind[0] in "aeio" else "a"
    lines = [f"{explanation.label} — {article} {explanation.kind} of this graph ({compact(explanation.iri)})", ""]
    for fact in explanation.facts:
        name = fact.property[0].upper() + fact.property[1:]
        for i, (value, witnesses) in enumerate(fact.values):
            marks = "".join(cite(witness) for witness in witnesses)
            start = f"{name}: " if i == 0 else " " * (len(name) + 2)
            lines.append(f"{start}{value} {marks}".rstrip())
    if not explanation.facts:
        lines.append("Nothing is asserted here.")
    if explanation.disputes:
        lines += ["", "Where sources differ:"]
        for rejected in explanation.disputes:
            who = " and ".join(rejected.sources)
            lines.append(f"  {rejected.property}: {rejected.value}, says {who}. Not asserted: {rejected.reason}")
    if explanation.gaps:
        lines += ["", "What is not known:"]
        for gap in explanation.gaps:
            lines.append(f"  {gap.property}: {gap.what} Looked for in: {gap.searched.rstrip('.')} ({gap.on}).")
    if notes:
        lines += ["", "Sources:"] + [f"  [{i}] {note}" for i, note in enumerate(notes, 1)]
    return "\n".join(lines) + "\n"
