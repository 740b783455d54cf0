"""All measurements, each in a process of its own, as tables and pictures: run it by scripts/benchmarks/all."""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import generate
from picture import Line, chart

from aalco_kg import graph, queries

HERE = Path(__file__).parent
SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000, "10M": 10_000_000}
# Up to which size each contender is measured; beyond it takes more than an hour, or more memory than there is.
JOBS = {
    ("read", "file"): "10M",
    ("parse", "pyoxigraph"): "10M",
    ("load", "pyoxigraph in memory"): "10M",
    ("load", "Oxigraph on disk"): "10M",
    ("load", "Virtuoso"): "10M",
    ("load", "Jena in memory"): "1M",
    ("load", "rdflib"): "1M",
    ("check", "aalco check"): "1M",
    ("check", "rdflib and pySHACL"): "100k",
    ("shard", "aalco shards"): "10M",
    ("survey", "aalco survey, 1 worker"): "1M",
    ("survey", "aalco survey, 2 workers"): "1M",
    ("write", "aalco fmt"): "1M",
    ("write", "rdflib turtle"): "100k",
    ("write", "rdflib longturtle, canonical"): "100k",
}
ASKED = {"pyoxigraph": "1M", "Virtuoso": "1M", "Jena": "1M", "rdflib": "10k"}
# Questions about one thing: what they answer does not grow with the graph.
PAGES = ("evidence", "instrument-parties", "participants", "process", "session", "topics-of-session")
# What a question with a required parameter is asked; where that record is not generated, another of its kind.
GIVEN = {
    "evidence": ("subject", "session/53"),
    "instrument-parties": ("instrument", "instrument/budapest-convention"),
    "members-on": ("day", "2016-05-17"),
    "participants": ("meeting", "meeting/oewg-4"),
    "process": ("process", "process/gge-2019-2021"),
    "search": ("text", "Türkiye"),
    "session": ("ordinal", "53"),
    "sessions-on-topic": ("topic", "topic/cybercrime-and-international-law"),
    "topics-of-session": ("ordinal", "58"),
}
START, END = "<!-- measured -->\n", "<!-- end -->\n"
LIMIT = 3600  # seconds for one measurement


@dataclass(frozen=True)
class Measured:
    """One contender at one job, by size: seconds, bytes of memory, and whatever else it told."""

    task: str
    name: str
    told: dict[str, dict[str, Any]]

    def seconds(self, size: str) -> float | None:
        return self.told.get(size, {}).get("seconds")


def run(task: str, name: str, file: Path, *more: Path) -> dict[str, Any] | None:
    """What a contender tells; None when it failed or took too long."""
    command = [sys.executable, HERE / "contenders.py", task, name, file, *more]
    try:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    print(f"  {task:6} {name:30} {file.stem:5} {done.stdout.strip()[:110] or done.stderr[-300:]}", file=sys.stderr)
    return json.loads(done.stdout) if done.returncode == 0 else None


def bound(names: set[str]) -> dict[str, str]:
    """Every question as SPARQL, asked about what is among the records `names`."""
    loaded = graph.load()
    asked = {}
    for name, query in queries.catalogue().items():
        parameter, value = GIVEN.get(name, (None, ""))
        if parameter is None:
            asked[name] = query.bind(loaded, {})
        elif given := _present(name, value, names):
            asked[name] = query.bind(loaded, {parameter: given})
    return asked


def _present(name: str, value: str, names: set[str]) -> str | None:
    kind = "session" if value.isdigit() else value.partition("/")[0]
    if "/" not in value and not value.isdigit():
        return value
    record = f"session/{value}" if value.isdigit() else value
    if record in names or kind == "topic":
        return value
    others = sorted(other for other in names if other.startswith(f"{kind}/"))
    if not others:
        return None
    return others[len(others) // 2].partition("/")[2] if value.isdigit() else others[len(others) // 2]


def measured(sizes: list[str], folder: Path) -> Iterator[Measured]:
    """Every job and every question, for each contender at each of the sizes that it is good for."""
    files, questions = {}, {}
    for size in sizes:
        files[size] = folder / f"{size}.nt"
        names = set()
        with files[size].open("w", encoding="utf-8") as out:
            for line in generate.generate(SIZES[size]):
                out.write(line + "\n")
                if line[0] == "<":
                    names.add(generate.record_of(line[1 : line.index(">")]))
        questions[size] = folder / f"{size}.json"
        questions[size].write_text(json.dumps(bound(names)), encoding="utf-8")
    for (task, name), most in [*JOBS.items(), *((("ask", name), most) for name, most in ASKED.items())]:
        told = {}
        for size in sizes:
            if SIZES[size] <= SIZES[most]:
                more = [questions[size]] if task == "ask" else []
                if found := run(task, name, files[size], *more):
                    told[size] = {**found, "triples": sum(1 for _ in files[size].open("rb"))}
        yield Measured(task, name, told)


def growth(pairs: list[tuple[float, float]]) -> str:
    """The exponent with which something grows, from the smallest to the largest (triples, amount)."""
    if len(pairs) < 2 or not all(amount > 0 for _, amount in pairs):
        return ""
    (first, few), (last, many) = pairs[0], pairs[-1]
    return f"{math.log(many / few) / math.log(last / first):.2f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def jobs(results: list[Measured], sizes: list[str]) -> str:
    """Seconds for each job, its growth, and at the largest size triples in a second and bytes for each triple."""
    rows = []
    for result in (result for result in results if result.task != "ask"):
        pairs = [(told["triples"], told["seconds"]) for told in result.told.values()]
        last = list(result.told.values())[-1] if result.told else {}
        rate = f"{last['triples'] / last['seconds'] / 1000:,.0f}k" if last else ""
        memory = (
            f"{last['memory'] / last['triples']:,.0f}"
            if last and result.name != "Virtuoso" and result.task != "survey"
            else ""
        )
        disk = f"{last['disk'] / last['triples']:,.0f}" if "disk" in last else ""
        cells = [f"{result.seconds(size):.3g}" if result.seconds(size) is not None else "" for size in sizes]
        rows.append([result.task, result.name, *cells, growth(pairs), rate, memory, disk])
    units = ["growth", "triples/s", "memory, B/triple", "disk, B/triple"]
    return table(["job", "by", *(f"{size}, s" for size in sizes), *units], rows)


def asked(results: list[Measured], sizes: list[str]) -> str:
    """Median milliseconds of each question: pyoxigraph at every size, with growth, and its rivals."""
    by = {result.name: result.told for result in results if result.task == "ask"}
    ours = by["pyoxigraph"]
    names = sorted({name for told in ours.values() for name in told["times"]}, key=lambda n: (n not in PAGES, n))
    rows = []
    for name in names:
        times = [(told["triples"], told["times"][name]) for told in ours.values() if told["times"].get(name)]
        asked_at = [size for size in sizes if size in ours]
        cells = [_cell(ours, size, name, 0) for size in asked_at] + [_cell(ours, asked_at[-1], name, 1)]
        rivals = [_cell(told, list(told)[-1], name, 0) for rival, told in by.items() if rival != "pyoxigraph" and told]
        rows.append(
            [name, *cells, growth([(n, t[0]) for n, t in times]), growth([(n, t[2]) for n, t in times]), *rivals]
        )
    others = [f"{rival} {list(told)[-1]}" for rival, told in by.items() if rival != "pyoxigraph" and told]
    return table(["question", *ours, f"p99 {list(ours)[-1]}", "growth", "of rows", *others], rows)


def _cell(told: dict[str, dict[str, Any]], size: str, name: str, which: int) -> str:
    times = told.get(size, {}).get("times", {})
    if name not in times:
        return ""
    return f"{times[name][which]:.3g}" if times[name] else "> 20 s"


def pictures(results: list[Measured]) -> None:
    """Loading, and questions, as time against size."""
    lines = [
        Line(result.name, [(told["triples"], told["seconds"]) for told in result.told.values()])
        for result in results
        if result.task in ("load", "check")
    ]
    (HERE / "jobs.svg").write_text(chart("Loading and checking", "triples", "seconds", lines), encoding="utf-8")
    told = next(result.told for result in results if (result.task, result.name) == ("ask", "pyoxigraph"))
    names = sorted({name for at in told.values() for name in at["times"]})
    lines = [
        Line(
            name,
            [(at["triples"], at["times"][name][0]) for at in told.values() if at["times"].get(name)],
            name in PAGES,
        )
        for name in names
    ]
    title = "Questions on pyoxigraph; about one thing in colour"
    (HERE / "questions.svg").write_text(chart(title, "triples", "milliseconds", lines), encoding="utf-8")


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[2]
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, "
        f"Python {platform.python_version()}, load of other work while measuring {load:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10k,100k,1M", help="10k, 100k, 1M and 10M, with commas between")
    sizes = parser.parse_args().sizes.split(",")
    where, start = machine(), time.time()
    with tempfile.TemporaryDirectory(prefix="aalco-benchmarks-") as folder:
        results = list(measured(sizes, Path(folder)))
    text = (
        f"Measured {where}; {(time.time() - start) / 60:.0f} minutes.\n\n{jobs(results, sizes)}\n"
        f"Questions, median milliseconds (on pyoxigraph unless named):\n\n{asked(results, sizes)}"
    )
    readme = HERE / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    readme.write_text(before + START + text + END + rest.partition(END)[2], encoding="utf-8")
    pictures(results)


if __name__ == "__main__":
    main()
