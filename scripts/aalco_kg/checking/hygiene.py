"""The hygiene gate: SPARQL queries whose rows are faults of ontology, shapes and records taken together.

Each `ontology/hygiene/NAME.rq` opens with one sentence, what is wrong and how to mend it, in which `{value}` stands
for the value of the row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from aalco_kg.files import hygiene_files
from aalco_kg.terms import compact

_BANNER = "#+ summary: "


@dataclass(frozen=True, order=True)
class Row:
    """One fault: the query that found it, the thing, the value, and the sentence."""

    rule: str
    subject: str
    value: str
    what: str


def faults(triples: Iterable[ox.Triple]) -> Iterator[Row]:
    """The rows of every query on these triples, by query and subject."""
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    for path in hygiene_files():
        text = path.read_text(encoding="utf-8")
        banner = text.splitlines()[0].removeprefix(_BANNER)
        for row in store.query(text):  # type: ignore[union-attr]
            subject, value = (row[name].value for name in ("subject", "value"))
            yield Row(path.stem, subject, value, banner.replace("{value}", compact(value)))
