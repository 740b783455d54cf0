"""The graph for assistants, by the Model Context Protocol: few tools, read-only, and evidence comes with every answer.

Queries run in the same workers, under the same limits, as those of the endpoint.
"""

import asyncio
import csv
import io
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from aalco_kg import __version__, evidence, queries, things
from aalco_kg.errors import UserError, did_you_mean
from aalco_kg.graph import Graph
from aalco_kg.release.metadata import ABOUT
from aalco_kg.results import read
from aalco_kg.server.matching import Matcher
from aalco_kg.server.pool import Pool, Stopped
from aalco_kg.server.sandbox import Job, Outcome
from aalco_kg.server.sparql import bare_words, pointed
from aalco_kg.site.cite import oscola
from aalco_kg.table import Table, for_reading
from aalco_kg.terms import compact, with_prefixes
from aalco_kg.views.entity import entity
from aalco_kg.views.reference import TITLE, references

ROWS = 100  # of an answer, where nothing else is said
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Search or list the questions first. Every fact has sources: name them when you tell a fact, and give the address "
    "of the thing. Where sources differ, tell both. An empty cell means not known, never none."
)

Thing = Annotated[str, Field(description="An address such as session/53, a label, or an IRI.")]
Rows = Annotated[int, Field(ge=1, le=1000, description="The most rows to give.")]


def create(graph: Graph, pool: Pool) -> MCPServer:
    """The server: tools over a graph, queries in a pool."""
    server = MCPServer(
        "aalco-kg",
        title=TITLE,
        description=ABOUT,
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="ERROR",
    )
    tools = Tools(graph, pool)
    for tool in (tools.search, tools.get, tools.questions, tools.ask, tools.sparql, tools.cite):
        server.tool(annotations=_READS, structured_output=False)(tool)
    return server


class Tools:
    """What an assistant can do. Each answer is text, in the form of CSV where it has rows."""

    def __init__(self, graph: Graph, pool: Pool) -> None:
        self._graph, self._pool = graph, pool
        self._matcher = Matcher(graph)

    async def search(
        self, text: Annotated[str, Field(min_length=1, description="A name, symbol or code, English or Arabic.")]
    ) -> str:
        """Find things by name: sessions, resolutions, States, topics, documents, people. Gives addresses for `get`."""
        found = await self._rows(queries.named("search").bind(self._graph, {"text": text}))
        if found.rows:
            return self._table(found, ROWS)
        near = self._matcher.candidates(text, None, {}, 5)
        names = "; ".join(f"{compact(one.iri)} ({self._graph.label(one.iri)})" for one in near)
        return f"Nothing is called like this. The nearest: {names}." if near else "Nothing is called like this."

    def get(
        self,
        thing: Thing,
        property: Annotated[str | None, Field(description="One property, such as heldIn; all when left out.")] = None,
    ) -> str:
        """Tell what is known of a thing, each fact with its sources, what they dispute, and what is not known."""
        iri = self._find(thing)
        only = self._find(property, "property") if property else None
        return evidence.as_text(self._graph, entity(self._graph, iri, only))

    def questions(self) -> str:
        """List the canned questions that `ask` answers, with their parameters."""
        lines = []
        for query in queries.catalogue().values():
            takes = "; ".join(f"{p.name}{'' if p.required else ' (optional)'}: {p.help}" for p in query.parameters)
            lines.append(f"{query.name}: {query.summary}" + (f" Parameters: {takes}." if takes else ""))
        return "\n".join(lines)

    async def ask(
        self,
        question: Annotated[str, Field(description="The name of a question, from `questions`.")],
        parameters: Annotated[dict[str, str], Field(description="Its parameters by name.")] = {},  # noqa: B006
        rows: Rows = ROWS,
    ) -> str:
        """Answer a canned question as a table with sources."""
        if question not in queries.catalogue():
            near = did_you_mean(question, queries.catalogue())
            raise ToolError(f"No question is called {question!r}. {near} `questions` lists all.")
        try:
            text = queries.named(question).bind(self._graph, parameters)
        except UserError as error:
            raise ToolError(str(error).replace("--", "")) from None
        return self._table(await self._rows(text), rows)

    async def sparql(
        self,
        query: Annotated[str, Field(description="SPARQL 1.1: SELECT, ASK, CONSTRUCT or DESCRIBE.")],
        rows: Rows = ROWS,
    ) -> str:
        """Answer a SPARQL query on the whole graph; the usual prefixes, aalco: among them, need not be declared."""
        answer = await self._run(with_prefixes(query))
        if isinstance(answer, str):
            lines = answer.splitlines()
            return "\n".join(lines[:rows] + [f"… {len(lines) - rows} triples more"] * (len(lines) > rows))
        return self._table(answer, rows, labels=False) if isinstance(answer, Table) else str(answer).lower()

    def cite(self, thing: Thing) -> str:
        """Cite a thing (by the rules of OSCOLA): its text where it is one, its record, and the sources of its facts."""
        iri = self._find(thing)
        witnesses = [w for fact in entity(self._graph, iri).facts for held in fact.values for w in held.witnesses]
        sources = dict.fromkeys(witness.source for witness in witnesses)
        lines = [*(oscola(reference) for reference in references(self._graph, iri)), "", "Sources:"]
        return "\n".join(lines + [f"- {self._graph.label(source)}, {source}" for source in sources])

    def _find(self, text: str, kind: str | None = None) -> str:
        try:
            return things.find(self._graph, text, kind)
        except UserError as error:
            raise ToolError(str(error)) from None

    def _table(self, table: Table, most: int, labels: bool = True) -> str:
        """The first rows as CSV with labels beside addresses, and how many there are."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        columns, rows = for_reading(table, self._named if labels else compact)
        writer.writerow(columns)
        writer.writerows(rows[:most])
        if len(rows) > most:
            out.write(f"… {len(rows) - most} rows more; ask for more rows, or narrow the question.\n")
        return out.getvalue()

    def _named(self, iri: str) -> str:
        return f"{self._graph.label(iri)} ({compact(iri)})"

    async def _rows(self, text: str) -> Table:
        answer = await self._run(text)
        assert isinstance(answer, Table)
        return answer

    async def _run(self, text: str) -> Table | bool | str:
        """The rows, the truth, or the triples of a query."""
        if "SERVICE" in bare_words(text):
            raise ToolError("SERVICE is not taken: no query leaves this server.")
        try:
            outcome, body = await self._pool.run(Job(text, "application/sparql-results+json", "application/n-triples"))
        except Stopped as stopped:
            raise ToolError(f"{stopped.what} {stopped.mend}") from None
        if outcome is Outcome.rows:
            return read(body)
        if outcome is Outcome.graph:
            return body.decode()
        if outcome is Outcome.not_sparql:
            raise ToolError(f"Not SPARQL. {pointed(text, body.decode())}")
        if outcome in (Outcome.too_many, Outcome.too_long):
            raise ToolError("The answer is too long. Narrow the query, or add a LIMIT.")
        raise ToolError(f"The query cannot be answered: {body.decode()}")


def run(graph: Graph, pool: Pool, host: str, port: int | None) -> None:
    """Serve an assistant: over standard input and output, or over HTTP at /mcp when a port is given."""

    async def serve() -> None:
        await pool.start()
        server = create(graph, pool)
        try:
            await (server.run_stdio_async() if port is None else server.run_streamable_http_async(host=host, port=port))
        finally:
            await pool.stop()

    asyncio.run(serve())
