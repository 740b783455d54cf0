"""Who says so, in words: the facts of a thing with a footnote for each source, its disputes and its gaps."""

from collections.abc import Iterable

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Entity, Witness


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


def as_text(graph: Graph, entity: Entity) -> str:
    """The entity in sentences, with a footnote number for each source."""
    notes: list[str] = []

    def marks(witnesses: Iterable[Witness]) -> str:
        texts = [_note(graph, witness) for witness in witnesses]
        notes.extend(text for i, text in enumerate(texts) if text not in notes and text not in texts[:i])
        return "".join(f"[{number}]" for number in dict.fromkeys(notes.index(text) + 1 for text in texts))

    label, kind = graph.label(entity.iri), graph.label(entity.type)
    article = "an" if kind[0] in "aeio" else "a"
    lines = [f"{label} — {article} {kind} of this graph ({compact(entity.iri)})", ""]
    facts = [fact for fact in entity.facts if fact.values]
    for fact in facts:
        name = graph.label(fact.property)
        name = name[0].upper() + name[1:]
        for i, value in enumerate(fact.values):
            start = f"{name}: " if i == 0 else " " * (len(name) + 2)
            lines.append(f"{start}{worded(graph, value.term)} {marks(value.witnesses)}".rstrip())
    if not facts:
        lines.append("Nothing is asserted here.")
    if entity.disputes:
        lines += ["", "Where sources differ:"]
        for rejected in entity.disputes:
            who = " and ".join(graph.label(source) for source in rejected.sources)
            claim = f"{graph.label(rejected.property)}: {worded(graph, rejected.term)}, says {who}."
            lines.append(f"  {claim} Not asserted: {rejected.reason}")
    if entity.gaps:
        lines += ["", "What is not known:"]
        for gap in entity.gaps:
            where = f"Looked for in: {gap.searched.rstrip('.')} ({worded(graph, gap.on)})."
            lines.append(f"  {graph.label(gap.property)}: {gap.what} {where}")
    if notes:
        lines += ["", "Sources:"] + [f"  [{i}] {note}" for i, note in enumerate(notes, 1)]
    return "\n".join(lines) + "\n"


def _note(graph: Graph, witness: Witness) -> str:
    """A footnote: the source, the place in it, its words, and how far it goes."""
    parts = [graph.label(witness.source), witness.locator, f"“{witness.quote.value}”" if witness.quote else ""]
    text = ", ".join(part for part in parts if part)
    if witness.basis:
        planned = witness.basis.endswith("/planned")
        text += f" ({'said before the event' if planned else 'inferred'})"
    return f"{text} — {witness.note}" if witness.note else text
