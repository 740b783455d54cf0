"""A folder as a target: an Oxigraph store on disk, which `oxigraph serve` or pyoxigraph opens.

Graphs are loaded into a new store beside the old one, which is put in its place in one step: a crash, or a full
disk, leaves the old store whole. A difference is one transaction.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.stores.content import Content, Lines, is_blank, lines
from aalco_kg.stores.difference import Difference, updates
from aalco_kg.stores.targets import Step

_MARK = "CURRENT"  # a file that every RocksDB store has
_BATCH = 50_000  # statements handed over at a time, between two steps of the progress bar


class Folder:
    """An Oxigraph store in a folder. Raises UserError when the folder holds something else, or is in use."""

    default = ""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path)
        self._new = path.with_name(f".{path.name}-loading")
        self._old = path.with_name(f".{path.name}-old")
        if path.exists() and not (path.is_dir() and (not any(path.iterdir()) or (path / _MARK).exists())):
            raise UserError(f"{path} holds something that is not an Oxigraph store.", "Name another folder.")
        self._interrupted = self._new.exists() or self._old.exists()
        with self._words():
            if self._old.exists() and not path.exists():
                self._old.rename(path)  # stopped between the two steps of the exchange
            self._store = ox.Store(str(path)) if (path / _MARK).exists() else ox.Store()

    def interrupted(self) -> str:
        return "An earlier load was interrupted; it is rolled back." if self._interrupted else ""

    def graphs(self) -> set[str]:
        return {str(name.value) for name in self._store.named_graphs()}

    def read(self, graph: str) -> Lines:
        return lines(quad.triple for quad in self._store.quads_for_pattern(None, None, None, _term(graph)))

    def replace(self, content: Content, before: Content, step: Step) -> None:
        ours = {_term(name) for name in (*before.graphs, *content.graphs)}
        with self._words():
            shutil.rmtree(self._new, ignore_errors=True)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._store = self._filled((quad for quad in self._store if quad.graph_name not in ours), content, step)
            except BaseException:
                shutil.rmtree(self._new, ignore_errors=True)
                raise

    def _filled(self, others: Iterable[ox.Quad], content: Content, step: Step) -> ox.Store:
        """A new store, beside the old one, with others' graphs and the content."""
        new = ox.Store(str(self._new))
        new.bulk_extend(others)
        for batch in _batches(content):
            new.bulk_load("".join(batch), ox.RdfFormat.N_QUADS, lenient=True)  # the engine itself wrote these lines
            step(len(batch))
        new.optimize()
        new.flush()
        return new

    def change(self, difference: Difference, step: Step) -> None:
        with self._words():
            if not (self.path / _MARK).exists():
                self._store = ox.Store(str(self.path))
            self._store.update(" ;\n".join(updates(difference)))
            self._store.flush()
        step(difference.removed + difference.added)

    def finish(self) -> None:
        self.close()
        with self._words():
            if (self._new / _MARK).exists():
                if self.path.exists():
                    self.path.rename(self._old)
                self._new.rename(self.path)
            shutil.rmtree(self._old, ignore_errors=True)
            shutil.rmtree(self._new, ignore_errors=True)

    def close(self) -> None:
        self._store = ox.Store()  # the other one lets go of its files

    @contextmanager
    def _words(self) -> Iterator[None]:
        """What the disk or the engine refuses, in words."""
        try:
            yield
        except OSError as error:
            why = str(error).strip()
            if "No space left" in why:
                raise UserError(
                    f"{self.path}: the disk is full.", "The old store is untouched. Make room.", 1
                ) from None
            if "lock" in why.lower():
                raise UserError(
                    f"{self.path} is in use by another program.", "Stop it, or load through its address.", code=1
                ) from None
            raise UserError(f"{self.path} cannot be used: {why}.", "The old store is untouched.", code=1) from None


def _term(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    return ox.NamedNode(graph) if graph else ox.DefaultGraph()


def _batches(content: Content) -> Iterator[list[str]]:
    """The quads by _BATCH at a time; those with blank nodes, which do not reach beyond a batch, come as one."""
    named, blank = list[str](), list[str]()
    for quad in content.quads():
        (blank if is_blank(quad) else named).append(quad)
    for start in range(0, len(named), _BATCH):
        yield named[start : start + _BATCH]
    if blank:
        yield blank
