"""A store's addresses: finding them from the one that is given, logging in, and what it refuses, in words.

Stores differ in where they answer: LAYOUTS holds what their manuals say. A name and password come from the
environment (AALCO_ENDPOINT_USER, AALCO_ENDPOINT_PASSWORD) or from netrc, never from the command line.
"""

import netrc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from aalco_kg.errors import UserError

SECONDS = 600  # how long a store may take over one request
JSON, TRIPLES, UPDATE = "application/sparql-results+json", "application/n-triples", "application/sparql-update"


@dataclass(frozen=True)
class Layout:
    """Where a kind of store answers, as endings of one base address: Graph Store, queries and updates."""

    store: str
    graphs: str | None
    query: str
    update: str


VIRTUOSO = Layout("Virtuoso", "/sparql-graph-crud-auth", "/sparql", "/sparql-auth")
LAYOUTS = (
    VIRTUOSO,
    Layout("Oxigraph", "/store", "/query", "/update"),
    Layout("Fuseki", "/data", "/query", "/update"),
    Layout("RDF4J or GraphDB", "/rdf-graphs/service", "", "/statements"),
    Layout("Neptune", "/sparql/gsp/", "/sparql", "/sparql"),
    Layout("Stardog", "", "/query", "/update"),
    Layout("SPARQL", None, "", ""),  # queries and updates at one address: Blazegraph, QLever and others
)


@dataclass(frozen=True)
class Addresses:
    """Where one store answers."""

    store: str
    graphs: str | None
    query: str
    update: str


class Service:
    """Requests to one store, with its login. Every method raises UserError (code 1) for what the store refuses."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(timeout=httpx.Timeout(SECONDS, connect=10), follow_redirects=True)
        self._login = _login(address)
        try:
            self.at = self._found(address.partition("?")[0].rstrip("/"))
        except UserError:
            self.client.close()
            raise

    def _found(self, address: str) -> Addresses:
        for layout, base in _guesses(address):
            server = self._answers_queries(base + layout.query)
            if server is None or (layout is VIRTUOSO) != server.startswith("Virtuoso"):
                continue
            graphs = None if layout.graphs is None else base + layout.graphs
            if graphs is None or layout is VIRTUOSO or self._has_graphs(graphs):
                return Addresses(layout.store, graphs, base + layout.query, base + layout.update)
        raise UserError(
            f"{address} is neither a SPARQL endpoint nor a Graph Store, nor has one beside it.",
            "Give the address that the manual of the store calls so.",
            code=1,
        )

    def _answers_queries(self, address: str) -> str | None:
        """The name of the server when it answers a query here."""
        found = self.send("GET", address, params={"query": "ASK {}"}, headers={"Accept": JSON}, refused=True)
        kind = found.headers.get("Content-Type", "")
        return found.headers.get("Server", "") if found.is_success and kind.startswith(JSON) else None

    def _has_graphs(self, address: str) -> bool:
        request = self.client.build_request("GET", address, params={"default": ""}, headers={"Accept": TRIPLES})
        with self._sent(request) as found:  # without its body, which may be long
            return found.is_success and found.headers.get("Content-Type", "").startswith(TRIPLES)

    def send(
        self, method: str, address: str, refused: bool = False, missing: bool = False, **request: Any
    ) -> httpx.Response:
        """The answer to a request.

        With `missing`, also one that says that there is nothing; with `refused`, any that does not refuse the login.
        """
        for _ in range(2):
            with self._sent(self.client.build_request(method, address, **request)) as answer:
                answer.read()
            if answer.status_code != 401 or self._login is None:
                break
            digest = answer.headers.get("WWW-Authenticate", "").startswith("Digest")
            self.client.auth = (httpx.DigestAuth if digest else httpx.BasicAuth)(*self._login)
        allowed = (refused and answer.status_code != 401) or (missing and answer.status_code == 404)
        if answer.is_success or allowed:
            return answer
        raise self.refusal(address, answer)

    @contextmanager
    def _sent(self, request: httpx.Request) -> Iterator[httpx.Response]:
        answer = None
        try:
            answer = self.client.send(request, stream=True)
            yield answer
        except httpx.HTTPError as error:
            why = str(error) or type(error).__name__
            raise UserError(f"{request.url} cannot be reached: {why}.", "Is the store running?", code=1) from None
        finally:
            if answer:
                answer.close()

    def refusal(self, address: str, answer: httpx.Response) -> UserError:
        """What an answer that says no means, and what to do."""
        text = " ".join(answer.text.split())[:200].rstrip(".")
        user = self._login[0] if self._login else None
        if answer.status_code == 401 and user is None:
            mend = "Set AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, or write them into ~/.netrc."
            return UserError(f"{address} wants a name and a password.", mend, code=1)
        if answer.status_code == 401:
            return UserError(f"{address} refuses {user!r} or the password.", "Check both.", code=1)
        if answer.status_code in (403, 405):
            return UserError(
                f"{address} takes nothing from {repr(user) if user else 'us'}.",
                "Is the store read-only? Otherwise log in with the right to write.",
                code=1,
            )
        if answer.status_code in (413, 507) or "No space left" in text:
            return UserError(f"{address}: the store is full.", "Make room there, then load again: it resumes.", code=1)
        return UserError(
            f"{address} answered {answer.status_code} {answer.reason_phrase}: {text}.", "See the log of the store.", 1
        )


def _guesses(address: str) -> list[tuple[Layout, str]]:
    """Each layout with the base address that it would have: first those of which the given address is a part."""
    known, bare = [], []
    for layout in LAYOUTS:
        for ending in {layout.graphs, layout.query, layout.update} - {None, ""}:
            if address.endswith(str(ending).rstrip("/")):
                known.append((layout, address.removesuffix(str(ending).rstrip("/"))))
        bare.append((layout, address))
    return known + bare


def _login(address: str) -> tuple[str, str] | None:
    if user := os.environ.get("AALCO_ENDPOINT_USER"):
        return user, os.environ.get("AALCO_ENDPOINT_PASSWORD", "")
    try:
        entry = netrc.netrc(os.environ.get("NETRC")).authenticators(httpx.URL(address).host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (entry[0], entry[2] or "") if entry else None
