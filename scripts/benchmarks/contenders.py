"""One measurement in a process of its own: python contenders.py TASK CONTENDER FILE [QUESTIONS]

Prints JSON: the seconds that the task took, and the peak of memory in bytes. QUESTIONS is a JSON object of SPARQL
queries by name; their times are printed as [median, 99th percentile, rows], in milliseconds, or null when one took
longer than PATIENCE. Time is of the processor, over all threads, so that other work on the machine does not count.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[2] / name) for name in ("tests", "scripts")]

PATIENCE = 20.0  # seconds after which a question is given up for the sizes above
RUNS = (3, 400)  # how often a question is asked at least and at most,
ENOUGH = 0.6  # within so many seconds,
SLOW = 2.0  # unless it takes so many: then once

Answer = Callable[[str], int]  # the number of rows that answer a query
TASKS: dict[str, dict[str, Callable[..., Any]]] = {}


def contender(task: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(function: Callable[..., Any]) -> Callable[..., Any]:
        TASKS.setdefault(task, {})[name] = function
        return function

    return add


@contender("read", "file")
def read_file(file: Path) -> None:
    file.read_bytes()


@contender("parse", "pyoxigraph")
def parse(file: Path) -> None:
    import pyoxigraph as ox

    for _ in ox.parse(path=str(file), format=ox.RdfFormat.N_TRIPLES):
        pass


@contender("load", "pyoxigraph in memory")
def load_memory(file: Path) -> Any:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return store


@contender("load", "Oxigraph on disk")
def load_disk(file: Path) -> Any:
    import pyoxigraph as ox

    folder = tempfile.mkdtemp(dir=file.parent)
    store = ox.Store(folder)
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    store.flush()
    size = sum(path.stat().st_size for path in Path(folder).iterdir())
    shutil.rmtree(folder)
    return {"disk": size}


@contender("load", "rdflib")
def load_rdflib(file: Path) -> Any:
    import rdflib

    return rdflib.Graph().parse(file, format="nt")


@contender("load", "Jena in memory")
def load_jena(file: Path) -> Any:
    import jena_server

    jena_server.start()
    return jena_server.dataset([str(file)])


class Virtuoso:
    """A Virtuoso that has loaded a file with its bulk loader; `seconds` is what that took."""

    def __init__(self, file: Path, stack: ExitStack) -> None:
        import httpx
        import servers

        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=file.parent)))
        address = stack.enter_context(servers.virtuoso(folder / "virtuoso", buffers=170_000))
        shutil.copy(file, folder / "virtuoso" / "files" / "data.nt")
        self.client = stack.enter_context(httpx.Client(auth=httpx.DigestAuth("dba", "dba"), timeout=600))
        self.at = address + "-auth"
        self.call(f'sql:LD_ADD("{folder}/virtuoso/files/data.nt", "http://example.org/data")')
        self.process = servers.process(address)
        start = self.clock()
        self.call("sql:RDF_LOADER_RUN()")
        self.seconds = self.clock() - start

    def clock(self) -> float:
        """The processor time of the server, in seconds; the system counts it in hundredths."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def call(self, function: str) -> None:
        self.client.post(self.at, data={"query": f"SELECT ({function} AS ?done) {{}}"}).raise_for_status()

    def ask(self, query: str) -> int:
        answer = self.client.post(
            self.at,
            data={"query": query, "default-graph-uri": "http://example.org/data"},
            headers={"Accept": "application/sparql-results+json"},
        )
        return len(answer.raise_for_status().json()["results"]["bindings"])


@contender("load", "Virtuoso")
def load_virtuoso(file: Path) -> Any:
    with ExitStack() as stack:
        server = Virtuoso(file, stack)
        return {"seconds": server.seconds}


def _asserted(file: Path) -> str:
    """What the records assert: without what loading works out, which the shapes do not know."""
    text = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in text if "#searchKey>" not in line and "#broaderTransitive>" not in line)


def _check(file: Path, engine: str) -> Any:
    from aalco_kg.checking.engines import ENGINES
    from aalco_kg.files import shape_files
    from aalco_kg.graph import as_ntriples
    from aalco_kg.graph import read as read_turtle

    data = _asserted(file)
    shapes = as_ntriples(read_turtle(shape_files()))
    start = time.process_time()
    found = set(ENGINES[engine](data, shapes))
    return {"seconds": time.process_time() - start, "findings": len(found)}


@contender("check", "aalco check")
def check_ours(file: Path) -> Any:
    return _check(file, "fast")


@contender("check", "pySHACL")
def check_pyshacl(file: Path) -> Any:
    """As its manual has it."""
    import pyshacl
    import rdflib

    from aalco_kg.files import shape_files

    data, rules = _asserted(file), rdflib.Graph()
    for path in shape_files():
        rules.parse(path, format="turtle")
    start = time.process_time()
    graph = rdflib.Graph().parse(data=data, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=rules)
    found = len(list(report.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult)))
    return {"seconds": time.process_time() - start, "findings": found}


@contender("check", "aalco check --engine pyshacl")
def check_ours_pyshacl(file: Path) -> Any:
    return _check(file, "pyshacl")


@contender("write", "aalco fmt")
def write_ours(file: Path) -> Any:
    import pyoxigraph as ox

    from aalco_kg import turtle

    triples = [quad.triple for quad in ox.parse(path=str(file), format=ox.RdfFormat.N_TRIPLES)]
    return _timed(lambda: turtle.canonical(triples))


@contender("write", "rdflib longturtle, canonical")
def write_rdflib_canonical(file: Path) -> Any:
    graph = load_rdflib(file)
    return _timed(lambda: graph.serialize(format="longturtle", canon=True))


@contender("write", "rdflib turtle")
def write_rdflib(file: Path) -> Any:
    graph = load_rdflib(file)
    return _timed(lambda: graph.serialize(format="turtle"))


def _sharded(file: Path, out: Path) -> Path:
    """A shard for every 100,000 lines, and the first for the ontology."""
    from aalco_kg.stores import shards

    with file.open(encoding="utf-8") as lines:
        number = 2 + sum(1 for _ in lines) // 100_000
        lines.seek(0)
        shards.write((("", line.rstrip("\n")) for line in lines), out, number)
    return out


@contender("shard", "aalco shards")
def shard(file: Path) -> Any:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        out = _sharded(file, Path(folder) / "shards")
        return {"disk": sum(path.stat().st_size for path in out.iterdir())}


def _survey(file: Path, workers: int) -> Any:
    from aalco_kg.stores import cluster, corpus

    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        out = _sharded(file, Path(folder) / "shards")
        with cluster.clients(workers) as client:
            start = time.perf_counter()  # the point of several workers is time by the clock
            found = corpus.survey(out, client)
            return {"seconds": time.perf_counter() - start, "findings": len(found.results)}


@contender("survey", "aalco survey, 1 worker")
def survey_one(file: Path) -> Any:
    return _survey(file, 1)


@contender("survey", "aalco survey, 2 workers")
def survey_two(file: Path) -> Any:
    return _survey(file, 2)


def _timed(work: Callable[[], object]) -> dict[str, float]:
    start = time.process_time()
    work()
    return {"seconds": time.process_time() - start}


@contender("ask", "pyoxigraph")
def ask_pyoxigraph(file: Path, questions: dict[str, str]) -> Any:
    store = load_memory(file)
    return _asked(lambda query: sum(1 for _ in store.query(query)), questions)


@contender("ask", "rdflib")
def ask_rdflib(file: Path, questions: dict[str, str]) -> Any:
    graph = load_rdflib(file)
    return _asked(lambda query: len(list(graph.query(query))), questions)


@contender("ask", "Jena")
def ask_jena(file: Path, questions: dict[str, str]) -> Any:
    import jena_server

    loaded = load_jena(file)
    return _asked(lambda query: len(json.loads(jena_server.answer(loaded, query))["results"]["bindings"]), questions)


@contender("ask", "Virtuoso")
def ask_virtuoso(file: Path, questions: dict[str, str]) -> Any:
    with ExitStack() as stack:
        server = Virtuoso(file, stack)
        return {"times": {name: _average(server, query) for name, query in questions.items()}}


def _average(server: Virtuoso, query: str) -> list[float | None] | None:
    """The mean time of a question to a server, and the number of rows; of the slowest nothing is known."""
    runs, start, end = 0, server.clock(), time.perf_counter() + ENOUGH
    while not runs or time.perf_counter() < end:
        rows = server.ask(query)
        runs += 1
    seconds = (server.clock() - start) / runs
    return None if seconds > PATIENCE else [seconds * 1000, None, rows]


def _asked(answer: Answer, questions: dict[str, str]) -> dict[str, Any]:
    return {"times": {name: _question(answer, query) for name, query in questions.items()}}


def _question(answer: Answer, query: str) -> list[float] | None:
    """Median and 99th percentile in milliseconds, and the number of rows."""
    times, rows = list[float](), 0
    for seconds, rows in _runs(answer, query):  # noqa: B007
        times.append(seconds * 1000)
        if seconds > PATIENCE:
            return None
    times.sort()
    return [statistics.median(times), times[int(len(times) * 0.99)], rows]


def _runs(answer: Answer, query: str) -> Iterator[tuple[float, int]]:
    least, most = RUNS
    end = time.perf_counter() + ENOUGH
    for run in range(-1, most):
        start = time.thread_time()
        rows = answer(query)
        seconds = time.thread_time() - start
        if run >= 0 or seconds > SLOW:  # the first is to warm up
            yield seconds, rows
        if seconds > SLOW or (run + 1 >= least and time.perf_counter() > end):
            return


def _peak() -> int:
    """The most memory that this process has had, in bytes (Linux)."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def main() -> None:
    task, name, file = sys.argv[1:4]
    questions = [json.loads(Path(sys.argv[4]).read_text(encoding="utf-8"))] if len(sys.argv) > 4 else []
    start = time.process_time()
    found = TASKS[task][name](Path(file), *questions)
    told = {"seconds": time.process_time() - start, "memory": _peak()}
    print(json.dumps({**told, **(found if isinstance(found, dict) else {})}))


if __name__ == "__main__":  # also guards against the workers of a survey
    main()
