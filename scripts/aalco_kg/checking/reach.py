"""How far a change reaches: which records have to be looked at again, and what has to be known to do so.

A shape looks at a record (its focus) and from there along the patterns of its rule. Whoever changes a triple can
alter the verdict only on a focus from which such a pattern leads to that triple. `Reach.focuses` walks the
patterns from the change back to each focus, `Reach.ground` from a focus to every triple that its shapes may read.
Both may find too much and never too little: filters are passed over. Nothing here knows a rule by name; the
patterns are read from the shapes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from aalco_kg.terms import PREFIXES

Line = tuple[str, str, str]  # a triple, each term as N-Triples writes it
_RDF, _SH = PREFIXES["rdf"], PREFIXES["sh"]
TYPE = f"<{_RDF}type>"
_THIS = "?this"


def line(triple: ox.Triple) -> Line:
    """A triple as three terms of N-Triples."""
    return (str(triple.subject), str(triple.predicate), str(triple.object))


class Index:
    """Triples that can be found from either end, and changed."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self._out: _Side = {}
        self._into: _Side = {}
        self.add(lines)

    def add(self, lines: Iterable[Line]) -> None:
        for subject, predicate, value in lines:
            self._out.setdefault(subject, {}).setdefault(predicate, set()).add(value)
            self._into.setdefault(value, {}).setdefault(predicate, set()).add(subject)

    def remove(self, lines: Iterable[Line]) -> None:
        for subject, predicate, value in lines:
            self._out.get(subject, {}).get(predicate, set()).discard(value)
            self._into.get(value, {}).get(predicate, set()).discard(subject)

    def __iter__(self) -> Iterator[Line]:
        for subject in self._out:
            yield from self.about(subject)

    def values(self, subject: str, predicate: str) -> Collection[str]:
        """The values of a property of a thing."""
        return self._out.get(subject, {}).get(predicate, ())

    def subjects(self, predicate: str, value: str) -> Collection[str]:
        """The things that have a value of a property."""
        return self._into.get(value, {}).get(predicate, ())

    def about(self, subject: str) -> Iterator[Line]:
        """Every triple of a subject."""
        for predicate, values in self._out.get(subject, {}).items():
            for value in values:
                yield (subject, predicate, value)

    def naming(self, value: str) -> Iterator[Line]:
        """Every triple with this value."""
        for predicate, subjects in self._into.get(value, {}).items():
            for subject in subjects:
                yield (subject, predicate, value)


_Side = dict[str, dict[str, set[str]]]  # from a term by predicate to the other ends


@dataclass(frozen=True)
class Edge:
    """A pattern of a query: two ends (`?name` or a term), and the predicates that lead from one to the other.

    `forward` and `backward` name the predicates read in either direction, None any predicate; a `closed` edge may
    be walked many times (`skos:broader+`).
    """

    start: str
    end: str
    forward: frozenset[str] | None
    backward: frozenset[str] = frozenset()
    closed: bool = False

    @property
    def of_class(self) -> bool:
        """Whether it leads from a thing to its class, and so back from a class to all its things."""
        return self.forward == frozenset({TYPE})

    def ends(self, item: Line) -> Iterator[tuple[str, str]]:
        """What the two ends of the edge are when it is this triple."""
        if (self.forward is None or item[1] in self.forward) and self._fits(item[0], item[2]):
            yield item[0], item[2]
        if item[1] in self.backward and self._fits(item[2], item[0]):
            yield item[2], item[0]

    def _fits(self, start: str, end: str) -> bool:
        """Whether the ends are those that the edge names; a closed edge may only pass through."""
        if self.closed:
            return True
        return all(named[0] == "?" or named == found for named, found in ((self.start, start), (self.end, end)))

    def walk(self, index: Index, known: Iterable[str], ahead: bool) -> tuple[set[str], set[Line]]:
        """The other ends that lie ahead of (or behind) the known ones, and the triples walked over."""
        reached: set[str] = set(known) if self.closed else set()
        walked: set[Line] = set()
        rest, seen = list(known), set(known)
        while rest:
            for item, far in self._steps(index, rest.pop(), ahead):
                walked.add(item)
                reached.add(far)
                if self.closed and far not in seen:
                    seen.add(far)
                    rest.append(far)
        return reached, walked

    def _steps(self, index: Index, here: str, ahead: bool) -> Iterator[tuple[Line, str]]:
        """Each triple that leads on from a node, with its other end."""
        wanted = (self.end if ahead else self.start) if not self.closed else "?"
        outward, inward = (self.forward, self.backward) if ahead else (self.backward, self.forward)
        for item in index.about(here) if outward is None else ():
            yield item, item[2]
        for item in index.naming(here) if inward is None else ():
            yield item, item[0]
        for predicate in outward or ():
            for value in index.values(here, predicate):
                if wanted[0] == "?" or wanted == value:
                    yield (here, predicate, value), value
        for predicate in inward or ():
            for subject in index.subjects(predicate, here):
                if wanted[0] == "?" or wanted == subject:
                    yield (subject, predicate, here), subject


@dataclass
class Scope:
    """Edges that hold together; those of an inner scope (OPTIONAL, UNION, EXISTS) stand on those of the outer."""

    outer: "Scope | None" = None
    edges: list[Edge] = field(default_factory=list)
    inner: list["Scope"] = field(default_factory=list)

    def child(self) -> "Scope":
        self.inner.append(Scope(self))
        return self.inner[-1]

    def every(self) -> Iterator["Scope"]:
        yield self
        for scope in self.inner:
            yield from scope.every()

    def usable(self) -> list[Edge]:
        """The edges of this scope and of those it stands in."""
        return self.edges + (self.outer.usable() if self.outer else [])


Step = tuple[Edge, bool]  # an edge, and whether it is walked ahead


def path_to_focus(edge: Edge, usable: list[Edge]) -> tuple[str, list[Step]] | None:
    """Which variable of the edge to begin at, and the steps from there to the focus; None when none leads there.

    A way over everything of a class is taken only where there is no other.
    """
    narrow = [other for other in usable if not other.of_class]
    return _search(edge, narrow) or _search(edge, usable)


def _search(edge: Edge, usable: list[Edge]) -> tuple[str, list[Step]] | None:
    fringe: list[tuple[str, str, list[Step]]] = [(name, name, []) for name in (edge.start, edge.end)]
    seen = {edge.start, edge.end}
    while fringe:
        begin, name, steps = fringe.pop(0)
        if name == _THIS:
            return begin, steps
        for other in usable:
            for near, far, ahead in ((other.start, other.end, True), (other.end, other.start, False)):
                if near == name and far[0] == "?" and far not in seen and other is not edge:
                    seen.add(far)
                    fringe.append((begin, far, [*steps, (other, ahead)]))
    return None


class Reach:
    """How far changes reach under a set of shapes.

    Raises ValueError for a rule that reads beyond what can be followed.
    """

    def __init__(self, shapes: Iterable[ox.Triple]) -> None:
        shapes = list(shapes)
        self.scopes = [scope for rule in _rules(shapes) for scope in rule.every()]
        self.paths: list[tuple[Edge, str, list[Step]]] = []
        for scope in self.scopes:
            for edge in scope.edges:
                path = path_to_focus(edge, scope.usable())
                if path is None:
                    raise ValueError(f"{edge} is not tied to the focus of its rule.")
                self.paths.append((edge, *path))

    def focuses(self, changed: Iterable[Line], index: Index) -> set[str]:
        """The nodes whose verdict the changed triples may alter; `index` holds these and all others, old and new."""
        found = set()
        for item in changed:
            found.add(item[0])
            for edge, begin, steps in self.paths:
                for start, end in edge.ends(item):
                    here = {start} if begin == edge.start else {end}
                    if edge.closed:
                        here, _ = edge.walk(index, here, begin != edge.start)
                    for step, ahead in steps:
                        here, _ = step.walk(index, here, ahead)
                    found |= here
        return found

    def ground(self, focuses: Iterable[str], index: Index) -> set[Line]:
        """Every triple that the shapes may read in judging these nodes, but for those of the ontology."""
        nodes = set(focuses)
        found = {item for node in nodes for item in index.about(node)}
        for scope in self.scopes:
            if not scope.edges:
                continue
            known = {_THIS: nodes}
            waiting = scope.usable()
            while waiting:
                ready = [edge for edge in waiting if edge.start in known or (edge.end in known and not edge.of_class)]
                ready = ready or [edge for edge in waiting if edge.end in known]
                if not ready:
                    break
                for edge in ready:
                    ahead = edge.start in known
                    near, far = (edge.start, edge.end) if ahead else (edge.end, edge.start)
                    reached, walked = edge.walk(index, known[near], ahead)
                    found |= walked
                    known[far] = known.get(far, set()) | reached
                waiting = [edge for edge in waiting if edge not in ready]
        return found


def _rules(shapes: list[ox.Triple]) -> Iterator[Scope]:
    """The patterns of each rule: that of every class asked for, and those of the queries."""
    values: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for triple in shapes:
        values[str(triple.subject), triple.predicate.value].append(triple.object)
    asking = {str(triple.subject) for triple in shapes if triple.predicate.value == _SH + "class"}
    for triple in shapes:  # some ask by way of a choice of other shapes
        if triple.predicate.value in (_SH + "or", _SH + "not", _SH + "node"):
            asking |= {str(triple.subject)} if asking & set(_members(str(triple.object), values)) else set()
    paths = frozenset(str(path) for shape in asking for path in values[shape, _SH + "path"])
    yield Scope(None, [Edge(_THIS, "?value", paths), Edge("?value", "?class", frozenset({TYPE}))])
    prefixes = "".join(
        f"PREFIX {name.value}: <{values[str(node), _SH + 'namespace'][0].value}>\n"
        for triple in shapes
        if triple.predicate.value == _SH + "declare"
        for node in [triple.object]
        for name in values[str(node), _SH + "prefix"]
    )
    from rdflib.plugins.sparql import prepareQuery

    for triple in shapes:
        if triple.predicate.value == _SH + "select":
            scope = Scope()
            _collect(prepareQuery(prefixes + triple.object.value).algebra.p, scope)  # type: ignore[union-attr]
            yield scope


def _members(head: str, values: dict[tuple[str, str], list[Any]]) -> Iterator[str]:
    """A node itself, or the members of the list that it heads."""
    yield head
    for item in values[head, _RDF + "first"]:
        yield str(item)
    for rest in values[head, _RDF + "rest"]:
        yield from _members(str(rest), values)


def _collect(node: Any, scope: Scope) -> None:
    """Put the patterns of an algebra expression into scopes."""
    name = getattr(node, "name", "")
    if name == "BGP":
        scope.edges += [edge for triple in node.triples for edge in _edges(triple)]
    elif name in ("LeftJoin", "Minus"):
        _collect(node.p1, scope)
        inner = scope.child()
        _collect(node.p2, inner)
        _collect(node.get("expr"), inner)
    elif name == "Union":
        for part in (node.p1, node.p2):
            _collect(part, scope.child())
    elif name.startswith(("Builtin_EXISTS", "Builtin_NOTEXISTS")):
        _collect(node.graph, scope.child())
    elif name:
        for part in node.values():
            _collect(part, scope)
    elif isinstance(node, list | tuple):
        for part in node:
            _collect(part, scope)


def _edges(triple: tuple[Any, Any, Any]) -> Iterator[Edge]:
    """A pattern as edges; a path of several steps goes by way of variables of its own."""
    from rdflib import URIRef, Variable
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    def steps(path: Any) -> tuple[set[str], set[str]]:
        if isinstance(path, URIRef):
            return {path.n3()}, set()
        if isinstance(path, InvPath):
            forward, backward = steps(path.arg)
            return backward, forward
        if isinstance(path, AlternativePath):
            parts = [steps(arg) for arg in path.args]
            return set().union(*(part[0] for part in parts)), set().union(*(part[1] for part in parts))
        raise ValueError(f"The path {path} cannot be followed.")

    start, path, end = triple
    if isinstance(path, Variable):
        yield Edge(start.n3(), end.n3(), None)
    elif isinstance(path, SequencePath):
        ends = [start, *(Variable(f"step{id(part)}") for part in path.args[:-1]), end]
        for part in zip(ends, path.args, ends[1:], strict=False):
            yield from _edges(part)
    else:
        closed = isinstance(path, MulPath)
        forward, backward = steps(path.path if closed else path)
        yield Edge(start.n3(), end.n3(), frozenset(forward), frozenset(backward), closed)
