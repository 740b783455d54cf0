"""What was measured, as tables and pictures, and how it stands to what is aimed at."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from picture import Line, chart
from questions import PAGES

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
RDFLIB = "rdflib longturtle, canonical"
OURS = "pyoxigraph"  # who answers the questions of `aalco query`


@dataclass(frozen=True)
class Measured:
    """One contender at one job and one size: what it told, such as seconds and bytes of memory; when, and how busy
    the machine was."""

    task: str
    name: str
    size: str
    triples: int
    told: dict[str, Any]
    day: str
    load: float

    @property
    def key(self) -> str:
        return f"{self.task} by {self.name} at {self.size}"


Told = dict[str, tuple[int, dict[str, Any]]]  # by size: the triples, and what was told


def series(results: Iterable[Measured], measure: str) -> dict[tuple[str, str], Told]:
    """What each contender told at each size, by job and name, where it told this measure."""
    found: dict[tuple[str, str], Told] = {}
    for one in results:
        if measure in one.told:
            found.setdefault((one.task, one.name), {})[one.size] = (one.triples, one.told)
    return found


def growth(pairs: list[tuple[float, float]]) -> float | None:
    """The exponent with which something grows, from the smallest to the largest (triples, amount)."""
    if len(pairs) < 2 or not all(amount > 0 for _, amount in pairs):
        return None
    (first, few), (last, many) = pairs[0], pairs[-1]
    return math.log(many / few) / math.log(last / first)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def jobs(results: list[Measured]) -> str:
    """Seconds for each job, its growth, and at the largest size triples in a second and bytes for each triple."""
    rows = []
    sizes = [size for size in SIZES if any(one.size == size for one in results if one.task != "ask")]
    for (task, name), told in series((one for one in results if one.task != "ask"), "seconds").items():
        triples, last = list(told.values())[-1]
        cells = [f"{told[size][1]['seconds']:.3g}" if size in told else "" for size in sizes]
        exponent = growth([(number, each["seconds"]) for number, each in told.values()])
        memory = "" if name == "Virtuoso" or task == "survey" else f"{last['memory'] / triples:,.0f}"
        rate = f"{triples / last['seconds'] / 1000:,.0f}k"
        disk = f"{last['disk'] / triples:,.0f}" if "disk" in last else ""
        rows.append([task, name, *cells, _number(exponent), rate, memory, disk])
    units = ["growth", "triples/s", "memory, B/triple", "disk, B/triple"]
    return table(["job", "by", *(f"{size}, s" for size in sizes), *units], rows)


def _number(value: float | None, unit: str = "") -> str:
    return "" if value is None else f"{value:.2f}{unit}"


def asked(results: list[Measured]) -> str:
    """Median milliseconds of each question: pyoxigraph at every size, with its growth between the last two, and rivals.

    The smallest graph is a part of the record, in which many questions find next to nothing.
    """
    by = {name: told for (task, name), told in series(results, "times").items() if task == "ask"}
    ours = by.pop(OURS, {})
    names = sorted({name for _, told in ours.values() for name in told["times"]}, key=lambda n: (n not in PAGES, n))
    rows = []
    for name in names:
        cells = [_cell(told["times"], name, 0) for _, told in ours.values()]
        cells += [_cell(list(ours.values())[-1][1]["times"], name, 1)]
        exponents = [growth(_points(ours, name, which)[-2:]) for which in (0, 2)]
        rivals = [_cell(list(told.values())[-1][1]["times"], name, 0) for told in by.values()]
        rows.append([name, *cells, *map(_number, exponents), *rivals])
    last = list(ours)[-1] if ours else ""
    others = [f"{rival} {list(told)[-1]}" for rival, told in by.items()]
    return table(["question", *ours, f"p99 {last}", "growth", "of rows", *others], rows)


def _points(told: Told, name: str, which: int) -> list[tuple[float, float]]:
    """Triples and median (0), 99th percentile (1) or rows (2) of a question."""
    return [(triples, each["times"][name][which]) for triples, each in told.values() if each["times"].get(name)]


def _cell(times: dict[str, Any], name: str, which: int) -> str:
    if name not in times:
        return ""
    return f"{times[name][which]:.3g}" if times[name] else "> 20 s"


class Figures:
    """Single figures out of what was measured; None where something is missing."""

    def __init__(self, results: list[Measured]) -> None:
        self.told = series(results, "seconds")
        self.asked = self.told.get(("ask", OURS), {})
        self.names = {name for _, each in self.asked.values() for name in each["times"]}

    def seconds(self, task: str, name: str, size: str) -> float | None:
        told = self.told.get((task, name), {})
        return told[size][1]["seconds"] if size in told else None

    def rate(self, name: str, size: str) -> float | None:
        """Thousands of triples that are loaded in a second."""
        seconds = self.seconds("load", name, size)
        return self.told["load", name][size][0] / seconds / 1000 if seconds else None

    def ratio(self, task: str, slow: str, fast: str, size: str) -> float | None:
        many, few = self.seconds(task, slow, size), self.seconds(task, fast, size)
        return many / few if many and few else None

    def pyshacl(self) -> tuple[str, float | None]:
        """How many times faster `check` is than pySHACL at 100k, and whether that is measured."""
        measured = self.ratio("check", "pySHACL", "aalco check", "100k")
        few, ours = self.seconds("check", "pySHACL", "10k"), self.seconds("check", "aalco check", "100k")
        if measured is not None or few is None or ours is None:
            return "", measured
        more = self.told["check", "aalco check"]["100k"][0] / self.told["check", "pySHACL"]["10k"][0]
        return " (extrapolated for pySHACL from 10k, in proportion)", few * more / ours

    def worst(self, names: Iterable[str], which: Callable[[str], float | None]) -> tuple[str, float | None]:
        """The question of which a figure is largest, and the figure."""
        found = [(value, name) for name in names if (value := which(name)) is not None]
        return (f" ({max(found)[1]})", max(found)[0]) if found else ("", None)

    def grows(self, name: str) -> float | None:
        return growth(_points(self.asked, name, 0)[-2:])

    def p99(self, name: str) -> float | None:
        return max((time for _, time in _points(self.asked, name, 1)), default=None)


def targets(results: list[Measured]) -> str:
    """What is aimed at, and what was measured."""
    of = Figures(results)
    pages, others = of.names & set(PAGES), of.names - set(PAGES)
    marked, against = of.pyshacl()
    p99, steep, steepest = of.worst(pages, of.p99), of.worst(pages, of.grows), of.worst(others, of.grows)
    disk = "Oxigraph on disk"
    rows: list[tuple[str, str, float | None, str]] = [
        (f"check, against pySHACL alone, 100k{marked}", "≥ 100", against, " times"),
        ("check, 1M", "< 12", of.seconds("check", "aalco check", "1M"), " s"),
        (f"slowest p99 of a question about one thing{p99[0]}", "< 0.3", p99[1], " ms"),
        (f"steepest growth of one{steep[0]}", "≤ 0.2", steep[1], ""),
        (f"steepest growth of any other{steepest[0]}", "≤ 1.2", steepest[1], ""),
        ("load in memory, 1M", "≥ 300", of.rate("pyoxigraph in memory", "1M"), "k/s"),
        ("load on disk, 1M", "≥ 170", of.rate(disk, "1M"), "k/s"),
        ("load on disk, against Virtuoso, 1M", "≥ 1", of.ratio("load", "Virtuoso", disk, "1M"), " times"),
        ("canonical Turtle, against rdflib's, 100k", "≥ 5", of.ratio("write", RDFLIB, "aalco fmt", "100k"), " times"),
    ]
    cells = [[what, aim, _number(value, unit) or "not measured"] for what, aim, value, unit in rows]
    return table(["what", "aim", "measured"], cells)


def pictures(results: list[Measured]) -> dict[str, str]:
    """Loading and checking, and questions, as time against size: SVG by the name of the file."""
    lines = [
        Line(name, [(triples, each["seconds"]) for triples, each in told.values()])
        for (task, name), told in series(results, "seconds").items()
        if task in ("load", "check")
    ]
    drawn = {"jobs.svg": chart("Loading and checking", "triples", "seconds", lines)} if lines else {}
    ours = series(results, "times").get(("ask", OURS), {})
    names = sorted({name for _, each in ours.values() for name in each["times"]})
    lines = [Line(name, _points(ours, name, 0), name in PAGES) for name in names]
    if lines:
        title = "Questions on pyoxigraph; about one thing in colour"
        drawn["questions.svg"] = chart(title, "triples", "milliseconds", lines)
    return drawn
