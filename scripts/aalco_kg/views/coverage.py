"""How much is known of each session: facts with evidence, disputed, missing."""

from dataclasses import dataclass
from functools import lru_cache

from aalco_kg import queries, table
from aalco_kg.graph import Graph


@dataclass(frozen=True)
class Coverage:
    """One session: how many of its properties have evidence, are disputed, are missing; how much belongs to it."""

    number: int
    session: str
    known: int
    disputed: int
    missing: int
    deliberations: int
    documents: int


@lru_cache(maxsize=4)
def coverage(graph: Graph) -> tuple[Coverage, ...]:
    """Every session in order: the rows of the question of that name."""
    answer = table.run(graph, queries.named("coverage").text)
    assert isinstance(answer, table.Table)
    columns = [answer.columns.index(name) for name in Coverage.__dataclass_fields__]
    rows = ([row[i].value for i in columns] for row in answer.rows)  # type: ignore[union-attr]
    return tuple(Coverage(int(number), iri, *map(int, counts)) for number, iri, *counts in rows)
