"""The notes of a page: its sources, numbered as they are first cited, and under each what it says.

Beside a fact stands the piece of evidence with the words, where there is one; the others stand as numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY
from aalco_kg.turtle import Node
from aalco_kg.views.entity import Entity, Witness, reserve

# Sources; a page with more leaves out of its notes what was read of each and which facts it states, and beside facts
# the way to each.
LONG = 30


@dataclass(frozen=True)
class Cited:
    """A source as a note shows it: its number, what it is, and the evidence on this page's own facts."""

    number: int
    iri: str
    publisher: str
    date: str
    read: str
    urls: tuple[str, ...]
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True)
class Beside:
    """The evidence beside a fact: one piece in full, and the numbers of the other sources with where to find them.

    `again` when this part of the page has named the source, so that its number and its words are enough; `same` when
    it has shown this very piece, so that the number is.
    """

    first: Witness
    number: int
    others: tuple[tuple[int, str], ...]
    again: bool
    same: bool


class Notes:
    """Numbers sources in the order in which a page cites them."""

    def __init__(self, graph: Graph, entity: Entity | None = None) -> None:
        """`entity` is what the page is about; a page about many things has its notes name sources alone."""
        self._graph, self._entity = graph, entity
        self._numbers: dict[str, int] = {}
        self._named: set[str] = set()
        self._shown: set[str] = set()

    @property
    def long(self) -> bool:
        """Whether the thing rests on so many sources that the page must be brief on each."""
        witnesses = self._entity.witnesses if self._entity else ()
        return len({witness.source for witness in witnesses}) > LONG

    def number(self, source: str) -> int:
        """The number of a source."""
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    def beside(self, witnesses: Sequence[Witness]) -> Beside | None:
        """What to show beside a fact: the piece of evidence that holds back least, and the numbers of the others."""
        if not witnesses:
            return None
        first = min(witnesses, key=reserve)
        number = self.number(first.source)
        others = {self.number(w.source): self.target(w) for w in witnesses if w.source != first.source}
        again, same = first.source in self._named, first.iri in self._named
        self._named |= {first.source, first.iri}
        self._shown.add(first.iri)
        return Beside(first, number, tuple(others.items()), again, same)

    def begin(self) -> None:
        """A new part of the page begins: sources are named again."""
        self._named.clear()

    def remark(self, witness: Witness) -> str:
        """What is remarked on a piece of evidence, unless that stands beside the fact already."""
        return "" if witness.iri in self._shown else witness.note

    def target(self, witness: Witness) -> str:
        """Where on the page a piece of evidence is: its own fragment, or else the note of its source."""
        subject, _, fragment = witness.iri.partition("#")
        return fragment if self._entity and subject == self._entity.iri else f"n{self.number(witness.source)}"

    def cited(self) -> list[Cited]:
        """Every source of the page, by number; those of evidence not shown beside a fact come last."""
        for witness in self._entity.witnesses if self._entity else ():
            self.number(witness.source)
        return [self._cited(source, number) for source, number in self._numbers.items()]

    def _cited(self, source: str, number: int) -> Cited:
        said = self._graph.properties(source)

        def text(name: str) -> str:
            return next((str(value.value) for value in said.get(ONTOLOGY + name, ())), "")

        urls = tuple(str(value.value) for value in said.get(ONTOLOGY + "url", ()))
        all_own = self._entity.witnesses if self._entity else ()
        own = tuple(witness for witness in all_own if witness.source == source)
        read = "" if self.long else text("extentRead")
        return Cited(number, source, text("publisher"), text("date"), read, urls, own)


def url_of(graph: Graph, source: str) -> str | None:
    """The address of a source itself, when it is one on the web."""
    values: Iterable[Node] = graph.properties(source).get(ONTOLOGY + "url", ())
    return next((str(v.value) for v in values if str(v.value).startswith(("http://", "https://"))), None)
