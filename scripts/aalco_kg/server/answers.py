"""The answer to a canned query for programs: rows as JSON, CSV or Turtle, whole or by pages."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from aalco_kg import __version__
from aalco_kg.graph import Graph
from aalco_kg.queries import Query
from aalco_kg.server.entities import value
from aalco_kg.server.negotiate import CSV, JSON, TURTLE
from aalco_kg.table import Table, write
from aalco_kg.terms import PREFIXES

MEDIA = (JSON, CSV, TURTLE)
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


@dataclass(frozen=True)
class Span:
    """Which rows are wanted: page `number` (from 1) of so many rows; all when `size` is None."""

    number: int = 1
    size: int | None = None

    def of(self, table: Table) -> Table:
        """These rows of a table."""
        if self.size is None:
            return table
        start = (self.number - 1) * self.size
        return Table(table.columns, table.rows[start : start + self.size])

    def links(self, path: str, given: dict[str, str], rows: int) -> list[str]:
        """Links to the first, last, next and previous page."""
        if self.size is None:
            return []
        last = max(1, -(-rows // self.size))
        pages = {"first": 1, "prev": min(self.number - 1, last), "next": self.number + 1, "last": last}
        return [
            f'<{path}?{urlencode({**given, "page": page, "per_page": self.size})}>; rel="{name}"'
            for name, page in pages.items()
            if 1 <= page <= last
        ]


def written(graph: Graph, query: Query, given: dict[str, str], table: Table, span: Span, media: str) -> bytes:
    """The wanted rows of an answer in a media type of `MEDIA`."""
    rows = span.of(table)
    if media == CSV:
        return write(rows, "csv").encode()
    if media == TURTLE:
        return turtle_text(rows).encode()
    answer: dict[str, Any] = {
        "query": query.name,
        "question": query.summary,
        "parameters": given,
        "columns": query.columns,
        "total": len(table.rows),
        "rows": [{name: value(graph, term) for name, term in zip(rows.columns, row, strict=True)} for row in rows.rows],
        "release": __version__,
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def turtle_text(table: Table) -> str:
    """Rows in the W3C vocabulary of result sets, each cell a node of its own without an address."""
    result = ox.BlankNode("r")
    triples = [ox.Triple(result, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(_RS + "ResultSet"))]
    triples += [ox.Triple(result, ox.NamedNode(_RS + "resultVariable"), ox.Literal(name)) for name in table.columns]
    for i, row in enumerate(table.rows, 1):
        solution = ox.BlankNode(f"s{i}")
        triples.append(ox.Triple(result, ox.NamedNode(_RS + "solution"), solution))
        triples.append(ox.Triple(solution, ox.NamedNode(_RS + "index"), ox.Literal(i)))
        for j, (name, term) in enumerate(zip(table.columns, row, strict=True)):
            if term is not None:
                cell = ox.BlankNode(f"s{i}c{j}")
                triples.append(ox.Triple(solution, ox.NamedNode(_RS + "binding"), cell))
                triples.append(ox.Triple(cell, ox.NamedNode(_RS + "variable"), ox.Literal(name)))
                triples.append(ox.Triple(cell, ox.NamedNode(_RS + "value"), term))
    prefixes = {"rs": _RS, "xsd": PREFIXES["xsd"], "aalco": PREFIXES["aalco"]}
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()
