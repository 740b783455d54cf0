"""What one request, one client or one query may take: the table of limits, from which help and documents are made."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

from aalco_kg.errors import UserError, did_you_mean


def _limit(default: int, unit: str, help: str, least: int = 1) -> int:
    return field(default=default, metadata={"unit": unit, "help": help, "least": least})


@dataclass(frozen=True)
class Limits:
    """Every limit with its value."""

    seconds: int = _limit(10, "seconds", "how long a query may run")
    rows: int = _limit(100_000, "rows", "how many rows or triples an answer may have")
    bytes: int = _limit(16_000_000, "bytes", "how long an answer may be")
    memory: int = _limit(1_000, "megabytes", "what a query may take beyond the graph", least=50)
    workers: int = _limit(8, "processes", "how many queries run at once")
    slow: int = _limit(4, "queries", "how many of them may take more than half a second; one process is left to others")
    queue: int = _limit(64, "queries", "how many more may wait")
    wait: int = _limit(5, "seconds", "how long they wait")
    rate: int = _limit(100, "requests a second", "what one client may ask anew, on the average")
    burst: int = _limit(1_000, "requests", "what one client may ask anew at once")
    body: int = _limit(1_000_000, "bytes", "how long a request may be")
    cache: int = _limit(64, "megabytes", "what is kept of answers already given", least=0)


@dataclass(frozen=True)
class Limit:
    """A line of the table."""

    name: str
    value: int
    unit: str
    help: str
    least: int


def table(limits: Limits) -> list[Limit]:
    """The limits as lines, in order."""
    return [
        Limit(f.name, getattr(limits, f.name), f.metadata["unit"], f.metadata["help"], f.metadata["least"])
        for f in fields(limits)
    ]


def changed(settings: Iterable[str]) -> Limits:
    """The limits with some of them set, each as `name=value`. Raises UserError for what is no limit.

    >>> changed(["seconds=3"]).seconds
    3
    """
    known = {limit.name: limit for limit in table(Limits())}
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            advice = did_you_mean(name, known) or f"The limits: {', '.join(known)}."
            raise UserError(f"There is no limit called {name!r}.", advice)
        least = known[name].least
        if not (value.isascii() and value.isdigit() and least <= int(value) <= 10**12):
            raise UserError(f"The limit {name} takes a whole number from {least}, not {value!r}.", f"{setting!r}?")
        values[name] = int(value)
    limits = replace(Limits(), **values)
    return replace(limits, slow=min(limits.slow, max(1, limits.workers - 1)))
