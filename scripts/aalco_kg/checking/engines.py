"""SHACL validation by either of two engines, with one form of result.

`fast` is shacl-rust, `pyshacl` the reference implementation; a test holds them equal on every fixture.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from aalco_kg.graph import as_ntriples
from aalco_kg.terms import PREFIXES

_SH = PREFIXES["sh"]


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
    """The results of validating `data` against `shapes`, sorted; `engine` is a key of ENGINES."""
    return sorted(set(ENGINES[engine](as_ntriples(data), as_ntriples(shapes))))


def _fast(data: str, shapes: str) -> list[Result]:
    import shacl_rust

    report = shacl_rust.validate(data, shapes, data_format="nt", shapes_format="nt", experimental_index=True)
    return [_fast_result(result) for result in report["results"]]


def _fast_result(result: dict[str, Any]) -> Result:
    path, value = _bare(result.get("resultPath", "")), _bare(result.get("value", ""))
    if not value and "SPARQLConstraint" in result["sourceConstraintComponent"]:
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
    if term.startswith('"'):
        parsed = next(iter(ox.parse(f"<x:s> <x:p> {term} .", ox.RdfFormat.TURTLE)))
        return str(parsed.object.value)
    return term


def _pyshacl(data: str, shapes: str) -> list[Result]:
    import pyshacl
    from rdflib import Graph
    from rdflib.namespace import SH

    report = pyshacl.validate(
        Graph().parse(data=data, format="nt"), shacl_graph=Graph().parse(data=shapes, format="nt"), inference="none"
    )[1]
    found = []
    for node in report.subjects(SH.focusNode):
        texts = [str(message) for message in report.objects(node, SH.resultMessage)]
        value = report.value(node, SH.value)
        found.append(
            Result(
                str(report.value(node, SH.focusNode)),
                str(report.value(node, SH.resultPath) or ""),
                "" if value is None else str(value),
                str(report.value(node, SH.sourceShape)),
                str(report.value(node, SH.sourceConstraintComponent)).removeprefix(_SH),
                str(report.value(node, SH.resultSeverity)).removeprefix(_SH),
                sorted(texts)[-1],
            )
        )
    return found


ENGINES: dict[str, Callable[[str, str], list[Result]]] = {"fast": _fast, "pyshacl": _pyshacl}
