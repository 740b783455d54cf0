"""Asking a SPARQL endpoint elsewhere, through SPARQLWrapper."""

import json
import os
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl

import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.table import Table

SECONDS = 60  # how long an endpoint may take to answer


def ask(endpoint: str, sparql: str) -> Table | bool | list[ox.Triple]:
    """The answer of an endpoint to a query; what follows a `?` in its address is sent along with the query.

    A password is taken from AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, never from the command line.
    Raises UserError (code 1) when the endpoint cannot be reached, refuses, or does not speak SPARQL.
    """
    from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    if not endpoint.startswith(("http://", "https://")):
        raise UserError(
            f"{endpoint!r} is not the address of an endpoint.", "Give one that starts with http:// or https://."
        )
    address, _, fixed = endpoint.partition("?")
    wrapper = SPARQLWrapper(address)
    for name, value in parse_qsl(fixed):
        wrapper.addParameter(name, value)
    wrapper.setTimeout(SECONDS)
    wrapper.setMethod("POST" if len(sparql) > 2000 else "GET")
    if user := os.environ.get("AALCO_ENDPOINT_USER"):
        wrapper.setCredentials(user, os.environ.get("AALCO_ENDPOINT_PASSWORD", ""))
    wrapper.setQuery(sparql)
    graph = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
    wrapper.setReturnFormat(TURTLE if graph else JSON)
    try:
        body = wrapper.query().response.read()
        return _triples(body) if graph else _rows(body)
    except SPARQLWrapperException as error:
        raise UserError(f"{endpoint} refused the query: {_first_line(error)}.", "Check the query.", code=1) from None
    except HTTPError as error:
        raise UserError(f"{endpoint} answered {error.code} {error.reason}.", "Check the address.", code=1) from None
    except (URLError, OSError) as error:
        why = getattr(error, "reason", error)
        raise UserError(f"{endpoint} cannot be reached: {why}.", "Check the address, or try later.", code=1) from None
    except (ValueError, KeyError, SyntaxError):
        raise UserError(
            f"{endpoint} did not answer with SPARQL results.", "Is it the address of a SPARQL endpoint?", code=1
        ) from None


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).rstrip(".")[:200]


def _triples(body: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(body, ox.RdfFormat.TURTLE)]


def _rows(body: bytes) -> Table | bool:
    answer = json.loads(body)
    if "boolean" in answer:
        return bool(answer["boolean"])
    columns = tuple(answer["head"]["vars"])
    if columns == ("__ASK_RETVAL",):  # how Virtuoso says yes, by a row, or no, by none
        return bool(answer["results"]["bindings"])
    rows = [
        tuple(_term(row[name]) if name in row else None for name in columns) for row in answer["results"]["bindings"]
    ]
    return Table(columns, tuple(rows))


def _term(value: dict[str, str]) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if value["type"] == "uri":
        return ox.NamedNode(value["value"])
    if value["type"] == "bnode":
        return ox.BlankNode(value["value"])
    if "xml:lang" in value:
        return ox.Literal(value["value"], language=value["xml:lang"])
    return (
        ox.Literal(value["value"], datatype=ox.NamedNode(value["datatype"]))
        if "datatype" in value
        else ox.Literal(value["value"])
    )
