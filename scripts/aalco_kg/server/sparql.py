"""The SPARQL 1.1 protocol: queries by GET, form or body, answered in the media type that the client wants.

Whatever is asked runs in a worker; updates are refused. Without a query, the endpoint describes itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aalco_kg.server import description
from aalco_kg.server.negotiate import accept, answer, best, not_acceptable, refusal
from aalco_kg.server.pool import Stopped
from aalco_kg.server.sandbox import GRAPHS, RESULTS, Job, Outcome
from aalco_kg.server.service import Service

ROWS, TRIPLES = tuple(RESULTS), tuple(GRAPHS)
PATH = "/sparql"
_FORM, _QUERY, _UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
_READ_ONLY = ("The graph is read-only: updates are not taken.", "Corrections are welcome: see CONTRIBUTING.md.")
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD"}
_CHANCE = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}  # functions whose answer is not the same twice
_RARE = ("SERVICE", *_CHANCE)
_FIELDS = 1000  # parameters that a request may have
# Strings, addresses, comments, variables and names with a prefix; then, caught in a group, bare words.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*'''|"
    r'"(?:[^"\\\n\r]|\\.)*"|' + r"'(?:[^'\\\n\r]|\\.)*'|"
    r'<[^<>"{}|^`\\\x00-\x20]*>|#[^\n\r]*|[?$@]\w+|[\w.-]*:[\w:%.-]*|([A-Za-z]+)',
    re.S,
)


@dataclass(frozen=True)
class Asked:
    """What a request asks: a query, and the data set to ask where the request gives one."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class Refused(Exception):
    """A request that is not answered: the status, what is wrong, what to do."""

    def __init__(self, status: int, what: str, mend: str) -> None:
        super().__init__(status, what, mend)
        self.status, self.what, self.mend = status, what, mend


def routes(service: Service) -> Sequence[Route]:
    """The endpoint."""

    async def endpoint(request: Request) -> Response:
        if request.method != "POST" and not request.scope["query_string"]:
            return description.service_description(service, request)
        try:
            asked = await asked_by(request, service.limits.body)
        except Refused as refused:
            return refusal(refused.status, refused.what, refused.mend)
        return await ask(service, asked, accept(request))

    return [Route(PATH, endpoint, methods=["GET", "POST"])]


async def ask(service: Service, asked: Asked, accepted: str | None) -> Response:
    """The answer to a query, in the media type that the client likes best."""
    try:
        job, words = prepared(asked, accepted)
        outcome, body = await service.pool.run(job)
    except Refused as refused:
        return refusal(refused.status, refused.what, refused.mend)
    except Stopped as error:
        return stopped(error)
    return replied(service, job, words, outcome, body)


def prepared(asked: Asked, accepted: str | None) -> tuple[Job, set[str]]:
    """The job of a query, and its words if rare ones are among them. Raises Refused when it would leave the server."""
    words = _rare_words(asked.query)
    if "SERVICE" in words:
        raise Refused(
            403, "SERVICE is not taken: no query leaves this server.", "Ask the other endpoint from your own side."
        )
    rows, triples = best(accepted, ROWS), best(accepted, TRIPLES)
    return Job(asked.query, rows, triples, asked.default_graphs, asked.named_graphs), words


def _rare_words(query: str) -> set[str]:
    """The bare words of a query, or none when it has none of the rare ones: most have not, which is soon seen."""
    capitals = query.upper()
    for word in _RARE:
        if word in capitals:
            return bare_words(query)
    return set()


def stopped(error: Stopped) -> Response:
    """The answer to a query that reached a limit."""
    return refusal(503, error.what, error.mend, {"Retry-After": str(error.after)})


def replied(service: Service, job: Job, words: set[str], outcome: Outcome, body: bytes) -> Response:
    """The answer that a worker gave to a job."""
    seconds = 300 if words.isdisjoint(_CHANCE) else 0
    if outcome is Outcome.rows:
        assert job.rows
        return answer(body, job.rows, vary="Accept", seconds=seconds)
    if outcome is Outcome.graph:
        assert job.graph
        return answer(body, job.graph, vary="Accept", seconds=seconds)
    return _failed(service, job.query, outcome, body.decode())


def _failed(service: Service, query: str, outcome: Outcome, message: str) -> Response:
    words = bare_words(query)
    narrower = "Narrow the query, or take the dump: /release/ has it in every format."
    match outcome:
        case Outcome.unacceptable_rows:
            return not_acceptable(ROWS)
        case Outcome.unacceptable_graph:
            return not_acceptable(TRIPLES)
        case Outcome.too_many:
            return refusal(403, f"The answer has more than {service.limits.rows} rows, which is the limit.", narrower)
        case Outcome.too_long:
            return refusal(403, f"The answer has more than {service.limits.bytes} bytes, which is the limit.", narrower)
        case Outcome.not_sparql if words & _UPDATES and not words & {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}:
            return refusal(403, *_READ_ONLY)
        case Outcome.not_sparql:
            return refusal(400, "Not SPARQL.", pointed(query, message))
    return refusal(400, "The query cannot be answered.", message)


def pointed(query: str, message: str) -> str:
    """A parser's message with the line it speaks of, and a caret under the place.

    >>> print(pointed("ASK {?s ?p }", "error at 1:12: expected a term"))
    Line 1, column 12, or shortly before: expected a term.
    <BLANKLINE>
        ASK {?s ?p }
                   ^
    """
    match = re.match(r"error at (\d+):(\d+): (.*)", message, re.S)
    if not match:
        return message
    line, column, what = int(match[1]), int(match[2]), " ".join(match[3].split()).removesuffix(", [_]")
    if len(what) > 200:
        what = what[:200] + " …"
    lines = query.splitlines() or [""]
    text = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 100)
    shown = text[start : start + 160].replace("\t", " ")
    return f"Line {line}, column {column}, or shortly before: {what}.\n\n    {shown}\n    {' ' * (column - 1 - start)}^"


def bare_words(query: str) -> set[str]:
    """The words of a query that are neither names, variables, strings nor comments, in capitals."""
    return {match[1].upper() for match in _TOKEN.finditer(query) if match[1]}


async def asked_by(request: Request, most: int) -> Asked:
    """What a request asks, in at most so many bytes. Raises Refused for a request that is not of the protocol."""
    if request.method != "POST":
        return asked_in(request.scope["query_string"])
    media, charset = _content_type(request)
    if media == _UPDATE:
        raise Refused(403, *_READ_ONLY)
    if media not in (_FORM, _QUERY):
        raise Refused(415, f"A query cannot be posted as {media or 'nothing'}.", f"Post it as {_QUERY} or {_FORM}.")
    if charset not in ("", "utf-8", "utf8"):
        raise Refused(415, f"The character set {charset} is not taken.", "Send UTF-8.")
    body = await body_of(request, most)
    if media == _FORM:
        return asked_in(body)
    fields = parameters(request.scope["query_string"])
    return _from_fields([*fields, ("query", _decoded(body))])


def asked_in(data: bytes) -> Asked:
    """What a query string or a form asks. Raises Refused for what is not of the protocol."""
    return _from_fields(parameters(data))


async def body_of(request: Request, most: int) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise Refused(413, f"The request has more than {most} bytes, which is the limit.", "Send a shorter query.")
    return body


def _content_type(request: Request) -> tuple[str, str]:
    media, *parameters = request.headers.get("content-type", "").lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name == "charset":
            return media.strip(), value.strip('"')
    return media.strip(), ""


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, f"The request is not UTF-8 (byte {error.start}).", "Send UTF-8.") from None


def parameters(data: bytes) -> list[tuple[str, str]]:
    """The fields of a query string or a form, decoded. Raises Refused."""
    parts = data.replace(b"+", b" ").split(b"&")
    if len(parts) > _FIELDS:
        raise Refused(400, f"The request has more than {_FIELDS} parameters.", "Send fewer.")
    try:
        pairs = [part.partition(b"=") for part in parts if part]
        return [(unquoted(name), unquoted(value)) for name, _, value in pairs]
    except UnicodeDecodeError as error:
        raise Refused(400, f"A parameter is not UTF-8 (byte {error.start}).", "Send UTF-8.") from None


def unquoted(text: bytes) -> str:
    """A text whose special characters were sent as %XX, as `urllib.parse.unquote` gives it, in a fifth of the time.

    Raises UnicodeDecodeError for what is not UTF-8.

    >>> unquoted(b"%C3%A9t%C3%A9 100%")
    'été 100%'
    """
    try:
        raw = text.replace(b"\\", rb"\\").replace(b"%", rb"\x").decode("unicode_escape").encode("latin-1")
    except UnicodeDecodeError:  # a % that no number follows, and that means itself
        raw = unquote_to_bytes(text)
    return raw.decode("utf-8")


def _from_fields(fields: list[tuple[str, str]]) -> Asked:
    asked = [value for name, value in fields if name == "query"]
    if any(name == "update" for name, _ in fields):
        raise Refused(403, *_READ_ONLY)
    if len(asked) != 1:
        what = "The request has no parameter query." if not asked else "The request has more than one query."
        raise Refused(400, what, "Send one query: /sparql?query=SELECT…")
    return Asked(asked[0], _graphs(fields, "default-graph-uri"), _graphs(fields, "named-graph-uri"))


def _graphs(fields: list[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    found = tuple(value for name, value in fields if name == parameter)
    for iri in found:
        if not re.fullmatch(r'[A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\x00-\x20]*', iri):
            raise Refused(400, f"{iri[:200]!r} is not the address of a graph.", f"{parameter} takes an absolute IRI.")
    return found
