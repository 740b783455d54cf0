"""A token bucket for each client: what it asks at once, and on the average."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

_CLIENTS = 10_000  # remembered at once; whoever has not asked for longest is forgotten, with a full bucket


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
