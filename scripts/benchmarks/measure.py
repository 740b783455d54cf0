"""All measurements, each in a process of its own, as tables and pictures: run it by scripts/benchmarks/all.

What is measured is kept in a folder as it comes, small sizes first: a run that is stopped goes on where it was, and
the page says what is missing.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import generate
import tables
from questions import bound
from tables import SIZES, Measured

HERE = Path(__file__).parent
# Up to which size each contender is measured; beyond it takes too long, or more memory than there is.
JOBS = {
    ("read", "file"): "10M",
    ("parse", "pyoxigraph"): "10M",
    ("load", "pyoxigraph in memory"): "10M",
    ("load", "Oxigraph on disk"): "10M",
    ("load", "Virtuoso"): "10M",
    ("load", "Jena in memory"): "1M",
    ("load", "rdflib"): "1M",
    ("check", "aalco check"): "1M",
    ("check", "pySHACL"): "100k",
    ("check", "aalco check --engine pyshacl"): "100k",
    ("write", "aalco fmt"): "1M",
    ("write", "rdflib turtle"): "100k",
    ("write", "rdflib longturtle, canonical"): "100k",
    ("shard", "aalco shards"): "10M",
    ("survey", "aalco survey, 1 worker"): "1M",
    ("survey", "aalco survey, 2 workers"): "1M",
    ("ask", "pyoxigraph"): "1M",
    ("ask", "Virtuoso"): "1M",
    ("ask", "Jena"): "1M",
    ("ask", "rdflib"): "10k",
}
TASKS = list(dict.fromkeys(task for task, _ in JOBS))
START, END = "<!-- measured -->\n", "<!-- end -->\n"


def wanted(sizes: list[str], jobs: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each job, contender and size, the small sizes first."""
    for size in sizes:
        for (task, name), most in JOBS.items():
            asked = any(f"{task} by {name}".startswith(job) for job in jobs)
            if asked and SIZES[size] <= SIZES[most]:
                yield task, name, size


def run(task: str, name: str, file: Path, limit: float) -> Measured:
    """What a contender tells, or that it took longer than `limit` seconds by the clock, or failed."""
    command = [sys.executable, HERE / "contenders.py", task, name, file]
    command += [_questions(file)] if task == "ask" else []
    day, load = time.strftime("%Y-%m-%d"), os.getloadavg()[0]
    try:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=limit)
        told = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr.strip()[-300:]}
    except subprocess.TimeoutExpired:
        told = {"longer": limit}
    print(f"  {task:6} {name:30} {file.stem:5} {json.dumps(told)[:100]}", file=sys.stderr, flush=True)
    with file.open("rb") as lines:
        triples = sum(1 for _ in lines)
    return Measured(task, name, file.stem, triples, told, day, load)


def _graph(size: str, folder: Path) -> Path:
    """A generated graph of a size."""
    file = folder / f"{size}.nt"
    if not file.exists():
        part = file.with_suffix(".part")
        with part.open("w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in generate.generate(SIZES[size]))
        part.rename(file)
    return file


def _questions(file: Path) -> Path:
    """The questions to ask a generated graph: about what is in it."""
    asked = file.with_suffix(".json")
    if not asked.exists():
        with file.open(encoding="utf-8") as lines:
            names = {generate.record_of(line[1 : line.index(">")]) for line in lines if line[0] == "<"}
        asked.write_text(json.dumps(bound(names)), encoding="utf-8")
    return asked


def kept(folder: Path) -> dict[str, Measured]:
    """What was measured so far, by job, contender and size."""
    file = folder / "measured.json"
    found = [Measured(**told) for told in json.loads(file.read_text("utf-8"))] if file.exists() else []
    return {one.key: one for one in found}


def keep(folder: Path, results: dict[str, Measured]) -> None:
    part = folder / "measured.part"
    part.write_text(json.dumps([asdict(one) for one in results.values()], indent=1), encoding="utf-8")
    part.rename(folder / "measured.json")


def machine(results: list[Measured]) -> str:
    days = sorted({one.day for one in results})
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = sum(one.load for one in results) / len(results)
    return (
        f"{' to '.join(dict.fromkeys((days[0], days[-1])))}, {os.cpu_count()} cores ({platform.machine()}), "
        f"{memory:.0f} GB, Python {platform.python_version()}, load of the machine {load:.1f}"
    )


def write(results: list[Measured], missing: list[str]) -> None:
    """Put tables and pictures of what was measured into README.md."""
    lost: dict[str, list[str]] = {}
    for one in missing:
        lost.setdefault(one.partition(" at ")[0], []).append(one.partition(" at ")[2])
    for one in results:
        if "seconds" not in one.told:
            why = (
                f"{one.size} (stopped after {one.told['longer']:g} s)"
                if "longer" in one.told
                else f"{one.size} (failed)"
            )
            lost.setdefault(f"{one.task} by {one.name}", []).append(why)
    untold = "; ".join(f"{name} at {', '.join(sizes)}" for name, sizes in lost.items())
    text = (
        f"Measured {machine(results)}.{f' Not measured: {untold}.' if untold else ''}\n\n{tables.targets(results)}\n"
        f"![Loading and checking](jobs.svg)\n\n{tables.jobs(results)}\n![Questions](questions.svg)\n\n"
        f"Questions, median milliseconds (on pyoxigraph unless named):\n\n{tables.asked(results)}"
    )
    readme = HERE / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(START)
    readme.write_text(before + START + text + END + rest.partition(END)[2], encoding="utf-8")
    for name, drawn in tables.pictures(results).items():
        (HERE / name).write_text(drawn, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10k,100k,1M", help="of 10k, 100k, 1M and 10M, with commas between")
    parser.add_argument(
        "--jobs", default=",".join(TASKS), help="of these, with commas between; one contender as `load by Virtuoso`"
    )
    parser.add_argument("--limit", type=float, default=900, help="seconds for one measurement")
    parser.add_argument("--again", action="store_true", help="measure anew what was measured before")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "aalco-benchmarks")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    results = kept(options.folder)
    try:
        for task, name, size in wanted(options.sizes.split(","), options.jobs.split(",")):
            one = f"{task} by {name} at {size}"
            if options.again or one not in results:
                results[one] = run(task, name, _graph(size, options.folder), options.limit)
                keep(options.folder, results)
    finally:
        known = [f"{task} by {name} at {size}" for task, name, size in wanted(list(SIZES), TASKS)]
        if results:
            write([results[one] for one in known if one in results], [one for one in known if one not in results])


if __name__ == "__main__":
    main()
