"""Answers as rows, and how they are written: for a terminal, or in the standard SPARQL results formats."""

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.graph import Graph
from aalco_kg.terms import BASE, ONTOLOGY, compact

_RESULTS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
FORMATS = ("table", *_RESULTS, *_GRAPHS)

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Table:
    """The answer to a SELECT query: columns in order, a row for each solution, None where unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def column(self, name: str) -> list[str]:
        """The values of a column as plain text, empty where unbound."""
        place = self.columns.index(name)
        return [plain(row[place]) for row in self.rows]


def plain(term: Term | None) -> str:
    """A term as text: the lexical form of a literal, the compact address of a thing."""
    if term is None:
        return ""
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term.value)


def run(graph: Graph, sparql: str) -> Table | bool | list[ox.Triple]:
    """The answer to a query on the embedded graph: a Table, a yes or no, or triples.

    Raises UserError with line and column when the query is not SPARQL, or asks for what a read-only graph has not.
    """
    try:
        answer = graph.store.query(sparql)
        if isinstance(answer, ox.QuerySolutions):
            columns = tuple(variable.value for variable in answer.variables)
            return Table(columns, tuple(tuple(row[name] for name in columns) for row in answer))
        return bool(answer) if isinstance(answer, ox.QueryBoolean) else [triple for triple in answer]
    except SyntaxError as error:
        raise UserError(f"Not SPARQL: {error}.", "Mend the query; updates are not taken.") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise UserError(f"The query cannot be answered: {error}.", "SERVICE and LOAD are not taken.") from None


def write(answer: Table | bool | list[ox.Triple], form: str) -> str:
    """An answer in a results format (csv, tsv, json, xml) or a graph format (turtle, ntriples, jsonld, rdfxml).

    Raises UserError when the format does not fit the kind of answer.
    """
    if isinstance(answer, list):
        if form not in _GRAPHS:
            raise UserError(f"Triples cannot be written as {form}.", f"Use --format {', '.join(_GRAPHS)}.")
        return str((ox.serialize(answer, format=_GRAPHS[form]) or b"").decode())
    if form not in _RESULTS:
        raise UserError(f"Rows cannot be written as {form}.", f"Use --format table, {', '.join(_RESULTS)}.")
    return _serialize(answer, _RESULTS[form])


def _serialize(answer: Table | bool, form: ox.QueryResultsFormat) -> str:
    """Standard results text, written by the engine itself from an inline copy of the rows."""
    store = ox.Store()
    if isinstance(answer, bool):
        result = store.query(f"ASK {{ FILTER({str(answer).lower()}) }}")
    else:
        names = " ".join(f"?{name}" for name in answer.columns)
        rows = "\n".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in answer.rows)
        result = store.query(f"SELECT {names} {{ VALUES ({names}) {{ {rows} }} }}")
    assert not isinstance(result, ox.QueryTriples)
    return (result.serialize(format=form) or b"").decode()


def for_reading(answer: Table, label: Callable[[str], str]) -> tuple[list[str], list[list[str]]]:
    """Columns and rows as a reader wants them: labels for things, everything else as it is.

    Where a query gives a thing and its `label`, the thing shows its address, which is what a parameter takes.
    A `source` followed by the number of `sources` becomes one column.
    """
    columns = list(answer.columns)
    spelled = columns[columns.index("label") - 1] if "label" in columns[1:] else None
    counted = "source" in columns and "sources" in columns

    def shown(name: str, term: Term | None) -> str:
        ours = isinstance(term, ox.NamedNode) and term.value.startswith((BASE, ONTOLOGY))
        return label(term.value) if ours and name != spelled else plain(term)  # type: ignore[union-attr]

    rows = [[shown(name, term) for name, term in zip(columns, row, strict=True)] for row in answer.rows]
    if counted:
        one, many = columns.index("source"), columns.index("sources")
        for row in rows:
            others = int(row[many] or 0) - 1
            row[one] += f" (and {others} more)" if others > 0 else ""
            del row[many]
        del columns[many]
    return columns, rows
