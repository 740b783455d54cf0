"""A CSV table for each question that needs no parameter, and a CSVW description of all."""

import json
from pathlib import Path

from aalco_kg import queries, table
from aalco_kg.graph import Graph
from aalco_kg.release.syntaxes import put
from aalco_kg.views.reference import LICENCE


def tables(folder: Path, graph: Graph) -> None:
    """Write the tables and `csv-metadata.json`."""
    described = []
    for query in queries.catalogue().values():
        if any(parameter.required for parameter in query.parameters):
            continue
        answer = table.run(graph, query.text)
        put(folder, f"{query.name}.csv", table.write(answer, "csv").replace("\r\n", "\n"))
        columns = [{"name": name, "titles": name, "dc:description": text} for name, text in query.columns.items()]
        described.append(
            {
                "url": f"{query.name}.csv",
                "dc:title": query.summary,
                "dc:description": query.description,
                "tableSchema": {"columns": columns},
            }
        )
    metadata = {"@context": "http://www.w3.org/ns/csvw", "dc:license": LICENCE, "tables": described}
    put(folder, "csv-metadata.json", json.dumps(metadata, ensure_ascii=False, indent=2) + "\n")
