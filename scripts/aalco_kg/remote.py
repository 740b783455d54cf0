"""Asking a SPARQL endpoint elsewhere, through SPARQLWrapper: with patience, and with words when it fails.

An endpoint that is busy (429, 502, 503, 504) or breaks off is asked again, a little later each time. A password is
taken from AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, a token from AALCO_ENDPOINT_TOKEN, never from the command
line.
"""

import ast
import os
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl

import pyoxigraph as ox

from aalco_kg.errors import UserError
from aalco_kg.results import read
from aalco_kg.table import Table

SECONDS = 60  # how long an endpoint may take to answer
TRIES = 4
PAUSE = 1.0  # seconds before the second try; each further pause is twice as long
PATIENCE = 15.0  # seconds: who asks for a longer pause is not asked again
_BUSY = {429, 502, 503, 504}
_ADDRESS = 2000  # characters: a longer query is posted
Answer = Table | bool | list[ox.Triple]


def ask(endpoint: str, sparql: str, seconds: float = SECONDS, pause: Callable[[float], None] = time.sleep) -> Answer:
    """The answer of an endpoint to a query, which it may take `seconds` to give; `pause` waits between tries.

    What follows a `?` in the address of the endpoint is sent along with the query.

    Raises UserError (code 1) when the endpoint cannot be reached, refuses, or does not speak SPARQL.
    """
    if not endpoint.startswith(("http://", "https://")):
        raise UserError(
            f"{endpoint!r} is not the address of an endpoint.", "Give one that starts with http:// or https://."
        )
    for number in range(1, TRIES + 1):
        try:
            return _once(endpoint, sparql, seconds)
        except _Busy as busy:
            wait = PAUSE * 2 ** (number - 1) if busy.after is None else busy.after
            if number == TRIES or wait > PATIENCE:
                times = f", {number} times" if number > 1 else ""
                raise UserError(f"{endpoint} {busy.what}{times}.", "Try later, or narrow the query.", 1) from None
            pause(wait)
    raise AssertionError("the last try returns or raises")


class _Busy(Exception):
    """The endpoint may answer later, by its own word after so many seconds."""

    def __init__(self, what: str, after: float | None = None) -> None:
        super().__init__(what, after)
        self.what, self.after = what, after


def _once(endpoint: str, sparql: str, seconds: float) -> Answer:
    """One try. Raises _Busy when another may help."""
    from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    address, _, fixed = endpoint.partition("?")
    wrapper = SPARQLWrapper(address, agent="aalco-kg")
    for name, value in parse_qsl(fixed):
        wrapper.addParameter(name, value)
    wrapper.setTimeout(max(1, int(seconds)))
    wrapper.setMethod("POST" if len(sparql) > _ADDRESS else "GET")
    if user := os.environ.get("AALCO_ENDPOINT_USER"):
        wrapper.setCredentials(user, os.environ.get("AALCO_ENDPOINT_PASSWORD", ""))
    elif token := os.environ.get("AALCO_ENDPOINT_TOKEN"):
        wrapper.addCustomHttpHeader("Authorization", f"Bearer {token}")
    wrapper.setQuery(sparql)
    graph = wrapper.queryType in ("CONSTRUCT", "DESCRIBE")
    wrapper.setReturnFormat(TURTLE if graph else JSON)
    try:
        body = wrapper.query().response.read()
        return [quad.triple for quad in ox.parse(body, ox.RdfFormat.TURTLE)] if graph else read(body)
    except SPARQLWrapperException as error:
        status = error.__context__.code if isinstance(error.__context__, HTTPError) else 400
        raise _refused(endpoint, status, _response(error), None) from None
    except HTTPError as error:
        after = error.headers.get("Retry-After", "")
        said = error.read(2000).decode("utf-8", "replace")
        raise _refused(endpoint, error.code, said, float(after) if after.isdigit() else None) from None
    except (ValueError, SyntaxError):
        raise UserError(
            f"{endpoint} did not answer with SPARQL results.", "Is it the address of a SPARQL endpoint?", code=1
        ) from None
    except TimeoutError:
        raise UserError(f"{endpoint} gave no answer in {seconds:g} seconds.", "Narrow the query.", code=1) from None
    except (ConnectionError, HTTPException) as error:
        raise _Busy(f"broke off ({type(error).__name__})") from None
    except OSError as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise UserError(f"{endpoint} cannot be reached: {reason}.", "Check the address, or try later.", 1) from None


def _response(error: Exception) -> str:
    """What an endpoint said, out of the message in which SPARQLWrapper quotes it."""
    quoted = str(error).partition("Response:\n")[2]
    return ast.literal_eval(quoted).decode("utf-8", "replace") if quoted else ""


def _refused(endpoint: str, status: int, said: str, after: float | None) -> Exception:
    """What a status means for whoever asked."""
    words = "" if said.lstrip().startswith("<") else " ".join(said.split())[:300].rstrip(".")
    clause = f": {words}" if words else ""
    if status in _BUSY:
        return _Busy(f"was busy ({status}{clause})", after)
    if status in (401, 407):
        mend = "Set AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, or AALCO_ENDPOINT_TOKEN."
        return UserError(f"{endpoint} does not let you in ({status}).", mend, code=1)
    if status in (400, 403):
        return UserError(f"{endpoint} refused the query{clause}.", "Check the query.", code=1)
    if status == 500:
        return UserError(f"{endpoint} failed{clause}.", "Try a simpler query.", code=1)
    return UserError(f"{endpoint} answered {status}{clause}.", "Check the address.", code=1)
