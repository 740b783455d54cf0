"""What tells two contents apart, and the same as an RDF patch, as JSON, or as one SPARQL update.

Statements with blank nodes cannot be named one by one from outside a store: those of a graph go and come together.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from aalco_kg.stores.content import Content, Lines, is_blank

CHUNK = 2000  # statements in one update: Virtuoso takes fewer than 5,000


@dataclass(frozen=True)
class Change:
    """What goes from one graph ('' is the default graph) and what comes."""

    graph: str
    removed: Lines
    added: Lines


@dataclass(frozen=True)
class Difference:
    """The changes of every graph that changed, by its address."""

    changes: tuple[Change, ...]

    @property
    def removed(self) -> int:
        return sum(len(change.removed) for change in self.changes)

    @property
    def added(self) -> int:
        return sum(len(change.added) for change in self.changes)


def between(old: Content, new: Content) -> Difference:
    """What must go from `old`, and come, to make it `new`."""
    found = []
    for name in sorted({*old.graphs, *new.graphs}):
        before, after = old.graphs.get(name, frozenset()), new.graphs.get(name, frozenset())
        if before != after:
            found.append(_change(name, before, after))
    return Difference(tuple(found))


def _change(name: str, before: Lines, after: Lines) -> Change:
    removed, added = before - after, after - before
    if any(map(is_blank, removed | added)):
        removed |= frozenset(filter(is_blank, before))
        added |= frozenset(filter(is_blank, after))
    return Change(name, removed, added)


def as_patch(difference: Difference) -> str:
    """The difference as an RDF patch: a transaction that takes quads away (D) and adds quads (A)."""
    rows = ["TX ."]
    for change in difference.changes:
        end = f"<{change.graph}> ." if change.graph else "."
        rows += [f"D {line[:-1]}{end}" for line in sorted(change.removed)]
        rows += [f"A {line[:-1]}{end}" for line in sorted(change.added)]
    return "\n".join([*rows, "TC .", ""])


def as_json(difference: Difference) -> str:
    """The difference as JSON: for each graph the lines of N-Triples that went and came."""
    changes = [
        {"graph": change.graph or None, "removed": sorted(change.removed), "added": sorted(change.added)}
        for change in difference.changes
    ]
    counts = {"removed": difference.removed, "added": difference.added}
    return json.dumps({**counts, "changes": changes}, ensure_ascii=False, indent=2) + "\n"


def updates(difference: Difference) -> Iterator[str]:
    """SPARQL updates that make the change, in order.

    One update, which a store does whole or not at all, unless the change is longer than CHUNK statements.
    """
    operations: list[str] = []
    size = 0
    for change in difference.changes:
        for number, operation in _operations(change):
            if size and size + number > CHUNK:
                yield " ;\n".join(operations)
                operations, size = [], 0
            operations.append(operation)
            size += number
    if operations:
        yield " ;\n".join(operations)


def _operations(change: Change) -> Iterator[tuple[int, str]]:
    """Each operation of SPARQL Update that a change needs, with the number of its statements."""
    if any(map(is_blank, change.removed)):
        each = block(change.graph, ["?s ?p ?o ."])
        yield 1, f"DELETE {each} WHERE {each[:-1]} FILTER(ISBLANK(?s) || ISBLANK(?o)) }}"
    for verb, lines in (("DELETE", change.removed), ("INSERT", change.added)):
        named = sorted(line for line in lines if not is_blank(line))
        for start in range(0, len(named), CHUNK):
            some = named[start : start + CHUNK]
            yield len(some), f"{verb} DATA {block(change.graph, some)}"
    if blank := sorted(filter(is_blank, change.added)):
        yield len(blank), f"INSERT {block(change.graph, blank)} WHERE {{}}"


def block(graph: str, lines: list[str]) -> str:
    """A group of statements in a graph, as SPARQL writes it."""
    inside = "\n".join(lines)
    return f"{{ GRAPH <{graph}> {{\n{inside}\n}} }}" if graph else f"{{\n{inside}\n}}"
