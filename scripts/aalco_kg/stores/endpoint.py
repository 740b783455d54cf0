"""A store at an address as a target: graph by graph through the Graph Store Protocol, or by SPARQL Update.

While a load goes on, the graph MARK holds a statement. A graph is put in one request by the Graph Store Protocol; by
SPARQL Update it grows in a graph aside, which is then moved into its place.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

import httpx
import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.stores.content import Content, Lines, lines
from aalco_kg.stores.difference import Change, Difference, updates
from aalco_kg.stores.service import JSON, TRIPLES, UPDATE, VIRTUOSO, Service
from aalco_kg.stores.targets import Step
from aalco_kg.terms import DATASET, PREFIXES

MARK = DATASET + "/loading"
ASIDE = DATASET + "/aside"
_MARKED = f'<{DATASET}> <{PREFIXES["owl"]}versionInfo> "being loaded" .'

Protocol = Literal["graph-store", "update"]


class Endpoint:
    """A store at an address, written to by a protocol; by default by what it offers."""

    def __init__(self, address: str, protocol: Protocol | None = None) -> None:
        self.name = address
        self.service = Service(address)
        self.at = self.service.at
        # Virtuoso has no default graph that can be written to.
        self.default = DATASET if self.at.store == VIRTUOSO.store else ""
        by_update = protocol == "update" or self.at.graphs is None
        self._put, self._drop = (self._move, self._clear) if by_update else (self._upload, self._delete)
        try:
            if protocol == "graph-store" and by_update:
                raise UserError(f"No Graph Store is known at {address}.", "Load with --protocol update.")
            self._marked = bool(self.read(MARK))
        except UserError:
            self.close()
            raise

    def interrupted(self) -> str:
        return "An earlier load was interrupted; it is resumed." if self._marked else ""

    def graphs(self) -> set[str]:
        # Counted, since Virtuoso 7.2.5 may never end a SELECT DISTINCT ?g after graphs were dropped.
        query = {"query": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"}
        found = self.service.send("GET", self.at.query, params=query, headers={"Accept": JSON})
        with self._understood(self.at.query):
            return {row["g"]["value"] for row in json.loads(found.content)["results"]["bindings"]}

    def read(self, graph: str) -> Lines:
        found = self._fetch(graph)
        if found.status_code == 404:
            return frozenset()
        with self._understood(self.at.graphs or self.at.query):
            read = lines(quad.triple for quad in ox.parse(found.content, ox.RdfFormat.N_TRIPLES))
        return read - {_MARKED} if graph != MARK else read  # the default graph of some stores is the union of all

    def _fetch(self, graph: str) -> httpx.Response:
        if self.at.graphs:
            key = _key(graph)
            return self.service.send("GET", self.at.graphs, missing=True, params=key, headers={"Accept": TRIPLES})
        where = f"GRAPH <{graph}> {{ ?s ?p ?o }}" if graph else "?s ?p ?o"
        asked = {"query": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}"}
        return self.service.send("GET", self.at.query, params=asked, headers={"Accept": TRIPLES})

    @contextmanager
    def _understood(self, address: str) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, SyntaxError) as error:
            raise UserError(f"{address} answered what it was not asked: {error}.", "See the store's log.", 1) from None

    def replace(self, content: Content, before: Content, step: Step) -> None:
        self.mark()
        # The graph of all facts comes last: until then, queries are answered from the old one.
        for name in sorted({*before.graphs, *content.graphs}, key=lambda name: (name in (self.default, ""), name)):
            new = content.graphs.get(name, frozenset())
            if not new:
                self._drop(name)
            elif new != before.graphs.get(name):
                self._put(name, new)
            step(len(new))

    def change(self, difference: Difference, step: Step) -> None:
        texts = list(updates(difference))
        if len(texts) > 1:  # one update is done whole or not at all
            self.mark()
        for text in texts:
            self.update(text)
        step(difference.removed + difference.added)

    def mark(self) -> None:
        """Leave word that a load goes on, before anything is written."""
        self._put(MARK, frozenset([_MARKED]))
        self._marked = True

    def finish(self) -> None:
        if self._marked:
            self._drop(MARK)

    def close(self) -> None:
        self.service.client.close()

    def update(self, text: str) -> None:
        """Send a SPARQL update."""
        self.service.send("POST", self.at.update, content=text.encode(), headers={"Content-Type": UPDATE})

    def _upload(self, graph: str, new: Lines) -> None:
        body = "\n".join([*sorted(new), ""]).encode()
        address = cast(str, self.at.graphs)
        self.service.send("PUT", address, params=_key(graph), content=body, headers={"Content-Type": TRIPLES})

    def _delete(self, graph: str) -> None:
        self.service.send("DELETE", cast(str, self.at.graphs), missing=True, params=_key(graph))

    def _move(self, graph: str, new: Lines) -> None:
        self._clear(ASIDE)
        for text in updates(Difference((Change(ASIDE, frozenset(), new),))):
            self.update(text)
        self.update(f"MOVE GRAPH <{ASIDE}> TO {f'GRAPH <{graph}>' if graph else 'DEFAULT'}")

    def _clear(self, graph: str) -> None:
        self.update(f"DROP SILENT {f'GRAPH <{graph}>' if graph else 'DEFAULT'}")


class Bulk(Endpoint):
    """A Virtuoso on this machine, filled by its own bulk loader from a folder that it may read."""

    def __init__(self, address: str, folder: Path) -> None:
        if not folder.is_dir():
            raise UserError(f"There is no folder {folder}.", "Name one that Virtuoso may read: --bulk FOLDER.")
        super().__init__(address)
        self.folder = folder.resolve()
        if self.at.store != VIRTUOSO.store:
            self.close()
            raise UserError(f"{address} is no Virtuoso.", "Load without --bulk.")

    def replace(self, content: Content, before: Content, step: Step) -> None:
        self.mark()
        for name in before.graphs:
            self._drop(name)
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".nq", encoding="utf-8") as file:
            Path(file.name).chmod(0o644)
            file.writelines(content.quads())
            file.flush()
            self._call(f'bif:file_to_string("{file.name}", 0, 1)', f"Virtuoso may not read {self.folder}.")
            self._call(f'sql:LD_ADD("{file.name}", "{self.default}")', "Virtuoso did not take the file.")
            self._call("sql:RDF_LOADER_RUN()", "The bulk loader of Virtuoso did not run.")
        step(len(content))

    def _call(self, function: str, failed: str) -> None:
        """Call a procedure of Virtuoso, which its SPARQL can, for whoever may."""
        query = {"query": f"SELECT ({function} AS ?done) {{}}"}
        answer = self.service.send("POST", self.at.update, refused=True, data=query, headers={"Accept": JSON})
        if not answer.is_success or b"value" not in answer.content:
            mend = f"Add {self.folder} to DirsAllowed in virtuoso.ini, or load without --bulk."
            raise UserError(failed, mend, code=1)


def _key(graph: str) -> dict[str, str]:
    return {"graph": graph} if graph else {"default": ""}
