"""Answers to the canned queries: which are made beforehand, the rows of each, and the same as files.

An answer is made for each query as it stands (with the example of its header where it needs something), and for each
thing or number that can be chosen for a parameter: `answers/positions.csv`, `answers/positions/state/cn.csv`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from aalco_kg import table
from aalco_kg.graph import Graph, iri_of
from aalco_kg.queries import Parameter, Query, catalogue, named
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact
from aalco_kg.things import find
from aalco_kg.turtle import natural

if TYPE_CHECKING:
    from aalco_kg.site.pages import Site

_TYPE = PREFIXES["rdf"] + "type"
_EXAMPLE = re.compile(r"such as (\S+)\Z")
# What can be chosen for a parameter whose kind alone would offer too much: what has such a property, or is its value.
_HAVING = {("participants", "meeting"): ("participant", "observer")}
_VALUES = {("instrument-parties", "instrument"): ("TreatyAction", "instrument")}
_MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/sparql-results+json"}


@dataclass(frozen=True)
class Asked:
    """A query with what was given for its parameters: pairs of a name and a text."""

    name: str
    given: tuple[tuple[str, str], ...] = ()

    @property
    def query(self) -> Query:
        """The query itself."""
        return named(self.name)

    @property
    def path(self) -> str:
        """The last part of the path of an answer made beforehand: `positions`, `positions/state/cn`."""
        return "/".join([self.name, *(value for _, value in self.given)])

    @property
    def command(self) -> str:
        """The command that asks the same."""
        return " ".join(["aalco query", self.name, *(f"--{name} {value}" for name, value in self.given)])


@lru_cache(maxsize=4096)
def rows(graph: Graph, asked: Asked) -> table.Table:
    """The answer. Raises UserError for a parameter that is missing, unknown or ill-formed."""
    if (picked := _picked(graph, asked)) is not None:
        return picked
    answer = table.run(graph, asked.query.bind(graph, dict(asked.given)))
    assert isinstance(answer, table.Table)
    return answer


def _picked(graph: Graph, asked: Asked) -> table.Table | None:
    """The answer picked from the rows of all, where one optional parameter limits the column of its name to a thing.

    That is what the query does, in a hundredth of its time; a test holds the two together.
    """
    if len(asked.given) != 1:
        return None
    [(name, text)] = asked.given
    parameter = next((p for p in asked.query.parameters if p.name == name), None)
    if parameter is None or parameter.required or parameter.type != "iri" or name not in asked.query.columns:
        return None
    whole, wanted = rows(graph, Asked(asked.name)), ox.NamedNode(find(graph, text, parameter.kind))
    place = whole.columns.index(name)
    return table.Table(whole.columns, tuple(row for row in whole.rows if row[place] == wanted))


def usual(query: Query) -> Asked | None:
    """A query as it is answered when nothing is chosen: with the examples of its header; None where it has none."""
    given = [(p.name, _EXAMPLE.search(p.help)) for p in query.parameters if p.required]
    if not all(match for _, match in given):
        return None
    return Asked(query.name, tuple((name, match[1]) for name, match in given if match))


@lru_cache(maxsize=512)
def choices(graph: Graph, name: str, parameter: Parameter) -> tuple[str, ...]:
    """What can be chosen for a parameter, as short addresses or numbers in order; nothing where any text will do."""
    key = (name, parameter.name)
    if parameter.type == "integer":
        sessions = graph.subjects(_TYPE, ONTOLOGY + "AnnualSession")
        if not parameter.required:
            known = set(rows(graph, Asked(name)).column("session"))
            sessions = [session for session in sessions if compact(session) in known]
        return tuple(session.rpartition("/")[2] for session in sessions)
    if parameter.type != "iri" or parameter.kind == "property":
        return ()
    if key in _HAVING:
        quads = (graph.store.quads_for_pattern(None, ox.NamedNode(ONTOLOGY + path), None) for path in _HAVING[key])
        found = {iri_of(quad.subject) for each in quads for quad in each}
    elif key in _VALUES:
        class_, path = _VALUES[key]
        things = graph.subjects(_TYPE, ONTOLOGY + class_)
        found = {str(value.value) for thing in things for value in graph.objects(thing, ONTOLOGY + path)}
    elif not parameter.required and parameter.name in named(name).columns:
        found = {BASE + short for short in rows(graph, Asked(name)).column(parameter.name)}
    elif parameter.kind:
        found = {iri for iri in graph.labels if iri.startswith(f"{BASE}{parameter.kind}/")}
    else:
        found = set()
    kind = f"{BASE}{parameter.kind}/" if parameter.kind else BASE
    return tuple(
        compact(iri)
        for iri in sorted(found, key=natural)
        if iri.startswith(kind) and len(iri) > len(kind) and "#" not in iri
    )


def ready(graph: Graph) -> Iterator[Asked]:
    """Every answer that is made beforehand."""
    for query in catalogue().values():
        if asked := usual(query):
            yield asked
        for parameter in query.parameters:
            if not any(other.required for other in query.parameters if other is not parameter):
                for value in choices(graph, query.name, parameter):
                    yield Asked(query.name, ((parameter.name, value),))


@lru_cache(maxsize=4)
def by_path(graph: Graph) -> dict[str, Asked]:
    """The answers made beforehand, by the last part of their path."""
    return {asked.path: asked for asked in ready(graph)}


def file_paths(site: "Site") -> Iterable[str]:
    """A path for each answer in each format."""
    return [f"answers/{path}.{suffix}" for path in by_path(site.graph) for suffix in _MEDIA]


def file(site: "Site", path: str) -> tuple[str, bytes] | None:
    """Media type and bytes of an answer."""
    folder, _, name = path.partition("/")
    stem, _, suffix = name.rpartition(".")
    asked = by_path(site.graph).get(stem) if folder == "answers" and suffix in _MEDIA else None
    return None if asked is None else (_MEDIA[suffix], table.write(rows(site.graph, asked), suffix).encode())
