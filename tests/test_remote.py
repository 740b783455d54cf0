"""Asking endpoints elsewhere: patience with those that are busy, words for those that fail, secrets from outside."""

import base64
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from aalco_kg import remote, table
from aalco_kg.errors import UserError

ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'
JSON = "application/sparql-results+json"


class Reply(NamedTuple):
    """What a server answers next."""

    status: int
    body: bytes = b""
    media: str = "text/plain"
    headers: dict[str, str] = {}  # noqa: RUF012


class Scripted(NamedTuple):
    """A server that answers what it is told, one after the other, and what it was asked."""

    url: str
    replies: list[Reply]
    asked: list[BaseHTTPRequestHandler]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Such a server."""
    replies: list[Reply] = []
    asked: list[BaseHTTPRequestHandler] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self)
            reply = replies.pop(0)
            if reply.status == 0:  # breaks off
                self.close_connection = True
                return
            if reply.status == 1:  # says nothing
                release.wait(10)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Type": reply.media, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Nothing."""

    release = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Scripted(f"http://127.0.0.1:{server.server_port}/sparql", replies, asked)
    release.set()
    server.shutdown()
    thread.join(10)
    server.server_close()


def asking(
    scripted: Scripted, *replies: Reply, query: str = "SELECT ?n {}", seconds: float = 5
) -> tuple[object, list[float]]:
    """The answer, or the error, and the pauses that were made."""
    scripted.replies.extend(replies)
    pauses: list[float] = []
    try:
        return remote.ask(scripted.url, query, seconds, pauses.append), pauses
    except UserError as error:
        return f"{error}".replace(scripted.url, "URL") + ("" if error.code == 1 else f" (exit {error.code})"), pauses


GOOD = Reply(200, ROWS, JSON)


def test_a_busy_endpoint_is_asked_again_with_longer_pauses(scripted: Scripted) -> None:
    answer, pauses = asking(scripted, Reply(503), Reply(429), Reply(0), GOOD)
    assert isinstance(answer, table.Table)
    assert answer.rows == ((ox.Literal("1"),),)
    assert pauses == [1.0, 2.0, 4.0]


def test_an_endpoint_says_how_long_to_wait(scripted: Scripted) -> None:
    answer, pauses = asking(scripted, Reply(503, headers={"Retry-After": "7"}), GOOD)
    assert isinstance(answer, table.Table)
    assert pauses == [7.0]
    said = b"The query ran for 10 seconds, which is the limit.\nNarrow the query.\n"
    assert asking(scripted, Reply(503, said, headers={"Retry-After": "60"})) == (
        "URL was busy (503: The query ran for 10 seconds, which is the limit. Narrow the query). "
        "Try later, or narrow the query.",
        [],
    )


def test_patience_ends(scripted: Scripted) -> None:
    error, pauses = asking(scripted, *[Reply(502)] * 4)
    assert error == "URL was busy (502), 4 times. Try later, or narrow the query."
    assert len(pauses) == len(scripted.asked) - 1 == 3


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(400, b"Not SPARQL.\nLine 1."), "URL refused the query: Not SPARQL. Line 1. Check the query."),
        (Reply(403, b"No SERVICE."), "URL refused the query: No SERVICE. Check the query."),
        (Reply(404, b"<html>lost</html>", "text/html"), "URL answered 404. Check the address."),
        (Reply(418), "URL answered 418. Check the address."),
        (Reply(500, b"oh dear"), "URL failed: oh dear. Try a simpler query."),
        (
            Reply(401),
            "URL does not let you in (401). "
            "Set AALCO_ENDPOINT_USER and AALCO_ENDPOINT_PASSWORD, or AALCO_ENDPOINT_TOKEN.",
        ),
        (
            Reply(200, b"<html>hello</html>", "text/html"),
            "URL did not answer with SPARQL results. Is it the address of a SPARQL endpoint?",
        ),
        (
            Reply(200, b'{"head":{}}', "application/json"),
            "URL did not answer with SPARQL results. Is it the address of a SPARQL endpoint?",
        ),
        (
            Reply(200, b'{"head":{"vars":["n"]},"results":{"bindings":[{"n"', JSON),
            "URL did not answer with SPARQL results. Is it the address of a SPARQL endpoint?",
        ),
        (
            Reply(200, b"\xff\xfe", JSON),
            "URL did not answer with SPARQL results. Is it the address of a SPARQL endpoint?",
        ),
        (Reply(1), "URL gave no answer in 1 seconds. Narrow the query."),
    ],
)
@pytest.mark.filterwarnings("ignore:Format requested was:RuntimeWarning")  # SPARQLWrapper's word on a wrong type
def test_a_failure_is_told_in_words(reply: Reply, message: str, scripted: Scripted) -> None:
    assert asking(scripted, reply, seconds=1) == (message, [])


@pytest.mark.filterwarnings("ignore:unknown response content type:RuntimeWarning")
def test_triples_and_truths_are_answers_too(scripted: Scripted) -> None:
    triples = Reply(200, b"<a:a> <a:b> 1 .", "text/turtle")
    answer, _ = asking(scripted, triples, query="CONSTRUCT WHERE { ?s ?p ?o }")
    assert answer == [ox.Triple(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.Literal(1))]
    truth, _ = asking(scripted, Reply(200, b'{"head":{},"boolean":true}', JSON), query="ASK {}")
    assert truth is True


def test_a_long_query_is_posted(scripted: Scripted) -> None:
    asking(scripted, GOOD, query="SELECT ?n {} #" + "x" * 3000)
    asking(scripted, GOOD)
    assert [request.command for request in scripted.asked] == ["POST", "GET"]


def test_secrets_come_from_the_environment(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    asking(scripted, GOOD)
    monkeypatch.setenv("AALCO_ENDPOINT_TOKEN", "t0ken")
    asking(scripted, GOOD)
    monkeypatch.setenv("AALCO_ENDPOINT_USER", "me")
    monkeypatch.setenv("AALCO_ENDPOINT_PASSWORD", "s3cret")
    asking(scripted, GOOD)
    sent = [request.headers["Authorization"] for request in scripted.asked]
    assert sent == [None, "Bearer t0ken", "Basic " + base64.b64encode(b"me:s3cret").decode()]


def test_the_command_tells_a_refusal_on_one_line(scripted: Scripted, aalco: Callable[..., object]) -> None:
    scripted.replies.append(Reply(400, b"Not SPARQL.\nLine 1, column 9.\n"))
    ran = aalco("sparql", "SELECT ?n { ?s }", "--endpoint", scripted.url)
    assert ran == (1, "", f"aalco: {scripted.url} refused the query: Not SPARQL. Line 1, column 9. Check the query.\n")
