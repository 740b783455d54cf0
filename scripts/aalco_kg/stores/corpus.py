"""Checking and counting a sharded dataset on many machines: the same report as on one.

A job of three steps for each shard, run by Dask wherever its workers are. `exported` reads a shard and tells what it
needs to know of records in other shards, and what those need to know of its own; `answered` looks it up in the shard
that has it; `checked` validates the shard with these answers beside it, and keeps what is found in its own records.
Every step is a function of its input alone, so that what a dead worker had done is done again by another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aalco_kg.checking.engines import ENGINES, Result
from aalco_kg.stores import shards
from aalco_kg.stores.shards import Shard, record_of, shard_of
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from dask.distributed import Client

_LINE = re.compile(r'(\S+) <([^>]*)> (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?) (?:<([^>]*)> )?\.')
_TYPE = PREFIXES["rdf"] + "type"
_ABOUT, _SOURCE, _PROPERTY = (ONTOLOGY + name for name in ("about", "source", "property"))
_NUMBER, _BODY = ONTOLOGY + "number", ONTOLOGY + "meetingOf"
_SESSION = f"<{ONTOLOGY}AnnualSession>"
# What the shapes ask of a thing that a record points to; of one that it gives evidence about, they ask everything.
_ASKED = {_TYPE, *(ONTOLOGY + name for name in ("startDate", "endDate", "foundedOn"))}
# What loading works out, and the rules for records do not know.
_DERIVED = {ONTOLOGY + "searchKey", PREFIXES["skos"] + "broaderTransitive"}

Lines = list[str]


@dataclass
class Export:
    """What one shard says to the others."""

    asks: dict[int, dict[str, bool]] = field(default_factory=lambda: defaultdict(dict))  # address: wants everything?
    tells: dict[int, Lines] = field(default_factory=lambda: defaultdict(list))  # lines about a record of theirs
    keys: dict[str, dict[str, Lines]] = field(default_factory=lambda: defaultdict(dict))  # of what must be unique


@dataclass(frozen=True)
class Survey:
    """What there is in a dataset, and what is wrong with it."""

    statements: int
    classes: dict[str, int]
    properties: dict[str, int]
    graphs: int
    results: tuple[Result, ...]


class Block:
    """The asserted facts of a shard, by subject."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.facts: dict[str, list[tuple[str, str, str]]] = defaultdict(list)  # property, object, line
        self.graphs: set[str] = set()
        self.statements = 0
        for line in lines:
            subject, path, value, graph = _LINE.match(line).groups()  # type: ignore[union-attr]
            self.statements += 1
            if graph:
                self.graphs.add(graph)
            elif path not in _DERIVED:
                self.facts[subject.strip("<>")].append((path, value, line))

    def values(self, subject: str, path: str) -> list[str]:
        return [value for found, value, _ in self.facts.get(subject, ()) if found == path]

    def lines(self, subjects: Iterable[str]) -> Lines:
        return [line for subject in subjects for _, _, line in self.facts.get(subject, ())]
