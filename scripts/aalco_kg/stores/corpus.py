"""Checking and counting a sharded dataset on many machines: the same report as on one.

A job of three steps for each shard, run by Dask wherever its workers are. `export` reads a shard and tells what it
needs to know of records in other shards, and what those need to know of its own; `answer` looks up what others ask;
`check` validates the shard with the answers beside it, and keeps what is found in its own records. Each step is a
function of its input alone, so that what a dead worker had done another does again.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aalco_kg.checking.engines import ENGINES, Result
from aalco_kg.files import shape_files
from aalco_kg.graph import as_ntriples
from aalco_kg.graph import read as read_turtle
from aalco_kg.stores import shards
from aalco_kg.stores.shards import Shard, record_of, shard_of
from aalco_kg.terms import BASE, ONTOLOGY, PREFIXES, compact

if TYPE_CHECKING:
    from dask.distributed import Client

_LINE = re.compile(r'(\S+) <([^>]*)> (<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?) (?:<([^>]*)> )?\.')
_TYPE = PREFIXES["rdf"] + "type"
_ABOUT, _SOURCE, _PROPERTY = (ONTOLOGY + name for name in ("about", "source", "property"))
_NUMBER = ONTOLOGY + "number"
# What must be unique, and within what: no two meetings of a body bear one number, no two things of a class one symbol.
_UNIQUE = (
    (ONTOLOGY + "meetingOf", _NUMBER),
    (ONTOLOGY + "articleOf", ONTOLOGY + "articleNumber"),
    (ONTOLOGY + "normOf", ONTOLOGY + "letter"),
    (ONTOLOGY + "session", ONTOLOGY + "agendaCode"),
    (_TYPE, ONTOLOGY + "symbol"),
)
_CODES = tuple(ONTOLOGY + name for name in ("isoAlpha2", "isoAlpha3", "m49"))
_IDENTIFYING = {_TYPE, *_CODES, *(path for pair in _UNIQUE for path in pair)}
_SESSION = f"<{ONTOLOGY}AnnualSession>"
# What the shapes ask of a thing that a record points to. Of one that it gives evidence about, they ask everything.
_ASKED = {_TYPE, *(ONTOLOGY + name for name in ("startDate", "endDate", "foundedOn"))}
# What loading works out, and the rules for records do not know.
_DERIVED = {ONTOLOGY + "searchKey", PREFIXES["skos"] + "broaderTransitive"}

Lines = list[str]
Asked = dict[str, bool]  # an address, and whether everything about it is asked


@dataclass
class Export:
    """What one shard says to the others, by their numbers."""

    asks: dict[int, Asked] = field(default_factory=lambda: defaultdict(dict))
    tells: dict[int, Lines] = field(default_factory=lambda: defaultdict(list))
    unique: dict[str, dict[str, Lines]] = field(default_factory=lambda: defaultdict(dict))  # by key, then subject


@dataclass(frozen=True)
class Part:
    """What one shard adds to the survey."""

    statements: int
    classes: Counter[str]
    properties: Counter[str]
    graphs: Counter[str]
    results: tuple[Result, ...]


class Block:
    """The asserted facts of a shard: property, object and line, by subject."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.facts: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self.graphs: Counter[str] = Counter()
        for line in lines:
            subject, path, value, graph = _LINE.match(line).groups()  # type: ignore[union-attr]
            self.graphs[graph or ""] += 1
            if not graph and path not in _DERIVED:
                self.facts[subject.strip("<>")].append((path, value, line))

    def values(self, subject: str, *paths: str) -> list[str]:
        """The objects of some properties of a subject, as N-Triples writes them."""
        return [value for path, value, _ in self.facts.get(subject, ()) if path in paths]

    def lines(self, subject: str, paths: set[str] | None = None) -> Lines:
        """The lines about a subject, of some properties or of all."""
        return [line for path, _, line in self.facts.get(subject, ()) if paths is None or path in paths]


def export(folder: Path, all_shards: Sequence[Shard], number: int) -> Export:
    """What a shard asks the others and tells them."""
    block = Block(shards.read(folder, all_shards[number]))
    said = Export()
    cited = set[str]()
    for subject, facts in block.facts.items():
        for path, value, line in facts:
            if value.startswith(f"<{BASE}"):
                other = value[1:-1]
                owner = shard_of(other, len(all_shards))
                if owner not in (0, number):
                    said.asks[owner][other] = said.asks[owner].get(other, False) or path == _ABOUT
                    if path == _ABOUT:
                        said.tells[owner] += block.lines(subject)
                    if path == _SOURCE and other not in cited:
                        cited.add(other)
                        said.tells[owner].append(line)
        for key in _keys(block, subject):
            said.unique[key][subject] = block.lines(subject, _IDENTIFYING)
    return said


def _keys(block: Block, subject: str) -> list[str]:
    """What a subject may share with no other: numbers of sessions, codes of States, and _UNIQUE."""
    session = _SESSION in block.values(subject, _TYPE)
    found = [f"session {number}" for number in block.values(subject, _NUMBER) if session]
    found += [f"code {code}" for code in block.values(subject, *_CODES)]
    for scope, path in _UNIQUE:
        wholes, values = block.values(subject, scope), block.values(subject, path)
        found += [f"{scope} {whole} {value}" for whole in wholes for value in values]
    return found


def answer(folder: Path, all_shards: Sequence[Shard], number: int, exports: Sequence[Export]) -> dict[int, Lines]:
    """What a shard answers to each that asked; it also compares the keys that fall to it."""
    block = Block([*shards.read(folder, all_shards[number]), *_told(exports, number)])
    about: dict[str, set[str]] = defaultdict(set)
    for subject in block.facts:
        for value in block.values(subject, _ABOUT):
            about[value[1:-1]].add(subject)
    answers: dict[int, Lines] = defaultdict(list)
    for asker, said in enumerate(exports):
        for iri, everything in said.asks.get(number, {}).items():
            answers[asker] += block.lines(iri, None if everything else _ASKED)
            for node in about.get(iri, ()):
                if block.values(node, _PROPERTY):  # a dispute on one of its dates
                    answers[asker] += block.lines(node)
    for key in {key for said in exports for key in said.unique if shards.bucket(key, len(all_shards)) == number}:
        holders = {subject: lines for said in exports for subject, lines in said.unique.get(key, {}).items()}
        if len(holders) > 1:
            for subject in holders:
                answers[shard_of(subject, len(all_shards))] += [line for lines in holders.values() for line in lines]
    return dict(answers)


def _told(exports: Iterable[Export], number: int) -> Lines:
    return [line for said in exports for line in said.tells.get(number, ())]


def check(
    folder: Path,
    all_shards: Sequence[Shard],
    number: int,
    exports: Sequence[Export],
    answers: Sequence[dict[int, Lines]],
    shapes: str,
) -> Part:
    """What is in a shard, and what is wrong with its records."""
    own = Block(shards.read(folder, all_shards[number]))
    data = {line for facts in own.facts.values() for _, _, line in facts}
    if number:
        data.update(line for facts in Block(shards.read(folder, all_shards[0])).facts.values() for _, _, line in facts)
    data.update(_told(exports, number), *(each.get(number, ()) for each in answers))
    found = {
        result
        for result in ENGINES["fast"]("\n".join(data), shapes)
        if shard_of(result.focus, len(all_shards)) == number
    }
    facts = [fact for facts in own.facts.values() for fact in facts]
    return Part(
        sum(own.graphs.values()),
        Counter(value[1:-1] for path, value, _ in facts if path == _TYPE),
        Counter(path for path, _, _ in facts),
        own.graphs,
        tuple(sorted(found)),
    )


def survey(folder: Path, client: "Client") -> Part:
    """The whole of a sharded dataset, worked out by the workers of a Dask cluster, which must see the folder.

    Raises UserError when a shard is missing or damaged.
    """
    all_shards = shards.manifest(folder)
    numbers = range(len(all_shards))
    # Handed over as work, which is done anew where it is lost with a worker; data that was scattered would not be.
    shapes = client.submit(str, as_ntriples(read_turtle(shape_files())), pure=False)

    def each(step: Any, *inputs: Any) -> list[Any]:
        return [client.submit(step, folder, all_shards, number, *inputs, pure=False) for number in numbers]

    exports = each(export)
    answers = each(answer, exports)
    parts = client.gather(each(check, exports, answers, shapes))
    return merged(parts)


def merged(parts: Iterable[Part]) -> Part:
    """Several parts as one."""
    parts = list(parts)
    return Part(
        sum(part.statements for part in parts),
        sum((part.classes for part in parts), Counter()),
        sum((part.properties for part in parts), Counter()),
        sum((part.graphs for part in parts), Counter()),
        tuple(sorted({result for part in parts for result in part.results})),
    )


def as_text(part: Part) -> str:
    """The findings, a line each, and below them how much there is of each class."""
    rows = [
        f"{record_of(result.focus) or 'ontology'}: {compact(result.focus)}: {result.message}" for result in part.results
    ]
    rows.append(f"{part.statements:,} statements in {len(part.graphs):,} graphs, {len(part.results):,} findings.")
    rows += [f"  {compact(name)} {number:,}" for name, number in sorted(part.classes.items())]
    return "\n".join(rows) + "\n"


def as_json(part: Part) -> str:
    """The same as JSON, with the number of statements of each property."""
    told = {
        "statements": part.statements,
        "graphs": len(part.graphs),
        "classes": dict(sorted(part.classes.items())),
        "properties": dict(sorted(part.properties.items())),
        "findings": [asdict(result) for result in part.results],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
