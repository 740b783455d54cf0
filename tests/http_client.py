"""A plain HTTP client for tests: one request, its answer, no redirects followed, no exception for a status."""

import http.client
import urllib.parse
from typing import NamedTuple


class Got(NamedTuple):
    """An answer: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(address: str, method: str = "GET", query: str = "", body: bytes | str | None = None, **headers: str) -> Got:
    """Send a request; `headers` have underscores for hyphens."""
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "") + (f"?{query}" if query else "")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body.encode() if isinstance(body, str) else body, sent)
        answer = connection.getresponse()
        return Got(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def fields(**values: str) -> str:
    """Parameters of an address or a form; underscores in their names stand for hyphens."""
    return urllib.parse.urlencode({name.replace("_", "-"): value for name, value in values.items()})
