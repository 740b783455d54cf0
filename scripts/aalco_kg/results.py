"""SPARQL results in JSON, as endpoints send them, read into rows."""

import pyoxigraph as ox

from aalco_kg.table import Table


def read(body: bytes) -> Table | bool:
    """The rows, or the yes or no, of an answer. Raises ValueError or SyntaxError for what is no such answer."""
    answer = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    columns = tuple(variable.value for variable in answer.variables)
    if columns == ("__ASK_RETVAL",):  # how Virtuoso says yes, by a row, or no, by none
        return any(True for _ in answer)
    return Table(columns, tuple(tuple(row[name] for name in columns) for row in answer))
