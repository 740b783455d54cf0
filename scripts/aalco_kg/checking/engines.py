"""SHACL validation by several engines, with one form of result.

`fast` is shacl-rust, and pyoxigraph for the rules in SPARQL; `each` is shacl-rust alone, the best for a few records;
`pyshacl` is the reference implementation. Tests hold them equal on every fixture and on faults made on purpose.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyoxigraph as ox

from aalco_kg.checking.rules import Row, Rule, split
from aalco_kg.graph import as_ntriples
from aalco_kg.terms import PREFIXES
from aalco_kg.turtle import Node

_SH = PREFIXES["sh"]
_SPARQL = "SPARQLConstraintComponent"
BLANK = "[]"  # how a result writes a node without an address: engines name such nodes as they please


@dataclass(frozen=True, order=True)
class Result:
    """One result of validation: addresses and lexical forms as plain text, empty where there is none."""

    focus: str
    path: str
    value: str
    shape: str
    component: str
    severity: str
    message: str


def validate(data: Iterable[ox.Triple], shapes: Iterable[ox.Triple], engine: str = "fast") -> list[Result]:
    """The results of validating `data` against `shapes`, sorted; `engine` is a key of ENGINES.

    A rule written in SPARQL cannot name a node without an address, and what engines make of it differs: such
    results are left out. That the node has no address is itself a result.
    """
    return validate_text(as_ntriples(data), as_ntriples(shapes), engine)


def validate_text(data: str, shapes: str, engine: str = "fast") -> list[Result]:
    """The same for graphs in N-Triples."""
    results = set(ENGINES[engine](data, shapes))
    return sorted(result for result in results if not (result.focus == BLANK and result.component == _SPARQL))


def _fast(data: str, shapes: str) -> list[Result]:
    """The rules in SPARQL each once for all records, while the engine looks at the rest."""
    rest, asked = split(shapes)
    with ThreadPoolExecutor(1) as other:
        found = other.submit(_each, data, rest)
        store = ox.Store()
        store.bulk_load(data.encode(), ox.RdfFormat.N_TRIPLES)
        broken = [_broken(rule, row) for rule in asked for row in rule.broken(store)]
        return found.result() + broken


def _broken(rule: Rule, row: Row) -> Result:
    focus, told = _text(row[0]), {name: _text(term) for name, term in row[1].items()}
    path, value = told.get("path", ""), told.get("value", focus)
    message = rule.message.replace("{?path}", path).replace("{?value}", value)
    return Result(focus, path, value, rule.shape, _SPARQL, rule.severity.removeprefix(_SH), message)


def _text(term: Node) -> str:
    return BLANK if isinstance(term, ox.BlankNode) else str(term.value)


def _each(data: str, shapes: str) -> list[Result]:
    """What shacl-rust finds; it asks each rule of each record, which is best where there are few."""
    import shacl_rust

    report = shacl_rust.validate(data, shapes, data_format="nt", shapes_format="nt", experimental_index=True)
    return [_fast_result(result) for result in report["results"]]


def _fast_result(result: dict[str, Any]) -> Result:
    path, value = _bare(result.get("resultPath", "")), _bare(result.get("value", ""))
    if not value and result["sourceConstraintComponent"].endswith(f"{_SPARQL}>"):
        value = _bare(result["focusNode"])  # the value of a rule that names none, by the specification
    message = result["messages"][-1]  # the shape's own message follows the engine's
    return Result(
        _bare(result["focusNode"]),
        path,
        value,
        _bare(result["sourceShape"]),
        _bare(result["sourceConstraintComponent"]).removeprefix(_SH),
        _bare(result["severity"]).removeprefix(_SH),
        message.replace("{?path}", path).replace("{?value}", value),  # which this engine leaves to the caller
    )


def _bare(term: str) -> str:
    """The IRI or lexical form behind a term in N-Triples."""
    if term.startswith("<"):
        return term[1:-1]
    if term.startswith("_:"):
        return BLANK
    if term.startswith('"'):
        parsed = next(iter(ox.parse(f"<x:s> <x:p> {term} .", ox.RdfFormat.TURTLE)))
        return str(parsed.object.value)
    return term


def _pyshacl(data: str, shapes: str) -> list[Result]:
    import pyshacl
    from rdflib import BNode, Graph
    from rdflib.namespace import SH
    from rdflib.plugins.sparql import prepareQuery

    prepared = cache(prepareQuery)

    class Prepared(Graph):
        """Parses the query of a rule once and not anew for each node, which takes a tenth of the time."""

        def query(self, query_object: Any, *arguments: Any, **options: Any) -> Any:
            query = prepared(query_object) if isinstance(query_object, str) else query_object
            return super().query(query, *arguments, **options)

    graph = Prepared().parse(data=data, format="nt")
    asked = Graph().parse(data=shapes, format="nt")
    report = pyshacl.validate(graph, shacl_graph=asked, inference="none", inplace=True)[1]

    def text(node: Any, path: Any) -> str:
        found = report.value(node, path)
        return "" if found is None else BLANK if isinstance(found, BNode) else str(found)

    return [
        Result(
            text(node, SH.focusNode),
            text(node, SH.resultPath),
            text(node, SH.value),
            text(node, SH.sourceShape),
            text(node, SH.sourceConstraintComponent).removeprefix(_SH),
            text(node, SH.resultSeverity).removeprefix(_SH),
            max(str(message) for message in report.objects(node, SH.resultMessage)),
        )
        for node in report.subjects(SH.focusNode)
    ]


ENGINES: dict[str, Callable[[str, str], list[Result]]] = {"fast": _fast, "each": _each, "pyshacl": _pyshacl}
