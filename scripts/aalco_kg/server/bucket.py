"""A token bucket for each client: what it may ask anew at once, and on the average. What is kept costs nothing."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from time import monotonic

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from aalco_kg.server.limits import Limits
from aalco_kg.server.negotiate import refusal

_CLIENTS = 10_000  # remembered at once; whoever has not asked for longest is forgotten, with a full bucket
_HERE = ("127.0.0.1", "::1")


class Buckets:
    """How much each client may still ask."""

    def __init__(self, rate: int, burst: int, clock: Callable[[], float] = monotonic) -> None:
        """`rate` tokens a second flow into a bucket, which holds `burst`."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when they were counted

    def take(self, client: str) -> float:
        """Take a token; the seconds to wait when there is none, else 0.

        >>> buckets = Buckets(rate=1, burst=2, clock=lambda: 0.0)
        >>> [buckets.take("a") for _ in range(3)]
        [0.0, 0.0, 1.0]
        """
        now = self._clock()
        tokens, then = self._left.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._left[client] = (tokens - (not wait), now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        return wait


def sharing(app: ASGIApp, buckets: Buckets, limits: Limits) -> ASGIApp:
    """An application that no client can have to itself."""

    async def shared(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (wait := buckets.take(_client(scope))):
            await refused(scope["path"], limits, wait)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return shared


def refused(path: str, limits: Limits, wait: float) -> Response:
    """The answer to a client that has to wait so many seconds."""
    what = f"More than {limits.rate} requests a second came from your address."
    mend = "Ask more slowly, or take the dump: /release/ has it in every format."
    response = refusal(429, what, mend, {"Retry-After": str(int(wait) + 1)})
    if path.startswith("/api/"):
        response.body = json.dumps({"title": what, "detail": mend, "status": 429}).encode()
        response.headers["Content-Type"] = "application/problem+json"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def _client(scope: Scope) -> str:
    return client_of(str((scope.get("client") or [""])[0]), scope["headers"])


def client_of(host: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The address of a client; a proxy on this machine is believed when it names the one it speaks for."""
    forwarded = [value for name, value in headers if name == b"x-forwarded-for"] if host in _HERE else []
    return forwarded[-1].rpartition(b",")[2].strip().decode("latin-1") if forwarded else host
