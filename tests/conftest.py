"""What the tests share: the loaded graph, a release, a SPARQL server, and the command line run in this process."""

import ast
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import pytest

from aalco_kg import cli, files, graph, release
from aalco_kg.checking import records


class Ran(NamedTuple):
    """How a command ended: exit status, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def loaded() -> graph.Graph:
    """The whole graph."""
    return graph.load()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release."""
    out = tmp_path_factory.mktemp("release") / "dist"
    release.build(out)
    return out


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def endpoint(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of an Oxigraph server into which the N-Quads of the release were loaded."""
    import servers  # which needs this module

    store = tmp_path_factory.mktemp("oxigraph")
    command = [servers.tool("oxigraph"), "load", "-l", store, "-f", built / "aalco-kg.nq"]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    with servers.oxigraph(store, "serve-read-only") as address:
        yield f"{address}/query"


def stop(process: subprocess.Popen[Any], seconds: float = 20) -> None:
    """End a process that leads a session of its own, and whatever it has started: by force when it will not."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def aalco(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `aalco` with arguments, as the installed command would."""
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["aalco", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


def missing(what: str) -> NoReturn:
    """Skip a test for want of a tool, by name; under AALCO_REQUIRE_ALL the want is a failure."""
    if os.environ.get("AALCO_REQUIRE_ALL"):
        pytest.fail(f"{what} is required here")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of a running `aalco serve`, which lets one client ask as fast as it can."""
    with serving("--limit", "rate=1000000", "--limit", "burst=1000000") as running:
        yield running.address


class Running(NamedTuple):
    """A server that was started: its process, its address without a slash at the end, the file of what it says."""

    process: subprocess.Popen[bytes]
    address: str
    said: Path


@contextlib.contextmanager
def serving(*options: str) -> Iterator[Running]:
    """`aalco serve` on a free port until the block ends, when it must stop by itself."""
    command = [sys.executable, "-m", "aalco_kg", "serve", "--port", "0", *options]
    environment = os.environ | {"PYTHONPATH": str(files.HOME / "scripts")}
    with tempfile.TemporaryDirectory(prefix="aalco-test-") as folder:
        said = Path(folder) / "said"  # a file, which unlike a pipe is never full
        with said.open("w") as out:
            process = subprocess.Popen(command, stderr=out, env=environment, start_new_session=True)
        try:
            yield Running(process, _listening(process, said), said)
            process.terminate()
            process.wait(10)
        finally:
            stop(process)


def _listening(process: subprocess.Popen[bytes], said: Path) -> str:
    """The address that a server says it listens at."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if found := re.search("Listening at ([^ ]+)/ ", said.read_text()):
            return found[1]
        assert process.poll() is None, f"the server did not start: {said.read_text()}"
        time.sleep(0.02)
    raise AssertionError("the server did not listen")


@pytest.fixture(scope="session")
def founding_text() -> Path:
    """AALCO's page on the item (source/aalco-cyberspace-page) as text, which stands beside a clone on some machines."""
    path = Path(os.environ.get("AALCO_FOUNDING_TEXT", files.HOME.parent / "shared" / "founding-text.txt"))
    if not path.exists() and os.environ.get("CI") == "true":
        missing(f"the founding text at {path}")
    if not path.exists():
        pytest.skip(f"needs the founding text at {path}")  # which a user cannot be asked to have
    return path


# AALCO_RECORD=1 keeps what was proven, for the page that `aalco check --report` writes.

_STATE = records.state() if os.environ.get("AALCO_RECORD") else ""
_OUTCOMES: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count the outcome of a test, by module and sentence."""
    if report.when == "call" or not report.passed:
        path, _, name = report.nodeid.partition("::")
        sentence = name.partition("[")[0].removeprefix("test_").replace("_", " ")
        counts = _OUTCOMES[Path(path).stem].setdefault(sentence, {"passed": 0, "failed": 0, "skipped": 0})
        counts[report.outcome] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the outcomes down; of several processes only the one that started the others."""
    if _STATE and not hasattr(session.config, "workerinput"):
        modules = {}
        for name, sentences in sorted(_OUTCOMES.items()):
            text = ast.get_docstring(ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")))
            modules[name] = {"about": (text or name).partition("\n\n")[0].replace("\n", " "), "sentences": sentences}
        records.write("tests", modules, _STATE)
