"""The graph in which faults are made on purpose: its records, and what their shapes ask of them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from aalco_kg.checking.reach import TYPE, Index, Line, line
from aalco_kg.files import alignment_files, data_files, meta_shape_files, ontology_files, shape_files
from aalco_kg.graph import read
from aalco_kg.terms import ONTOLOGY, PREFIXES

_SH = PREFIXES["sh"]
_SUBCLASS = f"<{PREFIXES['rdfs']}subClassOf>"


def our(name: str) -> str:
    """A term of the ontology as N-Triples writes it."""
    return f"<{ONTOLOGY}{name}>"


@dataclass
class World:
    """The graph that faults are made in: its records, and what their shapes ask of them."""

    records: list[Line]  # the triples that faults change
    shapes: list[ox.Triple]
    ontology: list[Line]

    @cached_property
    def index(self) -> Index:
        return Index([*self.records, *self.ontology])

    @cached_property
    def subjects(self) -> list[str]:
        return sorted({item[0] for item in self.records})

    def values(self, node: str, name: str) -> list[str]:
        """The values of a property of ours, or of one given in full."""
        path = name if name.startswith("<") else our(name)
        return sorted(self.index.values(node, path))

    def holds(self, item: Line) -> bool:
        return item[2] in self.index.values(item[0], item[1])

    def classes(self, node: str) -> set[str]:
        """The classes of a node, with those above them."""
        found: set[str] = set()
        rest = self.values(node, TYPE)
        while rest:
            kind = rest.pop()
            if kind not in found:
                found.add(kind)
                rest += self.values(kind, _SUBCLASS)
        return found

    def of_class(self, name: str) -> list[str]:
        return [node for node in self.subjects if our(name) in self.values(node, TYPE)]

    @cached_property
    def required(self) -> dict[str, set[str]]:
        """For each class with a shape, the properties of which it needs at least one value."""
        store = ox.Store()
        store.extend(ox.Quad(*triple) for triple in self.shapes)
        rows = store.query(
            f"PREFIX sh: <{_SH}> SELECT ?class ?path {{ ?shape sh:targetClass ?class ; sh:property ?property ."
            " ?property sh:path ?path ; sh:minCount ?n FILTER(?n > 0) }"
        )
        needs: dict[str, set[str]] = defaultdict(set)
        for row in rows:  # type: ignore[union-attr]
            needs[str(row["class"])].add(str(row["path"]))
        return needs

    @cached_property
    def properties(self) -> list[str]:
        """The properties that evidence may state."""
        return sorted({item[2] for item in self.records if item[1] == our("states")})

    @cached_property
    def examples(self) -> list[str]:
        """A thing of each class, to be put where it does not belong."""
        first: dict[str, str] = {}
        for node in self.subjects:
            for kind in self.values(node, TYPE):
                if "#" not in node:
                    first.setdefault(kind, node)
        return [first[kind] for kind in sorted(first)]


def world() -> World:
    """The graph of the project: records and concepts are changed, ontology and alignments are not."""
    schemes = [path for path in ontology_files() if path.parent.name == "schemes"]
    others = [path for path in ontology_files() if path.parent.name != "schemes"]
    shapes = read(shape_files() + meta_shape_files())
    records, ontology = (
        [line(triple) for triple in read(paths)] for paths in (data_files() + schemes, others + alignment_files())
    )
    return World(records, shapes, ontology)
