"""Judging some records again, without reading all the others: after an edit, or after a fault made on purpose.

A `Judge` holds shapes and the graph as it stands. `change` says which nodes a change reaches, `verdict` validates
those nodes with the engine that validates the whole, on the triples that their shapes may read and no others.
"""

from collections.abc import Iterable

import pyoxigraph as ox

from aalco_kg.checking.engines import Result, validate_text
from aalco_kg.checking.reach import TYPE, Index, Line, Reach, line
from aalco_kg.terms import PREFIXES

_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"
_TARGET_CLASS, _TARGET_NODE = (f"<{PREFIXES['sh']}{name}>" for name in ("targetClass", "targetNode"))


class Judge:
    """Shapes, and a graph that changes."""

    def __init__(self, shapes: Iterable[ox.Triple], data: Iterable[Line]) -> None:
        shapes, data = list(shapes), list(data)
        lines = [line(triple) for triple in shapes]
        self.reach = Reach(shapes)
        self.index = Index(data)
        self._shapes = _text(item for item in lines if item[1] not in (_TARGET_CLASS, _TARGET_NODE))
        self._rules = _text(lines)
        self._targets: dict[str, set[str]] = {}
        for shape, predicate, target in lines:
            if predicate in (_TARGET_CLASS, _TARGET_NODE):
                self._targets.setdefault(target, set()).add(shape)
        self._tree = [item for item in data if item[1] == _SUBCLASS]

    def change(self, gone: Iterable[Line], come: Iterable[Line]) -> set[str]:
        """Take triples out of the graph, put others in, and return the nodes whose verdict that may alter."""
        gone, come = set(gone), set(come)
        self.index.add(come)
        reached = self.reach.focuses(gone ^ come, self.index)
        self.index.remove(gone - come)
        return reached

    def verdict(self, nodes: Iterable[str], engine: str = "each") -> list[Result]:
        """The results for these nodes, as they stand in the results for the whole."""
        nodes = set(nodes)
        targets = [
            (shape, _TARGET_NODE, node)
            for node in nodes
            for target in {node, *self._classes(node)}
            for shape in self._targets.get(target, ())
        ]
        if not targets:
            return []
        ground = self.reach.ground(nodes, self.index)
        return validate_text(_text([*ground, *self._tree]), self._shapes + _text(targets), engine)

    def whole(self) -> list[Result]:
        """The results for the whole graph as it stands."""
        return validate_text(_text(self.index), self._rules)

    def _classes(self, node: str) -> set[str]:
        """The classes of a node, with those above them."""
        found: set[str] = set()
        rest = list(self.index.values(node, TYPE))
        while rest:
            kind = rest.pop()
            if kind not in found:
                found.add(kind)
                rest += self.index.values(kind, _SUBCLASS)
        return found


def _text(lines: Iterable[Line]) -> str:
    return "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in lines)
