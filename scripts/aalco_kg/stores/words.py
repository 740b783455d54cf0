"""What changed between two contents, in words: what is new, what is said otherwise, what is gone, and on whose word.

Evidence, disputes and gaps are told with the thing they are about, and compared by what they say: a new number for
the same evidence is no news. What loading works out (search keys, closures) is left out.
"""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import pyoxigraph as ox

from aalco_kg.evidence import worded
from aalco_kg.graph import Graph, iri_of
from aalco_kg.stores.content import Content
from aalco_kg.stores.difference import Difference
from aalco_kg.terms import ONTOLOGY, PREFIXES, compact
from aalco_kg.turtle import Node, natural, object_key, predicate_key

_TYPE, _LABEL, _PREFERRED = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel"
_SILENT = {_TYPE, ONTOLOGY + "searchKey", ONTOLOGY + "translated", PREFIXES["skos"] + "broaderTransitive"}
_VERBS = {ONTOLOGY + "startDate": "starts", ONTOLOGY + "endDate": "ends", ONTOLOGY + "heldIn": "is held in"}
_RECORDS = {ONTOLOGY + kind for kind in ("Evidence", "Dispute", "Gap")}
LONGEST = 120  # characters of a value that are shown

Facts = dict[str, frozenset[Node]]  # the values of each property


@dataclass(frozen=True)
class Entry:
    """One thing that is New, Changed or Gone, with a clause for each change."""

    what: str
    iri: str
    label: str
    kind: str
    clauses: tuple[str, ...]

    def __str__(self) -> str:
        about = f", {self.kind}" if self.what != "Changed" else ""
        return f"{self.label} ({compact(self.iri)}{about}): {'; '.join(self.clauses) or 'without a statement'}."


def entries(old: Content, new: Content, difference: Difference) -> list[Entry]:
    """What happened to each thing of which the facts, or their evidence, changed."""
    lines = [line for change in difference.changes if not change.graph for line in change.removed | change.added]
    before, after = _graph(old), _graph(new)
    touched = {t.subject.value for t in _triples(lines) if isinstance(t.subject, ox.NamedNode)}
    things = {_thing(before, after, iri) for iri in touched}
    told = (_entry(before, after, iri) for iri in sorted(things, key=natural))
    return [entry for entry in told if entry]


def as_text(difference: Difference, told: list[Entry]) -> str:
    """The changes as a list in Markdown, as release notes have it."""
    rows = [f"{difference.removed:,} statements removed, {difference.added:,} added."]
    for what in ("New", "Changed", "Gone"):
        some = [entry for entry in told if entry.what == what]
        if some:
            rows += ["", f"### {what}", "", *(f"- {entry}" for entry in some)]
    return "\n".join(rows) + "\n"


def _triples(lines: Iterable[str]) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse("\n".join(lines), ox.RdfFormat.N_TRIPLES)]


def _graph(content: Content) -> Graph:
    return Graph(_triples(content.graphs.get("", frozenset())))


def _thing(before: Graph, after: Graph, iri: str) -> str:
    """The thing that is spoken of: for evidence, a dispute or a gap what it is about, else the thing itself."""
    for graph in (after, before):
        if _RECORDS & {str(kind.value) for kind in graph.objects(iri, _TYPE)}:
            return next((str(about.value) for about in graph.objects(iri, ONTOLOGY + "about")), iri)
    return iri


def _entry(before: Graph, after: Graph, iri: str) -> Entry | None:
    was, now = _facts(before, iri), _facts(after, iri)
    what = "Changed" if was and now else "New" if now else "Gone"
    shown = after if now else before
    clauses = [*_values(before, after, was, now, what), *_records(before, after, iri)]
    if what == "Changed" and not clauses:
        return None
    kinds = shown.objects(iri, _TYPE)
    kind = shown.label(str(kinds[0].value)) if kinds else "thing"
    return Entry(what, iri, shown.label(iri), kind, tuple(clauses))


def _facts(graph: Graph, iri: str) -> Facts:
    found: dict[str, set[Node]] = {}
    for quad in graph.store.quads_for_pattern(ox.NamedNode(iri), None, None):
        found.setdefault(quad.predicate.value, set()).add(cast(Node, quad.object))
    if _PREFERRED in found:
        found.pop(_LABEL, None)  # made from it by loading
    return {path: frozenset(values) for path, values in found.items()}


def _values(before: Graph, after: Graph, was: Facts, now: Facts, what: str) -> list[str]:
    clauses = []
    for path in sorted({*was, *now} - _SILENT, key=predicate_key):
        gone, come = was.get(path, frozenset()) - now.get(path, frozenset()), now.get(path, frozenset())
        come -= was.get(path, frozenset())
        if not gone and not come:
            continue
        name = (after if path in now else before).label(path)
        old, new = _listed(before, gone), _listed(after, come)
        if what != "Changed":
            clauses.append(f"{_VERBS.get(path, name)} {new or old}")
        elif gone and come:
            clauses.append(f"{f'now {_VERBS[path]}' if path in _VERBS else f'{name} is now'} {new}, no longer {old}")
        else:
            clauses.append(f"{name} {new or old} {'added' if come else 'removed'}")
    return clauses


def _listed(graph: Graph, values: Iterable[Node]) -> str:
    return ", ".join(_value(graph, value) for value in sorted(values, key=object_key))


def _value(graph: Graph, value: Node) -> str:
    text = textwrap.shorten(worded(graph, value), LONGEST, placeholder=" …")
    if isinstance(value, ox.Literal) and value.language:
        return f"“{text}”" + ("" if value.language == "en" else f" ({value.language})")
    return text


def _records(before: Graph, after: Graph, iri: str) -> list[str]:
    """What came and went of evidence, disputes and gaps."""
    was, now = _said(before, iri), _said(after, iri)
    words = [(clause, "removed") for clause in was if clause not in now]
    words += [(clause, "added") for clause in now if clause not in was]
    return [f"{clause} {done}" for clause, done in sorted(words, key=lambda pair: natural(pair[0]))]


def _said(graph: Graph, iri: str) -> list[str]:
    """Each piece of evidence, dispute and gap about a thing, as a clause."""
    clauses = []
    for node in graph.subjects(ONTOLOGY + "about", iri):
        facts = {path.removeprefix(ONTOLOGY): values for path, values in _facts(graph, node).items()}
        kinds = {iri_of(kind).removeprefix(ONTOLOGY) for kind in facts.get(_TYPE, ())}
        said = {path: _listed(graph, values) for path, values in facts.items()}
        where = f" ({said['locator']})" if "locator" in said else ""
        if "Evidence" in kinds:
            clauses.append(f"evidence for {said.get('states', '')} from {said.get('source', '')}{where}")
        elif "Dispute" in kinds:
            clauses.append(f"dispute on {said.get('property', '')}, {said.get('value', '')} ({said.get('source', '')})")
        elif "Gap" in kinds:
            clauses.append(f"gap on {said.get('property', '')}, {said.get('missing', '')}")
    return clauses
