"""The rules that shapes write in SPARQL, each asked once of the whole graph and not anew for each record.

A rule is told of a record, `$this`, of which SHACL says that it is known before the query begins. Here it is made
known by what comes first in the query: `$this` is of one of the classes that the shape speaks of. So a filter within
an alternative (UNION) may speak of `$this` only where a pattern of that alternative does; tests hold the answers to
those of pySHACL.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import pyoxigraph as ox

from aalco_kg.terms import PREFIXES
from aalco_kg.turtle import Node

_SH = PREFIXES["sh"]
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_SPARQL = ox.NamedNode(_SH + "sparql")
_WHERE = re.compile(r"WHERE\s*\{")
_ELSEWHERE = re.compile(r"[$?](PATH|shapesGraph|currentShape)\b")
# Constraints of node shapes that are found by their classes alone; any other is left to the engine.
_FIND = f"""
    PREFIX sh: <{_SH}>
    SELECT ?shape ?rule ?select (MAX(STR(?said)) AS ?message) (SAMPLE(?level) AS ?severity) WHERE {{
        ?shape sh:sparql ?rule ; sh:targetClass ?class .
        ?rule sh:select ?select ; sh:message ?said .
        OPTIONAL {{ ?shape sh:severity ?level }}
        FILTER NOT EXISTS {{ ?shape sh:path|sh:targetNode|sh:targetSubjectsOf|sh:targetObjectsOf|sh:target ?other }}
        FILTER NOT EXISTS {{ ?shape sh:deactivated true }}
        FILTER NOT EXISTS {{ ?rule sh:deactivated true }}
        FILTER NOT EXISTS {{ ?using sh:node|sh:property|sh:not|sh:qualifiedValueShape ?shape }}
        FILTER NOT EXISTS {{ ?member <{PREFIXES["rdf"]}first> ?shape }}
    }} GROUP BY ?shape ?rule ?select
"""
_NAMES = f"""
    PREFIX sh: <{_SH}>
    SELECT DISTINCT ?prefix ?namespace WHERE {{
        RULE sh:prefixes/sh:declare ?declared . ?declared sh:prefix ?prefix ; sh:namespace ?namespace
    }}
"""

Row = tuple[Node, dict[str, Node]]  # a record, and what else the query tells of it


@dataclass(frozen=True)
class Rule:
    """One constraint of a shape: what it asks of things of some classes, and what is then wrong."""

    shape: str
    classes: tuple[ox.NamedNode, ...]
    head: str  # the query up to and with the brace that opens its pattern
    pattern: str
    severity: str
    message: str

    def broken(self, store: ox.Store) -> Iterator[Row]:
        """Each record that breaks the rule, with the other variables that the query binds."""
        kinds = " ".join(sorted(str(kind) for kind in _with_narrower(store, self.classes)))
        rows = store.query(f"{self.head} VALUES ?kind_ {{ {kinds} }} $this a ?kind_ . {self.pattern}")
        names = [name.value for name in rows.variables]  # type: ignore[union-attr]
        for row in cast(Iterable[ox.QuerySolution], rows):
            told = {name: row[name] for name in names if row[name] is not None}
            yield told.pop("this"), told


@lru_cache(maxsize=2)
def split(shapes: str) -> tuple[str, tuple[Rule, ...]]:
    """Shapes in N-Triples as those without the rules that can be asked of the whole, and these rules."""
    store = ox.Store()
    store.bulk_load(shapes.encode(), ox.RdfFormat.N_TRIPLES)
    rules = []
    for row in list(cast(Iterable[ox.QuerySolution], store.query(_FIND))):
        shape, rule, select = row["shape"], row["rule"], row["select"].value
        where = _WHERE.search(select)
        if not isinstance(rule, ox.NamedNode) or where is None or _ELSEWHERE.search(select):
            continue
        names = cast(Iterable[ox.QuerySolution], store.query(_NAMES.replace("RULE", str(rule))))
        prefixes = "".join(f"PREFIX {name['prefix'].value}: <{name['namespace'].value}>\n" for name in names)
        targets = store.quads_for_pattern(shape, ox.NamedNode(_SH + "targetClass"), None)
        classes = [cast(ox.NamedNode, quad.object) for quad in targets]
        severity = row["severity"].value if row["severity"] else _SH + "Violation"
        head, pattern = prefixes + select[: where.end()], select[where.end() :]
        rules.append(Rule(shape.value, tuple(classes), head, pattern, severity, row["message"].value))
        store.remove(ox.Quad(shape, _SPARQL, rule))
    rest = "".join(f"{quad.triple} .\n" for quad in store)
    return rest, tuple(rules)


def _with_narrower(store: ox.Store, classes: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """Classes, and those below them."""
    found, rest = set[ox.NamedNode](), list(classes)
    while rest:
        kind = rest.pop()
        if kind not in found:
            found.add(kind)
            rest += [cast(ox.NamedNode, quad.subject) for quad in store.quads_for_pattern(None, _SUBCLASS, kind)]
    return found
